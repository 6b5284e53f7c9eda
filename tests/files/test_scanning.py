"""The virus scanner: asked over its own socket, and nothing is stored that it did not call clean."""

from __future__ import annotations

import socketserver
import struct
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from mvi_dashboard.ground.files import scanning, upkeep
from mvi_dashboard.ground.files.receiving import received
from mvi_dashboard.ground.problems import Refused
from mvi_dashboard.ground.sent_files import Upload

# What every scanner finds and nobody is harmed by, in two parts so that this file is found nowhere.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class _Clamd(socketserver.StreamRequestHandler):
    """Answers as clamd does: the whole of an INSTREAM is read before a word is said."""

    def handle(self) -> None:
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack(">I", self.rfile.read(4))[0]:
            content += self.rfile.read(length)
            if len(content) > 500_000:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
        found = b"Eicar-Test-Signature FOUND" if EICAR in content else b"OK"
        self.wfile.write(b"stream: " + found + b"\0")


@pytest.fixture(params=["tcp", "unix"])
def clamd(request: pytest.FixtureRequest, settings: Any, tmp_path: Path) -> Iterator[None]:
    """A scanner on this machine."""
    socketserver.TCPServer.allow_reuse_address = True
    if request.param == "tcp":
        server: Any = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Clamd)
        settings.CLAMD_SOCKET = f"tcp://127.0.0.1:{server.server_address[1]}"
    else:
        server = socketserver.ThreadingUnixStreamServer(str(tmp_path / "clamd.ctl"), _Clamd)
        settings.CLAMD_SOCKET = f"unix:{tmp_path / 'clamd.ctl'}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield
    server.shutdown()
    server.server_close()
    thread.join()


def refusal(name: str, content: bytes) -> tuple[str, int]:
    with pytest.raises(Refused) as refused:
        received(Upload(name, content))
    assert refused.value.problems[0].attr == "file"
    return refused.value.problems[0].code, refused.value.kind.value


def test_a_clean_file_is_taken_and_an_infected_one_is_not(clamd: None) -> None:
    assert received(Upload("a.txt", b"schoon" * 40_000)).name == "a.txt"
    assert refusal("a.txt", b"begin " + EICAR) == ("infected", 400)


def test_a_scanner_that_reads_no_further_lets_nothing_by(clamd: None) -> None:
    assert refusal("a.txt", b"a" * 3_000_000) == ("scanner_unavailable", 503)


def test_a_scanner_that_is_away_means_a_clear_refusal(settings: Any, tmp_path: Path) -> None:
    settings.CLAMD_SOCKET = f"unix:{tmp_path / 'niemand.ctl'}"
    assert refusal("a.txt", b"hoi") == ("scanner_unavailable", 503)


def test_without_a_scanner_nothing_is_asked(settings: Any) -> None:
    settings.CLAMD_SOCKET = ""
    assert received(Upload("a.txt", EICAR)).content == EICAR


def test_an_address_that_cannot_be_read_is_said_at_the_start(settings: Any) -> None:
    with pytest.raises(ImproperlyConfigured):
        scanning.address_of("127.0.0.1:3310")
    settings.CLAMD_SOCKET = "http://127.0.0.1"
    settings.FILES_LARGEST = 0
    assert [each.id for each in upkeep.check_settings(None)] == ["ground.E031", "ground.E032"]
