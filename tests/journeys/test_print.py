"""The pages that people take to a meeting, on paper: few sheets, nothing cut off, no navigation."""

from __future__ import annotations

import re
from typing import Any

import pytest

from mvi_dashboard import demo
from mvi_dashboard.demo import people
from mvi_dashboard.ground.models import User
from tests import reference

from .person import Person

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
A4 = {"width": 688, "height": 1009}
"""What lies between the margins of a sheet, in CSS pixels"""
SHEETS = {"dashboard": 2, "comparison": 5, "contract": 5}
_SHEET = re.compile(rb"/Type\s*/Page\b")
_TOO_WIDE = """() => [...document.querySelectorAll("main *")]
    .filter((each) => each.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .filter((each) => !each.closest(".visually-hidden, svg, .chart-host"))
    .map((each) => each.outerHTML.slice(0, 120))"""
_CUT = """() => [...document.querySelectorAll(".table-scroll, .chart-host")]
    .filter((each) => each.scrollWidth > each.clientWidth + 1).map((each) => each.outerHTML.slice(0, 120))"""
_HEADS = """() => [...document.querySelectorAll("main thead")]
    .filter((each) => each.offsetParent && getComputedStyle(each).display !== "table-header-group").length"""


def _links(person: Person, path: str, part: str) -> list[str]:
    """The addresses on this page that hold this text, each once."""
    person.go(path)
    found = person.page.eval_on_selector_all("main a", "all => all.map((each) => each.getAttribute('href'))")
    return list(dict.fromkeys(link for link in found if re.search(part, link or "")))


def _printed(person: Person, path: str, kind: str) -> None:
    person.page.set_viewport_size(A4)
    person.go(path)
    person.page.wait_for_load_state("networkidle")
    person.page.emulate_media(media="print")
    roads = person.page.locator("nav:visible, .filters-form:visible, button:visible")
    assert roads.evaluate_all("all => all.map((each) => each.outerHTML.slice(0, 120))") == [], path
    assert person.page.evaluate(_TOO_WIDE) == [], path
    assert person.page.evaluate(_HEADS) == 0, path
    person.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert person.page.evaluate(_CUT) == [], path
    sheets = len(_SHEET.findall(person.page.pdf(prefer_css_page_size=True)))
    person.page.emulate_media(media="screen")
    assert 1 <= sheets <= SHEETS[kind], (path, sheets)


def test_dashboard_comparison_and_contract_fit_on_paper(
    chromium: Any, live_server: Any, transactional_db: None
) -> None:
    reference.load()
    demo.load()
    persons = {
        name: Person(chromium, live_server.url, User.objects.get(username=name), password=people.PASSWORD)
        for name in ("beleid-1", "inkoper-1")
    }
    policy, officer = persons["beleid-1"], persons["inkoper-1"]
    for path in ("/dashboard/", "/dashboard/?jaren=purchase", "/dashboard/landelijk/"):
        _printed(policy, path, "dashboard")
    contracts = _links(policy, "/contracten/", r"^/contracten/[0-9a-f-]{36}/$")
    assert contracts
    for path in contracts:
        _printed(policy, path, "contract")
    tenders = _links(officer, "/aanbestedingen/", r"^/aanbestedingen/[0-9a-f-]{36}/$")
    compared = [link for path in tenders for link in _links(officer, path, "vergelijken")]
    assert compared
    for path in compared:
        _printed(officer, path, "comparison")
        _printed(officer, f"{path}{'&' if '?' in path else '?'}onzekerheid=ja", "comparison")
