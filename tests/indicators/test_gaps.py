"""What is missing is named, per product and indicator, and a group without products says so."""

from __future__ import annotations

import pytest
from django.test import Client

from indicators.lines.gaps import find_gaps, gap_of
from indicators.models import BaselineProduct, ProductGroup

from .test_pages import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]


def test_every_group_is_told_with_what_it_has_and_lacks() -> None:
    found = {each.group.code: each for each in find_gaps().groups}
    assert len(found) == ProductGroup.objects.count()
    furniture = found["kantoormeubilair"]
    own = BaselineProduct.objects.filter(group__code="kantoormeubilair", successor=None)
    assert {each.product.code for each in furniture.products} == set(own.values_list("code", flat=True))
    assert furniture.lacks == []
    empty = gap_of(furniture.group, [], [])
    assert len(empty.lacks) == 2
    assert empty.state("climate") == "none"


def test_a_missing_factor_is_named_with_its_product() -> None:
    # The chain of raw materials is on no list of factors that ships, so no product can be counted on it.
    furniture = next(each for each in find_gaps().groups if each.group.code == "kantoormeubilair")
    assert furniture.state("climate") == "complete"
    assert furniture.state("materials") == "partly"
    chair = next(each for each in furniture.products if each.product.code == "bureaustoel-basis-2")
    assert "staal" in chair.missing["materials"]


def test_the_page_shows_the_gaps(client: Client) -> None:
    text = text_of(client.get("/ontbreekt/"))
    assert "Onbekend is niet nul" in text
    assert f"Productgroepen {ProductGroup.objects.count()}" in text
