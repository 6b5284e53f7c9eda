"""The search box over many tenders and contracts, held against the same page without a word."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from contracts.models import Contract
from indicators.models import Basis, ProductGroup, Theme
from mvi_dashboard.ground import accounts, audit, clock
from mvi_dashboard.ground.models import Organisation, Role, Supplier, User, Vault
from tenders.models import Award, Bid, BidVersion, Lot, Tender

from .measuring import Engine, medians

ROWS, ROUNDS, AT_ONCE = 100_000, 7, 2_000
_THINGS = ("stoelen", "tafels", "kasten", "lampen", "laptops", "auto's", "maaltijden", "papier", "verf", "tegels")
_PLACES = tuple(f"gebouw {number}" for number in range(500))
QUESTIONS = {
    "a word of every row": "levering",
    "a word of one in ten": "tafels",
    "two words": "tafels gebouw",
    "a number of one row": "meting-77",
    "a word of none": "zeppelin",
}


def engines(rows: int = ROWS, rounds: int = ROUNDS) -> list[Engine]:
    """The page of the search box with a word, beside the same page with an empty one."""
    person = _filled(rows)
    client = Client()
    client.force_login(person)
    asked = {"nothing": "", **QUESTIONS}
    taken = medians({name: _asks(client, typed) for name, typed in asked.items()}, rounds)
    return [
        Engine(f"search {rows} tenders and as many contracts: {name}", seconds, seconds / taken["nothing"])
        for name, seconds in taken.items()
    ]


def _asks(client: Client, typed: str) -> Callable[[], object]:
    def ask() -> None:
        answer = client.get(reverse("search"), {"q": typed}, headers={"host": settings.ALLOWED_HOSTS[0]})
        assert answer.status_code == 200, answer.status_code

    return ask


def _filled(rows: int) -> User:
    """So many tenders, each with a contract, of four organisations; a person who sees those of one."""
    places = [
        accounts.create_organisation(audit.SYSTEM, code=f"zoek-{number}", name=f"Zoek {number}")
        for number in range(4)
    ]
    firms = [accounts.create_supplier(audit.SYSTEM, code=f"zoekfirma-{number}") for number in range(50)]
    person = accounts.create_user(audit.SYSTEM, username="zoeker")
    for role in (Role.PROCUREMENT_OFFICER, Role.CONTRACT_MANAGER):
        accounts.add_membership(audit.SYSTEM, user=person, role=role, organisation=places[0])
    made = _Rows(places, firms, person)
    for start in range(0, rows, AT_ONCE):
        made.add(range(start, min(start + AT_ONCE, rows)))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return person


class _Rows:
    """Rows as they would stand there, written without the services: it is the reading that is measured."""

    def __init__(self, places: list[Organisation], firms: list[Supplier], person: User) -> None:
        self.places, self.firms, self.person = places, firms, person
        self.now = clock.now()
        self.group = ProductGroup.objects.order_by("id").first()
        self.theme = Theme.objects.order_by("pk")[0]
        self.basis = Basis.objects.get(state=Basis.State.CURRENT)
        self.vault = Vault.objects.create(organisation=places[0], wrapped_key=b"", key_id="meting")

    def add(self, numbers: Iterable[int]) -> None:
        """A tender with its lot, bid, award and contract for each of these numbers."""
        wanted = list(numbers)
        tenders = Tender.objects.bulk_create([self._tender(number) for number in wanted])
        lots = Lot.objects.bulk_create(
            Lot(**self._of(each), tender=each, number=1, title=each.title, group=self.group) for each in tenders
        )
        later = self.now + timedelta(days=1)
        Tender.objects.filter(pk__in=[each.pk for each in tenders]).update(
            status=Tender.Status.PUBLISHED,
            basis=self.basis,
            vault=self.vault,
            published_at=self.now,
            deadline=later,
            opening_at=later,
        )
        bids = Bid.objects.bulk_create(
            Bid(**self._of(lot), lot=lot, supplier=self._firm(number), state="submitted", created_at=self.now)
            for number, lot in zip(wanted, lots, strict=True)
        )
        versions = BidVersion.objects.bulk_create(
            BidVersion(**self._of(bid), bid=bid, number=1, sealed=b"", sealed_price=b"", received_at=self.now)
            for bid in bids
        )
        awards = Award.objects.bulk_create(
            Award(**self._of(lot), lot=lot, bid_version=version, basis=self.basis, **self._decided())
            for lot, version in zip(lots, versions, strict=True)
        )
        Contract.objects.bulk_create(
            self._contract(number, award) for number, award in zip(wanted, awards, strict=True)
        )

    def _of(self, row: Any) -> dict[str, Any]:
        return {"organisation_id": row.organisation_id}

    def _firm(self, number: int) -> Supplier:
        return self.firms[number % len(self.firms)]

    def _tender(self, number: int) -> Tender:
        thing, place = _THINGS[number % len(_THINGS)], _PLACES[number % len(_PLACES)]
        return Tender(
            organisation=self.places[number % len(self.places)],
            reference=f"meting-{number}",
            title=f"Levering {thing} {place}",
            created_at=self.now - timedelta(minutes=number),
        )

    def _decided(self) -> dict[str, Any]:
        return {
            "decided_at": self.now,
            "decided_by": self.person,
            "standstill_until": self.now,
            "reason": "Meting",
        }

    def _contract(self, number: int, award: Award) -> Contract:
        start = date(2024, 1, 1) + timedelta(days=number % 700)
        return Contract(
            **self._of(award),
            award=award,
            supplier=self._firm(number),
            reference=f"C-meting-{number}",
            title=award.lot.title,
            group=self.group,
            theme=self.theme,
            start=start,
            end=start + timedelta(days=1_000),
            promised_effect={},
            created_at=self.now,
        )
