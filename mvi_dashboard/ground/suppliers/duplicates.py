"""Whether a firm is there already: its number says so for certain; a name or a mail domain alike is a hint."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

from django.db.models import QuerySet

from mvi_dashboard.ground.models import Membership, Supplier

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
    """The firm with this number, if it is there."""
    key = number_key(country, number)
    return _real().filter(number_key=key).first() if key else None


def alike_by_name(name: str, *, but: Supplier | None = None) -> list[Supplier]:
    """Firms with a name that is alike."""
    key = name_key(name)
    found = _real().filter(name_key=key)
    found = found.exclude(pk=but.pk) if but else found
    return list(found.order_by("name", "pk")[:MOST_ALIKE]) if key else []


def alike_by_domain(email: str) -> list[Supplier]:
    """Firms of which somebody has an address at the same domain."""
    domain = domain_of(email)
    if not domain:
        return []
    people = Membership.objects.filter(supplier__isnull=False, user__email__iendswith=f"@{domain}")
    return list(_real().filter(pk__in=people.values("supplier")).order_by("name", "pk")[:MOST_ALIKE])


def _real() -> QuerySet[Supplier]:
    """Firms that were not made up to practise with."""
    return Supplier.objects.filter(practice=None)


@cache
def _providers() -> frozenset[str]:
    return frozenset(_PROVIDERS.read_text(encoding="ascii").split())
