"""Bids from another platform as pages: say that it runs there, choose files, look, and only then take them in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from mvi_dashboard.ground import access, clock
from mvi_dashboard.ground.act_pages import ActPage, Document
from mvi_dashboard.ground.pages import actor_of, may, redrawn
from mvi_dashboard.ground.problems import Problem, Refused, refuse
from mvi_dashboard.ground.sent_files import Upload
from mvi_dashboard.ground.suppliers.listing import visible_to
from mvi_dashboard.ground.suppliers.naming import firms_known
from mvi_dashboard.ground.uploads import file_in
from tenders import selectors, services
from tenders.exchange.loads import MOST_FILES, LoadedFile, as_bid, at_files, packed, read_load, unpacked
from tenders.models import Bid, BidLoad, Tender

from .acts import TenderPage
from .words import crumbs, tender_url

MOST_NAMED = 500
"""So many suppliers are offered while somebody types; of more the name or number is typed."""
_SKIPPED = "Zo kan dit bestand er niet in. Laat het weg, of laat het herstellen en stuur het opnieuw."


class HoldElsewhere(TenderPage):
    """Lays fast what is asked, of a tender whose bids come in on another platform."""

    act = services.hold_elsewhere
    template = "tenders/hold_elsewhere.html"
    title, question = "Elders gehouden", "Loopt deze aanbesteding op een ander platform?"
    submit_label = "Houd deze aanbesteding elders"
    done = "Deze aanbesteding loopt elders. Na de opening daar leest u de inschrijvingen hier in."

    def content(self) -> Document:
        """What misses before it can."""
        needs = services.needs_of(selectors.document_of_tender(self.target), clock.now())
        missing = [need for need in needs if not need.done and need.problem and need.problem.code != "past"]
        edit = reverse("tenders:edit", args=[self.target.public_id])
        return {"missing": missing, "form_url": edit}


@require_http_methods(["GET", "HEAD", "POST"])
@may(access.TENDER_EDIT)
def upload(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A workbook or a zip of them in; nothing of it is a bid yet."""
    actor = actor_of(request)
    tender = selectors.get_tender(actor, public_id)
    services.require_may_load(actor, tender)
    problems: Sequence[Problem] = ()
    status = 200
    if request.method == "POST":
        try:
            load = _kept(request, tender)
        except Refused as refused:
            problems, status = refused.problems, redrawn(refused)
        else:
            return redirect("tenders:load", public_id=tender.public_id, load_id=load.public_id)
    context = {
        "tender": tender,
        "problems": [each if each.path else replace(each, path=("file",)) for each in problems],
        "document": {},
        "most": MOST_FILES,
        "loaded": selectors.loaded_bids(tender),
        "back_url": tender_url(tender),
        "crumbs": crumbs((tender.title, tender_url(tender)), ("Inlezen", "")),
    }
    return render(request, "tenders/load_files.html", context, status=status)


def _kept(request: HttpRequest, tender: Tender) -> BidLoad:
    sent, actor = file_in(request), actor_of(request)
    if sent is None:
        raise refuse("required", "Kies een werkboek (.xlsx), of een zip met werkboeken.", "file")
    lots = sorted(tender.lots.all(), key=lambda lot: lot.number)
    return services.keep_load(actor, tender, packed(read_load(actor, lots, Upload(*sent), firms_known(actor))))


class TakeIn(ActPage[Tender]):
    """What was read of each file, of whom it is, and the button that takes it in."""

    act = services.load_bids
    template = "tenders/load.html"
    title = "Inschrijvingen inlezen"
    done = "De inschrijvingen zijn ingelezen en verzegeld. Open ze nu met zijn tweeën."

    def find(self, **address: Any) -> Tender:
        """The tender, with the own files that were read for it. Raises Refused: absent."""
        tender = selectors.get_tender(self.actor, address["public_id"])
        self.kept = services.own_load(self.actor, tender, address["load_id"])
        self.load = unpacked(services.content_of(self.kept))
        return tender

    def require_possible(self) -> None:
        """Until the opening here."""
        services.require_may_load(self.actor, self.target)

    def named(self) -> Document:
        """The tender, with the files behind its bids."""
        return {"tender_id": self.target.public_id, "files": self.sent}

    def back_url(self) -> str:
        """Where files are chosen."""
        return reverse("tenders:load_files", args=[self.target.public_id])

    def next_url(self, outcome: Tender) -> str:
        """The tender."""
        return tender_url(outcome)

    def first(self) -> Document:
        """What the files themselves say of whom they are; a broken one is left out."""
        files = self.load.files
        return {"bids": [{"supplier": each.firm, "skip": "" if each.read else "on"} for each in files]}

    def carry_out(self, document: Document) -> Any:
        """The chosen files taken in. Raises Refused, with problems at their files."""
        rows = _rows_of(document, len(self.load.files))
        chosen = [number for number, row in enumerate(rows) if not row.get("skip")]
        broken = [number for number in chosen if self.load.files[number].read is None]
        if broken:
            raise Refused([Problem(("bids", number, "skip"), "not_readable", _SKIPPED) for number in broken])
        files = [self.load.files[number] for number in chosen]
        said = {name: document.get(name) for name in ("openedAt", "firstOpener", "secondOpener")}
        said["bids"] = [as_bid(file, rows[number]) for file, number in zip(files, chosen, strict=True)]
        said["confirmations"] = _renumbered(document.get("confirmations"), chosen)
        self.sent = [each.received for each in files]
        try:
            done = super().carry_out(said)
        except Refused as refused:
            raise Refused(_placed(at_files(files, refused.problems), chosen), refused.kind) from None
        services.throw_away(self.kept)
        return done

    def content(self) -> Document:
        """Each file with what was read of it and what is wrong with it."""
        rows, problems = _rows_of(self.document, len(self.load.files)), list(self.problems)
        if self.request.method != "POST":
            problems = self._first_look(rows)
        return {
            "files": [self._shown(number, file, problems) for number, file in enumerate(self.load.files)],
            "left_out": self.load.left_out,
            "asked": [each for each in problems if each.confirmable],
            "suppliers": visible_to(self.actor).filter(merged_into=None).order_by("name", "id")[:MOST_NAMED],
            "expires": services.expires_at(self.kept),
            "tender": self.target,
            "crumbs": crumbs((self.target.title, tender_url(self.target)), ("Inlezen", "")),
        }

    def _first_look(self, rows: Sequence[Mapping[str, Any]]) -> list[Problem]:
        """What is wrong with the bids themselves; of whom they are is still asked."""
        chosen = [number for number, file in enumerate(self.load.files) if file.read is not None]
        files = [self.load.files[number] for number in chosen]
        documents = [as_bid(file, rows[number]) for file, number in zip(files, chosen, strict=True)]
        found = services.check_bids(self.actor, self.target, documents, clock.now(), typed=True)[1]
        wrong = [each for each in found if each.path[2:] != ("supplier",) or each.code != "required"]
        return _placed(at_files(files, wrong), chosen)

    def _shown(self, number: int, file: LoadedFile, problems: Iterable[Problem]) -> Document:
        mine = [each for each in problems if each.path[:2] == ("bids", number) and not each.confirmable]
        at_file = [each.detail for each in mine if each.path[2] not in ("supplier", "platformReference", "skip")]
        return {
            "file": file,
            "name": f"bids.{number}",
            "number": number + 1,
            "wrong": [*(each.detail for each in file.problems), *at_file],
            "notes": file.read.notes if file.read else [],
            "lines": len(file.read.document.get("lines") or ()) if file.read else 0,
        }


class Unload(ActPage[Bid]):
    """Asks why a bid that was brought in goes away again."""

    act = services.unload_bid
    title, question = "Weghalen", "Wilt u deze ingelezen inschrijving weghalen?"
    lead = "U kunt die daarna opnieuw inlezen. In het logboek blijft staan wie dit deed, en waarom."
    submit_label, danger = "Haal de inschrijving weg", True
    done = "De inschrijving is weggehaald."

    def find(self, **address: Any) -> Bid:
        """The bid. Raises Refused: absent."""
        return selectors.loaded_bid(self.actor, address["public_id"])

    def named(self) -> Document:
        """The bid."""
        return {"bid_id": self.target.public_id}

    def back_url(self) -> str:
        """The tender."""
        return tender_url(self.target.lot.tender)

    def frame(self) -> Document:
        """Whose it is."""
        bid, tender = self.target, self.target.lot.tender
        return {
            "eyebrow": f"{tender.title}, {bid.supplier.name}",
            "crumbs": crumbs((tender.title, tender_url(tender)), (self.title, "")),
        }


def _rows_of(document: Mapping[str, Any], many: int) -> list[Mapping[str, Any]]:
    """What was typed beside each file."""
    rows = document.get("bids")
    found = [row if isinstance(row, Mapping) else {} for row in rows] if isinstance(rows, list) else []
    return [*found, *[{}] * many][:many]


def _placed(problems: Iterable[Problem], chosen: Sequence[int]) -> list[Problem]:
    """The problems of the bids that were sent at the files on the page."""
    return [
        replace(each, path=("bids", chosen[int(each.path[1])], *each.path[2:]))
        if each.path[:1] == ("bids",) and len(each.path) > 1
        else each
        for each in problems
    ]


def _renumbered(confirmations: Any, chosen: Sequence[int]) -> list[dict[str, Any]]:
    """The confirmations of files as those of the bids that are sent; of what is left out none."""
    places, found = {str(file): place for place, file in enumerate(chosen)}, []
    for row in confirmations if isinstance(confirmations, list) else ():
        if not isinstance(row, Mapping) or not str(row.get("reason") or "").strip():
            continue
        start, _, rest = str(row.get("attr") or "").partition(".")
        number, _, rest = rest.partition(".")
        if start == "bids" and number in places:
            found.append({**row, "attr": f"bids.{places[number]}.{rest}"})
    return found
