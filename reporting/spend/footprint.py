"""The footprint of all that is bought in a calendar year: what contracts do, and an estimate of what none covers.

Sections 6 ("All purchasing") and 2b of the method. What is paid is added up by the database per category and
contract; each sum times its range gives the estimate: the same as row by row, as a range is one unknown.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, Sum

from contracts.models import ContractEffect
from contracts.selectors.stated_money import stated_in, years_stated
from indicators.models import CLIMATE, SpendFactor
from indicators.selectors import current_basis
from indicators.selectors.per_euro import PerEuro, per_euro
from mvi_dashboard.ground import clock
from reporting.models import SpendEntry, SpendMapping
from reporting.selectors import Question, Row, Scope
from reporting.services import read_effects

from .bands import OPEN_ENDED

CLASSES = ("measured", "verified", "supplier", "average", "range", "spend", "none")
MOST_NARROWING = 10


@dataclass
class Part:
    """What is paid on one category that no contract covers, and between what its impact lies (kg)."""

    name: str
    euros: float = 0.0
    low: float | None = None
    value: float | None = None
    high: float | None = None

    @property
    def width(self) -> float:
        """How far the ends lie apart."""
        return (self.high or 0.0) - (self.low or 0.0)


@dataclass(frozen=True)
class Purchasing:
    """All that is bought in one year."""

    year: int
    years: list[int]
    """of which there is spend"""
    euros: dict[str, float]
    """what is paid, by class of what is known of it"""
    estimated: list[Part]
    """with a range, the widest first"""
    without: list[Part]
    """without any number, the most euros first"""
    contracts: Row | None
    """what contracts do in this year: the realised view"""
    covered_rows: int
    rows: int
    open_ended: int
    outside: float
    factor: SpendFactor | None
    narrowing: list[Part] = field(default_factory=list)

    @property
    def paid(self) -> float:
        """All euros of what is bought."""
        return sum(self.euros.values())

    @property
    def known(self) -> tuple[float, float, float]:
        """Low, central and high of contracts; zeros when there are none."""
        return ends_of(self.contracts)

    @property
    def low(self) -> float:
        """The lowest value of all together, without what has no number."""
        return self.known[0] + sum(part.low or 0.0 for part in self.estimated)

    @property
    def high(self) -> float:
        """The highest one."""
        return self.known[2] + sum(part.high or 0.0 for part in self.estimated)

    @property
    def coverage(self) -> dict[str, float]:
        """The share of euros by class; empty when nothing was paid on balance."""
        return {code: self.euros[code] / self.paid for code in CLASSES} if self.paid > 0 else {}


def ends_of(row: Row | None) -> tuple[float, float, float]:
    """Low, value and high of what contracts do; equal where it lies between no bounds."""
    value = None if row is None else row.values.get("forecast")
    if row is None or value is None:
        return 0.0, 0.0, 0.0
    low, high = row.bounds("forecast") or (value, value)
    return low, value, high


def years_of(organisation_ids: Collection[int]) -> list[int]:
    """The calendar years in which something was paid, to this one, the last one first."""
    rows = set(counting(organisation_ids).order_by().values_list("year", flat=True).distinct())
    return sorted(rows | years_stated(organisation_ids, clock.today().year), reverse=True)


def counting(organisation_ids: Iterable[int]) -> Any:
    """The entries that count: of imports that were not ended."""
    return SpendEntry.objects.filter(organisation_id__in=list(organisation_ids), spend_import__ended_at=None)


def all_purchasing(scope: Scope, year: int) -> Purchasing:
    """The footprint of this year of the organisations of a scope; a handful of queries, however many rows."""
    places, factors = sorted(scope.open), per_euro()
    rows = [*_paid(places, year)]
    rows += _stated(places, year, {row["covered_by"] for row in rows})
    effects = _effects_of({row["covered_by"] for row in rows if row["covered_by"] is not None})
    euros: dict[str, float] = dict.fromkeys(CLASSES, 0.0)
    parts: dict[str, Part] = {}
    without: dict[str, Part] = {}
    covered = outside = 0.0
    for row in rows:
        paid = float(row["paid"])
        effect = effects.get(row["covered_by"])
        if row["mapping__outside"] and row["mapping__state"] == SpendMapping.State.CONFIRMED:
            outside += paid
        elif effect is not None and effect["first"] <= year:
            covered += row["rows"]
            for code, share in _classes(effect["quality"]).items():
                euros[code] += paid * share
        else:
            _add(row, paid, factors, euros, parts, without)
    estimated = sorted(parts.values(), key=lambda part: -part.width)
    contracts = _contracts(scope, year)
    return Purchasing(
        year=year,
        years=years_of(places),
        euros=euros,
        estimated=estimated,
        without=sorted(without.values(), key=lambda part: -part.euros),
        contracts=contracts,
        covered_rows=int(covered),
        rows=sum(row["rows"] for row in rows),
        open_ended=sum(row["open_ended"] for row in rows),
        outside=outside,
        factor=factors.any,
        narrowing=_narrowing(scope, year, estimated),
    )


def _paid(places: Iterable[int], year: int) -> list[Mapping[str, Any]]:
    """What was paid per category and contract: added up by the database."""
    keys = (
        *("mapping", "mapping__state", "mapping__outside", "mapping__code", "mapping__group"),
        *("mapping__group__name_nl", "mapping__cpv_division", "covered_by"),
    )
    rows = counting(places).filter(year=year).order_by().values(*keys)

    ends = Count("pk", filter=Q(band=OPEN_ENDED))
    return list(rows.annotate(paid=Sum("amount"), rows=Count("pk"), open_ended=ends))


def _stated(places: Collection[int], year: int, paid: Collection[int | None]) -> list[Mapping[str, Any]]:
    """What is paid under contracts of which only an amount is known, and that no entry of this year names."""
    return [
        {
            "mapping__state": SpendMapping.State.CONFIRMED,
            "mapping__outside": False,
            "mapping__code": "Contracten zonder productgroep",
            "mapping__group": each.group_id,
            "mapping__group__name_nl": each.group,
            "mapping__cpv_division": "",
            "covered_by": each.contract_id,
            "paid": each.euros,
            "rows": 0,
            "open_ended": 0,
        }
        for each in stated_in(places, year)
        if each.contract_id not in paid
    ]


def _add(
    row: Mapping[str, Any],
    paid: float,
    factors: PerEuro,
    euros: dict[str, float],
    parts: dict[str, Part],
    without: dict[str, Part],
) -> None:
    """Count what no contract covers: with its range, or without a number."""
    confirmed = row["mapping__state"] == SpendMapping.State.CONFIRMED
    factor = factors.of(row["mapping__group"], row["mapping__cpv_division"]) if confirmed else None
    division = row["mapping__cpv_division"]
    meaning = row["mapping__group__name_nl"] or (f"CPV-afdeling {division}" if division else row["mapping__code"])
    name = meaning if confirmed else row["mapping__code"]
    if factor is None:
        euros["none"] += paid
        without.setdefault(name, Part(name)).euros += paid
        return
    euros["spend"] += paid
    part = parts.setdefault(name, Part(name, 0.0, 0.0, 0.0, 0.0))
    # More paid back than paid turns the ends round.
    low, high = sorted((paid * factor.low, paid * factor.high))
    part.euros += paid
    part.low, part.value, part.high = part.low + low, part.value + paid * factor.value, part.high + high


def _effects_of(contract_ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Per contract the first year in which it has an effect of its own, and how that is known."""
    rows = ContractEffect.objects.filter(
        contract__in=list(contract_ids), basis=current_basis().id, indicator__code=CLIMATE, forecast__isnull=False,
        spread_first_year__isnull=False,
    )  # fmt: skip
    found = rows.values_list("contract", "spread_first_year", "quality")
    return {pk: {"first": first, "quality": quality} for pk, first, quality in found}


def _classes(quality: Mapping[str, float]) -> dict[str, float]:
    """The split over classes as shares of one; without impact to split, an average."""
    known = {code: float(share) for code, share in quality.items() if code in CLASSES and share}
    whole = sum(known.values())
    return {code: share / whole for code, share in known.items()} if whole > 0 else {"average": 1.0}


def _contracts(scope: Scope, year: int) -> Row | None:
    report = read_effects(scope, Question(year_view="realised", year=year, indicator=CLIMATE))
    return next(iter(report.rows), None)


def _narrowing(scope: Scope, year: int, estimated: Iterable[Part]) -> list[Part]:
    """Which contracts and groups make the total widest: those that better data narrow most."""
    question = Question(year_view="realised", year=year, indicator=CLIMATE, group_by=("contract",))
    found = list(estimated)
    for row in read_effects(scope, question).rows:
        low, value, high = ends_of(row)
        if high > low:
            found.append(Part(f"Contract {row.keys['contract'][1]}", 0.0, low, value, high))
    return sorted((part for part in found if part.width > 0), key=lambda part: -part.width)[:MOST_NARROWING]
