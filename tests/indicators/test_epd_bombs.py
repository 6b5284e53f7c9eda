"""Files that want to hurt: refused by their bytes, before a parser sees them, and within little memory."""

from __future__ import annotations

import io
import time
import tracemalloc
import zipfile

import pytest

from mvi_dashboard.ground.intake.documents import read_json, read_xml
from mvi_dashboard.ground.problems import Kind, Refused

from .epd_files import ALUMINIUM, WOOD_XML, changed, content_of, problems_of, zipped

MIB = 1024 * 1024
LAUGHS = (
    b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><a>&c;</a>'
)


@pytest.mark.parametrize(
    ("row", "content", "code"),
    [
        ("XML-002", b"<a><b></a>", "parse_error"),
        ("XML-003", b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "xml_entities"),
        ("XML-005", LAUGHS, "xml_entities"),
        (
            "XML-006",
            b'<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="file:///etc/passwd"/></a>',
            "xml_include",
        ),
        ("XML-008", b'<?xml version="1.0" encoding="UTF-7"?><a/>', "encoding"),
        ("XML-009", b'<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"/>', "unknown_root"),
    ],
)
def test_each_bad_xml_is_refused_for_what_it_is(row: str, content: bytes, code: str) -> None:
    assert [problem.code for problem in problems_of(content)] == [code], row


def test_a_hidden_definition_is_found_in_any_encoding() -> None:
    for encoding in ("utf-16", "utf-8-sig"):
        text = LAUGHS.decode()
        assert [problem.code for problem in problems_of(text.encode(encoding))] == ["xml_entities"]
    # Without a mark the bytes would hide the markup.
    assert problems_of(b"<\x00a\x00/\x00>\x00")[0].code == "encoding"


@pytest.mark.parametrize(
    "content",
    [
        b"<a " + b" ".join(b'b%d=""' % number for number in range(400_000)) + b"/>",
        b"<a>" + b"<b/>" * 400_000 + b"</a>",
        b"<a>" + b" " * 11 * MIB + b"</a>",
    ],
    ids=["XML-011 attributes", "elements", "size"],
)
def test_a_flood_is_refused_before_it_is_parsed(content: bytes) -> None:
    tracemalloc.start()
    start = time.process_time()
    with pytest.raises(Refused) as refused:
        read_xml(content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert refused.value.kind is Kind.TOO_LARGE
    assert peak < 3 * len(content) + MIB
    assert time.process_time() - start < 1


def test_deep_nesting_is_refused_in_xml_and_in_json() -> None:
    for deep in (100, 100_000):
        with pytest.raises(Refused, match="parse_error"):
            read_xml(b"<a>" * deep + b"</a>" * deep)
        with pytest.raises(Refused, match="parse_error"):
            read_json(b"[" * deep + b"]" * deep)
    assert read_json(b"[" * 20 + b"]" * 20) != []


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "no_rows"),
        (b'{"a": 1, "a": 2}', "duplicate_key"),
        (b'{"a": NaN}', "parse_error"),
        (b'{"a": 1', "parse_error"),
        (b'{"a": "\xff"}', "encoding"),
        (b"[" + b"1," * 400_000 + b"1]", "too_large"),
    ],
)
def test_each_bad_json_is_refused_for_what_it_is(content: bytes, code: str) -> None:
    assert [problem.code for problem in problems_of(content)] == [code]


def test_a_number_of_thousands_of_digits_is_no_value() -> None:
    def long(document: object) -> None:
        assert isinstance(document, dict)
        rows = document["LCIAResults"]["LCIAResult"]
        amounts = [row for row in rows[0]["other"]["anies"] if row.get("module")]
        amounts[0]["value"] = "1" * 5_000

    content = changed(ALUMINIUM, long)
    assert [problem.code for problem in problems_of(content)] == ["max_value"]
    bare = content.replace(b'"' + b"1" * 5_000 + b'"', b"1e999999")
    assert [problem.code for problem in problems_of(bare)] == ["max_value"]


def test_a_zip_bomb_and_a_broken_zip_are_refused() -> None:
    assert problems_of(zipped(a_xml=b" " * 9 * MIB))[0].code == "zip_ratio"
    assert problems_of(zipped(a_xml=content_of(WOOD_XML))[:-40])[0].code == "corrupt"
    assert problems_of(zipped(a_txt=b"niets"))[0].code == "unknown_root"
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("../a.xml", b"<a/>")
    assert problems_of(held.getvalue())[0].code == "corrupt"


def test_the_largest_file_that_we_read_stays_within_memory_and_time() -> None:
    body = content_of(WOOD_XML)
    result = body[body.index(b"<LCIAResult>") : body.index(b"</LCIAResult>") + len(b"</LCIAResult>")]
    content = body.replace(b"<LCIAResults>", b"<LCIAResults>" + result * 4_000)
    # The time of the processor, as others may be busy too; and apart, as counting memory takes time.
    start = time.process_time()
    problems = problems_of(content)
    assert time.process_time() - start < 5
    assert [problem.code for problem in problems] == ["too_many"]
    tracemalloc.start()
    problems_of(content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 256 * MIB
