"""The suppliers as organisations see them, and the one row that a supplier sees: its own."""

from __future__ import annotations

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from mvi_dashboard.ground import clock
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.listing import COUNT, Cell, Column, Listing
from mvi_dashboard.ground.models import Membership, Supplier
from mvi_dashboard.ground.ordering import Order, Orders

from . import firms
from .families import among, now_called

ORDERS = Orders(
    "naam",
    name=Order("naam", "Naam", "name"),
    code=Order("code", "Code", "code"),
    country=Order("land", "Land", "country"),
    number=Order("nummer", "Nummer", "registration_number"),
    people=Order("mensen", "Mensen", "people"),
)
LIST = Listing(
    "leveranciers",
    "Leveranciers",
    ORDERS,
    Column(
        "Naam",
        lambda row: row.name,
        order="name",
        shown=lambda row: Cell(row.name, url=reverse("supplier", args=[row.code])),
    ),
    Column("Code", lambda row: row.code, order="code", shown=lambda row: Cell(row.code, code=True)),
    Column("Land", lambda row: row.country or None, order="country"),
    Column("Nummer", lambda row: row.registration_number or None, order="number"),
    Column("Mensen", lambda row: row.people, COUNT, order="people"),
)
LONGEST_SEARCH, MOST_WORDS = 100, 6


def visible_to(actor: Actor) -> QuerySet[Supplier]:
    """All of them for who works at an organisation; for a supplier itself; for others none."""
    if actor.organisation_ids:
        return Supplier.objects.filter(practice=actor.practice_id)
    return Supplier.objects.filter(pk__in=actor.supplier_ids)


def found_by(text: str) -> QuerySet[Supplier]:
    """The firms with each of these words in name, code or number, each with how many people work there."""
    found = Supplier.objects.filter(practice=None)
    for word in text.replace("\x00", "")[:LONGEST_SEARCH].split()[:MOST_WORDS]:
        number = Q(registration_number__icontains=word) | Q(number_key__icontains=word)
        found = found.filter(Q(name__icontains=word) | Q(code__icontains=word) | number)
    found = Supplier.objects.filter(among(found))
    roles = Membership.objects.filter(firms.works_there(clock.today())).annotate(firm=now_called("supplier"))
    there = roles.filter(firm=OuterRef("pk"))
    counted = there.order_by().values("firm").annotate(number=Count("user", distinct=True)).values("number")
    return found.annotate(people=Coalesce(Subquery(counted), 0))
