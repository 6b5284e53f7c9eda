"""A CPV code belongs to the group with the longest prefix; what no group claims stays without."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from indicators.models import Cpv, GroupCpv, ProductGroup
from indicators.selectors import cpv_coverage, cpv_prefixes
from mvi_dashboard.ground.models import Role
from tests.queries import queries_of

from .test_pages import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference"), pytest.mark.any_database]


@pytest.mark.parametrize(
    ("code", "prefix", "group"),
    [
        ("45111100", "45111", "sloop"),  # demolition stands under earthworks
        ("45112500", "451", "grondwerken"),
        ("30197600", "301976", "papier"),  # paper stands under office supplies
        ("30192000", "30192", "kantoorartikelen"),
        ("45442100", "45442", "conserveringswerken"),
        ("45421000", "454", "renovatie-en-onderhoud"),
        ("39112000", "3911", "kantoormeubilair"),
        ("33600000", None, None),  # medicines
        ("72000000", None, None),  # software services
    ],
)
def test_the_longest_prefix_wins(code: str, prefix: str | None, group: str | None) -> None:
    found = cpv_prefixes().match(code)
    assert (found and (found[0], found[1].code)) == (prefix and (prefix, group))


def test_every_group_has_a_prefix_and_every_prefix_has_a_code() -> None:
    assert not ProductGroup.objects.filter(cpv_prefixes=None).exists()
    for prefix in GroupCpv.objects.values_list("prefix", flat=True):
        assert Cpv.objects.filter(code__startswith=prefix).exists(), prefix


def test_coverage_counts_every_code_once() -> None:
    coverage = cpv_coverage(cpv_prefixes())
    assert coverage.codes == Cpv.objects.count() == 9454
    assert coverage.claimed == sum(each.claimed for each in coverage.divisions)
    assert 0.23 < coverage.share < 0.25
    empty = next(each for each in coverage.divisions if each.code == "33")
    assert (empty.claimed, list(empty.groups)) == (0, [])


def test_the_page_finds_a_code_by_digits_and_by_word(client: Client) -> None:
    text = text_of(client.get("/cpv/?zoek=45233"))
    assert "45233000" in text
    assert "Wegen" in text
    assert "Kantoormeubilair" in text_of(client.get("/cpv/?zoek=zitmeubelen+stoelen"))
    assert "Niets gevonden" in text_of(client.get("/cpv/?zoek=%00zzz"))
    assert "codes horen bij een productgroep" in text_of(client.get("/cpv/"))
    assert len(queries_of(client, "/cpv/")) <= 3
    assert len(queries_of(client, "/cpv/?zoek=45")) <= 3


def test_rest_gives_the_group_of_a_code_or_null(client: Client, bearer: Callable[..., dict[str, str]]) -> None:
    headers = bearer(Role.NATIONAL_VIEWER)

    def first(search: str) -> dict[str, str]:
        found: dict[str, str] = client.get(f"/api/v1/cpv-codes?search={search}", headers=headers).json()[
            "results"
        ][0]
        return found

    assert (first("45111100")["productGroup"], first("45111100")["prefix"]) == ("sloop", "45111")
    assert first("33600000")["productGroup"] is None
