"""Doors for the reference manager: a row is changed in a concept, and a second person puts it in force."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from indicators.groups import proposals
from indicators.groups.reference_rows import KINDS
from indicators.models import (
    BaselineProduct,
    GroupCpv,
    Material,
    ProductGroup,
    ProductType,
    Proposal,
    ProposedRow,
)
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import AuditEntry, Role
from mvi_dashboard.ground.problems import Refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]
WHY = {"reason": "Nieuwe bron gevonden."}


@pytest.fixture
def maker(actor_as: Callable[..., Actor]) -> Actor:
    return actor_as(Role.REFERENCE_MANAGER)


@pytest.fixture
def second(actor_as: Callable[..., Actor]) -> Actor:
    return actor_as(Role.REFERENCE_MANAGER)


@pytest.fixture
def chair() -> ProductType:
    group = ProductGroup.objects.get(code="kantoormeubilair")
    return ProductType.objects.create(
        code="bureaustoel", name_nl="Bureaustoel", group=group, mass_min_kg=5, mass_max_kg=40, lifetime_cap_years=7
    )


def change(actor: Actor, kind: str, code: str, values: dict[str, Any], **more: Any) -> Proposal:
    row = proposals.get_row(actor, kind, code)
    document = {"values": values, **more}
    return proposals.change_row(actor, kind=kind, code=code, expected_version=row.stamp, document=document)


def add(actor: Actor, kind: str, code: str, values: dict[str, Any], **more: Any) -> Proposal:
    return proposals.add_row(actor, kind=kind, document={"code": code, "values": values, **more})


def publish(actor: Actor, proposal: Proposal) -> Proposal:
    return proposals.publish_proposal(actor, proposal.public_id, expected_version=proposal.version, document=WHY)


def problems_of(act: Callable[[], Any]) -> set[tuple[str | None, str]]:
    """(attr, code) of all that it is refused for; nothing was stored."""
    before = list(ProposedRow.objects.values_list("kind", "code", "after"))
    with pytest.raises(Refused) as refused:
        act()
    assert list(ProposedRow.objects.values_list("kind", "code", "after")) == before
    return {(each.attr, each.code) for each in refused.value.problems}


def test_every_row_that_ships_is_right_by_the_rules_of_its_door() -> None:
    wrong = []
    for kind in KINDS.values():
        rows = {
            "product-groups": ProductGroup.objects.values_list("code", flat=True),
            "product-types": ProductType.objects.values_list("code", flat=True),
            "cpv-prefixes": GroupCpv.objects.values_list("prefix", flat=True)[:5],
            "products": BaselineProduct.objects.filter(successor=None).values_list("code", flat=True),
            "materials": Material.objects.values_list("code", flat=True)[:5],
        }[kind.code]
        for code in rows:
            document = kind.document(code)
            assert document is not None
            _, problems = proposals.check_row(kind, code, document, [], before=document)
            wrong += [(kind.code, code, each.attr, each.code) for each in problems if not each.confirmable]
    assert wrong == []


def test_a_change_holds_when_a_second_person_publishes_it(maker: Actor, second: Actor, chair: ProductType) -> None:
    proposal = change(maker, "product-types", "bureaustoel", {"massMaxKg": "30"})
    chair.refresh_from_db()
    assert chair.mass_max_kg == 40
    with pytest.raises(Refused, match="second_officer"):
        publish(maker, proposal)
    publish(second, proposal)
    chair.refresh_from_db()
    assert (chair.mass_min_kg, chair.mass_max_kg, chair.lifetime_cap_years) == (5, 30, 7)
    entry = AuditEntry.objects.get(verb="proposal.publish")
    assert (entry.reason, entry.changes) == (WHY["reason"], {"rows": ["product-types/bureaustoel"]})
    with pytest.raises(Refused, match="wrong_state"):
        publish(second, Proposal.objects.get())
