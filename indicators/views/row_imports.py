"""A file with rows of reference data as pages: choose it, see what would change, and only then take it over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from indicators.factors.kept_previews import own_row_preview
from indicators.groups import row_imports
from indicators.groups.reference_rows import KINDS, World
from indicators.groups.row_files import columns_of
from indicators.groups.row_imports import FILE, MOST_CHANGED
from indicators.models import Proposal, ProposedRow, RowPreview
from indicators.resources.row_imports import RowChange
from mvi_dashboard.ground import access
from mvi_dashboard.ground.act_pages import ActPage, Document
from mvi_dashboard.ground.pages import actor_of, may, posted_document, redrawn
from mvi_dashboard.ground.problems import Problem, Refused, not_found, refuse
from mvi_dashboard.ground.sent_files import Upload
from mvi_dashboard.ground.uploads import file_in

from .catalogue import crumbs_to
from .in_files import place_in, told_of_file
from .reference_forms import cells_of
from .reference_places import ABOVE, PLACES, proposal_url
from .reference_rows import kind_at

MOST_SHOWN = 60


@require_http_methods(["GET", "HEAD", "POST"])
@may(access.REFERENCE_EDIT)
def upload(request: HttpRequest, place: str) -> HttpResponse:
    """A file in; what is wrong stands in a table by row and column, and then there is no preview."""
    kind = kind_at(place)
    document: dict[str, Any] = {"decimal": ","}
    problems: list[Problem] = []
    status = 200
    if request.method == "POST":
        document = posted_document(request, "file")
        try:
            preview = _previewed(request, kind.code, document)
        except Refused as refused:
            problems, status = refused.problems, redrawn(refused)
        else:
            return redirect("indicators:rows_preview", place=place, public_id=preview.public_id)
    context = {
        "kind": kind,
        "place": place,
        "document": document,
        **told_of_file(FILE, problems, lambda problem: place_in(problem, columns_of(kind.code))),
        "shape": FILE,
        "columns": columns_of(kind.code).items(),
        "most": MOST_CHANGED,
        "back_url": reverse("indicators:reference_rows", args=[place]),
        "crumbs": crumbs_to("Bestand inlezen", ABOVE),
    }
    return render(request, "indicators/import_rows.html", context, status=status)


def _previewed(request: HttpRequest, kind: str, document: Mapping[str, Any]) -> RowPreview:
    sent = file_in(request)
    if sent is None:
        raise refuse("required", "Kies een bestand.", "file")
    return row_imports.preview_rows(
        actor_of(request), kind=kind, document=document, upload=Upload(*sent), typed=True
    )


class Preview(ActPage[RowPreview]):
    """What would change, and the button that takes it over."""

    act = row_imports.confirm_rows
    template = "indicators/rows_preview.html"
    done = "Het staat in uw voorstel. Er verandert niets voordat een tweede persoon het vaststelt."

    def find(self, **address: Any) -> RowPreview:
        """The own preview of this kind. Raises Refused: absent."""
        self.place = address["place"]
        found = own_row_preview(self.actor, address["public_id"])
        if PLACES.get(self.place) != found.kind:
            raise not_found()
        return found

    def named(self) -> Document:
        """The preview."""
        return {"public_id": self.target.public_id}

    def back_url(self) -> str:
        """Where a file is chosen."""
        return reverse("indicators:import_rows", args=[self.place])

    def next_url(self, outcome: Proposal) -> str:
        """The proposal that it came into."""
        where: str = proposal_url(outcome)
        return where

    def content(self) -> Document:
        """What was read, and what would change cell by cell."""
        found, kind = row_imports.answer_of(self.target), KINDS[self.target.kind]
        labels = columns_of(kind.code)
        counts = found.counts
        facts = [("Regels gelezen", found.read), ("Gewijzigd", counts.changed), ("Nieuw", counts.added)]
        proposed = [_proposed(kind.code, each) for each in found.rows]
        world = World(proposed)
        rows = [
            {"change": each, "cells": cells_of(kind, row, world), "name": each.after.get("nameNl", each.code)}
            for each, row in zip(found.rows[:MOST_SHOWN], proposed, strict=False)
        ]
        return {
            "preview": self.target,
            "kind": kind,
            "found": found,
            "counts": [
                {"label": label, "value": value}
                for label, value in [*facts, ("Al gelijk, niet overgenomen", counts.same)]
            ],
            "changed": [each for each in rows if each["change"].before is not None],
            "added": [each for each in rows if each["change"].before is None],
            "hidden": max(0, len(found.rows) - MOST_SHOWN),
            "columns": [(each.column, labels.get(each.field, each.field)) for each in found.columns],
            "warnings": found.warnings,
            "expires": found.expires_at,
            "back_url": self.back_url(),
            "proposal_url": reverse("indicators:proposal", args=[found.made]) if found.made else "",
            "crumbs": crumbs_to("Voorbeeld", ABOVE),
        }


def _proposed(kind: str, change: RowChange) -> ProposedRow:
    return ProposedRow(kind=kind, code=change.code, before=change.before, after=change.after)
