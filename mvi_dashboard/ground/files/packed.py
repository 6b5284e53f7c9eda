"""Files that are zips: workbooks and documents without macros, and a zip of files that may each be attached."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO

from mvi_dashboard.ground.intake.files import check_parts
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.problems import Refused, refuse

from .names import name_problems
from .texts import check_xml
from .types import DOCX, ODT, XLSX, ZIP, FileType

MOST_MEMBERS = 200
_CONTENT_TYPES = "[Content_Types].xml"
_MAIN_PARTS = (
    (XLSX, b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", "xl/workbook.xml"),
    (
        DOCX,
        b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        "word/document.xml",
    ),
)
_MACROS = (b"macroenabled", b"vbaproject", b"intlmacrosheet", b"activex")
_MACRO_PARTS = ("xl/macrosheets/", "xl/dialogsheets/", "word/activex/", "xl/activex/", "word/vba", "xl/vba")
_MACROS_OF_ODF = ("basic/", "scripts/")
_LARGEST_LIST = 4 * 1024 * 1024


def type_of_zip(content: bytes) -> FileType:
    """Which of the types that are zips this is. Raises Refused: a bomb, macros, or another kind of office file."""
    with _opened(content) as (packed, names):
        if _CONTENT_TYPES in names:
            return _office(packed, names)
        if names and names[0] == "mimetype":
            return _open_document(packed, names)
        return ZIP


def check_members(content: bytes, check: Callable[[bytes, str], FileType]) -> None:
    """Raises Refused when a file in this zip may not be attached by itself, is a zip, or has a wrong name."""
    with _opened(content) as (packed, names):
        files = [name for name in names if not name.endswith("/")]
        if not files:
            raise refuse("no_rows", "In deze zip zit geen bestand.")
        if len(files) > MOST_MEMBERS:
            raise refuse(
                "too_many",
                worded(
                    "In deze zip zitten te veel bestanden: hoogstens {most_members}.", most_members=MOST_MEMBERS
                ),
            )
        for name in files:
            _check_member(packed, name, check)


def _check_member(packed: zipfile.ZipFile, name: str, check: Callable[[bytes, str], FileType]) -> None:
    folders, _, last = name.rpartition("/")
    if "\\" in name or any(name_problems(part) for part in (*filter(None, folders.split("/")), last)):
        raise refuse("filename", "In deze zip heeft een bestand een naam die niet kan: pak het anders in.")
    content = _read(packed, name)
    try:
        found = check(content, last)
    except Refused as refused:
        text = worded("In deze zip: {last}. {detail}", last=last, detail=refused.problems[0].detail)
        raise refuse(refused.problems[0].code, text) from None
    if found is ZIP:
        raise refuse("nested", "In deze zip zit nog een zip: pak die eerst uit.")


def _office(packed: zipfile.ZipFile, names: list[str]) -> FileType:
    listed = _read(packed, _CONTENT_TYPES, _LARGEST_LIST)
    small = [name.casefold() for name in names]
    if any(sign in listed.lower() for sign in _MACROS) or any(name.startswith(_MACRO_PARTS) for name in small):
        raise refuse("macros", "Dit bestand heeft macro's: sla het op zonder (als .xlsx of .docx).")
    check_xml(listed)
    for found, main, part in _MAIN_PARTS:
        if main in listed and part in names:
            check_xml(_read(packed, part))
            return found
    raise refuse("wrong_type", "Dit soort Office-bestand nemen wij niet aan: sla het op als .xlsx, .docx of .pdf.")


def _open_document(packed: zipfile.ZipFile, names: list[str]) -> FileType:
    if _read(packed, "mimetype", 200).strip() != ODT.media_type.encode() or "content.xml" not in names:
        raise refuse("wrong_type", "Van OpenDocument nemen wij alleen tekst aan (.odt).")
    if any(name.casefold().startswith(_MACROS_OF_ODF) for name in names):
        raise refuse("macros", "Dit bestand heeft macro's: sla het op zonder.")
    check_xml(_read(packed, "content.xml"))
    return ODT


@contextmanager
def _opened(content: bytes) -> Iterator[tuple[zipfile.ZipFile, list[str]]]:
    """The zip with the names in it, after its list was judged and before anything is unpacked."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            yield packed, check_parts(packed.infolist())
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError, KeyError):
        raise refuse("corrupt", "Dit bestand is beschadigd: open het en sla het opnieuw op.") from None


def _read(packed: zipfile.ZipFile, name: str, most: int = 0) -> bytes:
    """One file in a zip, never more of it than its list says."""
    told = packed.getinfo(name).file_size
    if most and told > most:
        raise refuse("zip_ratio", "Uitgepakt is dit bestand te groot.")
    with packed.open(name) as part:
        content = part.read(told + 1)
    if len(content) > told:
        raise refuse("zip_ratio", "Uitgepakt is dit bestand groter dan het zegt.")
    return content
