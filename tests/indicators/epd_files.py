"""Declarations for tests: the files, and changed copies of them."""

from __future__ import annotations

import copy
import io
import json
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from indicators.factors.exchange import LAYOUTS, Factors, Options
from mvi_dashboard.ground.problems import Problem, Refused

FILES = Path(__file__).parent / "files" / "epd"
FITTING = "00c28f1f-1d49-4c81-9208-138922a1dd6c.json"
OPERATOR = "023f3b97-976a-41c4-b0f1-5357b9dc5b3e.json"
CONCRETE = "0aa8b645-02d9-41b4-8aa3-70335af2a9e7.json"
PAINT = "0b488798-140f-4efa-96e2-55aa46ed129a.json"
FOAM = "0b4c397d-c7a1-4ceb-9718-184334f6364e.json"
ALUMINIUM = "0cb92770-9007-48c6-bc03-466af8894419.json"
PAVING = "0d1e4a59-4901-4973-a26f-1698f65a780f.json"
SAMPLE_XML, WOOD_XML, DESK = "sample_EPD.xml", "wood-panel-v1.3.xml", "openepd-bureaublad.json"


def content_of(name: str) -> bytes:
    """The bytes of one of the files."""
    return (FILES / name).read_bytes()


@cache
def _document(name: str) -> Any:
    return json.loads(content_of(name))


def changed(name: str, change: Callable[[Any], None]) -> bytes:
    """A copy of a JSON declaration, with a change."""
    document = copy.deepcopy(_document(name))
    change(document)
    return json.dumps(document).encode()


def flow_of(document: Any) -> Any:
    """The product flow of an ILCD document."""
    return next(row for row in document["exchanges"]["exchange"] if row.get("referenceFlow"))


def result_of(document: Any, start: str) -> Any:
    """The list with the values of a result whose identifier starts so."""
    rows = document["LCIAResults"]["LCIAResult"] + document["exchanges"]["exchange"]
    for row in rows:
        named = row.get("referenceToLCIAMethodDataSet") or row["referenceToFlowDataSet"]
        if named["refObjectId"].startswith(start):
            return row["other"]["anies"]
    raise LookupError(start)


def read(content: bytes | str, layout: str = "ilcd-epd", **told: str) -> Factors:
    """The factors in these bytes, or in the file with this name."""
    name = content if isinstance(content, str) else "verklaring.json"
    raw = content_of(content) if isinstance(content, str) else content
    return LAYOUTS[layout].read(raw, name, Options(**told))


def problems_of(content: bytes | str, layout: str = "ilcd-epd") -> list[Problem]:
    """Everything that is wrong with it, of the file as a whole or of its values."""
    try:
        return list(read(content, layout).problems)
    except Refused as refused:
        return refused.problems


def values(found: Factors) -> dict[tuple[str, str], float]:
    """The values by indicator and module of the factor."""
    cells = found.cells
    keys = zip(cells["indicator"], cells["module"], strict=True)
    return {key: float(value) for key, value in zip(keys, cells["value"], strict=True)}


def left_out(found: Factors) -> dict[str, str]:
    """What was left out, by reason."""
    return {why: what for what, why in found.left_parts}


def zipped(**parts: bytes) -> bytes:
    """A zip with these files; `_` in a name stands for the dot before its ending."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("_", "."), content)
    return held.getvalue()
