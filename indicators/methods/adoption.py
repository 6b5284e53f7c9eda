"""An organisation takes over the assumptions of a method: R and E have no official value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from indicators.models import AssumptionAdoption, MethodVersion
from indicators.models.coded import State
from indicators.selectors import current_basis
from mvi_dashboard.ground import access, audit, clock
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.acts import Act, ActDeclaration, Doing, Done
from mvi_dashboard.ground.idempotency import Once
from mvi_dashboard.ground.problems import Problem, conflict
from mvi_dashboard.ground.shapes import Object, Reason, Text

ADOPTION = Object(
    {
        "method": Text(80, required=False, label="Methode", help="Leeg is de methode van de geldige rekenbasis."),
        "version": Text(40, required=False, label="Versie"),
        "reason": Reason(
            2000, multiline=True, label="Waarom passen deze aannames bij uw organisatie?",
            help="Bijvoorbeeld: besluit van het college, of het advies waarop u steunt.",
        ),
    }
)  # fmt: skip


class _Adoption(Act[int, AssumptionAdoption]):
    """An act of an organisation; its target is the id of it."""

    def __call__(
        self,
        actor: Actor,
        *,
        organisation: int,
        document: Mapping[str, Any],
        typed: bool = False,
        once: Once | None = None,
    ) -> AssumptionAdoption:
        """What was taken over. Raises Refused with every problem."""
        return self.carry_out(
            actor, organisation, document=document, expected_version=None, typed=typed, once=once
        )

    def lock(self, actor: Actor, named: int) -> int:
        """Raises Refused: forbidden. What was taken over already is refused by its key."""
        access.require(actor, self.declaration.permission, named)
        return named


@partial(
    _Adoption,
    ActDeclaration(
        verb="assumptions.adopt",
        title="Neem de aannames van een methode over",
        permission=access.ASSUMPTIONS_ADOPT,
        reads=ADOPTION,
        status=201,
    ),
)
def adopt_assumptions(doing: Doing[int]) -> Done[AssumptionAdoption]:
    """What this organisation took over. Raises Refused: no right, an unknown version, or taken over already."""
    version = _version_of(doing.data)
    if version is None:
        text = "Deze versie bestaat niet of is niet vastgesteld."
        doing.problems.append(Problem(("version",), "does_not_exist", text))
    doing.problems.refuse()
    assert version is not None
    if adoption_of(doing.target, version) is not None:
        raise conflict("adopted", "Uw organisatie heeft deze aannames al overgenomen.")
    adopted = _stored(doing.actor, doing.target, version, doing.data["reason"])
    return Done(adopted, reason=adopted.reason, changes=_said_of(version))


def adopt_by_publishing(actor: Actor, *, organisation: int, version: MethodVersion, reason: str) -> None:
    """What is published rests on the assumptions, so publishing takes them over when nobody did so before.

    Inside the transaction of the caller, before its own audit entry.
    """
    if adoption_of(organisation, version) is None:
        adopted = _stored(actor, organisation, version, reason)
        audit.record(
            actor, "assumptions.adopt", adopted, organisation=organisation, reason=reason,
            changes=_said_of(version),
        )  # fmt: skip


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


def _said_of(version: MethodVersion) -> dict[str, str]:
    return {"method": version.method.code, "version": version.version}
