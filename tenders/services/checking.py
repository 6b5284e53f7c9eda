"""Whether a tender is right: the codes it names exist and its moments are in order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from indicators.models import BaselineProduct, Cpv, ProductGroup, ProductType, Theme
from indicators.services import check_type
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.problems import Path, Problem
from mvi_dashboard.ground.shapes import nearest, quoted

_CPV = re.compile(r"([0-9]{8})(?:-[0-9])?").fullmatch


@dataclass(frozen=True)
class Found:
    """The rows behind the codes of a tender, looked up together."""

    groups: Mapping[str, ProductGroup]
    themes: Mapping[str, Theme]
    products: Mapping[str, BaselineProduct]
    cpv: Mapping[str, Cpv]

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Found:
        """What the codes of this tender name; four queries."""
        items = [item for _, _, item in _items(data)]
        products = {item.get(name) for item in items for name in ("reference_product", "baseline_product")}
        named = BaselineProduct.objects.select_related("product_type")
        codes = {match[1] for item in items if (match := _CPV(item.get("cpv") or ""))}
        return cls(
            groups={group.code: group for group in ProductGroup.objects.all()},
            themes={theme.code: theme for theme in Theme.objects.all()},
            products={row.code: row for row in named.filter(code__in=products - {None})},
            cpv={row.code: row for row in Cpv.objects.filter(code__in=codes)},
        )

    def type_of(self, item: Mapping[str, Any], group: ProductGroup) -> ProductType | None:
        """The product type of a demand item: the one it names, else that of the product it is compared with."""
        if item.get("product_type"):
            return group.types_by_code.get(item["product_type"])
        for name in ("reference_product", "baseline_product"):
            product = self.products.get(item.get(name) or "")
            if product is not None and product.product_type is not None:
                return product.product_type
        return None

    def cpv_of(self, text: str | None) -> Cpv | None:
        """The CPV row of a code with or without its check digit."""
        match = _CPV(text or "")
        return self.cpv.get(match[1]) if match else None


def check_tender(data: Mapping[str, Any], found: Found) -> list[Problem]:
    """Every problem of a tender as `read` gave it, concept or not."""
    return [*_check_moments(data), *_check_lots(data, found), *_check_ambitions(data, found)]


def _check_moments(data: Mapping[str, Any]) -> list[Problem]:
    start, deadline, opening = data.get("bidding_starts_at"), data.get("deadline"), data.get("opening_at")
    problems = []
    if deadline and opening and opening < deadline:
        text = "De opening komt na het uiterste moment van inschrijven: kies een later moment."
        problems.append(Problem(("openingAt",), "before_deadline", text))
    if start and deadline and deadline <= start:
        text = "Inschrijven moet beginnen voor het uiterste moment."
        problems.append(Problem(("deadline",), "before_start", text))
    return problems


def _items(data: Mapping[str, Any]) -> Iterator[tuple[Path, Mapping[str, Any], Mapping[str, Any]]]:
    for number, lot in enumerate(data.get("lots") or ()):
        for place, item in enumerate(lot.get("items") or ()):
            yield ("lots", number, "items", place), lot, item


def _check_lots(data: Mapping[str, Any], found: Found) -> list[Problem]:
    problems: list[Problem] = []
    lots = data.get("lots") or ()
    for number, lot in enumerate(lots):
        path = ("lots", number)
        code = lot.get("product_group")
        if code is not None and code not in found.groups:
            text = worded(
                "Wij kennen geen productgroep {code}: {hint}", code=quoted(code), hint=nearest(code, found.groups)
            )
            problems.append(Problem((*path, "productGroup"), "invalid_choice", text))
        start, end = lot.get("contract_start"), lot.get("contract_end")
        if start and end and end < start:
            problems.append(Problem((*path, "contractEnd"), "before_start", "Het einde ligt na de startdatum."))
        short = [name for name in ("needed_count", "needed_years") if lot.get(name) is not None]
        if short and (lot.get("items") or len(short) == 1):
            text = "Geef de vraag op het perceel (aantal en jaren samen) of per vraag, niet allebei."
            problems.append(Problem((*path, "neededCount"), "mismatch", text))
    problems += _twice([lot.get("number") for lot in lots], ("lots",))
    for place, lot, item in _items(data):
        problems += _check_item(item, place, found.groups.get(lot.get("product_group") or ""), found)
    for number, lot in enumerate(lots):
        problems += _twice([item.get("number") for item in lot.get("items") or ()], ("lots", number, "items"))
    return problems


def _twice(numbers: Sequence[int | None], path: Path) -> list[Problem]:
    text = "Dit nummer staat er al: geef elk een eigen nummer."
    return [
        Problem((*path, place, "number"), "duplicate_line", text)
        for place, number in enumerate(numbers)
        if number is not None and number in numbers[:place]
    ]


def _check_item(item: Mapping[str, Any], path: Path, group: ProductGroup | None, found: Found) -> list[Problem]:
    problems = []
    if item.get("cpv") and found.cpv_of(item["cpv"]) is None:
        text = "Deze CPV-code kennen wij niet: schrijf acht cijfers, bijvoorbeeld 39112000."
        problems.append(Problem((*path, "cpv"), "invalid_choice", text))
    count = item.get("needed_count")
    if count is not None and count < 1 and group is not None and not group.is_consumed:
        text = "Minder dan één stuk kan niet: vul hoeveel stuks u nodig heeft in."
        problems.append(Problem((*path, "neededCount"), "range", text))
    if group is not None:
        problems += check_type(item.get("product_type") or None, (*path, "productType"), group)
    for name, json_name, kind in (
        ("reference_product", "referenceProduct", "reference"),
        ("baseline_product", "baselineProduct", "baseline"),
    ):
        code = item.get(name)
        product = found.products.get(code or "")
        of_type = product.product_type.code if product is not None and product.product_type else None
        known = group is not None and item.get("product_type") in group.types_by_code
        if known and of_type not in (None, item["product_type"]):
            text = worded(
                "{code} is van een andere soort dan u vraagt: kies een product van die soort.", code=quoted(code)
            )
            problems.append(Problem((*path, json_name), "other_type", text))
        fits = product is not None and product.kind == kind and (group is None or product.group_id == group.id)
        if code and not fits:
            text = worded(
                "{code} is hier geen {kinds} van deze productgroep.", code=quoted(code), kinds=_KINDS[kind]
            )
            problems.append(Problem((*path, json_name), "invalid_choice", text))
    return problems


_KINDS = {"reference": "referentieproduct", "baseline": "basisproduct"}


def _check_ambitions(data: Mapping[str, Any], found: Found) -> list[Problem]:
    problems: list[Problem] = []
    seen: set[str] = set()
    mains = 0
    for number, ambition in enumerate(data.get("ambitions") or ()):
        path, code = ("ambitions", number), ambition.get("theme")
        if code is not None and code not in found.themes:
            text = worded(
                "Wij kennen geen thema {code}: {hint}", code=quoted(code), hint=nearest(code, found.themes)
            )
            problems.append(Problem((*path, "theme"), "invalid_choice", text))
        if code in seen:
            problems.append(Problem((*path, "theme"), "duplicate_line", "Dit thema staat er al."))
        seen.add(code or "")
        mains += bool(ambition.get("main"))
        if ambition.get("main") and mains > 1:
            text = "Er is al een hoofdthema: kies er één."
            problems.append(Problem((*path, "main"), "main_theme", text))
    return problems
