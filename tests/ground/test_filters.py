"""A filter is declared once: form, chips, address, parameters and rows say the same."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from mvi_dashboard.ground.filters import Asked, Filter, Filters, Sought
from mvi_dashboard.ground.models import Organisation
from mvi_dashboard.ground.problems import Refused
from mvi_dashboard.ground.shapes import Date, Year

LIST = Filters(
    search=Filter("zoek", "Naam", lambda rows, text: rows.filter(name__icontains=text), parameter="", typed=True),
    group=Filter("groep", "Groep", "code", parameter="product_group"),
    state=Filter("stand", "Stand", choices={"open": "Loopt nu", "over": "Voorbij"}),
    year=Filter("jaar", "Jaar", "pk", Year(required=False), stays=True),
    until=Filter("", "Tot", "pk__lt", parameter="before"),
)


def asked(query: str) -> Asked:
    return LIST.asked_in(RequestFactory().get(f"/lijst/?{query}"))


def test_an_address_is_read_by_the_shapes_and_what_is_not_asked_is_none() -> None:
    found = asked("zoek=+stoel+&jaar=2026&stand=&iets=anders&tot=3")
    assert found.values == {"search": "stoel", "group": None, "state": None, "year": 2026, "until": None}
    assert found.is_filtered
    assert not asked("iets=anders").is_filtered


def test_whatever_is_looked_for_is_looked_for() -> None:
    shape = Sought(5, required=False)
    found = Filters(search=Filter("zoek", "Zoek", shape=shape)).asked_in(
        RequestFactory().get("/?zoek=%00 stoelen")
    )
    assert found.values == {"search": "stoel"}
    assert Filters(search=Filter("zoek", shape=shape)).asked_in(RequestFactory().get("/?zoek=%00")).values == {
        "search": None
    }


def test_everything_that_cannot_be_read_is_refused_at_once() -> None:
    with pytest.raises(Refused) as refused:
        asked("jaar=morgen&stand=half&groep=a%00b")
    assert [problem.path for problem in refused.value.problems] == [("groep",), ("stand",), ("jaar",)]
    assert all(problem.detail.startswith(("Groep: ", "Stand: ", "Jaar: ")) for problem in refused.value.problems)


def test_an_address_keeps_what_else_was_asked_and_goes_back_to_the_first_page() -> None:
    found = asked("groep=papier&jaar=2026&cursor=abc&weergave=kort")
    assert found.address(group="") == "/lijst/?jaar=2026&weergave=kort"
    assert found.address(year="") == "/lijst/?groep=papier&weergave=kort&jaar=", "empty: it means all years"
    assert found.address(state="open") == "/lijst/?groep=papier&jaar=2026&weergave=kort&stand=open"
    assert found.first_url == "/lijst/?groep=papier&jaar=2026&weergave=kort"
    assert asked("groep=papier").first_url == ""
    assert asked("groep=papier").address(group="") == "/lijst/"


def test_the_form_has_a_field_for_what_can_be_chosen_and_a_chip_for_what_was_asked() -> None:
    found = asked("groep=papier&stand=open").form(
        {"group": [("meubels", "Meubels")]}, {"group": [("papier", "Papier")]}
    )
    assert [chip["label"] for chip in found["chips"]] == ["Groep: Papier", "Stand: Loopt nu"]
    assert [(field["name"], field["value"]) for field in found["filter_fields"]] == [
        ("zoek", ""),
        ("groep", "papier"),
    ]
    assert found["clear_url"] == "/lijst/"
    shown = asked("").form({"group": [("a", "A")]}, shown={"group": "a"})
    assert shown["chips"] == []
    assert shown["filter_fields"][1]["value"] == "a"


def test_a_chip_may_have_words_of_its_own_and_a_box_a_hint() -> None:
    day = Filter(
        "dag", "Stand op", shape=Date(required=False), typed=True, said=lambda day: f"Op {day:%d}", hint="dd"
    )
    found = Filters(day=day).asked_in(RequestFactory().get("/?dag=05-03-2026")).form({})
    assert [chip["label"] for chip in found["chips"]] == ["Op 05"]
    assert found["filter_fields"][0]["label"] == "Stand op (dd)"


def test_rest_has_the_same_filters_under_its_own_names() -> None:
    assert list(LIST.parameters) == ["product_group", "state", "year", "before"]
    read = {"product_group": "papier", "state": None, "year": 3, "before": None, "limit": 50}
    assert LIST.of_parameters(read) == {"search": None, "group": "papier", "state": None, "year": 3, "until": None}


def test_rows_are_narrowed_by_fields_and_by_functions() -> None:
    rows = LIST.narrowed(Organisation.objects.all(), {"group": "a", "search": "b", "year": None, "state": "open"})
    where = str(rows.query).partition("WHERE")[2]
    assert '"code" = a' in where
    assert "%b%" in where
    assert LIST.paths({"group": "", "year": 2026}) == {"pk": 2026}


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("groep=zetels", ["Groep: 'zetels' kennen wij hier niet."]),
        ("groep=papier", []),
        ("groep=pennen", []),
        ("groep=zetels&zoek=niets&jaar=2026", ["Groep: 'zetels' kennen wij hier niet."]),
        ("", []),
    ],
)
def test_a_value_that_nobody_knows_is_said(query: str, said: list[str]) -> None:
    """`names` are known without rows; of the years the page did not say which there are."""
    form = asked(query).form({"group": [("papier", "Papier")]}, {"group": [("pennen", "Pennen")]})
    assert form["unknown_filters"] == said
