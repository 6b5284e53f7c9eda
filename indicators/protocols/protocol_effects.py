"""What publishing a version of a protocol would do, before it is published, and what of it was answered so far.

A published tender has its protocol pinned: it keeps what it asks. Tenders and answers are counted by the apps
above that have them, which register.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from indicators.groups.proposal_effects import Tenders
from indicators.models import ProductGroup, ProtocolVersion
from indicators.models.coded import State
from mvi_dashboard.ground import clock

from .protocol_concepts import Place


@dataclass(frozen=True)
class Answered:
    """Of how many opened bids on which a question was asked, how many answered it for all their products."""

    asked: int
    answered: int


CountTenders = Callable[[Collection[str]], Tenders]
CountAnswers = Callable[[Sequence[ProtocolVersion]], Mapping[str, Answered]]
_tenders: list[CountTenders] = []
_answers: list[CountAnswers] = []


def register(*, tenders: CountTenders | None = None, answers: CountAnswers | None = None) -> None:
    """Who counts tenders of groups, and answers to the questions of versions. Registering again replaces it."""
    if tenders is not None:
        _tenders[:] = [tenders]
    if answers is not None:
        _answers[:] = [answers]


@dataclass(frozen=True)
class ProtocolEffect:
    """What publishing a concept does."""

    groups: Sequence[ProductGroup]
    """that are asked it from then on"""
    keeping: Sequence[ProductGroup] = field(default=())
    """with a protocol of their own, made on the general one: it follows only when they get a next version"""
    tenders: Tenders = field(default_factory=Tenders)


def effect_of(place: Place) -> ProtocolEffect:
    """The groups that are asked it, and the tenders on those groups; nothing is stored."""
    groups, keeping = groups_of(place)
    tenders = _tenders[0]([group.code for group in groups]) if _tenders else Tenders()
    return ProtocolEffect(groups, keeping, tenders)


def groups_of(place: Place) -> tuple[list[ProductGroup], list[ProductGroup]]:
    """The groups that are asked this protocol, and for the general one those that have one of their own."""
    if place.group is not None:
        return [place.group], []
    today = clock.now().date()
    every = [group for group in ProductGroup.objects.order_by("name_nl") if not group.ended(today)]
    own = set(ProtocolVersion.objects.filter(state=State.PUBLISHED).values_list("group_id", flat=True))
    return [group for group in every if group.pk not in own], [group for group in every if group.pk in own]


def answered_in(place: Place) -> Mapping[str, Answered]:
    """How often each question was answered in the last year, by key; without those that nobody was asked."""
    versions = list(ProtocolVersion.objects.filter(code=place.held.code).exclude(state=State.DRAFT))
    return _answers[0](versions) if _answers else {}
