"""An organisation takes over the assumptions of a method: R and E have no official value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from indicators.models import AssumptionAdoption, MethodVersion
from indicators.models.coded import State
from indicators.selectors import current_basis
from mvi_dashboard.ground import access, audit, clock
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.once import Once, first_time
from mvi_dashboard.ground.problems import Problem, Refused, conflict
from mvi_dashboard.ground.shapes import Object, Text, read

ADOPTION = Object(
    {
        "method": Text(80, required=False, label="Methode", help="Leeg is de methode van de geldige rekenbasis."),
        "version": Text(40, required=False, label="Versie"),
        "reason": Text(
            2000, multiline=True, label="Waarom passen deze aannames bij uw organisatie?",
            help="Bijvoorbeeld: besluit van het college, of het advies waarop u steunt.",
        ),
    }
)  # fmt: skip


@transaction.atomic
def adopt_assumptions(
    actor: Actor, *, organisation: int, document: Mapping[str, Any], typed: bool = False, once: Once | None = None
) -> AssumptionAdoption:
    """What this organisation took over. Raises Refused: no right, an unknown version, or taken over already."""
    access.require(actor, access.ASSUMPTIONS_ADOPT, organisation)
    first_time(once)
    data, problems = read(ADOPTION, document, typed=typed)
    version = _version_of(data)
    if version is None:
        problems.append(
            Problem(("version",), "does_not_exist", "Deze versie bestaat niet of is niet vastgesteld.")
        )
    if problems or version is None:
        raise Refused(problems)
    if adoption_of(organisation, version) is not None:
        raise conflict("adopted", "Uw organisatie heeft deze aannames al overgenomen.")
    adopted = _stored(actor, organisation, version, data["reason"])
    if once is not None:
        once.remember(201, adopted)
    _audited(actor, adopted)
    return adopted


def adopt_by_publishing(actor: Actor, *, organisation: int, version: MethodVersion, reason: str) -> None:
    """What is published rests on the assumptions, so publishing takes them over when nobody did so before.

    Inside the transaction of the caller, before its own audit entry.
    """
    if adoption_of(organisation, version) is None:
        _audited(actor, _stored(actor, organisation, version, reason))


def adoption_of(organisation: int, version: MethodVersion) -> AssumptionAdoption | None:
    """When and by whom this organisation took over this version; None when it did not."""
    return AssumptionAdoption.objects.filter(organisation_id=organisation, method_version=version).first()


def adoptions_of(organisations: Iterable[int], version: MethodVersion) -> dict[int, AssumptionAdoption]:
    """The same for several organisations, by their id."""
    found = AssumptionAdoption.objects.filter(organisation_id__in=organisations, method_version=version)
    return {row.organisation_id: row for row in found}


def _version_of(data: Mapping[str, Any]) -> MethodVersion | None:
    if not data.get("method") and not data.get("version"):
        return current_basis().method_version
    found = MethodVersion.objects.exclude(state=State.DRAFT).filter(method__code=data.get("method") or "")
    return found.filter(version=data.get("version") or "").first()


def _stored(actor: Actor, organisation: int, version: MethodVersion, reason: str) -> AssumptionAdoption:
    return AssumptionAdoption.objects.create(
        organisation_id=organisation,
        method_version=version,
        adopted_at=clock.now(),
        adopted_by=actor.key,
        name=actor.label[:200],
        reason=reason,
    )


def _audited(actor: Actor, adopted: AssumptionAdoption) -> None:
    said = {"method": adopted.method_version.method.code, "version": adopted.method_version.version}
    audit.record(
        actor, "assumptions.adopt", adopted, organisation=adopted.organisation_id, reason=adopted.reason,
        changes=said,
    )  # fmt: skip
