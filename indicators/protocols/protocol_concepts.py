"""The open concept of a protocol: questions are added, changed, dropped and put in order there, one at a time.

There is one concept per protocol; the first change makes it, as a copy of the version that holds. A group that is
asked the general protocol gets a protocol of its own that way. Who changed anything in it does not publish it.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from indicators.calculation.storage import canonical_json
from indicators.factors import publishing
from indicators.models import ProductGroup, ProtocolVersion
from indicators.models.coded import State
from indicators.selectors.protocols import fields_of
from mvi_dashboard.ground import access, clock
from mvi_dashboard.ground.access import REFERENCE_EDIT, Actor
from mvi_dashboard.ground.acts import Act, ActDeclaration, Doing, Done, Lines
from mvi_dashboard.ground.idempotency import Once
from mvi_dashboard.ground.problems import Problems, conflict, not_found, refuse, stale
from mvi_dashboard.ground.races import unless_taken
from mvi_dashboard.ground.shapes import Code, ListOf, Object, Text
from mvi_dashboard.ground.wording import in_sentence

from .question_checks import (
    Rests,
    check_code,
    check_declared,
    check_drop,
    check_question,
    check_rename,
    rests_on,
)
from .questions import ANSWERS, QUESTION, Data, document_of, documents_in, questions_in, row_of, with_question

GENERAL = "algemeen"
LARGEST_STAMP = 10**9
_OWN_NUMBER = re.compile(r"(.+)\.(\d+)").fullmatch
KEY = Code(60, label="Sleutel", help="Kort en blijvend, zoals makingEnergy. Antwoorden staan hieronder.")
ADDITION = QUESTION.with_fields({"code": KEY})
CHANGED = QUESTION.with_fields({"code": Code(60, required=False, label="Sleutel")})
PROTOCOL = Object(
    {
        "name_nl": Text(200, label="Naam"),
        "declared_production": ListOf(
            Text(80),
            max_items=20,
            required=False,
            default=(),
            label="Eigen getal van de maker mag voor",
            help="De indicatoren waarvan een leverancier een eigen getal voor het maken mag geven.",
        ),
    }
)


@dataclass(frozen=True)
class Place:
    """A protocol: what holds, and its open concept. `group` is none for the general one."""

    code: str
    group: ProductGroup | None
    held: ProtocolVersion
    """what is asked now: for a group without a protocol of its own the general one"""
    concept: ProtocolVersion | None
    key: str = ""

    @property
    def shown(self) -> ProtocolVersion:
        """The concept where there is one, else what holds."""
        return self.concept or self.held

    @property
    def own(self) -> bool:
        """Whether what holds is a protocol of its own."""
        return self.held.code == self.code

    @property
    def stamp(self) -> int:
        """The number behind its ETag: it changes with every change of what holds, and of the concept."""
        told = [self.held.pk, self.shown.pk, self.shown.definition]
        return zlib.crc32(canonical_json(told).encode()) % LARGEST_STAMP

    @property
    def outdated(self) -> bool:
        """Whether another version was published since the concept was made."""
        return self.concept is not None and self.concept.base_id != self.held.pk

    @cached_property
    def rests(self) -> Rests:
        """What its questions are judged beside."""
        return rests_on(self.shown.definition, self.held.definition, self.code, self.group)


def place_of(code: str, *, lock: bool = False) -> Place:
    """The protocol with this code: that of the group with the same code, or the general one. Raises Refused."""
    rows = ProtocolVersion.objects.select_for_update(of=("self",)) if lock else ProtocolVersion.objects.all()
    found = list(rows.filter(code__in={code, GENERAL}).order_by("pk"))
    mine = [row for row in found if row.code == code]
    group = ProductGroup.objects.filter(code=code).first()
    if group is None and not mine:
        raise not_found()
    holding = [row for row in (mine or found) if row.state == State.PUBLISHED]
    holding = holding or [row for row in found if row.state == State.PUBLISHED]
    if not holding:
        raise not_found()
    concept = next((row for row in mine if row.state == State.DRAFT), None)
    return Place(code, group, holding[-1], concept)


def get_place(actor: Actor, code: str, key: str = "") -> Place:
    """A protocol for who may change it, and one question of it. Raises Refused: forbidden, absent."""
    access.require(actor, REFERENCE_EDIT)
    place = place_of(code)
    if key and key not in questions_in(place.shown.definition):
        raise not_found()
    return replace(place, key=key)


def next_number(place: Place) -> str:
    """A number of one's own after that of the version that holds, which no release will ever use.

    Version 2 of a release is followed by 2.1 and 2.2; the first of a group by 0.1.
    """
    if not place.own:
        return "0.1"
    parts = _OWN_NUMBER(place.held.version) if place.held.base_id is not None else None
    return f"{parts.group(1)}.{int(parts.group(2)) + 1}" if parts else f"{place.held.version}.1"


def said_of(place: Place) -> dict[str, Any]:
    """What a protocol says beside its questions, as the concept has it."""
    declared = place.shown.definition.get("declared_production") or ()
    return {"nameNl": name_of(place), "declaredProduction": list(declared)}


def name_of(place: Place) -> str:
    """What it is called; the first protocol of a group is called after it."""
    if place.concept is not None or place.own or place.group is None:
        return place.shown.name_nl
    return f"Protocol {in_sentence(place.group.name_nl)}"


class _ProtocolAct(Act[Place, ProtocolVersion]):
    """An act on the concept of a protocol."""

    def __call__(
        self,
        actor: Actor,
        *,
        code: str,
        key: str = "",
        expected_version: int | None = None,
        document: Mapping[str, Any] | None = None,
        typed: bool = False,
        once: Once | None = None,
    ) -> ProtocolVersion:
        """The concept. Raises Refused with every problem; then nothing is stored."""
        return self.carry_out(
            actor, (code, key), document=document, expected_version=expected_version, typed=typed, once=once
        )

    def lock(self, actor: Actor, named: tuple[str, str]) -> Place:
        """Raises Refused: forbidden, absent, or 409 when the concept rests on what holds no more."""
        access.require(actor, self.declaration.permission)
        code, key = named
        place = place_of(code, lock=True)
        if key and key not in questions_in(place.shown.definition):
            raise not_found()
        return replace(place, key=key)

    def require_version(self, target: Place, expected: int) -> None:
        """Raises Refused 412 when what holds, or the concept, is other than was seen."""
        if target.stamp != expected:
            raise stale()


class _ProtocolChange(_ProtocolAct):
    def require_state(self, target: Place) -> None:
        """Raises Refused 409 when the concept rests on what holds no more."""
        if target.concept is not None:
            publishing.require_latest(target.held, target.concept)


class _QuestionChange(_ProtocolChange):
    def read(self, doing: Doing[Place]) -> None:
        """Nothing: what a question looks like depends on which it is, so its own lines read it."""


def _on_question(declaration: ActDeclaration) -> Callable[[Lines[Place, ProtocolVersion]], _QuestionChange]:
    return lambda lines: _QuestionChange(declaration, lines)


def change_of_protocol(
    declaration: ActDeclaration,
) -> Callable[[Lines[Place, ProtocolVersion]], _ProtocolChange]:
    """Makes an act that changes the concept of a protocol as a whole, of the lines that are its own."""
    return lambda lines: _ProtocolChange(declaration, lines)


def on_protocol(declaration: ActDeclaration) -> Callable[[Lines[Place, ProtocolVersion]], _ProtocolAct]:
    """Makes an act on a protocol as a whole, of the lines that are its own."""
    return lambda lines: _ProtocolAct(declaration, lines)


@_on_question(
    ActDeclaration(
        verb="protocol_question.add",
        title="Zet een nieuwe vraag in het concept van een protocol",
        permission=REFERENCE_EDIT,
        reads=ADDITION,
        status=201,
    )
)
def add_question(doing: Doing[Place]) -> Done[ProtocolVersion]:
    """The concept with a new question. Raises Refused with every problem."""
    place = doing.target
    sent = dict(doing.document)
    code = str(sent.pop("code", "") or "").strip()
    problems = Problems(check_code(place.rests, code))
    if not code:
        problems += refuse("required", "Vul een sleutel in.", "code").problems
    free = "" if problems else code
    data, found = check_question(place.rests, free, sent, typed_over={} if doing.typed else None)
    problems += found
    problems.refuse()
    return put_question(doing, code, row_of(data, code, None), data.get("position"))


@_on_question(
    ActDeclaration(
        verb="protocol_question.change",
        title="Wijzig een vraag in het concept van een protocol",
        permission=REFERENCE_EDIT,
        reads=CHANGED,
        version=True,
    )
)
def change_question(doing: Doing[Place]) -> Done[ProtocolVersion]:
    """The concept with the question as the document says; over REST what is not sent stays. Raises Refused."""
    place, key, sent = doing.target, doing.target.key, dict(doing.document)
    stored = document_of(place.shown.definition, key) or {}
    code = str(sent.pop("code", None) or key).strip()
    problems = Problems(check_rename(place.rests, key, code))
    document = sent if doing.typed else {**stored, **sent}
    data, found = check_question(place.rests, key, document, typed_over=stored if doing.typed else None)
    problems += found
    problems.refuse()
    before = questions_in(place.shown.definition)[key]
    row = row_of(data, code if "." not in key else before["code"], before)
    position = data.get("position")
    after = with_question(place.shown.definition, key, row, position)
    if row["code"] == before["code"] and documents_in(after) == documents_in(place.shown.definition):
        raise refuse("nothing_changed", "Dit is gelijk aan wat er stond: wijzig minstens één veld.")
    return put_question(doing, key, row, position)


@_on_question(
    ActDeclaration(
        verb="protocol_question.drop",
        title="Laat een vraag vervallen in het concept van een protocol",
        permission=REFERENCE_EDIT,
        version=True,
    )
)
def drop_question(doing: Doing[Place]) -> Done[ProtocolVersion]:
    """The concept without this question. Raises Refused when the calculation needs it."""
    place = doing.target
    Problems(check_drop(place.rests, place.key)).refuse()
    return put_question(doing, place.key, None, None)


@change_of_protocol(
    ActDeclaration(
        verb="protocol.change",
        title="Wijzig naam en eigen getallen in het concept van een protocol",
        permission=REFERENCE_EDIT,
        reads=PROTOCOL,
        stored=said_of,
        whole=True,
        version=True,
    )
)
def change_protocol(doing: Doing[Place]) -> Done[ProtocolVersion]:
    """The concept with this name and these indicators that a maker may declare. Raises Refused."""
    place = doing.target
    declared = list(doing.data.get("declared_production") or ())
    doing.problems += check_declared(declared, place.group)
    doing.problems.refuse()
    name, stood = doing.data["name_nl"], said_of(place)
    if (name, declared) == (stood["nameNl"], stood["declaredProduction"]):
        raise refuse("nothing_changed", "Dit is gelijk aan wat er stond: wijzig minstens één veld.")
    definition = {**place.shown.definition, "declared_production": declared}
    return store(doing, definition, {"declared": declared, "name": name}, name=name)


def put_question(
    doing: Doing[Place], key: str, row: dict[str, Any] | None, position: int | None
) -> Done[ProtocolVersion]:
    """The concept with this row under this key; None takes it away."""
    before = document_of(doing.target.shown.definition, key)
    definition = with_question(doing.target.shown.definition, key, row, position)
    code = key if row is None or row["place"] != ANSWERS else row["code"]
    after = document_of(definition, code) if row is not None else None
    return store(doing, definition, {"question": code, "fields": changed_fields(before, after)})


def changed_fields(before: Data | None, after: Data | None) -> list[str]:
    """The names of what differs between two documents of a question."""
    old, new = before or {}, after or {}
    return sorted(name for name in {*old, *new} if old.get(name) != new.get(name))


def store(
    doing: Doing[Place], definition: Data, said: Mapping[str, Any], *, name: str = ""
) -> Done[ProtocolVersion]:
    """The concept with this definition; made when there is none. For acts, inside their transaction."""
    place = doing.target
    concept = place.concept
    if concept is None:
        text = "Iemand anders begon net aan dit concept: haal de nieuwe stand op."
        with unless_taken(conflict("duplicate", text)):
            concept = ProtocolVersion.objects.create(**_opened(place), created_at=clock.now())
    concept.name_nl = name or concept.name_nl
    own = {
        "code": concept.code,
        "version": concept.version,
        "group": place.group and place.group.code,
        "name_nl": concept.name_nl,
        "inherits": concept.definition["inherits"],
        "fields": fields_of(definition),
    }
    concept.definition = {**{each: value for each, value in definition.items() if each != "levels"}, **own}
    concept.save(update_fields=["definition", "name_nl"])
    return Done(concept, changes={"protocol": concept.code, "version": concept.version, **said})


def _opened(place: Place) -> dict[str, Any]:
    held = place.held
    inherits = held.definition.get("inherits") if place.own else f"{held.code} {held.version}"
    return {
        "code": place.code,
        "version": next_number(place),
        "group": place.group,
        "name_nl": name_of(place),
        "definition": {"inherits": inherits},
        "state": State.DRAFT,
        "base": held,
    }


def every_place(actor: Actor) -> list[Place]:
    """The general protocol first, then that of every group by name. Raises Refused: forbidden. Two queries."""
    access.require(actor, REFERENCE_EDIT)
    rows = list(ProtocolVersion.objects.defer("definition").order_by("pk"))
    general = next((row for row in reversed(rows) if _holds(row, GENERAL)), None)
    if general is None:
        return []
    found = [Place(GENERAL, None, general, _draft(rows, GENERAL))]
    for group in ProductGroup.objects.order_by("name_nl"):
        held = next((row for row in reversed(rows) if _holds(row, group.code)), general)
        found.append(Place(group.code, group, held, _draft(rows, group.code)))
    return found


def _holds(row: ProtocolVersion, code: str) -> bool:
    return row.code == code and row.state == State.PUBLISHED


def _draft(rows: list[ProtocolVersion], code: str) -> ProtocolVersion | None:
    return next((row for row in rows if row.code == code and row.state == State.DRAFT), None)
