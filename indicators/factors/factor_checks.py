"""What a factor must be beyond its shape: known codes, the right unit, no double, not negative inside the system.

The checks go by column, so that a file of 100,000 rows is looked at in one go and only what is wrong is looked up.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from indicators.calculation.units import conversion
from indicators.factors.between import wrong_bounds
from indicators.factors.exchange import FACTOR, Factors, NewMaterial, NewSource
from indicators.factors.exchange.factors import BETWEEN, NEW_MATERIAL, NUMBERS
from indicators.models import Factor, Indicator, Material
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.numbers import DIGITS_BEFORE
from mvi_dashboard.ground.shapes import nearest, quoted
from mvi_dashboard.ground.unreadable import Unreadable

_MOST_GUESSES = 50
_LARGEST = 10**DIGITS_BEFORE
_TOO_LARGE = ("max_value", f"Dit getal is te groot: hoogstens {DIGITS_BEFORE} cijfers voor de komma.")
_CONVERTED = (*BETWEEN[0], *BETWEEN[1], "biogenic")
_URL = re.compile(r"https?://[^\s<>\"']+").fullmatch

Key = tuple[str, str]


class Codes:
    """The materials and indicators that a factor may name, and what to say of a name that is none of them.

    `proposed` are materials of a file that are not there yet: a factor may name them, and storing makes them.
    """

    def __init__(
        self, proposed: Mapping[str, NewMaterial] | None = None, sources: Mapping[str, NewSource] | None = None
    ) -> None:
        public = Material.objects.filter(owner_organisation__isnull=True, owner_supplier__isnull=True)
        self.materials: dict[str, tuple[int, str]] = {
            code: (pk, unit) for code, pk, unit in public.values_list("code", "pk", "unit")
        }
        self.indicators: dict[str, tuple[int, str]] = {
            code: (pk, unit) for code, pk, unit in Indicator.objects.values_list("code", "pk", "unit")
        }
        self.proposed = {code: new for code, new in (proposed or {}).items() if code not in self.materials}
        self.sources = dict(sources or {})
        self._units: dict[Key, str | None] = {}
        self._said: dict[Key, str] = {}

    def unit_of(self, material: str | None, indicator: str | None) -> str | None:
        """The unit that such a factor must have; None when its material or indicator is not known."""
        if material is None or indicator is None:
            return None
        key = (material, indicator)
        if key not in self._units:
            above = self.indicators.get(indicator, (0, ""))[1]
            below = self.materials.get(material, (0, ""))[1]
            below = below or (self.proposed[material].unit if material in self.proposed else "")
            self._units[key] = f"{above}/{below}" if above and below else None
        return self._units[key]

    def known(self, name: str) -> set[str]:
        """The codes that may stand in this field."""
        return {*self.materials, *self.proposed} if name == "material" else set(self.indicators)

    def unknown(self, name: str, value: str) -> str:
        """The message for a code that we do not know; looking for what was meant is slow, so not for ever."""
        if (name, value) not in self._said:
            few = len(self._said) < _MOST_GUESSES
            meant = nearest(value, sorted(self.known(name))) if few else "zie de lijst op de site."
            self._said[name, value] = f"{quoted(value)} kennen wij niet: {meant}"
        return self._said[name, value]


def convert_units(found: Factors, codes: Codes) -> None:
    """Brings every factor to the unit of its indicator and material; a unit that does not fit is a problem."""
    cells, times_of = found.cells, dict[Key, Decimal | None]()
    units, unit_of = cells["unit"], codes.unit_of
    wanted_units = list(map(unit_of, cells["material"], cells["indicator"]))
    for index, (given, wanted) in enumerate(zip(units, wanted_units, strict=True)):
        if given == wanted or given is None or wanted is None:
            continue
        pair = (given, wanted)
        if pair not in times_of:
            times_of[pair] = conversion(*pair)
        times = times_of[pair]
        if times is None:
            text = f"Hier staat {quoted(given)}, maar bij dit materiaal en deze indicator hoort {wanted}."
            found.problems.note(found.place(found.numbers[index], "unit"), "invalid_unit", text)
            units[index] = None
            continue
        for name in _CONVERTED:
            if cells[name][index] is not None:
                cells[name][index] *= times
        units[index] = wanted
        found.units[given, wanted, format(times.normalize(), "f")] += 1


def check_shapes(found: Factors) -> None:
    """Notes the texts and numbers of a file that no document of the API could hold; equal ones are read once."""
    for name, scalar in FACTOR.fields.items():
        column = found.cells[name]
        if name in NUMBERS:
            wrong = {value: _TOO_LARGE for value in column if value is not None and abs(value) >= _LARGEST}
        else:
            given = (value for value in set(column) if value is not None and value != "")
            wrong = {value: why for value in given if (why := _refusal(scalar, value))}
        if wrong:
            for index, value in enumerate(column):
                if value in wrong:
                    _note(found, index, name, *wrong[value])
    for code, new in found.materials.items():
        for name, scalar in NEW_MATERIAL.fields.items():
            value = getattr(new, name)
            why = _refusal(scalar, value) if value or scalar.required else None
            if why and code in found.cells["material"]:
                _note(found, found.cells["material"].index(code), "material", *why)


def _refusal(scalar: Any, value: Any) -> tuple[str, str] | None:
    try:
        scalar.read(value)
    except Unreadable as refused:
        return refused.code, refused.detail
    return None


def check_factors(found: Factors, codes: Codes, *, leave_same: bool = False) -> None:
    """Notes what is wrong with these factors beyond their shape, each at its place.

    `leave_same`: a row that says the same as another is left out and named, as a preview can tell.
    """
    _check_codes(found, codes)
    _check_units(found, codes)
    _check_values(found)
    _check_bounds(found)
    _check_addresses(found)
    _check_doubles(found, leave_same=leave_same)


def _note(found: Factors, index: int, name: str, code: str, text: str) -> None:
    found.problems.note(found.place(found.numbers[index], name), code, text)


def _check_codes(found: Factors, codes: Codes) -> None:
    for name, code in (("material", "unknown_material"), ("indicator", "invalid_choice")):
        column = found.cells[name]
        wrong = set(column) - codes.known(name) - {None}
        if wrong:
            for index, value in enumerate(column):
                if value in wrong:
                    _note(found, index, name, code, codes.unknown(name, value))


def _check_units(found: Factors, codes: Codes) -> None:
    cells = found.cells
    wanted_units = map(codes.unit_of, cells["material"], cells["indicator"])
    for index, (given, wanted) in enumerate(zip(cells["unit"], wanted_units, strict=True)):
        if given != wanted and given is not None and wanted is not None:
            _note(found, index, "unit", "invalid_unit", f"De eenheid moet {wanted} zijn.")


def _check_values(found: Factors) -> None:
    text = "Een factor is alleen negatief in de module beyond (buiten de systeemgrens)."
    for name in ("value", "recycled_value"):
        column: list[Any] = found.cells[name]
        for index, number in enumerate(column):
            if number is not None and number < 0 and found.cells["module"][index] != Factor.Module.BEYOND:
                _note(found, index, name, "range", text)


def _check_bounds(found: Factors) -> None:
    for names in BETWEEN:
        columns = [found.cells[name] for name in names]
        for index, (low, value, high) in enumerate(zip(*columns, strict=True)):
            if low is None and high is None:
                continue
            numbers = (None if each is None else float(each) for each in (low, value, high))
            wrong = wrong_bounds(*numbers)
            if wrong is not None:
                field, code, text = wrong
                _note(found, index, names[("low", "value", "high").index(field)], code, text)


def _check_addresses(found: Factors) -> None:
    column = found.cells["source_url"]
    wrong = {url for url in set(column) if url and not _URL(url)}
    if wrong:
        for index, url in enumerate(column):
            if url in wrong:
                _note(found, index, "source_url", "invalid", "Begin het adres met https:// of http://.")


def _check_doubles(found: Factors, *, leave_same: bool) -> None:
    cells = found.cells
    keys = list(zip(cells["material"], cells["indicator"], cells["module"], strict=True))
    if len(set(keys)) == len(keys):
        return
    seen: dict[tuple[Any, ...], int] = {}
    again: set[int] = set()
    for index, key in enumerate(keys):
        if key[0] is None or key[1] is None:
            continue
        first = seen.setdefault(key, index)
        if first == index:
            continue
        if leave_same and _says_the_same(found, first, index):
            again.add(index)
            found.leave(
                found.numbers[index], f"zegt hetzelfde als regel {found.numbers[first]}: die telt één keer"
            )
            continue
        values = f"met {_spelled(found, first)}; hier staat {_spelled(found, index)}. Laat er één staan."
        text = f"{', '.join(str(part or '') for part in key)} staat er al (regel {found.numbers[first]}), {values}"
        _note(found, index, "material", "duplicate_line", text)
    found.drop(again)


def _says_the_same(found: Factors, first: int, index: int) -> bool:
    """Whether both rows have the same known values in the same unit."""
    same = (found.cells[name][first] == found.cells[name][index] for name in (*NUMBERS, "unit"))
    return found.cells["value"][index] is not None and all(same)


def _spelled(found: Factors, index: int) -> str:
    value, recycled = (found.cells[name][index] for name in ("value", "recycled_value"))
    shown = formats.exact(float(value)) if value is not None else "geen waarde"
    return shown if recycled is None else f"{shown} en gerecycled {formats.exact(float(recycled))}"
