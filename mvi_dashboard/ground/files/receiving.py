"""A file that comes in, before anything is stored: whole, of a size and type that we take, and clean."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.conf import settings

from mvi_dashboard.ground.intake.apart import read_apart
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.problems import Kind, Problem, Refused
from mvi_dashboard.ground.sent_files import Upload, size_in_words

from . import scanning
from .names import name_problems, tidy
from .types import ALL, FileType

_BY_CODE = {each.code: each for each in ALL}


@dataclass(frozen=True)
class Received:
    """A file of which we know what it is."""

    name: str
    content: bytes
    type: FileType

    @property
    def sha256(self) -> str:
        """The hash of what was sent."""
        return hashlib.sha256(self.content).hexdigest()


def received(upload: Upload | None) -> Received:
    """The file, looked at in a process of its own and scanned. Raises Refused, all of it at the field `file`."""
    if upload is None:
        raise Refused([Problem(("file",), "required", "Kies een bestand.")])
    name = tidy(upload.name)
    problems = name_problems(name)
    if not upload.content:
        problems.append(Problem(("file",), "empty", "Dit bestand is leeg."))
    if problems:
        raise Refused(problems)
    require_size(len(upload.content))
    try:
        code = read_apart("attached", upload.content, lambda part: None, name=name)
    except Refused as refused:
        # Every word about a file stands beside its field.
        raise Refused([each.under("file") for each in refused.problems], refused.kind) from None
    scanning.scan(upload.content)
    return Received(name, upload.content, _BY_CODE[code])


def require_size(size: int) -> None:
    """Raises Refused 413 for a file of more bytes than are taken."""
    if size > settings.FILES_LARGEST:
        text = worded(
            "Dit bestand is te groot: hoogstens {files_largest}.",
            files_largest=size_in_words(settings.FILES_LARGEST),
        )
        raise Refused([Problem(("file",), "too_large", text)], Kind.TOO_LARGE)
