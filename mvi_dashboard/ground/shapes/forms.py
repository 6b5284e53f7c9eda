"""From a posted form to the same document that REST sends: input names are the paths of the problems."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

_DEEPEST = 8
_LONGEST_NUMBER = 6


def document_of(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The nested document behind inputs such as `lines.0.massKg`, ready for `read(..., typed=True)`.

    Numbers make lists. Rows in which nothing was filled in are left out and the rest move up, so draw the
    page again from this document and every problem stands beside its own input.

    >>> document_of([("name", "Stoel"), ("rows.0.share", ""), ("rows.4.share", "60")])
    {'name': 'Stoel', 'rows': [{'share': '60'}]}
    """
    tree: dict[str, Any] = {}
    for name, value in pairs:
        parts = name.split(".")
        if len(parts) <= _DEEPEST:
            # A browser ends the lines of a text with CR LF, whatever stood in the page; here lines end with LF.
            _plant(tree, parts, value.replace("\r\n", "\n"))
    document = _settled(tree)
    return document if isinstance(document, dict) else {}


def _plant(tree: dict[str, Any], parts: list[str], value: str) -> None:
    for part in parts[:-1]:
        branch = tree.setdefault(part, {})
        if not isinstance(branch, dict):
            return  # `a=1` beside `a.b=2`: the first one stands
        tree = branch
    tree.setdefault(parts[-1], value)


def _settled(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    if node and all(_is_index(key) for key in node):
        rows = (_settled(node[key]) for key in sorted(node, key=int))
        return [row for row in rows if not _is_blank(row)]
    return {key: _settled(value) for key, value in node.items()}


def _is_index(key: str) -> bool:
    return key.isascii() and key.isdigit() and len(key) <= _LONGEST_NUMBER


def _is_blank(node: Any) -> bool:
    if isinstance(node, dict):
        return all(_is_blank(value) for value in node.values())
    if isinstance(node, list):
        return all(_is_blank(value) for value in node)
    return not str(node).strip()
