"""What the database keeps beside the rows of a list by itself: when each last changed, and its words to be found.

Triggers write both, in the transaction of the change: no service can forget it, and a change in bulk counts too.
After every migrate what is not there yet is made, so that both can be thrown away and come back.

On PostgreSQL the words are found by a GIN index on `stems`, a column that the database makes of them, on SQLite by
an FTS5 table whose content they are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.db.models import Model, QuerySet

from .models import Change, SearchText
from .triggers import PREFIX, function_of
from .triggers import register as register_triggers

MARK = "_kept_"
INDEX = "ground_searchindex"
OVERLAP = timedelta(minutes=10)
"""A change is told by when it was written, and seen when its transaction ends: so much longer is looked back"""
_CHANGES, _WORDS = Change._meta.db_table, SearchText._meta.db_table
_ACCENTED, _PLAIN = "àáâãäåçèéêëìíîïñòóôõöùúûüýÿ", "aaaaaaceeeeiiiinooooouuuuyy"
_NOW = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f', 'now') || '000'",
    "postgresql": "clock_timestamp()",
}
_UPSERT = "ON CONFLICT (table_name, row_id) DO UPDATE SET"
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Kept:
    """What is kept of the rows of one table: their moments of change, and these columns as words."""

    app_label: str
    table: str
    changes: bool
    columns: tuple[str, ...]

    def words(self, row: str, vendor: str) -> str:
        """SQL for the words of this row (an alias)."""
        if vendor == "sqlite":
            return " || ' ' || ".join(f"COALESCE({row}.\"{name}\", '')" for name in self.columns)
        text = " || ' ' || ".join(f"COALESCE({row}.\"{name}\"::text, '')" for name in self.columns)
        # Signs go, as the parser reads `2026-014` as a number below zero.
        plain = f"translate(lower({text}), '{_ACCENTED}', '{_PLAIN}')"
        return f"regexp_replace({plain}, '[^[:alnum:]]+', ' ', 'g')"


@dataclass(frozen=True)
class Keeper:
    """The trigger that keeps it, after one event."""

    kept: Kept
    event: str

    @property
    def app_label(self) -> str:
        """The app of the table."""
        return self.kept.app_label

    @property
    def table(self) -> str:
        """The table."""
        return self.kept.table

    @property
    def message(self) -> str:
        """What it does."""
        return "what is kept beside it"

    @property
    def writes(self) -> str:
        """The table that it writes to."""
        return _CHANGES if self.kept.changes else _WORDS

    @property
    def name(self) -> str:
        """A name that changes with the definition."""
        made = f"{self.event}|{self.kept.changes}|{self.kept.columns}|{_ACCENTED}"
        print_ = hashlib.sha256(made.encode()).hexdigest()[:10]
        return f"{PREFIX}{self.table[:28]}_{self.event[:3].lower()}{MARK}{print_}"

    def statements(self, vendor: str) -> list[str]:
        """What puts this trigger in the database."""
        body = " ".join(self._acts(vendor))
        if vendor == "sqlite":
            moment = f'AFTER {self.event} ON "{self.table}" FOR EACH ROW'
            return [f'CREATE TRIGGER "{self.name}" {moment} BEGIN {body} END']
        # The right to write what is kept belongs to the owner of the tables, not to who writes a row.
        options = "SECURITY DEFINER SET search_path FROM CURRENT"
        return function_of(self.name, f"AFTER {self.event}", self.table, f"{body} RETURN NULL;", options=options)

    def _acts(self, vendor: str) -> Iterable[str]:
        gone = self.event == "DELETE"
        row = "OLD" if gone else "NEW"
        place = f"table_name = '{self.table}' AND row_id = {row}.id"
        if self.kept.changes:
            values = f"'{self.table}', {row}.id, {_NOW[vendor]}"
            noted = (
                f"INSERT INTO {_CHANGES} (table_name, row_id, changed_at) VALUES ({values})"  # noqa: S608
                f" {_UPSERT} changed_at = excluded.changed_at;"
            )
            yield f"DELETE FROM {_CHANGES} WHERE {place};" if gone else noted  # noqa: S608 (names of our own)
        if not self.kept.columns:
            return
        if vendor == "sqlite" and self.event != "INSERT":
            yield (
                f"INSERT INTO {INDEX} ({INDEX}, rowid, words)"  # noqa: S608
                f" SELECT 'delete', id, words FROM {_WORDS} WHERE {place};"
            )
        if gone:
            yield f"DELETE FROM {_WORDS} WHERE {place};"  # noqa: S608
            return
        yield (
            f"INSERT INTO {_WORDS} (table_name, row_id, words)"  # noqa: S608
            f" VALUES ('{self.table}', {row}.id, {self.kept.words(row, vendor)}) {_UPSERT} words = excluded.words;"
        )
        if vendor == "sqlite":
            yield f"INSERT INTO {INDEX} (rowid, words) SELECT id, words FROM {_WORDS} WHERE {place};"  # noqa: S608


_kept: dict[str, Kept] = {}


def register(model: type[models.Model], *words: str, changes: bool = True) -> None:
    """Have kept when the rows of this model change, and these fields as words for the search box."""
    meta = model._meta
    columns = tuple(str(meta.get_field(name).column) for name in words)  # type: ignore[union-attr]
    kept = Kept(meta.app_label, meta.db_table, changes, columns)
    _kept[kept.table] = kept
    register_triggers([[Keeper(kept, event) for event in ("INSERT", "UPDATE", "DELETE")]])


def plain(word: str) -> str:
    """A word in small letters as it stands in the index: without the accents that are no signs of their own."""
    return word.translate(str.maketrans(_ACCENTED, _PLAIN))


def tables() -> list[Kept]:
    """All tables of which something is kept."""
    return list(_kept.values())


def changed_since(rows: QuerySet[Row], moment: datetime) -> QuerySet[Row]:
    """Those of these rows that changed since then.

    Some that changed shortly before it are among them: what was written in a transaction that ended after `moment`
    would be missed otherwise. So who asks with the moment at which it asked before, misses nothing.
    """
    table = rows.model._meta.db_table
    if table not in _kept or not _kept[table].changes:
        raise LookupError(f"{table}: register it with ground.kept in the guarding.py of its app")
    marks = Change.objects.filter(table_name=table, changed_at__gte=moment - OVERLAP)
    return rows.filter(pk__in=marks.values("row_id"))


def complete(app_label: str, using: str = DEFAULT_DB_ALIAS) -> None:
    """After a migration: what should be kept of the rows of this app and is not."""
    connection = connections[using]
    there = set(connection.introspection.table_names())
    own = [kept for kept in tables() if kept.app_label == app_label and {kept.table, _CHANGES, _WORDS} <= there]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        made = sum(_complete_table(cursor, kept, connection.vendor) for kept in own)
        if made and connection.vendor == "sqlite":
            cursor.execute(f"INSERT INTO {INDEX} ({INDEX}) VALUES ('rebuild')")  # noqa: S608 (a name of our own)


def _complete_table(cursor: Any, kept: Kept, vendor: str) -> int:
    """How many rows got their words."""
    beside = (
        f'FROM "{kept.table}" made LEFT JOIN {{0}} beside ON beside.table_name = %s AND beside.row_id = made.id'
    )
    if kept.changes:
        cursor.execute(
            f"INSERT INTO {_CHANGES} (table_name, row_id, changed_at)"
            f" SELECT %s, made.id, {_NOW[vendor]} {beside.format(_CHANGES)} WHERE beside.id IS NULL",
            [kept.table, kept.table],
        )
    if not kept.columns:
        return 0
    words = kept.words("made", vendor)
    cursor.execute(
        f"INSERT INTO {_WORDS} (table_name, row_id, words)"
        f" SELECT %s, made.id, {words} {beside.format(_WORDS)}"
        f" WHERE beside.id IS NULL OR beside.words <> {words} {_UPSERT} words = excluded.words",
        [kept.table, kept.table],
    )
    return int(cursor.rowcount)
