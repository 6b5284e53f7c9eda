"""The operations of the REST interface as a list for people, read from the description itself."""

from __future__ import annotations

from typing import Any

from drf_spectacular.generators import SchemaGenerator

_METHODS = ("get", "post", "put", "patch", "delete")


def table() -> str:
    """Every operation with what it is for and which headers it needs, as rows of Markdown."""
    rows = ["| operation | what it is for (Dutch) | needs |", "|---|---|---|"]
    generator: Any = SchemaGenerator
    described: dict[str, Any] = generator().get_schema(request=None, public=True)
    for address, path in described["paths"].items():
        for method in _METHODS:
            if method in path:
                rows.append(_row(method, address, path[method]))
    return "\n".join(rows) + "\n"


def _row(method: str, address: str, operation: dict[str, Any]) -> str:
    headers = [each["name"] for each in operation.get("parameters", ()) if each["in"] == "header"]
    needs = ", ".join(f"`{name}`" for name in headers) or "-"
    return f"| `{method.upper()} {address}` | {operation['summary']} | {needs} |"
