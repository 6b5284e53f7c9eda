"""How many contracts an organisation has, for who must know before it ends or goes up in another one."""

from __future__ import annotations

from contracts.models import Contract
from mvi_dashboard.ground import clock
from mvi_dashboard.ground.organisations import holdings


def register() -> None:
    """All of them, and those that are running today."""
    words, own = "contract,contracten", Contract.objects.filter
    holdings.register("Contracten", words, lambda pk: own(organisation=pk).count())
    holdings.register("Daarvan lopend", words, lambda pk: own(organisation=pk, end__gte=clock.today()).count())
