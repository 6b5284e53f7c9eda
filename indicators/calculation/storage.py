"""The bytes of a stored result and the hash of what it was made of.

Source: docs/data-model.md, LineResult; docs/method.md.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from .errors import NotCanonical, WrongPack
from .factors import Bools, Floats
from .impact import Results

STORED = ("weighted", "production", "use", "lifetime", "per_year")
"""The values of a stored line result, per indicator in this order."""


@dataclass(frozen=True)
class StoredResult:
    """One line's result out of the store: (I,) each, NaN = null."""

    weighted: Floats
    production: Floats
    use: Floats
    lifetime: Floats
    per_year: Floats
    complete: Bools


def pack_result(results: Results, line: int) -> tuple[bytes, bytes]:
    """The values (indicators x weighted, production, use, lifetime, per year; little-endian float64) and the
    missing bits (one per indicator, first indicator lowest) of one line."""
    values = np.stack([getattr(results, name)[line] for name in STORED], axis=-1)
    missing = np.packbits(~results.complete[line], bitorder="little")
    return values.astype("<f8").tobytes(), missing.tobytes()


def unpack_result(values: bytes, missing: bytes, indicators: int) -> StoredResult:
    """The result that :func:`pack_result` wrote, bit for bit.

    Raises:
        WrongPack: the bytes are not those of this number of indicators.
    """
    if len(values) != indicators * len(STORED) * 8 or len(missing) != -(-indicators // 8):
        raise WrongPack(f"The stored bytes do not hold {indicators} indicators.")
    table = np.frombuffer(values, dtype="<f8").reshape(indicators, len(STORED)).astype(float)
    bits = np.unpackbits(np.frombuffer(missing, dtype=np.uint8), count=indicators, bitorder="little")
    weighted, production, use, lifetime, per_year = table.T
    return StoredResult(weighted, production, use, lifetime, per_year, np.asarray(bits == 0))


def canonical_json(value: object) -> str:
    """One spelling for one meaning: sorted keys, no spaces, 67 and 67.00 alike, dates as text.

    >>> from decimal import Decimal
    >>> canonical_json({"b": Decimal("67.00"), "a": [1, None, True]})
    '{"a":[1,null,true],"b":"67"}'

    Raises:
        NotCanonical: NaN, infinity or a type that has no single spelling.
    """
    return json.dumps(_canonical(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def input_hash(inputs: Mapping[str, object], basis: str) -> str:
    """``sha256:`` and the hash of the canonical inputs of a result together with the code of its basis."""
    text = canonical_json({"basis": basis, "inputs": inputs})
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def _canonical(value: object) -> object:
    if value is None or isinstance(value, (bool, str, int)):
        return value
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    if isinstance(value, Decimal) and value.is_finite():
        return format(value.normalize() + 0, "f")
    if isinstance(value, float) and math.isfinite(value):
        return value
    if isinstance(value, Mapping):
        return {str(key): _canonical(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_canonical(each) for each in value]
    raise NotCanonical(f"{value!r} has no canonical spelling.")
