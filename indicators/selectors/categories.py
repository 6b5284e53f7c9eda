"""The category schemes of organisations, for who may read there, and which group a category may be."""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet

from indicators.models import CategoryScheme, Cpv, GroupCpv, OwnCategory, ProductGroup, ProductType
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.problems import not_found

from .cpv import Prefixes
from .lookups import reference_stamp
from .naming import Names, rank

MOST_GROUPS = 3


def schemes_visible_to(actor: Actor) -> QuerySet[CategoryScheme]:
    """Schemes of the organisations whose reports this actor reads, with how many categories have a group."""
    found: QuerySet[CategoryScheme] = CategoryScheme.objects.visible_to(actor)
    return found.select_related("organisation").annotate(
        category_count=Count("categories"),
        mapped_count=Count("categories", filter=Q(categories__group__isnull=False)),
    )


def with_categories(schemes: QuerySet[CategoryScheme]) -> QuerySet[CategoryScheme]:
    """The same with their categories in order, each with its group; one query more."""
    return schemes.prefetch_related(
        Prefetch("categories", OwnCategory.objects.select_related("group").order_by("position"))
    )


def get_scheme(actor: Actor, public_id: UUID | str) -> CategoryScheme:
    """The scheme with its categories in order. Raises Refused (absent), also for what is somebody else's."""
    found = with_categories(schemes_visible_to(actor))
    scheme = found.filter(public_id=public_id).first()
    if scheme is None:
        raise not_found()
    return scheme


def group_names() -> Names:
    """What product groups are called: their names, those of their types, and of the CPV codes that they claim."""
    return _group_names(reference_stamp())


def groups_meant(code: str, name: str, prefixes: Prefixes, names: Names | None = None) -> list[str]:
    """Codes of product groups that a category may be, the likeliest first: by its CPV code, then by its words."""
    match = prefixes.of_code(code)
    by_code = [match[1].code] if match is not None else []
    by_words = rank(name, names or group_names(), most=MOST_GROUPS)
    return list(dict.fromkeys([*by_code, *by_words]))[:MOST_GROUPS]


@lru_cache(maxsize=4)
def _group_names(stamp: tuple[int, int, int]) -> Names:
    pairs = []
    for code, dutch, english in ProductGroup.objects.values_list("code", "name_nl", "name_en"):
        pairs += [(code, dutch), (code, english), (code, code)]
    for group, *names, words in ProductType.objects.values_list(
        "group__code", "name_nl", "name_en", "search_words"
    ):
        pairs += [(group, name) for name in (*names, *words) if name]
    claimed = dict(GroupCpv.objects.values_list("prefix", "group__code"))
    codes = {prefix.ljust(8, "0"): group for prefix, group in claimed.items()}
    for code, dutch in Cpv.objects.filter(code__in=codes).values_list("code", "name_nl"):
        pairs.append((codes[code], dutch))
    return Names(tuple(dict.fromkeys(pairs)))
