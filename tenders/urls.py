"""The pages of tenders and bids."""

from __future__ import annotations

from django.urls import path

from .views import (
    acts,
    awarding,
    bidding,
    bids,
    comparing,
    demand_methods,
    drafting,
    evidence,
    lists,
    loading,
    notices,
    overview,
    own_bids,
    publishing,
    workbooks,
)

app_name = "tenders"
_TENDER = "aanbestedingen/<uuid:public_id>/"
urlpatterns = [
    path("aanbestedingen/", lists.tender_list, name="list"),
    path("aanbestedingen/nieuw/", drafting.new, name="new"),
    path("aanbestedingen/uit-een-aankondiging/", notices.take, name="notice"),
    path(_TENDER, overview.tender_page, name="tender"),
    path(f"{_TENDER}ocds.json", notices.ocds, name="ocds"),
    path(f"{_TENDER}wijzigen/", drafting.edit, name="edit"),
    path(f"{_TENDER}methodes/", demand_methods.demand, name="demand_methods"),
    path(f"{_TENDER}publiceren/", publishing.Publish.as_view(), name="publish"),
    path(f"{_TENDER}openen/", acts.OpenBids.as_view(), name="open"),
    path(f"{_TENDER}elders/", loading.HoldElsewhere.as_view(), name="hold_elsewhere"),
    path(f"{_TENDER}inlezen/", loading.upload, name="load_files"),
    path(f"{_TENDER}inlezen/<uuid:load_id>/", loading.TakeIn.as_view(), name="load"),
    path(f"{_TENDER}stoppen/", acts.Cancel.as_view(), name="cancel"),
    path(f"{_TENDER}gunnen/", awarding.Decide.as_view(), name="decide"),
    path(f"{_TENDER}gunning-terugnemen/", awarding.Withdraw.as_view(), name="withdraw"),
    path(f"{_TENDER}vergelijken/", comparing.compare, name="compare"),
    path(f"{_TENDER}vergelijken/vergelijking.csv", comparing.compare_csv, name="compare_csv"),
    path(f"{_TENDER}vergelijken/vergelijking.xlsx", comparing.compare_xlsx, name="compare_xlsx"),
    path(f"{_TENDER}uitvraag/", workbooks.lot_request, name="request"),
    path(f"{_TENDER}werkboek/", workbooks.lot_workbook, name="workbook"),
    path("productgroepen/<str:code>/werkboek/", workbooks.group_workbook, name="group_workbook"),
    path(f"{_TENDER}inschrijven/", bidding.bid_form, name="bid_form"),
    path("inschrijvingen/", own_bids.own_bids, name="bids"),
    path("inschrijvingen/<uuid:public_id>/", bids.bid_page, name="bid"),
    path("inschrijvingen/<uuid:public_id>/bewijs/", evidence.bid_files, name="bid_files"),
    path("inschrijvingen/<uuid:public_id>/weghalen/", loading.Unload.as_view(), name="unload"),
    path("inschrijvingen/<uuid:public_id>/intrekken/", bids.Withdraw.as_view(), name="bid_withdraw"),
]
