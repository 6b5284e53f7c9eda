"""Contracts and their suppliers for the search box."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from contracts.models import Contract
from mvi_dashboard.ground import access
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import Supplier
from mvi_dashboard.ground.searching import FoundKind, Hit, Question, by, itself
from mvi_dashboard.ground.suppliers.families import among, now_called


def _contracts(actor: Actor, question: Question) -> QuerySet[Contract]:
    # No more than a result says: what was promised and how was chosen are long.
    seen = Contract.objects.visible_to(actor).select_related("organisation", "supplier")
    # The title of its lot is its own.
    return question.among(seen.defer("promised_effect"), {Contract: itself, Supplier: by("supplier_id")})


def _suppliers(actor: Actor, question: Question) -> QuerySet[Supplier]:
    """Those with whom this actor sees a contract: the page of a supplier is the list of those."""
    visible = Contract.objects.visible_to(actor).annotate(firm=now_called("supplier"))
    seen = Supplier.objects.filter(Exists(visible.filter(firm=OuterRef("pk"))), merged_into=None)
    every = Supplier.objects.order_by()

    return question.among(seen, {Supplier: lambda hits: among(every.filter(pk__in=hits))})


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
