"""What who administers the installation does: make organisations, invite a first administrator, move and end."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from mvi_dashboard.ground import accounts, audit, clock
from mvi_dashboard.ground.access import ADMINISTER, Actor, people_who_may
from mvi_dashboard.ground.acts import Act, ActDeclaration, Doing, Done
from mvi_dashboard.ground.idempotency import Once
from mvi_dashboard.ground.models import Invitation, Organisation, Role
from mvi_dashboard.ground.people.inviting import ADDRESS, LANGUAGE, invitation_at
from mvi_dashboard.ground.people.listing import open_invitations
from mvi_dashboard.ground.people.places import Place
from mvi_dashboard.ground.problems import conflict
from mvi_dashboard.ground.races import unless_taken
from mvi_dashboard.ground.shapes import Date, Object, Reason, Text

from . import telling, tree
from .acting import (
    BY_INSTALLATION,
    ENDED,
    ByInstallation,
    is_over,
    named_other,
    require_installation,
    with_code,
)

NAME = Text(200, label="Naam", help="Zoals mensen de organisatie kennen. Bijvoorbeeld Gemeente Voorbeeldstad.")
KIND = Text(40, required=False, label="Soort", help="Bijvoorbeeld gemeente, provincie, waterschap of dienst.")
OTHER = Text(60, label="Code van de andere organisatie", help="De code staat onder de naam in de lijst.")
REASON = Reason(1000, label="Waarom?", help="Dit staat in het logboek.")
_PARENT = Text(
    60,
    required=False,
    label="Onder welke organisatie?",
    help="De organisatie erboven leest mee. Leeg: deze organisatie staat op zichzelf.",
)
_NEW = Object(
    {
        "name": NAME,
        "code": Text(60, label="Code", help="Kort, met kleine letters: voorbeeldstad. Verandert nooit meer."),
        "kind": KIND,
        "parent": _PARENT,
    }
)
_MOVED = Object({"parent": _PARENT, "reason": REASON})
_LAST_DAY = Object(
    {"last_day": Date(label="Laatste dag", help="Daarna kan niemand hier nog iets wijzigen."), "reason": REASON}
)
_HAS_ADMINISTRATOR = "Deze organisatie heeft al een beheerder: die nodigt zelf mensen uit."


class _Making(Act[None, Organisation]):
    """An act of who administers the installation, on nothing yet."""

    def __call__(
        self, actor: Actor, *, document: Mapping[str, Any], typed: bool = False, once: Once | None = None
    ) -> Organisation:
        """The organisation. Raises Refused with every problem."""
        return self.carry_out(actor, None, document=document, expected_version=None, typed=typed, once=once)

    def lock(self, actor: Actor, named: Any) -> None:
        """Raises Refused: forbidden."""
        require_installation(actor)


@partial(
    _Making,
    ActDeclaration(
        verb="organisation.create",
        title="Maak een organisatie",
        who=BY_INSTALLATION,
        reads=_NEW,
        status=201,
        commands=("create_organisation",),
    ),
)
def make(doing: Doing[None]) -> Done[Organisation]:
    """A new organisation in the tree, at which nobody works yet."""
    data = doing.data
    parent = None
    if data.get("parent"):
        parent, wrong = named_other(data["parent"], "parent")
        doing.problems += wrong
    if data.get("code"):
        doing.problems += accounts.check_organisation(data["code"], data.get("name") or "")
    doing.problems.refuse()
    with unless_taken(conflict("duplicate", "Deze code is er net bij gekomen.", "code")):
        made = tree.new_organisation(
            code=data["code"], name=data["name"], kind=data.get("kind") or "", parent=parent
        )
    return Done(made, changes={"code": made.code, "parent": parent.code if parent else None})


@partial(
    ByInstallation,
    ActDeclaration(
        verb="organisation.move",
        title="Zet een organisatie onder een andere",
        who=BY_INSTALLATION,
        reads=_MOVED,
    ),
)
def move(doing: Doing[Organisation]) -> Done[Organisation]:
    """The organisation below another one, or on its own; what is below it comes along."""
    organisation, parent = doing.target, None
    before = organisation.parent.code if organisation.parent else None
    if doing.data.get("parent"):
        parent, wrong = named_other(doing.data["parent"], "parent", organisation)
        doing.problems += wrong
        doing.problems += tree.check_place(organisation, parent)
    doing.problems.refuse()
    after = parent.code if parent else None
    if before == after:
        return Done(organisation, unchanged=True)
    tree.place(organisation, parent)
    if parent is not None:
        telling.placed(organisation, parent, telling.administrators(organisation, parent), doing.now)
    return Done(organisation, reason=doing.data["reason"], changes={"parent": [before, after]})


@partial(
    ByInstallation,
    ActDeclaration(
        verb="organisation.end", title="Laat een organisatie eindigen", who=BY_INSTALLATION, reads=_LAST_DAY
    ),
)
def end(doing: Doing[Organisation]) -> Done[Organisation]:
    """The organisation with a last day: after it its people only read, and nothing is lost."""
    organisation, last = doing.target, doing.data.get("last_day")
    today = clock.local_date(doing.now)
    if last is not None and last < today:
        doing.problems.note(("last_day",), "range", "Kies vandaag of een dag die nog komt.")
    living = organisation.children.exclude(valid_to__lte=last or today).order_by("name").first()
    if living is not None:
        detail = f"{living.name} staat eronder: zet die eerst onder een andere organisatie."
        doing.problems.note(("last_day",), "in_use", detail)
    doing.problems.refuse()
    organisation.valid_to = last
    organisation.save(update_fields=["valid_to"])
    return Done(organisation, reason=doing.data["reason"], changes={"valid_to": last})


class _Inviting(Act[Organisation, Invitation]):
    """Inviting somebody to an organisation, by who administers the installation."""

    def __call__(self, actor: Actor, *, code: str, document: Mapping[str, Any], typed: bool = False) -> Invitation:
        """The invitation. Raises Refused with every problem."""
        return self.carry_out(actor, code, document=document, expected_version=None, typed=typed, once=None)

    def lock(self, actor: Actor, named: str) -> Organisation:
        """Raises Refused: forbidden, absent. Held, so that two are not invited at once."""
        require_installation(actor)
        row: Organisation = Organisation.objects.select_for_update(of=("self",)).get(pk=with_code(named).pk)
        return row

    def require_state(self, target: Organisation) -> None:
        """Raises Refused 409 when it is no more, or when somebody administers it.

        Where an organisation ended nobody administers, and whoever came in would read all of it.
        """
        if is_over(target):
            raise conflict("ended", ENDED)
        if has_administrator(target):
            raise conflict("wrong_state", _HAS_ADMINISTRATOR)


@partial(
    _Inviting,
    ActDeclaration(
        verb="organisation.invite_administrator",
        title="Nodig de eerste beheerder van een organisatie uit",
        who=f"{BY_INSTALLATION}, as long as nobody administers the organisation",
        reads=Object({"email": ADDRESS, "language": LANGUAGE}),
        status=201,
    ),
)
def invite_administrator(doing: Doing[Organisation]) -> Done[Invitation]:
    """An invitation for the first administrator, who does the rest. One of before is worth nothing from now on.

    Else an address with a mistake in it would leave the organisation without anybody who can mend that.
    """
    before = invited_administrator(doing.target)
    if before is not None:
        before.withdrawn_at = doing.now
        before.save(update_fields=["withdrawn_at"])
        audit.record(doing.actor, "invitation.withdraw", before, organisation=doing.target)
    return invitation_at(Place(organisation=doing.target), [Role.ORGANISATION_ADMINISTRATOR], doing)


def invited_administrator(organisation: Organisation) -> Invitation | None:
    """The invitation that is open for who is to administer it."""
    rows = open_invitations([Place(organisation=organisation)])
    return next((row for row in rows if Role.ORGANISATION_ADMINISTRATOR in row.roles), None)


def has_administrator(organisation: Organisation) -> bool:
    """Whether somebody administers it today."""
    return people_who_may(ADMINISTER, organisation.pk).exists()
