"""A file with rows of reference data: first a preview of what differs, then all of it in one's own concept."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction

from indicators.factors import declarations
from indicators.factors.kept_previews import Confirmation, expires_at, own_row_preview
from indicators.models import Proposal, ProposedRow, RowPreview
from indicators.resources.row_imports import RowsImport
from mvi_dashboard.ground import access, clock, formats, intake
from mvi_dashboard.ground.access import REFERENCE_EDIT, Actor
from mvi_dashboard.ground.acts import ActDeclaration, Doing, Done
from mvi_dashboard.ground.idempotency import Once, first_time
from mvi_dashboard.ground.problems import Problem, Problems, conflict, refuse
from mvi_dashboard.ground.sent_files import ENCODING, Upload
from mvi_dashboard.ground.shapes import CONFIRMED, Choice, Object, lift_confirmed, read, read_or_refuse

from .proposals import Row, kind_named, own_concept, put_row, rows_of, told
from .reference_rows import RowKind, World
from .row_checks import VALUES, check_prefix_code, check_row
from .row_files import FileRow, FileRows, rows_of_file
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
    }
)


@dataclass(frozen=True)
class _Judged:
    """One row of a file that differs from what holds."""

    sent: FileRow
    row: Row
    data: Mapping[str, Any]
    """what it says, as its shape reads it"""
    unusual: Sequence[tuple[Problem, Problem]]
    """what asks for a reason: at the path of the check, and at its place in the file"""


def preview_rows(
    actor: Actor,
    *,
    kind: str,
    document: Mapping[str, Any],
    upload: Upload,
    typed: bool = False,
    once: Once | None = None,
) -> RowPreview:
    """What this file would change; only the preview is kept, for a day.

    Raises Refused with every problem by row and column.
    """
    access.require(actor, REFERENCE_EDIT)
    found = kind_named(kind)
    first_time(once)
    data = read(FILE, document, typed=typed)[0] if typed else read_or_refuse(FILE, document)
    file = rows_of_file(
        found,
        upload.content,
        upload.name,
        decimal=data.get("decimal") or ",",
        encoding=data.get("encoding") or "",
    )
    if len(file.rows) > MOST_ROWS:
        raise refuse("too_large", f"Dit zijn te veel rijen: hoogstens {MOST_ROWS}. Stuur ze in delen.", "file")
    concept = own_concept(actor)
    judged = _judged(found, file.rows, concept)
    preview = RowPreview(
        owner_key=actor.key,
        created_at=clock.now(),
        kind=found.code,
        content=_packed(each.sent for each in judged),
        summary=_reading(file, upload.name) | _changes(judged, concept, len(file.rows)),
    )
    with transaction.atomic():
        preview.save()
        if once is not None:
            once.remember(200, preview)
    return preview


class _Confirmation(Confirmation[RowPreview, Proposal]):
    """An act on one's own preview."""

    def lock(self, actor: Actor, named: UUID) -> RowPreview:
        """Raises Refused: forbidden, absent. One's own concept is locked too."""
        preview = own_row_preview(actor, named, for_update=True)
        list(Proposal.objects.select_for_update().filter(maker_key=actor.key, state=Proposal.State.DRAFT))
        return preview


@partial(
    _Confirmation,
    ActDeclaration(
        verb="reference_rows.import",
        title="Neem de rijen van een voorbeeld over in uw wijzigingsvoorstel",
        permission=REFERENCE_EDIT,
        reads=CONFIRMED,
        status=201,
    ),
)
def confirm_rows(doing: Doing[RowPreview]) -> Done[Proposal]:
    """The concept with the rows that differ; its document has the reasons for what is unusual in them.

    Raises Refused: absent (404), taken over already, or of rows that changed meanwhile (409); with every problem
    that there is now, and what nobody gave a reason for.
    """
    preview = doing.target
    if preview.made is not None:
        raise conflict("confirmed", "Dit is al overgenomen: het staat in uw voorstel.")
    doing.problems.refuse()
    kind, concept = kind_named(preview.kind), own_concept(doing.actor)
    shown = {each["code"]: each["before"] for each in preview.summary["rows"]}
    if any(kind.document(code) != before for code, before in shown.items()):
        text = "Deze rijen zijn intussen gewijzigd. Lees het bestand opnieuw in voor een nieuw voorbeeld."
        raise conflict("outdated", text)
    judged = _judged(kind, _unpacked(bytes(preview.content)), concept)
    asked = [placed for each in judged for _, placed in each.unusual]
    standing, used = lift_confirmed(asked, doing.data.get("confirmations"))
    Problems(standing).refuse()
    given = {(each["attr"], each["code"]): each["reason"] for each in used}
    proposal = concept
    for each in judged:
        confirmed = [
            {"attr": checked.attr, "code": checked.code, "reason": given[placed.attr, placed.code]}
            for checked, placed in each.unusual
        ]
        proposal = put_row(doing.actor, replace(each.row, proposal=proposal), each.data, confirmed)
    assert proposal is not None
    preview.made, preview.content = proposal, b""
    preview.save(update_fields=["made", "content"])
    return told(proposal, kind, "", sorted(shown), reason="; ".join(sorted(set(given.values()))))


def _judged(kind: RowKind, rows: Sequence[FileRow], concept: Proposal | None) -> list[_Judged]:
    """The rows that differ, checked among each other and the rest of the concept.

    Raises Refused with everything that is wrong with them, by row and column, or when nothing differs.
    """
    changed = _changed(kind, rows, concept)
    _require_some(changed)
    kept = [row for row in rows_of(concept) if row.kind != kind.code or row.code not in changed]
    candidates = {code: _candidate(kind, code, row) for code, (_, row) in changed.items()}
    problems, found = Problems(), []
    for code, (sent, row) in changed.items():
        others = [*kept, *(each for named, each in candidates.items() if named != code)]
        data, noted = check_row(kind, code, row.document or {}, others, before=row.before)
        noted += _check_new(kind, row)
        problems += [replace(_placed(each, sent), confirmable=False) for each in noted if not each.confirmable]
        unusual = [(each, _placed(each, sent)) for each in noted if each.confirmable]
        found.append(_Judged(sent, row, data, unusual))
    problems.refuse()
    return found


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
    return replace(problem, path=sent.place(path))


def _reading(file: FileRows, name: str) -> dict[str, Any]:
    return {
        "read": file.lines,
        "file": name or None,
        "delimiter": file.delimiter or None,
        "encoding": file.encoding or None,
        "columns": [{"column": column, "field": field} for column, field in file.columns],
        "leftOut": [{"what": what, "why": why, "rows": 0} for what, why in file.notes],
    }


def _changes(judged: Sequence[_Judged], concept: Proposal | None, rows: int) -> dict[str, Any]:
    """Every row that differs, what asks for a reason in it, and how many say what holds already."""
    own = {(row.kind, row.code) for row in rows_of(concept)}
    shown = [
        {
            "code": each.sent.code,
            "line": each.sent.number,
            "before": each.row.before,
            "after": canonical(each.data),
            "inProposal": (each.row.kind.code, each.sent.code) in own,
        }
        for each in judged
    ]
    added = sum(1 for each in shown if each["before"] is None)
    return {
        "counts": {"added": added, "changed": len(shown) - added, "same": rows - len(shown)},
        "rows": shown,
        "warnings": [
            {"attr": placed.attr, "path": list(placed.path), "code": placed.code, "detail": placed.detail}
            for each in judged
            for _, placed in each.unusual
        ],
    }


def answer_of(preview: RowPreview) -> RowsImport:
    """What would change, what was left out, and what asks for a reason."""
    return RowsImport.of(preview, declarations.problems_in(preview.summary), expires_at(preview))


def _packed(rows: Any) -> bytes:
    """The rows of a file that differ, with where each part of them stands."""
    plain = [
        [each.code, each.number, each.values, [[list(path), list(place)] for path, place in each.places.items()]]
        for each in rows
    ]
    return zlib.compress(json.dumps(plain).encode())


def _unpacked(content: bytes) -> list[FileRow]:
    return [
        FileRow(code, number, values, {tuple(path): tuple(place) for path, place in places})
        for code, number, values, places in json.loads(zlib.decompress(content))
    ]
