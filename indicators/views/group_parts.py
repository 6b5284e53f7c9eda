"""The page of a product group in parts: one page where it has few products, tabs where it has many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from django.http import HttpRequest
from django.urls import reverse

from mvi_dashboard.ground.problems import not_found

MOST_TOGETHER = 12
"""products of a group that stand on one page with all the rest"""
MOST_ON_A_PAGE = 6
PRODUCTS, EARLIER, ASKED = "producten", "eerdere-producten", "aanleveren"
_LABELS = {
    "": "De groep",
    PRODUCTS: "Producten",
    EARLIER: "Eerdere versies",
    ASKED: "Wat een leverancier aanlevert",
}
_NAMES = {"": "group", PRODUCTS: "group_products", EARLIER: "group_earlier", ASKED: "group_asked"}
_FROM = "vanaf"
Row = TypeVar("Row")


class GroupParts:
    """Which parts of a group stand on this page. Raises Refused (absent) for one that it does not have."""

    def __init__(self, code: str, part: str, *, products: int, earlier: int, types: bool) -> None:
        self.code, self.part = code, part
        self.divided = products + earlier > MOST_TOGETHER
        self._has = [each for each in _LABELS if each != EARLIER or earlier]
        if part not in self._has:
            raise not_found()
        whole = not self.divided and not part
        self.group = not part
        self.products = whole or part == PRODUCTS
        self.earlier = whole or part == EARLIER
        self.asked = whole or part == ASKED
        self.types = types and self.group
        self.first = next(
            (name for name in ("types", "products", "earlier", "asked") if getattr(self, name)), "group"
        )

    @property
    def tabs(self) -> list[dict[str, Any]]:
        """The tabs; none where all stands together."""
        if not self.divided and not self.part:
            return []
        return [
            {"label": _LABELS[each], "url": self._address(each), "current": each == self.part}
            for each in self._has
        ]

    def _address(self, part: str) -> str:
        return reverse(f"indicators:{_NAMES[part]}", args=[self.code])

    @property
    def types_url(self) -> str:
        """The page on which its types stand; nothing when that is this one."""
        return self._address("") if self.part else ""

    @property
    def products_url(self) -> str:
        """Where its products stand."""
        return self._address(PRODUCTS) if self.divided else f"{self._address('')}#producten"

    def page(self, request: HttpRequest, rows: Sequence[Row]) -> tuple[Sequence[Row], str]:
        """The rows from where the address says, and the address of the next ones."""
        start = self._start(request)
        end = start + MOST_ON_A_PAGE
        if self.part not in (PRODUCTS, EARLIER) or end >= len(rows):
            return rows[start:], ""
        query = request.GET.copy()
        query[_FROM] = str(end)
        return rows[start:end], f"{request.path}?{query.urlencode()}"

    def first_url(self, request: HttpRequest) -> str:
        """The first page, when this is a later one."""
        if not self._start(request):
            return ""
        query = request.GET.copy()
        query.pop(_FROM)
        return f"{request.path}?{query.urlencode()}" if query else request.path

    def _start(self, request: HttpRequest) -> int:
        asked = request.GET.get(_FROM, "")
        return int(asked) if self.part in (PRODUCTS, EARLIER) and asked.isascii() and asked.isdigit() else 0
