"""An organisation's own categories as pages: bring in a list, and say of each which product group it is."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from indicators import selectors
from indicators.groups import category_schemes
from indicators.groups.category_schemes import SCHEME, Sent
from indicators.models import CategoryScheme
from indicators.selectors.categories import get_scheme, group_names, groups_meant, schemes_visible_to
from mvi_dashboard.ground import access
from mvi_dashboard.ground.pages import actor_of, may, next_page, posted_document, posted_number, redrawn
from mvi_dashboard.ground.problems import Problem, Refused, refuse
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


@require_http_methods(["GET", "HEAD", "POST"])
@may(access.REPORT_READ)
def schemes(request: HttpRequest) -> HttpResponse:
    """The own schemes, and below them the form for a new one: pasted or as a file."""
    actor = actor_of(request)
    document: dict[str, Any] = {}
    problems: list[Problem] = []
    status = 200
    if request.method == "POST":
        document = posted_document(request)
        try:
            scheme = category_schemes.create_scheme(actor, document=_sent(request, document), typed=True)
        except Refused as refused:
            problems, status = refused.problems, redrawn(refused)
        else:
            messages.success(request, "De indeling is opgeslagen. Koppel nu elke categorie aan een productgroep.")
            return redirect("indicators:category_scheme", public_id=scheme.public_id)
    rows, next_url = next_page(request, schemes_visible_to(actor), ("name", "id"))
    context = {
        "schemes": rows,
        "next_url": next_url,
        "may_edit": actor.may(access.CATEGORY_EDIT),
        "document": document,
        "problems": [_at_its_input(problem) for problem in problems],
        "shape": SCHEME,
        "encodings": _ENCODINGS,
        "crumbs": crumbs_to("Eigen categorieën"),
    }
    return render(request, "indicators/category_schemes.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@may(access.REPORT_READ)
def scheme(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The categories of one scheme with a choice of product group; suggestions stand first, nothing is chosen."""
    actor = actor_of(request)
    found = get_scheme(actor, public_id)
    problems: list[Problem] = []
    chosen = {row.code: row.group.code if row.group else "" for row in found.categories.all()}
    status = 200
    if request.method == "POST":
        chosen = {code: request.POST.get(f"groep-{place}", "").strip() for place, code in enumerate(chosen)}
        document = category_schemes.document_of_scheme(found)
        for row in document["categories"]:
            row["productGroup"] = chosen[row["code"]] or None
        try:
            category_schemes.change_scheme(
                actor, public_id, document=document, expected_version=posted_number(request, "version")
            )
        except Refused as refused:
            problems, status = refused.problems, redrawn(refused)
        else:
            messages.success(request, "De koppelingen zijn opgeslagen.")
            return redirect("indicators:category_scheme", public_id=public_id)
    context = {
        "scheme": found,
        "rows": _rows(found, chosen, problems),
        "problems": problems,
        "groups": list(selectors.product_groups().prefetch_related(None).order_by("name_nl")),
        "may_edit": actor.may(access.CATEGORY_EDIT, found.organisation_id),
        "crumbs": crumbs_to(found.name, ("Eigen categorieën", "indicators:category_schemes")),
    }
    return render(request, "indicators/category_scheme.html", context, status=status)


def _rows(found: CategoryScheme, chosen: dict[str, str], problems: list[Problem]) -> list[dict[str, Any]]:
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
