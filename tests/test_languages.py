"""Which language a page, a number, a date, a mail and a refusal have, and how what is typed is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import get_resolver, reverse

from mvi_dashboard import page_languages
from mvi_dashboard.ground import formats, numbers
from mvi_dashboard.ground.forms import NlDateField
from mvi_dashboard.ground.languages import english, speaking, types_english, worded
from mvi_dashboard.ground.models import Organisation, Role, User
from mvi_dashboard.ground.outbox.texts import words_of
from mvi_dashboard.ground.problems import refuse
from mvi_dashboard.ground.shapes import Date, Fraction, Integer, Number, Object, Text, read
from mvi_dashboard.ground.unreadable import Unreadable

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
BROWSER = {"headers": {"accept-language": "en-GB,en;q=0.9,nl;q=0.5"}}
LOGIN = "/inloggen/"


@pytest.fixture
def in_english() -> Iterator[None]:
    with speaking("en", typing=True):
        yield


def language_of(answer: Any) -> str:
    """What the page says of itself, in its head and in its first tag."""
    told = answer.headers["Content-Language"]
    assert f'<html lang="{told}"' in answer.content.decode()
    return str(told)


def test_a_page_is_dutch_unless_somebody_asks_otherwise() -> None:
    assert language_of(Client().get(LOGIN)) == "nl"
    assert language_of(Client(headers={"accept-language": "fr, de;q=0.9"}).get(LOGIN)) == "nl"
    page = Client(**BROWSER).get(LOGIN)
    assert language_of(page) == "en"
    assert {"Accept-Language", "Cookie"} <= {each.strip() for each in page.headers["Vary"].split(",")}
    assert "Sign in" in page.content.decode()
    assert not english()


def test_what_was_chosen_at_the_foot_goes_before_the_browser_and_the_profile_before_both(
    new_person: Callable[..., User],
    organisation: Organisation,
) -> None:
    client = Client(**BROWSER)
    answer = client.get("/taal/nl/?terug=/inloggen/")
    assert answer["Location"] == LOGIN
    assert language_of(client.get(LOGIN)) == "nl"
    user = new_person(Role.AUDITOR, organisation)
    User.objects.filter(pk=user.pk).update(language="en")
    client.force_login(User.objects.get(pk=user.pk))
    assert language_of(client.get("/profiel/")) == "en"


@pytest.mark.parametrize("back", ["https://elders.invalid/", "//elders.invalid/", "javascript:alert(1)", "", "x"])
def test_choosing_a_language_leads_nowhere_else(back: str) -> None:
    answer = Client().get("/taal/en/", {"terug": back})
    assert answer["Location"] == "/"


def test_a_language_that_we_do_not_have_is_not_there() -> None:
    answer = Client(**BROWSER).get("/taal/fr/")
    assert answer.status_code == 404
    assert language_of(answer) == "en"
    assert "This page is not here" in answer.content.decode()


def test_a_page_without_english_is_dutch_as_a_whole_and_says_so() -> None:
    page = Client(**BROWSER).get("/toegankelijkheid/")
    assert language_of(page) == "en"
    other = Client(**BROWSER).get(reverse("indicators:materials"))
    assert language_of(other) == "nl"
    assert '<p class="only-screen soft" lang="en">' in other.content.decode()


def test_every_page_that_is_said_to_be_in_english_exists() -> None:
    names = page_languages.FOR_ALL | page_languages.FOR_SUPPLIERS
    known = {str(name) for name in get_resolver().reverse_dict} | {
        f"{space}:{name}"
        for space, (_, resolver) in get_resolver().namespace_dict.items()
        for name in resolver.reverse_dict
    }
    assert names <= known, names - known


def test_figures_and_days_are_written_in_the_language_of_the_page(in_english: None) -> None:
    space = formats.NO_BREAK
    assert formats.number(12384.5) == f"12{space}385"
    assert formats.number(1.8945) == "1.89"
    assert formats.number(None) == "unknown"
    assert formats.percentage(0.67) == "67%"
    assert formats.percentage_change(27.96) == "29 times as much"
    assert formats.change(-9530) == f"−9{space}530"
    assert formats.euros(Decimal("12.5")) == "€12.50"
    assert formats.counted(1, "regel", "regels") == "1 line"
    assert formats.part_counted(3, 12, "regel", "regels") == "3 of 12 lines"
    assert formats.day(date(2026, 11, 18)) == "18 November 2026"
    assert formats.short_day(date(2026, 11, 18)) == "2026-11-18"
    end = datetime(2027, 1, 7, 23, tzinfo=UTC)
    assert formats.until(end) == "up to and including Thursday 7 January 2027, 24:00"
    assert formats.in_file(Decimal("1234.5")) == "1234,5"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("12.5", "12.5"),
        ("12,5", "12.5"),
        ("1,234.5", "1234.5"),
        ("1 234.5", "1234.5"),
        ("1,234,567", "1234567"),
        ("1.2340", "1.2340"),
        ("0.125", "0.125"),
        ("1234.567", "1234.567"),
    ],
)
def test_a_number_is_typed_with_a_point(in_english: None, typed: str, meant: str) -> None:
    assert numbers.read_typed(typed) == Decimal(meant)
    assert numbers.read_typed(formats.field_value(Decimal(meant))) == Decimal(meant)


@pytest.mark.parametrize("typed", ["1,250", "1.250", "-12.500", "999,999"])
def test_what_readers_of_two_countries_read_differently_is_refused_with_both(in_english: None, typed: str) -> None:
    with pytest.raises(Unreadable) as refused:
        numbers.read_typed(typed)
    whole = typed.replace(",", "").replace(".", "")
    assert f"Write {whole}." in refused.value.detail
    assert f"Write {typed.replace(',', '.')}0." in refused.value.detail


@pytest.mark.parametrize("typed", ["1.234,5", "1.234.567", "1,23,4", "12 5", "1e3", "12 kg"])
def test_a_number_that_is_none_in_english_is_refused(in_english: None, typed: str) -> None:
    with pytest.raises(Unreadable):
        numbers.read_typed(typed)


def test_what_a_form_shows_is_read_back_as_it_was(in_english: None) -> None:
    shape = Object({"mass": Number(), "share": Fraction(), "count": Integer()})
    for stored in (Decimal("1.234"), Decimal("999.125"), Decimal("0.5"), Decimal("12500.25")):
        shown = {
            "mass": formats.field_value(stored),
            "share": formats.field_percentage(Decimal("0.33333")),
            "count": "1,200",
        }
        data, problems = read(shape, shown, typed=True)
        assert not problems
        assert data == {"mass": stored, "share": Decimal("0.33333"), "count": 1200}


def test_a_day_is_typed_year_first(in_english: None) -> None:
    assert Date().read_typed("2026-11-05") == date(2026, 11, 5)
    with pytest.raises(Unreadable, match="YYYY-MM-DD"):
        Date().read_typed("05-11-2026")
    with pytest.raises(ValidationError):
        NlDateField().clean("3/5/2026")


def test_files_and_rest_are_read_in_one_way_whatever_is_spoken() -> None:
    with speaking("en"):
        assert not types_english()
        assert numbers.read_typed("1.234,5") == Decimal("1234.5")
        assert numbers.typed_again("1.234,5") == "1.234,5"
    with speaking("en", typing=True):
        assert numbers.typed_again("1.234,5") == "1234.5"
        assert numbers.typed_again("62,5 %") == "62.5 %"


def test_a_refusal_has_one_code_and_two_wordings() -> None:
    dutch = refuse("not_found", "Dit bestaat niet, of u mag het niet zien.").problems[0]
    with speaking("en"):
        other = refuse("not_found", "Dit bestaat niet, of u mag het niet zien.").problems[0]
        _, problems = read(Object({"name": Text(3, label="Naam")}), {"name": "vier", "naam": 1})
    assert (dutch.code, dutch.detail) == (other.code, "Dit bestaat niet, of u mag het niet zien.")
    assert other.detail == "This does not exist, or you may not see it."
    assert {each.code: each.detail for each in problems} == {
        "max_length": "This text is too long: 4 characters, at most 3.",
        "unknown_field": "Unknown field 'naam'; did you mean 'name'?",
    }


def test_rest_words_its_problems_as_asked_and_in_dutch_by_itself() -> None:
    def asked(**headers: str) -> dict[str, Any]:
        answer = Client(headers=headers).get("/api/v1/me")
        assert "Accept-Language" in answer.headers["Vary"]
        found: dict[str, Any] = answer.json()
        return found

    dutch, other = asked(), asked(**{"accept-language": "en"})
    assert dutch["title"] == "Niet ingelogd"
    assert other["title"] == "Not signed in"
    assert dutch["errors"][0]["code"] == other["errors"][0]["code"]
    assert other["detail"].startswith("You are not signed in")


def test_a_mail_is_in_the_language_of_its_reader_whoever_caused_it() -> None:
    facts = {"tender": "Stoelen", "received": "2026-11-04T21:30:00+00:00", "deadline": "2026-12-01T11:00:00+00:00"}
    with speaking("en"):
        dutch, other = (words_of("bid-received", facts, language).body for language in ("nl", "en"))
    assert "4 november 2026, 22.30" in dutch
    assert "4 November 2026, 22:30" in other


def test_a_name_of_somebody_stays_as_it_is(in_english: None) -> None:
    assert worded("Gemeente Voorbeeldstad") == "Gemeente Voorbeeldstad"
    assert worded("") == ""
    assert Role.SUPPLIER.label == "Leverancier"
