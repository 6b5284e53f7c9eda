"""Objects and lists: they walk through a document and gather every problem with its path."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from mvi_dashboard.ground import formats
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.problems import Path, Problem, Problems
from mvi_dashboard.ground.unreadable import Unreadable

from .scalars import Choice, Field, Scalar, Schema, nearest, quoted
from .shown import shown, spelled

_ABSENT = object()
_GIVEN_ELSEWHERE = {"organisation", "supplier"}
_FROM_URL_OR_TOKEN = "Dit volgt uit het adres en uit uw sleutel: stuur het niet mee."  # noqa: S105
_MOST_UNKNOWN = 20
_EMPTY_ROW = "Deze regel is leeg: vul hem in of laat hem weg."


def given_elsewhere(*names: str) -> None:
    """Fields that no document has, as address and key say them already; an app tells so when it is ready."""
    _GIVEN_ELSEWHERE.update(names)


class Reading:
    """One document being read: what went wrong so far, and whether a person typed it in a Dutch form.

    `stored` is the document that filled that form, with the values as they are stored.
    """

    __slots__ = ("problems", "stored", "typed")

    def __init__(self, *, typed: bool, stored: Any = None) -> None:
        self.problems = Problems()
        self.typed = typed
        self.stored = stored

    def untouched(self, field: Scalar, text: str, path: Path) -> Any:
        """The stored value as REST spells it, when this text is what the form showed for it; else None.

        A form shows less than is stored: no millisecond, not which of the two in an hour that comes twice.
        """
        found = self.stored
        for part in path:
            if isinstance(found, Mapping):
                found = found.get(str(part))
            elif isinstance(found, list) and isinstance(part, int) and part < len(found):
                found = found[part]
            else:
                return None
        return spelled(found) if text and shown(found, percent=field.percent) == text else None

    def note(self, field: Field, path: Path, code: str, detail: str, variant: str = "") -> None:
        """Remember a problem, in the field's own words where it has them; or count it, when there are many."""
        if self.problems.full:
            self.problems.counted()
            return
        self.problems.append(Problem(path, code, field.said(code, detail, variant)))


class Nested(Field):
    """A field that holds other fields."""

    nested = True

    def read_under(self, value: Any, path: Path, reading: Reading) -> Any:
        """What could be read; everything that could not is in `reading.problems`."""
        raise NotImplementedError


def _as_it_is(data: dict[str, Any]) -> Any:
    return data


def take(field: Field, value: Any, path: Path, reading: Reading) -> Any:
    """The value of one field, or `_ABSENT` when it is unreadable (and noted).

    Null and an empty value say what leaving out says: an optional field gets its default, a required one is
    missed. So nothing behind a shape meets a None where the field has a default.
    """
    typed = reading.typed and isinstance(value, str)
    if typed and isinstance(field, Scalar):
        kept = None if reading.stored is None else reading.untouched(field, value, path)
        typed = kept is None
        value = (value.strip() or None) if typed else kept
    if value is None:
        if not field.required:
            return field.default
        reading.note(field, path, "required", Field.missing, "null")
        return _ABSENT
    if isinstance(field, Nested):
        return field.read_under(value, path, reading)
    assert isinstance(field, Scalar)
    try:
        taken = field.read_typed(value) if typed else field.read(value)
        return field.default if taken is None else taken
    except Unreadable as unreadable:
        detail = "" if reading.problems.full else unreadable.detail
        reading.note(field, path, unreadable.code, detail, unreadable.variant)
    return _ABSENT


class Object(Nested):
    """A JSON object with a closed list of fields, written in snake_case and read as camelCase.

    What is read has snake_case keys. An optional field that is absent or null gets its default (None); with
    `partial` (for PATCH) an absent field stays out, and null takes it back to its default. An unreadable field
    always stays out. `refused` explains fields that may not be sent. `becomes` makes of that dict what the object
    is further on (a dataclass with these names); it is also called with less, as unreadable fields stay out.
    """

    def __init__(
        self,
        fields: Mapping[str, Field],
        *,
        partial: bool = False,
        refused: Mapping[str, str] | None = None,
        becomes: Callable[[dict[str, Any]], Any] = _as_it_is,
        **common: Any,
    ) -> None:
        super().__init__(**common)
        self.fields = dict(fields)
        self.becomes = becomes
        self.partial = partial
        self.refused = dict(refused or {})
        self._slots = [(name, camel(name), field) for name, field in self.fields.items()]
        self._known = {json_name for _, json_name, _ in self._slots}

    def with_fields(self, fields: Mapping[str, Field], *, without: tuple[str, ...] = ()) -> Object:
        """A new shape with these fields added or replaced, and some left out."""
        kept = {name: field for name, field in {**self.fields, **fields}.items() if name not in without}
        return self._like(kept, partial=self.partial)

    def as_partial(self) -> Object:
        """The same shape for PATCH: only what is sent is read."""
        return self._like(self.fields, partial=True)

    def _like(self, fields: Mapping[str, Field], *, partial: bool) -> Object:
        common = {"label": self.label, "help": self.help}
        return Object(fields, partial=partial, refused=self.refused, becomes=self.becomes, **common)

    def read_under(self, value: Any, path: Path, reading: Reading) -> Any:
        """What could be read, as a dict or what that becomes; of no object at all there is nothing."""
        if not isinstance(value, dict):
            reading.note(self, path, "invalid", "Hier hoort een object met velden.")
            return self.becomes({})
        data: dict[str, Any] = {}
        for name, json_name, field in self._slots:
            sent = value.get(json_name, _ABSENT)
            if sent is _ABSENT:
                if self.partial:
                    continue
                if field.required:
                    reading.note(field, (*path, json_name), "required", Field.missing)
                else:
                    data[name] = field.default
                continue
            taken = take(field, sent, (*path, json_name), reading)
            if taken is not _ABSENT:
                data[name] = taken
        if not value.keys() <= self._known:
            self._refuse_unknown(value, path, reading)
        return self.becomes(data)

    def _refuse_unknown(self, value: dict[str, Any], path: Path, reading: Reading) -> None:
        unknown = [key for key in value if key not in self._known]
        named = [] if reading.problems.full else unknown[:_MOST_UNKNOWN]
        if len(unknown) > len(named):
            reading.problems.counted(len(unknown) - len(named))
        for key in named:
            if key in self.refused:
                detail = self.refused[key]
            elif key in _GIVEN_ELSEWHERE:
                detail = _FROM_URL_OR_TOKEN
            else:
                detail = worded("Onbekend veld {key}; {hint}", key=quoted(key), hint=nearest(key, self._known))
            reading.note(self, (*path, quoted(key, length=60)[1:-1]), "unknown_field", detail)

    def own_schema(self, *, live: bool) -> Schema:
        """The fields, which of them are required, and no others."""
        required = [] if self.partial else [name for _, name, field in self._slots if field.required]
        schema: Schema = {
            "type": "object",
            "properties": {name: field.schema(live=live) for _, name, field in self._slots},
            "additionalProperties": False,
        }
        return {**schema, "required": required} if required else schema


class UnknownObject(Nested):
    """A JSON object whose contents are read later, once it is clear which shape belongs to it."""

    def read_under(self, value: Any, path: Path, reading: Reading) -> dict[str, Any]:
        """The object itself, unread."""
        if isinstance(value, dict):
            return value
        reading.note(self, path, "invalid", "Hier hoort een object met velden.")
        return {}

    def own_schema(self, *, live: bool) -> Schema:
        """Any object."""
        return {"type": "object"}


class ListOf(Nested):
    """A list whose items have one shape.

    What is read is as long as what was sent, so that indexes stay those of the document: an unreadable item
    is an object of which nothing could be read when it should have been an object, else None.
    """

    def __init__(self, item: Field, *, min_items: int = 0, max_items: int = 500, **common: Any) -> None:
        super().__init__(**common)
        self.item = item
        self.min_items = min_items
        self.max_items = max_items

    def _instead(self) -> Any:
        if isinstance(self.item, Object):
            return self.item.becomes({})
        return {} if isinstance(self.item, UnknownObject) else None

    def read_under(self, value: Any, path: Path, reading: Reading) -> list[Any]:
        """The items that could be read, in place."""
        if not isinstance(value, list):
            reading.note(self, path, "invalid", "Hier hoort een lijst.")
            return []
        if len(value) < self.min_items:
            code = "required" if not value else "min_length"
            text = worded("Vul minstens {min_items} in.", min_items=_lines(self.min_items))
            if isinstance(self.item, Choice):
                text = worded("Kies er minstens {min_items}.", min_items=self.min_items)
            reading.note(self, path, code, text)
        if len(value) > self.max_items:
            reading.note(
                self,
                path,
                "max_length",
                worded(
                    "Dit zijn {value}: hoogstens {max_items}.", value=_lines(len(value)), max_items=self.max_items
                ),
            )
            return []
        items: list[Any] = []
        for index, sent in enumerate(value):
            if sent is None:
                reading.note(self.item, (*path, index), "required", _EMPTY_ROW)
                items.append(self._instead())
                continue
            taken = take(self.item, sent, (*path, index), reading)
            items.append(self._instead() if taken is _ABSENT else taken)
        return items

    def own_schema(self, *, live: bool) -> Schema:
        """The item's schema with the limits on their number."""
        schema: Schema = {"type": "array", "items": self.item.schema(live=live), "maxItems": self.max_items}
        return {**schema, "minItems": self.min_items} if self.min_items else schema


def camel(name: str) -> str:
    """The JSON name: `mass_kg` is `massKg`.

    >>> camel("bill_of_materials")
    'billOfMaterials'
    """
    return re.sub(r"_([a-z0-9])", lambda match: match[1].upper(), name)


def snake(name: str) -> str:
    """The name in Python: `massKg` is `mass_kg`.

    >>> snake("billOfMaterials")
    'bill_of_materials'
    """
    return re.sub(r"[A-Z]", lambda match: f"_{match[0].lower()}", name)


def _lines(number: int) -> str:
    return formats.counted(number, "regel", "regels")
