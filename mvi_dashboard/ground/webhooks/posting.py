"""One POST to one webhook: to the address that was checked, within ten seconds in all, following nothing."""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from . import addresses
from .addresses import Target, Unfit

SECONDS = 10.0
"""for everything together, however slowly the other side answers"""
MOST_READ = 4096
"""bytes of an answer; they are not kept"""


@dataclass(frozen=True)
class Answer:
    """What came of a try: the status that was answered, and a code of why it did not arrive (empty: it did)."""

    status: int | None
    problem: str


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """What came of sending this; it never raises for what the other side does."""
    end = time.monotonic() + SECONDS
    try:
        target = addresses.target_of(url)
        address = addresses.resolved(target, SECONDS / 2)
        return _judged(_status_of(target, address, body, headers, end))
    except Unfit as unfit:
        return Answer(None, unfit.code)
    except TimeoutError:
        return Answer(None, "timeout")
    except ssl.SSLError:
        return Answer(None, "certificate")
    except (OSError, http.client.HTTPException):
        return Answer(None, "no_answer")


def _judged(status: int) -> Answer:
    if 200 <= status < 300:
        return Answer(status, "")
    return Answer(status, "redirect" if 300 <= status < 400 else "refused")


def _status_of(target: Target, address: str, body: bytes, headers: Mapping[str, str], end: float) -> int:
    connection = _Connection(target, address, end)
    try:
        connection.request("POST", target.path, body, {**headers, "Host": target.name, "Connection": "close"})
        with connection.getresponse() as answer:
            answer.read(MOST_READ)
            return answer.status
    finally:
        connection.close()


class _Connection(http.client.HTTPConnection):
    """A connection to a checked address, that names the host it is meant for, with one end for all it does."""

    def __init__(self, target: Target, address: str, end: float) -> None:
        super().__init__(target.host, target.port)
        self._target, self._address, self._end = target, address, end

    def connect(self) -> None:
        """To the address, with the name in the handshake: the certificate is that of the name."""
        # Not by create_connection, which asks the resolver again.
        found = socket.socket(socket.AF_INET6 if ":" in self._address else socket.AF_INET)
        try:
            found.settimeout(_left(self._end))
            found.connect((self._address, self._target.port))
            if self._target.secure:
                found = ssl.create_default_context().wrap_socket(found, server_hostname=self._target.host)
            self.sock: Any = _Ending(found, self._end)
        except BaseException:
            found.close()
            raise


class _Ending:
    """A socket of which every read and write ends at the same moment, so that drops of an answer win no time."""

    def __init__(self, found: socket.socket, end: float) -> None:
        self._socket, self._end, self._read = found, end, False

    def sendall(self, content: bytes) -> None:
        self._socket.settimeout(_left(self._end))
        self._socket.sendall(content)

    def makefile(self, mode: str) -> io.BufferedReader:
        self._read = True
        return io.BufferedReader(_Reading(self._socket, self._end))

    def close(self) -> None:
        # As a socket does: what is still read from it closes it at its end.
        if not self._read:
            self._socket.close()


class _Reading(io.RawIOBase):
    def __init__(self, found: socket.socket, end: float) -> None:
        self._socket, self._end = found, end

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._socket.settimeout(_left(self._end))
        return self._socket.recv_into(buffer)

    def close(self) -> None:
        super().close()
        self._socket.close()


def _left(end: float) -> float:
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
