"""Bad input over the forms of a contract: refused at the same field as over REST, and nothing is stored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from mvi_dashboard.ground.models import Role
from tests import corpus
from tests.pages import Page
from tests.tenders.typed import typed
from tests.worlds import World

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
MANAGER = "contractmanager-1"
FORMS = {"delivery": "deliver", "use": "use", "retirement": "retire", "contract": "edit"}

# Rows that these forms do not meet, and why.
NOT_HERE = {
    "DAT-036": "the form knows the unit of a flow, so that nobody types one",
    "REF-004": "which record is corrected stands in the address: see the tests of the forms",
    "REF-007": "the contract stands in the address: see the tests of the pages",
    "REF-019": "a form carries its version by itself",
    "REF-021": "about tokens and sessions",
    "REF-022": "about tokens and sessions",
    "REF-028": "a form carries its key by itself",
}
# What is wrong in JSON and right in a Dutch form.
RIGHT_WHEN_TYPED = {"DAT-003": "day, month, year is how the Dutch write a date"}
# Names that no input of the form has: the summary is all there is.
FORGED = {"DAT-027"}


def _base(row: dict[str, Any]) -> str:
    payload = row.get("payload")
    return payload.get("base", "") if isinstance(payload, dict) else ""


ROWS = [
    row
    for row in corpus.rows_of("BASE", "NUM", "DAT", "REF", "OK")
    if row["id"] not in NOT_HERE
    and (_base(row) in FORMS or row["id"] in {"BASE-delivery", "BASE-use", "BASE-retirement", "BASE-contract"})
]
BAD = [row for row in ROWS if row["expected"]["status"] >= 400 and row["id"] not in RIGHT_WHEN_TYPED]
GOOD = [row for row in ROWS if row["expected"]["status"] < 400 or row["id"] in RIGHT_WHEN_TYPED]


@pytest.fixture
def sent(world: World, client: Client) -> Callable[..., Page]:
    """Makes the world of a row, opens its form, types the row over what stands there, and sends it."""

    def send(row: dict[str, Any]) -> Page:
        world.prepare(row)
        client.force_login(world.person(Role.CONTRACT_MANAGER, world.city, MANAGER))
        kind = _base(row) or row["id"].removeprefix("BASE-")
        document = corpus.document_of(row, world.names, world.now)
        address = reverse(f"contracts:{FORMS[kind]}", args=[world.names["contract"]])
        there = Page(client.get(address)).sent
        before = corpus.digest()
        page = Page(client.post(address, there | typed(document)))
        page.stored = corpus.digest() != before  # type: ignore[attr-defined]
        return page

    return send


@pytest.mark.parametrize("row", BAD, ids=[row["id"] for row in BAD])
def test_what_rest_refuses_the_form_refuses_at_the_same_field(
    row: dict[str, Any], sent: Callable[..., Any]
) -> None:
    page, expected = sent(row), row["expected"]
    assert page.status == expected["status"], page.text[:800]
    assert page.title.startswith("Fout: ")
    assert not page.stored
    assert f"veld-{expected['attr']}" in page.mistakes
    if row["id"] not in FORGED:
        assert len(page.message_at(expected["attr"])) > len("Fout: ")


@pytest.mark.parametrize("row", GOOD, ids=[row["id"] for row in GOOD])
def test_a_good_twin_is_accepted(row: dict[str, Any], sent: Callable[..., Any]) -> None:
    page = sent(row)
    assert page.status == 302, page.text[:800]
    assert page.stored


def test_the_corpus_over_the_forms_is_not_empty() -> None:
    assert len(BAD) > 15
    assert len(GOOD) > 4
    assert not (set(NOT_HERE) | set(RIGHT_WHEN_TYPED) | FORGED) - set(corpus.all_rows())
