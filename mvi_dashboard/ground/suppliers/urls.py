"""The addresses of everything about suppliers."""

from __future__ import annotations

from django.urls import path

from . import merging_pages, pages, registering_pages

_FIRM = "organisatie/leveranciers/<slug:code>/"
urlpatterns = [
    path("leveranciers/aanmelden/", registering_pages.Register.as_view(), name="supplier-register"),
    path("leveranciers/aanmelden/verstuurd/", registering_pages.registered, name="supplier-registered"),
    path("leveranciers/bevestigen/<str:link>/", registering_pages.Confirm.as_view(), name="supplier-confirm"),
    path("leverancier/", pages.own_supplier, name="own-supplier"),
    path("leverancier/collega/<uuid:public_id>/toelaten/", pages.LetIn.as_view(), name="supplier-let-in"),
    path("leverancier/collega/<uuid:public_id>/afwijzen/", pages.TurnAway.as_view(), name="supplier-turn-away"),
    path("organisatie/leveranciers/", pages.supplier_list, name="supplier-list"),
    path("organisatie/nieuwe-leverancier/", pages.New.as_view(), name="supplier-new"),
    path(_FIRM, pages.one_supplier, name="supplier"),
    path(f"{_FIRM}wijzigen/", pages.Change.as_view(), name="supplier-change"),
    path(f"{_FIRM}samenvoegen/", merging_pages.Merge.as_view(), name="supplier-merge"),
    path(f"{_FIRM}losmaken/", merging_pages.Split.as_view(), name="supplier-split"),
    path(f"{_FIRM}uitnodigen/", pages.Invite.as_view(), name="supplier-invite"),
]
