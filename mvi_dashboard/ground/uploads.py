"""Files that people send with a form: kept in memory only, and never larger than what is read.

What is secret is sealed as soon as it is stored. Django's own handlers write what is large to a temporary
file, where a crash would leave it in clear; here nothing of a file reaches a disk before a service has sealed it.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParser, MultiPartParserError

from mvi_dashboard.ground.languages import worded

from .intake import LARGEST_FILE
from .problems import refuse
from .sent_files import size_in_words

_BESIDE = 1024 * 1024


def most_kept() -> int:
    """So many bytes of one form are kept: nobody needs to send two large files."""
    return max(LARGEST_FILE, int(settings.FILES_LARGEST)) + _BESIDE


class MemoryOnly(FileUploadHandler):
    """Keeps a file in memory up to what may be read; of a larger one no more than shows that it is.

    All files of one form together get little more room than one of them. A form that stops halfway, because the
    connection broke, is refused: Django itself takes the half that came.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.room = most_kept()

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, str],
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> tuple[Any, Any]:
        """The fields and files of a form that came in whole. Raises MultiPartParserError for half of one."""
        counted = _Counted(input_data)
        parser = MultiPartParser(META, counted, [_Inner(self)], encoding)  # type: ignore[arg-type]
        found = parser.parse()
        if counted.size < content_length:
            raise MultiPartParserError("the form stopped before its end")
        return found

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin with nothing."""
        super().new_file(*args, **kwargs)
        self.kept = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep this part, unless the file is too large already: then who measures it sees that too."""
        if start <= most_kept() - _BESIDE and self.room > 0:
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


class _Inner(FileUploadHandler):
    """The handler for the parser within: the same one, but for taking the whole form over."""

    def __init__(self, outer: MemoryOnly) -> None:
        super().__init__(outer.request)
        self.outer = outer
        self.new_file = outer.new_file  # type: ignore[method-assign]
        self.receive_data_chunk = outer.receive_data_chunk  # type: ignore[method-assign]

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """The file with its real size."""
        return self.outer.file_complete(file_size)


class _Counted:
    """A stream that knows how much of it was read."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.size = 0

    def read(self, *args: Any) -> bytes:
        """The next bytes."""
        found: bytes = self.stream.read(*args)
        self.size += len(found)
        return found


def file_in(request: HttpRequest, name: str = "file", most: int = LARGEST_FILE) -> tuple[str, bytes] | None:
    """Name and content of the file that was sent, None without one. Raises Refused when it is too large."""
    file = request.FILES.get(name)
    if file is None or isinstance(file, list):
        return None
    if (file.size or 0) > most:
        raise refuse(
            "too_large", worded("Dit bestand is te groot: hoogstens {most}.", most=size_in_words(most)), name
        )
    return file.name or "", file.read()
