"""The paths of tenders and bids under /api/v1."""

from __future__ import annotations

from django.urls import path

from mvi_dashboard.ground.api.files import files_endpoint
from tenders.attached import AWARD, BID, TENDER

from .bids import OneBid, TenderBids
from .elsewhere import HoldElsewhere, LoadBids, RecordHistory, UnloadBid
from .notices import NoticeImports, Ocds
from .tenders import Cancel, Comparison, Decide, OneTender, Open, Publish, Tenders, Withdraw
from .workbooks import BidImports, GroupWorkbook, LotWorkbook

urlpatterns = [
    path("tenders", Tenders.as_view(), name="tenders"),
    path("tenders/<uuid:public_id>", OneTender.as_view(), name="tender"),
    path("tenders/<uuid:public_id>/ocds", Ocds.as_view()),
    path("imports/ocds", NoticeImports.as_view(), name="imports-ocds"),
    path("tenders/_record-history", RecordHistory.as_view()),
    path("tenders/<uuid:public_id>/_hold-elsewhere", HoldElsewhere.as_view()),
    path("tenders/<uuid:public_id>/_load-bids", LoadBids.as_view()),
    path("bids/<uuid:public_id>/_unload", UnloadBid.as_view()),
    path("tenders/<uuid:public_id>/_publish", Publish.as_view()),
    path("tenders/<uuid:public_id>/_open", Open.as_view()),
    path("tenders/<uuid:public_id>/_decide", Decide.as_view()),
    path("tenders/<uuid:public_id>/_withdraw", Withdraw.as_view()),
    path("tenders/<uuid:public_id>/_cancel", Cancel.as_view()),
    path("tenders/<uuid:public_id>/comparison", Comparison.as_view()),
    path("tenders/<uuid:public_id>/bids", TenderBids.as_view()),
    path(
        "tenders/<uuid:public_id>/attachments",
        files_endpoint(TENDER, "tenders", "een aanbesteding", ("aanbestedingen",)).as_view(),
    ),
    path(
        "lots/<uuid:public_id>/award/attachments",
        files_endpoint(AWARD, "awards", "een gunningsbeslissing", ("aanbestedingen",)).as_view(),
    ),
    path(
        "bids/<uuid:public_id>/attachments",
        files_endpoint(BID, "bids", "een inschrijving", ("inschrijvingen",)).as_view(),
    ),
    path("tenders/<uuid:public_id>/workbook", LotWorkbook.as_view()),
    path("product-groups/<str:code>/workbook", GroupWorkbook.as_view()),
    path("imports/bids", BidImports.as_view()),
    path("bids/<uuid:public_id>", OneBid.as_view(), name="bid"),
]
