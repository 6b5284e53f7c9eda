"""What each category, CPV code or supplier of the files is: suggested by its words, and said by a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from django.db.models import Q, QuerySet, Sum

from indicators.models import ProductGroup, SpendFactor
from indicators.selectors import cpv_prefixes
from indicators.selectors.categories import group_names, groups_meant
from indicators.selectors.per_euro import spend_version
from mvi_dashboard.ground import access
from mvi_dashboard.ground.access import SPEND_EDIT, Actor
from mvi_dashboard.ground.acts import Act, ActDeclaration, Doing, Done
from mvi_dashboard.ground.columns.saving import lock_place
from mvi_dashboard.ground.idempotency import Once
from mvi_dashboard.ground.models import Organisation
from mvi_dashboard.ground.shapes import Code, ListOf, Object, Text, nearest, quoted
from reporting.models import SpendMapping

OUTSIDE, DIVISION = "buiten", "cpv-"
"""What a meaning is beside the code of a product group: no purchase, or a division of CPV"""
MOST = 500
Kind, State = SpendMapping.Kind, SpendMapping.State
_NO_PURCHASE = (
    "subsidie",
    "salaris",
    "loon",
    "lonen",
    "belasting",
    "premie",
    "pensioen",
    "rente",
    "aflossing",
    "uitkering",
)
MEANING = Object(
    {
        "kind": Code(10, label="Soort"),
        "code": Text(200, label="In uw administratie"),
        "meaning": Text(
            80, label="Betekenis", help="Code van een productgroep, cpv-45 voor een afdeling, of buiten."
        ),
    }
)
MEANINGS = Object(
    {
        "organisation": Code(60, required=False, label="Organisatie"),
        "mappings": ListOf(MEANING, min_items=1, max_items=MOST, label="Categorieën"),
    }
)


def mappings_for(organisation_id: int, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """The id of the mapping of each kind and code; what is new is made, with what it may be."""
    wanted = set(keys)
    rows = SpendMapping.objects.filter(organisation_id=organisation_id)
    known = {(kind, code): pk for kind, code, pk in rows.values_list("kind", "code", "pk")}
    new = [_suggested(organisation_id, kind, code) for kind, code in sorted(wanted - known.keys())]
    SpendMapping.objects.bulk_create(new, batch_size=500)
    if new:
        known = {(kind, code): pk for kind, code, pk in rows.values_list("kind", "code", "pk")}
    return {key: known[key] for key in wanted}


def _suggested(organisation_id: int, kind: str, code: str) -> SpendMapping:
    made = SpendMapping(organisation_id=organisation_id, kind=kind, code=code)
    if kind == Kind.CPV:
        # The code says itself what was bought, so nobody has to.
        match = cpv_prefixes().of_code(code)
        made.group, made.cpv_division = (match[1] if match else None), code[:2]
        made.state = State.CONFIRMED
        return made
    words = code.casefold()
    if any(word in words for word in _NO_PURCHASE):
        made.outside, made.state = True, State.SUGGESTED
    elif kind == Kind.CATEGORY:
        meant = groups_meant("", code.lstrip("0123456789 .-"), cpv_prefixes(), group_names())
        if meant:
            made.group, made.state = ProductGroup.objects.get(code=meant[0]), State.SUGGESTED
    return made


def by_amount(organisation_ids: Iterable[int], *, only_open: bool = False) -> QuerySet[SpendMapping]:
    """The mappings in use with what was paid on each, the largest first."""
    used = Q(entries__spend_import__ended_at=None)
    rows = SpendMapping.objects.filter(organisation_id__in=list(organisation_ids))
    rows = rows.exclude(state=State.CONFIRMED) if only_open else rows
    found = rows.annotate(paid=Sum("entries__amount", filter=used)).exclude(paid=None)
    ordered: QuerySet[SpendMapping] = found.select_related("group", "organisation").order_by("-paid", "code")
    return ordered


def meaning_of(row: SpendMapping) -> str:
    """What it is, in the word of a document; empty when nothing is known."""
    if row.outside:
        return OUTSIDE
    if row.group is not None:
        return row.group.code
    return f"{DIVISION}{row.cpv_division}" if row.cpv_division else ""


class _Mapping(Act[Organisation, Organisation]):
    """An act on the mappings of an organisation."""

    def __call__(
        self, actor: Actor, *, document: Mapping[str, Any], typed: bool = False, once: Once | None = None
    ) -> Organisation:
        """The organisation. Raises Refused with every problem."""
        named = document.get("organisation")
        return self.carry_out(actor, named, document=document, expected_version=None, typed=typed, once=once)

    def lock(self, actor: Actor, named: Any) -> Organisation:
        """Raises Refused: forbidden, or several organisations."""
        access.require(actor, SPEND_EDIT)
        return lock_place(actor, SPEND_EDIT, named)


@partial(
    _Mapping,
    ActDeclaration(verb="spend.map", title="Zeg wat categorieën zijn", permission=SPEND_EDIT, reads=MEANINGS),
)
def map_categories(doing: Doing[Organisation]) -> Done[Organisation]:
    """What each of these is from now on, in every file. Raises Refused with every problem."""
    rows = doing.data.get("mappings") or ()
    groups = {group.code: group for group in ProductGroup.objects.all()}
    divisions = set(_divisions())
    known = {(row.kind, row.code): row for row in SpendMapping.objects.filter(organisation=doing.target)}
    changed = []
    for place, said in enumerate(rows):
        found, meaning = known.get((said.get("kind"), said.get("code"))), said.get("meaning") or ""
        if found is None:
            text = f"In uw bestanden staat geen {quoted(said.get('code'))}: kijk naar soort en code."
            doing.problems.note(("mappings", place, "code"), "does_not_exist", text)
            continue
        division = meaning.removeprefix(DIVISION) if meaning.startswith(DIVISION) else ""
        if meaning != OUTSIDE and meaning not in groups and division not in divisions:
            text = f"Wij kennen geen {quoted(meaning)}: {nearest(meaning, list(groups))}"
            doing.problems.note(("mappings", place, "meaning"), "invalid_choice", text)
            continue
        found.outside, found.group, found.cpv_division = meaning == OUTSIDE, groups.get(meaning), division
        found.state, found.confirmed_by, found.confirmed_at = State.CONFIRMED, doing.actor.key, doing.now
        changed.append(found)
    doing.problems.refuse()
    fields = ["outside", "group", "cpv_division", "state", "confirmed_by", "confirmed_at"]
    SpendMapping.objects.bulk_update(changed, fields, batch_size=200)
    said = {f"{row.kind} {row.code}": meaning_of(row) for row in changed[:50]}
    return Done(doing.target, changes={"mapped": len(changed), **said})


def _divisions() -> list[str]:
    factors = SpendFactor.objects.filter(version=spend_version(), group=None)
    return list(factors.values_list("cpv_division", flat=True))
