"""Colleagues who registered a firm that is there already: its own people let them in, or turn them away."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.urls import reverse

from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.acts import Act, ActDeclaration, Doing, Done
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.models import Supplier, SupplierRegistration
from mvi_dashboard.ground.pages import Due
from mvi_dashboard.ground.problems import conflict, not_found
from mvi_dashboard.ground.shapes import Object

from . import firms, links

MOST_SENDINGS = 10


class _OnWhoAsks(Act[SupplierRegistration, Supplier]):
    """An act on somebody who asks to work at one's own firm."""

    def __call__(self, actor: Actor, *, registration_id: UUID | str) -> Supplier:
        """The firm. Raises Refused."""
        return self.carry_out(actor, registration_id, document=None, expected_version=None, typed=False, once=None)

    def lock(self, actor: Actor, named: UUID | str) -> SupplierRegistration:
        """Raises Refused: absent, forbidden."""
        found = get_asking(actor, named)
        rows = SupplierRegistration.objects.select_for_update(of=("self",)).select_related("supplier")
        row: SupplierRegistration = rows.get(pk=found.pk)
        return row

    def require_state(self, target: SupplierRegistration) -> None:
        """Raises Refused 409 when somebody decided already."""
        if target.confirmed_at is not None:
            raise conflict("already_ended", "Deze persoon werkt al bij uw bedrijf.")
        if target.ended_at is not None:
            raise conflict("already_ended", "Een collega wees dit al af.")


@partial(
    _OnWhoAsks,
    ActDeclaration(
        verb="supplier.let_in", title="Laat een collega toe", who=firms.OWN, person="Toelaten", reads=Object({})
    ),
)
def let_in(doing: Doing[SupplierRegistration]) -> Done[Supplier]:
    """The firm; who asked gets a link to choose a password, for seven days, and may be sent another one later."""
    row = doing.target
    if row.sendings >= MOST_SENDINGS:
        raise conflict(
            "too_often",
            worded("Dit is al {most_sendings} keer verstuurd. Wijs de vraag af.", most_sendings=MOST_SENDINGS),
        )
    row.sendings, row.let_in_at = row.sendings + 1, doing.now
    links.send(row, links.INVITED, doing.now)
    assert row.supplier is not None
    return Done(row.supplier, changes={"registration": row.public_id})


@partial(
    _OnWhoAsks,
    ActDeclaration(
        verb="supplier.turn_away", title="Wijs een collega af", who=firms.OWN, person="Afwijzen", reads=Object({})
    ),
)
def turn_away(doing: Doing[SupplierRegistration]) -> Done[Supplier]:
    """The firm; a link that was sent is worth nothing from now on."""
    row = doing.target
    row.ended_at = doing.now
    row.save(update_fields=["ended_at"])
    assert row.supplier is not None
    return Done(row.supplier, changes={"registration": row.public_id})


def asking(actor: Actor) -> list[SupplierRegistration]:
    """Who asks to work at the firm of this actor, longest first."""
    rows = SupplierRegistration.objects.filter(
        supplier=firms.require_own(actor), asked_at__isnull=False, confirmed_at=None, ended_at=None
    )
    return list(rows.order_by("asked_at", "pk")[:100])


def due_for(actor: Actor) -> list[Due]:
    """Who waits to be let in, for the start page of who works at that firm."""
    if actor.supplier_id is None:
        return []
    url = reverse("own-supplier")
    return [
        Due(
            worded("Beslis of {name} bij uw bedrijf werkt", name=f"{each.first_name} {each.last_name}"),
            each.email,
            url,
        )
        for each in asking(actor)
        if each.let_in_at is None
    ]


def get_asking(actor: Actor, registration_id: UUID | str) -> SupplierRegistration:
    """The one who asks, at the firm of this actor. Raises Refused 404."""
    rows = SupplierRegistration.objects.filter(supplier=firms.require_own(actor), asked_at__isnull=False)
    found = rows.filter(public_id=registration_id).first()
    if found is None:
        raise not_found()
    return found
