"""Workbooks over REST: of a group, of a lot, and a filled-in one as a bid."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request

from indicators.selectors import LEVELS, get_group, protocol_for, protocol_of
from indicators.selectors.protocols import STANDARD
from indicators.services import known_to
from mvi_dashboard.ground import access, receipts
from mvi_dashboard.ground.problems import Refused, refuse
from mvi_dashboard.ground.rest.endpoint import Endpoint
from mvi_dashboard.ground.rest.operations import operation
from mvi_dashboard.ground.shapes import Boolean, Choice, Object, Uuid, read_or_refuse
from tenders import resources, selectors, services
from tenders.exchange import (
    ReadWorkbook,
    bid_workbook,
    layout_of,
    lot_named_in,
    read_bid_workbook,
    refuse_another_lot,
    sheets_of,
)
from tenders.exchange.writing import MEDIA_TYPE
from tenders.models import Lot
from tenders.services.bid_documents import arrays_of, read_bid, spelled

from .bids import TAG, Receiving

_NO_SUCH_LOT = (
    "Dit werkboek is van een perceel dat hier niet te vinden is: haal het werkboek van uw eigen perceel op."
)
_FILE = Object({"lot": Uuid(required=False, label="Perceel", help="Alleen als het niet in het werkboek staat.")})


class GroupWorkbook(Endpoint):
    """What a supplier must deliver, as a workbook to fill in."""

    open_to_all = True

    @operation(
        "Werkboek van een productgroep",
        query={"level": Choice(list(LEVELS), required=False, default=STANDARD, help="Hoeveel er wordt gevraagd.")},
        answers={},
        files=(MEDIA_TYPE,),
        name="product_groups_workbook",
        tags=("referentie",),
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        """XLSX with the same fields as the data request, with explanation and code lists; nothing is locked."""
        group = get_group(code)
        layout = layout_of(group, protocol_of(protocol_for(group)), self.parameters["level"])
        return _file(bid_workbook(layout, self.actor))


class LotWorkbook(Endpoint):
    """The workbook of one lot."""

    @operation(
        "Werkboek van een perceel",
        query={"lot": Uuid(required=False, help="Het perceel, als er meer dan een is.")},
        answers={},
        files=(MEDIA_TYPE,),
        name="tenders_workbook",
        tags=TAG,
    )
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """With the demand of the lot, to send back to `/imports/bids`."""
        tender = selectors.get_tender(self.actor, public_id)
        lots, named = list(tender.lots.all()), self.parameters["lot"]
        lot = next((each for each in lots if each.public_id == named or (named is None and len(lots) == 1)), None)
        if lot is None:
            code, text = (
                ("does_not_exist", "Dit perceel bestaat niet.") if named else ("required", "Kies een perceel.")
            )
            raise refuse(code, text, "lot")
        protocol = protocol_of(lot.protocol or protocol_for(lot.group))
        items = sorted(lot.items.all(), key=lambda item: item.number)
        layout = layout_of(lot.group_as_asked, protocol, lot.request_level)
        return _file(bid_workbook(layout, self.actor, lot=lot, items=items))


class BidImports(Receiving):
    """A bid from a workbook."""

    takes_file = True

    @operation(
        "Schrijf in met een werkboek: eerst een voorbeeld",
        form=_FILE,
        query={"confirm": Boolean(required=False, default=False, help="Dien de inschrijving meteen in.")},
        answers={200: resources.BidPreview, 201: resources.BidReceived},
        once=True,
        name="imports_bids",
        tags=TAG,
    )
    def post(self, request: Request) -> HttpResponse:
        """What was read, which is not stored as bids are sealed; with `confirm=true` the bid itself (201)."""
        access.require(self.actor, access.BID_SUBMIT)
        if self.file is None:
            raise refuse("required", "Stuur het werkboek mee als formulier, in het veld `file`.", "file")
        lot, read = self._read()
        if self.parameters["confirm"]:
            return self.once(lambda once: _submitted(self.actor, lot, read, once=once), answer=self.received)
        items = list(lot.items.select_related("product_type").order_by("number"))
        content = read_bid(
            read.document, lot, items, arrays=arrays_of(lot.tender), known=known_to(self.actor), typed=True
        )
        if content.problems:
            raise Refused(read.at_cells(content.problems))
        return self.answer(
            resources.BidPreview(
                id=None,
                read=resources.LinesRead(lines=len(content.lines)),
                left_out=[resources.NotRead(what="werkboek", why=note) for note in read.notes],
                errors=[],
                document=json.loads(receipts.canonical(spelled(content.data))),
            )
        )

    def _read(self) -> tuple[Lot, ReadWorkbook]:
        assert self.file is not None
        fields = read_or_refuse(_FILE, self.file.fields)
        sheets = sheets_of(self.file.content, self.file.name)
        if fields["lot"]:
            refuse_another_lot(sheets, str(fields["lot"]))
        named = fields["lot"] or lot_named_in(sheets)
        if not named:
            raise refuse("required", "Zeg voor welk perceel dit is: stuur `lot` mee.", "lot")
        try:
            lot = selectors.get_published_lot(self.actor, named)
        except Refused:
            if fields["lot"]:
                raise
            raise refuse("does_not_exist", _NO_SUCH_LOT, "lot") from None
        layout = layout_of(lot.group_as_asked, protocol_of(lot.protocol), lot.request_level)
        return lot, read_bid_workbook(sheets, layout, self.actor)


def _submitted(actor: access.Actor, lot: Lot, read: ReadWorkbook, **given: Any) -> None:
    document = read.document | {"lot": str(lot.public_id)}
    try:
        services.submit_bid(actor, tender_id=lot.tender.public_id, document=document, typed=True, **given)
    except Refused as refused:
        raise Refused(read.at_cells(refused.problems), refused.kind) from None


def _file(content: bytes) -> HttpResponse:
    answer = HttpResponse(content, content_type=MEDIA_TYPE)
    answer["Content-Disposition"] = 'attachment; filename="inschrijving.xlsx"'
    return answer
