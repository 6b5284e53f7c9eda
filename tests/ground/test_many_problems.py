"""Nobody reads more than a thousand problems: those are named, and the others counted, in every door."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from mvi_dashboard.ground import inputs
from mvi_dashboard.ground.problems import Kind, Problem, Problems, Refused
from mvi_dashboard.ground.shapes import Choice, ListOf, Object, Text, read, read_or_refuse

SHAPE = Object(
    {"rows": ListOf(Object({"kind": Choice([f"soort-{n}" for n in range(40)]), "b": Text(5)}), max_items=9_000)}
)


def problem(number: int, **more: Any) -> Problem:
    return Problem(("rows", number), "invalid", "Fout.", **more)


def wrong(rows: int) -> dict[str, Any]:
    return {"rows": [{"kind": f"soort {number}", "b": "te lang voor dit veld"} for number in range(rows)]}


def test_a_thousand_are_kept_and_the_others_counted() -> None:
    problems = Problems(problem(number) for number in range(2_500))
    assert (len(problems), problems.more) == (1_000, 1_500)
    assert [each.code for each in problems][-1] == "more"
    assert [each.detail for each in problems][-1] == "En nog 1.500 andere problemen: herstel eerst wat hier staat."
    refused = Refused([*problems, *(problem(number) for number in range(10))])
    assert len(refused.problems) == 1_001
    assert refused.problems[-1].detail.startswith("En nog 1.510 ")
    assert refused.kind is Kind.INVALID


def test_few_problems_are_told_as_they_are() -> None:
    problems = Problems([problem(1)])
    problems += Problems([problem(2)])
    problems.insert(0, problem(0))
    assert [each.path for each in problems] == [("rows", 0), ("rows", 1), ("rows", 2)]
    assert Refused([problem(1, confirmable=True)]).kind is Kind.CONFLICT


def test_a_document_full_of_problems_is_refused_with_a_thousand() -> None:
    with pytest.raises(Refused) as refused:
        read_or_refuse(SHAPE, wrong(8_000))
    assert len(refused.value.problems) == 1_001
    assert "15.000" in refused.value.problems[-1].detail


def test_no_words_are_found_for_problems_that_nobody_reads() -> None:
    def work_of(rows: int) -> int:
        calls = 0

        def count(frame: Any, event: str, _: Any) -> None:
            nonlocal calls
            calls += event == "call" and frame.f_code.co_name in ("nearest", "ratio", "quick_ratio")

        sys.setprofile(count)
        try:
            read(SHAPE, wrong(rows))
        finally:
            sys.setprofile(None)
        return calls

    assert work_of(8_000) == work_of(500)


def test_unknown_fields_beyond_the_first_are_counted() -> None:
    _, problems = read(SHAPE, {"rows": [], **{f"x{number}": 1 for number in range(5_000)}})
    named = list(problems)
    assert (len(named), named[-1].code) == (21, "more")
    assert "4.980" in named[-1].detail


def test_a_page_shows_what_somebody_reads_and_how_many_more() -> None:
    shown = inputs.mistakes_of(Problems(problem(number) for number in range(2_500)))
    assert len(shown) == inputs.MOST_SHOWN + 1
    assert shown[-1].text == "En nog 2.400 andere problemen: herstel eerst wat hier staat."
    one = inputs.mistakes_of([problem(number) for number in range(101)])
    assert one[-1].text == "En nog 1 ander probleem: herstel eerst wat hier staat."
    assert len(inputs.mistakes_of([problem(1)])) == 1
