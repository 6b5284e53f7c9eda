"""The virus scanner: a clamd that is asked over its own socket (INSTREAM), when one is configured.

Without `CLAMD_SOCKET` nothing is asked. With one, a file is stored only after the scanner said that it is clean: a
scanner that is away means a clear refusal, so that nothing ever lies here unscanned (decision 67).
"""

from __future__ import annotations

import logging
import socket
import struct
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from mvi_dashboard.ground.problems import Kind, Refused, refuse

SECONDS = 30
_PART = 64 * 1024
_LONGEST_ANSWER = 4096
logger = logging.getLogger(__name__)


def scan(content: bytes) -> None:
    """Nothing when no scanner is configured, or when it calls this clean. Raises Refused: infected, away."""
    place = settings.CLAMD_SOCKET
    if not place:
        return
    try:
        with _connected(place) as connection:
            answer = _asked(connection, content)
    except OSError as error:
        logger.error("the virus scanner at %s does not answer: %s", place, type(error).__name__)
        raise _away() from error
    if answer.endswith(" OK"):
        return
    if answer.endswith(" FOUND"):
        logger.warning("the virus scanner found %s", answer.removeprefix("stream: "))
        raise refuse("infected", "De virusscanner vond iets in dit bestand. Er is niets opgeslagen.", "file")
    logger.error("the virus scanner answered: %s", answer)
    raise _away()


def address_of(place: str) -> tuple[int, str | tuple[str, int]]:
    """(family, address) of `unix:/run/clamav/clamd.ctl` or `tcp://127.0.0.1:3310`. Raises ImproperlyConfigured."""
    parts = urlsplit(place)
    if parts.scheme == "unix" and parts.path:
        return socket.AF_UNIX, parts.path
    if parts.scheme == "tcp" and parts.hostname:
        return socket.AF_INET6 if ":" in parts.hostname else socket.AF_INET, (parts.hostname, parts.port or 3310)
    raise ImproperlyConfigured("CLAMD_SOCKET: write 'unix:/run/clamav/clamd.ctl' or 'tcp://127.0.0.1:3310'.")


def _connected(place: str) -> socket.socket:
    family, address = address_of(place)
    connection = socket.socket(family, socket.SOCK_STREAM)
    connection.settimeout(SECONDS)
    try:
        connection.connect(address)
    except OSError:
        connection.close()
        raise
    return connection


def _asked(connection: socket.socket, content: bytes) -> str:
    """What clamd says of this: `stream: OK`, `stream: NAME FOUND` or `... ERROR`."""
    try:
        connection.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), _PART):
            part = content[start : start + _PART]
            connection.sendall(struct.pack(">I", len(part)) + part)
        connection.sendall(struct.pack(">I", 0))
    except (BrokenPipeError, ConnectionResetError):
        # It stops reading above its own StreamMaxLength, and says so.
        logger.error("the virus scanner stopped reading: is its StreamMaxLength below FILES_LARGEST?")
    answer = b""
    while b"\0" not in answer and len(answer) < _LONGEST_ANSWER:
        received = connection.recv(_LONGEST_ANSWER)
        if not received:
            break
        answer += received
    return answer.partition(b"\0")[0].decode("utf-8", "replace").strip()


def _away() -> Refused:
    text = "De virusscanner is nu niet bereikbaar. Er is niets opgeslagen. Probeer het later opnieuw."
    return refuse("scanner_unavailable", text, "file", kind=Kind.UNAVAILABLE)
