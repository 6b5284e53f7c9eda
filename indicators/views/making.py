"""The making of groups and types as pages: what a version says, one row to change, and a file to read in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from indicators import selectors
from indicators.factors import concepts, making_file, making_imports, previews, row_changes
from indicators.factors.making import MAKING
from indicators.factors.making_file import FIELDS
from indicators.factors.making_imports import FILE
from indicators.models import FactorSetVersion, ImportPreview, Indicator, Processing, ProductGroup, ProductType
from indicators.resources.making import MadeRow, MakingChangeRow
from mvi_dashboard.ground import access, formats
from mvi_dashboard.ground.act_pages import ActPage, Document
from mvi_dashboard.ground.filters import Filter, Filters
from mvi_dashboard.ground.pages import actor_of, may, posted_document, redrawn
from mvi_dashboard.ground.problems import Problem, Refused, not_found, refuse
from mvi_dashboard.ground.sent_files import Upload
from mvi_dashboard.ground.shapes import camel
from mvi_dashboard.ground.throttling import take_export
from mvi_dashboard.ground.uploads import file_in

from .catalogue import crumbs_to
from .edit_links import edit_url
from .imports import DECIMALS, ENCODINGS
from .in_files import place_in, told_of_file

_ABOVE = ("Factorsets", "indicators:factor_sets")
_FILTERS = Filters(
    indicator=Filter("indicator", "Indicator"),
    group=Filter("productgroep", "Productgroep"),
    state=Filter("stand", "Stand", choices={code: str(label) for code, label in Processing.State.choices}),
)
MODES = (
    ("supplement", "Aanvullen: wat niet in het bestand staat, blijft zoals het is"),
    ("replace", "Vervangen: alleen wat in het bestand staat, blijft over"),
)


def making(request: HttpRequest, code: str, version: str) -> HttpResponse:
    """What one version says of making, by group and type."""
    actor = actor_of(request)
    found = selectors.get_factor_version(actor, code, version)
    asked = _FILTERS.asked_in(request)
    indicators = list(selectors.indicator_rows().order_by("position", "id"))
    wanted = asked.texts["indicator"] or indicators[0].code
    rows = selectors.rows_of_making(found, group=asked.texts["group"], indicator=wanted)
    if asked.texts["state"]:
        rows = rows.filter(state=asked.texts["state"])
    edits = actor.may(access.REFERENCE_EDIT)
    options = {
        "indicator": [(row.code, row.name_nl) for row in indicators],
        "group": list(ProductGroup.objects.order_by("name_nl").values_list("code", "name_nl")),
    }
    context = {
        "version": found,
        "rows": [
            {"row": row, "url": edit_url(row, code) if edits else ""}
            for row in rows.order_by("group__name_nl", "product_type__name_nl", "id")
        ],
        "indicator": next((row for row in indicators if row.code == wanted), None),
        "may_edit": edits,
        **asked.form(options, shown={"indicator": wanted}),
        "crumbs": crumbs_to(f"Maken in versie {found.version}", _ABOVE),
    }
    return render(request, "indicators/making.html", context)


@require_safe
def download(request: HttpRequest, code: str, version: str) -> StreamingHttpResponse:
    """The making in a version as a CSV with our own columns, which can be read in again."""
    found = selectors.get_factor_version(actor_of(request), code, version)
    take_export(request)
    answer = StreamingHttpResponse(making_file.file_of(found), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{making_file.file_name_of(found)}"'
    return answer


class ChangePage(ActPage[FactorSetVersion]):
    """A page on which one row of the open concept of a set is changed."""

    submit_label = "Zet in het concept"
    done = "De wijziging staat in concept {0.version}. Een tweede persoon stelt het vast."
    address: dict[str, Any]

    def find(self, **address: Any) -> FactorSetVersion:
        """The concept, else the version that holds. Raises Refused: absent."""
        self.address = address
        held = selectors.get_factor_version(self.actor, address["code"])
        return concepts.concept_of(concepts.Place(held.factor_set)) or held

    def named(self) -> Document:
        """The set."""
        return {"owner": self.target.factor_set.code}

    def where(self) -> Document:
        """Where the change goes, in words."""
        owner, draft = self.target.factor_set, self.target.state == "draft"
        number = self.target.version if draft else concepts.next_number(owner)
        goes = f"komt in concept {number}" if draft else f"opent concept {number}"
        return {"eyebrow": f"{owner.name_nl}, {goes}", "concept": number, "is_open": draft}


class ChangeMaking(ChangePage):
    """One row over making: its state, its numbers and where they come from."""

    act = row_changes.change_making
    template = "indicators/change_making.html"
    title = "Maken wijzigen"

    def find(self, **address: Any) -> FactorSetVersion:
        """The concept, and the row in it. Raises Refused: absent."""
        found = super().find(**address)
        self.group = selectors.get_group(address["group"])
        self.indicator = _indicator(address["indicator"])
        kind = self.request.GET.get("type", "")
        self.kind = ProductType.objects.filter(group=self.group, code=kind).first() if kind else None
        rows = selectors.rows_of_making(found, group=self.group.code, indicator=self.indicator.code)
        self.row = rows.filter(product_type=self.kind).first()
        return found

    def given(self) -> Document:
        """What the row is about."""
        kind = self.kind.code if self.kind else ""
        return {"productGroup": self.group.code, "productType": kind, "indicator": self.indicator.code}

    def first(self) -> Document:
        """The row as it is."""
        if self.row is None:
            return {}
        row = self.row
        numbers = {name: formats.field_value(getattr(row, name)) for name in ("low", "value", "high")}
        source = row.source.code if row.source else ""
        stored = {"state": row.state, "source": source, "derivation": row.derivation, "toVerify": row.to_verify}
        return {**numbers, **stored}

    def content(self) -> Document:
        """What it is called, and the choices."""
        name = self.kind.name_nl if self.kind else self.group.name_nl
        unit = self.row.unit if self.row else f"{self.indicator.unit}/{self.group.bill_unit or 'kg'}"
        return {
            **self.where(),
            "question": f"{formats.capital(name)}: hoe staat het maken in de cijfers?",
            "indicator": self.indicator,
            "unit": unit,
            "states": _STATES,
            "row": self.row,
            "crumbs": crumbs_to("Maken wijzigen", _ABOVE),
        }

    def back_url(self) -> str:
        """The making in the version that is shown."""
        held = self.target
        return reverse("indicators:making", args=[held.factor_set.code, held.version])

    def next_url(self, outcome: FactorSetVersion) -> str:
        """The making in the concept."""
        url = reverse("indicators:making", args=[outcome.factor_set.code, outcome.version])
        return f"{url}?indicator={self.indicator.code}&productgroep={self.group.code}"


_STATES = (
    ("value", "Een waarde"),
    ("range", "Tussen grenzen: laagste, rekenwaarde en hoogste"),
    ("included", "Inbegrepen: de factor van het materiaal is van een klaar product"),
    ("unknown", "Onbekend: producten krijgen geen volgorde en geen vermeden effect"),
)


@require_http_methods(["GET", "HEAD", "POST"])
@may(access.REFERENCE_EDIT)
def upload(request: HttpRequest) -> HttpResponse:
    """The form with the file; what is wrong stands at its field, or in a table by row and column."""
    document: dict[str, Any] = {"factorSet": request.GET.get("set", "")}
    problems: list[Problem] = []
    status = 200
    if request.method == "POST":
        document = posted_document(request, "file")
        try:
            preview = _previewed(request, document)
        except Refused as refused:
            problems, status = refused.problems, redrawn(refused)
        else:
            return redirect("indicators:making_preview", public_id=preview.public_id)
    context = {
        "document": document,
        **told_of_file(FILE, problems, _place_of),
        "shape": FILE,
        "sets": [(row.code, row.name_nl) for row in selectors.factor_sets().order_by("name_nl")],
        "modes": MODES,
        "decimals": DECIMALS,
        "encodings": ENCODINGS,
        "columns": [
            {"name": camel(name), "label": field.label, "help": field.help, "required": field.required}
            for name, field in MAKING.fields.items()
        ],
        "crumbs": crumbs_to("Maken inlezen", _ABOVE),
    }
    return render(request, "indicators/making_upload.html", context, status=status)


class Preview(ActPage[ImportPreview]):
    """What would change in the making, and the button that puts it in the concept."""

    act = making_imports.confirm_making
    template = "indicators/making_preview.html"
    back = "indicators:factor_sets"
    done = "Het maken staat in concept {0.version}. Een tweede persoon stelt het vast."

    def find(self, **address: Any) -> ImportPreview:
        """The own preview. Raises Refused: absent."""
        return making_imports.get_making_preview(self.actor, address["public_id"])

    def named(self) -> Document:
        """The preview."""
        return {"public_id": self.target.public_id}

    def content(self) -> Document:
        """What was read, and what would change."""
        found = previews.making_answer_of(self.target)
        names = _Names()
        counts = found.counts
        labels = [("Rijen gelezen", found.read), ("Gewijzigd", counts.changed), ("Erbij", counts.added)]
        labels += [("Eruit", counts.removed), ("Gelijk", counts.same), ("Blijft zoals het is", counts.kept)]
        return {
            "preview": self.target,
            "found": found,
            "counts": [{"label": label, "value": value} for label, value in labels],
            "changed": [names.row(each) for each in found.changed],
            "added": [names.row(each) for each in found.added],
            "removed": [names.row(each) for each in found.removed],
            "columns": [(each.column, FIELDS[each.field].label) for each in found.columns],
            "warnings": found.warnings,
            "expires": found.expires_at,
            "most": making_imports.MOST_SHOWN,
            "crumbs": crumbs_to("Voorbeeld", _ABOVE, ("Maken inlezen", "indicators:import_making")),
        }


class _Names:
    """The names behind the codes of a preview; three queries."""

    def __init__(self) -> None:
        self._groups = dict(ProductGroup.objects.values_list("code", "name_nl"))
        self._types = dict(ProductType.objects.values_list("code", "name_nl"))
        self._indicators = dict(Indicator.objects.values_list("code", "name_nl"))

    def row(self, change: MakingChangeRow) -> dict[str, str]:
        """The change in words."""
        return {
            "group": self._groups.get(change.product_group, change.product_group),
            "type": self._types.get(change.product_type or "", ""),
            "indicator": self._indicators.get(change.indicator, change.indicator),
            "before": said(change.before),
            "after": said(change.after),
        }


def said(made: MadeRow | Any | None, spelled: Callable[[float], str] = formats.exact) -> str:
    """What a version says of one making or factor, in words; `spelled` writes its numbers, by default every digit.

    >>> said(MadeRow(state="range", low=1.2, value=2.2, high=4.0)), said(None)
    ('2,2 (1,2 tot 4)', 'niets')
    """
    if made is None:
        return "niets"
    if made.value is None:
        return str(Processing.State(made.state).label).lower()
    value = spelled(made.value)
    if made.low is None or made.high is None:
        return value
    return f"{value} ({spelled(made.low)} tot {spelled(made.high)})"


def _previewed(request: HttpRequest, document: Mapping[str, Any]) -> ImportPreview:
    sent = file_in(request)
    if sent is None:
        missing = refuse("required", "Kies een bestand.", "file").problems
        missing += making_imports.problems_of_form(document)
        raise Refused(missing)
    return making_imports.preview_making(actor_of(request), document=document, upload=Upload(*sent), typed=True)


def _place_of(problem: Problem) -> str:
    """Where in the file this is, in words."""
    return place_in(problem, {camel(name): field.label for name, field in FIELDS.items()})


def _indicator(code: str) -> Indicator:
    """Raises Refused: absent."""
    found = selectors.indicator_rows().filter(code=code).first()
    if found is None:
        raise not_found()
    return found
