"""An imprint of every guarded row, so that a change around the triggers is seen; verify reads it.

Each insert, change and removal that the guards let through appends what the row became. Nothing is asked of the
services, and no statement is added to their acts. The application signs imprints afterwards under a key that is
not in the database, so that who can change both a row and its imprint is seen too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction

from .triggers import PREFIX, function_of

TABLE = "ground_imprint"
MARK = "_imprint_"
SHAPE = -1
"""The row of a table that holds the names of its imprinted columns"""
# Text of a value must not depend on who is connected.
_SPELLING = {"timezone": "UTC", "datestyle": "ISO, YMD", "extra_float_digits": "1", "bytea_output": "hex"}


@dataclass(frozen=True)
class Shape:
    """The columns of a table of which imprints are made."""

    app_label: str
    table: str
    columns: tuple[str, ...]

    def content(self, row: str, vendor: str) -> str:
        """SQL for the imprint of this row (an alias): a JSON object with each value as text."""
        if vendor == "sqlite":
            parts = ", ".join(f"'{name}', quote({row}.\"{name}\")" for name in self.columns)
            return f"json_object({parts})"
        parts = ", ".join(f"'{name}', {row}.\"{name}\"::text" for name in self.columns)
        return f"json_build_object({parts})::text"

    def triggers(self) -> list[Imprinter]:
        """The triggers that keep the imprints of this table."""
        return [Imprinter(self.app_label, self.table, event, self) for event in ("INSERT", "UPDATE", "DELETE")]


@dataclass(frozen=True)
class Imprinter:
    """One trigger that appends an imprint after an event."""

    app_label: str
    table: str
    event: str
    shape: Shape

    @property
    def message(self) -> str:
        """What it does."""
        return "its imprint"

    @property
    def writes(self) -> str:
        """The table of imprints."""
        return TABLE

    @property
    def name(self) -> str:
        """A name that changes with the columns."""
        print_ = hashlib.sha256(f"imprint|{self.event}|{self.shape.columns}".encode()).hexdigest()[:10]
        return f"{PREFIX}{self.table[:30]}_{self.event[:3].lower()}{MARK}{print_}"

    def statements(self, vendor: str) -> list[str]:
        """What puts this trigger in the database."""
        return self._sqlite() if vendor == "sqlite" else self._postgresql()

    def _differs(self, unequal: str) -> str:
        return " OR ".join(f'OLD."{name}" {unequal} NEW."{name}"' for name in ("id", *self.shape.columns))

    def _sqlite(self) -> list[str]:
        # The row is read again, as only then the affinity of its columns has been applied.
        act = (
            f"INSERT INTO {TABLE} (table_name, row_id, content)"  # noqa: S608 (names of our own)
            f" SELECT '{self.table}', made.id, {self.shape.content('made', 'sqlite')}"
            f' FROM "{self.table}" made WHERE made.id = NEW.id'
        )
        if self.event == "DELETE":
            act = f"INSERT INTO {TABLE} (table_name, row_id) VALUES ('{self.table}', OLD.id)"  # noqa: S608
        when = f" WHEN {self._differs('IS NOT')}" if self.event == "UPDATE" else ""
        moment = f'AFTER {self.event} ON "{self.table}" FOR EACH ROW{when}'
        return [f'CREATE TRIGGER "{self.name}" {moment} BEGIN {act}; END']

    def _postgresql(self) -> list[str]:
        row, value = "NEW", self.shape.content("NEW", "postgresql")
        if self.event == "DELETE":
            row, value = "OLD", "NULL"
        body = (
            f"INSERT INTO {TABLE} (table_name, row_id, content)"  # noqa: S608 (names of our own)
            f" VALUES ('{self.table}', {row}.id, {value});"
        )
        if self.event == "UPDATE":
            body = f"IF {self._differs('IS DISTINCT FROM')} THEN {body} END IF;"
        spelled = " ".join(f"SET {name} = '{value}'" for name, value in _SPELLING.items())
        # The right to write imprints belongs to the owner of the tables, not to who writes a row.
        options = f"SECURITY DEFINER SET search_path FROM CURRENT {spelled}"
        return function_of(self.name, f"AFTER {self.event}", self.table, f"{body} RETURN NULL;", options=options)


_shapes: dict[str, Shape] = {}
_wrong_before: dict[str, dict[str, set[int]]] = {}


def register(shape: Shape) -> None:
    """Have imprints made of this table."""
    _shapes[shape.table] = shape


def shapes() -> list[Shape]:
    """All tables of which imprints are made."""
    return list(_shapes.values())


def differences(using: str = DEFAULT_DB_ALIAS, tables: Collection[str] = ()) -> Iterator[str]:
    """A line per row that is not what its last imprint says: changed, added or removed around the guards.

    `tables`: only these (default all).
    """
    with _same_spelling(using) as cursor:
        for shape in shapes():
            if tables and shape.table not in tables:
                continue
            if _columns_of(cursor, shape.table) != list(shape.columns):
                yield f"{shape.table}: no imprints are kept of these columns"
                continue
            for row_id, before, now in _unequal(cursor, shape):
                if before is None:
                    yield f"{shape.table} {row_id}: was not written through the guards"
                else:
                    names = ", ".join(_changed(before, now))
                    yield f"{shape.table} {row_id}: {names} changed around the guards"
            for row_id in _gone(cursor, shape.table):
                yield f"{shape.table} {row_id}: was removed around the guards"


def remember_what_is_wrong(using: str = DEFAULT_DB_ALIAS) -> None:
    """Before a migration: which rows differ from their imprint already, so that it does not put them right."""
    connection = connections[using]
    _wrong_before.pop(using, None)
    tables = set(connection.introspection.table_names())
    if TABLE not in tables:
        return
    found: dict[str, set[int]] = {}
    with _same_spelling(using) as cursor:
        for shape in shapes():
            kept = _columns_of(cursor, shape.table)
            if kept is None or shape.table not in tables:
                continue
            there = {each.name for each in connection.introspection.get_table_description(cursor, shape.table)}
            old = Shape(shape.app_label, shape.table, tuple(name for name in kept if name in there))
            wrong = {
                row_id for row_id, before, now in _unequal(cursor, old) if not before or _changed(before, now)
            }
            found[shape.table] = wrong | set(_gone(cursor, shape.table))
    _wrong_before[using] = found


def complete(app_label: str, using: str = DEFAULT_DB_ALIAS) -> dict[str, int]:
    """After a migration: imprints of what has none, and of what the migration changed; how many per table."""
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    own = [shape for shape in shapes() if shape.app_label == app_label and {shape.table, TABLE} <= tables]
    made = {}
    with _same_spelling(using) as cursor:
        for shape in own:
            made[shape.table] = _complete_table(cursor, shape, _wrong_before.get(using, {}).get(shape.table))
    return {table: count for table, count in made.items() if count}


def _complete_table(cursor: Any, shape: Shape, wrong: set[int] | None) -> int:
    kept = _columns_of(cursor, shape.table)
    if kept != list(shape.columns):
        _write(cursor, shape.table, [(SHAPE, json.dumps(list(shape.columns)))])
    if kept is None:
        text = shape.content("made", cursor.db.vendor)
        cursor.execute(
            f"INSERT INTO {TABLE} (table_name, row_id, content)"  # noqa: S608 (names of our own)
            f' SELECT %s, made.id, {text} FROM "{shape.table}" made',
            [shape.table],
        )
        return int(cursor.rowcount)
    if wrong is None:
        return 0
    rows: list[tuple[int, str | None]] = [(row_id, now) for row_id, _, now in _unequal(cursor, shape)]
    rows += [(row_id, None) for row_id in _gone(cursor, shape.table)]
    rows = [row for row in rows if row[0] not in wrong]
    _write(cursor, shape.table, rows)
    return len(rows)


def _write(cursor: Any, table: str, rows: Sequence[tuple[int, str | None]]) -> None:
    insert = f"INSERT INTO {TABLE} (table_name, row_id, content) VALUES (%s, %s, %s)"  # noqa: S608
    cursor.executemany(insert, [(table, *row) for row in rows])


_NEWEST = (
    f"WITH newest AS (SELECT row_id, MAX(id) AS last FROM {TABLE}"  # noqa: S608 (names of our own)
    f" WHERE table_name = %s AND row_id <> {SHAPE} GROUP BY row_id)"
)


def _columns_of(cursor: Any, table: str) -> list[str] | None:
    """The columns of which imprints are kept, as the database says."""
    cursor.execute(
        f"SELECT content FROM {TABLE} WHERE table_name = %s AND row_id = {SHAPE} ORDER BY id DESC LIMIT 1",  # noqa: S608
        [table],
    )
    found = cursor.fetchone()
    return None if found is None else list(json.loads(found[0]))


def _unequal(cursor: Any, shape: Shape) -> list[tuple[int, str | None, str]]:
    """(id, last imprint, imprint of now) of the rows whose text is another."""
    now = shape.content("made", cursor.db.vendor)
    cursor.execute(
        f'{_NEWEST} SELECT made.id, old.content, {now} FROM "{shape.table}" made'  # noqa: S608 (names of our own)
        f" LEFT JOIN newest ON newest.row_id = made.id LEFT JOIN {TABLE} old ON old.id = newest.last"
        f" WHERE old.content IS NULL OR old.content <> {now} ORDER BY made.id",
        [shape.table],
    )
    return list(cursor.fetchall())


def _gone(cursor: Any, table: str) -> list[int]:
    cursor.execute(
        f"{_NEWEST} SELECT newest.row_id FROM newest JOIN {TABLE} old ON old.id = newest.last"  # noqa: S608
        f' LEFT JOIN "{table}" made ON made.id = newest.row_id'
        f" WHERE old.content IS NOT NULL AND made.id IS NULL ORDER BY newest.row_id",
        [table],
    )
    return [row_id for (row_id,) in cursor.fetchall()]


def _changed(before: str, now: str) -> list[str]:
    """The columns that both imprints have and that differ."""
    one, other = json.loads(before), json.loads(now)
    return [name for name in one if name in other and one[name] != other[name]]


@contextmanager
def _same_spelling(using: str) -> Iterator[Any]:
    """A cursor that writes values as the triggers do."""
    connection = connections[using]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for name, value in _SPELLING.items():
                cursor.execute("SELECT set_config(%s, %s, true)", [name, value])
        yield cursor
