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
from indicators.selectors import offered_products, product_groups, themes
from indicators.services import energy_of_demand, energy_to_choose
from mvi_dashboard.ground import clock
from mvi_dashboard.ground.shapes import camel, document_of

Document = dict[str, Any]

MARK = "row"
OFFERED = "offered"
"""the group of which a lot showed the products, so that leaving one empty was a choice"""
NUMBER = "number"
ENERGY = "useEnergy"
"""filled with what is usual, so that it says nothing about whether somebody typed"""
_NOT_TYPED = {MARK, OFFERED, NUMBER, ENERGY}
BUTTONS = ("add", "remove", "refresh")
_NOT_DATA = {"csrfmiddlewaretoken", "version", *BUTTONS}
_LIST = re.compile(r"lots|ambitions|lots\.[0-9]{1,3}\.items").fullmatch
_ROW = re.compile(r"(lots|ambitions|lots\.[0-9]{1,3}\.items)\.([0-9]{1,3})").fullmatch
_FIRST = {"lots": "title", "items": "description", "ambitions": "theme"}
_LEVELS = (("0", "0, geen"), ("1", "1, basis"), ("2", "2, meer dan gewoon"), ("3", "3, voorop lopen"))


def posted(post: Mapping[str, str]) -> Document:
    """The document behind the posted form; rows in which nothing was typed are still there."""
    return document_of((name, value) for name, value in post.items() if name not in _NOT_DATA)


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
        lot = _ROW(post.get("refresh", ""))
        return f"{lot[0]}.items.0.referenceProduct" if lot else ""
    last = len(_rows_at(document, place) or []) - 1
    return f"{place}.{max(min(number, last), 0)}.{_FIRST[place.rpartition('.')[2]]}"


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

    Only where the person could not choose yet because the products of that group were not shown, and only a
    product that stands alone in its group or is named in the description.
    """
    changed, filled = deepcopy(document), []
    lots = [lot for lot in _rows(changed, "lots") if lot.get("productGroup") != lot.get(OFFERED)]
    groups = {str(lot.get("productGroup") or "") for lot in lots}
    found = offered_products().filter(group__code__in=groups, kind=BaselineProduct.Kind.REFERENCE)
    products = list(found.select_related("group"))
    for lot in lots:
        of_group = [each for each in products if each.group.code == lot.get("productGroup")]
        for item in _rows(lot, "items"):
            product = None if item.get("referenceProduct") or _is_blank(item) else _meant(item, of_group)
            if product is not None:
                item["referenceProduct"] = product.code
                filled.append(product.name_nl)
    return changed, list(dict.fromkeys(filled))


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


def with_typed(options: list[tuple[str, str]], typed: Any) -> list[tuple[str, str]]:
    """The options, and what was chosen before the group changed, so that it stands beside its message."""
    code = str(typed or "")
    return options if not code or code in dict(options) else [*options, (code, f"{code} (andere productgroep)")]


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


def choices(document: Mapping[str, Any]) -> dict[str, Any]:
    """What can be chosen: groups, themes, levels, and per lot the products of its group."""
    products = list(offered_products().select_related("group").order_by("group__name_nl", "name_nl"))
    by_lot, chosen = [], set()
    for lot in _rows(document, "lots") or [{}]:
        group = str(lot.get("productGroup") or "")
        chosen.add(group)
        of_group = [product for product in products if product.group.code == group]
        by_lot.append({kind: _options(of_group, kind) for kind in BaselineProduct.Kind.values})
    return {
        "groups": [
            (group.code, group.name_nl)
            for group in product_groups().order_by("name_nl", "id")
            if group.code in chosen or not group.ended(clock.today())
        ],
        "theme_options": [(code, theme.name_nl) for code, theme in themes().items()],
        "levels": _LEVELS,
        "products": by_lot,
    }


def energy_fields(item: Mapping[str, Any], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Per purpose the flows to choose from by their name, the usual one chosen until somebody chooses another."""
    typed = item["typed"].get(ENERGY)
    typed = typed if isinstance(typed, Mapping) else {}
    fields = []
    for purpose, usual in energy_of_demand(None).items():
        value = str(typed.get(camel(purpose)) or usual)
        options = [(flow, names.get(flow, flow)) for flow in energy_to_choose()[purpose]]
        options = [(flow, f"gewoon: {name}" if flow == usual else name) for flow, name in options]
        name = f"{item['name']}.{ENERGY}.{camel(purpose)}"
        fields.append({"name": name, "value": value, "options": options, "other": value != usual})
    return fields


def _options(products: list[BaselineProduct], kind: str) -> list[tuple[str, str]]:
    return [(product.code, product.name_nl) for product in products if product.kind == kind]


def _drawn_lot(name: str, number: int, lot: Mapping[str, Any]) -> dict[str, Any]:
    items = _rows(lot, "items") or [{}]
    return {
        "name": name,
        "number": number,
        "had": lot.get(NUMBER) or "",
        "title": str(lot.get("title") or "") or f"Perceel {number}",
        "group": str(lot.get("productGroup") or ""),
        "items": [
            {
                "name": f"{name}.items.{place}",
                "number": place + 1,
                "had": item.get(NUMBER) or "",
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
