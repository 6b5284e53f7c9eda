"""A file with rows of reference data: what differs lands in one's own concept, all of it or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from indicators.models import Proposal, ProposedRow
from mvi_dashboard.ground import access, formats, intake
from mvi_dashboard.ground.access import REFERENCE_EDIT, Actor
from mvi_dashboard.ground.acts import Act, ActDeclaration, Doing, Done
from mvi_dashboard.ground.idempotency import Once, first_time
from mvi_dashboard.ground.problems import Problem, refuse
from mvi_dashboard.ground.sent_files import ENCODING
from mvi_dashboard.ground.shapes import Choice, Object, Reason, read, read_or_refuse

from .proposals import Row, kind_named, own_concept, put_row, rows_of, told
from .reference_rows import RowKind, World
from .row_checks import VALUES, check_prefix_code, check_row
from .row_files import FileRow, rows_of_file
from .row_shapes import canonical

MOST_CHANGED = 300
MOST_ROWS = 5_000
_K = ProposedRow.Kind
FILE = Object(
    {
        "decimal": Choice(
            intake.DECIMALS,
            names={",": "Een komma: 1,5", ".": "Een punt: 1.5"},
            required=False,
            default=",",
            label="Decimaalteken",
            help="Zoals getallen in het bestand staan.",
        ),
        "encoding": ENCODING,
        "unusual": Reason(
            1000,
            required=False,
            multiline=True,
            label="Waarom klopt wat ongewoon is?",
            help="Alleen als wij zeggen dat iets ongewoon is, en het toch klopt.",
        ),
    }
)


@dataclass(frozen=True)
class Sent:
    """What a file says about rows of one kind, read and not judged yet."""

    kind: RowKind
    rows: Sequence[FileRow]


def import_rows(
    actor: Actor,
    *,
    kind: str,
    document: Mapping[str, Any],
    name: str,
    content: bytes,
    typed: bool = False,
    once: Once | None = None,
) -> Proposal:
    """The concept with every row of the file that differs. Raises Refused with every problem by row and column."""
    access.require(actor, REFERENCE_EDIT)
    found = kind_named(kind)
    first_time(once)
    data = read(FILE, document, typed=typed)[0] if typed else read_or_refuse(FILE, document)
    rows = rows_of_file(
        found, content, name, decimal=data.get("decimal") or ",", encoding=data.get("encoding") or ""
    )
    if len(rows) > MOST_ROWS:
        raise refuse("too_large", f"Dit zijn te veel rijen: hoogstens {MOST_ROWS}. Stuur ze in delen.", "file")
    return _store(actor, Sent(found, rows), document, typed, once)


class _Storing(Act[Sent, Proposal]):
    """An act on what was read before, outside of its transaction: no file is read while others wait."""

    def __call__(
        self, actor: Actor, sent: Sent, document: Mapping[str, Any], typed: bool, once: Once | None
    ) -> Proposal:
        """The concept. Raises Refused."""
        return self.carry_out(actor, sent, document=document, expected_version=None, typed=typed, once=once)

    def lock(self, actor: Actor, named: Sent) -> Sent:
        """Raises Refused: forbidden. One's own concept is locked."""
        access.require(actor, self.declaration.permission)
        list(Proposal.objects.select_for_update().filter(maker_key=actor.key, state=Proposal.State.DRAFT))
        return named


@partial(
    _Storing,
    ActDeclaration(
        verb="reference_rows.import",
        title="Zet de rijen van een bestand in uw wijzigingsvoorstel",
        permission=REFERENCE_EDIT,
        reads=FILE,
        status=201,
    ),
)
def _store(doing: Doing[Sent]) -> Done[Proposal]:
    """The concept with the rows that differ. Raises Refused with every problem; then nothing is stored."""
    kind, reason = doing.target.kind, doing.data.get("unusual")
    concept = own_concept(doing.actor)
    changed = _changed(kind, doing.target.rows, concept)
    _require_some(changed)
    kept = [row for row in rows_of(concept) if row.kind != kind.code or row.code not in changed]
    candidates = {code: _candidate(kind, code, row) for code, (_, row) in changed.items()}
    confirmed: dict[str, list[dict[str, Any]]] = {}
    data: dict[str, dict[str, Any]] = {}
    for code, (sent, row) in changed.items():
        others = [*kept, *(each for named, each in candidates.items() if named != code)]
        data[code], found = check_row(kind, code, row.document or {}, others, before=row.before)
        found += _check_new(kind, row)
        confirmed[code] = [
            {"attr": each.attr, "code": each.code, "reason": reason}
            for each in found
            if each.confirmable and reason
        ]
        doing.problems += [_placed(each, sent) for each in found if not (each.confirmable and reason)]
    doing.problems.refuse()
    proposal = concept
    for code, (_, row) in changed.items():
        proposal = put_row(doing.actor, replace(row, proposal=proposal), data[code], confirmed[code])
    assert proposal is not None
    return told(proposal, kind, "", sorted(changed), reason=reason or "")


def _changed(kind: RowKind, rows: Sequence[FileRow], concept: Proposal | None) -> dict[str, tuple[FileRow, Row]]:
    """The rows of the file that differ from what holds, with the document that they become."""
    found = {}
    world = World()
    for sent in rows:
        before = kind.document(sent.code)
        after = {**(before or {}), **sent.values}
        kept = {name: value for name, value in after.items() if value not in (None, [], False)}
        if before is not None and _alike(kind, before, kept, world):
            continue
        proposed = ProposedRow(kind=kind.code, code=sent.code, before=before, after=kept)
        found[sent.code] = (sent, Row(kind, sent.code, before, concept, proposed))
    return found


def _alike(kind: RowKind, before: Mapping[str, Any], after: Mapping[str, Any], world: World) -> bool:
    """Whether a file says the same, however its numbers are written."""
    data, problems = read(kind.shape_of(world, after), after)
    return not problems and canonical(data) == before


def _require_some(changed: Mapping[str, Any]) -> None:
    if not changed:
        raise refuse("nothing_changed", "In dit bestand staat niets anders dan wat er al geldt.", "file")
    if len(changed) > MOST_CHANGED:
        said = formats.counted(len(changed), "rij", "rijen")
        text = f"Hier verschillen {said}: hoogstens {MOST_CHANGED} in één keer. Stuur het bestand in delen."
        raise refuse("too_large", text, "file")


def _candidate(kind: RowKind, code: str, row: Row) -> ProposedRow:
    data, _ = read(kind.shape_of(World(), row.document or {}), row.document)
    return ProposedRow(kind=kind.code, code=code, before=row.before, after=canonical(data))


def _check_new(kind: RowKind, row: Row) -> list[Problem]:
    if row.before is not None:
        return []
    if not kind.may_add:
        text = "Dit materiaal kennen wij niet: nieuwe materialen komen mee met hun factoren."
        return [Problem(("code",), "does_not_exist", text)]
    return check_prefix_code(row.code) if kind.code == _K.PREFIX else []


def _placed(problem: Problem, sent: FileRow) -> Problem:
    path = problem.path[1:] if problem.path[:1] == (VALUES,) else problem.path
    return replace(problem, path=sent.place(path), confirmable=False)
