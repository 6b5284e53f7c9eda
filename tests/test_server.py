"""The server of one machine: slow clients get a place, and lose it; the others are served meanwhile."""

from __future__ import annotations

import socket
import threading
import urllib.request
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from mvi_dashboard.server import BoundedServer, Handler

AT_ONCE = 3


class Application:
    """Answers with the length of the body, and counts how many requests it has at once."""

    def __init__(self) -> None:
        self.now = self.most = self.cut = 0
        self.lock = threading.Lock()
        self.held = threading.Event()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        if environ["PATH_INFO"] == "/wait":
            self.held.wait(10)
        wanted = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(wanted)
        with self.lock:
            self.now -= 1
            self.cut += len(body) < wanted
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [str(len(body)).encode()]


@pytest.fixture
def application() -> Application:
    return Application()


@pytest.fixture
def server(application: Application) -> Iterator[BoundedServer]:
    with BoundedServer(("127.0.0.1", 0), Handler, at_once=AT_ONCE, reading=2.0) as made:
        made.set_app(application)
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield made
        made.shutdown()
        thread.join()


def ask(server: BoundedServer, path: str = "/", body: bytes | None = None) -> str:
    address = f"http://127.0.0.1:{server.server_port}{path}"
    with urllib.request.urlopen(address, data=body, timeout=20) as answer:
        return str(answer.read().decode())


def test_no_more_requests_run_at_once_than_there_are_places(
    server: BoundedServer, application: Application
) -> None:
    clients = [threading.Thread(target=ask, args=(server, "/wait")) for _ in range(4 * AT_ONCE)]
    for client in clients:
        client.start()
    while application.now < AT_ONCE:
        threading.Event().wait(0.01)
    application.held.set()
    for client in clients:
        client.join()
    assert application.most == AT_ONCE


def test_clients_that_send_half_a_body_lose_their_place(server: BoundedServer, application: Application) -> None:
    slow = []
    for _ in range(AT_ONCE):
        client = socket.create_connection(("127.0.0.1", server.server_port))
        client.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nhalf")
        slow.append(client)
    assert ask(server, body=b"whole") == "5"
    # The whole body is answered as soon as one place is free; the others lose theirs just as well.
    while application.cut < AT_ONCE:
        threading.Event().wait(0.01)
    for client in slow:
        client.close()


def test_clients_that_send_half_a_header_lose_their_place(server: BoundedServer) -> None:
    slow = [socket.create_connection(("127.0.0.1", server.server_port)) for _ in range(2 * AT_ONCE)]
    for client in slow:
        client.sendall(b"POST / HTTP/1.1\r\nHos")
    assert ask(server, body=b"whole") == "5"
    for client in slow:
        client.close()
