"""How long things are kept that may go: an organisation chooses a term, a timer does it, the trail says how many.

What may go is named here by who has it (`register`). What was published, decided or recorded never goes, and
neither does the trail: they have no kind.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction

from mvi_dashboard.ground import audit, clock, formats, timers
from mvi_dashboard.ground.access import ADMINISTER
from mvi_dashboard.ground.acts import ActDeclaration, Doing, Done, by_command
from mvi_dashboard.ground.models import Organisation, OrganisationSettings
from mvi_dashboard.ground.shapes import Choice, Object, Reason, camel, read

from .acting import ByAdministrator

EVERY = timedelta(hours=6)
_MONTH = timedelta(days=30.4375)
NEVER = 0


@dataclass(frozen=True)
class Kind:
    """A kind of thing that may go after a while."""

    code: str
    label: str
    words: str
    """one and more of it, as in `formats.counted`"""
    help: str
    terms: tuple[int, ...]
    """months that can be chosen; 0 = it is kept as long as nobody removes it"""
    usual: int
    find: Callable[[int, datetime], Any]
    """(organisation, moment) -> the rows that are older"""
    remove: Callable[[Any], int]
    """how many of those rows were removed"""


_REASON = Object({"reason": Reason(1000, label="Waarom?", help="Dit staat in het logboek.")})
_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Add a kind of thing that may go."""
    _kinds[kind.code] = kind


def kinds() -> list[Kind]:
    """All kinds, in the order of their names."""
    return sorted(_kinds.values(), key=lambda each: each.label)


def term_in_words(months: int) -> str:
    """A term as people say it.

    >>> term_in_words(0), term_in_words(1), term_in_words(18), term_in_words(24)
    ('altijd', '1 maand', '18 maanden', '2 jaar')
    """
    if not months:
        return "altijd"
    if months % 12 == 0:
        return f"{months // 12} jaar"
    return formats.counted(months, "maand", "maanden")


def term_of(kind: Kind, decided: OrganisationSettings | None) -> int:
    """The months that hold for an organisation."""
    return int(decided.retention.get(kind.code, kind.usual)) if decided else kind.usual


def terms_of(organisation: Organisation) -> dict[str, int]:
    """The months per kind of one organisation."""
    decided = OrganisationSettings.objects.filter(organisation=organisation).first()
    return {kind.code: term_of(kind, decided) for kind in kinds()}


def number_older(kind: Kind, organisation: Organisation, months: int) -> int:
    """How many of this kind are older than this now."""
    return int(_older(kind, organisation.pk, months, clock.now()).count())


def document() -> Object:
    """The document in which an organisation chooses: a term per kind, and why."""
    choices: dict[str, Any] = {}
    for kind in kinds():
        terms = {str(months): term_in_words(months) for months in kind.terms}
        choices[kind.code] = Choice(terms, names=terms, label=kind.label, help=kind.help)
    return _REASON.with_fields(choices)


def stored(organisation: Organisation) -> dict[str, Any]:
    """The same document as it is now."""
    return {camel(code): str(months) for code, months in terms_of(organisation).items()}


class _Terms(ByAdministrator):
    """An act whose document asks for the term of every kind that was registered."""

    def read(self, doing: Doing[Organisation]) -> None:
        """Put what the document says in `data`, and what is wrong with it in `problems`."""
        doing.data, doing.problems = read(document(), doing.document, typed=doing.typed)


@partial(
    _Terms,
    ActDeclaration(
        verb="organisation.retention",
        title="Kies hoe lang iets van een organisatie blijft staan",
        permission=ADMINISTER,
        reads=_REASON,
    ),
)
def choose_terms(doing: Doing[Organisation]) -> Done[Organisation]:
    """The organisation, with these terms from the next time that the timer looks."""
    doing.problems.refuse()
    organisation = doing.target
    before = terms_of(organisation)
    after = {kind.code: int(doing.data[kind.code]) for kind in kinds()}
    if before == after:
        return Done(organisation, unchanged=True)
    decided, _ = OrganisationSettings.objects.get_or_create(organisation=organisation)
    decided.retention = after
    decided.save(update_fields=["retention"])
    changed = {code: [months, after[code]] for code, months in before.items() if months != after[code]}
    return Done(organisation, reason=doing.data["reason"], changes=changed)


@by_command(
    ActDeclaration(
        verb="organisation.clean",
        title="Verwijder wat langer bleef staan dan is gekozen",
        who="the system, by a timer",
    )
)
def clean() -> int:
    """How many things were removed now, of all organisations; each writes how many of what in its own trail.

    What goes wrong at one of them does not keep what others chose waiting: it is told in the end, for all at once.
    """
    known = {row.organisation_id: row for row in OrganisationSettings.objects.all()}
    removed, failed = 0, []
    for organisation in Organisation.objects.order_by("pk"):
        try:
            removed += _clean(organisation, known.get(organisation.pk))
        except Exception as wrong:
            wrong.add_note(f"organisation {organisation.code}")
            failed.append(wrong)
    if failed:
        raise ExceptionGroup(f"removed {removed}; what is kept too long stays at {len(failed)}", failed)
    return removed


def _clean(organisation: Organisation, decided: OrganisationSettings | None) -> int:
    now = clock.now()
    removed: dict[str, int] = {}
    with transaction.atomic():
        for kind in kinds():
            rows = _older(kind, organisation.pk, term_of(kind, decided), now)
            if rows.exists() and (number := kind.remove(rows)):
                removed[kind.code] = number
        if removed:
            audit.record(None, "organisation.clean", organisation, organisation=organisation, changes=removed)
    return sum(removed.values())


def _older(kind: Kind, organisation_id: int, months: int, now: datetime) -> Any:
    """The rows of this kind that are kept longer than that."""
    if months == NEVER:
        return kind.find(organisation_id, now).none()
    return kind.find(organisation_id, now - months * _MONTH)


def register_timer() -> None:
    """Have this done now and then by whatever runs jobs."""
    timers.register("retention", EVERY, clean)
