"""Product types: which there are, which may be chosen now, and which a code or a description may mean."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from django.db.models import QuerySet

from indicators.models import Basis, BasisLayer, Processing, ProductGroup, ProductType
from mvi_dashboard.ground import clock

from .cpv import Prefixes
from .lookups import reference_stamp
from .naming import Names, rank

MOST_TYPES = 3


def product_types(group: str = "") -> QuerySet[ProductType]:
    """Product types with their group and successor; of one group when its code is given."""
    found = ProductType.objects.select_related("group", "successor")
    return found.filter(group__code=group) if group else found


def offered_types(types: Iterable[ProductType]) -> list[ProductType]:
    """Those of these types that hold today and have no successor, in the same order."""
    today = clock.today()
    return [
        each
        for each in types
        if each.successor_id is None
        and (each.valid_from is None or each.valid_from <= today)
        and (each.valid_to is None or each.valid_to >= today)
    ]


def types_meant(
    code: str, texts: Sequence[str], prefixes: Prefixes, among: Sequence[ProductType] | None = None
) -> list[ProductType]:
    """At most three types that a demand may be, the likeliest first; only to choose from, never filled in.

    First the type of the longest CPV prefix that fits `code`, then by the words of the first of `texts` that says
    anything: `Beeldschermen, 24 inch`. `among` are the types that may be named; without it all that hold.
    """
    known = {each.code: each for each in (offered_types(product_types()) if among is None else among)}
    by_code = prefixes.type_of(code)
    found = [by_code.code] if by_code is not None else []
    names = _names(reference_stamp())
    for text in texts:
        by_words = rank(text, names, among=known.keys(), most=MOST_TYPES)
        if by_words:
            found += by_words
            break
    return [known[each] for each in dict.fromkeys(found) if each in known][:MOST_TYPES]


def making_of(group: ProductGroup) -> dict[tuple[str, str], Processing]:
    """What the first factor set of the current basis says of making the products of a group.

    By type code and indicator code; what the group itself says stands under an empty type, and holds for a type
    that says nothing of its own.
    """
    layers = BasisLayer.objects.filter(basis__state=Basis.State.CURRENT).order_by("rank")
    found = Processing.objects.filter(group=group, version__in=layers.values("version")[:1])
    rows = found.select_related("product_type", "indicator")
    return {(row.product_type.code if row.product_type else "", row.indicator.code): row for row in rows}


@lru_cache(maxsize=4)
def _names(stamp: tuple[int, int, int]) -> Names:
    """What product types are called, in Dutch and English, with the words that people search by."""
    pairs = []
    for code, dutch, english, words in ProductType.objects.order_by("id").values_list(
        "code", "name_nl", "name_en", "search_words"
    ):
        pairs += [(code, name) for name in (dutch, english, code, *words) if name]
    return Names(tuple(dict.fromkeys(pairs)))
