"""Which product group a code of the common procurement vocabulary belongs to: the longest prefix wins."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from indicators.models import Cpv, GroupCpv, ProductGroup

_MOST_WORDS = 5
_CODE = re.compile(r"^\s*(\d{2,8})(?:-\d)?\s*$")


@dataclass(frozen=True)
class Prefixes:
    """Every prefix with its group."""

    groups: Mapping[str, ProductGroup]

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
    rows = GroupCpv.objects.select_related("group__cluster")
    return Prefixes({row.prefix: row.group for row in rows})


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
