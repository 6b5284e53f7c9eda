"""Contracts and their suppliers for the search box."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from contracts.models import Contract
from mvi_dashboard.ground import access
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import Supplier
from mvi_dashboard.ground.searching import FoundKind, Hit, Question, itself
from mvi_dashboard.ground.suppliers.families import among, now_called
from tenders.models import Lot


def _contracts(actor: Actor, question: Question) -> QuerySet[Contract]:
    every = Contract.objects.order_by()
    # No more than a result says: what was promised and how was chosen are long.
    seen = Contract.objects.visible_to(actor).select_related("organisation", "supplier")
    return question.among(
        seen.defer("promised_effect"),
        {
            Contract: itself,
            Lot: lambda hits: every.filter(award__lot__in=hits).values("pk"),
            Supplier: lambda hits: every.filter(supplier__in=hits).values("pk"),
        },
    )


def _suppliers(actor: Actor, question: Question) -> QuerySet[Supplier]:
    """Those with whom this actor sees a contract: the page of a supplier is the list of those."""
    visible = Contract.objects.visible_to(actor).annotate(firm=now_called("supplier"))
    seen = Supplier.objects.filter(Exists(visible.filter(firm=OuterRef("pk"))), merged_into=None)
    every = Supplier.objects.order_by()

    def now(hits: Any) -> QuerySet[Any]:
        return every.filter(among(every.filter(pk__in=hits))).values("pk")

    return question.among(seen, {Supplier: now})


def _contract(contract: Contract) -> Hit:
    return Hit(
        f"{contract.reference} {contract.title}",
        reverse("contracts:contract", args=[contract.public_id]),
        f"{contract.supplier.name}, {contract.organisation.name}",
        dutch=True,
    )


def _supplier(supplier: Supplier) -> Hit:
    return Hit(supplier.name, f"{reverse('contracts:list')}?{urlencode({'leverancier': supplier.code})}")


FOUND = (
    FoundKind(
        "contracten",
        "Contracten",
        ("contract", "contracten"),
        _contracts,
        ("-start", "id"),
        _contract,
        lambda actor: actor.supplier_id is not None or actor.may(access.CONTRACT_READ),
    ),
    FoundKind(
        "leveranciers",
        "Leveranciers met een contract",
        ("leverancier", "leveranciers"),
        _suppliers,
        ("name", "id"),
        _supplier,
        lambda actor: actor.supplier_id is None and actor.may(access.CONTRACT_READ),
    ),
)
