"""Made-up files of every type that may be attached, small and whole."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import openpyxl
from PIL import Image

PDF = b"%PDF-1.7\n1 0 obj << >> endobj\nstartxref\n9\n%%EOF\n"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def picture(kind: str = "PNG", size: tuple[int, int] = (60, 40), **saved: object) -> bytes:
    """A red picture."""
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, kind, **saved)
    return out.getvalue()


def zipped(parts: Mapping[str, bytes | str]) -> bytes:
    """A zip of these."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return out.getvalue()


def workbook() -> bytes:
    """A workbook as Excel makes it."""
    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    return out.getvalue()


def document(main: str = f"{_WORD}.main+xml", **more: bytes) -> bytes:
    """A document as Word makes it, of this main type."""
    listed = f'<Types xmlns="a"><Override PartName="/word/document.xml" ContentType="{main}"/></Types>'
    parts = {"[Content_Types].xml": listed, "word/document.xml": "<w:document xmlns:w='w'/>"}
    return zipped({**parts, **{name.replace("__", "/"): content for name, content in more.items()}})


def open_document(kind: str = "text", **more: bytes) -> bytes:
    """A document as LibreOffice makes it."""
    parts: dict[str, bytes | str] = {
        "mimetype": f"application/vnd.oasis.opendocument.{kind}",
        "content.xml": "<office xmlns='o'/>",
    }
    return zipped({**parts, **{name.replace("__", "/"): content for name, content in more.items()}})


GOOD: dict[str, bytes] = {
    "certificaat.pdf": PDF,
    "foto.png": picture(),
    "foto.jpg": picture("JPEG"),
    "foto.webp": picture("WEBP"),
    "tabel.xlsx": workbook(),
    "brief.docx": document(),
    "brief.odt": open_document(),
    "tabel.csv": "naam;kg\nbank;67\n".encode("cp1252"),
    "uitleg.txt": "Eén bank van staal.".encode(),
    "gegevens.xml": b"<a><b>1</b></a>",
    "gegevens.json": b'{"a": [1, 2]}',
    "alles.zip": zipped({"map/certificaat.pdf": PDF, "tabel.xlsx": workbook()}),
}
