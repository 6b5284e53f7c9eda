"""What a client sends, read strictly: one JSON object in UTF-8, small, flat and without double keys; or a file."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from decimal import Decimal
from typing import IO, Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from rest_framework.parsers import BaseParser

from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.numbers import ExponentText
from mvi_dashboard.ground.problems import Kind, Refused, refuse
from mvi_dashboard.ground.sent_files import size_in_words
from mvi_dashboard.ground.shapes import quoted
from mvi_dashboard.ground.strict_json import deeper_than, no_constant, no_field_twice

LARGEST_BODY = 2 * 1024 * 1024
LARGEST_FILE = 10 * 1024 * 1024
BESIDE_FILE = 1024 * 1024
FORM = "multipart/form-data"
DEEPEST = 20
_LONGEST_INT = 30
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def read_body(request: HttpRequest) -> dict[str, Any]:
    """The JSON object that was sent, numbers as int or Decimal; `{}` when nothing was sent.

    Raises Refused: as `read_json`, and 400 `invalid` (JSON, but no object).
    """
    return as_object(read_json(request))


def read_json(request: HttpRequest) -> Any:
    """The JSON value that was sent; `{}` when nothing was.

    Raises Refused: 413 `too_large`, 415 `unsupported_media_type`, 400 `parse_error` and `duplicate_key`.
    """
    raw = _raw(request)
    if not raw:
        return {}
    _check_type(request)
    return parse(raw)


def as_object(document: Any) -> dict[str, Any]:
    """The same value, when it is an object. Raises Refused 400 `invalid`."""
    if not isinstance(document, dict):
        raise refuse("invalid", "Stuur één JSON-object: { ... }.")
    return document


@dataclass(frozen=True)
class SentFile:
    """A form with one file, as a client sends it: the other fields are texts."""

    fields: dict[str, Any]
    name: str
    content: bytes

    @property
    def document(self) -> dict[str, Any]:
        """The fields with the hash of the file: the same again is the same request."""
        return {**self.fields, "file": [self.name, hashlib.sha256(self.content).hexdigest()]}


def read_file(request: HttpRequest, most: int = LARGEST_FILE) -> SentFile:
    """The file in field `file`, of at most so many bytes, and the other fields; each once. Raises Refused."""
    if _length(request) > most + BESIDE_FILE:
        text = worded("Dit is te groot: stuur een bestand van hoogstens {most}.", most=size_in_words(most))
        raise refuse("too_large", text, kind=Kind.TOO_LARGE)
    try:
        sent, files = request.POST, request.FILES
    except (MultiPartParserError, BadRequest, OSError):
        raise _unparsable("Dit formulier kwam niet goed aan. Probeer het opnieuw.") from None
    double = [key for each in (sent, files) for key in each if len(each.getlist(key)) > 1]
    if double:
        raise refuse("duplicate_key", worded("Stuur {double} één keer.", double=quoted(double[0])))
    file = files.get("file")
    if file is None or len(files) > 1:
        raise refuse("required", "Stuur één bestand mee, in het veld `file`.", "file")
    return SentFile(sent.dict(), file.name or "", file.read())


def parse(raw: bytes) -> Any:
    """The JSON value in these bytes; raises Refused with code `parse_error` or `duplicate_key`."""
    if raw.startswith(_BYTE_ORDER_MARKS):
        raise _unparsable("Stuur de tekst in UTF-8, zonder byte order mark (BOM).")
    try:
        document = json.loads(
            raw.decode("utf-8"),
            parse_float=_number,
            parse_int=_whole,
            parse_constant=no_constant,
            object_pairs_hook=no_field_twice,
        )
    except UnicodeDecodeError:
        raise _unparsable("Stuur de tekst in UTF-8.") from None
    except RecursionError:
        raise _too_deep() from None
    except json.JSONDecodeError as error:
        place = worded("regel {lineno}, teken {colno}", lineno=error.lineno, colno=error.colno)
        raise _unparsable(worded("Dit is geen geldige JSON: zie {place}.", place=place)) from None
    if deeper_than(document, DEEPEST):
        raise _too_deep()
    return document


class StrictJSONParser(BaseParser):
    """The same reading for code that asks DRF for `request.data`."""

    media_type = "application/json"

    def parse(self, stream: IO[Any], media_type: str | None = None, parser_context: Any = None) -> dict[str, Any]:
        """The JSON object in the stream."""
        return read_body(parser_context["request"]._request)


def _raw(request: HttpRequest) -> bytes:
    if request.META.get("HTTP_TRANSFER_ENCODING") and not request.META.get("CONTENT_LENGTH"):
        raise refuse("length_required", "Stuur de lengte mee (Content-Length): delen sturen kan niet.")
    if _length(request) > LARGEST_BODY:
        raise _too_large()
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise _unsupported("Stuur de gegevens zonder Content-Encoding: uitpakken doen wij niet.")
    try:
        raw = request.read(LARGEST_BODY + 1)
    except OSError:
        raise _unparsable("De gegevens kwamen niet helemaal aan. Probeer het opnieuw.") from None
    if len(raw) > LARGEST_BODY:
        raise _too_large()
    return raw


def _length(request: HttpRequest) -> int:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isascii() and length.isdigit() and len(length) < _LONGEST_INT else 0


def _check_type(request: HttpRequest) -> None:
    charset = (request.content_params or {}).get("charset", "utf-8").lower()
    if request.content_type != "application/json" or charset not in ("utf-8", "utf8"):
        raise _unsupported("Stuur application/json in UTF-8.")


def _number(text: str) -> Decimal | ExponentText:
    # 1e-3 and 0.001 give the same Decimal; only the text still knows that an exponent was sent.
    return ExponentText(text) if "e" in text or "E" in text else Decimal(text)


def _whole(text: str) -> int | Decimal:
    return int(text) if len(text) <= _LONGEST_INT else Decimal(text)  # int() refuses above 4,300 digits


def _unparsable(detail: str) -> Refused:
    return refuse("parse_error", detail)


def _too_deep() -> Refused:
    return _unparsable(worded("Deze JSON is te diep genest: hoogstens {deepest} niveaus.", deepest=DEEPEST))


def _too_large() -> Refused:
    return refuse(
        "too_large",
        "Dit is te groot: stuur hoogstens 2 MB, en hoogstens 500 regels per lijst.",
        kind=Kind.TOO_LARGE,
    )


def _unsupported(detail: str) -> Refused:
    return refuse("unsupported_media_type", detail, kind=Kind.UNSUPPORTED_MEDIA_TYPE)
