"""What a file is, by its content: every type that is taken, and what is refused with a word about why."""

from __future__ import annotations

import io
import random
import struct
import unicodedata
import zlib
from typing import Any

import pytest
from PIL import Image

from mvi_dashboard.ground.files import pictures
from mvi_dashboard.ground.files.inspecting import inspect
from mvi_dashboard.ground.files.names import name_problems, tidy
from mvi_dashboard.ground.files.receiving import received
from mvi_dashboard.ground.files.types import BY_ENDING
from mvi_dashboard.ground.problems import Refused
from mvi_dashboard.ground.sent_files import Upload
from tests.files_made import GOOD, PDF, document, open_document, picture, workbook, zipped


def code_of(name: str, content: bytes) -> str:
    """The first word of the refusal; empty when it is taken."""
    try:
        inspect(content, name)
    except Refused as refused:
        found = refused.problems[0]
        return found.code if found.detail.endswith((".", "!", "?")) else "no sentence"
    return ""


@pytest.mark.parametrize("name", GOOD)
def test_every_type_that_may_be_sent_is_known_by_its_content(name: str) -> None:
    assert inspect(GOOD[name], name) is BY_ENDING[name.rpartition(".")[2]]


@pytest.mark.parametrize("name", [name for name in GOOD if name not in ("tabel.csv", "uitleg.txt")])
def test_a_file_under_the_name_of_another_type_is_refused(name: str) -> None:
    for other in GOOD:
        if BY_ENDING[other.rpartition(".")[2]] is not BY_ENDING[name.rpartition(".")[2]]:
            texts = {"tabel.csv", "uitleg.txt", "gegevens.xml", "gegevens.json"}
            if name in texts and other in ("tabel.csv", "uitleg.txt"):
                continue  # XML and JSON are text too
            assert code_of(other, GOOD[name]), (other, name)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.pdf", b"%PDF-1.7 halverwege", "corrupt"),
        ("a.pdf", b"<script>alert(1)</script>", "wrong_type"),
        ("a.pdf", b"MZ\x90\x00", "wrong_type"),
        ("a.pdf", b"   \n", "empty"),
        ("a.exe", b"MZ\x90\x00", "wrong_type"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "wrong_type"),
        ("a.xml", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "active_content"),
        ("a.xml", b"<a xmlns:x='http://www.w3.org/1999/xhtml'><x:script/></a>", "active_content"),
        ("a.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "entities"),
        ("a.xml", b"<a>" * 300 + b"</a>" * 300, "wrong_type"),
        ("a.xml", b"<a>", "wrong_type"),
        ("a.json", b"{", "wrong_type"),
        ("a.json", b'{"a": NaN}', "wrong_type"),
        ("a.json", b"[" * 5000 + b"]" * 5000, "wrong_type"),
        ("a.txt", b"<!doctype html><p>", "active_content"),
        ("a.txt", b"a\x00b", "wrong_type"),
        ("a.csv", b"\xff\xfea", "encoding"),
        ("a.docx", document(main="application/vnd.ms-word.document.macroEnabled.main+xml"), "macros"),
        ("a.docx", document(word__vbaProject_bin=b"x"), "macros"),
        ("a.xlsx", zipped({"[Content_Types].xml": "<a/>", "xl/macrosheets/s.xml": "<a/>"}), "macros"),
        ("a.odt", open_document(Basic__script=b"x"), "macros"),
        ("a.odt", open_document("spreadsheet"), "wrong_type"),
        ("a.zip", zipped({"in.zip": zipped({"a.txt": "hoi"})}), "nested"),
        ("a.zip", zipped({"../a.pdf": PDF}), "corrupt"),
        ("a.zip", zipped({"a\\b.pdf": PDF}), "filename"),
        ("a.zip", zipped({"map/": "", "map/con.pdf": PDF}), "filename"),
        ("a.zip", zipped({"a.exe": b"MZ\x90"}), "wrong_type"),
        ("a.zip", zipped({}), "wrong_type"),
        ("a.zip", zipped({"a.txt": b"0" * 20_000_000}), "zip_ratio"),
        ("a.zip", zipped({f"{n}.txt": b"x" for n in range(201)}), "too_many"),
        ("a.png", picture()[:-20], "corrupt"),
        ("a.jpg", picture("JPEG", (600, 400))[:-300], "corrupt"),
        ("a.doc", b"\xd0\xcf\x11\xe0" + b"x" * 600, "wrong_type"),
    ],
)
def test_what_may_not_be_sent_is_refused_with_why(name: str, content: bytes, code: str) -> None:
    assert code_of(name, content) == code


def test_a_picture_that_unpacks_to_a_bomb_is_refused_by_its_header() -> None:
    small = bytearray(picture())
    small[16:24] = struct.pack(">II", 40_000, 40_000)
    small[29:33] = struct.pack(">I", zlib.crc32(bytes(small[12:29])))
    assert code_of("bom.png", bytes(small)) == "zip_ratio"


def test_a_zip_that_says_it_is_smaller_than_it_is_unpacks_no_further() -> None:
    packed = bytearray(zipped({"a.txt": b"a" * 3000}))
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = packed.index(mark) + at
        packed[place : place + 4] = struct.pack("<I", 10)
    assert code_of("a.zip", bytes(packed)) in ("corrupt", "zip_ratio")


def test_a_preview_holds_no_place_and_no_camera() -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x8825] = "Kanarie Camera", {1: "N", 2: (52.0, 5.0, 0.0)}
    sent = picture("JPEG", (3000, 200), exif=exif.tobytes())
    assert b"Kanarie" in sent
    made = pictures.preview(sent)
    with Image.open(io.BytesIO(made)) as shown:
        assert (shown.format, shown.width) == ("JPEG", 1600)
        assert dict(shown.getexif()) == {}
    assert b"Kanarie" not in made


@pytest.mark.parametrize(
    "name",
    [
        *("../a.pdf", "a/b.pdf", "C:\\a.pdf", "a\\b.pdf", "", " ", ".", "..", ".htaccess", "a.pdf.", " a.pdf"),
        *("a\x00.pdf", "a\n.pdf", "factuur\u202efdp.exe", "a\u200b.pdf", "con.pdf", "NUL", "com1.txt", "a:b.pdf"),
        *("a|b.pdf", 'a"b.pdf', "a" * 201),
    ],
)
def test_a_name_that_is_a_path_or_hides_something_is_refused(name: str) -> None:
    assert [each.code for each in name_problems(name)] == ["filename"]
    assert name_problems(name)[0].attr == "file"


def test_ten_thousand_hostile_names_are_refused_or_harmless() -> None:
    rng = random.Random(12)
    signs = "ab.é/\\\x00\n\r\t\u202e\u2066\u200b\u0301\ud800:*?\"<>| '%;${}`~#&=+-_()[]🪑\uffff\ue000"
    words = ("..", "con", "aux", ".pdf", "%2e%2e%2f", "file://", "; rm -rf", "\r\nSet-Cookie: a=b", "<script>")
    taken = 0
    for _ in range(10_000):
        name = "".join(rng.choice((rng.choice(signs), rng.choice(words))) for _ in range(rng.randint(0, 12)))
        name = tidy(name)
        if name_problems(name):
            continue
        taken += 1
        assert not set(name) & set('/\\:*?"<>|\x00\r\n')
        assert name not in ("", ".", "..")
        assert all(unicodedata.category(sign)[0] != "C" for sign in name)
        assert name.encode("utf-8").decode("utf-8") == name
    assert taken > 50


def test_a_file_is_looked_at_in_another_process_and_each_word_stands_at_its_field(settings: Any) -> None:
    found = received(Upload("tabel.xlsx", workbook()))
    assert (found.type.code, found.name) == ("xlsx", "tabel.xlsx")
    with pytest.raises(Refused) as refused:
        received(Upload("tabel.pdf", workbook()))
    assert [(each.attr, each.code) for each in refused.value.problems] == [("file", "wrong_type")]


def test_a_byte_over_the_limit_and_no_byte_at_all_are_refused(settings: Any) -> None:
    settings.FILES_LARGEST = len(PDF)
    assert received(Upload("a.pdf", PDF)).content == PDF
    settings.FILES_LARGEST = len(PDF) - 1
    for upload, code, status in ((Upload("a.pdf", PDF), "too_large", 413), (Upload("a.pdf", b""), "empty", 400)):
        with pytest.raises(Refused) as refused:
            received(upload)
        assert (refused.value.problems[0].code, refused.value.kind.value) == (code, status)
