"""A world in which files hang on things, each test with a store of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

import tenders.services
from mvi_dashboard.ground import clock
from mvi_dashboard.ground.files.attaching import add_file
from mvi_dashboard.ground.models import Attachment, User
from mvi_dashboard.ground.sent_files import Upload
from tests import corpus, standing
from tests.files_made import PDF
from tests.worlds import World

SAID = {"kind": "certificate", "subject": "Gerecycled staal, 90 %"}
CANARY = {"kind": "certificate", "subject": "kanarie-onderwerp", "line": "kanarie-regel", "field": "kanarie-veld"}
Send = Callable[..., Any]


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    """The folder in which this test keeps its files."""
    folder = tmp_path / "media"
    settings.STORAGES = settings.STORAGES | {
        "attachments": {
            "BACKEND": "mvi_dashboard.ground.files.storing.DurableFiles",
            "OPTIONS": {"location": str(folder)},
        }
    }
    return folder


furnish = standing.states("reference", "own-bid")


@pytest.fixture
def add(reference: None) -> Callable[..., Attachment]:
    """Adds a file by the service: `add(actor, "tender", key)`."""

    def make(actor: Any, code: str, key: Any, **given: Any) -> Attachment:
        content, name = given.pop("content", PDF), given.pop("name", "certificaat.pdf")
        document = SAID | given
        return add_file(actor, object_type=code, key=str(key), upload=Upload(name, content), document=document)

    return make


@pytest.fixture
def opened(world: World) -> Callable[[], None]:
    """Opens the tender by two persons, after its deadline."""

    def make() -> None:
        with clock.set_to(world.now + timedelta(days=32)):
            for officer in (world.officer, world.second_officer):
                tenders.services.open_tender(officer, tender_id=world.names["tender"])

    return make


def sent(name: str = "certificaat.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, content)


def signed_in(username: str) -> Client:
    """The browser of this person."""
    client = Client()
    client.force_login(User.objects.get(username=username))
    return client


def post(client: Client, address: str, headers: dict[str, str] | None = None, **fields: Any) -> Any:
    """What comes back of a form with a file over REST."""
    return client.post(
        f"/api/v1{address}", fields, headers={"Idempotency-Key": corpus.fresh_key()} | (headers or {})
    )
