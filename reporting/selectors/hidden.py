"""Which measures of a part may not be told: what few contracts have, and what would give that away.

See docs/decisions/0011.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import combinations
from typing import NamedTuple

import numpy as np

from indicators.calculation.factors import Floats
from reporting.models.cells import SUMMED

from .few import differ_in_few, is_few

PROGRESS = ("estimated_to_date", "realised_to_date", "measured")
REFERENCE = ("reference_estimated", "reference_forecast")
AVOIDED = ("avoided_estimated", "avoided_forecast")
VOLUME = ("function_quantity", "function_promise", "function_known")
_FORECAST = ("forecast", *REFERENCE, *AVOIDED)
_NOT_MEASURED = ("not_measured_to_date",)
_ALONE = tuple(set(SUMMED) - {"estimated", "incomplete_mass_kg", *PROGRESS, *VOLUME, *_FORECAST})
"""A measure without a rule of its own is hidden by itself when few contracts have it"""


class _Tied(NamedTuple):
    """An amount that is equal to the others for contracts with nothing of their own, or that are over."""

    made_of: tuple[str, ...]
    """the measures that it is the sum of"""
    hides: tuple[str, ...]
    """what is not told when it differs from one that is told before it in few contracts"""


_TIED = (
    # What stands first stays. Without a record the forecast is the estimate; in the end what happened, with what
    # was not measured, is the forecast; and what is as promised is its promise. Pages compare what happened with
    # its promise, and say of how many contracts there is a reference: those go together.
    _Tied(("estimated",), ()),
    _Tied(("forecast",), _FORECAST),
    _Tied(("realised_to_date",), PROGRESS),
    _Tied(("estimated_to_date",), PROGRESS),
    _Tied(("measured",), PROGRESS),
    _Tied(("not_measured_to_date",), _NOT_MEASURED),
    _Tied(("realised_to_date", "not_measured_to_date"), _NOT_MEASURED),
    _Tied(("estimated_to_date", "not_measured_to_date"), _NOT_MEASURED),
    _Tied(("function_forecast",), ("function_forecast", *VOLUME)),
    _Tied(("function_promise",), VOLUME),
)


def hidden_measures(columns: Mapping[str, Floats]) -> frozenset[str]:
    """The measures that few contracts of this part have, those in which few differ from another, and those that
    would give such a measure away; of (n,) amounts per measure, unknown NaN."""
    if _few(columns, "estimated", "forecast"):
        return frozenset(columns)
    hidden = {name for name in _ALONE if _few(columns, name)}
    if _few(columns, *PROGRESS) or differ_in_few(np.abs(columns["realised_to_date"]), columns["measured"]):
        hidden |= {*PROGRESS}
    if _few(columns, "incomplete_mass_kg") or differ_in_few(columns["mass_kg"], columns["incomplete_mass_kg"]):
        hidden.add("incomplete_mass_kg")
    hidden |= {*_hidden_volume(columns)}
    for names in _differing(columns, hidden):
        hidden |= {*names}
    return frozenset(hidden | {*_hidden_reference(columns, hidden)})


def _few(columns: Mapping[str, Floats], *names: str) -> bool:
    return any(is_few(columns[name]) for name in names)


def _differing(columns: Mapping[str, Floats], hidden: Collection[str]) -> Iterator[tuple[str, ...]]:
    """What else may not be told: of two amounts that differ in few contracts the one that stands last."""
    gone = set(hidden)
    for first, last in combinations(_TIED, 2):
        if gone & {*first.made_of, *last.made_of}:
            continue
        if differ_in_few(_amount(columns, first), _amount(columns, last)):
            gone |= {*last.hides}
            yield last.hides


def _amount(columns: Mapping[str, Floats], tied: _Tied) -> Floats:
    return np.asarray(np.sum([columns[name] for name in tied.made_of], axis=0))


def _hidden_reference(columns: Mapping[str, Floats], hidden: Collection[str]) -> Iterator[str]:
    if (
        _few(columns, *REFERENCE, *AVOIDED)
        or differ_in_few(*(columns[name] for name in REFERENCE))
        or differ_in_few(*(columns[name] for name in AVOIDED))
    ):
        yield from (*REFERENCE, *AVOIDED)
    # What is avoided is the reference less the estimate: with both, the estimate of those with a reference
    # is known, and the estimate of all minus that is of those without one.
    for reference, own in zip(REFERENCE, ("estimated", "forecast"), strict=True):
        if own in hidden or not _same_contracts(columns[reference], columns[own]):
            yield reference


def _hidden_volume(columns: Mapping[str, Floats]) -> Iterator[str]:
    """The promise less the volume is the estimate of those of which the volume is known."""
    if (
        _few(columns, *VOLUME)
        or not _same_contracts(columns["function_quantity"], columns["estimated"])
        or not _same_contracts(columns["function_forecast"], columns["function_known"])
    ):
        yield from VOLUME


def _same_contracts(one: Floats, other: Floats) -> bool:
    return bool(np.array_equal(np.isnan(one), np.isnan(other)))
