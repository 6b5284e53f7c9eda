"""Every page of the demo, as its people see it: shown parts are their total, and sentences their numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from contracts.models import Contract
from mvi_dashboard import demo
from mvi_dashboard.ground.models import User
from tests import reference

from .shown import Shown, wrong_in
from .words import wrong_on

pytestmark = pytest.mark.django_db  # else no test database is made for the fixture below
PEOPLE = ("", "contractmanager-1", "beleid-1", "inkoper-1", "landelijk-1", "leverancier-a-1")
ASKED = (
    *("/dashboard/?jaar=", "/dashboard/?jaren=purchase", "/dashboard/?jaren=spread", "/dashboard/?jaar=2025"),
    *("/dashboard/?jaar=2022", "/dashboard/?indicator=water&jaar=2026"),
    *("/dashboard/landelijk/?jaren=purchase", "/dashboard/landelijk/?jaar="),
)
SUMS_AT_LEAST = 100
_MOST = 36
"""Pages per person: what one page leads to in many filters is seen in some of them"""
_PLAIN = re.compile(r"^/(?!api/|static/|taken|admin|uitloggen|wachtwoord|oidc)[^#]*$")
_FILE = re.compile(r"\.(csv|json|xlsx|pdf)(\?|$)|/werkboek|/bestand|/schema")
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


@dataclass(frozen=True)
class Seen:
    """A page as one person saw it."""

    who: str
    path: str
    page: Shown
    html: str


@pytest.fixture(scope="module")
def pages(django_db_setup: None, django_db_blocker: Any) -> list[Seen]:
    """The demo is loaded once and gone again afterwards; what was seen of it stays."""
    with django_db_blocker.unblock(), transaction.atomic():
        reference.load()
        demo.load()
        # What was delivered without any effect is seldom among the few that a page leads to first.
        nothing = Contract.objects.filter(effects__indicator__code="climate", effects__forecast=0).order_by("pk")
        also = [f"/contracten/{each.public_id}/" for each in nothing[:1]]
        found = [seen for who in PEOPLE for seen in crawl(who, _signed_in(who), also)]
        transaction.set_rollback(True)
    return found


def _signed_in(who: str) -> Callable[[str], str | None]:
    client = Client()
    if who:
        client.force_login(User.objects.get(username=who))

    def get(path: str) -> str | None:
        if "als=" in path:  # the same list as a file
            return None
        answer = client.get(path)
        is_page = answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html")
        return answer.content.decode() if is_page else None

    return get


def crawl(who: str, get: Callable[[str], str | None], also: Sequence[str] = ()) -> Iterator[Seen]:
    """What this person can reach by links, each kind of page a few times."""
    waiting = ["/", *ASKED, *also]
    known, kinds = set(waiting), dict[str, int]()
    seen = 0
    while waiting and seen < _MOST:
        path = waiting.pop(0)
        html = get(path)
        if html is None:
            continue
        seen += 1
        page = Shown(html)
        yield Seen(who, path, page, html)
        for link in page.links:
            target = path.partition("?")[0] + link if link.startswith("?") else link.partition("#")[0]
            kind = re.sub(r"=[^&]*", "", _ID.sub("ID", target))
            if target.startswith("/taal/"):  # another language is another reader
                continue
            if target in known or not _PLAIN.match(target) or _FILE.search(target) or kinds.get(kind, 0) >= 5:
                continue
            known.add(target)
            kinds[kind] = kinds.get(kind, 0) + 1
            # A comparison is read by few and says much: it comes before the filters of a dashboard.
            waiting.insert(0 if "/vergelijken/" in target else len(waiting), target)


def test_what_is_shown_together_adds_up_and_sentences_say_what_the_numbers_say(pages: list[Seen]) -> None:
    wrong = [f"{seen.who} {seen.path}: {what}" for seen in pages for what in wrong_in(seen.page)]
    assert not wrong, "\n".join(wrong[:40])


def test_every_page_speaks_in_the_words_of_the_house_and_in_one_weight(pages: list[Seen]) -> None:
    found = list(wrong_on((f"{seen.who} {seen.path}", seen.html) for seen in pages))
    assert not found, "\n".join(found[:60])


def test_the_pages_that_were_seen_are_those_that_matter(pages: list[Seen]) -> None:
    paths = {_ID.sub("ID", seen.path.partition("?")[0]) for seen in pages}
    assert {"/", "/contracten/", "/contracten/ID/", "/dashboard/", "/dashboard/landelijk/", "/uitleg/"} <= paths
    sums = sum(len(foot) - 1 for seen in pages for table in seen.page.tables for foot in table.foot)
    assert sums >= SUMS_AT_LEAST, sums
    assert any("dan beloofd" in seen.page.title for seen in pages)


def test_list_task_and_page_say_the_same_of_a_contract(pages: list[Seen]) -> None:
    titles = {_reference_of(seen.page): seen.page.title for seen in pages if seen.path.startswith("/contracten/")}
    lists = [seen for seen in pages if seen.path == "/contracten/"]
    assert lists
    listed = [(table.heads, row) for seen in lists for table in seen.page.tables for row in table.rows]
    assert listed
    compared = {row[0].split(" ")[0]: (row, row[heads.index("Prognose min beloofd")]) for heads, row in listed}
    compared = {name: found for name, found in compared.items() if name in titles}
    for name, (row, said) in compared.items():
        assert _title_of(said) in titles[name], row
        assert ("Afwijking" in row[0]) == ("hoger dan beloofd" in titles[name]), row
    # What is delivered and has no effect at all is recorded as well.
    assert any(amount == "0" for row, _said in compared.values() for amount in row), "no contract without effect"
    for seen in pages:
        for name, said in _TASK.findall(seen.page.text) if seen.path == "/" else ():
            assert said in titles.get(name, said)


def _title_of(said: str) -> str:
    """What the page of a contract says where the list says this."""
    share = re.fullmatch(r"([+−]?)(\d+) %", said)
    if share is None:
        return {"nog niets gemeten": "Nog niets gemeten", "onbekend": "Wij weten niet"}[said]
    if int(share[2]) <= 1:
        return "zoals beloofd"
    return f"{share[2]} % {'hoger' if share[1] == '+' else 'lager'} dan beloofd"


_TASK = re.compile(r"Bekijk waarom (?P<reference>\S+) .*?De prognose is (?P<said>\d+ % hoger dan beloofd)")


def _reference_of(page: Shown) -> str:
    found = re.search(r"Contract (\S+),", page.text)
    return found[1] if found else ""
