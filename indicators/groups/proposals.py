"""Proposals: rows of reference data written down by one person, published by another, or thrown away."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F

from indicators.calculation.storage import canonical_json
from indicators.models import Proposal, ProposedRow
from mvi_dashboard.ground import access, clock
from mvi_dashboard.ground.access import REFERENCE_EDIT, Actor
from mvi_dashboard.ground.acts import Act, ActDeclaration, Doing, Done
from mvi_dashboard.ground.idempotency import Once
from mvi_dashboard.ground.problems import Kind, Problem, Problems, Refused, conflict, not_found, refuse, stale
from mvi_dashboard.ground.shapes import camel, lift_confirmed

from . import telling
from .reference_rows import KINDS, Data, RowKind, World, free_code
from .row_checks import check_prefix_code, check_row, sorted_rows
from .row_shapes import ADDITION, CHANGE, CLOSING, canonical

_K = ProposedRow.Kind
_DRAFT = Proposal.State.DRAFT
LARGEST_STAMP = 10**9


@dataclass(frozen=True)
class Row:
    """One row of reference data, as it holds and as one's own concept has it."""

    kind: RowKind
    code: str
    before: dict[str, Any] | None
    """as it holds now; None when it would be new"""
    proposal: Proposal | None
    """one's own concept"""
    proposed: ProposedRow | None

    @property
    def document(self) -> dict[str, Any] | None:
        """What a screen shows: the concept where it has this row, else what holds. None = ended, or not there."""
        return self.before if self.proposed is None else self.proposed.after

    @property
    def stamp(self) -> int:
        """The number behind its ETag: it changes with every change of what holds, and of the concept."""
        return zlib.crc32(canonical_json([self.before, self.document]).encode()) % LARGEST_STAMP


def own_concept(actor: Actor) -> Proposal | None:
    """The open concept of this person."""
    return Proposal.objects.filter(maker_key=actor.key, state=_DRAFT).first()


def kind_named(code: str) -> RowKind:
    """The kind of reference data with this name. Raises Refused (absent)."""
    if code not in KINDS:
        raise not_found()
    return KINDS[code]


def get_row(actor: Actor, kind: str, code: str) -> Row:
    """One row for who may change it. Raises Refused: forbidden, absent."""
    access.require(actor, REFERENCE_EDIT)
    row = _row(actor, kind, code, own_concept(actor))
    if row.before is None and row.proposed is None:
        raise not_found()
    return row


def _row(actor: Actor, kind: str, code: str, proposal: Proposal | None) -> Row:
    found = kind_named(kind)
    rows = proposal.rows if proposal is not None else ProposedRow.objects.none()
    proposed = rows.filter(kind=kind, code=code).first()
    return Row(found, code, found.document(code), proposal, proposed)


class _RowAct(Act[Row, Proposal]):
    """An act on one row of reference data: what comes of it stands in one's own concept."""

    def __call__(
        self,
        actor: Actor,
        *,
        kind: str,
        code: str = "",
        expected_version: int | None = None,
        document: Mapping[str, Any] | None = None,
        typed: bool = False,
        once: Once | None = None,
    ) -> Proposal:
        """The concept with the row in it. Raises Refused with every problem; then nothing is stored."""
        return self.carry_out(
            actor, (kind, code), document=document, expected_version=expected_version, typed=typed, once=once
        )

    def lock(self, actor: Actor, named: tuple[str, str]) -> Row:
        """Raises Refused: forbidden, absent. A new row is told by its document."""
        access.require(actor, self.declaration.permission)
        kind, code = named
        own = Proposal.objects.select_for_update().filter(maker_key=actor.key, state=_DRAFT).first()
        row = _row(actor, kind, code, own)
        if code and row.before is None and row.proposed is None:
            raise not_found()
        return row

    def require_version(self, target: Row, expected: int) -> None:
        """Raises Refused 412 when what holds, or the concept, is other than was seen."""
        if target.stamp != expected:
            raise stale()


@partial(
    _RowAct,
    ActDeclaration(
        verb="reference_row.add",
        title="Zet een nieuwe rij in uw wijzigingsvoorstel",
        permission=REFERENCE_EDIT,
        reads=ADDITION,
        status=201,
    ),
)
def add_row(doing: Doing[Row]) -> Done[Proposal]:
    """The concept with a new row. Raises Refused with every problem."""
    row, kind = doing.target, doing.target.kind
    if not kind.may_add:
        raise refuse("not_applicable", "Nieuwe materialen komen mee met hun factoren: lees die in.", "code")
    code = str(doing.data.get("code") or "")
    if kind.code == _K.PREFIX and code:
        doing.problems += check_prefix_code(code)
    taken = bool(code) and (kind.document(code) is not None or _proposed(row, code) is not None)
    if kind.code == _K.PRODUCT and code in World(rows_of(row.proposal)).products:
        taken = True
    if taken:
        doing.problems.append(Problem(("code",), "already_exists", f"Er is al een {kind.one} met deze code."))
    return _put(doing, Row(kind, code, None, row.proposal, None))


@partial(
    _RowAct,
    ActDeclaration(
        verb="reference_row.change",
        title="Zet een gewijzigde rij in uw wijzigingsvoorstel",
        permission=REFERENCE_EDIT,
        reads=CHANGE,
        version=True,
    ),
)
def change_row(doing: Doing[Row]) -> Done[Proposal]:
    """The concept with this row as the document says; over REST what is not sent stays. Raises Refused."""
    return _put(doing, doing.target)


@partial(
    _RowAct,
    ActDeclaration(
        verb="reference_row.end",
        title="Zet in uw wijzigingsvoorstel dat een rij vervalt",
        permission=REFERENCE_EDIT,
        version=True,
    ),
)
def end_row(doing: Doing[Row]) -> Done[Proposal]:
    """The concept in which this row is gone; only for what nothing rests on (a CPV prefix). Raises Refused."""
    row = doing.target
    if not row.kind.may_end or row.before is None:
        text = "Hierop rusten cijfers: vul in tot wanneer dit geldt, en een opvolger."
        raise conflict("not_applicable", text)
    proposal = row.proposal or _new_concept(doing.actor)
    proposal.rows.update_or_create(
        kind=row.kind.code, code=row.code, defaults={"before": row.before, "after": None, "confirmed": []}
    )
    return told(proposal, row.kind, row.code, ["ended"])


@partial(
    _RowAct,
    ActDeclaration(
        verb="reference_row.leave_out",
        title="Haal een rij uit uw wijzigingsvoorstel",
        permission=REFERENCE_EDIT,
        version=True,
    ),
)
def leave_out_row(doing: Doing[Row]) -> Done[Proposal]:
    """The concept without this row. Raises Refused: absent, or what another row of the concept rests on."""
    row = doing.target
    if row.proposal is None or row.proposed is None:
        raise not_found()
    row.proposed.delete()
    Problems(problems_of(row.proposal)).refuse()
    return told(row.proposal, row.kind, row.code, ["left out"])


def put_row(actor: Actor, row: Row, data: Data, confirmed: Iterable[Mapping[str, Any]]) -> Proposal:
    """The concept with these checked values of a row in it: for acts, inside their transaction."""
    values = dict(data)
    if row.kind.code == _K.PRODUCT and row.before is not None and not values.get("new_code"):
        values["new_code"] = free_code(row.code, World(rows_of(row.proposal)).products)
    after = canonical(values)
    proposal = row.proposal or _new_concept(actor)
    if row.before is not None and _same(row.kind, row.before, after):
        proposal.rows.filter(kind=row.kind.code, code=row.code).delete()
        return proposal
    proposal.rows.update_or_create(
        kind=row.kind.code,
        code=row.code,
        defaults={"before": row.before, "after": after, "confirmed": list(confirmed)},
    )
    return proposal


def _same(kind: RowKind, before: Data, after: Data) -> bool:
    old, new = ({name: each for name, each in row.items() if name != "newCode"} for row in (before, after))
    return old == new


def _put(doing: Doing[Row], row: Row) -> Done[Proposal]:
    others = [each for each in rows_of(row.proposal) if (each.kind, each.code) != (row.kind.code, row.code)]
    sent = doing.data.get("values")
    document = dict(sent) if isinstance(sent, Mapping) else {}
    shown = (row.document or row.before or {}) if doing.typed else None
    if doing.typed:  # what lies fast is no input of the form
        held = row.before or {}
        document |= {name: held[name] for name in (camel(each) for each in row.kind.fixed) if name in held}
    else:
        document = {**(row.document or {}), **document}
    data, found = check_row(row.kind, row.code, document, others, before=row.before, typed_over=shown)
    standing, used = lift_confirmed([*doing.problems, *found], doing.data.get("confirmations"))
    Problems(standing).refuse()
    if row.document is not None and _same(row.kind, row.document, canonical(data)):
        raise refuse("nothing_changed", "Dit is gelijk aan wat er stond: wijzig minstens één veld.")
    proposal = put_row(doing.actor, row, data, used)
    fields = changed_fields(row.before, canonical(data))
    return told(proposal, row.kind, row.code, fields, reason="; ".join(each["reason"] for each in used))


def changed_fields(before: Data | None, after: Data | None) -> list[str]:
    """The names of the fields that differ between two documents of a row."""
    old, new = before or {}, after or {}
    return sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))


def told(proposal: Proposal, kind: RowKind, code: str, fields: list[str], *, reason: str = "") -> Done[Proposal]:
    """The concept, as the audit trail tells what was done to it."""
    Proposal.objects.filter(pk=proposal.pk).update(version=F("version") + 1)
    proposal.refresh_from_db()
    return Done(proposal, changes={"kind": kind.code, "code": code, "fields": fields}, reason=reason)


def _new_concept(actor: Actor) -> Proposal:
    try:
        with transaction.atomic():
            made = Proposal.objects.create(maker_key=actor.key, created_at=clock.now())
    except IntegrityError:  # the same person made one meanwhile
        raise conflict("duplicate", "U maakte net al een concept: haal de nieuwe stand op.") from None
    telling.proposal_begun(actor, made)
    return made


def rows_of(proposal: Proposal | None) -> list[ProposedRow]:
    """The rows of a proposal in the order in which they came."""
    return [] if proposal is None else list(proposal.rows.order_by("id"))


def _proposed(row: Row, code: str) -> ProposedRow | None:
    return row.proposal.rows.filter(kind=row.kind.code, code=code).first() if row.proposal is not None else None


class _ProposalAct(Act[Proposal, Proposal]):
    """An act on a whole proposal."""

    def __call__(
        self,
        actor: Actor,
        public_id: UUID,
        *,
        expected_version: int,
        document: Mapping[str, Any] | None = None,
        typed: bool = False,
        once: Once | None = None,
    ) -> Proposal:
        """The proposal, closed. Raises Refused."""
        return self.carry_out(
            actor, public_id, document=document, expected_version=expected_version, typed=typed, once=once
        )

    def lock(self, actor: Actor, named: UUID) -> Proposal:
        """Raises Refused: forbidden, absent. One proposal is closed at a time, so that none passes another."""
        access.require(actor, self.declaration.permission)
        locked = {row.public_id: row for row in Proposal.objects.select_for_update().order_by("pk")}
        if named not in locked:
            raise not_found()
        return locked[named]

    def require_version(self, target: Proposal, expected: int) -> None:
        """Raises Refused 412 when it was changed since it was seen."""
        if target.version != expected:
            raise stale()

    def require_state(self, target: Proposal) -> None:
        """Raises Refused 409 when it was closed already."""
        if target.state != _DRAFT:
            raise conflict("wrong_state", f"Dit voorstel is al {target.get_state_display().lower()}.")


@partial(
    _ProposalAct,
    ActDeclaration(
        verb="proposal.publish",
        title="Stel een wijzigingsvoorstel vast",
        permission=REFERENCE_EDIT,
        reads=CLOSING,
        person="Vaststellen",
        version=True,
        states=(_DRAFT,),
    ),
)
def publish_proposal(doing: Doing[Proposal]) -> Done[Proposal]:
    """The proposal, and all its rows in force at once. By somebody else than who made it.

    Raises Refused: stale, closed, one's own, changed meanwhile (409), or with every rule that a row breaks now.
    """
    proposal, rows = doing.target, sorted_rows(rows_of(doing.target))
    if proposal.maker_key == doing.actor.key:
        text = "U maakte dit voorstel. Een tweede persoon kijkt het na en stelt het vast."
        raise conflict("second_officer", text)
    doing.problems.refuse()
    if not rows:
        raise conflict("empty", "In dit voorstel staat niets: gooi het weg.")
    changed = outdated(rows)
    if changed:
        raise Refused([_outdated(row) for row in changed], Kind.CONFLICT)
    Problems(problems_of(proposal)).refuse()
    world = World(rows)
    for row in rows:
        kind = KINDS[row.kind]
        if row.after is None:
            kind.remove(row.code)
        else:
            kind.store(row.code, world.data(row), world)
    _close(doing, Proposal.State.PUBLISHED)
    said = [f"{row.kind}/{row.code}" for row in rows]
    return Done(proposal, changes={"rows": said}, reason=doing.data["reason"])


@partial(
    _ProposalAct,
    ActDeclaration(
        verb="proposal.discard",
        title="Gooi een wijzigingsvoorstel weg",
        permission=REFERENCE_EDIT,
        reads=CLOSING,
        version=True,
        states=(_DRAFT,),
    ),
)
def discard_proposal(doing: Doing[Proposal]) -> Done[Proposal]:
    """The proposal, thrown away with a reason; what was in it can still be read. Raises Refused."""
    doing.problems.refuse()
    _close(doing, Proposal.State.DISCARDED)
    return Done(doing.target, reason=doing.data["reason"])


def _close(doing: Doing[Proposal], state: str) -> None:
    proposal = doing.target
    proposal.state, proposal.closed_at, proposal.reason = state, doing.now, doing.data["reason"]
    proposal.version += 1
    proposal.save(update_fields=["state", "closed_at", "reason", "version"])
    telling.proposal_closed(doing.actor, proposal)


def outdated(rows: Iterable[ProposedRow]) -> list[ProposedRow]:
    """The rows that were changed by somebody else since they were written down."""
    return [row for row in rows if KINDS[row.kind].document(row.code) != row.before]


def _outdated(row: ProposedRow) -> Problem:
    text = f"De {KINDS[row.kind].one} {row.code} is intussen gewijzigd. Maak uw wijziging opnieuw op wat nu geldt."
    return Problem((row.kind, row.code), "outdated", text)


def problems_of(proposal: Proposal) -> list[Problem]:
    """What stands in the way of a proposal by the rules of now, at the kind and code of each row."""
    rows, found = rows_of(proposal), []
    for row in rows:
        if row.after is None:
            continue
        others = [each for each in rows if each.pk != row.pk]
        _, problems = check_row(KINDS[row.kind], row.code, row.after, others, before=row.before)
        standing, _ = lift_confirmed(problems, row.confirmed)
        found += [Problem((row.kind, row.code, *each.path), each.code, each.detail) for each in standing]
    return found
