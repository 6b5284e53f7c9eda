"""Files that people send with a form: kept in memory only, and never larger than what is read.

What is secret is sealed as soon as it is stored. Django's own handlers write what is large to a temporary
file, where a crash would leave it in clear; here nothing of a file reaches a disk before a service has sealed it.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest

from .intake import LARGEST_FILE
from .problems import refuse

MOST_KEPT = LARGEST_FILE + 1024 * 1024
TOO_LARGE = "Dit bestand is te groot: hoogstens 10 MB."


class MemoryOnly(FileUploadHandler):
    """Keeps a file in memory up to what may be read; of a larger one no more than shows that it is.

    All files of one form together get little more room than one of them: nobody needs to send two large ones.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.room = MOST_KEPT

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin with nothing."""
        super().new_file(*args, **kwargs)
        self.kept = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep this part, unless the file is too large already: then who measures it sees that too."""
        if start <= LARGEST_FILE and self.room > 0:
            self.kept.write(raw_data)
            self.room -= len(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """The file with its real size."""
        self.kept.seek(0)
        return InMemoryUploadedFile(
            file=self.kept,
            field_name=self.field_name,
            name=self.file_name or "",
            content_type=self.content_type or "",
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )


def file_in(request: HttpRequest, name: str = "file") -> tuple[str, bytes] | None:
    """Name and content of the file that was sent, None without one. Raises Refused when it is too large."""
    file = request.FILES.get(name)
    if file is None or isinstance(file, list):
        return None
    if (file.size or 0) > LARGEST_FILE:
        raise refuse("too_large", TOO_LARGE, name)
    return file.name or "", file.read()
