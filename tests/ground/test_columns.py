"""Columns of files of others: recognised or asked, read by cell with its place, and saved to be used again."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from mvi_dashboard.ground.access import CONTRACT_EDIT, CONTRACT_READ, Actor
from mvi_dashboard.ground.columns import detecting, fields, page, saving
from mvi_dashboard.ground.columns.applying import Applied
from mvi_dashboard.ground.columns.detecting import Reading, detect
from mvi_dashboard.ground.columns.fields import Field, Layout, Value
from mvi_dashboard.ground.columns.signs import date_in, date_votes, decimal_votes, number_in
from mvi_dashboard.ground.intake import Figure, Moment, Table, read_table
from mvi_dashboard.ground.models import AuditEntry, ColumnProfile, Organisation, Role, User
from mvi_dashboard.ground.problems import Kind, Refused
from mvi_dashboard.ground.unreadable import Unreadable

pytestmark = pytest.mark.any_database
INVOICES = Layout(
    code="proof-invoices",
    label="Facturen",
    permission=CONTRACT_EDIT,
    reads=CONTRACT_READ,
    fields=(
        Field(code="supplier", label="Leverancier", required=True, synonyms=("crediteur", "vendor", "supplier")),
        Field(
            code="amount",
            label="Bedrag zonder btw",
            value=Value.MONEY,
            synonyms=("bedrag", "amount", "bedrag excl btw"),
            example="1250,00",
        ),
        Field(code="gross", label="Bedrag met btw", value=Value.MONEY, synonyms=("bedrag incl btw",)),
        Field(code="day", label="Datum", value=Value.DATE, required=True, synonyms=("boekdatum", "date")),
        Field(code="category", label="Categorie", synonyms=("grootboek", "ledger account")),
    ),
    one_of=(("amount", "gross"),),
)
FILE = """Crediteur;Bedrag_EUR;Boekdatum;Grootboek;Vrij1
Bouw Model B.V.;1.250,00;03-11-2025;434000 Onderhoud;J
Groen Proef;−80,00;17-11-2025;;N
Groen Proef;12,5;18-11-2025;434100 Groen;N
"""
DOCUMENT: dict[str, Any] = {
    "kind": INVOICES.code,
    "name": "crediteuren",
    "columns": [{"header": "Crediteur", "field": "supplier"}, {"header": "Boekdatum", "field": "day"}],
    "decimal": ",",
    "dateForm": "dmy",
}


@pytest.fixture(autouse=True)
def _declared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(fields._known, INVOICES.code, INVOICES)


def table_of(text: str) -> Table:
    return read_table(text.encode(), "uitgaven.csv", decimal=",")


def read_all(text: str, reading: Reading | None = None) -> tuple[list[Any], Applied]:
    table = table_of(text)
    applied = Applied(table, INVOICES, reading or detect(table, INVOICES).reading)
    return list(applied.rows()), applied


def told(applied: Applied) -> list[tuple[Any, str]]:
    return [(problem.attr, problem.code) for problem in applied.problems]


def test_columns_are_recognised_by_name_and_by_what_stands_in_them() -> None:
    found = detect(table_of(FILE), INVOICES)
    assert [(column.letter, column.field) for column in found.columns] == [
        ("A", "supplier"),
        ("B", "amount"),
        ("C", "day"),
        ("D", "category"),
        ("E", ""),
    ]
    assert (found.decimal, found.date_form, found.questions) == (",", "dmy", ())
    assert found.columns[3].empty == pytest.approx(1 / 3)
    assert found.columns[1].examples == ("1.250,00", "−80,00", "12,5")


def test_an_amount_without_a_known_name_is_recognised_only_when_one_column_can_be_it() -> None:
    found = detect(table_of("Vendor;X;Op\nA B.V.;1.250,00;17-11-2025\n"), INVOICES)
    assert found.reading.columns == {"supplier": 0, "day": 2}
    assert [problem.attr for problem in page.missing_columns(INVOICES, found.reading)] == ["columns.amount"]


def test_two_columns_that_are_as_good_are_a_question() -> None:
    found = detect(table_of("Crediteur;Vendor;Datum\nA;B;17-11-2025\n"), INVOICES)
    assert [(each.about, len(each.choices)) for each in found.questions] == [("supplier", 2)]
    assert "supplier" not in found.reading.columns


@pytest.mark.parametrize(
    ("cells", "answer", "asks", "contradicts"),
    [
        (["1.250", "17,5"], ",", False, False),
        (["1,250", "17.50"], ".", False, False),
        (["1.234.567"], ",", False, False),
        (["1.250", "2.500"], "", True, False),
        (["1.250,00", "1,250.00"], "", False, True),
        (["12", "-5"], "", False, False),
        (["0.250"], ".", False, False),
    ],
)
def test_the_decimal_sign_is_found_over_all_values_or_asked(
    cells: list[str], answer: str, asks: bool, contradicts: bool
) -> None:
    votes = decimal_votes(enumerate(cells, start=2))
    assert (votes.answer, votes.asks, votes.contradicts) == (answer, asks, contradicts)


@pytest.mark.parametrize(
    ("cells", "answer", "asks"),
    [
        (["03-04-2026", "17-04-2026"], "dmy", False),
        (["3/4/2026", "4/17/2026"], "mdy", False),
        (["2026-04-17"], "ymd", False),
        (["20260417"], "ymd", False),
        (["03-04-2026"], "", True),
        (["05-05-2026"], "", False),
    ],
)
def test_the_form_of_dates_is_found_over_all_values_or_asked(cells: list[str], answer: str, asks: bool) -> None:
    votes = date_votes(enumerate(cells, start=2))
    assert (votes.answer, votes.asks) == (answer, asks)


def test_what_the_file_does_not_say_is_asked_with_the_row_that_raises_it() -> None:
    found = detect(table_of("Crediteur;Bedrag;Datum\nA;1.250;03-04-2026\n"), INVOICES)
    assert [each.about for each in found.questions] == ["decimal", "date_form"]
    assert all("rij 2" in each.text for each in found.questions)
    both = detect(table_of("Crediteur;Bedrag;Datum\nA;1.250,50;17-04-2026\nB;1,250.50;4/17/2026\n"), INVOICES)
    assert "rij 2" in both.questions[0].text
    assert "rij 3" in both.questions[0].text


@pytest.mark.parametrize(
    ("cell", "decimal", "value"),
    [
        ("€ 1.250,50", ",", "1250.50"),
        ("1 250,50", ",", "1250.50"),
        ("80,00-", ",", "-80.00"),
        ("(80,00)", ",", "-80.00"),
        ("1,250.50", ".", "1250.50"),
        ("1'250.50", ".", "1250.50"),
        ("EUR 1.234.567", ",", "1234567"),
        (Figure("1250.5"), ",", "1250.5"),
    ],
)
def test_amounts_are_read_as_bookkeeping_writes_them(cell: str, decimal: str, value: str) -> None:
    assert number_in(cell, decimal) == Decimal(value)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("1,250.00", "mixed_decimal"),
        ("12.5", "mixed_decimal"),
        ("$ 100", "currency"),
        ("100 USD", "currency"),
        ("1.25.0", "invalid_number"),
        ("n.v.t.", "invalid_number"),
        (Moment("2026-01-01"), "invalid_number"),
    ],
)
def test_what_is_no_amount_in_euro_is_named(cell: str, code: str) -> None:
    with pytest.raises(Unreadable) as unreadable:
        number_in(cell, ",")
    assert unreadable.value.code == code
    assert unreadable.value.detail


@pytest.mark.parametrize(("cell", "form"), [("03-04-2026", "dmy"), ("04/03/2026", "mdy"), ("2026-4-3", "dmy")])
def test_a_day_is_read_in_the_form_that_was_chosen(cell: str, form: str) -> None:
    assert date_in(cell, form) == date(2026, 4, 3)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("31-02-2026", "invalid_date"),
        ("3 april", "invalid_date"),
        ("03-04-26", "invalid_date"),
        ("01-01-1026", "range"),
        (Moment("2026-01-01 12:00:00"), "invalid_date"),
    ],
)
def test_what_is_no_day_is_named(cell: str, code: str) -> None:
    with pytest.raises(Unreadable) as unreadable:
        date_in(cell, "dmy")
    assert unreadable.value.code == code


def test_rows_are_typed_and_what_is_wrong_is_told_by_row_and_column() -> None:
    rows, applied = read_all(FILE + "Derde;12,x;19-11-2025;;\n;4,00;20-11-2025;;\n")
    assert rows[1] == (
        3,
        {"supplier": "Groen Proef", "amount": Decimal("-80.00"), "day": date(2025, 11, 17), "category": None},
    )
    assert told(applied) == [("rows.5.Bedrag_EUR", "invalid_number"), ("rows.6.Crediteur", "required")]
    assert all(f"Rij {row}, kolom {column} (" in problem.detail for row, column, problem in zip(
        (5, 6), "BA", applied.problems, strict=True
    ))  # fmt: skip
    assert applied.wrong_rows == {5, 6}


@pytest.mark.parametrize(
    "last",
    [
        "Totaal;1.182,50;;;",
        "Eindtotaal:;1.182,50;;;",
        "Totaal 2025;1.182,50;;;",
        "Totaal crediteuren;1.182,50;;;",
        "Grand total;1.182,50;;;",
        ";1.182,50;;;",
    ],
)
def test_a_row_that_adds_up_others_is_no_entry(last: str) -> None:
    rows, applied = read_all(FILE + last + "\n")
    assert (len(rows), applied.totals, told(applied)) == (3, [5], [])


def test_a_supplier_called_total_is_one_and_an_amount_without_a_name_is_no_total() -> None:
    rows, applied = read_all(FILE + "Totaal Bouw B.V.;7,00;20-11-2025;;\n;5,00;;;\n")
    assert len(rows) == 4
    assert applied.totals == []
    assert [code for _, code in told(applied)] == ["required", "required"]


def test_words_of_the_file_are_read_as_the_profile_says() -> None:
    table = table_of(FILE)
    found = detect(table, INVOICES).reading
    reading = Reading(found.columns, found.decimal, found.date_form, {"category": {"434100 Groen": "groen"}})
    rows = list(Applied(table, INVOICES, reading).rows())
    assert rows[2][1]["category"] == "groen"


def test_what_a_person_chose_is_checked_at_each_input() -> None:
    table = table_of(FILE)
    with pytest.raises(Refused) as refused:
        page.chosen({"kolom-0": "supplier", "kolom-3": "supplier", "kolom-4": "nothing"}, table, INVOICES)
    assert [(each.attr, each.code) for each in refused.value.problems] == [
        ("kolom-3", "duplicate_line"),
        ("kolom-4", "invalid_choice"),
        ("decimal", "required"),
        ("date_form", "required"),
        ("columns.day", "required"),
        ("columns.amount", "required"),
    ]
    posted = {"kolom-0": "supplier", "kolom-1": "amount", "kolom-2": "day", "decimal": ",", "date_form": "dmy"}
    assert page.chosen(posted, table, INVOICES) == Reading({"supplier": 0, "amount": 1, "day": 2}, ",", "dmy")


@pytest.fixture
def manager(organisation: Organisation, actor_as: Callable[..., Actor]) -> Actor:
    """A contract manager, who may bring such a file in."""
    return actor_as(Role.CONTRACT_MANAGER, organisation)


@pytest.mark.django_db
def test_a_profile_is_used_again_when_all_of_its_columns_are_there(manager: Actor) -> None:
    table = table_of(FILE)
    reading = detect(table, INVOICES).reading
    made = saving.create_profile(
        manager, document={"kind": INVOICES.code, **page.document_of("crediteuren", table, reading)}
    )
    saving.create_profile(manager, document=DOCUMENT | {"name": "kort"})
    rows = saving.profiles_for(made.organisation_id, INVOICES)
    assert [each.name for each in detecting.profiles_that_fit(table, rows)] == ["crediteuren", "kort"]
    assert detecting.reading_of(table, made) == reading
    other = table_of("Boekdatum;Crediteur\n17-11-2025;A\n")
    assert [each.name for each in detecting.profiles_that_fit(other, rows)] == ["kort"]
    assert AuditEntry.objects.filter(verb="column_profile.create").count() == 2


@pytest.mark.django_db
def test_what_is_wrong_with_a_profile_is_said_at_once(manager: Actor) -> None:
    columns = [
        {"header": "A", "field": "supplier"},
        {"header": "a", "field": "supplier"},
        {"header": "B", "field": "suplier"},
    ]
    with pytest.raises(Refused) as refused:
        saving.create_profile(manager, document=DOCUMENT | {"columns": columns, "decimal": ";"})
    assert [(each.attr, each.code) for each in refused.value.problems] == [
        ("decimal", "invalid_choice"),
        ("columns.1.field", "duplicate_line"),
        ("columns.1.header", "duplicate_line"),
        ("columns.2.field", "invalid_choice"),
    ]
    saving.create_profile(manager, document=DOCUMENT)
    with pytest.raises(Refused) as again:
        saving.create_profile(manager, document=DOCUMENT)
    assert [each.code for each in again.value.problems] == ["duplicate"]


@pytest.mark.django_db
def test_a_profile_gets_another_name_under_its_version_and_ends_for_good(manager: Actor) -> None:
    made = saving.create_profile(manager, document=DOCUMENT)
    document = saving.document_of_profile(made) | {"name": "boekhouding"}
    changed = saving.change_profile(manager, profile_id=made.public_id, document=document, expected_version=1)
    assert (changed.name, changed.version) == ("boekhouding", 2)
    same = saving.change_profile(manager, profile_id=made.public_id, document=document, expected_version=2)
    assert same.version == 2
    with pytest.raises(Refused) as stale:
        saving.change_profile(manager, profile_id=made.public_id, document=document, expected_version=1)
    assert stale.value.kind is Kind.STALE
    saving.end_profile(manager, profile_id=made.public_id, document={"reason": "Nieuw programma."})
    with pytest.raises(Refused) as over:
        saving.end_profile(manager, profile_id=made.public_id, document={"reason": "Nog eens."})
    assert over.value.problems[0].code == "already_ended"
    assert saving.create_profile(manager, document=DOCUMENT | {"name": "boekhouding"}).ended_at is None


@pytest.mark.django_db
def test_a_profile_is_of_one_organisation_and_of_who_may_bring_such_a_file_in(
    manager: Actor, organisation: Organisation, other_organisation: Organisation, actor_as: Callable[..., Actor]
) -> None:
    made = saving.create_profile(manager, document=DOCUMENT)
    outsider = actor_as(Role.CONTRACT_MANAGER, other_organisation)
    reader = actor_as(Role.AUDITOR, organisation)
    assert list(saving.profiles_visible_to(outsider)) == []
    assert list(saving.profiles_visible_to(reader)) == [made]
    for actor, kind in ((outsider, Kind.NOT_FOUND), (reader, Kind.FORBIDDEN)):
        with pytest.raises(Refused) as refused:
            saving.end_profile(actor, profile_id=made.public_id, document={"reason": "Weg."})
        assert refused.value.kind is kind
    with pytest.raises(Refused) as elsewhere:
        saving.create_profile(manager, document=DOCUMENT | {"organisation": other_organisation.code})
    assert elsewhere.value.problems[0].attr == "organisation"
    with pytest.raises(Refused) as unknown:
        saving.profile_named(organisation.pk, INVOICES, "crediteur")
    assert unknown.value.problems[0].code == "does_not_exist"


@pytest.mark.django_db
def test_profiles_over_rest(
    client: Client,
    bearer: Callable[..., dict[str, str]],
    organisation: Organisation,
    other_organisation: Organisation,
) -> None:
    key = bearer(Role.CONTRACT_MANAGER, organisation)

    def send(method: str, path: str, body: Any, **headers: str) -> Any:
        call = getattr(client, method)
        return call(path, json.dumps(body), content_type="application/json", headers=key | headers)

    made = send("post", "/api/v1/column-profiles", DOCUMENT, **{"Idempotency-Key": "1"})
    assert made.status_code == 201, made.content
    place = made["Location"]
    listed = client.get("/api/v1/column-profiles?kind=proof-invoices", headers=key).json()["results"]
    assert [row["name"] for row in listed] == ["crediteuren"]
    body = {name: made.json()[name] for name in ("columns", "decimal", "dateForm", "mappings")} | {"name": "nieuw"}
    changed = send("put", place, body, **{"If-Match": made["ETag"]})
    assert (changed.status_code, changed.json()["name"], changed.json()["version"]) == (200, "nieuw", 2)
    others = bearer(Role.CONTRACT_MANAGER, other_organisation)
    assert client.get(place, headers=others).status_code == 404
    ended = send("post", f"{place}/_end", {"reason": "Niet meer nodig."}, **{"Idempotency-Key": "2"})
    assert ended.json()["endedAt"] is not None


@pytest.mark.django_db
def test_the_pages_list_put_right_and_end_a_profile(
    client: Client, new_person: Callable[..., User], organisation: Organisation, manager: Actor
) -> None:
    made = saving.create_profile(manager, document=DOCUMENT)
    client.force_login(new_person(Role.CONTRACT_MANAGER, organisation))
    listed = client.get("/gegevens/indelingen/").content.decode()
    assert "crediteuren" in listed
    assert "Facturen" in listed
    place = f"/gegevens/indelingen/{made.public_id}/"
    assert 'value="supplier" selected' in client.get(place).content.decode()
    posted = {"name": "boekhouding", "decimal": ".", "dateForm": "ymd", "betekenis-0": "supplier", "version": "1"}
    assert client.post(place, posted).status_code == 302
    row = ColumnProfile.objects.get()
    assert (row.name, row.decimal, row.date_form) == ("boekhouding", ".", "ymd")
    assert row.columns == [{"header": "Crediteur", "field": "supplier"}]
    assert client.post(f"{place}einde/", {"reason": "Nieuw programma."}).status_code == 302
    assert "nog geen indelingen" in client.get("/gegevens/indelingen/").content.decode()


@pytest.mark.django_db
def test_the_file_to_fill_in_is_recognised_as_a_whole(
    client: Client, new_person: Callable[..., User], organisation: Organisation
) -> None:
    client.force_login(new_person(Role.CONTRACT_MANAGER, organisation))
    for kind in ("csv", "xlsx"):
        answer = client.get(f"/gegevens/indelingen/sjabloon/proof-invoices/?als={kind}")
        table = read_table(answer.content, f"sjabloon.{kind}", decimal=",")
        assert set(detect(table, INVOICES).reading.columns) == set(INVOICES.by_code)
    client.force_login(new_person(Role.REFERENCE_MANAGER))
    assert client.get("/gegevens/indelingen/sjabloon/proof-invoices/").status_code == 403
    assert client.get("/gegevens/indelingen/").status_code == 403
