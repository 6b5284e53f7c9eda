"""The page of a group with many products: in parts, each with an address of its own."""

from __future__ import annotations

import pytest
from django.test import Client

from indicators.models import BaselineProduct
from indicators.views.group_parts import MOST_ON_A_PAGE

from .test_pages import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("both_releases")]
GROUP = "/productgroepen/ict-hardware/"


def test_a_long_page_is_divided_and_everything_stands_in_one_part(client: Client) -> None:
    whole = text_of(client.get(GROUP))
    assert "Soorten product" in whole
    assert "Wat een leverancier aanlevert" in whole, "the tab"
    assert "/api/v1/product-groups/ict-hardware/data-request" not in whole
    asked = text_of(client.get(f"{GROUP}aanleveren/"))
    assert "/api/v1/product-groups/ict-hardware/data-request" in asked
    assert "Soorten product" not in asked
    offered = BaselineProduct.objects.filter(group__code="ict-hardware")
    seen, url = [], f"{GROUP}producten/"
    while url:
        page = client.get(url)
        seen += [each["row"].code for each in page.context["products"]]
        assert len(page.context["products"]) <= MOST_ON_A_PAGE
        url = page.context["next_url"]
    assert sorted(seen) == sorted(offered.filter(successor=None).values_list("code", flat=True))
    earlier = client.get(f"{GROUP}eerdere-producten/")
    assert {each["row"].successor_id is not None for each in earlier.context["earlier"]} == {True}


def test_a_type_leads_to_its_products(client: Client) -> None:
    page = client.get(GROUP).content.decode()
    assert f'href="{GROUP}producten/?soort=laptop"' in page
    shown = client.get(f"{GROUP}producten/?soort=laptop")
    assert {each["row"].product_type.code for each in shown.context["products"]} == {"laptop"}
    assert "Soort product: Laptop" in text_of(shown)
    assert client.get(f"{GROUP}producten/?vanaf=abc").status_code == 200


def test_a_short_page_stays_whole(client: Client) -> None:
    page = client.get("/productgroepen/papier/")
    assert page.context["tabs"] == []
    assert "/api/v1/product-groups/papier/data-request" in text_of(page)
    assert client.get("/productgroepen/papier/aanleveren/").status_code == 200
    assert client.get("/productgroepen/papier/bestaat-niet/").status_code == 404
