"""A measure is declared once: columns, sums, answers, files and tables follow."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from django.db import models

from contracts.models import BOUNDED, BOUNDS, MEASURES, ContractEffect
from contracts.resources.effects import Amounts, Pair, told
from contracts.selectors import SERIES
from indicators.glossary import terms
from indicators.resources.bounds import Bounds
from reporting.models import Cell, SharedCell
from reporting.models.cells import COUNTED_IN_ROWS, SUMMED
from reporting.selectors.hidden import hidden_measures
from reporting.selectors.years_told import ALIKE
from reporting.services.rows import DUTCH_HEADS


def test_effects_and_totals_have_a_column_for_every_measure() -> None:
    for model in (ContractEffect, Cell, SharedCell):
        assert {*MEASURES, *BOUNDS} <= {field.name for field in model._meta.concrete_fields}
    assert set(MEASURES) <= set(SUMMED)


def test_to_the_database_a_measure_is_a_number_like_any_other() -> None:
    for measure in MEASURES.values():
        _name, path, _args, options = measure.deconstruct()
        assert (path, options) == ("django.db.models.FloatField", {"null": True, "blank": True})
        assert isinstance(measure.clone(), models.FloatField)


def test_what_is_told_of_amounts_are_measures() -> None:
    ends = {code: (place - 1.0, place + 1.0) for place, code in enumerate(BOUNDED)}
    found = told({code: float(place) for place, code in enumerate(MEASURES)}, ends)
    assert set(found) == {field.name for field in fields(Amounts)} - {"indicator", "unit"}
    assert found["forecast_bounds"] == Bounds(low=ends["forecast"][0], high=ends["forecast"][1])
    assert found["avoided_bounds"].estimated == Bounds.of(*ends["avoided_estimated"])
    assert found["bounded"] is True
    assert told(dict.fromkeys(MEASURES), dict.fromkeys(BOUNDED))["bounded"] is False
    places = list(MEASURES)
    assert found["forecast"] == places.index("forecast")
    assert found["avoided"] == Pair(
        estimated=places.index("avoided_estimated"), forecast=places.index("avoided_forecast")
    )


def test_every_measure_with_a_head_stands_in_the_files_under_a_head_of_its_own() -> None:
    heads = {code: measure.head for code, measure in MEASURES.items() if measure.head}
    assert heads.items() <= DUTCH_HEADS.items()
    assert {bound for bound, code in BOUNDS.items() if MEASURES[code].head} <= set(DUTCH_HEADS)
    assert len(set(DUTCH_HEADS.values())) == len(DUTCH_HEADS)
    assert set(COUNTED_IN_ROWS) <= set(DUTCH_HEADS)


def test_every_word_of_a_measure_is_in_the_glossary() -> None:
    assert {measure.term for measure in MEASURES.values() if measure.term} <= set(terms())


@pytest.mark.parametrize("code", SUMMED)
def test_what_few_contracts_have_is_hidden_whatever_measure_it_is(code: str) -> None:
    columns = {name: np.full(7, 3.0) for name in SUMMED}
    assert code not in hidden_measures(columns)
    assert code in hidden_measures(columns | {code: np.array([3.0, *[0.0] * 6])})


def test_every_series_is_of_a_measure_and_is_held_against_others_per_year() -> None:
    by_series = {measure.series: code for code, measure in MEASURES.items() if measure.series}
    assert set(by_series) == set(SERIES)
    assert set(by_series.values()) <= {name for family in ALIKE for name in family}
