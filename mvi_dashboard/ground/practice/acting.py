"""Making, filling and emptying the practice organisation of an organisation (decision 74)."""

from __future__ import annotations

from functools import partial

from mvi_dashboard.ground import access, accounts, audit, jobs
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.acts import Act, ActDeclaration, Doing, Done
from mvi_dashboard.ground.models import Job, Organisation
from mvi_dashboard.ground.problems import conflict
from mvi_dashboard.ground.shapes import Object

from .places import practice_of

FILL = "practice.fill"
"""The job that fills one; the roof says how, as tenders and contracts stand above this floor"""
THERE = "Er is al een oefenomgeving. Maak die eerst leeg."
NOT_THERE = "Er is geen oefenomgeving om leeg te maken."
_LONGEST_CODE, _LONGEST_NAME = 60, 200


class _OnAnOrganisation(Act[Organisation, Organisation]):
    """An act of who administers an organisation, on its practice organisation."""

    def __call__(self, actor: Actor, *, organisation: int) -> Organisation:
        """The practice organisation. Raises Refused."""
        return self.carry_out(actor, organisation, document=None, expected_version=None, typed=False, once=None)

    def lock(self, actor: Actor, named: int) -> Organisation:
        """The real one, held so that two do not begin at once. Raises Refused: forbidden."""
        access.require(actor, self.declaration.permission, named)
        return Organisation.objects.select_for_update(no_key=True, of=("self",)).get(pk=named)


class _Starting(_OnAnOrganisation):
    def require_state(self, target: Organisation) -> None:
        """Raises Refused 409 when there is one."""
        if practice_of(target) is not None:
            raise conflict("exists", THERE)


class _Emptying(_OnAnOrganisation):
    def require_state(self, target: Organisation) -> None:
        """Raises Refused 409 when there is none."""
        if practice_of(target) is None:
            raise conflict("absent", NOT_THERE)


@partial(
    _Starting,
    ActDeclaration(
        verb="practice.start",
        title="Maak een oefenomgeving",
        permission=access.ADMINISTER,
        person="Een oefenomgeving maken",
        reads=Object({}),
        status=201,
    ),
)
def start(doing: Doing[Organisation]) -> Done[Organisation]:
    """The practice organisation; a job fills it with made-up data."""
    real = doing.target
    number = real.practices.count() + 1
    practice = accounts.create_organisation(
        audit.SYSTEM,
        code=f"oefen-{number}-{real.code}"[:_LONGEST_CODE],
        name=f"{real.name[: _LONGEST_NAME - 11]} (oefenen)",
        kind=real.kind,
        practice_of=real,
    )
    jobs.enqueue(
        FILL,
        organisation=real,
        params={"practice": practice.pk},
        requested_by=doing.actor.key,
        dedupe_key=f"{FILL} {practice.pk}",
    )
    return Done(practice, changes={"code": practice.code}, place=real.pk)


@partial(
    _Emptying,
    ActDeclaration(
        verb="practice.empty",
        title="Maak de oefenomgeving leeg",
        permission=access.ADMINISTER,
        person="De oefenomgeving leegmaken",
        reads=Object({}),
    ),
)
def empty(doing: Doing[Organisation]) -> Done[Organisation]:
    """The practice organisation, where nobody works any more and of which nothing is seen.

    Its rows stay: what was fixed is removed by nobody, not even when it is made up.
    """
    practice = practice_of(doing.target)
    assert practice is not None
    practice.practice_emptied_at = doing.now
    practice.save(update_fields=["practice_emptied_at"])
    filling = Job.objects.filter(kind=FILL, params__practice=practice.pk, state__in=Job.ACTIVE)
    filling.update(cancel_requested=True)
    return Done(practice, changes={"code": practice.code}, place=doing.target.pk)


def filling_of(practice: Organisation) -> Job | None:
    """The job that fills it."""
    return Job.objects.filter(kind=FILL, params__practice=practice.pk).order_by("-pk").first()
