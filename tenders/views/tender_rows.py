"""The rows of the tender form: lots with demand items, and ambitions, added and removed without JavaScript.

Each row on the page has a hidden `row`, so that a row in which nothing was typed keeps its place while other
rows come and go; `ready` leaves such rows out and numbers the others before they are saved.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from indicators.models import BaselineProduct
from indicators.selectors import groups_with_types, offered_products
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.shapes import document_of

Document = dict[str, Any]

MARK = "row"
OFFERED = "offered"
"""the group of which a lot, and the type of which an item showed the products: leaving one empty was a choice"""
TYPE = "productType"
NUMBER = "number"
ENERGY = "useEnergy"
"""filled with what is usual, so that it says nothing about whether somebody typed"""
_NOT_TYPED = {MARK, OFFERED, NUMBER, ENERGY}
BUTTONS = ("add", "remove", "refresh", "choose")
_NOT_DATA = {"csrfmiddlewaretoken", "version", *BUTTONS}
_LIST = re.compile(r"lots|ambitions|lots\.[0-9]{1,3}\.items").fullmatch
_ROW = re.compile(r"(lots|ambitions|lots\.[0-9]{1,3}\.items)\.([0-9]{1,3})").fullmatch
_CHOICE = re.compile(
    r"(lots\.[0-9]{1,3}\.items\.[0-9]{1,3}\.productType|lots\.[0-9]{1,3}\.productGroup)=([a-z0-9-]{1,80})"
).fullmatch
_FIRST = {"lots": "title", "items": "description", "ambitions": "theme"}


def posted(post: Mapping[str, str]) -> Document:
    """The document behind the posted form, with what was chosen by a button; rows in which nothing was typed are
    still there."""
    chosen = _CHOICE(post.get("choose", ""))
    given = {name: value for name, value in post.items() if name not in _NOT_DATA}
    return document_of((given | ({chosen[1]: chosen[2]} if chosen else {})).items())


def edited(document: Document, post: Mapping[str, str]) -> Document | None:
    """The document after a button that only changes the form, or None when it must be saved."""
    if not any(post.get(name) for name in BUTTONS):
        return None
    changed = deepcopy(document)
    wanted, unwanted = post.get("add", ""), _ROW(post.get("remove", ""))
    if _LIST(wanted):
        rows = _rows_at(changed, wanted)
        if rows is not None:
            rows.append({MARK: "1"})
    elif unwanted:
        rows, number = _rows_at(changed, unwanted[1]), int(unwanted[2])
        if rows is not None and number < len(rows):
            del rows[number]
    return changed


def focus_of(document: Document, post: Mapping[str, str]) -> str:
    """The name of the input where somebody goes on after `edited`: in the new row, or after the one that went."""
    added, removed = _LIST(post.get("add", "")), _ROW(post.get("remove", ""))
    if removed:
        place, number = removed[1], int(removed[2])
    elif added:
        place, number = added[0], len(_rows_at(document, added[0]) or [])
    else:
        return _focus_after_choosing(document, post)
    last = len(_rows_at(document, place) or []) - 1
    return f"{place}.{max(min(number, last), 0)}.{_FIRST[place.rpartition('.')[2]]}"


def _focus_after_choosing(document: Document, post: Mapping[str, str]) -> str:
    """The input that a suggestion filled; else of a lot of which the products came the type, or the product."""
    chosen, lot = _CHOICE(post.get("choose", "")), _ROW(post.get("refresh", ""))
    if chosen or not lot:
        return chosen[1] if chosen else ""
    lots, number = _rows(document, "lots"), int(lot[2])
    group = lots[number].get("productGroup") if lot[1] == "lots" and number < len(lots) else None
    return f"{lot[0]}.items.0.{TYPE if group in groups_with_types() else 'referenceProduct'}"


def ready(document: Document) -> Document:
    """The document to save: without rows in which nothing was typed, the others numbered in their order."""
    done = dict(document)
    for name in ("lots", "ambitions"):
        done[name] = [_without_mark(row) for row in _rows(document, name) if not _is_blank(row)]
    _number(done["lots"])
    for lot in done["lots"]:
        lot["items"] = [_without_mark(item) for item in _rows(lot, "items") if not _is_blank(item)]
        _number(lot["items"])
    return done


def with_references(document: Document) -> tuple[Document, list[str]]:
    """(the document with the reference product of each item filled in, the names of those products).

    Only where the person could not choose yet because the products of that group or type were not shown, and only
    a product that stands alone there or is named in the description. In a group with types the type comes first:
    that is never guessed, so neither is a product of it.
    """
    changed, filled = deepcopy(document), []
    waiting = [
        (str(lot.get("productGroup") or ""), item)
        for lot in _rows(changed, "lots")
        for item in _rows(lot, "items")
        if _is_new(lot, item) and not item.get("referenceProduct") and not _is_blank(item)
    ]
    if not waiting:
        return changed, []
    typed = groups_with_types()
    found = offered_products().filter(group__code__in={group for group, _ in waiting})
    products = list(found.filter(kind=BaselineProduct.Kind.REFERENCE).select_related("group", "product_type"))
    for group, item in waiting:
        kind = str(item.get(TYPE) or "")
        if group in typed and not kind:
            continue
        product = _meant(item, _of_type([each for each in products if each.group.code == group], kind))
        if product is not None:
            item["referenceProduct"] = product.code
            filled.append(product.name_nl)
    return changed, list(dict.fromkeys(filled))


def _is_new(lot: Mapping[str, Any], item: Mapping[str, Any]) -> bool:
    """Whether the page did not show the products of this group, or of this type, yet."""
    return lot.get("productGroup") != lot.get(OFFERED) or str(item.get(TYPE) or "") != str(item.get(OFFERED) or "")


def _of_type(products: list[BaselineProduct], kind: str) -> list[BaselineProduct]:
    """Those of this type; without one of it those that are of no type."""
    own = [each for each in products if each.product_type is not None and each.product_type.code == kind]
    return own or [each for each in products if each.product_type is None]


def _meant(item: Mapping[str, Any], products: list[BaselineProduct]) -> BaselineProduct | None:
    """The only product of a group, or the one that the description names; of two names in it the longest."""
    if len(products) == 1:
        return products[0]
    description = str(item.get("description") or "").casefold()
    named = [each for each in products if _word_of(each) in description]
    return max(named, key=lambda each: len(_word_of(each)), default=None)


def _word_of(product: BaselineProduct) -> str:
    """What it is, without what it is for: `Bureaustoel, marktstandaard` is a `bureaustoel`."""
    return str(product.name_nl).split(",")[0].casefold()


def _number(rows: list[Document]) -> None:
    """Rows keep the number that they had; a new one gets the next."""
    used: set[int] = set()
    for row in rows:
        typed = str(row.get(NUMBER) or "")
        had = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else 0
        number = had if had and had not in used else max(used, default=0) + 1
        used.add(number)
        row[NUMBER] = number


def drawn_rows(document: Mapping[str, Any]) -> dict[str, Any]:
    """The rows that the page draws, each with its name; an empty list gets one row to fill in."""
    lots = _rows(document, "lots") or [{}]
    ambitions = _rows(document, "ambitions") or [{}]
    return {
        "lot_rows": [_drawn_lot(f"lots.{number}", number + 1, lot) for number, lot in enumerate(lots)],
        "ambition_rows": [
            {"name": f"ambitions.{number}", "number": number + 1} for number in range(len(ambitions))
        ],
        "several_lots": len(lots) > 1,
        "several_ambitions": len(ambitions) > 1,
    }


def _drawn_lot(name: str, number: int, lot: Mapping[str, Any]) -> dict[str, Any]:
    items = _rows(lot, "items") or [{}]
    return {
        "name": name,
        "number": number,
        "had": lot.get(NUMBER) or "",
        "title": str(lot.get("title") or "") or worded("Perceel {number}", number=number),
        "typed_title": str(lot.get("title") or ""),
        "group": str(lot.get("productGroup") or ""),
        "items": [
            {
                "name": f"{name}.items.{place}",
                "number": place + 1,
                "had": item.get(NUMBER) or "",
                "kind": str(item.get(TYPE) or ""),
                "more": _has_more(item),
                "typed": item,
            }
            for place, item in enumerate(items)
        ],
        "several": len(items) > 1,
    }


def _has_more(item: Mapping[str, Any]) -> bool:
    return bool(item.get("cpv") or item.get("baselineProduct"))


def _rows_at(document: Document, path: str) -> list[Any] | None:
    """The list behind `lots`, `ambitions` or `lots.2.items`, made when it is not there yet."""
    parts = path.split(".")
    if len(parts) > 1:
        lots, number = _rows(document, "lots"), int(parts[1])
        if number >= len(lots):
            return None
        document, parts = lots[number], parts[2:]
    rows = document.get(parts[0])
    if not isinstance(rows, list):
        rows = document[parts[0]] = []
    return rows


def _rows(document: Mapping[str, Any], name: str) -> list[Document]:
    rows = document.get(name)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _without_mark(row: Document) -> Document:
    return {name: value for name, value in row.items() if name not in (MARK, OFFERED)}


def _is_blank(row: Any) -> bool:
    if isinstance(row, dict):
        return all(_is_blank(value) for name, value in row.items() if name not in _NOT_TYPED)
    return all(map(_is_blank, row)) if isinstance(row, list) else not str(row).strip()
