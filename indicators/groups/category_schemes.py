"""An organisation's own categories: brought in as a list, and each said by a person to be a product group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import F

from indicators.models import CategoryScheme, OwnCategory, ProductGroup
from indicators.selectors.categories import get_scheme
from mvi_dashboard.ground import access, intake
from mvi_dashboard.ground.access import CATEGORY_EDIT, Actor
from mvi_dashboard.ground.acts import Act, ActDeclaration, Doing, Done
from mvi_dashboard.ground.idempotency import Once
from mvi_dashboard.ground.problems import Path, Problem, Refused, refuse, stale
from mvi_dashboard.ground.races import unless_taken
from mvi_dashboard.ground.shapes import Date, ListOf, Object, Text, nearest, quoted, read

MOST_CATEGORIES = 500
CATEGORY = Object(
    {
        "code": Text(40, label="Code", help="Uw eigen code."),
        "name": Text(200, label="Naam", help="Hoe u deze categorie noemt."),
        "product_group": Text(
            80, required=False, label="Productgroep", help="Leeg: nog niet gekoppeld. Wij vullen niets voor u in."
        ),
    }
)
SCHEME = Object(
    {
        "code": Text(60, label="Code van de indeling", help="Kort, bijvoorbeeld inkoop-2026."),
        "name": Text(200, label="Naam van de indeling", help="Bijvoorbeeld: Inkooppakketten 2026."),
        "valid_from": Date(required=False, label="Geldig vanaf"),
        "valid_to": Date(required=False, label="Geldig tot en met"),
        "categories": ListOf(CATEGORY, min_items=1, max_items=MOST_CATEGORIES, label="Categorieën"),
    }
)
_COLUMNS = {
    "code": "code",
    "naam": "name",
    "name": "name",
    "categorie": "name",
    "productgroep": "productGroup",
    "productgroup": "productGroup",
}
_PASTED = "geplakt.csv"
_ONLY = "de kolommen zijn code, naam en productgroep"
_HEADER = ("code", "naam", "productgroep")


@dataclass(frozen=True)
class Sent:
    """A list of categories as it was sent: a file, or text that was pasted."""

    name: str
    content: bytes
    encoding: str = ""


def pasted(text: str) -> Sent:
    """Pasted rows as a file: with tabs as Excel copies them or with semicolons, with or without a header."""
    lines = [line for line in text.strip("\r\n").splitlines() if line.strip()]
    first = lines[0] if lines else ""
    separator = "\t" if "\t" in first else ";"
    cells = [cell.strip().casefold() for cell in first.split(separator)]
    if not set(cells) <= set(_COLUMNS):
        lines.insert(0, separator.join(_HEADER[: max(2, min(len(cells), 3))]))
    return Sent(_PASTED, "\n".join(lines).encode())


def categories_of(sent: Sent) -> list[dict[str, str]]:
    """The categories in a file, as a document has them. Raises Refused with every problem by row and column."""
    table = _table_of(sent)
    fields = [_COLUMNS.get(column.casefold()) for column in table.columns]
    problems = [
        Problem(("columns", column), "unknown_column", f"Onbekende kolom {quoted(column)}: {_ONLY}.")
        for column, field in zip(table.columns, fields, strict=True)
        if field is None
    ]
    problems += [
        Problem(("columns", name), "required", f"De kolom {name} ontbreekt.")
        for name, field in (("code", "code"), ("naam", "name"))
        if field not in fields
    ]
    problems += [
        Problem(table.place(number, column, str(fields[column])), "invalid", cell.unlike("text"))
        for number, cells in table.rows
        for column, cell in enumerate(cells)
        if isinstance(cell, intake.Moment)
    ]
    if problems:
        raise Refused(problems)
    return [
        {str(field): str(cell) for field, cell in zip(fields, cells, strict=True) if str(cell).strip()}
        for _, cells in table.rows
    ]


def _table_of(sent: Sent) -> intake.Table:
    """The table; a line that was pasted with too few parts is told in the words of who pasted it."""
    try:
        return intake.read_table(sent.content, sent.name, decimal=",", encoding=sent.encoding)
    except Refused as refused:
        text = "Zet op elke regel een code en een naam, met een tab of puntkomma ertussen. {}"
        raise Refused(
            [
                replace(problem, path=("pasted",), detail=text.format(problem.detail))
                if problem.code == "column_count" and sent.name == _PASTED
                else problem
                for problem in refused.problems
            ]
        ) from None


class _NewScheme(Act[int, CategoryScheme]):
    """An act of the actor's own organisation; its target is the id of it."""

    def __call__(
        self, actor: Actor, *, document: Mapping[str, Any], typed: bool = False, once: Once | None = None
    ) -> CategoryScheme:
        """The scheme. Raises Refused with every problem."""
        return self.carry_out(actor, None, document=document, expected_version=None, typed=typed, once=once)

    def lock(self, actor: Actor, named: None) -> int:
        """Raises Refused: forbidden, or several organisations. A code that is taken is refused by its key."""
        return access.own_organisation(actor, self.declaration.permission)


class _SchemeChange(Act[CategoryScheme, CategoryScheme]):
    """An act on one scheme."""

    def __call__(
        self,
        actor: Actor,
        public_id: UUID | str,
        *,
        document: Mapping[str, Any],
        expected_version: int,
        typed: bool = False,
    ) -> CategoryScheme:
        """The scheme. Raises Refused with every problem."""
        self.carry_out(
            actor, public_id, document=document, expected_version=expected_version, typed=typed, once=None
        )
        return get_scheme(actor, public_id)

    def lock(self, actor: Actor, named: UUID | str) -> CategoryScheme:
        """Raises Refused: absent, forbidden."""
        found = get_scheme(actor, named)
        access.require(actor, self.declaration.permission, found.organisation_id)
        scheme: CategoryScheme = CategoryScheme.objects.select_for_update().get(pk=found.pk)
        return scheme

    def require_version(self, target: CategoryScheme, expected: int) -> None:
        """Raises Refused 412 when somebody else changed it."""
        if target.version != expected:
            raise stale()


@partial(
    _NewScheme,
    ActDeclaration(
        verb="category_scheme.create",
        title="Breng een eigen indeling in",
        permission=CATEGORY_EDIT,
        reads=SCHEME,
        status=201,
    ),
)
def create_scheme(doing: Doing[int]) -> Done[CategoryScheme]:
    """A new scheme of the actor's own organisation with its categories. Raises Refused with every problem."""
    groups, data, place = _groups(doing), doing.data, doing.target
    with unless_taken(refuse("duplicate", "U heeft al een indeling met deze code.", "code")):
        scheme = CategoryScheme.objects.create(organisation_id=place, **_fields(data))
    _write(scheme, data, groups)
    return Done(scheme, changes={"code": scheme.code})


@partial(
    _SchemeChange,
    ActDeclaration(
        verb="category_scheme.change",
        title="Vervang een eigen indeling",
        permission=CATEGORY_EDIT,
        reads=SCHEME,
        version=True,
    ),
)
def change_scheme(doing: Doing[CategoryScheme]) -> Done[CategoryScheme]:
    """The scheme with the fields and categories of this document, which replace what there was. Raises Refused.

    What changes nothing is no change: it leaves the version and the trail as they are.
    """
    scheme, groups, data = doing.target, _groups(doing), doing.data
    if data == read(SCHEME, document_of_scheme(scheme))[0]:
        return Done(scheme, unchanged=True)
    others = CategoryScheme.objects.filter(organisation_id=scheme.organisation_id, code=data["code"])
    if others.exclude(pk=scheme.pk).exists():
        raise refuse("duplicate", "U heeft al een indeling met deze code.", "code")
    CategoryScheme.objects.filter(pk=scheme.pk).update(version=F("version") + 1, **_fields(data))
    scheme.categories.all().delete()
    _write(scheme, data, groups)
    return Done(scheme, changes={"code": data["code"]})


def _fields(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: data[name] for name in ("code", "name", "valid_from", "valid_to")}


def document_of_scheme(scheme: CategoryScheme) -> dict[str, Any]:
    """The scheme in the words of a document."""
    return {
        "code": scheme.code,
        "name": scheme.name,
        "validFrom": scheme.valid_from.isoformat() if scheme.valid_from else None,
        "validTo": scheme.valid_to.isoformat() if scheme.valid_to else None,
        "categories": [
            {"code": row.code, "name": row.name, "productGroup": row.group.code if row.group else None}
            for row in scheme.categories.all()
        ],
    }


def _groups(doing: Doing[Any]) -> dict[str, ProductGroup]:
    """The product groups by code. Raises Refused with every problem of the document."""
    data, problems = doing.data, doing.problems
    groups = {group.code: group for group in ProductGroup.objects.all()}
    code, first, last = data.get("code"), data.get("valid_from"), data.get("valid_to")
    if code and not _is_slug(code):
        problems.append(Problem(("code",), "invalid", "Gebruik kleine letters, cijfers en streepjes."))
    if first and last and last < first:
        problems.append(Problem(("validTo",), "order", "Het einde ligt voor het begin."))
    seen: set[str] = set()
    for number, row in enumerate(data.get("categories") or ()):
        path: Path = ("categories", number)
        own, group = row.get("code"), row.get("product_group")
        if own in seen:
            problems.append(Problem((*path, "code"), "duplicate_line", f"Code {quoted(own)} staat er al."))
        seen.add(own or "")
        if group and group not in groups:
            text = f"Wij kennen geen productgroep {quoted(group)}: {nearest(group, groups)}"
            problems.append(Problem((*path, "productGroup"), "invalid_choice", text))
    problems.refuse()
    return groups


def _write(scheme: CategoryScheme, data: Mapping[str, Any], groups: Mapping[str, ProductGroup]) -> None:
    OwnCategory.objects.bulk_create(
        OwnCategory(
            organisation_id=scheme.organisation_id,
            scheme=scheme,
            position=position,
            code=row["code"],
            name=row["name"],
            group=groups.get(row["product_group"] or ""),
        )
        for position, row in enumerate(data["categories"])
    )


def _is_slug(code: str) -> bool:
    return code.isascii() and code.replace("-", "").isalnum() and code == code.lower()
