"""States of the world that the rows of the corpus start from, made by the same services as in real life."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import contracts.services
import tenders.services
from contracts.kinds import kind_named
from contracts.models import Contract
from indicators.models import FactorSetVersion, Material, Theme
from mvi_dashboard.ground import access, accounts, audit, clock, cosigning
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.idempotency import Once, fingerprint
from mvi_dashboard.ground.models import Organisation, Role, Supplier, User

from . import corpus

PASSWORD = "een lang wachtwoord 1"


class World:
    """The cast, and the names that its states give to a row's placeholders."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.names: dict[str, Any] = {}
        self.reused_key = corpus.fresh_key()
        self.stale_version: int | None = None
        self.city = accounts.create_organisation(audit.SYSTEM, code="voorbeeldstad", name="Gemeente Voorbeeldstad")
        self.water = accounts.create_organisation(
            audit.SYSTEM, code="waterschap-voorbeeld", name="Waterschap Voorbeeld"
        )
        self.suppliers = {
            code: accounts.create_supplier(audit.SYSTEM, code=code, name=code.capitalize())
            for code in ("leverancier-a", "leverancier-b", "leverancier-c")
        }
        self.people: dict[tuple[str, str], User] = {}
        self.officer = self.actor(Role.PROCUREMENT_OFFICER, self.city, "inkoper-1")
        self.second_officer = self.actor(Role.PROCUREMENT_OFFICER, self.city, "inkoper-2")
        self.manager = self.actor(Role.CONTRACT_MANAGER, self.city, "contractmanager-1")

    def person(self, role: str, place: Organisation | Supplier | None, username: str) -> User:
        """The person with this name, with this role at this place."""
        key = (role, username)
        if key not in self.people:
            user = User.objects.filter(username=username).first()
            user = user or accounts.create_user(audit.SYSTEM, username=username, password=PASSWORD)
            accounts.add_membership(audit.SYSTEM, user=user, role=role, **_where(place))
            self.people[key] = user
        return self.people[key]

    def actor(self, role: str, place: Organisation | Supplier | None, username: str) -> Actor:
        """That person as an actor."""
        return access.actor_of_user(self.person(role, place, username))

    def supplier_actor(self, code: str) -> Actor:
        """A person of this supplier."""
        return self.actor(Role.SUPPLIER, self.suppliers[code], f"{code}-1")

    def agree_to_cosign(self) -> None:
        """The city and the water board open each other's tenders from now on."""
        cosigning.agree(audit.SYSTEM, organisation=self.city, partner=self.water)
        cosigning.agree(audit.SYSTEM, organisation=self.water, partner=self.city)

    def token(self, actor: str, kind: str = "") -> str:
        """The text of a token for a supplier code or a role in Voorbeeldstad; `kind` as in the corpus."""
        if actor in self.suppliers:
            role, place = Role.SUPPLIER, self.suppliers[actor]
            user = self.person(role, place, f"{actor}-1")
        else:
            role = Role(actor)
            place = None if role in (Role.REFERENCE_MANAGER, Role.NATIONAL_VIEWER) else self.city
            name = {"procurement-officer": "inkoper-1", "contract-manager": "contractmanager-1"}.get(
                actor, f"{actor}-x"
            )
            user = self.person(role, place, name)
        row, text = accounts.create_api_token(
            audit.SYSTEM, role=role, user=None if kind == "without-person" else user, **_where(place)
        )
        if kind == "expired":
            row.expires_at = self.now - timedelta(days=1)
            row.save(update_fields=["expires_at"])
        return text

    def build(self, needs: list[str]) -> None:
        """Make these states, in this order."""
        for need in needs:
            _BUILDERS[need](self)

    def prepare(self, row: dict[str, Any]) -> None:
        """Make the states that a row of the corpus needs."""
        self.build(corpus.needs_of(row))
        if row["id"] == "BASE-contract":
            # It must change something: a change that changes nothing is no change (decision 44).
            Contract.objects.update(reference="C-2024-000")


def _where(place: Organisation | Supplier | None) -> dict[str, Any]:
    if place is None:
        return {}
    return {"supplier" if isinstance(place, Supplier) else "organisation": place}


def tender_document(world: World, start: datetime, **changes: Any) -> dict[str, Any]:
    """The base tender, with bidding from `start`, ready to publish."""
    document = corpus.filled(corpus.all_rows()["BASE-tender"]["payload"], _reference_names(), start)
    document["biddingStartsAt"] = (start - timedelta(hours=1)).isoformat()
    document["reference"] = f"W-{Organisation.objects.count()}-{corpus.fresh_key()[:8]}"
    document["lots"][0] |= {"contractStart": "2024-01-01", "contractEnd": "2040-12-31"}
    document["lots"][0] |= changes
    return document


def bid_document(lot: str, **changes: Any) -> dict[str, Any]:
    """The base bid on this lot."""
    return corpus.filled(corpus.all_rows()["BASE-bid"]["payload"], {"lot": lot}, corpus.this_moment()) | changes


def _reference_names() -> dict[str, Any]:
    theme = Theme.objects.order_by("position", "id").first()
    assert theme is not None
    return {"theme": theme.code, "flowInM3": "natural-gas"}


def _reference(world: World) -> None:
    world.names |= _reference_names()


def _make_tender(world: World, start: datetime, *, officer: Actor | None = None, **changes: Any) -> Any:
    with clock.set_to(start):
        document = tender_document(world, start, **changes)
        return tenders.services.create_tender(officer or world.officer, document=document)


def _publish(world: World, tender: Any, moment: datetime, officer: Actor | None = None) -> Any:
    with clock.set_to(moment):
        return tenders.services.publish_tender(
            officer or world.officer, tender_id=tender.public_id, expected_version=tender.version
        )


def _name_tender(world: World, tender: Any, prefix: str = "") -> None:
    lot = tender.lots.get()
    tender_name, lot_name = ("tender", "lot") if not prefix else (f"{prefix}Tender", f"{prefix}Lot")
    world.names |= {tender_name: str(tender.public_id), lot_name: str(lot.public_id)}


def _open_tender(world: World) -> None:
    if "tender" not in world.names:
        tender = _make_tender(world, world.now - timedelta(minutes=5))
        _name_tender(world, _publish(world, tender, world.now - timedelta(minutes=4)))


def _own_bid(world: World) -> None:
    _open_tender(world)
    document = bid_document(world.names["lot"])
    actor = world.supplier_actor("leverancier-a")
    path = f"/api/v1/tenders/{world.names['tender']}/bids"
    once = Once(actor.key, world.reused_key, fingerprint("POST", path, document))
    bid = _submit(world, actor, document, once)
    world.names["bid"] = str(bid.public_id)


def _submit(world: World, actor: Actor, document: dict[str, Any], once: Once | None = None) -> Any:
    done = tenders.services.submit_bid(actor, tender_id=world.names["tender"], document=document, once=once)
    return done.bid


def _foreign_bid(world: World) -> None:
    _open_tender(world)
    bid = _submit(world, world.supplier_actor("leverancier-b"), bid_document(world.names["lot"]))
    world.names["foreignBid"] = str(bid.public_id)


def _other_tender(world: World) -> None:
    tender = _make_tender(world, world.now - timedelta(minutes=5), productGroup="ict-hardware")
    _name_tender(world, _publish(world, tender, world.now - timedelta(minutes=4)), "other")


def _draft_tender(world: World) -> None:
    tender = _make_tender(world, world.now - timedelta(minutes=5))
    _name_tender(world, tender)
    world.stale_version = tender.version
    changed = tenders.services.change_tender(
        world.officer,
        tender_id=tender.public_id,
        document={"title": "Meubilair voor het stadskantoor"},
        expected_version=tender.version,
    )
    assert changed.version != world.stale_version


def _existing_tender(world: World) -> None:
    world.names["existingReference"] = _make_tender(world, world.now - timedelta(minutes=5)).reference


def _past_tender(world: World, start: datetime, suppliers: tuple[str, ...], **changes: Any) -> Any:
    """A tender whose deadline (30 days after `start`) has passed, with bids of these suppliers."""
    tender = _make_tender(world, start, **changes)
    tender = _publish(world, tender, start + timedelta(minutes=1))
    _name_tender(world, tender)
    for code in suppliers:
        with clock.set_to(start + timedelta(days=10)):
            document = world.names.get("bidDocument") or bid_document(world.names["lot"])
            bid = _submit(world, world.supplier_actor(code), document | {"lot": world.names["lot"]})
        world.names.setdefault("bid", str(bid.public_id))
    return tender


def _closed_tender(world: World) -> None:
    _past_tender(world, world.now - timedelta(days=35), ("leverancier-a",))


def _opened_tender(world: World) -> None:
    start = world.now - timedelta(days=35)
    tender = _past_tender(world, start, ("leverancier-a", "leverancier-b"))
    _open(world, tender, start + timedelta(days=32))


def _open(world: World, tender: Any, moment: datetime) -> None:
    with clock.set_to(moment):
        for officer in (world.officer, world.second_officer):
            tenders.services.open_tender(officer, tender_id=tender.public_id)


def _decide(world: World, tender: Any, moment: datetime) -> None:
    with clock.set_to(moment):
        tender.refresh_from_db()
        tenders.services.decide_award(
            world.officer,
            tender_id=tender.public_id,
            document={"bid": world.names["bid"], "reason": "Beste effect en prijs samen."},
            expected_version=tender.version,
        )


def _finalise(world: World, tender: Any, moment: datetime, reference: str) -> Any:
    with clock.set_to(moment):
        tender.refresh_from_db()
        return contracts.services.finalise(
            world.officer,
            tender_id=tender.public_id,
            document={"reference": reference},
            expected_version=tender.version,
        )


def _awarded_tender(world: World) -> None:
    start = world.now - timedelta(days=120)
    tender = _past_tender(world, start, ("leverancier-a",))
    _open(world, tender, start + timedelta(days=32))
    _decide(world, tender, start + timedelta(days=33))
    _finalise(world, tender, start + timedelta(days=60), "W-C-1")


def _contract_from(world: World, reference: str, **changes: Any) -> Any:
    start = datetime(2023, 9, 1, 10, tzinfo=world.now.tzinfo)
    changes = {"contractStart": "2024-01-01", "contractEnd": "2027-12-31"} | changes
    tender = _past_tender(world, start, ("leverancier-a",), **changes)
    _open(world, tender, start + timedelta(days=32))
    _decide(world, tender, start + timedelta(days=33))
    return _finalise(world, tender, start + timedelta(days=60), reference)


def _contract(world: World) -> None:
    if "contract" in world.names:
        return
    contract = _contract_from(world, "C-2024-001")
    world.names |= {"contract": str(contract.public_id), "line": str(contract.lines.get().public_id)}


def _delivered(world: World) -> None:
    _contract(world)
    if "delivery" not in world.names:
        _log(world, "delivery", {})


def _log(world: World, kind: str, changes: dict[str, Any]) -> Any:
    document = corpus.filled(corpus.all_rows()[f"BASE-{kind}"]["payload"], world.names, world.now) | changes
    record = kind_named(kind).log(world.manager, contract_id=world.names["contract"], document=document)
    if kind == "delivery":
        world.names["delivery"] = str(record.public_id)
    return record


def _half_retired(world: World) -> None:
    _delivered(world)
    _log(world, "retirement", {"date": "2025-03-01", "count": 50})


def _corrected_delivery(world: World) -> None:
    _delivered(world)
    first = world.names["delivery"]
    changes = {"replaces": first, "reason": "Telfout.", "sourceReference": "hertelling", "count": 99}
    _log(world, "delivery", changes)
    world.names["delivery"] = first


def _use_logged(world: World) -> None:
    _delivered(world)
    _log(world, "use", {})


def _consumed_contract(world: World) -> None:
    row = {"material": "electricity", "share": "1", "recycled": "0"}
    line = {"reference": "stroom", "name": "Stroom", "item": 1, "massKg": "1", "count": 100000}
    line |= {"lifetimeYears": "4", "circularStrategy": "new", "endOfLifePlan": "none", "billOfMaterials": [row]}
    world.names["bidDocument"] = bid_document("", lines=[line])
    items = [{"number": 1, "description": "Stroom", "neededCount": 100000, "neededYears": "4"}]
    contract = _contract_from(world, "C-2024-STROOM", productGroup="elektriciteit", items=items)
    world.names |= {"contract": str(contract.public_id), "line": str(contract.lines.get().public_id)}


def _foreign_contract(world: World) -> None:
    other = World.__new__(World)
    other.__dict__ = world.__dict__ | {"names": {}}
    other.officer = world.actor(Role.PROCUREMENT_OFFICER, world.water, "inkoper-4")
    other.second_officer = world.actor(Role.PROCUREMENT_OFFICER, world.water, "inkoper-5")
    contract = _contract_from(other, "WS-C-1")
    world.names |= {
        "foreignContract": str(contract.public_id),
        "foreignLine": str(contract.lines.get().public_id),
    }


def _foreign_material(world: World) -> None:
    material = Material.objects.create(
        code="geheim-composiet", kind="material", unit="kg", name_nl="Composiet", owner_organisation=world.water
    )
    world.names["foreignMaterial"] = material.code


def _factor_set(world: World) -> None:
    version = FactorSetVersion.objects.filter(version="1", state="published").order_by("id").first()
    assert version is not None
    world.names["factorSet"] = version.factor_set.code


_BUILDERS: dict[str, Callable[[World], None]] = {
    "reference": _reference,
    "open-tender": _open_tender,
    "own-bid": _own_bid,
    "foreign-bid": _foreign_bid,
    "other-tender": _other_tender,
    "draft-tender": _draft_tender,
    "existing-tender": _existing_tender,
    "closed-tender": _closed_tender,
    "opened-tender": _opened_tender,
    "awarded-tender": _awarded_tender,
    "contract": _contract,
    "delivered": _delivered,
    "half-retired": _half_retired,
    "corrected-delivery": _corrected_delivery,
    "use-logged": _use_logged,
    "consumed-contract": _consumed_contract,
    "foreign-contract": _foreign_contract,
    "foreign-material": _foreign_material,
    "factor-set": _factor_set,
}
