"""What every reader raises: of a form, of JSON, of a cell."""

from __future__ import annotations

from collections.abc import Callable

from .languages import worded


class Unreadable(ValueError):
    """One value cannot be read: `code` says why and `detail`, in Dutch, what to do.

    `variant` names a finer case for which a field may have its own words. Words that take work to find are given
    as a function: they are only found where somebody will read them.
    """

    def __init__(self, code: str, detail: str | Callable[[], str], variant: str = "") -> None:
        self.code = code
        self._detail = detail
        self.variant = variant
        super().__init__(code)

    def __str__(self) -> str:
        return self.detail

    @property
    def detail(self) -> str:
        """What is wrong, in words."""
        return worded(self._detail() if callable(self._detail) else self._detail)
