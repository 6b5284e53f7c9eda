"""Which firm somebody means: by its code, its number or its whole name, and which one a file seems to be of."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from django.db.models import Q

from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import Supplier

from .duplicates import name_key
from .numbers import HOME, number_key

SHORTEST_NAME = 5
"""of fewer letters a name stands in too many other words to say anything"""
_NUMBER = re.compile(r"(?<![0-9])[0-9]{8}(?![0-9])").findall
_PARTS = re.compile(r"[/\\]").split


def firms_named(actor: Actor, texts: Collection[str]) -> dict[str, list[Supplier]]:
    """Per text the firms that it may mean, one query: made-up ones for who practises, real ones for who works.

    A code says it for certain, then a number, then a name; a firm that was merged is the one it is now.
    """
    asked = {text: text.strip() for text in texts if text.strip() and "\x00" not in text}
    wanted = Q(code__in=list(asked.values()))
    wanted |= Q(number_key__in=[number_key(HOME, text) for text in asked.values()], registration_number__gt="")
    wanted |= Q(name_key__in=[key for text in asked.values() if (key := name_key(text))])
    found = Supplier.objects.filter(wanted, practice=actor.practice_id).select_related("merged_into")
    rows = list(found.order_by("pk")) if asked else []
    return {text: _meant(rows, said) for text, said in asked.items()}


def firms_known(actor: Actor) -> list[tuple[str, str, str]]:
    """Code, key of the name and number of every firm that this actor may mean."""
    found = Supplier.objects.filter(practice=actor.practice_id, merged_into=None)
    return list(found.order_by("pk").values_list("code", "name_key", "registration_number"))


def firm_of_file(names: Iterable[str], firms: Collection[tuple[str, str, str]]) -> str:
    """The code of the one firm whose number, code or name stands in the path of a file; empty when none or more.

    `firms`: code, key of the name and number of each. A guess to be confirmed, so only one that leaves no doubt.

    >>> firms = [("a", "stoelenfabriek", "12345678"), ("b", "meubelhuis", "")]
    >>> firm_of_file(["Stoelenfabriek B.V./inschrijving.xlsx"], firms), firm_of_file(["12345678.xlsx"], firms)
    ('a', 'a')
    >>> firm_of_file(["inschrijving.xlsx"], firms)
    ''
    """
    found: set[str] = set()
    for name in names:
        parts = [part.rpartition(".")[0] or part for part in _PARTS(name)]
        keys, numbers = [name_key(part) for part in parts], set(_NUMBER(name))
        lower = [part.strip().lower() for part in parts]
        for code, key, number in firms:
            named = len(key) >= SHORTEST_NAME and any(key in each for each in keys)
            if named or code in lower or (number and number in numbers):
                found.add(code)
    return found.pop() if len(found) == 1 else ""


def _meant(rows: Iterable[Supplier], text: str) -> list[Supplier]:
    by_code = [row for row in rows if row.code == text]
    by_number = [row for row in rows if row.number_key and row.number_key == number_key(HOME, text)]
    by_name = [row for row in rows if row.name_key and row.name_key == name_key(text)]
    now = {(row.merged_into or row).pk: row.merged_into or row for row in by_code or by_number or by_name}
    return list(now.values())
