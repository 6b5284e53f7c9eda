"""One shape reads JSON and form alike, names everything that is wrong, and yields its JSON Schema."""

from __future__ import annotations

import copy
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mvi_dashboard.ground.problems import Problem, Refused
from mvi_dashboard.ground.shapes import (
    CONFIRMATIONS,
    Boolean,
    Choice,
    Date,
    Fraction,
    Integer,
    ListOf,
    Moment,
    Money,
    Number,
    Object,
    Text,
    Uuid,
    Year,
    document_of,
    lift_confirmed,
    read,
    read_or_refuse,
    schema_of,
)

ROW = Object(
    {
        "material": Text(60, label="Materiaal"),
        "share": Fraction(exclusive_min=True, label="Aandeel"),
        "recycled": Fraction(messages={"null": "Onbekend? Vul 0 in: dan rekenen wij met nieuw materiaal."}),
    }
)
LINE = Object(
    {
        "name": Text(200),
        "mass_kg": Number(min=0, exclusive_min=True, unit="kg"),
        "count": Integer(min=1),
        "lifetime_years": Number(min=0, max=100, exclusive_min=True, unit="jaar"),
        "circular_strategy": Choice(("new", "reuse"), refused={"refuse": "Weigeren (R0) is geen aankoop."}),
        "bill_of_materials": ListOf(ROW, min_items=1),
        "added": Boolean(required=False),
    }
)
OFFER = Object(
    {
        "lot": Uuid(),
        "client_reference": Text(60, required=False),
        "price": Money(),
        "lines": ListOf(LINE, min_items=1, max_items=500),
        "confirmations": CONFIRMATIONS,
    }
)
GOOD: dict[str, Any] = {
    "lot": "6f1c7f0e-7a3c-4d86-9a30-6f4f5d0c1b2a",
    "price": "25000.00",
    "lines": [
        {
            "name": "Stoel “Ergo” – 50% wol & €-vrij, Ünïcode 椅子",
            "massKg": "12.5",
            "count": 100,
            "lifetimeYears": "7.5",
            "circularStrategy": "new",
            "billOfMaterials": [
                {"material": "steel", "share": "0.6", "recycled": "0.25"},
                {"material": "plastic", "share": Decimal("0.4"), "recycled": 0},
            ],
        }
    ],
}


def changed(path: str, value: Any) -> dict[str, Any]:
    """The good document with one value replaced."""
    document = copy.deepcopy(GOOD)
    node: Any = document
    *way, last = path.split(".")
    for part in way:
        node = node[int(part)] if part.isdigit() else node[part]
    node[int(last) if last.isdigit() else last] = value
    return document


def found(shape: Object, document: Any, **options: Any) -> list[tuple[str | None, str]]:
    return [(problem.attr, problem.code) for problem in read(shape, document, **options)[1]]


def test_a_good_document_is_read_in_snake_case_with_decimals() -> None:
    data, problems = read(OFFER, GOOD)
    assert problems == []
    assert data["lines"][0]["mass_kg"] == Decimal("12.5")
    assert data["lines"][0]["bill_of_materials"][1] == {
        "material": "plastic",
        "share": Decimal("0.4"),
        "recycled": Decimal(0),
    }
    assert data["client_reference"] is None
    assert data["confirmations"] == ()


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("lines.0.billOfMaterials.0.share", "-0.6", "range"),
        ("lines.0.billOfMaterials.0.share", "0", "range"),
        ("lines.0.billOfMaterials.0.share", "60", "range"),
        ("lines.0.billOfMaterials.0.recycled", "-0.01", "range"),
        ("lines.0.billOfMaterials.0.recycled", None, "required"),
        ("lines.0.massKg", "0", "range"),
        ("lines.0.massKg", "-0", "range"),
        ("lines.0.massKg", "12,5", "decimal_comma"),
        ("lines.0.massKg", "9999999999.9999", "max_value"),
        ("lines.0.massKg", {"value": 1}, "invalid_number"),
        ("lines.0.count", 0, "range"),
        ("lines.0.count", Decimal("1.5"), "invalid_integer"),
        ("lines.0.count", 9007199254740993, "max_value"),
        ("lines.0.lifetimeYears", "1000", "max_value"),
        ("lines.0.circularStrategy", "magic", "invalid_choice"),
        ("lines.0.circularStrategy", "refuse", "invalid_choice"),
        ("lines.0.circularStrategy", ["new"], "invalid_choice"),
        ("lines.0.billOfMaterials", None, "required"),
        ("lines.0.billOfMaterials", [], "required"),
        ("lines.0.billOfMaterials", {}, "invalid"),
        ("lines.0.billOfMaterials.0", None, "required"),
        ("lines.0.billOfMaterials.0", "steel", "invalid"),
        ("lines.0.billOfMaterials.0.impactOverride", "0", "unknown_field"),
        ("lines.0.name", "a\x00b", "null_characters"),
        ("lines.0.name", "stoel\u202exslx.exe", "control_characters"),
        ("lines.0.name", "x\r\nSet-Cookie: a=b", "control_characters"),
        ("lines.0.name", "\ud800", "control_characters"),
        ("lines.0.name", "x" * 201, "max_length"),
        ("lines.0.name", " ", "required"),
        ("lines.0.name", 12, "invalid"),
        ("lines.0.added", 1, "invalid"),
        ("lot", "99999999999999999999999", "does_not_exist"),
        ("price", "-1", "range"),
        ("price", "1.005", "max_decimal_places"),
        ("awarded", True, "unknown_field"),
    ],
)
def test_one_wrong_value_gives_one_problem_at_its_own_path(path: str, value: Any, code: str) -> None:
    assert found(OFFER, changed(path, value)) == [(path, code)]


@pytest.mark.parametrize(
    "text", ['=HYPERLINK("http://evil","klik")', "+31 20 1234567", "{{7*7}}", "../../etc/passwd"]
)
def test_text_that_is_only_dangerous_elsewhere_is_kept_as_it_is(text: str) -> None:
    data, problems = read(OFFER, changed("lines.0.name", text))
    assert (data["lines"][0]["name"], problems) == (text, [])


def test_all_problems_come_at_once_and_the_rest_stays_readable() -> None:
    document = changed("lines.0.massKg", "zwaar")
    document["lines"][0]["billOfMaterials"].append(None)
    document["lines"][0]["billOfMaterials"].append({"material": "wood", "share": "2", "recycled": "0"})
    document["organisation"] = "voorbeeldstad"
    del document["price"]
    data, problems = read(OFFER, document)
    assert {(problem.attr, problem.code) for problem in problems} == {
        ("lines.0.massKg", "invalid_number"),
        ("lines.0.billOfMaterials.2", "required"),
        ("lines.0.billOfMaterials.3.share", "range"),
        ("organisation", "unknown_field"),
        ("price", "required"),
    }
    rows = data["lines"][0]["bill_of_materials"]
    assert "mass_kg" not in data["lines"][0]
    assert [row.get("material") for row in rows] == ["steel", "plastic", None, "wood"]


def test_messages_say_what_to_do() -> None:
    def detail(path: str, value: Any) -> str:
        return read(OFFER, changed(path, value))[1][0].detail

    assert detail("lines.0.billOfMaterials.0.recycled", None).startswith("Onbekend? Vul 0 in")
    assert "bedoelde u 0,6?" in detail("lines.0.billOfMaterials.0.share", "60")
    assert "laat de regel weg" in detail("lines.0.billOfMaterials.0.share", "0")
    assert "bedoelde u 'new'" in detail("lines.0.circularStrategy", "NEW ")
    assert "kies uit: new, reuse" in detail("lines.0.circularStrategy", "magic")
    assert "R0" in detail("lines.0.circularStrategy", "refuse")
    assert "adres en uit uw sleutel" in detail("supplier", "leverancier-b")
    assert "100 jaar" in detail("lines.0.lifetimeYears", "1000")
    assert "De eenheid is jaar" in detail("lines.0.lifetimeYears", "60 maanden")


def test_an_unknown_field_cannot_smuggle_odd_characters_into_the_answer() -> None:
    (problem,) = read(OFFER, {**GOOD, "\ud800\u202e" + "x" * 500: 1})[1]
    assert problem.attr is not None
    assert problem.attr.encode()
    assert len(problem.attr) < 70


def test_a_partial_shape_reads_only_what_is_sent() -> None:
    shape = Object({"reference": Text(60), "end": Date(), "parent": Uuid(required=False)}).as_partial()
    assert read(shape, {"parent": None}) == ({"parent": None}, [])
    assert found(shape, {"end": None}) == [("end", "required")]


@pytest.mark.parametrize("document", [None, [], "x", 1, True])
def test_a_document_that_is_no_object_is_refused_as_a_whole(document: Any) -> None:
    assert found(OFFER, document) == [(None, "invalid")]


DATES = Object({"date": Date()})
MOMENTS = Object({"deadline": Moment()})


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("2026-02-30", "invalid_date"),
        ("01-02-2026", "invalid_date"),
        ("2026-W01-1", "invalid_date"),
        ("20260101", "invalid_date"),
        (46023, "invalid_date"),
        ("0000-00-00", "invalid_date"),
        ("２026-01-01", "invalid_date"),
        ("9999-12-31", "range"),
        ("1999-12-31", "range"),
    ],
)
def test_a_date_has_one_spelling_and_lies_between_2000_and_2100(sent: Any, code: str) -> None:
    assert found(DATES, {"date": sent}) == [("date", code)]


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("0001-01-01T00:00:00", "range"),
        ("2037-03-29T02:30:00[Europe/Amsterdam]", "invalid_date"),
        ("2037-03-29T12:30:00[Europe/Amsterdam]", "invalid_date"),
        ("2026-03-05T12:00:00", "invalid_date"),
        ("2026-03-05T25:00:00Z", "invalid_date"),
        ("2026-03-05T12:00:00+99:00", "invalid_date"),
        ("2026-03-05", "invalid_date"),
        (1, "invalid_date"),
    ],
)
def test_a_moment_needs_an_offset(sent: Any, code: str) -> None:
    assert found(MOMENTS, {"deadline": sent}) == [("deadline", code)]


def test_the_hour_that_summer_time_skips_is_named() -> None:
    problems = read(MOMENTS, {"deadline": "2037-03-29T02:30:00[Europe/Amsterdam]"})[1]
    assert "zomertijd" in problems[0].detail


@pytest.mark.parametrize(
    "sent",
    ["2026-03-05T12:00:00+01:00", "2026-03-05T11:00:00.000000Z", "2026-03-05T12:00+01:00[Europe/Amsterdam]"],
)
def test_moments_are_kept_in_utc(sent: str) -> None:
    assert read_or_refuse(MOMENTS, {"deadline": sent})["deadline"] == datetime(2026, 3, 5, 11, tzinfo=UTC)


def test_years_are_four_digits() -> None:
    shape = Object({"year": Year()})
    assert found(shape, {"year": "20x6"}) == [("year", "invalid")]
    assert read(shape, {"year": "2026"})[0] == {"year": 2026}


def test_a_form_is_read_with_comma_percentage_and_dutch_date() -> None:
    shape = Object(
        {
            "mass_kg": Number(min=0),
            "share": Fraction(),
            "count": Integer(),
            "date": Date(),
            "deadline": Moment(),
            "note": Text(100, required=False),
            "main": Boolean(required=False, default=False),
        }
    )
    posted = [
        ("massKg", "1.234,5"),
        ("share", "62,5 %"),
        ("count", "1.200"),
        ("date", "5-3-2026"),
        ("deadline", "2026-07-01T12:00"),
        ("note", "  "),
        ("main", "on"),
    ]
    assert read(shape, document_of(posted), typed=True) == (
        {
            "mass_kg": Decimal("1234.5"),
            "share": Decimal("0.625"),
            "count": 1200,
            "date": date(2026, 3, 5),
            "deadline": datetime(2026, 7, 1, 10, tzinfo=UTC),
            "note": None,
            "main": True,
        },
        [],
    )
    assert found(shape, {**document_of(posted), "massKg": " ", "share": "101"}, typed=True) == [
        ("massKg", "required"),
        ("share", "range"),
    ]


def test_form_and_rest_give_the_same_data_for_the_same_offer() -> None:
    posted = [
        ("lot", GOOD["lot"]),
        ("price", "25.000,00"),
        ("lines.0.name", GOOD["lines"][0]["name"]),
        ("lines.0.massKg", "12,5"),
        ("lines.0.count", "100"),
        ("lines.0.lifetimeYears", "7,5"),
        ("lines.0.circularStrategy", "new"),
        ("lines.0.billOfMaterials.0.material", "steel"),
        ("lines.0.billOfMaterials.0.share", "60"),
        ("lines.0.billOfMaterials.0.recycled", "25"),
        ("lines.0.billOfMaterials.1.material", ""),
        ("lines.0.billOfMaterials.1.share", ""),
        ("lines.0.billOfMaterials.2.material", "plastic"),
        ("lines.0.billOfMaterials.2.share", "40"),
        ("lines.0.billOfMaterials.2.recycled", "0"),
    ]
    assert read(OFFER, document_of(posted), typed=True) == read(OFFER, GOOD)


def test_only_the_named_problem_is_lifted_by_a_confirmation() -> None:
    heavy = Problem(("lines", 0, "massKg"), "plausibility", "Ongewoon.", confirmable=True)
    wrong = Problem(("lines", 0, "share"), "range", "Fout.")
    given_reasons = [{"attr": "lines.0.massKg", "code": "plausibility", "reason": "Brug."}]
    assert lift_confirmed([heavy, wrong], given_reasons) == ([wrong], given_reasons)
    assert lift_confirmed([heavy], [{"attr": "lines.1.massKg", "code": "plausibility", "reason": "x"}]) == (
        [heavy],
        [],
    )


def test_a_refusal_carries_every_problem() -> None:
    with pytest.raises(Refused) as refused:
        read_or_refuse(OFFER, {})
    assert {problem.attr for problem in refused.value.problems} == {"lot", "price", "lines"}


def test_the_schema_accepts_what_is_read_and_names_units_and_definitions() -> None:
    schema = schema_of(OFFER, title="Inschrijving")
    jsonschema.Draft202012Validator.check_schema(schema)
    sent = changed("lines.0.billOfMaterials.1.share", "0.4")
    jsonschema.validate(sent, schema)
    line = schema["properties"]["lines"]["items"]
    assert line["properties"]["massKg"]["x-unit"] == "kg"
    assert line["properties"]["massKg"]["exclusiveMinimum"] == 0
    assert "added" not in line["required"]
    assert line["properties"]["billOfMaterials"]["items"]["properties"]["share"]["title"] == "Aandeel"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**sent, "awarded": True}, schema)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text() | st.decimals(),
        lambda inner: (
            st.lists(inner) | st.dictionaries(st.sampled_from(["lot", "lines", "name", "share", "x"]), inner)
        ),
        max_leaves=20,
    )
)
def test_whatever_is_sent_reading_ends_in_data_and_problems(document: Any) -> None:
    data, problems = read(OFFER, document)
    assert isinstance(data, dict)
    assert problems
    assert read(OFFER, document, typed=True)[1]
