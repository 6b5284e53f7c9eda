"""What may happen to each column of each table, said once: guards, imprints and the tamper table follow from it.

A column that is not named here is frozen: a new column is safe before anybody thinks of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, models

from . import imprints, triggers
from .triggers import Guard

Moves = Mapping[str, tuple[str, ...]]
ALL = "*"


@dataclass(frozen=True)
class Extra:
    """One more thing that is refused, in SQL over OLD and NEW."""

    event: str
    condition: str
    message: str


@dataclass(frozen=True)
class Guarded:
    """What may happen to the columns of one model.

    `frozen_when`: SQL over OLD that says from when the columns that are not named below lie fast (`since`: in
    words); `always`: those that lie fast before that too. `once`: from empty to a value. `emptied`: to empty only.
    `forward`: a state and which states may follow it. `changing`: may change through a service (why), and a change
    around the guards is seen. `free`: nothing rests on it (why). `derived`: the check of `verify` that makes it
    again; it has no imprint. `kept`: SQL over OLD that says which rows are never removed. `closed`: SQL over NEW
    that says where no row may be added any more.
    """

    model: type[models.Model]
    frozen_when: str = "TRUE"
    since: str = ""
    always: tuple[str, ...] = ()
    once: tuple[str, ...] = ()
    emptied: tuple[str, ...] = ()
    forward: Mapping[str, Moves] = field(default_factory=dict)
    changing: Mapping[str, str] = field(default_factory=dict)
    free: Mapping[str, str] = field(default_factory=dict)
    derived: Mapping[str, str] = field(default_factory=dict)
    kept: str | None = None
    closed: str = ""
    extra: tuple[Extra, ...] = ()

    @property
    def columns(self) -> dict[str, models.Field[Any, Any]]:
        """The columns by name of their field, without the key."""
        return {each.name: each for each in self.model._meta.concrete_fields if not each.primary_key}

    def column(self, name: str) -> str:
        """The column of this field."""
        return str(self.columns[name].column)

    def rule(self, name: str) -> str:
        """frozen, frozen_when, once, emptied, forward, changing or free."""
        named = (("once", self.once), ("emptied", self.emptied), ("forward", self.forward))
        for rule, names in (*named, ("changing", self.changing), ("free", self.free)):
            if name in names:
                return rule
        for rule, names in (("changing", self.changing), ("free", self.free)):
            if ALL in names and name not in self.always:
                return rule
        return "frozen" if self.frozen_when == "TRUE" or name in self.always else "frozen_when"

    def reason(self, name: str) -> str:
        """Why a column may change."""
        found = {**self.changing, **self.free}
        return found.get(name) or found.get(ALL, "")

    def seen_by(self, name: str) -> str:
        """The check of `verify` that names a change around the guards; empty for what is free."""
        if self.rule(name) == "free":
            return ""
        return self.derived.get(name) or self.derived.get(ALL) or "imprints"

    @property
    def never_removed(self) -> str:
        """SQL over OLD: which rows are never removed (FALSE: any may be)."""
        return self.frozen_when if self.kept is None else self.kept

    def triggers(self) -> list[triggers.Trigger]:
        """All triggers that follow from this."""
        found: list[triggers.Trigger] = [*self._refusals()]
        shape = self.shape()
        return found + list(shape.triggers()) if shape else found

    def shape(self) -> imprints.Shape | None:
        """The columns of which imprints are made."""
        meta = self.model._meta
        seen = [self.column(name) for name in self.columns if self.seen_by(name) == "imprints"]
        return imprints.Shape(meta.app_label, meta.db_table, tuple(seen)) if seen else None

    def told(self) -> list[tuple[str, str, str]]:
        """(columns, what may happen, seen by) for people: one row per rule."""
        rows: dict[tuple[str, str], list[str]] = {}
        for name in self.columns:
            rows.setdefault((self._words(name), self.seen_by(name) or "-"), []).append(self.column(name))
        return [(", ".join(names), rule, seen) for (rule, seen), names in rows.items()]

    def _words(self, name: str) -> str:
        rule = self.rule(name)
        words = {
            "frozen": "never changes",
            "frozen_when": f"never changes {self.since}".strip(),
            "once": "is said once",
            "emptied": "is only emptied",
            "forward": "only goes forward",
        }
        return words.get(rule) or f"{'changes' if rule == 'changing' else 'free'}: {self.reason(name)}"

    def _refusals(self) -> Iterator[Guard]:
        table = self.model._meta.db_table
        frozen = f"{table} is {'append-only' if self.frozen_when == 'TRUE' else 'frozen'}"
        rules = {name: self.rule(name) for name in self.columns}
        key = [str(self.model._meta.pk.column)] if set(rules.values()) - {"free"} else []
        always = key + [self.column(name) for name, rule in rules.items() if rule == "frozen"]
        later = [self.column(name) for name, rule in rules.items() if rule == "frozen_when"]
        if always:
            yield self._guard("UPDATE", _differ(always), frozen)
        if later:
            yield self._guard("UPDATE", f"({self.frozen_when}) AND ({_differ(later)})", frozen)
        for name in self.columns:
            yield from self._moves(name, rules[name])
        if self.never_removed != "FALSE":
            yield self._guard("DELETE", self.never_removed, frozen)
            yield self._guard("TRUNCATE", "TRUE", frozen)
        if self.closed:
            yield self._guard("INSERT", self.closed, f"{table} takes no more rows here")
        for each in self.extra:
            yield self._guard(each.event, each.condition, each.message)

    def _moves(self, name: str, rule: str) -> Iterator[Guard]:
        column, table = self.column(name), self.model._meta.db_table
        changed = _differ([column])
        if rule == "once":
            condition = f'OLD."{column}" IS NOT NULL AND {changed}'
            if isinstance(self.columns[name], models.BooleanField):
                condition = f'OLD."{column}" AND {changed}'
            yield self._guard("UPDATE", condition, f"{table}.{column} is said once")
        if rule == "emptied":
            yield self._guard("UPDATE", f'NEW."{column}" IS NOT NULL AND {changed}', f"{table}.{column} stays")
        if rule == "forward":
            steps = " OR ".join(
                f'(OLD."{column}" = \'{old}\' AND NEW."{column}" IN ({_listed(new)}))'
                for old, new in self.forward[name].items()
                if new
            )
            yield self._guard("UPDATE", f"{changed} AND NOT ({steps})", f"{table}.{column} only goes forward")

    def _guard(self, event: str, condition: str, message: str) -> Guard:
        return Guard(self.model._meta.app_label, self.model._meta.db_table, event, condition, message)


_declared: dict[type[models.Model], Guarded] = {}
_places: list[tuple[type[models.Model], str]] = []


def register(rules: Iterable[Guarded], places: Iterable[tuple[type[models.Model], str]] = ()) -> None:
    """Add what is said of these models; `places`: (child, its key to a parent) that share an organisation."""
    for rule in rules:
        _declared[rule.model] = rule
        triggers.register([rule.triggers()])
        if shape := rule.shape():
            imprints.register(shape)
    for child, parent in places:
        _places.append((child, parent))
        triggers.register([triggers.same_organisation(child, parent)])


def declared() -> dict[type[models.Model], Guarded]:
    """What is said, by model."""
    return dict(_declared)


def table() -> str:
    """What may happen to every column, as a table in Markdown."""
    lines = ["| table | columns | through the guards | around them, named by |", "|---|---|---|---|"]
    for rule in sorted(_declared.values(), key=lambda each: each.model._meta.db_table):
        name = rule.model._meta.db_table
        lines += [f"| {name} | {columns} | {words} | {seen} |" for columns, words, seen in rule.told()]
        removed = {"TRUE": "never", "FALSE": "yes"}.get(rule.never_removed, f"not {rule.since or 'any more'}")
        seen = "-" if rule.never_removed == "FALSE" and not rule.shape() else _seen_whole(rule)
        lines.append(f"| {name} | (removing a row) | {removed} | {seen} |")
    return "\n".join(lines) + "\n"


def _seen_whole(rule: Guarded) -> str:
    """The checks that name a row that is gone or came out of nothing."""
    if rule.shape():
        return "imprints"
    return ", ".join(sorted({rule.seen_by(name) for name in rule.columns} - {"", "places"})) or "-"


def displaced() -> Iterator[str]:
    """A line per row that is not in the organisation of its parent."""
    for child, name in dict.fromkeys(_places):
        key = child._meta.get_field(name)
        above: Any = key.related_model
        sql = (
            f'SELECT c.id FROM "{child._meta.db_table}" c JOIN "{above._meta.db_table}" p'  # noqa: S608 (own names)
            f' ON p.id = c."{key.column}" WHERE c.organisation_id <> p.organisation_id ORDER BY c.id'  # type: ignore[union-attr]
        )
        with connection.cursor() as cursor:
            cursor.execute(sql)
            for (row_id,) in cursor.fetchall():
                yield f"{child._meta.db_table} {row_id}: is not in the organisation of its {name}"


def _differ(columns: Iterable[str]) -> str:
    return " OR ".join(f'OLD."{column}" IS DISTINCT FROM NEW."{column}"' for column in columns)


def _listed(values: Iterable[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)
