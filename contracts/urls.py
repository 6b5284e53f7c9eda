"""The pages of contracts."""

from __future__ import annotations

from django.urls import path

from .views import changing, finalising, lists, on_bases, recording, showing

app_name = "contracts"
urlpatterns = [
    path("contracten/", lists.contracts, name="list"),
    path("contracten/<uuid:public_id>/", showing.contract, name="contract"),
    path("contracten/<uuid:public_id>/andere-methodes/", on_bases.on_bases, name="on_bases"),
    path("contracten/<uuid:public_id>/levering/", recording.deliver, name="deliver"),
    path("contracten/<uuid:public_id>/gebruik/", recording.use, name="use"),
    path("contracten/<uuid:public_id>/reparatie/", recording.repair, name="repair"),
    path("contracten/<uuid:public_id>/reparaties-volledig/", recording.repair_period, name="repair_period"),
    path("contracten/<uuid:public_id>/afvoer/", recording.retire, name="retire"),
    path("contracten/<uuid:public_id>/leveringen-sluiten/", changing.close, name="close"),
    path("contracten/<uuid:public_id>/wijzigen/", changing.edit, name="edit"),
    path("aanbestedingen/<uuid:public_id>/definitief/", finalising.finalise, name="finalise"),
]
