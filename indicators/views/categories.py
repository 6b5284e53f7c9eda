"""An organisation's own categories as pages: bring in a list, and say of each which product group it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from indicators import selectors
from indicators.groups import category_schemes
from indicators.groups.category_schemes import Sent
from indicators.models import CategoryScheme
from indicators.selectors.categories import get_scheme, group_names, groups_meant, schemes_visible_to
from indicators.selectors.orders import SCHEMES_ORDER
from mvi_dashboard.ground import access, formats
from mvi_dashboard.ground.act_pages import ActPage, Document
from mvi_dashboard.ground.listing import COUNT, Cell, Column, Listing, ListPage
from mvi_dashboard.ground.problems import Problem, refuse
from mvi_dashboard.ground.uploads import file_in

from .catalogue import crumbs_to

MOST_SUGGESTED = 100
_FIELDS = ("code", "name", "validFrom", "validTo")
_ENCODINGS = (
    ("", "Zelf herkennen"),
    ("utf-8", "UTF-8"),
    ("windows-1252", "Windows-1252 (uit oudere Excel)"),
    ("macintosh", "Macintosh (uit oudere Excel op een Mac)"),
)


def _valid(row: CategoryScheme) -> str:
    said = [f"vanaf {formats.short_day(row.valid_from)}"] if row.valid_from else []
    said += [f"tot en met {formats.short_day(row.valid_to)}"] if row.valid_to else []
    return " ".join(said) or "altijd"


SCHEMES_LIST = Listing(
    "eigen-indelingen",
    "Eigen indelingen",
    SCHEMES_ORDER,
    Column(
        "Indeling",
        lambda row: row.name,
        order="name",
        shown=lambda row: Cell(
            row.name, url=reverse("indicators:category_scheme", args=[row.public_id]), below=[row.code]
        ),
    ),
    Column("Code", lambda row: row.code, on_page=False),
    Column("Organisatie", lambda row: row.organisation.name, order="organisation"),
    Column("Geldig", _valid),
    Column("Categorieën", lambda row: row.category_count, COUNT),
    Column("Gekoppeld", lambda row: row.mapped_count, COUNT),
)


class Schemes(ActPage[None]):
    """The own schemes, and below them the form for a new one: pasted or as a file."""

    act = category_schemes.create_scheme
    template = "indicators/category_schemes.html"
    back = "indicators:category_schemes"
    sees = access.REPORT_READ
    done = "De indeling is opgeslagen. Koppel nu elke categorie aan een productgroep."

    def find(self, **address: Any) -> None:
        """It is not there yet."""

    def named(self) -> Document:
        """Of the own organisation."""
        return {}

    def require_possible(self) -> None:
        """Always."""

    def carry_out(self, document: Document) -> CategoryScheme:
        """The scheme with the categories of the list. Raises Refused."""
        scheme: CategoryScheme = super().carry_out(_sent(self.request, document))
        return scheme

    def next_url(self, outcome: CategoryScheme) -> str:
        """Where each category gets its product group."""
        return reverse("indicators:category_scheme", args=[outcome.public_id])

    def get(self, request: HttpRequest, **address: Any) -> HttpResponseBase:
        """Asks; or all schemes as a file."""
        drawn = super().get(request, **address)
        page = self._listed()
        return page.file() if page.wants_file else drawn

    def _listed(self) -> ListPage:
        return SCHEMES_LIST.page(self.request, schemes_visible_to(self.actor))

    def content(self) -> Document:
        """The schemes that there are."""
        return {
            **self._listed().context(),
            "may_edit": self.act.may(self.actor),
            "problems": [_at_its_input(problem) for problem in self.problems],
            "encodings": _ENCODINGS,
            "crumbs": crumbs_to("Eigen categorieën"),
        }


class Scheme(ActPage[CategoryScheme]):
    """The categories of one scheme with a choice of product group; suggestions stand first, nothing is chosen."""

    act = category_schemes.change_scheme
    template = "indicators/category_scheme.html"
    sees = access.REPORT_READ
    done = "De koppelingen zijn opgeslagen."
    typed = False

    def find(self, **address: Any) -> CategoryScheme:
        """The scheme. Raises Refused: absent."""
        return get_scheme(self.actor, address["public_id"])

    def named(self) -> Document:
        """The scheme."""
        return {"public_id": self.target.public_id}

    def first(self) -> Document:
        """What it is now."""
        return category_schemes.document_of_scheme(self.target)

    def posted(self) -> Document:
        """The same with what was chosen."""
        document = self.first()
        for place, row in enumerate(document["categories"]):
            row["productGroup"] = self.request.POST.get(f"groep-{place}", "").strip() or None
        return document

    def back_url(self) -> str:
        """Here."""
        return reverse("indicators:category_scheme", args=[self.target.public_id])

    def content(self) -> Document:
        """The categories, and what can be chosen."""
        found = self.target
        chosen = {row["code"]: row["productGroup"] or "" for row in self.document["categories"]}
        return {
            "scheme": found,
            "rows": _rows(found, chosen, self.problems),
            "groups": list(selectors.product_groups().prefetch_related(None).order_by("name_nl")),
            "may_edit": self.act.may(self.actor, found.organisation_id),
            "crumbs": crumbs_to(found.name, ("Eigen categorieën", "indicators:category_schemes")),
        }


def _rows(found: CategoryScheme, chosen: dict[str, str], problems: Sequence[Problem]) -> list[dict[str, Any]]:
    prefixes, known = selectors.cpv_prefixes(), group_names()
    names = {group.code: group.name_nl for group in selectors.product_groups().prefetch_related(None)}
    wrong = {problem.attr: problem.detail for problem in problems}
    rows = []
    for place, row in enumerate(found.categories.all()):
        open_ = not chosen[row.code] and place < MOST_SUGGESTED
        meant = groups_meant(row.code, row.name, prefixes, known) if open_ else []
        rows.append(
            {
                "place": place,
                "row": row,
                "chosen": chosen[row.code],
                "suggested": [(code, names[code]) for code in meant],
                "error": wrong.get(f"categories.{place}.productGroup", ""),
            }
        )
    return rows


def _sent(request: HttpRequest, document: dict[str, Any]) -> dict[str, Any]:
    """The document with the categories of the file or of the pasted text. Raises Refused."""
    kept = {name: value for name, value in document.items() if name in _FIELDS}
    file, text = file_in(request), str(document.get("pasted") or "")
    if file is None:
        if not text.strip():
            raise refuse("required", "Plak uw categorieën, of kies een bestand.", "pasted")
        return kept | {"categories": category_schemes.categories_of(category_schemes.pasted(text))}
    encoding = str(document.get("encoding") or "")
    if encoding not in {code for code, _ in _ENCODINGS}:
        raise refuse("invalid_choice", "Kies een codering uit de lijst.", "encoding")
    sent = Sent(*file, encoding)
    return kept | {"categories": category_schemes.categories_of(sent)}


def _at_its_input(problem: Problem) -> Problem:
    """A problem inside the list, said at the box where it was pasted, with its row."""
    if problem.attr in (*_FIELDS, "pasted", "file", "encoding"):
        return problem
    if problem.path[:1] == ("categories",) and len(problem.path) > 1:
        return Problem(("pasted",), problem.code, f"Categorie {int(problem.path[1]) + 1}: {problem.detail}")
    where = f"{problem.attr}: " if problem.path[:1] in (("rows",), ("cells",)) else ""
    return Problem(("pasted",), problem.code, f"{where}{problem.detail}")
