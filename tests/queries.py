"""How many queries a page costs."""

from __future__ import annotations

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


def queries_of(client: Client, address: str) -> list[str]:
    """The statements behind one page that somebody opens again, without the reading of the server's clock.

    PostgreSQL tells the time by a statement and SQLite by the process: what is pinned is what reads tables.
    """
    client.get(address)  # what the process keeps is not counted
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    statements = [query["sql"] for query in captured.captured_queries]
    return [sql for sql in statements if "clock_timestamp" not in sql]
