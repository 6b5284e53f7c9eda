"""Files of a form stay in memory: a bid in a workbook never reaches a disk in clear."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile, SimpleUploadedFile
from django.test import RequestFactory

from mvi_dashboard.ground.intake import LARGEST_FILE
from mvi_dashboard.ground.pages import posted_number
from mvi_dashboard.ground.problems import Refused
from mvi_dashboard.ground.uploads import file_in


def posted(size: int, name: str = "file"):  # type: ignore[no-untyped-def]
    """A form with a file of so many bytes."""
    return RequestFactory().post("/", {name: SimpleUploadedFile("bod.xlsx", b"x" * size)})


def test_a_large_file_stays_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    request = posted(LARGEST_FILE - 1)
    assert isinstance(request.FILES["file"], InMemoryUploadedFile)
    found = file_in(request)
    assert found is not None
    assert (found[0], len(found[1])) == ("bod.xlsx", LARGEST_FILE - 1)
    assert list(tmp_path.iterdir()) == []


def test_of_a_file_that_is_too_large_no_more_is_kept_than_shows_that_it_is() -> None:
    most = settings.FILES_LARGEST
    request = posted(most + 900_000)
    assert request.FILES["file"].size == most + 900_000
    assert most < len(request.FILES["file"].read()) < most + 70_000
    with pytest.raises(Refused) as refused:
        file_in(request)
    assert refused.value.problems[0].code == "too_large"


def test_without_a_file_there_is_none() -> None:
    assert file_in(RequestFactory().post("/", {"file": "tekst"})) is None


@pytest.mark.parametrize(
    ("text", "number"), [("12", 12), ("", 0), ("²", 0), ("٣", 0), ("9" * 5000, 0), ("-1", 0), ("1.0", 0)]
)
def test_a_number_that_a_page_sent_along_is_a_number_or_nothing(text: str, number: int) -> None:
    assert posted_number(RequestFactory().post("/", {"version": text}), "version") == number
