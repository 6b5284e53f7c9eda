"""A system that hears webhooks, on this machine: answers as a test says, and keeps what it heard."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

Heard = tuple[str, dict[str, str], bytes]


class Server(ThreadingHTTPServer):
    """Answers with the next of these statuses; the last one again and again. A text is written as it is."""

    daemon_threads = True

    def __init__(self, *answers: int | str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers, self.heard = list(answers), list[Heard]()
        self.names: list[str | None] = []

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news."""

    def secure(self, certificate: Path) -> None:
        """Speak TLS with this certificate and key, and keep which name was asked for."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        context.sni_callback = lambda _socket, name, _context: self.names.append(name)
        self.socket = context.wrap_socket(self.socket, server_side=True)


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        """Keep what came, and answer."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append((self.path, dict(self.headers), body))
        answers = self.server.answers
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if answer == "drip":
            self._drip()
            return
        self.send_response(int(answer))
        if 300 <= int(answer) < 400:
            self.send_header("Location", f"http://127.0.0.1:{self.server.port}/elders")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _drip(self) -> None:
        for each in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 1000:
            try:
                self.connection.sendall(bytes([each]))
            except OSError:
                return
            time.sleep(0.05)

    def log_message(self, *args: Any) -> None:
        """Quiet."""


@contextmanager
def listening(*answers: int | str, certificate: Path | None = None) -> Iterator[Server]:
    """A server that listens as long as this block takes."""
    server = Server(*answers)
    if certificate is not None:
        server.secure(certificate)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def resolving(*addresses: str) -> Any:
    """A resolver that gives these addresses, one after another; the last one again and again."""
    left = list(addresses)

    def resolve(host: str, port: int, *args: Any, **kwargs: Any) -> list[Any]:
        found = left.pop(0) if len(left) > 1 else left[0]
        family = socket.AF_INET6 if ":" in found else socket.AF_INET
        return [(family, socket.SOCK_STREAM, 6, "", (found, port))]

    return resolve
