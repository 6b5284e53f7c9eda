"""Firms that turned out to be one: whose rows are whose, as long as they are merged (decision 77)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from mvi_dashboard.ground.models import Membership, Supplier, User


def with_others(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Roles or keys, each with whether others were merged into its supplier (`others`)."""
    merged = Supplier.objects.filter(merged_into=OuterRef("supplier_id"))
    found: QuerySet[Any] = rows.annotate(others=Exists(merged))
    return found


def merged_with(firm: int | None, rows: Iterable[Any]) -> frozenset[int]:
    """This firm and what was merged into it, for who has these roles or this key there.

    No query and nothing at all as long as nothing was merged.
    """
    here = [row for row in rows if firm is not None and firm_now(row.supplier) == firm]
    merged = any(row.supplier.merged_into_id or getattr(row, "others", True) for row in here)
    if firm is None or not merged:
        return frozenset()
    others = Supplier.objects.filter(merged_into=firm).values_list("pk", flat=True)
    return frozenset((firm, *others))


def now_called(name: str, field: str = "") -> Any:
    """Of a row whose supplier is under this name: the firm that it is now, or a field of it."""
    if not field:
        return Coalesce(f"{name}__merged_into_id", f"{name}_id")
    return Coalesce(f"{name}__merged_into__{field}", f"{name}__{field}")


def code_now(code: str) -> str:
    """The code of the firm that the one with this code is now."""
    found = Supplier.objects.filter(code=code, merged_into__isnull=False).values_list(
        "merged_into__code", flat=True
    )
    return found.first() or code


def firm_now(supplier: Supplier | None) -> int | None:
    """The key of the firm that this one is now."""
    return None if supplier is None else supplier.merged_into_id or supplier.pk


def among(found: QuerySet[Supplier]) -> Q:
    """Of firms: that they are among these, or that one of these was merged into them; never a merged one."""
    keys = found.order_by().values("pk")
    merged = Supplier.objects.filter(pk__in=keys, merged_into__isnull=False).values("merged_into")
    return (Q(pk__in=keys) | Q(pk__in=merged)) & Q(merged_into=None)


def people_by_firm(held: QuerySet[Membership], supplier_ids: Collection[int]) -> dict[int, list[User]]:
    """Who has one of these roles at each of these suppliers, or at what they are now; two queries at most."""
    asked = Supplier.objects.filter(pk__in=supplier_ids).annotate(now=Coalesce("merged_into_id", "pk"))
    rows = held.annotate(firm=now_called("supplier")).filter(firm__in=asked.values("now"))
    by_firm: dict[int, dict[int, User]] = {}
    for role in rows.select_related("user").order_by("user"):
        by_firm.setdefault(role.firm, {})[role.user_id] = role.user
    people = {firm: list(found.values()) for firm, found in by_firm.items()}
    elsewhere = set(supplier_ids) - set(people)
    if people and elsewhere:
        merged = Supplier.objects.filter(pk__in=elsewhere, merged_into__isnull=False)
        now = dict(merged.values_list("pk", "merged_into"))
        people |= {pk: people[firm] for pk, firm in now.items() if firm in people}
    return {pk: people[pk] for pk in supplier_ids if pk in people}
