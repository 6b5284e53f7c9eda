"""The web server of who runs this on one machine: so many requests at once and no more, each within its time.

A thread for every connection would let a few hundred slow ones take all memory; here a connection waits in the
queue of the system until a place is free, and a client that keeps us waiting loses its place.
"""

from __future__ import annotations

import socket
import sys
import threading
from contextlib import suppress
from typing import Any

from django.core.servers.basehttp import WSGIRequestHandler, WSGIServer

AT_ONCE = 16
SILENT_SECONDS = 15.0
READING_SECONDS = 60.0


class Handler(WSGIRequestHandler):
    """One request of a connection; a client that says nothing for a while is not waited for."""

    timeout = SILENT_SECONDS


class BoundedServer(WSGIServer):
    """Serves at most `AT_ONCE` connections at a time, each for one request.

    A request must have come in within `READING_SECONDS`, however steadily its bytes drip.
    """

    request_queue_size = 64
    allow_reuse_address = True

    def __init__(
        self, *args: Any, at_once: int = AT_ONCE, reading: float = READING_SECONDS, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._places = threading.BoundedSemaphore(at_once)
        self._reading = reading

    def process_request(self, request: Any, client_address: Any) -> None:
        """Begin as soon as there is a place."""
        self._places.acquire()
        threading.Thread(target=self._serve, args=(request, client_address), daemon=True).start()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who stopped talking is no error of ours."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)

    def _serve(self, request: socket.socket, client_address: Any) -> None:
        enough = threading.Timer(self._reading, _read_no_more, [request])
        enough.daemon = True
        enough.start()
        try:
            self.finish_request(request, client_address)
        except Exception:
            self.handle_error(request, client_address)
        finally:
            enough.cancel()
            self.shutdown_request(request)
            self._places.release()


def serve(address: str, port: int, application: Any) -> None:
    """Serve until somebody stops it."""
    with BoundedServer((address, port), Handler) as server, suppress(KeyboardInterrupt):
        server.set_app(application)
        server.serve_forever()


def _read_no_more(request: socket.socket) -> None:
    with suppress(OSError):
        request.shutdown(socket.SHUT_RD)
