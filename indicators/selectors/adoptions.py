"""Which assumptions wait for an organisation to take them over."""

from __future__ import annotations

from django.urls import reverse

from indicators.models import AssumptionAdoption
from mvi_dashboard.ground.access import ASSUMPTIONS_ADOPT, Actor
from mvi_dashboard.ground.pages import Due

from .basis import find_current_basis


def due_for(actor: Actor) -> list[Due]:
    """A new version of a method, for who may take it over where an earlier one was; two queries at most.

    An organisation that never took anything over has nothing that changed: its first tender does so.
    """
    places = actor.organisations_for(ASSUMPTIONS_ADOPT)
    if not places:
        return []
    adopted: dict[int, set[int]] = {}
    rows = AssumptionAdoption.objects.filter(organisation_id__in=places)
    for organisation, version in rows.values_list("organisation_id", "method_version_id"):
        adopted.setdefault(organisation, set()).add(version)
    if not adopted:
        return []
    current = find_current_basis()
    if current is None or all(current.method_version_id in versions for versions in adopted.values()):
        return []
    method = current.method_version
    text = f"{method.method.name_nl}, versie {method.version}: de aannames zijn nieuw voor uw organisatie."
    return [Due("Neem de aannames van de methode over.", text, reverse("indicators:assumptions"))]
