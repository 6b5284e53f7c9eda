"""The questions of a protocol as a file, and back: what differs lands in the concept, all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from indicators.groups import row_files
from indicators.groups.row_files import FileRow
from indicators.groups.row_imports import FILE as ROW_FILE
from indicators.models import ProtocolVersion
from mvi_dashboard.ground import access
from mvi_dashboard.ground.access import REFERENCE_EDIT, Actor
from mvi_dashboard.ground.acts import ActDeclaration, Doing, Done
from mvi_dashboard.ground.idempotency import Once, first_time
from mvi_dashboard.ground.problems import Problem, refuse
from mvi_dashboard.ground.shapes import Boolean, Object, read, read_or_refuse

from .protocol_concepts import Place, change_of_protocol, place_of, store
from .question_checks import Rests, check_code, check_drop, check_question
from .questions import QUESTION, Data, document_of, documents_in, questions_in, row_of, shape_of, with_question

_TABLE = "questions"
_ENDS = "ends"
FILE = Object({name: field for name, field in ROW_FILE.fields.items() if name != "unusual"})
row_files.add_table(
    _TABLE,
    QUESTION.with_fields({_ENDS: Boolean(required=False, default=False, label="Vervalt")}),
    "Sleutel",
)
COLUMNS = row_files.columns_of(_TABLE)


@dataclass(frozen=True)
class Questions:
    """The questions of a protocol as a table of a file."""

    definition: Data
    code: str = _TABLE
    label: str = "Vragen"

    def document(self, code: str) -> dict[str, Any] | None:
        """The question with this key."""
        return document_of(self.definition, code)


def file_of_protocol(place: Place) -> Iterator[str]:
    """The lines of a CSV with the questions, as the concept has them."""
    definition = place.shown.definition
    return row_files.file_of_kind(Questions(definition), iter(questions_in(definition)))


def workbook_of_protocol(place: Place) -> bytes:
    """The same as an XLSX."""
    definition = place.shown.definition
    return row_files.workbook_of_kind(Questions(definition), iter(questions_in(definition)))


def import_questions(
    actor: Actor,
    *,
    code: str,
    document: Mapping[str, Any],
    name: str,
    content: bytes,
    typed: bool = False,
    once: Once | None = None,
) -> ProtocolVersion:
    """The concept with every question of the file that differs. Raises Refused with every problem by cell."""
    access.require(actor, REFERENCE_EDIT)
    place = place_of(code)
    first_time(once)
    data = read(FILE, document, typed=typed)[0] if typed else read_or_refuse(FILE, document)
    rows = row_files.rows_of_file(
        Questions(place.shown.definition),
        content,
        name,
        decimal=data.get("decimal") or ",",
        encoding=data.get("encoding") or "",
    ).rows
    return _store_rows(actor, code=code, document={**document, "rows": rows}, typed=typed, once=once)


@change_of_protocol(
    ActDeclaration(
        verb="protocol.import",
        title="Zet de vragen van een bestand in het concept van een protocol",
        permission=REFERENCE_EDIT,
        status=201,
    )
)
def _store_rows(doing: Doing[Place]) -> Done[ProtocolVersion]:
    """The concept with the questions that differ. Raises Refused with every problem; then nothing is stored."""
    start = doing.target.shown.definition
    definition, changed = start, []
    for sent in doing.document["rows"]:
        key = sent.code
        after, problems = _applied(replace(doing.target.rests, definition=definition), sent, start)
        doing.problems += [replace(each, path=sent.place(each.path)) for each in problems]
        if after is not None:
            definition = after
            changed.append(key)
    doing.problems.refuse()
    if not changed:
        raise refuse("nothing_changed", "In dit bestand staat niets anders dan wat er al staat.", "file")
    return store(doing, definition, {"questions": changed})


def _applied(rests: Rests, sent: FileRow, start: Data) -> tuple[dict[str, Any] | None, list[Problem]]:
    """The definition with this row of a file in it, None when it says what stood there; and what is wrong."""
    key, shape = sent.code, shape_of(sent.code)
    before = questions_in(rests.definition).get(key)
    values = dict(sent.values)
    if values.pop(_ENDS, None):
        problems = check_drop(rests, key) if before is not None else [_absent()]
        return (None if problems else with_question(rests.definition, key, None, None)), problems
    stored = document_of(rests.definition, key) or {}
    known = {name: value for name, value in values.items() if value is not None or name in _names(shape)}
    document = {name: value for name, value in {**stored, **known}.items() if value not in (None, [])}
    problems = check_code(rests, key) if before is None else []
    if before is None and "." in key:
        problems = [_absent()]
    data, found = check_question(rests, key, document)
    problems += found
    if problems:
        return None, problems
    position = data.get("position")
    row = row_of(data, key if before is None else before["code"], before)
    stood = (document_of(start, key) or {}).get("position")  # a row that came in above moves those below it
    after = with_question(rests.definition, key, row, None if position == stood else position)
    alike = before is not None and documents_in(after) == documents_in(rests.definition)
    return (None if alike else after), []


def _names(shape: Object) -> set[str]:
    return set(shape.schema()["properties"])


def _absent() -> Problem:
    text = "Deze vraag kennen wij niet: een veld van de berekening kan niet nieuw zijn."
    return Problem(("code",), "does_not_exist", text)
