"""What a file is, by its content: never by what the sender says it is.

Runs in the child process only. What has no type of ours is refused with what it is, where that can be seen.
"""

from __future__ import annotations

from mvi_dashboard.ground.intake.files import LOOKS_LIKE
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.problems import Refused, refuse

from .names import ending
from .packed import check_members, type_of_zip
from .pictures import check_picture
from .texts import check_json, check_text, check_xml
from .types import BY_ENDING, CSV, JPEG, JSON, NAMED, PDF, PNG, TXT, WEBP, XML, ZIP, FileType

_ZIP_MARK = b"PK\x03\x04"
_END_OF_PDF = 2048
_TEXTS = {CSV: check_text, TXT: check_text, JSON: check_json, XML: check_xml}


def inspect(content: bytes, name: str) -> FileType:
    """The type of this file, also of every file in a zip. Raises Refused: not one of ours, broken, or lying."""
    found = _looked_at(content, name)
    if found is ZIP:
        check_members(content, _looked_at)
    return found


def _looked_at(content: bytes, name: str) -> FileType:
    if not content.strip():
        raise refuse("empty", "Dit bestand is leeg.")
    wanted = BY_ENDING.get(ending(name))
    found = _by_mark(content)
    if found is None and wanted in _TEXTS:
        _TEXTS[wanted](content)
        return wanted
    if wanted is None:
        raise refuse("wrong_type", worded("Dit soort bestand nemen wij niet aan. Wel: {named}.", named=NAMED))
    if found is not wanted:
        raise _lies(wanted, found)
    return found


def _by_mark(content: bytes) -> FileType | None:
    """The type by the first bytes, checked to its end; None for what may be text."""
    if content.startswith(b"%PDF-"):
        _check_pdf(content)
        return PDF
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        check_picture(content, "PNG")
        return PNG
    if content.startswith(b"\xff\xd8\xff"):
        check_picture(content, "JPEG")
        return JPEG
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        check_picture(content, "WEBP")
        return WEBP
    if content.startswith(_ZIP_MARK):
        return type_of_zip(content)
    for mark, what in LOOKS_LIKE:
        if content.startswith(mark):
            raise refuse(
                "wrong_type",
                worded("Dit is {what}. Dat nemen wij niet aan. Wel: {named}.", what=what, named=NAMED),
            )
    return None


def _check_pdf(content: bytes) -> None:
    if b"%%EOF" not in content[-_END_OF_PDF:] or b"startxref" not in content[-_END_OF_PDF:]:
        raise refuse("corrupt", "Deze pdf is niet heel aangekomen: stuur hem opnieuw.")


def _lies(wanted: FileType, found: FileType | None) -> Refused:
    what = worded("een bestand van de soort {label}", label=found.label) if found is not None else "iets anders"
    return refuse(
        "wrong_type",
        worded("De naam zegt {label}, maar dit is {what}. Sla het op als {label}.", label=wanted.label, what=what),
    )
