"""What the system answers, described once: the same class is the object, its JSON and its schema.

A resource is a subclass of `Described` with typed fields. Beside the type a text says what the field means and in
which unit, `OneOf` which codes there are, and `Form` how a text is written. That description is what clients and
the tests hold every answer to.

>>> class Portion(Described):
...     mass_kg: Annotated[float | None, "Massa in kg; null als die niet bekend is"]
...     made_of: Annotated[list[str], "Codes van materialen"]
>>> as_json(Portion(mass_kg=None, made_of=["steel"]))
{'massKg': None, 'madeOf': ['steel']}
>>> fields_schema(Portion, ref=str)["properties"]["massKg"]
{'type': ['number', 'null'], 'description': 'Massa in kg; null als die niet bekend is'}
"""

from __future__ import annotations

import enum
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Final, TypeVar, dataclass_transform, get_args, get_origin
from uuid import UUID

from mvi_dashboard.ground.shapes import camel

Schema = dict[str, Any]
RefTo = Callable[[Any], Any]


class LeftOut(enum.Enum):
    """The type of `LEFT_OUT`: the value of a field that does not stand in this answer at all."""

    LEFT_OUT = 0


LEFT_OUT: Final = LeftOut.LEFT_OUT


@dataclass(frozen=True)
class JsonName:
    """Beside the type of a field: its name in JSON where that is not the camelCase of its own."""

    name: str


@dataclass(frozen=True)
class Form:
    """Beside the type of a field: the `format` of its text."""

    name: str


class OneOf:
    """Beside the type of a field: the codes that it may have."""

    def __init__(self, codes: Iterable[str]) -> None:
        self.codes = list(codes)


_PLAIN: dict[Any, Schema] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    Decimal: {"type": "number"},
    date: {"type": "string", "format": "date"},
    datetime: {"type": "string", "format": "date-time"},
    UUID: {"type": "string", "format": "uuid"},
    Any: {},
    type(None): {"type": "null"},
}


@dataclass_transform(kw_only_default=True, frozen_default=True)
class Described:
    """The base of every resource: its subclasses are frozen dataclasses, made by naming their fields.

    A field that may be left out has the type `... | LeftOut` and the default `LEFT_OUT`; null is something
    else: it says that the value is not known, or that there is none.
    """

    def __init_subclass__(cls) -> None:
        """Make a dataclass of it."""
        super().__init_subclass__()
        dataclass(frozen=True, kw_only=True)(cls)


Resource = TypeVar("Resource", bound=Described)


class Page(Described):
    """What all pages of a list have; `page_of` gives that of one kind of row."""

    results: list[Any]
    next: Annotated[str | None, "Het adres van de volgende bladzijde; null op de laatste", Form("uri")]


@cache
def page_of(row: Any) -> type[Page]:
    """The page that holds rows of this kind, by the name of the row: `TenderPage`."""
    return type(f"{row.__name__}Page", (Page,), {"__annotations__": {"results": list[row]}})


def as_json(thing: Described) -> dict[str, Any]:
    """The JSON object: camelCase names in the order of the fields, values as the JSON writer takes them."""
    return {
        name: value if convert is None or value is None else convert(value)
        for attribute, name, convert in _slots(type(thing))  # type: ignore[arg-type]  # a class is hashable
        if (value := getattr(thing, attribute)) is not LEFT_OUT
    }


def flat_names(resource: type[Described], before: str = "") -> list[str]:
    """The JSON names of its fields as columns, those of a resource inside it behind its own: `place.code`."""
    found: list[str] = []
    for name, kind in _hints(resource).items():  # type: ignore[arg-type]  # a class is hashable
        own = f"{before}{_name_of(name, kind)}"
        inside = _resource_in(kind)
        found += [own] if inside is None else flat_names(inside, f"{own}.")
    return found


def _resource_in(kind: Any) -> Any:
    """The resource that a field holds, or holds unless it is null."""
    if get_origin(kind) is Annotated:
        return _resource_in(get_args(kind)[0])
    if get_origin(kind) in (types.UnionType, typing.Union):
        held = [each for each in get_args(kind) if each not in (type(None), LeftOut)]
        return _resource_in(held[0]) if len(held) == 1 else None
    return kind if is_resource(kind) else None


def fields_schema(resource: type[Described], *, ref: RefTo) -> Schema:
    """The JSON Schema of a resource; `ref` gives the schema that stands for another one."""
    hints = _hints(resource)  # type: ignore[arg-type]
    return {
        "type": "object",
        "required": [_name_of(name, kind) for name, kind in hints.items() if not _may_be_left_out(kind)],
        "properties": {_name_of(name, kind): schema_of(kind, ref=ref) for name, kind in hints.items()},
    }


def schema_of(kind: Any, *, ref: RefTo) -> Schema:
    """The JSON Schema of the type of a field."""
    if kind in _PLAIN:
        return dict(_PLAIN[kind])
    if is_resource(kind):
        return dict(ref(kind))
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _with_words(schema_of(arguments[0], ref=ref), arguments[1:])
    if origin in (types.UnionType, typing.Union):
        return _either([each for each in arguments if each is not LeftOut], ref)
    if origin in (list, Sequence):
        return {"type": "array", "items": schema_of(arguments[0], ref=ref)}
    if origin in (dict, Mapping):
        return {"type": "object", "additionalProperties": schema_of(arguments[1], ref=ref) or True}
    raise TypeError(f"{kind} has no description")


def is_resource(kind: Any) -> bool:
    """Whether this is a described class."""
    return isinstance(kind, type) and issubclass(kind, Described)


@cache
def _hints(resource: Any) -> dict[str, Any]:
    return typing.get_type_hints(resource, include_extras=True)


@cache
def _slots(resource: Any) -> list[tuple[str, str, Callable[[Any], Any] | None]]:
    """(attribute, JSON name, how its value becomes JSON; None = it is that already) of each field."""
    hints = _hints(resource).items()
    return [(name, _name_of(name, kind), _converted if _holds(kind) else None) for name, kind in hints]


def _name_of(name: str, kind: Any) -> str:
    said = get_args(kind)[1:] if get_origin(kind) is Annotated else ()
    return next((each.name for each in said if isinstance(each, JsonName)), camel(name))


def _holds(kind: Any) -> bool:
    """Whether a resource may stand in a field of this type."""
    return kind is Any or is_resource(kind) or any(_holds(each) for each in get_args(kind))


def _converted(value: Any) -> Any:
    if isinstance(value, Described):
        return as_json(value)
    if isinstance(value, list | tuple):
        return [_converted(each) for each in value]
    if isinstance(value, dict):
        return {name: _converted(each) for name, each in value.items()}
    return value


def _may_be_left_out(kind: Any) -> bool:
    return kind is LeftOut or any(_may_be_left_out(each) for each in get_args(kind))


def _with_words(schema: Schema, said: Sequence[Any]) -> Schema:
    """The schema with what stands beside the type."""
    for each in said:
        if isinstance(each, str):
            schema = {**schema, "description": each}
        elif isinstance(each, Form):
            schema = {**schema, "format": each.name}
        elif isinstance(each, OneOf):
            nullable = "null" in schema["type"]
            schema = {**schema, "enum": [*each.codes, *([None] if nullable else [])]}
    return schema


def _either(kinds: Sequence[Any], ref: RefTo) -> Schema:
    """One of these; a simple type that may be null says so in its type."""
    schemas = [schema_of(each, ref=ref) for each in kinds if each is not type(None)]
    nullable = type(None) in kinds
    if len(schemas) == 1 and isinstance(schemas[0].get("type"), str):
        return {**schemas[0], "type": [schemas[0]["type"], "null"]} if nullable else schemas[0]
    if len(schemas) == 1 and not nullable:
        return schemas[0]
    return {"anyOf": [*schemas, *([{"type": "null"}] if nullable else [])]}
