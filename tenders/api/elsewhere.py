"""Tenders that run on another platform, and those of the past, over REST."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request

from mvi_dashboard.ground import clock
from mvi_dashboard.ground.problem_answers import remarks_of
from mvi_dashboard.ground.problems import Refused
from mvi_dashboard.ground.rest.operations import acting, operation
from mvi_dashboard.ground.sent_files import Upload
from mvi_dashboard.ground.shapes import Boolean, Object, Text
from mvi_dashboard.ground.suppliers.naming import firms_known
from tenders import resources, selectors, services
from tenders.exchange.loads import Load, as_bid, at_files, read_load
from tenders.models import Bid, Tender
from tenders.services.loading import LOAD

from .bids import TAG as BIDS
from .tenders import TAG, Answering

_OPENING = ("opened_at", "first_opener", "second_opener")
_FILE = Object(
    {
        **{name: LOAD.fields[name] for name in _OPENING},
        "supplier": Text(
            200,
            required=False,
            default="",
            label="Leverancier",
            help="Naam, KvK-nummer of code. Leeg, of bij een zip: volgt uit de naam van elk bestand.",
        ),
        "platform_reference": Text(100, required=False, default="", label="Nummer van de inschrijving daar"),
    }
)


class HoldElsewhere(Answering):
    """_hold-elsewhere."""

    @acting(services.hold_elsewhere, answers={200: resources.Tender}, name="tenders_hold_elsewhere", tags=TAG)
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """Bids come in on another platform; suppliers do not see it here."""
        return self.carry_out(services.hold_elsewhere, answer=self.tender, tender_id=public_id)


class RecordHistory(Answering):
    """_record-history."""

    @acting(services.record_history, answers={201: resources.Tender}, name="tenders_record_history", tags=TAG)
    def post(self, request: Request) -> HttpResponse:
        """A tender of before this system with its bids and decision; with a decision `_finalise` may follow."""
        return self.carry_out(services.record_history, answer=self.tender)


class LoadBids(Answering):
    """_load-bids."""

    takes_file = True

    @operation(
        services.load_bids.declaration.title,
        body=LOAD,
        form=_FILE,
        query={"confirm": Boolean(required=False, default=False, help="Lees een bestand meteen in.")},
        answers={200: resources.LoadPreview, 201: resources.Tender},
        once=True,
        name="tenders_load_bids",
        tags=BIDS,
    )
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """Bids as JSON (201); of a workbook or zip first what was read, with `confirm=true` all of it (201)."""
        if self.file is None:
            return self.carry_out(services.load_bids, answer=self.tender, tender_id=public_id)
        tender = selectors.get_tender(self.actor, public_id)
        services.require_may_load(self.actor, tender)
        load = self._read(tender)
        if not self.parameters["confirm"]:
            return self.answer(self._preview(tender, load))
        return self.once(lambda once: self._taken_in(tender, load, once=once), answer=self.tender)

    def _read(self, tender: Tender) -> Load:
        assert self.file is not None
        lots = sorted(tender.lots.all(), key=lambda lot: lot.number)
        upload = Upload(self.file.name, self.file.content)
        load = read_load(self.actor, lots, upload, firms_known(self.actor))
        broken = [each.under("bids", place) for place, file in enumerate(load.files) for each in file.problems]
        if broken:
            raise Refused(broken)
        return load

    def _bids(self, load: Load) -> list[dict[str, Any]]:
        assert self.file is not None
        said = self.file.fields if len(load.files) == 1 else {}
        return [as_bid(each, said) for each in load.files]

    def _preview(self, tender: Tender, load: Load) -> resources.LoadPreview:
        found, wrong = services.check_bids(self.actor, tender, self._bids(load), clock.now(), typed=True)
        return resources.LoadPreview(
            read=resources.BidsRead(bids=len(found)),
            left_out=[resources.NotRead(what=what, why=why) for what, why in load.left_out],
            errors=remarks_of(at_files(load.files, wrong)),
            files=[
                resources.LoadedFile(
                    name=each.name,
                    sha256=each.sha256,
                    lot=each.lot,
                    supplier=None if bid is None else bid.supplier.code,
                    notes=each.read.notes if each.read else [],
                )
                for each, bid in zip(load.files, found, strict=True)
            ],
        )

    def _taken_in(self, tender: Tender, load: Load, **given: Any) -> Tender:
        assert self.file is not None
        said = {name: self.file.fields.get(name) for name in ("openedAt", "firstOpener", "secondOpener")}
        try:
            return services.load_bids(
                self.actor,
                tender_id=tender.public_id,
                document={**said, "bids": self._bids(load)},
                files=[each.received for each in load.files],
                **given,
            )
        except Refused as refused:
            raise Refused(at_files(load.files, refused.problems), refused.kind) from None


class UnloadBid(Answering):
    """_unload."""

    @acting(services.unload_bid, answers={200: resources.BidRow}, name="bids_unload", tags=BIDS)
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """Until the opening here; it can be brought in again."""
        return self.carry_out(services.unload_bid, answer=self._row, bid_id=public_id)

    def _row(self, bid: Bid) -> HttpResponse:
        found = selectors.loaded_bid(self.actor, bid.public_id)
        return self.answer(resources.BidRow.of(found), version=found.version)
