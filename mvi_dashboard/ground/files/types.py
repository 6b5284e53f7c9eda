"""Which types of file may be attached, each by its content; what is not here is refused."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FileType:
    """One type: the media type it is given back with, how its name ends, and what people call it."""

    code: str
    media_type: str
    endings: tuple[str, ...]
    label: str


PDF = FileType("pdf", "application/pdf", ("pdf",), "PDF")
PNG = FileType("png", "image/png", ("png",), "PNG")
JPEG = FileType("jpeg", "image/jpeg", ("jpg", "jpeg"), "JPG")
WEBP = FileType("webp", "image/webp", ("webp",), "WebP")
XLSX = FileType(
    "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ("xlsx",), "Excel (XLSX)"
)
DOCX = FileType(
    "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ("docx",), "Word (DOCX)"
)
ODT = FileType("odt", "application/vnd.oasis.opendocument.text", ("odt",), "OpenDocument (ODT)")
CSV = FileType("csv", "text/csv", ("csv",), "CSV")
TXT = FileType("txt", "text/plain", ("txt",), "TXT")
XML = FileType("xml", "application/xml", ("xml",), "XML")
JSON = FileType("json", "application/json", ("json",), "JSON")
ZIP = FileType("zip", "application/zip", ("zip",), "ZIP")

ALL = (PDF, PNG, JPEG, WEBP, XLSX, DOCX, ODT, CSV, TXT, XML, JSON, ZIP)
PICTURES = (PNG, JPEG, WEBP)
BY_ENDING = {ending: each for each in ALL for ending in each.endings}
BY_MEDIA_TYPE = {each.media_type: each for each in ALL}
NAMED = f"{', '.join(each.label for each in ALL[:-1])} of een ZIP daarvan"
