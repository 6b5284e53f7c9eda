"""Workbooks of suppliers from another platform, one by one or in a zip: each becomes a bid to look at first."""

from __future__ import annotations

import base64
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from indicators.selectors import protocol_of
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.files.receiving import Received, received
from mvi_dashboard.ground.files.types import XLSX
from mvi_dashboard.ground.intake.files import is_zip
from mvi_dashboard.ground.intake.packed import files_in
from mvi_dashboard.ground.problems import Problem, Refused, refuse
from mvi_dashboard.ground.sent_files import Upload
from mvi_dashboard.ground.suppliers.naming import firm_of_file
from tenders.models import Lot

from .layout import layout_of
from .placed import ReadWorkbook
from .reading import lot_named_in, read_bid_workbook, sheets_of

MOST_FILES = 50
OF_BID = ("supplier", "lot", "platformReference", "fileSha256")
_ENDING = ".xlsx"
Firms = Collection[tuple[str, str, str]]


@dataclass
class LoadedFile:
    """One workbook: the file itself, and what was read of it. With problems of the file there is no bid in it.

    `lot` is the number of the lot that it was made for, `firm` the code of whose it seems to be.
    """

    name: str
    content: bytes
    sha256: str
    read: ReadWorkbook | None = None
    lot: int | None = None
    firm: str = ""
    problems: list[Problem] = field(default_factory=list)

    @property
    def received(self) -> Received:
        """As a file that was looked at."""
        return Received(self.name.rpartition("/")[2], self.content, XLSX)


@dataclass(frozen=True)
class Load:
    """All that was sent at once, and what of it is no workbook."""

    files: list[LoadedFile]
    left_out: list[tuple[str, str]]


def read_load(actor: Actor, lots: Sequence[Lot], upload: Upload, firms: Firms) -> Load:
    """Each workbook in this upload. Raises Refused for a file that is neither a workbook nor a zip of them."""
    parts, left_out = [(upload.name, upload.content)], list[tuple[str, str]]()
    if is_zip(upload.content) and not upload.name.lower().endswith(_ENDING):
        parts, left_out = files_in(upload.content, (_ENDING,))
        if not parts:
            raise refuse("no_rows", "In deze zip zit geen werkboek (.xlsx).", "file")
        if len(parts) > MOST_FILES:
            text = f"In deze zip zitten {len(parts)} werkboeken: hoogstens {MOST_FILES} tegelijk."
            raise refuse("too_many", text, "file")
    return Load([_loaded(actor, lots, *part, firms) for part in parts], left_out)


def as_bid(file: LoadedFile, said: Mapping[str, Any]) -> dict[str, Any]:
    """The bid in this file as `load_bids` reads it, with what was said of it beside the file."""
    assert file.read is not None
    return {
        **file.read.document,
        "supplier": str(said.get("supplier") or file.firm),
        "lot": file.lot,
        "platformReference": str(said.get("platformReference") or ""),
        "fileSha256": file.sha256,
    }


def at_files(files: Sequence[LoadedFile], problems: Iterable[Problem]) -> list[Problem]:
    """The problems of these bids in the words of their files: with the file and the cell, where they have one.

    What may be confirmed stays at its field, as a confirmation names that.
    """
    found = []
    for problem in problems:
        if problem.path[:1] != ("bids",) or len(problem.path) < 3:
            found.append(problem)
            continue
        number = int(problem.path[1])
        inner, read = replace(problem, path=problem.path[2:]), files[number].read
        if read is not None and inner.path[0] not in OF_BID:
            inner = (read.named if inner.confirmable else read.at_cells)([inner])[0]
            inner = replace(inner, detail=f"{files[number].name}: {inner.detail}")
        found.append(inner.under("bids", number))
    return found


def packed(load: Load) -> bytes:
    """All of it as bytes, to keep."""
    return json.dumps({"files": [_sent(each) for each in load.files], "leftOut": load.left_out}).encode()


def unpacked(content: bytes) -> Load:
    """The same again."""
    found = json.loads(content)
    return Load([_back(each) for each in found["files"]], [(what, why) for what, why in found["leftOut"]])


def _loaded(actor: Actor, lots: Sequence[Lot], name: str, content: bytes, firms: Firms) -> LoadedFile:
    """One workbook; what is wrong with it is kept beside it, so that one broken file does not hide the others."""
    found = LoadedFile(name, content, "", firm=firm_of_file([name], firms))
    try:
        file = received(Upload(name.rpartition("/")[2], content))
        if file.type is not XLSX:
            raise refuse("wrong_type", "Dit is geen werkboek: kies een .xlsx.", "file")
        found.sha256 = file.sha256
        sheets = sheets_of(content, file.name)
        lot = _lot_in(lots, lot_named_in(sheets).strip().lower())
        found.lot = lot.number
        layout = layout_of(lot.group_as_asked, protocol_of(lot.protocol), lot.request_level)
        found.read = read_bid_workbook(sheets, layout, actor)
        # The id of the lot did its work: from here it goes by its number.
        found.read.document.pop("lot", None)
    except Refused as refused:
        found.problems = list(refused.problems)
    return found


def _lot_in(lots: Sequence[Lot], named: str) -> Lot:
    """The lot for which a workbook was made. Raises Refused."""
    if not named and len(lots) == 1:
        return lots[0]
    found = next((lot for lot in lots if str(lot.public_id) == named), None)
    if found is None:
        text = (
            "Dit werkboek hoort bij een andere aanbesteding: laat de leverancier dat van dit perceel invullen."
            if named
            else "In dit werkboek staat niet voor welk perceel het is. Zet het kenmerk van het perceel terug."
        )
        raise refuse("mismatch", text, "lot")
    return found


def _sent(file: LoadedFile) -> dict[str, Any]:
    read = file.read
    return {
        "name": file.name,
        "content": base64.b64encode(file.content).decode(),
        "sha256": file.sha256,
        "lot": file.lot,
        "firm": file.firm,
        "problems": [[each.path, each.code, each.detail] for each in file.problems],
        "document": None if read is None else read.document,
        "places": [] if read is None else [[path, place] for path, place in read.places.items()],
        "notes": [] if read is None else read.notes,
    }


def _back(sent: dict[str, Any]) -> LoadedFile:
    read = None
    if sent["document"] is not None:
        places = {tuple(path): (sheet, cell) for path, (sheet, cell) in sent["places"]}
        read = ReadWorkbook(sent["document"], places, sent["notes"])
    problems = [Problem(tuple(path), code, detail) for path, code, detail in sent["problems"]]
    content = base64.b64decode(sent["content"])
    return LoadedFile(sent["name"], content, sent["sha256"], read, sent["lot"], sent["firm"], problems)
