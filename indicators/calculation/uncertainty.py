"""How sure a ranking of bids is: the same calculation on drawn factors, masses and shares.

    factor = value * gsd ** z                      value is the median; without a spread it is drawn as certain
    range = central * (high / central) ** (z / 1.96)    for z > 0, else central * (central / low) ** (z / 1.96)
    mass, share = value * (1 + s * z), cut at 0    shares are divided by their sum, as always; a mass that is 1 by
                                                   definition (kWh per kWh) is not drawn

A range is lognormal with its central value as median and 95 % of the draws between its bounds, 2.5 % on each side;
from zero it is triangular, with the central value as its peak. The maker's own figure is spread as a mass is.

R, E and T are assumptions and not drawn: see :func:`not_drawn`. Every factor has a stream of its own, keyed by
(seed, basis, factor): one draw serves all bids, so that what they share cannot part them, and does not depend on
which bids are compared. The streams of masses and shares are keyed by (seed, bid line). Source: method, section 9.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .errors import FractionOutOfRange, NotDrawn, ShapeMismatch
from .factors import Bools, Factors, Floats, Formula
from .kept import counted_recycled
from .lines import Integers, Lines, check_lines, normalised_shares
from .ties import tied

DRAWS = 10_000
SEED = 20191
WITHIN = 1.959963984540054
"""95 % of a normal distribution lies within so many standard deviations."""
BOUNDS = (5.0, 95.0)
"""Percentiles of the range that is shown: nine of ten draws lie in it."""


@dataclass(frozen=True)
class Spread:
    """How far inputs may lie from their value.

    Args:
        factor_gsd: (M, I) geometric standard deviation per factor, at least 1; NaN = not known, drawn as certain.
        processing_gsd: (G, I) as ``factor_gsd``.
        amount: (L,) s of the mass and the shares of each line, a relative standard deviation.
        by_definition: (L,) lines whose mass is 1 because both sides count in one unit (kWh per kWh): it is not
            drawn; None = none.
    """

    factor_gsd: Floats
    processing_gsd: Floats
    amount: Floats
    by_definition: Bools | None = None

    def check(self, factors: Factors, lines: Lines) -> None:
        """Nothing, when it fits these factors and lines. Raises ShapeMismatch, FractionOutOfRange."""
        shapes = (
            self.factor_gsd.shape == factors.primary.shape
            and self.processing_gsd.shape == factors.processing.shape
            and self.amount.shape == (len(lines),)
            and (self.by_definition is None or self.by_definition.shape == (len(lines),))
        )
        if not shapes:
            raise ShapeMismatch("Spreads and what they belong to do not have the same length.")
        with np.errstate(invalid="ignore"):
            too_small = (self.factor_gsd < 1).any() or (self.processing_gsd < 1).any()
        if too_small or not ((self.amount >= 0) & (self.amount < np.inf)).all():
            raise FractionOutOfRange("A geometric standard deviation is 1 or more, and a spread 0 or more.")


@dataclass(frozen=True)
class Question:
    """What is drawn for: lines of several bids that answer one demand.

    Args:
        lines: the lines of all bids, one after another.
        keys: (L,) what names each line for ever, as its stream is drawn from it.
        bid: (L,) the number of the bid that each line belongs to, from 0.
        scale: (L,) what one item-year of a line counts for: count * needed years.
    """

    lines: Lines
    keys: Sequence[str]
    bid: Integers
    scale: Floats

    @property
    def bids(self) -> int:
        """How many bids there are."""
        return int(self.bid.max()) + 1 if len(self.bid) else 0


def draw_demand_impacts(
    factors: Factors, question: Question, spread: Spread, *, basis: str, draws: int = DRAWS, seed: int = SEED
) -> Floats:
    """(bids, I, draws) the impact of each bid for the demand, once per draw.

    Unknown factors count 0, as in the sum of what is known: only complete bids may be ranked by it. Two calls
    with the same arguments give the same numbers to the last digit.

    Raises:
        NotDrawn: a method that counts recycled material.
        CalculationError: see :func:`indicators.calculation.lines.check_lines` and :class:`Spread`.
    """
    if factors.formula is not Formula.METABOLIC:
        raise NotDrawn("The spread of recycled factors is not known, so a method that counts them is not drawn.")
    lines = question.lines
    check_lines(factors, lines)
    spread.check(factors, lines)
    drawn = _Drawn(factors, spread, basis, draws, seed)
    result = np.zeros((question.bids, len(factors.indicators), draws))
    shares, counted = normalised_shares(lines), counted_recycled(lines)
    for number in range(len(lines)):
        one = lines.part(number, number + 1)
        rows = slice(int(lines.bill_start[number]), int(lines.bill_start[number + 1]))
        z = stream(seed, question.keys[number]).standard_normal((len(one.share) + 1, draws))
        s = float(spread.amount[number])
        fixed = spread.by_definition is not None and bool(spread.by_definition[number])
        amounts = _cut(one.mass_kg[0], 0.0 if fixed else s, z[0]), _shares(shares[rows], s, z[1:])
        figure = None if one.declared_production is None else _cut(1.0, s, z[0])
        impact = _per_year(factors, drawn, one, *amounts, counted[rows], figure)
        impact *= question.scale[number]
        result[question.bid[number]] += impact
    return result


def not_drawn(lines: Lines) -> tuple[str, ...]:
    """Which of R, E and T these lines rest on: no draw changes them, so every probability is said beside them.

    Without a strategy or plan that discounts anything R or E is 1 by definition, and what is consumed has no T.
    """
    rests = {
        "R": (lines.strategy_factor < 1).any(),
        "E": (lines.end_of_life_factor < 1).any(),
        "T": not lines.consumed.all(),
    }
    return tuple(name for name, there in rests.items() if there)


def bounds(draws: Floats) -> Floats:
    """(..., 2) the range that nine of ten draws lie in, over the last axis."""
    return np.moveaxis(np.percentile(draws, BOUNDS, axis=-1), 0, -1)


def probability_best(draws: Floats) -> Floats:
    """(bids, I) how often each bid has the least impact; bids that are equally low share that draw.

    >>> probability_best(np.array([[[1.0, 2.0, 3.0, 4.0]], [[2.0, 2.0, 2.0, 2.0]]])).ravel().tolist()
    [0.375, 0.625]

    Args:
        draws: (bids, I, draws).
    """
    lowest = tied(draws, draws.min(axis=0, keepdims=True))
    shared: Floats = (lowest / lowest.sum(axis=0, keepdims=True)).mean(axis=-1)
    return shared


def probability_lower(first: Floats, second: Floats) -> Floats:
    """(...) how often the first is lower than the second over the last axis; ties count half."""
    lower: Floats = ((first < second) + 0.5 * (first == second)).mean(axis=-1)
    return lower


def stream(seed: int, *names: str) -> np.random.Generator:
    """The stream of one factor or line: the same numbers wherever and whenever it is drawn."""
    digest = hashlib.sha256("\x1f".join((str(seed), *names)).encode()).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest[:16], "big")))


class _Drawn:
    """The factors of a basis, drawn when first asked for and kept for the other bids."""

    def __init__(self, factors: Factors, spread: Spread, basis: str, draws: int, seed: int) -> None:
        self.factors, self.basis, self.draws, self.seed = factors, basis, draws, seed
        self.spread = spread
        self._ranges: dict[tuple[bool, int], list[int]] = {}
        ranges = factors.ranges
        for k in [] if ranges is None else np.flatnonzero(~ranges.recycled).tolist():
            assert ranges is not None
            # An indicator that counts material has no processing term, so no range of one either.
            if not (ranges.is_processing[k] and factors.is_mass[ranges.indicator[k]]):
                self._ranges.setdefault((bool(ranges.is_processing[k]), int(ranges.row[k])), []).append(k)
        self._items: dict[int, Floats] = {}
        self._groups: dict[int, Floats] = {}

    def item(self, row: int) -> Floats:
        """(I, draws) or (I, 1) impacts of one unit of a material or flow."""
        if row not in self._items:
            name, values = self.factors.items[row], self.factors.values[row]
            self._items[row] = self._of(f"item {name}", values, self.spread.factor_gsd[row], (False, row))
        return self._items[row]

    def group(self, row: int) -> Floats:
        """(I, draws) or (I, 1) impacts of making one kg."""
        if row not in self._groups:
            name, values = self.factors.groups[row], self.factors.counted_processing[row]
            self._groups[row] = self._of(f"group {name}", values, self.spread.processing_gsd[row], (True, row))
        return self._groups[row]

    def _of(self, name: str, values: Floats, gsd: Floats, place: tuple[bool, int]) -> Floats:
        sigma, ranges = np.log(np.nan_to_num(gsd, nan=1.0)), self._ranges.get(place, [])
        columns = [] if self.factors.ranges is None else self.factors.ranges.indicator[ranges].tolist()
        sigma[columns] = 0.0
        moving = (sigma > 0) & (values != 0)
        if not moving.any() and not ranges:
            return np.ascontiguousarray(values[:, None])
        drawn = np.zeros((len(values), self.draws))
        for column in np.flatnonzero(moving).tolist():
            self._stream(name, column).standard_normal(out=drawn[column])
        drawn *= sigma[:, None]
        np.exp(drawn, out=drawn)
        drawn *= values[:, None]
        for k, column in zip(ranges, columns, strict=True):
            drawn[column] = self._range(k, self._stream(name, column))
        return drawn

    def _stream(self, name: str, column: int) -> np.random.Generator:
        return stream(self.seed, self.basis, name, self.factors.indicators[column])

    def _range(self, k: int, random: np.random.Generator) -> Floats:
        """(draws,) values of a range: lognormal on each side of its central value, or triangular from zero."""
        assert self.factors.ranges is not None
        low, central, high = (float(getattr(self.factors.ranges, end)[k]) for end in ("low", "central", "high"))
        if low == high:
            return np.full(self.draws, central)
        if low == 0:
            return random.triangular(low, central, high, self.draws)
        z = random.standard_normal(self.draws) / WITHIN
        drawn: Floats = central * np.exp(z * np.where(z < 0, np.log(central / low), np.log(high / central)))
        return drawn


def _per_year(
    factors: Factors,
    drawn: _Drawn,
    line: Lines,
    mass: Floats,
    share: Floats,
    recycled: Floats,
    figure: Floats | None,
) -> NDArray[np.float64]:
    """(I, draws) per item and year of one line: ((kept * R + added) * E + once) / T + yearly."""
    apart, is_mass = factors.is_apart, factors.is_mass
    strategy = float(line.strategy_factor[0])
    total = np.empty((len(apart), drawn.draws))
    total[:] = drawn.group(int(line.group[0])) * np.where(apart, 1.0, strategy)[:, None]
    for row, material in enumerate(line.material):
        new = strategy < 1 and bool(line.added[row])
        ordinary = (1 - recycled[row]) * (1.0 if new else strategy)
        item = drawn.item(int(material))
        term = item * (share[row] * ordinary)
        if apart.any():
            # What stands apart is the biogenic carbon in the mass itself: no R, no recycled part.
            term[apart] = item[apart] * share[row]
        total += term
    end_of_life = np.where(is_mass | apart, 1.0, float(line.end_of_life_factor[0]))
    consumed = bool(line.consumed[0])
    years = 1.0 if consumed else float(line.lifetime_years[0])
    total *= mass
    if figure is not None and line.declared_production is not None:
        own = ~np.isnan(line.declared_production[0])
        total[own] = line.declared_production[0][own, None] * strategy * figure
    total *= (end_of_life / years)[:, None]
    for row, flow in enumerate(line.flow):
        in_product = bool(line.repair[row]) and bool(factors.is_material[flow])
        counts = np.where(is_mass & (not in_product), 0.0, float(line.quantity[row]))
        once = bool(line.once[row]) and not consumed
        total += drawn.item(int(flow)) * (counts / (years if once else 1.0))[:, None]
    return total


def _cut(value: float, s: float, z: Floats) -> Floats:
    return np.maximum(value * (1 + s * z), 0.0) if s else np.full(1, value)


def _shares(values: Floats, s: float, z: Floats) -> Floats:
    """(rows, draws) shares that add to 1 in every draw."""
    if not s:
        return values[:, None]
    drawn = 1 + s * z
    drawn *= values[:, None]
    np.maximum(drawn, 0.0, out=drawn)
    sums = drawn.sum(axis=0)
    empty = sums == 0
    if empty.any():
        # Every row cut at nothing happens only at absurd spreads; the value itself then stands in.
        drawn[:, empty], sums[empty] = values[:, None], 1.0
    drawn /= sums
    return drawn
