"""The release of reference data 2026.2 as plain rows: what it adds to 2026.1, and the making that follows from it.

No database: this reads the files that the loader reads. Numbers are kg CO2-eq (climate) or kg (materials) per
unit of the bill, which is a kg for goods. `python -m tests.release_2026_2` writes the table into docs/data.md.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLD, NEW = ROOT / "fixtures" / "reference-2026.1", ROOT / "fixtures" / "reference-2026.2"
DATA_PAGE = ROOT / "docs" / "data.md"
BEGIN, END = "<!-- making: begin -->", "<!-- making: end -->"
# Where production is known this well: its high bound over its low bound.
GOOD, FAIR = 1.5, 3.0
Row = dict[str, str]


@dataclass(frozen=True)
class Bounds:
    """A number between bounds; without a range all three are the same."""

    low: float
    central: float
    high: float

    def __add__(self, other: Bounds) -> Bounds:
        return Bounds(self.low + other.low, self.central + other.central, self.high + other.high)

    def __mul__(self, times: float) -> Bounds:
        return Bounds(self.low * times, self.central * times, self.high * times)


NOTHING = Bounds(0.0, 0.0, 0.0)


@cache
def rows(name: str, folder: Path = NEW) -> tuple[Row, ...]:
    """The rows of one file; none when this release does not have it."""
    path = folder / name
    if not path.is_file():
        return ()
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def both(name: str) -> tuple[Row, ...]:
    """The rows of a file in 2026.1, and what 2026.2 adds."""
    return rows(name, OLD) + rows(name)


@cache
def groups() -> dict[str, Row]:
    """The product groups by code, with what 2026.2 changes in them."""
    found = {row["code"]: dict(row) for row in rows("product_groups.csv", OLD)}
    for change in rows("group_updates.csv"):
        found[change["code"]][change["column"]] = change["new"]
    return found


@cache
def types() -> dict[str, Row]:
    """The product types by code."""
    return {row["code"]: row for row in rows("product_types.csv")}


@cache
def materials() -> dict[str, Row]:
    """Materials, flows and foods of both releases by code."""
    return {row["code"]: row for row in both("materials.csv")}


@cache
def factors(indicator: str) -> dict[str, tuple[Bounds, Bounds | None]]:
    """Per material its factor and, where there is one, that of recycled material."""
    names = {"materials": "factors-materiaalketen-2026-1.csv"}
    found = rows(names.get(indicator, "factors-nl-open-2026-2.csv")) or rows("factors-nl-open-2026.csv", OLD)
    return {
        row["material"]: (_bounds(row, "value", ""), _bounds(row, "recycled_value", "recycled_"))
        for row in found
        if row["indicator"] == indicator
    }  # type: ignore[return-value]  # a factor always has its own value


def _bounds(row: Row, value: str, prefix: str) -> Bounds | None:
    if not row[value]:
        return None
    central = float(row[value])
    low, high = row.get(f"{prefix}low") or central, row.get(f"{prefix}high") or central
    return Bounds(float(low), central, float(high))


@cache
def basis_indicators() -> list[str]:
    """The indicators of the current basis of this release."""
    found = json.loads((NEW / "bases.json").read_text(encoding="utf-8"))
    return next(basis["indicators"] for basis in found if basis["current"])


@cache
def processing() -> dict[tuple[str, str, str], Row]:
    """The rows of processing by group, type (empty: the group) and indicator."""
    return {(r["product_group"], r["product_type"], r["indicator"]): r for r in rows("processing.csv")}


def making(group: str, kind: str, indicator: str) -> Row:
    """The row that counts for a type of a group: its own, else that of the group."""
    table = processing()
    return table.get((group, kind, indicator)) or table[group, "", indicator]


def making_bounds(row: Row) -> Bounds | None:
    """What the making adds per unit of the bill: 0 when it is included, none when it is not known."""
    if row["state"] == "unknown":
        return None
    if row["state"] == "included":
        return NOTHING
    return Bounds(*(float(row[name] or row["value"]) for name in ("low", "value", "high")))


def bill(product: str) -> list[Row]:
    """The bill of materials of a product of either release."""
    return [row for row in both("baseline_materials.csv") if row["product"] == product]


def use(product: str) -> list[Row]:
    """What a product uses per item and year, or per unit."""
    return [row for row in both("baseline_use.csv") if row["product"] == product]


def missing(product: str, indicator: str) -> set[str]:
    """The materials and flows of a product that have no factor for this indicator."""
    named = {row["material"] for row in bill(product)} | {row["flow"] for row in use(product)}
    return named - set(factors(indicator))


def materials_per_unit(product: str, indicator: str = "climate") -> Bounds:
    """The bill of a product per unit: (1 - recycled) * factor * share, summed (method, section 2)."""
    total = NOTHING
    for row in bill(product):
        primary, _ = factors(indicator)[row["material"]]
        total += primary * (float(row["share"]) * (1 - float(row["recycled"])))
    return total


def production_per_unit(row: Row, indicator: str = "climate") -> Bounds | None:
    """The bill and the making of a product per unit of its bill; none when the making is not known."""
    added = making_bounds(making(row["group"], row.get("product_type") or "", indicator))
    return None if added is None else materials_per_unit(row["code"], indicator) + added


def product(group: str, kind: str, role: str) -> Row | None:
    """The newest baseline or reference product of a type, or of a group when it has no types."""
    found = [
        row
        for row in both("baseline_products.csv")
        if (row["group"], row.get("product_type") or "", row["kind"]) == (group, kind, role)
    ]
    return max(found, key=lambda row: row["valid_from"], default=None)


def kinds(group: str) -> list[str]:
    """The types of a group; one empty name when it has none."""
    return [code for code, row in types().items() if row["group"] == group] or [""]


def confidence(row: Row) -> str:
    """How well production is known: by its bounds; at most fair where the making is borrowed or an assumption."""
    found = production_per_unit(row)
    if found is None:
        return "unknown"
    spread = found.high / found.low if found.low else (1.0 if found.high == 0 else float("inf"))
    if spread > FAIR:
        return "poor"
    counted = making(row["group"], row.get("product_type") or "", "climate")
    borrowed = counted["state"] == "range" and float(counted["low"]) == 0
    unsure = borrowed or (counted["state"] == "included" and counted["to_verify"] == "true")
    return "good" if spread <= GOOD and not unsure else "fair"


def _short(number: float) -> str:
    return f"{number:.3g}" if number else "0"


def _said(found: Bounds | None) -> str:
    if found is None:
        return "unknown"
    if found.low == found.high:
        return _short(found.central)
    return f"{_short(found.low)} < {_short(found.central)} < {_short(found.high)}"


def _line(group: str, kind: str) -> str:
    climate, chain = making(group, kind, "climate"), making(group, kind, "materials")
    baseline = product(group, kind, "baseline")
    assert baseline is not None, (group, kind)
    added = making_bounds(climate)
    cells = [
        f"`{group}`",
        f"`{kind}`" if kind else "",
        climate["state"],
        "" if climate["state"] == "included" else _said(added),
        _said(production_per_unit(baseline)),
        chain["state"],
        climate["source"],
        confidence(baseline),
    ]
    return "| " + " | ".join(cells) + " |"


def table() -> str:
    """The table of docs/data.md: what every group and type knows of its making."""
    head = ["| group | type | making | between | baseline product | raw materials | source | confidence |"]
    head.append("|" + "---|" * 8)
    return "\n".join(head + [_line(group, kind) for group in groups() for kind in kinds(group)])


def write() -> None:
    """Put the table between its marks in docs/data.md."""
    text = DATA_PAGE.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    DATA_PAGE.write_text(f"{before}{BEGIN}\n{table()}\n{END}{rest.split(END)[1]}", encoding="utf-8")


if __name__ == "__main__":
    write()
