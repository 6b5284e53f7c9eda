"""The making of product groups and types in a version of a factor set: what a row may say, once for every door.

A row says of a group, or of one type in it, and an indicator: a value, included in the materials, known between
bounds, or unknown. Numbers are per kg of product unless the bill of the group is counted in another unit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from indicators.models import FactorSetVersion, Indicator, Processing, ProductGroup, ProductType, Source
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.models import LARGEST
from mvi_dashboard.ground.problems import Path, Problem, Problems
from mvi_dashboard.ground.shapes import Boolean, Choice, Number, Object, Text, camel, nearest, quoted

from .between import wrong_bounds
from .made import Key, Made
from .version_losses import MOST_TIMES, jumped

State = Processing.State
_DECIMALS = 40
_PER_KG = "Per kg product, of per eenheid van de stuklijst waar de groep niet in kg telt."
MAKING = Object(
    {
        "product_group": Text(80, label="Productgroep"),
        "product_type": Text(
            80, required=False, default="", label="Producttype", help="Leeg: de rij geldt voor de hele groep."
        ),
        "indicator": Text(80, label="Indicator"),
        "state": Choice(State.values, label="Hoe staat het maken in de cijfers?"),
        "value": Number(decimals=_DECIMALS, min=0, required=False, label="Waarde", help=_PER_KG),
        "low": Number(decimals=_DECIMALS, min=0, required=False, label="Laagste", help="Alleen tussen grenzen."),
        "high": Number(decimals=_DECIMALS, min=0, required=False, label="Hoogste", help="Alleen tussen grenzen."),
        "unit": Text(80, required=False, default="", label="Eenheid", help="Mag leeg: wij weten welke het is."),
        "source": Text(
            300, required=False, default="", label="Bron", help="Code of titel van een bron die wij kennen."
        ),
        "derivation": Text(2000, multiline=True, required=False, default="", label="Afleiding"),
        "to_verify": Boolean(required=False, default=False, label="Nog te verifiëren"),
    }
)
NAMES = tuple(MAKING.fields)
NUMBERS = ("value", "low", "high")
MOST_ROWS = 5_000

Row = Mapping[str, Any]
Place = Callable[[int, str], Path]


@dataclass
class Known:
    """The codes that a row may name; five queries."""

    groups: dict[str, ProductGroup] = field(
        default_factory=lambda: {row.code: row for row in ProductGroup.objects.all()}
    )
    types: dict[str, ProductType] = field(
        default_factory=lambda: {row.code: row for row in ProductType.objects.all()}
    )
    indicators: dict[str, Indicator] = field(
        default_factory=lambda: {row.code: row for row in Indicator.objects.all()}
    )
    sources: dict[str, Source] = field(default_factory=lambda: _sources())
    per: dict[int, str] = field(default_factory=lambda: _counted_in())
    """by id of a group: what its making is counted per, where a version said so"""

    def key_of(self, row: Row) -> Key | None:
        """What the row is about; None when one of its codes is not known."""
        group, indicator = (
            self.groups.get(row.get("product_group") or ""),
            self.indicators.get(row.get("indicator") or ""),
        )
        kind = self.types.get(row.get("product_type") or "")
        if group is None or indicator is None or (row.get("product_type") and kind is None):
            return None
        return group.pk, kind.pk if kind else None, indicator.pk

    def unit_of(self, row: Row) -> str:
        """The unit of its numbers."""
        group, indicator = self.groups[row["product_group"]], self.indicators[row["indicator"]]
        return f"{indicator.unit}/{self.per.get(group.pk) or group.bill_unit or 'kg'}"


def check_making(rows: Sequence[Row], place: Place, problems: Problems, known: Known) -> None:
    """Notes what is wrong with these rows beyond their shape, each at its place."""
    seen: dict[tuple[Any, ...], int] = {}
    for number, row in enumerate(rows):
        for name, code, text in [*_wrong_names(row, known), *_wrong_numbers(row), *_wrong_rest(row, known)]:
            problems.note(place(number, name), code, text)
        key = (row.get("product_group"), row.get("product_type") or "", row.get("indicator"))
        first = seen.setdefault(key, number)
        if first != number and all(key[::2]):
            said = f"{_spelled(rows[first])}; hier staat {_spelled(row)}"
            text = f"Het maken van {key[1] or key[0]} ({key[2]}) staat er al, met {said}. Laat er één staan."
            problems.note(place(number, "product_group"), "duplicate_line", text)


def jumps_of(rows: Sequence[Row], place: Place, known: Known, old: Mapping[Key, Made]) -> list[Problem]:
    """A question for each value that becomes more than ten times larger or smaller, with both values."""
    found = []
    for number, row in enumerate(rows):
        key = known.key_of(row)
        before = old.get(key) if key else None
        after = None if row.get("value") is None else float(row["value"])
        if before is None or not jumped(before.value, after):
            continue
        both = f"van {formats.exact(before.value)} naar {formats.exact(after)} {known.unit_of(row)}"
        name = row.get("product_type") or row["product_group"]
        why = f"dat is meer dan {MOST_TIMES} keer zo groot of zo klein. Klopt het? Bevestig het met een reden."
        found.append(
            Problem(
                place(number, "value"),
                "plausibility",
                f"Maken van {name}, {row['indicator']}: {both}: {why}",
                confirmable=True,
            )
        )
    return found


def store_making(version: FactorSetVersion, rows: Sequence[Row], known: Known) -> None:
    """Puts these rows (checked) in a concept; what it said of the same making goes."""
    held = {(row.group_id, row.product_type_id, row.indicator_id): row.pk for row in version.processing.all()}
    keys = [known.key_of(row) for row in rows]
    version.processing.filter(pk__in=[held[key] for key in keys if key in held]).delete()
    Processing.objects.bulk_create([_stored(version, row, known) for row in rows], batch_size=500)


def drop_making(version: FactorSetVersion) -> None:
    """Takes all making out of a concept, to be told anew."""
    version.processing.all().delete()


def document_of(row: Processing) -> dict[str, Any]:
    """A stored row as the document that would make it."""
    return {
        "product_group": row.group.code,
        "product_type": row.product_type.code if row.product_type else "",
        "indicator": row.indicator.code,
        "state": row.state,
        "value": row.value,
        "low": row.low,
        "high": row.high,
        "unit": row.unit,
        "source": row.source.code if row.source else "",
        "derivation": row.derivation,
        "to_verify": row.to_verify,
    }


def in_list(number: int, name: str) -> Path:
    """Where a field of a row in a document stands."""
    return ("processing", number, camel(name))


def alone(number: int, name: str) -> Path:
    """Where a field stands in a document that is one row."""
    return (camel(name),)


def _wrong_names(row: Row, known: Known) -> list[tuple[str, str, str]]:
    found = []
    group, kind = known.groups.get(row.get("product_group") or ""), known.types.get(row.get("product_type") or "")
    for name, codes in (
        ("product_group", known.groups),
        ("product_type", known.types),
        ("indicator", known.indicators),
    ):
        said = row.get(name)
        if said and said not in codes:
            text = f"{quoted(said)} kennen wij niet: {nearest(said, sorted(codes))}"
            found.append((name, "does_not_exist", text))
    if group and kind and kind.group_id != group.pk:
        own = next((code for code, each in known.groups.items() if each.pk == kind.group_id), "een andere groep")
        text = f"Het type {quoted(kind.code)} hoort bij {own}, niet bij {group.code}."
        found.append(("product_type", "wrong_group", text))
    return found


def _wrong_numbers(row: Row) -> list[tuple[str, str, str]]:
    """What the state asks of the numbers and they do not say, or say too much."""
    if not set(NUMBERS) <= row.keys():
        return []  # one of them could not be read, which is told already
    state, numbers = row.get("state"), {name: row[name] for name in NUMBERS}
    given = [name for name, number in numbers.items() if number is not None]
    large = [name for name in given if abs(float(numbers[name])) > LARGEST]
    if large:
        return [(name, "max_value", "Dit getal is te groot.") for name in large]
    if state in (State.INCLUDED, State.UNKNOWN):
        word = State(state).label.lower()
        text = f"Wat {word} is, heeft geen getal. Haal het getal weg, of kies een andere stand."
        return [(name, "state_without_value", text) for name in given]
    if state == State.VALUE:
        text = "Een waarde heeft geen grenzen. Kies Tussen grenzen, of haal de grenzen weg."
        found = [(name, "value_and_range", text) for name in given if name != "value"]
        return [*found, *([("value", "required", "Vul de waarde in.")] if "value" not in given else [])]
    if state == State.RANGE:
        if not {"low", "high"} & set(given):
            return [("low", "required", "Vul de laagste en de hoogste waarde in.")]
        low, value, high = (
            None if numbers[each] is None else float(numbers[each]) for each in ("low", "value", "high")
        )
        wrong = wrong_bounds(low, value, high)
        return [wrong] if wrong else []
    return []


def _wrong_rest(row: Row, known: Known) -> list[tuple[str, str, str]]:
    found = []
    source = row.get("source") or ""
    if source and source not in known.sources:
        text = f"De bron {quoted(source)} kennen wij niet. Noem een bron die al bij een factor of groep staat."
        found.append(("source", "does_not_exist", text))
    elif not source and row.get("state") in (State.VALUE, State.RANGE):
        found.append(("source", "required", "Noem de bron van het getal."))
    unit = row.get("unit") or ""
    if unit and known.key_of(row) and unit != known.unit_of(row):
        found.append(("unit", "invalid_unit", f"De eenheid moet {known.unit_of(row)} zijn."))
    return found


def _spelled(row: Row) -> str:
    if row.get("state") not in (State.VALUE, State.RANGE):
        return str(State(row["state"]).label.lower()) if row.get("state") else "niets"
    shown = [formats.exact(float(row[name])) for name in ("low", "value", "high") if row.get(name) is not None]
    return " - ".join(shown) or "geen waarde"


def _stored(version: FactorSetVersion, row: Row, known: Known) -> Processing:
    numbers = {name: None if row.get(name) is None else float(row[name]) for name in NUMBERS}
    return Processing(
        version=version,
        group=known.groups[row["product_group"]],
        product_type=known.types.get(row.get("product_type") or ""),
        indicator=known.indicators[row["indicator"]],
        state=row["state"],
        unit=known.unit_of(row),
        source=known.sources.get(row.get("source") or ""),
        derivation=row.get("derivation") or "",
        to_verify=bool(row.get("to_verify")),
        **numbers,
    )


def _sources() -> dict[str, Source]:
    rows = list(Source.objects.order_by("-pk"))
    return {row.title: row for row in rows} | {row.code: row for row in rows}


def _counted_in() -> dict[int, str]:
    # In the order of the versions, so that the newest decides.
    rows = Processing.objects.exclude(unit="").order_by("version_id", "pk").values_list("group", "unit")
    return {group: unit.rpartition("/")[2] for group, unit in rows}
