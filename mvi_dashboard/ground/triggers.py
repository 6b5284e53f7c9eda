"""What the database itself refuses, whoever asks: triggers, from one list of rules, on SQLite and PostgreSQL.

They are put back after every migrate and never written in a migration, as SQLite drops the triggers of a table
silently when a column changes. Each app registers its rules in AppConfig.ready; breaking one is an IntegrityError.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from django.core.exceptions import FieldDoesNotExist
from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

PREFIX = "guard_"


@dataclass(frozen=True)
class Guard:
    """One trigger: on this event of this table, refuse when the condition (SQL over OLD and NEW) holds."""

    app_label: str
    table: str
    event: str
    condition: str
    message: str

    @property
    def writes(self) -> str:
        """Nothing: it refuses."""
        return ""

    @property
    def name(self) -> str:
        """A name that changes with the definition, so that an outdated trigger is seen as absent."""
        print_ = hashlib.sha256(f"{self.event}|{self.condition}|{self.message}".encode()).hexdigest()[:10]
        return f"{PREFIX}{self.table[:34]}_{self.event[:3].lower()}_{print_}"

    def statements(self, vendor: str) -> list[str]:
        """What puts this guard in the database."""
        if vendor == "sqlite":
            condition = self.condition.replace("IS DISTINCT FROM", "IS NOT")
            return [
                f'CREATE TRIGGER "{self.name}" BEFORE {self.event} ON "{self.table}" FOR EACH ROW'
                f" WHEN {condition} BEGIN SELECT RAISE(ABORT, '{self.message}'); END"
            ]
        row = {"DELETE": "OLD", "TRUNCATE": "NULL"}.get(self.event, "NEW")
        body = (
            f"IF {self.condition} THEN RAISE EXCEPTION USING MESSAGE = '{self.message}',"
            f" ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {row};"
        )
        level = "STATEMENT" if self.event == "TRUNCATE" else "ROW"
        return function_of(self.name, f"BEFORE {self.event}", self.table, body, level=level)


class Trigger(Protocol):
    """What can be put on a table: a guard, or what makes an imprint."""

    @property
    def app_label(self) -> str:
        """The app of the table."""

    @property
    def table(self) -> str:
        """The table."""

    @property
    def event(self) -> str:
        """INSERT, UPDATE, DELETE or TRUNCATE."""

    @property
    def message(self) -> str:
        """What it says or does."""

    @property
    def writes(self) -> str:
        """The table that it writes to; none when it only refuses."""

    @property
    def name(self) -> str:
        """A name that changes with the definition."""

    def statements(self, vendor: str) -> list[str]:
        """What puts it in the database."""


_registered: dict[str, Trigger] = {}


def append_only(model: type[models.Model], allow: Sequence[str] = ()) -> list[Guard]:
    """Guards that refuse removal, and every change except of the fields in `allow`."""
    message = f"{model._meta.db_table} is append-only"
    changed = _changes(model, allow) if allow else "TRUE"
    return [
        _guard(model, "UPDATE", changed, message),
        _guard(model, "DELETE", "TRUE", message),
        _guard(model, "TRUNCATE", "TRUE", message),
    ]


def frozen_when(model: type[models.Model], condition_sql: str, except_columns: Sequence[str] = ()) -> list[Guard]:
    """Guards that refuse change and removal of the rows for which this SQL over `OLD` holds.

    `except_columns` names fields that may still change, such as a state.
    """
    message = f"{model._meta.db_table} is frozen"
    return [
        _guard(model, "UPDATE", f"({condition_sql}) AND ({_changes(model, except_columns)})", message),
        _guard(model, "DELETE", condition_sql, message),
    ]


def same_organisation(child: type[models.Model], parent: str) -> list[Guard]:
    """Guards that keep a row in the organisation of its parent (the foreign key of this name).

    The parent stays where it is too: moving it would leave its children behind.
    """
    try:
        key = child._meta.get_field(parent)
        above: Any = key.related_model
        place = above._meta.get_field("organisation").column
    except FieldDoesNotExist as error:
        raise ValueError(f"{child._meta.label}.{parent}: no organisation to compare with") from error
    own = child._meta.get_field("organisation").column  # type: ignore[union-attr]
    column = key.column  # type: ignore[union-attr]
    source = f'FROM "{above._meta.db_table}" WHERE "{above._meta.pk.column}" = NEW."{column}"'
    found = f'SELECT "{place}" {source}'
    elsewhere = f'NEW."{column}" IS NOT NULL AND ({found}) IS DISTINCT FROM NEW."{own}"'
    message = f"{child._meta.db_table} belongs to the organisation of its {parent}"
    moved = f'OLD."{place}" IS DISTINCT FROM NEW."{place}"'
    return [
        _guard(child, "INSERT", elsewhere, message),
        _guard(child, "UPDATE", elsewhere, message),
        _guard(above, "UPDATE", moved, f"{above._meta.db_table} stays in its organisation"),
    ]


def register(rules: Iterable[Iterable[Trigger]]) -> None:
    """Add rules to the list; the same rule twice is one."""
    for rule in rules:
        _registered.update({guard.name: guard for guard in rule})


def install_of(app_label: str, using: str = DEFAULT_DB_ALIAS) -> None:
    """Put back what is absent on the tables of one app; outdated guards go."""
    install([guard for guard in _registered.values() if guard.app_label == app_label], using)


def install(guards: Iterable[Trigger] | None = None, using: str = DEFAULT_DB_ALIAS) -> None:
    """Put these guards (default: all) on the tables that exist; what stands already is left alone."""
    connection = connections[using]
    wanted = _possible(_registered.values() if guards is None else guards, connection)
    if not wanted:
        return
    tables = {guard.table for guard in wanted}
    present = _present(connection)
    outdated = [(name, table) for name, table in present.items() if table in tables and name not in _registered]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # What a function names is looked for here alone, and never among the temporary tables of who calls.
            cursor.execute("SELECT set_config('search_path', current_schema() || ', pg_temp', true)")
        for name, table in outdated:
            _drop(cursor, connection.vendor, name, table)
        for guard in wanted:
            if guard.name not in present:
                for statement in guard.statements(connection.vendor):
                    cursor.execute(statement)


def missing(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """What should be guarded and is not, one line per trigger that is absent or switched off."""
    connection = connections[using]
    present = _present(connection)
    return [
        f"{guard.table}: no guard on {guard.event} ({guard.message})"
        for guard in _possible(_registered.values(), connection, all_tables=True)
        if guard.name not in present
    ]


def remove(using: str = DEFAULT_DB_ALIAS, only: str = "") -> None:
    """Take all guards away (`only`: those with this in their name) while tables change or a test is cleaned up."""
    connection = connections[using]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        for name, table in _present(connection).items():
            if only in name:
                _drop(cursor, connection.vendor, name, table)


@contextmanager
def suspended(using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Without guards inside this block. Only for the cleaning of a test database."""
    remove(using)
    try:
        yield
    finally:
        install(using=using)


def _guard(model: type[models.Model], event: str, condition: str, message: str) -> Guard:
    return Guard(model._meta.app_label, model._meta.db_table, event, condition, message)


def _changes(model: type[models.Model], allowed: Sequence[str]) -> str:
    fields = [f for f in model._meta.concrete_fields if f.name not in allowed and f.column not in allowed]
    return " OR ".join(f'OLD."{field.column}" IS DISTINCT FROM NEW."{field.column}"' for field in fields)


def _possible(
    guards: Iterable[Trigger], connection: BaseDatabaseWrapper, *, all_tables: bool = False
) -> list[Trigger]:
    wanted = [guard for guard in guards if connection.vendor == "postgresql" or guard.event != "TRUNCATE"]
    if all_tables or not wanted:
        return wanted
    tables = set(connection.introspection.table_names())
    # Halfway through an upgrade the table of imprints may still have to come.
    there = [guard for guard in wanted if guard.writes in ("", *tables)]
    return [guard for guard in there if guard.table in tables]


def _present(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """The guards that stand and work, with their tables."""
    sql = {
        "sqlite": "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": (
            "SELECT tgname, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
            " WHERE NOT tgisinternal AND tgenabled <> 'D' AND pg_table_is_visible(tgrelid)"
        ),
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return {name: table for name, table in cursor.fetchall() if name.startswith(PREFIX)}


def function_of(
    name: str, moment: str, table: str, body: str, *, level: str = "ROW", options: str = ""
) -> list[str]:
    """A trigger of PostgreSQL and its function, by one name."""
    return [
        f'CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql {options}'
        f" AS $$ BEGIN {body} END $$",
        f'CREATE OR REPLACE TRIGGER "{name}" {moment} ON "{table}" FOR EACH {level} EXECUTE FUNCTION "{name}"()',
    ]


def _drop(cursor: Any, vendor: str, name: str, table: str) -> None:
    if vendor == "sqlite":
        cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"')
    else:
        cursor.execute(f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"')
        cursor.execute(f'DROP FUNCTION IF EXISTS "{name}"()')
