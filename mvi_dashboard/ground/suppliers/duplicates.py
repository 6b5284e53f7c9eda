"""Whether a firm is there already: its number says so for certain; a name or a mail domain alike is a hint."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from django.db.models import QuerySet

from mvi_dashboard.ground.models import Membership, Supplier, User

from .families import among
from .numbers import number_key

_PROVIDERS = Path(__file__).with_name("public_mail.txt")
_FORMS_OF_FIRMS = frozenset(
    [
        "bv",
        "nv",
        "vof",
        "cv",
        "sa",
        "sas",
        "sarl",
        "srl",
        "sprl",
        "gmbh",
        "ag",
        "kg",
        "ohg",
        "ug",
        "se",
        "ltd",
        "limited",
        "plc",
        "inc",
        "llc",
        "corp",
        "holding",
        "groep",
        "group",
    ]
)
_NO_LETTER = re.compile(r"[^\w]+")
MOST_ALIKE = 5


def name_key(name: str) -> str:
    """The name without legal form, accents, capitals and signs.

    >>> name_key("De Vríes Meubels B.V."), name_key("DE VRIES-MEUBELS")
    ('devriesmeubels', 'devriesmeubels')
    """
    plain = unicodedata.normalize("NFKD", name).casefold()
    plain = "".join(each for each in plain if not unicodedata.combining(each))
    words = [word for word in _NO_LETTER.split(plain.replace(".", "")) if word]
    kept = [word for word in words if word not in _FORMS_OF_FIRMS]
    return "".join(kept or words)[:200]


def domain_of(email: str) -> str:
    """The domain of an address of a firm; empty for one of a public provider."""
    domain = email.rpartition("@")[2].lower()
    return "" if domain in _providers() else domain


def known_by_number(country: str, number: str) -> Supplier | None:
    """The firm with this number, if it is there; the one that it was merged into, if it was."""
    key = number_key(country, number)
    found = Supplier.objects.filter(practice=None, number_key=key).select_related("merged_into").first()
    return (found.merged_into or found) if key and found else None


def alike_by_name(name: str, *, but: Supplier | None = None) -> list[Supplier]:
    """Firms with a name that is alike."""
    key = name_key(name)
    found = _now_among(Supplier.objects.filter(name_key=key))
    found = found.exclude(pk=but.pk) if but else found
    return list(found.order_by("name", "pk")[:MOST_ALIKE]) if key else []


def alike_by_domain(email: str) -> list[Supplier]:
    """Firms of which somebody has an address at the same domain."""
    domain = domain_of(email)
    if not domain:
        return []
    people = Membership.objects.filter(supplier__isnull=False, user__email__iendswith=f"@{domain}")
    there = Supplier.objects.filter(pk__in=people.values("supplier"))
    return list(_now_among(there).order_by("name", "pk")[:MOST_ALIKE])


def alike_to(firm: Supplier, people: Iterable[User]) -> list[tuple[Supplier, str]]:
    """Firms that may be this one, each with what says so: its name, or the mail domain of who works there."""
    found = dict.fromkeys(alike_by_name(firm.name, but=firm), "naam")
    for domain in {domain_of(person.email) for person in people}:
        for each in alike_by_domain(f"@{domain}") if domain else []:
            if each != firm:
                found.setdefault(each, f"e-mail van {domain}")
    return list(found.items())


def _now_among(found: QuerySet[Supplier]) -> QuerySet[Supplier]:
    """What these firms are now, without those that were made up to practise with."""
    return Supplier.objects.filter(among(found), practice=None)


@cache
def _providers() -> frozenset[str]:
    return frozenset(_PROVIDERS.read_text(encoding="ascii").split())
