"""Merging and splitting: an organisation ends, its history stays where it is, and another one goes on with it.

It is placed below the one that goes on, so that who reads there reads the history too. Acting there is handed over
apart: from then on the people of the successor act by the roles that they have at the successor.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from mvi_dashboard.ground import clock
from mvi_dashboard.ground.acts import ActDeclaration, Doing, Done
from mvi_dashboard.ground.models import Organisation
from mvi_dashboard.ground.problems import conflict
from mvi_dashboard.ground.shapes import Date, Object, Text

from . import telling, tree
from .acting import BY_INSTALLATION, ByInstallation, named_other
from .making import REASON

_DAY = Date(
    label="Vanaf welke dag?",
    help="Vandaag of een dag die voorbij is. De dag ervoor is de laatste dag van deze organisatie.",
)
_OTHER = "De code staat onder de naam in de lijst."
_MERGED = Object(
    {
        "successor": Text(60, label="In welke organisatie gaat deze op?", help=_OTHER),
        "day": _DAY,
        "reason": REASON,
    }
)
_SPLIT = Object(
    {
        "successor": Text(60, label="Welke organisatie gaat verder met de geschiedenis?", help=_OTHER),
        "other": Text(60, label="Welke organisatie komt er nog meer uit?", help=_OTHER),
        "day": _DAY,
        "reason": REASON,
    }
)
_HANDED_OVER = Object({"reason": REASON})
TWICE = "Kies twee verschillende organisaties."
_EARLIEST = timedelta(days=3 * 366)


@partial(
    ByInstallation,
    ActDeclaration(
        verb="organisation.merge",
        title="Laat een organisatie opgaan in een andere",
        who=BY_INSTALLATION,
        reads=_MERGED,
    ),
)
def merge(doing: Doing[Organisation]) -> Done[Organisation]:
    """The organisation that ended, below the one that it went up in; what was below it is now below that one."""
    successor = _other(doing, "successor")
    _go_on(doing, successor)
    return _done(doing, successor, [])


@partial(
    ByInstallation,
    ActDeclaration(verb="organisation.split", title="Splits een organisatie", who=BY_INSTALLATION, reads=_SPLIT),
)
def split(doing: Doing[Organisation]) -> Done[Organisation]:
    """The organisation that ended, below the part that goes on with its history; both parts name it."""
    successor, other = _other(doing, "successor"), _other(doing, "other")
    if successor is not None and successor == other:
        doing.problems.note(("other",), "invalid", TWICE)
    for name, part in (("successor", successor), ("other", other)):
        if part is not None and part.split_from_id not in (None, doing.target.pk):
            doing.problems.note((name,), "in_use", "Deze organisatie komt al uit een andere splitsing.")
    _go_on(doing, successor)
    parts = [part for part in (successor, other) if part is not None]
    Organisation.objects.filter(pk__in=[part.pk for part in parts]).update(split_from=doing.target)
    return _done(doing, successor, [part.code for part in parts])


class _AfterTheEnd(ByInstallation):
    """An act on an organisation that went up in another one."""

    def require_state(self, target: Organisation) -> None:
        """Raises Refused 409 for one that goes on itself, or was handed over."""
        if target.successor is None:
            raise conflict("wrong_state", "Er is geen opvolger: laat de organisatie eerst opgaan in een andere.")
        if target.carried_by_id is not None:
            raise conflict("wrong_state", "Het lopende werk is al overgedragen.")


@partial(
    _AfterTheEnd,
    ActDeclaration(
        verb="organisation.hand_over",
        title="Draag het lopende werk over aan de opvolger",
        who=BY_INSTALLATION,
        reads=_HANDED_OVER,
    ),
)
def hand_over(doing: Doing[Organisation]) -> Done[Organisation]:
    """The organisation at which the people of its successor act from now on, with all that it carried itself."""
    doing.problems.refuse()
    organisation, successor = doing.target, doing.target.successor
    assert successor is not None
    last = successor if successor.carried_by is None else successor.carried_by
    Organisation.objects.filter(carried_by=organisation).update(carried_by=last)
    Organisation.objects.filter(pk=organisation.pk).update(carried_by=last, carries_on=False)
    Organisation.objects.filter(pk=last.pk).update(carries_on=True)
    return Done(organisation, reason=doing.data["reason"], changes={"to": last.code})


def _other(doing: Doing[Organisation], field: str) -> Organisation | None:
    if not doing.data.get(field):
        return None
    found, wrong = named_other(doing.data[field], field, doing.target)
    doing.problems += wrong
    return found


def _go_on(doing: Doing[Organisation], successor: Organisation | None) -> None:
    """End the one, and let the other go on with its history. Raises Refused with every problem."""
    organisation, day, today = doing.target, doing.data.get("day"), clock.local_date(doing.now)
    if day is not None and not today - _EARLIEST <= day <= today:
        detail = "Kies vandaag of een dag die voorbij is, hoogstens drie jaar terug. Doe dit op de dag zelf."
        doing.problems.note(("day",), "range", detail)
    doing.problems.refuse()
    assert successor is not None
    assert day is not None
    if successor.path.startswith(organisation.path):
        tree.place(successor, organisation.parent)
    for below in organisation.children.filter(successor=None).exclude(pk=successor.pk).order_by("pk"):
        doing.problems += tree.check_place(below, successor, "successor")
        doing.problems.refuse()
        tree.place(below, successor)
    organisation.refresh_from_db()
    doing.problems += tree.check_place(organisation, successor, "successor")
    doing.problems.refuse()
    readers = telling.administrators(organisation, successor)
    organisation.successor, organisation.valid_to = successor, day - timedelta(days=1)
    organisation.save(update_fields=["successor", "valid_to"])
    tree.place(organisation, successor)
    telling.placed(organisation, successor, readers, doing.now)


def _done(doing: Doing[Organisation], successor: Organisation | None, parts: list[str]) -> Done[Organisation]:
    organisation = doing.target
    changes = {"successor": successor.code if successor else None, "valid_to": organisation.valid_to}
    return Done(organisation, reason=doing.data["reason"], changes=changes | ({"parts": parts} if parts else {}))
