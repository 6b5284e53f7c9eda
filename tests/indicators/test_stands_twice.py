"""The same factor twice in a file: with one value it counts once and is said, with two it is refused with both."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from indicators.factors import factor_imports
from indicators.models import FactorSetVersion, ImportPreview
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import Role
from mvi_dashboard.ground.problems import Refused
from mvi_dashboard.ground.sent_files import Upload

from .epd_files import ALUMINIUM, zipped
from .epd_files import content_of as declaration
from .factor_files import ROWS, as_csv, as_xlsx
from .test_layouts import content_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference"), pytest.mark.any_database]
GIVEN = {"factorSet": "nl-open-2026", "version": "2", "mode": "supplement"}


@pytest.fixture
def manager(actor_as: Callable[..., Actor]) -> Actor:
    return actor_as(Role.REFERENCE_MANAGER)


def preview_of(manager: Actor, content: bytes, name: str = "bron.csv", **given: str) -> ImportPreview:
    return factor_imports.preview_factors(manager, document=GIVEN | given, upload=Upload(name, content))


def details_of(manager: Actor, content: bytes, name: str = "bron.csv", **given: str) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as refused:
        preview_of(manager, content, name, **given)
    return [(problem.code, problem.detail) for problem in refused.value.problems]


TWICE: dict[str, tuple[bytes, bytes, bytes, tuple[str, str]]] = {
    "defra-material-use": (
        b"Material use,Construction,Aggregates,,Primary", b"7.79306", b"9.5", ("7.79306", "9.5"),
    ),
    "defra-waste-disposal": (b"Aggregates,,Open-loop", b"1.00835", b"2.5", ("0,00100835", "0,0025")),
    "ice-v2": (b"Aluminium,General,Recycled", b"1.810", b"2.5", ("1.810", "2.5")),
    "nl-co2emissiefactoren": (b"Benzine (fossiel) E0", b"3.059", b"4.5", ("3,059", "4,5")),
    "rivm-voedsel": (b"Voorgebakken diepvries friet", b"2.43559884973185", b"3.5", ("2,43559884973185", "3,5")),
}  # fmt: skip
"""A line of the excerpt, a value in it, another value, and how both are named."""


def _line(layout: str) -> tuple[bytes, bytes]:
    content = content_of("excerpt", layout)
    start = TWICE[layout][0]
    (line, *_) = [line for line in content.splitlines() if start in line]
    return content.rstrip(b"\r\n") + b"\n", line


@pytest.mark.parametrize("layout", TWICE)
def test_a_row_of_a_source_that_says_the_same_again_counts_once_and_is_named(layout: str, manager: Actor) -> None:
    content, line = _line(layout)
    before = preview_of(manager, content, layout=layout).summary
    again = preview_of(manager, content + line + b"\n", layout=layout).summary
    assert again["read"] == before["read"]
    assert [row["rows"] for row in again["leftOut"] if "zegt hetzelfde als regel" in row["why"]] != []


@pytest.mark.parametrize("layout", TWICE)
def test_a_row_of_a_source_with_another_value_is_refused_with_both(layout: str, manager: Actor) -> None:
    content, line = _line(layout)
    _, value, other, named = TWICE[layout]
    found = details_of(manager, content + line.replace(value, other) + b"\n", layout=layout)
    assert {code for code, _ in found} == {"duplicate_line"}
    assert all(each in found[0][1] for each in (*named, "staat er al (regel "))


def test_an_effect_in_two_columns_is_refused(manager: Actor) -> None:
    content = content_of("excerpt", "rivm-voedsel")
    content = content.replace(b"Terrestrial acidification", b"Global warming", 1).replace(
        b"kg SO2 eq", b"kg CO2 eq", 1
    )
    found = details_of(manager, content, layout="rivm-voedsel")
    assert ("duplicate_column", "Global warming in kg CO2 eq staat in kolom 4 en 5: haal er één weg.") in found


@pytest.mark.parametrize(("make", "name"), [(as_csv, "a.csv"), (as_xlsx, "a.xlsx")])
def test_our_own_columns_take_a_row_once_and_never_two_values(
    make: Callable[..., bytes], name: str, manager: Actor
) -> None:
    told = {"layout": "own", "decimal": ","}
    same = preview_of(manager, make([*ROWS, ROWS[0]]), name, **told)
    assert same.summary["read"] == len(ROWS)
    assert {"what": "1 rij (5)", "why": "zegt hetzelfde als regel 2: die telt één keer", "rows": 1} in (
        same.summary["leftOut"]
    )
    version = factor_imports.confirm_import(manager, same.public_id)
    assert version.factors.filter(material__code="steel", indicator__code="climate").count() == 1
    other: list[Any] = [*ROWS[0]]
    other[2] = 9.5
    ((code, detail),) = details_of(manager, make([*ROWS, other]), name, **told, version="3")
    assert code == "duplicate_line"
    assert "met 2,25 en gerecycled 0,5; hier staat 9,5 en gerecycled 0,5" in detail


def test_the_same_in_another_unit_is_the_same(manager: Actor) -> None:
    grams: list[Any] = [*ROWS[1]]
    grams[2], grams[4] = 125, "g CO2-eq/kg"
    found = preview_of(manager, as_csv([*ROWS, grams]), layout="own", decimal=",")
    assert found.summary["read"] == len(ROWS)


def test_the_same_declaration_twice_in_a_zip_counts_once(manager: Actor) -> None:
    parts = {"a_json": declaration(ALUMINIUM), "b_json": declaration(ALUMINIUM)}
    found = preview_of(manager, zipped(**parts), "a.zip", layout="ilcd-epd")
    assert found.summary["read"] == 9


def test_a_list_over_rest_says_what_stands_in_it_twice(manager: Actor) -> None:
    row = {"material": "steel", "indicator": "climate", "value": "2", "unit": "kg CO2-eq/kg", "source": "x"}
    with pytest.raises(Refused) as refused:
        factor_imports.preview_factors(manager, document=GIVEN | {"factors": [row, row | {"value": "3"}]})
    (problem,) = refused.value.problems
    assert (problem.attr, problem.code) == ("factors.1.material", "duplicate_line")
    assert "met 2; hier staat 3" in problem.detail
    assert FactorSetVersion.objects.filter(version="2").count() == 0
