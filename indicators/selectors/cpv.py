"""Which product group, and which type in it, a code of the common procurement vocabulary belongs to.

The longest prefix wins.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from indicators.models import Cpv, GroupCpv, ProductGroup, ProductType

_MOST_WORDS = 5
_SHORTEST, _LONGEST = 5, 8
"""digits of a code that say enough, and of a whole one: after them comes the check digit"""
_CODE = re.compile(r"^\s*(\d{2,8})(?:-\d)?\s*$")


@dataclass(frozen=True)
class Prefixes:
    """Every prefix with its group, and its type where it names one."""

    groups: Mapping[str, ProductGroup]
    types: Mapping[str, ProductType] = field(default_factory=dict)

    def match(self, code: str) -> tuple[str, ProductGroup] | None:
        """The longest prefix that this code starts with, and its group; None when no group claims it.

        >>> Prefixes({"45": "bouw", "4523": "weg"}).match("45233000")
        ('4523', 'weg')
        """
        for length in range(len(code), 0, -1):
            found = self.groups.get(code[:length])
            if found is not None:
                return code[:length], found
        return None

    def of_code(self, code: str) -> tuple[str, ProductGroup] | None:
        """The same for a code as people write it, such as `30213100-6`; None when it is too short to tell."""
        digits = "".join(character for character in code if character.isdigit())[:_LONGEST]
        return self.match(digits) if len(digits) >= _SHORTEST else None

    def type_of(self, code: str) -> ProductType | None:
        """The product type of the longest prefix that fits this code; None when that names only a group."""
        match = self.of_code(code)
        return None if match is None else self.types.get(match[0])


@dataclass(frozen=True)
class Division:
    """One division (two digits) of the vocabulary: how many of its codes belong to a group, and to which."""

    code: str
    name: str
    codes: int
    claimed: int
    groups: Sequence[str]

    @property
    def share(self) -> float:
        """The fraction of its codes that a group claims."""
        return self.claimed / self.codes


@dataclass(frozen=True)
class Coverage:
    """How much of the vocabulary the product groups claim."""

    codes: int
    claimed: int
    divisions: Sequence[Division]

    @property
    def share(self) -> float:
        """The fraction of all codes that a group claims; 0 without codes."""
        return self.claimed / self.codes if self.codes else 0.0


def cpv_prefixes() -> Prefixes:
    """All prefixes; one query."""
    rows = list(GroupCpv.objects.select_related("group__cluster", "product_type__group"))
    types = {row.prefix: row.product_type for row in rows if row.product_type is not None}
    return Prefixes({row.prefix: row.group for row in rows}, types)


def find_cpv(search: str) -> QuerySet[Cpv]:
    """Codes that start with these digits, or whose Dutch or English name has every word."""
    found = Cpv.objects.all()
    code = _CODE.match(search)
    if code:
        return found.filter(code__startswith=code[1])
    for word in search.replace("\x00", "").split()[:_MOST_WORDS]:
        found = found.filter(Q(name_nl__icontains=word) | Q(name_en__icontains=word))
    return found


def cpv_coverage(prefixes: Prefixes) -> Coverage:
    """Per division how many codes a product group claims; one query over the whole vocabulary."""
    names: dict[str, str] = {}
    codes: dict[str, int] = {}
    claimed: dict[str, int] = {}
    groups: dict[str, set[str]] = {}
    for code, name in Cpv.objects.order_by("code").values_list("code", "name_nl"):
        division = code[:2]
        names.setdefault(division, name)
        codes[division] = codes.get(division, 0) + 1
        match = prefixes.match(code)
        if match is not None:
            claimed[division] = claimed.get(division, 0) + 1
            groups.setdefault(division, set()).add(match[1].name_nl)
    divisions = [
        Division(each, names[each], codes[each], claimed.get(each, 0), sorted(groups.get(each, ())))
        for each in sorted(codes)
    ]
    return Coverage(sum(codes.values()), sum(claimed.values()), divisions)
