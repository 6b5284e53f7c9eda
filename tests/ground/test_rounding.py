"""A number that comes back on a page is shown the same, and columns still add up."""

from __future__ import annotations

from decimal import Decimal

from mvi_dashboard.ground import formats
from mvi_dashboard.ground.rounding import Shown


def test_a_number_is_the_same_in_two_tables_that_both_add_up() -> None:
    page = Shown()
    by_group = [144.45, 57.3, 7.6]
    by_theme = [144.45, 62.45, 2.45]
    alone = [formats.adding_up(parts, 209.35, decimals=0)[0][0] for parts in (by_group, by_theme)]
    assert alone == ["144", "145"], "each table on its own"
    together = [formats.adding_up(parts, 209.35, decimals=0, page=page) for parts in (by_group, by_theme)]
    assert [texts[0] for texts, _whole in together] == ["144", "144"]
    for texts, whole in together:
        assert sum(map(int, texts)) == int(whole) == 209


def test_a_total_that_was_shown_is_shown_the_same_as_a_part() -> None:
    page = Shown()
    assert formats.on_page(32385.5, 0, page) == "32.386"
    texts, whole = formats.adding_up([32385.5000000001, 10.3, 10.3], decimals=0, page=page)
    assert (texts[0], whole) == ("32.386", "32.406")


def test_where_the_others_have_no_room_the_column_goes_before_the_page() -> None:
    page = Shown()
    for part in (0.4, 0.45):
        page.once(Decimal(str(part)), 0)
    texts, whole = formats.adding_up([0.4, 0.45], decimals=0, page=page)
    assert sum(map(int, texts)) == int(whole) == 1


def test_a_number_that_is_nearly_the_same_is_another_number() -> None:
    page = Shown()
    assert formats.on_page(1.4999, 0, page) == "1"
    assert formats.on_page(1.5001, 0, page) == "2"
