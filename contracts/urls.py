"""The pages of contracts."""

from __future__ import annotations

from django.urls import path

from .views import changing, finalising, lists, ocds, on_bases, one_contract, recording, registering

app_name = "contracts"
urlpatterns = [
    path("contracten/", lists.contracts, name="list"),
    path("contracten/toevoegen/", registering.Register.as_view(), name="register"),
    path("contracten/<uuid:public_id>/", one_contract.contract, name="contract"),
    path("contracten/<uuid:public_id>/ocds.json", ocds.ocds, name="ocds"),
    path("contracten/<uuid:public_id>/andere-methodes/", on_bases.on_bases, name="on_bases"),
    *recording.paths_under("contracten/<uuid:public_id>/"),
    path("contracten/<uuid:public_id>/bedrag/", registering.StateMoney.as_view(), name="state_money"),
    path("contracten/<uuid:public_id>/gemiddeld/", registering.StateAverage.as_view(), name="state_average"),
    path("contracten/<uuid:public_id>/producten/", registering.StateBill.as_view(), name="state_bill"),
    path(
        "contracten/<uuid:public_id>/regels/<uuid:line>/weg/",
        registering.WithdrawLine.as_view(),
        name="withdraw_line",
    ),
    path("contracten/<uuid:public_id>/leveringen-sluiten/", changing.Close.as_view(), name="close"),
    path("contracten/<uuid:public_id>/wijzigen/", changing.Edit.as_view(), name="edit"),
    path("aanbestedingen/<uuid:public_id>/definitief/", finalising.Finalise.as_view(), name="finalise"),
]
