"""Rows of reference data as tables and forms: what is changed stands in one's own proposal."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from indicators.groups import proposals
from indicators.groups.proposals import Row
from indicators.groups.reference_rows import RowKind, World
from indicators.groups.row_files import file_of_kind, workbook_of_kind
from indicators.groups.row_shapes import ADDITION
from indicators.models import Proposal, ProposedRow
from indicators.selectors.reference_rows import rows_of_kind
from mvi_dashboard.ground import access
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.act_pages import ActPage
from mvi_dashboard.ground.pages import actor_of, may, next_page
from mvi_dashboard.ground.problems import not_found
from mvi_dashboard.ground.throttling import take_export

from .catalogue import crumbs_to
from .reference_forms import row_form, stored_values
from .reference_places import ABOVE, PLACES, proposal_url
from .row_pages import Untouched, WithMoreLines

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@may(access.REFERENCE_EDIT)
def rows(request: HttpRequest, place: str) -> HttpResponse:
    """The rows of one kind, found by code or name; those that one's own proposal changes say so."""
    actor, kind = actor_of(request), kind_at(place)
    search = request.GET.get("zoek", "")[:200]
    found = rows_of_kind(kind.code).matching(search)
    page, next_url = next_page(request, found.rows, (found.code, "id"))
    own = proposals.own_concept(actor)
    proposed = {} if own is None else {row.code: row for row in own.rows.filter(kind=kind.code)}
    context = {
        "kind": kind,
        "place": place,
        "search": search,
        "rows": [
            {
                "code": found.code_of(row),
                "name": found.name_of(row),
                "note": found.note_of(row),
                "proposed": proposed.pop(found.code_of(row), None),
                "url": reverse("indicators:reference_row", args=[place, found.code_of(row)]),
            }
            for row in page
        ],
        "added": [row for row in proposed.values() if row.before is None],
        "concept": own,
        "next_url": next_url,
        "tabs": [
            {"label": label, "url": reverse("indicators:reference_rows", args=[each]), "current": each == place}
            for each, label in ((each, str(ProposedRow.Kind(code).label)) for each, code in PLACES.items())
        ],
        "crumbs": crumbs_to(kind.label, ABOVE),
    }
    return render(request, "indicators/reference_rows.html", context)


@require_safe
@may(access.REFERENCE_EDIT)
def download_csv(request: HttpRequest, place: str) -> HttpResponse:
    """All rows of one kind as a CSV that can be read in again."""
    kind = kind_at(place)
    take_export(request)
    text = "".join(file_of_kind(kind, rows_of_kind(kind.code).codes()))
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{place}.csv"'
    return answer


@require_safe
@may(access.REFERENCE_EDIT)
def download_xlsx(request: HttpRequest, place: str) -> HttpResponse:
    """The same as a workbook."""
    kind = kind_at(place)
    take_export(request)
    answer = HttpResponse(workbook_of_kind(kind, rows_of_kind(kind.code).codes()), content_type=_XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{place}.xlsx"'
    return answer


class _RowPage(ActPage[Row]):
    """What all pages about one row share; saving it puts it in one's own proposal."""

    place = ""

    def find(self, **address: Any) -> Row:
        """The row. Raises Refused: absent, forbidden."""
        self.place = address["place"]
        return proposals.get_row(self.actor, kind_at(self.place).code, address["code"])

    def named(self) -> dict[str, Any]:
        """Its kind and code."""
        return {"kind": self.target.kind.code, "code": self.target.code}

    def version(self) -> int:
        """What holds, and what the concept says."""
        return self.target.stamp

    def back_url(self) -> str:
        """The table of its kind."""
        return reverse("indicators:reference_rows", args=[self.place])

    def said(self, outcome: Any) -> str:
        """That nothing changed yet."""
        return "Het staat in uw voorstel. Er verandert niets voordat een tweede persoon het vaststelt."

    def next_url(self, outcome: Proposal) -> str:
        """The proposal that it is in now."""
        return proposal_url(outcome)


class _RowForm(WithMoreLines[Row], _RowPage):
    """The form of a row, drawn from the shape of its kind."""

    template = "indicators/reference_row.html"
    submit_label = "Zet in het voorstel"
    new = False

    def posted(self) -> dict[str, Any]:
        """What was typed; nothing at all is a row without values."""
        return {"values": {}, **super().posted()}

    def content(self) -> dict[str, Any]:
        """The inputs, the tables, and what the page is called."""
        values, kind = self.document.get("values"), self.target.kind
        more = "more" in self.request.POST
        form = row_form(
            kind, values if isinstance(values, dict) else {}, _world(self.actor), new=self.new, more=more
        )
        return {
            "kind": kind,
            "row": self.target,
            "new": self.new,
            "places": form.places,
            "tables": form.tables,
            "shape": form.shape.with_fields({"code": ADDITION.fields["code"]}) if self.new else form.shape,
            "crumbs": crumbs_to(kind.label, ABOVE),
        }


class Change(Untouched[Row], _RowForm):
    """The form of one row."""

    act = proposals.change_row

    def first(self) -> dict[str, Any]:
        """The row as the concept has it, else as it holds."""
        return {"values": stored_values(self.target.kind, self._shown, _world(self.actor))}

    @property
    def _shown(self) -> dict[str, Any]:
        return self.target.document or self.target.before or {}

    def content(self) -> dict[str, Any]:
        """The form, and where a prefix ends."""
        kind, code = self.target.kind, self.target.code
        ends = kind.may_end and self.target.before is not None
        return super().content() | {
            "title": f"{self._shown.get('nameNl', code)} wijzigen",
            "end_url": reverse("indicators:end_row", args=[self.place, code]) if ends else "",
        }


class Add(_RowForm):
    """The form of a row that is not there yet."""

    act = proposals.add_row
    new = True

    def find(self, **address: Any) -> Row:
        """A row of this kind without a code. Raises Refused: absent."""
        self.place = address["place"]
        kind = kind_at(self.place)
        if not kind.may_add:
            raise not_found()
        return Row(kind, "", None, None, None)

    def named(self) -> dict[str, Any]:
        """Its kind; the document says its code."""
        return {"kind": self.target.kind.code}

    def first(self) -> dict[str, Any]:
        """Nothing yet."""
        return {"values": {}}

    def content(self) -> dict[str, Any]:
        """The form."""
        return super().content() | {"title": f"Een {self.target.kind.one} toevoegen"}


class LeaveOut(_RowPage):
    """Asks whether a row goes out of the proposal."""

    act = proposals.leave_out_row
    title, submit_label = "Uit het voorstel", "Haal eruit"
    question = "Wilt u deze rij uit uw voorstel halen?"
    lead = "De rij zelf verandert dan niet."

    def said(self, outcome: Any) -> str:
        """That it is gone from there."""
        return "De rij staat niet meer in uw voorstel."

    def content(self) -> dict[str, Any]:
        """Which row it is."""
        row = self.target
        return {"eyebrow": f"{row.kind.label}, {row.code}", "crumbs": crumbs_to(self.title, ABOVE)}


class End(LeaveOut):
    """Asks whether a row goes: only for what nothing rests on."""

    act = proposals.end_row
    title, submit_label = "Laten vervallen", "Zet in het voorstel"
    question = "Wilt u voorstellen dat deze koppeling vervalt?"
    lead = "Het komt in uw voorstel. Een tweede persoon stelt het vast."

    def said(self, outcome: Any) -> str:
        """That nothing changed yet."""
        return _RowPage.said(self, outcome)


def _world(actor: Actor) -> World:
    own = proposals.own_concept(actor)
    return World([] if own is None else list(own.rows.all()))


def kind_at(place: str) -> RowKind:
    """The kind of reference data at this place. Raises Refused: absent."""
    if place not in PLACES:
        raise not_found()
    return proposals.kind_named(PLACES[place])
