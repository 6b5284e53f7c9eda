"""The pages of profiles: the list, renaming or putting one right, ending it; and the file to fill in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from mvi_dashboard.ground import table_files
from mvi_dashboard.ground.act_pages import ActPage, Document
from mvi_dashboard.ground.models import ColumnProfile
from mvi_dashboard.ground.pages import actor_of, next_page, signed_in
from mvi_dashboard.ground.problems import forbidden, refuse

from . import saving
from .fields import Layout, layout_of, layouts
from .signs import DATE_WORDS, DECIMAL_WORDS

PROFILES = "column-profiles"
_ORDER = ("kind", "name", "id")


def may_look(actor: Any) -> bool:
    """Whether this actor brings in, or reads, any kind of file with columns of its own."""
    return any(actor.may(layout.reads) and actor.organisation_ids for layout in layouts())


@signed_in
def profile_list(request: HttpRequest) -> HttpResponse:
    """The profiles in use, by kind; and for each kind the file to fill in."""
    actor = actor_of(request)
    if not may_look(actor):
        raise forbidden()
    rows = saving.profiles_visible_to(actor).filter(ended_at=None)
    found, next_url = next_page(request, rows, _ORDER)
    context = {
        "found": [
            {
                "profile": each,
                "kind": layout_of(each.kind).label,
                "columns": _columns(each),
                "may": actor.may(layout_of(each.kind).permission, each.organisation_id),
            }
            for each in found
        ],
        "next_url": next_url,
        "kinds": [layout for layout in layouts() if actor.may(layout.reads)],
    }
    return render(request, "column_profiles.html", context)


@signed_in
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """A file to fill in: a column for each field, and one row that shows how. CSV, or a workbook."""
    layout = layout_of(kind)
    if not actor_of(request).may(layout.reads):
        raise forbidden()
    wanted = request.GET.get("als", "csv")
    heads, rows = [each.label for each in layout.fields], [[each.example for each in layout.fields]]
    if wanted == "csv":
        answer = HttpResponse(table_files.dutch_csv_of(heads, rows), content_type="text/csv; charset=utf-8")
    elif wanted == "xlsx":
        content = table_files.workbook_of(layout.label, heads, rows)
        answer = HttpResponse(content, content_type=_WORKBOOK)
    else:
        raise refuse("invalid_choice", "Kies csv of xlsx.", "als")
    answer["Content-Disposition"] = f'attachment; filename="sjabloon-{layout.code}.{wanted}"'
    return answer


_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class _OnAProfile(ActPage[ColumnProfile]):
    """The page of an act on one profile."""

    back = PROFILES

    def find(self, **address: Any) -> ColumnProfile:
        """The profile. Raises Refused: absent."""
        public_id: UUID = address["public_id"]
        return saving.get_profile(self.actor, public_id)

    def require_right(self) -> None:
        """Raises Refused 403 for who may not bring such a file in."""
        if not self.actor.may(layout_of(self.target.kind).permission, self.target.organisation_id):
            raise forbidden()

    def named(self) -> Document:
        """The profile."""
        return {"profile_id": self.target.public_id}

    def frame(self) -> Document:
        """Which one it is."""
        facts = [
            {"label": "Indeling", "value": self.target.name},
            {"label": "Soort bestand", "value": layout_of(self.target.kind).label},
            {"label": "Kolommen", "value": _columns(self.target)},
        ]
        crumbs = [
            {"label": "Indelingen van bestanden", "url": reverse(PROFILES)},
            {"label": self.title, "url": ""},
        ]
        return {"facts": facts, "crumbs": crumbs}


class Change(_OnAProfile):
    """Another name, or other columns."""

    act = saving.change_profile
    template = "column_profile.html"
    title, question = "Indeling aanpassen", "Klopt deze indeling?"
    lead = "Wat u al hebt ingelezen, verandert niet."
    submit_label = "Sla de indeling op"
    done = "De indeling is opgeslagen."
    typed = False

    def first(self) -> Document:
        """What it is now."""
        return saving.document_of_profile(self.target)

    def posted(self) -> Document:
        """The same with what was typed: a column without a meaning is not used."""
        sent = self.request.POST
        columns = [
            {"header": row["header"], "field": sent.get(f"betekenis-{place}", "")}
            for place, row in enumerate(self.target.columns)
        ]
        return {
            **self.first(),
            "name": sent.get("name", "").strip(),
            "decimal": sent.get("decimal", ""),
            "dateForm": sent.get("dateForm", ""),
            "columns": [row for row in columns if row["field"]],
        }

    def content(self) -> Document:
        """Each saved column with what it may be."""
        layout: Layout = layout_of(self.target.kind)
        meanings = [("", "Niet gebruiken"), *((each.code, each.label) for each in layout.fields)]
        chosen = {row["header"]: row["field"] for row in self.document["columns"]}
        return {
            "rows": [
                {"header": row["header"], "name": f"betekenis-{place}", "chosen": chosen.get(row["header"], "")}
                for place, row in enumerate(self.target.columns)
            ],
            "meanings": meanings,
            "decimals": list(DECIMAL_WORDS.items()),
            "date_forms": list(DATE_WORDS.items()),
        }


class End(_OnAProfile):
    """Offer it no more."""

    act = saving.end_profile
    title, question = "Indeling beëindigen", "Wilt u deze indeling beëindigen?"
    lead = "Wij bieden deze niet meer aan. Wat u ermee hebt ingelezen, blijft."
    submit_label, danger = "Beëindig de indeling", True
    done = "De indeling is beëindigd."


def _columns(profile: ColumnProfile) -> str:
    known = layout_of(profile.kind).by_code
    labels = [known[row["field"]].label for row in profile.columns if row["field"] in known]
    return ", ".join(labels)
