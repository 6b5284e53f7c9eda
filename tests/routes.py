"""Every address that the site and the API have, read from their own lists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver


def all_routes(prefix: str = "", resolver: Any = None) -> Iterator[tuple[str, Any]]:
    """(route, view) of every address, without those of the admin."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield route, entry.callback
        elif isinstance(entry, URLResolver) and entry.app_name != "admin":
            yield from all_routes(route, entry)


def operations() -> Iterator[tuple[str, str, Any]]:
    """(route, method, handler) of every operation of the API."""
    for route, view in all_routes():
        endpoint = getattr(view, "view_class", None) or getattr(view, "cls", None)
        for method in ("get", "post", "put", "patch", "delete"):
            handler = getattr(endpoint, method, None)
            if route.startswith("api/") and handler is not None and hasattr(handler, "headers"):
                yield "/" + route, method, handler
