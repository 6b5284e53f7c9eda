"""Factors as bytes: column by column and pressed, as a preview keeps them until it is confirmed."""

from __future__ import annotations

import json
import zlib
from array import array
from collections.abc import Mapping, Sequence
from typing import Any

from indicators.factors.exchange.factors import NAMES, NUMBERS

_FAST = 1
_LENGTH = 8


def pack(cells: Mapping[str, Sequence[Any]]) -> bytes:
    """The columns as bytes: numbers as float64 (NaN is unknown), others as places in a list of their values."""
    texts: dict[str, list[Any]] = {}
    parts: list[bytes] = []
    for name in NAMES:
        column = cells[name]
        if name in NUMBERS:
            parts.append(array("d", [float("nan") if each is None else float(each) for each in column]).tobytes())
            continue
        places = {value: place for place, value in enumerate(dict.fromkeys(column))}
        texts[name] = list(places)
        parts.append(array("I", map(places.__getitem__, column)).tobytes())
    head = json.dumps(texts).encode()
    return zlib.compress(b"".join([len(head).to_bytes(_LENGTH), head, *parts]), _FAST)


def unpack(content: bytes) -> dict[str, list[Any]]:
    """The columns behind these bytes, as `pack` got them; numbers are floats."""
    data = memoryview(zlib.decompress(content))
    start = _LENGTH + int.from_bytes(data[:_LENGTH])
    texts = json.loads(bytes(data[_LENGTH:start]))
    size = sum(array("d" if name in NUMBERS else "I").itemsize for name in NAMES)
    count = (len(data) - start) // size
    cells: dict[str, list[Any]] = {}
    for name in NAMES:
        numbers = array("d" if name in NUMBERS else "I")
        end = start + count * numbers.itemsize
        numbers.frombytes(data[start:end])
        start = end
        if name in NUMBERS:
            cells[name] = [None if each != each else each for each in numbers]
        else:
            cells[name] = list(map(texts[name].__getitem__, numbers))
    return cells
