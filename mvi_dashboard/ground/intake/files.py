"""What kind of file this is, judged by its bytes and not only by its name; and zips before they are opened."""

from __future__ import annotations

import re
import zipfile

from mvi_dashboard.ground.problems import Kind, Refused, refuse
from mvi_dashboard.ground.shapes import quoted

LARGEST_FILE = 10 * 1024 * 1024
_LARGEST_UNPACKED = 150 * 1024 * 1024
_MOST_PARTS = 1_000
_HIGHEST_RATIO = 100
_SMALL = 1024 * 1024
_NAME = re.compile(r"[^\x00-\x1f\x7f/\\]{1,200}\.(csv|txt|tsv|xlsx|xlsm)", re.IGNORECASE).fullmatch
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
LOOKS_LIKE = (
    (b"\x89PNG", "een afbeelding"),
    (b"\xff\xd8\xff", "een afbeelding"),
    (b"GIF8", "een afbeelding"),
    (b"MZ", "een programma"),
    (b"\x7fELF", "een programma"),
    (b"%PDF", "een pdf"),
    (b"\x1f\x8b", "een ingepakt bestand"),
    (b"{\\rtf", "een tekstdocument"),
    (_OLE, "een bestand met een wachtwoord, of een oud Office-bestand"),
)
"""first bytes of what is no table, and what it is"""
_KEPT_BESIDE = (".ds_store", "thumbs.db", "desktop.ini")
_OTHER_ZIPS = (
    ("/xl/workbook.xml", "In dit bestand staat een map om het werkboek: open het in Excel en sla het opnieuw op."),
    ("xl/workbook.bin", "Dit is een binair werkboek (.xlsb): sla het op als .xlsx."),
    ("document.iwa", "Dit is een bestand van Numbers: exporteer het naar Excel (.xlsx)."),
    ("word/document.xml", "Dit is een Word-document, geen werkboek: kies een .csv of .xlsx."),
    (".xlsx", "Dit is een zip met een werkboek erin: pak hem uit en kies het werkboek zelf."),
    ("content.xml", "Dit is een OpenDocument-bestand (.ods): sla het op als .xlsx."),
)
_CORRUPT = "Dit bestand is beschadigd: open het, sla het opnieuw op als .xlsx en probeer het nog eens."


def check_file(content: bytes, name: str) -> None:
    """Raises Refused when name, size or first bytes say that this is no table that we read."""
    if not _NAME(name):
        raise refuse("filename", "Kies een bestand waarvan de naam eindigt op .csv of .xlsx.", "file")
    if len(content) > LARGEST_FILE:
        raise refuse("too_large", "Dit bestand is te groot: hoogstens 10 MB.", "file", kind=Kind.TOO_LARGE)
    if not content.strip():
        raise refuse("no_rows", "Dit bestand is leeg.")
    if content.startswith(_OLE):
        text = "Dit bestand is beveiligd met een wachtwoord of is een oud .xls: sla het op als gewoon .xlsx."
        raise refuse("encrypted", text)
    for magic, kind in LOOKS_LIKE:
        if content.startswith(magic):
            raise refuse("wrong_type", f"Dit is {kind}, geen tabel: kies een .csv of .xlsx.")
    workbook = name.lower().endswith((".xlsx", ".xlsm"))
    if workbook != is_zip(content):
        text = "Dit is geen Excel-bestand" if workbook else "Dit is geen tekstbestand met een tabel"
        raise refuse("wrong_type", f"{text}, al zegt de naam {quoted(name)} van wel.")


def is_zip(content: bytes) -> bool:
    """Whether the bytes are those of a zip, which a workbook is too."""
    return content.startswith(_ZIP)


def check_parts(parts: list[zipfile.ZipInfo]) -> list[str]:
    """The names of the parts of a zip, without what a Mac or Windows adds of its own.

    Raises Refused when the parts are a bomb, hidden, or out of their folder; nothing is unpacked.
    """
    names = [part.filename for part in parts]
    if any(part.flag_bits & 1 for part in parts):
        raise refuse("encrypted", "Dit bestand is beveiligd met een wachtwoord: sla het zonder op.")
    if sum(part.file_size for part in parts) > _LARGEST_UNPACKED or len(parts) > _MOST_PARTS:
        raise refuse("zip_ratio", "Uitgepakt is dit bestand te groot.")
    if any(part.file_size > max(_SMALL, part.compress_size * _HIGHEST_RATIO) for part in parts):
        raise refuse("zip_ratio", "Dit bestand wordt uitgepakt ongewoon veel groter: dat lezen wij niet.")
    if any(".." in name or name.startswith("/") for name in names):
        raise corrupt()
    kept = [name for name in names if not _is_beside(name)]
    small = [name.casefold() for name in kept]
    if len(set(small)) != len(small):
        raise corrupt()
    if any(name.endswith("vbaproject.bin") for name in small):
        raise refuse("macros", "Dit bestand heeft macro's: sla het op als .xlsx, zonder macro's.")
    if any(name.startswith("xl/externallinks/") for name in small):
        raise refuse(
            "external_links",
            "Dit bestand verwijst naar andere bestanden: plak de waarden en haal de koppelingen weg.",
        )
    return kept


def refuse_other_zips(names: list[str]) -> None:
    """Raises Refused for a zip that is no workbook, with what it is."""
    small = [name.casefold() for name in names]
    if any(name.startswith("xl/workbook") and name.endswith(".xml") for name in small):
        return
    for sign, text in _OTHER_ZIPS:
        if any(name.endswith(sign) for name in small):
            raise refuse("wrong_type", text)


def _is_beside(name: str) -> bool:
    """Whether this is one of the notes that a computer keeps beside files and packs along."""
    last = name.rpartition("/")[2]
    return name.startswith("__MACOSX/") or last.startswith("._") or last.lower() in _KEPT_BESIDE


def corrupt() -> Refused:
    """The refusal of a workbook that does not hold together."""
    return refuse("corrupt", _CORRUPT)
