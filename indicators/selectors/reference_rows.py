"""The rows of one kind of reference data, for tables, lists and files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q, QuerySet

from indicators.models import BaselineProduct, GroupCpv, Material, ProductGroup, ProductType, ProposedRow

_K = ProposedRow.Kind
_MOST_WORDS = 5


@dataclass(frozen=True)
class Rows:
    """Rows with the names of the columns that hold their code, their name and what stands beside it."""

    rows: QuerySet[Any]
    code: str = "code"
    name: str = "name_nl"
    note: str = "group__name_nl"

    def matching(self, search: str) -> Rows:
        """Those of which the code or the name has every word."""
        found = self.rows
        for word in search.replace("\x00", "").split()[:_MOST_WORDS]:
            found = found.filter(Q(**{f"{self.code}__icontains": word}) | Q(**{f"{self.name}__icontains": word}))
        return replace(self, rows=found)

    def codes(self) -> Iterator[str]:
        """Their codes, in order."""
        return iter(self.rows.order_by(self.code, "id").values_list(self.code, flat=True))

    def code_of(self, row: Any) -> str:
        """The code of a row."""
        return str(getattr(row, self.code))

    def name_of(self, row: Any) -> str:
        """What a row is called."""
        return str(_behind(row, self.name))

    def note_of(self, row: Any) -> str:
        """What stands beside its name."""
        return str(_behind(row, self.note) or "")


def _behind(row: Any, path: str) -> Any:
    for part in path.split("__"):
        row = None if row is None else getattr(row, part)
    return row


def rows_of_kind(kind: str) -> Rows:
    """The rows that hold now: of products those that are offered, of materials those of everybody."""
    if kind == _K.GROUP:
        return Rows(ProductGroup.objects.select_related("cluster"), note="cluster__name_nl")
    if kind == _K.TYPE:
        return Rows(ProductType.objects.select_related("group"))
    if kind == _K.PREFIX:
        return Rows(
            GroupCpv.objects.select_related("group", "product_type"),
            code="prefix",
            name="group__name_nl",
            note="product_type__name_nl",
        )
    if kind == _K.PRODUCT:
        return Rows(BaselineProduct.objects.filter(successor__isnull=True).select_related("group"))
    public = Material.objects.filter(owner_organisation__isnull=True, owner_supplier__isnull=True)
    return Rows(public, note="category")
