"""What every reader of factor data gives back: factors as columns, and all that should be told about the reading.

A factor has the fields of `FACTOR`, the document of the API, so a file accepts and refuses what the API does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from indicators.models import Factor
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.problems import Path, Problem, Problems
from mvi_dashboard.ground.shapes import Choice, Number, Object, Text, Year, camel

# As many as a float64 of a small factor needs in plain notation, so that what we give can be read back.
_DECIMALS = 40
_ROWS_NAMED = 5
_OF_A_BID = (
    "Dit is het werkboek van een inschrijving, geen bestand met factoren: lees het in bij de inschrijving zelf."
)
ELSEWHERE = {"Inschrijving": _OF_A_BID}
"""By the name of a sheet: where a workbook that is no list of factors belongs."""

_BOUNDS = {
    "low": "Waarde, laagst",
    "high": "Waarde, hoogst",
    "recycled_low": "Waarde gerecycled, laagst",
    "recycled_high": "Waarde gerecycled, hoogst",
}
_BOUND = "Alleen bij een waarde die tussen grenzen bekend is: dan beide grenzen."
FACTOR = Object(
    {
        "material": Text(80, label="Materiaal"),
        "indicator": Text(80, label="Indicator"),
        "module": Choice(Factor.Module.values, required=False, default="production", label="Module"),
        "value": Number(decimals=_DECIMALS, label="Waarde", help="Per eenheid nieuw materiaal."),
        "recycled_value": Number(
            decimals=_DECIMALS, required=False, label="Waarde gerecycled", help="Leeg is onbekend, niet 0."
        ),
        **{
            name: Number(decimals=_DECIMALS, min=0, required=False, label=label, help=_BOUND)
            for name, label in _BOUNDS.items()
        },
        "unit": Text(80, label="Eenheid", help="Eenheid van de indicator per eenheid van het materiaal."),
        "geometric_sd": Number(
            decimals=_DECIMALS, min=1, required=False, label="Spreiding", help="Geometrische standaarddeviatie."
        ),
        "biogenic": Number(
            decimals=_DECIMALS,
            required=False,
            label="Biogeen",
            help="Biogene uitstoot die de bron apart noemt, in dezelfde eenheid. Zit niet in de waarde.",
        ),
        "source": Text(300, label="Bron", help="Code of titel van de bron."),
        "source_url": Text(500, required=False, default="", label="Adres van de bron"),
        "source_reference": Text(300, required=False, default="", label="Plaats in de bron"),
        "year": Year(required=False, label="Jaar"),
        "region": Text(20, required=False, default="", label="Regio"),
        "quality": Text(20, required=False, default="", label="Kwaliteit"),
        "derivation": Text(2000, multiline=True, required=False, default="", label="Afleiding"),
    }
)
NAMES = tuple(FACTOR.fields)
NUMBERS = ("value", "recycled_value", *_BOUNDS, "geometric_sd", "biogenic")
BETWEEN = (("low", "value", "high"), ("recycled_low", "recycled_value", "recycled_high"))
"""Columns that stand together: what is known between bounds, and its bounds"""
DEFAULTS: dict[str, Any] = {
    name: getattr(scalar, "default", None) for name, scalar in FACTOR.fields.items() if not scalar.required
}


NEW_MATERIAL = Object(
    {
        "code": Text(80),
        "unit": Text(20),
        "name_nl": Text(200),
        "name_en": Text(200, required=False),
        "category": Text(100, required=False),
    }
)


@dataclass(frozen=True)
class NewMaterial:
    """A material that a file has and that we do not know yet; made when the import is confirmed."""

    code: str
    kind: str
    unit: str
    name_nl: str
    name_en: str = ""
    category: str = ""
    composition: str = ""
    note: str = ""


@dataclass(frozen=True)
class NewSource:
    """The source of a file; made when the import is confirmed and it is not there yet."""

    code: str
    title: str
    publisher: str = ""
    url: str = ""
    year: int | None = None
    licence: str = ""
    share_alike: bool = False
    note: str = ""


@dataclass(frozen=True)
class Options:
    """What the sender told about a file; empty is not told.

    `decimal` is the decimal sign (`,` or `.`), `material` the code of the material that the whole file is about,
    `conversion_factor` how a declaration means one: kg per unit, or units per kg.
    """

    decimal: str = ""
    encoding: str = ""
    material: str = ""
    conversion_factor: str = ""


def _row_place(number: int, name: str) -> Path:
    return ("rows", number, camel(name))


@dataclass
class Factors:
    """The factors of a file as equally long columns, the row of each, and what was left out and why.

    `cells[name][i]` is field `name` of factor i (None where it is absent or was refused), `numbers[i]` the row it
    stands in as a person counts, `place` where a field of a row stands. `problems` are those of the cells; the
    service adds its own and refuses them together. `declarations` are what was declared, by the code of its
    source, `warnings` what is unusual and can be confirmed. `file_rows` counts the rows below the header.
    """

    cells: dict[str, list[Any]] = field(default_factory=lambda: {name: [] for name in NAMES})
    numbers: list[int] = field(default_factory=list)
    place: Callable[[int, str], Path] = _row_place
    problems: Problems = field(default_factory=Problems)
    columns: list[tuple[str, str]] = field(default_factory=list)
    left_rows: dict[str, list[int]] = field(default_factory=dict)
    left_values: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    left_parts: list[tuple[str, str]] = field(default_factory=list)
    units: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    materials: dict[str, NewMaterial] = field(default_factory=dict)
    sources: dict[str, NewSource] = field(default_factory=dict)
    declarations: dict[str, dict[str, Any]] = field(default_factory=dict)
    warnings: list[Problem] = field(default_factory=list)
    file_rows: int = 0
    file: str = ""
    delimiter: str = ""
    encoding: str = ""

    def __len__(self) -> int:
        return len(self.numbers)

    def add(self, number: int, **values: Any) -> None:
        """One more factor, from this row; what is not given gets its default."""
        self.numbers.append(number)
        for name, column in self.cells.items():
            column.append(values.get(name, DEFAULTS.get(name)))

    def drop(self, indexes: Set[int]) -> None:
        """Takes these factors out again."""
        if indexes:
            kept = [index for index in range(len(self.numbers)) if index not in indexes]
            self.numbers = [self.numbers[index] for index in kept]
            self.cells = {name: [column[index] for index in kept] for name, column in self.cells.items()}

    def leave(self, number: int, why: str) -> None:
        """This row is left out, for this reason."""
        self.left_rows.setdefault(why, []).append(number)

    def leave_value(self, number: int, what: str, why: str) -> None:
        """This value of a row is left out, while the row itself is used."""
        self.left_values.setdefault((what, why), []).append(number)

    def left_out(self) -> list[dict[str, Any]]:
        """What was left out and why, for people: rows per reason first, then values and columns."""
        rows = [
            {"what": _rows(numbers), "why": why, "rows": len(numbers)} for why, numbers in self.left_rows.items()
        ]
        values = [(f"{what}: {_rows(numbers)}", why) for (what, why), numbers in self.left_values.items()]
        return rows + [{"what": what, "why": why, "rows": 0} for what, why in [*values, *self.left_parts]]


def factors_of_list(rows: Sequence[Mapping[str, Any]]) -> Factors:
    """The factors of a list in a document, each at its place in it."""
    found = Factors(place=lambda number, name: ("factors", number - 1, camel(name)), file_rows=len(rows))
    found.numbers = list(range(1, len(rows) + 1))
    found.cells = {name: [row.get(name) for row in rows] for name in NAMES}
    return found


def _rows(numbers: Sequence[int]) -> str:
    """How many rows, and the first of them.

    >>> _rows([4]), _rows([2, 3])
    ('1 rij (4)', '2 rijen (2, 3)')
    """
    first = ", ".join(str(number) for number in numbers[:_ROWS_NAMED])
    more = ", …" if len(numbers) > _ROWS_NAMED else ""
    return f"{formats.counted(len(numbers), 'rij', 'rijen')} ({first}{more})"


@dataclass(frozen=True)
class Layout:
    """A kind of file with factors: its code, its name on screen, the endings of its files, and its reader.

    `read(content, name, options)` gives the Factors; raises Refused when the file as a whole cannot be read.
    `asks_decimal`: the sender must say how numbers are written, because the layout does not. `asks_material`: the
    file is about one material, and the sender may say which of ours that is.
    """

    code: str
    label: str
    kinds: tuple[str, ...]
    read: Callable[[bytes, str, Options], Factors]
    asks_decimal: bool = False
    asks_material: bool = False
