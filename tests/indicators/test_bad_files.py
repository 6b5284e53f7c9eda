"""Every file of the corpus as a file of factors, through REST and through the form: the same refusal in both."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from indicators.models import ImportPreview
from mvi_dashboard.ground.models import Role
from tests import corpus

from .bad_files import NOT_HERE, OTHERWISE, content_of, decimal_of, name_of, place_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference"), pytest.mark.any_database]
ROWS = {row["id"]: row for row in corpus.files_of() if row["id"] not in NOT_HERE}
BAD = [name for name, row in ROWS.items() if row["expected"]["status"] >= 400 and name not in OTHERWISE]
GOOD = [name for name in ROWS if name not in BAD]
GIVEN = {"factorSet": "nl-open-2026", "version": "2", "mode": "supplement"}


@pytest.fixture
def sent(client: Client, bearer: Callable[..., dict[str, str]]) -> Callable[[str], Any]:
    """The answer of REST to the file of a row."""
    token = bearer(Role.REFERENCE_MANAGER)

    def send(name: str) -> Any:
        row = ROWS[name]
        file = SimpleUploadedFile("a", content_of(row))
        file.name = name_of(row)
        headers = {**token, "Idempotency-Key": corpus.fresh_key()}
        given = {**GIVEN, "decimal": decimal_of(row), "file": file}
        return client.post("/api/v1/imports/factors", given, headers=headers)

    return send


@pytest.fixture
def typed(client: Client, new_person: Callable[..., Any]) -> Callable[[str], Any]:
    """The answer of the form to the file of a row."""

    def send(name: str) -> Any:
        row = ROWS[name]
        client.force_login(new_person(Role.REFERENCE_MANAGER))
        file = SimpleUploadedFile("a", content_of(row))
        file.name = name_of(row)
        return client.post("/factorsets/inlezen/", {**GIVEN, "decimal": decimal_of(row), "file": file})

    return send


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_as_listed_by_rest_and_by_the_form_alike(
    name: str, sent: Callable[[str], Any], typed: Callable[[str], Any]
) -> None:
    expected, before = ROWS[name]["expected"], corpus.digest()
    answer = sent(name)
    assert answer.status_code == expected["status"], answer.content[:800]
    errors = answer.json()["errors"]
    places = {(error["attr"], error["code"]) for error in errors}
    attr = place_of(expected["attr"])
    # The name of a file is a field of its own.
    assert (attr, expected["code"]) in places or ("file", expected["code"]) in places, errors
    page = typed(name)
    assert page.status_code == 400
    shown = page.content.decode()
    assert all(escape(error["detail"]) in shown for error in errors)
    assert (corpus.digest(), ImportPreview.objects.count()) == (before, 0)


@pytest.mark.parametrize("name", GOOD)
def test_a_good_file_is_accepted_by_rest_and_by_the_form(
    name: str, sent: Callable[[str], Any], typed: Callable[[str], Any]
) -> None:
    answer = sent(name)
    assert answer.status_code == 200, answer.content[:800]
    assert answer.json()["read"] >= 1
    assert typed(name).status_code == 302
    assert ImportPreview.objects.count() == 2


def test_a_tab_between_the_columns_is_found_and_shown(sent: Callable[[str], Any]) -> None:
    assert sent("CSV-029").json()["delimiter"] == "\t"


def test_the_tail_of_a_binary_number_is_rounded_in_sight(sent: Callable[[str], Any]) -> None:
    left = sent("XLS-024").json()["leftOut"]
    assert ("1 getal", "afgerond op 15 cijfers, zoals Excel ze toont") in {
        (row["what"], row["why"]) for row in left
    }


def test_every_file_of_the_corpus_is_sent_or_has_a_reason_why_not() -> None:
    families = {row["id"] for row in corpus.rows_of("CSV", "XLS")}
    assert families <= {*ROWS, *NOT_HERE}
    assert len(families) == 42
    assert all(len(why) > 20 for why in [*NOT_HERE.values(), *OTHERWISE.values()])
