"""A comparison in the words of a page: rows, sentences and bars for one indicator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from indicators.calculation.bounds import Bounded
from indicators.calculation.comparison import PARTS
from indicators.calculation.known import known
from indicators.selectors import IndicatorInfo
from indicators.views.order_words import OrderSaid
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.charts import Bars, Column, Mark, Reference
from mvi_dashboard.ground.formats import Number
from mvi_dashboard.ground.wording import between, in_sentence, listed
from tenders.models import LotItem
from tenders.services import Certainty, ComparedBid, LotComparison, order_of, ranks
from tenders.services.methods import MethodRanking

from .order_words import bars_title, shared_unknown

PART_LABELS = {
    "fewer-items": "Minder stuks",
    "composition": "Materiaal",
    "strategy": "Strategie (R)",
    "end-of-life": "Einde levensduur (E)",
    "lifetime": "Levensduur",
    "use": "Gebruik",
    "accessories": "Toebehoren",
}
THAT_IS = "Dat is"
_WHERE = "De getallen staan in de tabel {}. Met een sterretje: niet volledig."
_ONLY_BASELINE = "t.o.v. basisproduct; marktstandaard onbekend"


def rows_of(comparison: LotComparison, place: int) -> list[dict[str, Any]]:
    """One row per bid, the least impact first and those that are not complete last."""
    order, places = order_of(comparison.bids, place), ranks(comparison, place)
    taken = list(order.values())
    decimals = _decimals_of(comparison, place)
    rows = []
    for each in comparison.bids:
        key = each.bid.pk
        placed = {"rank": places[key], "order": order[key], "shared": taken.count(order[key]) > 1}
        rows.append(_row(each, place, decimals) | placed)
    return sorted(rows, key=lambda row: (row["order"] is None, row["order"] or 0, row["supplier"]))


def lowest_of(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The complete bids with the lowest impact: more than one when they are tied."""
    return [row for row in rows if row["order"] == 1]


def all_placed(rows: Sequence[dict[str, Any]]) -> bool:
    """Whether every bid has a place."""
    return all(row["rank"] for row in rows)


def names_of(rows: Sequence[dict[str, Any]]) -> str:
    """The suppliers in one phrase: `A, B en C`."""
    return listed([str(row["supplier"]) for row in rows])


def sentences(
    comparison: LotComparison, place: int, rows: Sequence[dict[str, Any]], *, deciding: bool = False
) -> dict[str, str]:
    """Title and lead: the lowest impact for the demand, never a winner; `deciding`: this person can award now."""
    info = comparison.arrays.indicators[place]
    lowest = lowest_of(rows)
    if not rows and comparison.set_aside:
        return {"title": "Op dit perceel kon geen inschrijving open", "lead": ""}
    if not rows:
        return {"title": "Er is niet ingeschreven op dit perceel", "lead": ""}
    if not lowest:
        lead = (
            "Er ontbreken factoren of gegevens. Daarom is er geen volgorde; bekijk per inschrijving wat ontbreekt."
        )
        return {"title": f"Geen inschrijving is volledig voor {info.name}", "lead": lead}
    number = f"{lowest[0]['impact_text']} {info.unit}{_against(lowest[0])}"
    award = " De gunning beslist u zelf." if deciding else ""
    if all_placed(rows):
        return {"title": _title(rows, lowest, _lower(info)), "lead": f"{THAT_IS} {number}.{award}"}
    why = "niet elke inschrijving kon open" if comparison.set_aside else "niet elke inschrijving is volledig"
    title = f"Er is geen volgorde voor {_lower(info)}: {why}"
    return {"title": title, "lead": f"{_among_complete(rows, lowest)}: {number}.{award}"}


def _title(rows: Sequence[dict[str, Any]], lowest: Sequence[dict[str, Any]], name: str) -> str:
    """Who is lowest of bids that all have a place."""
    if len(rows) == 1:
        return f"Alleen {names_of(rows)} is te vergelijken op {name}"
    if len(lowest) == len(rows):
        return f"Alle inschrijvingen hebben voor {name} evenveel effect"
    if len(lowest) > 1:
        return f"{names_of(lowest)} delen voor {name} het laagste effect"
    return f"{names_of(lowest)} heeft voor {name} het laagste effect"


def _among_complete(rows: Sequence[dict[str, Any]], lowest: Sequence[dict[str, Any]]) -> str:
    """What can be said of the complete bids when others are not."""
    if sum(1 for row in rows if row["order"]) == 1:
        return f"Alleen {names_of(lowest)} is volledig"
    verb = "delen" if len(lowest) > 1 else "heeft"
    return f"Van de volledige inschrijvingen {verb} {names_of(lowest)} het laagste effect"


def add_certainty(rows: Sequence[dict[str, Any]], certainty: Certainty) -> None:
    """Bounds and the chance of being the lowest in each row that was drawn."""
    for row in rows:
        found = certainty.bounds.get(row["each"].bid.pk)
        row["bounds"] = found
        if found is not None:
            row["range"] = (
                f"{formats.number(found[0], row['decimals'])} tot {formats.number(found[1], row['decimals'])}"
            )
            row["chance"] = _of_hundred(certainty.probability_best[row["each"].bid.pk])


def how_sure(rows: Sequence[dict[str, Any]], not_drawn: Sequence[str] = ()) -> str:
    """One sentence about the lowest bid, and what no draw changes; about who is tied it names no winner."""
    drawn = [row for row in rows if row.get("chance")]
    if not drawn:
        return "Er is geen volledige inschrijving: over de volgorde is niets te zeggen."
    if len(drawn) < 2:
        return "Er is maar één volledige inschrijving: er is geen volgorde."
    lowest = lowest_of(rows)
    if len(lowest) > 1:
        return f"{names_of(lowest)} delen het laagste effect: geen van hen is beter."
    chance, name = lowest[0]["chance"], lowest[0]["supplier"]
    if not all_placed(rows):
        said = f"Van de volledige inschrijvingen heeft {name} in {chance} van de 100 gevallen het laagste effect"
    else:
        said = f"In {chance} van de 100 gevallen heeft {name} het laagste effect"
    return f"{said}{_standing_still(not_drawn)}."


_NAMES_OF_FIXED = {"R": "R", "E": "E", "T": "de levensduur"}


def _standing_still(not_drawn: Sequence[str]) -> str:
    """What is the same in every draw, as the end of a sentence."""
    names = [_NAMES_OF_FIXED[each] for each in not_drawn]
    if not names:
        return ""
    verb = "staat" if len(names) == 1 else "staan"
    return f"; {listed(names)} {verb} daarbij vast"


def _of_hundred(chance: float) -> str:
    """The chance as so many of a hundred; what is not sure is never written as 0 or 100."""
    number = round(chance * 100)
    if number == 0 and chance > 0:
        return "< 1"
    return "> 99" if number == 100 and chance < 1 else str(number)


def same_making(comparison: LotComparison, place: int) -> str:
    """Say so when the making decides, and is the same number per kg for every bid; empty where it is not so."""
    if not comparison.only_mass_and_life(place):
        return ""
    return (
        "Het maken is hier bij elke inschrijving het grootste deel, en per kilo voor allemaal hetzelfde getal: "
        "er telt geen eigen getal van een maker mee. Daarom maken binnen deze soort alleen massa en levensduur "
        "verschil."
    )


def reference_note(comparison: LotComparison) -> str:
    """Against what the bids are held."""
    if comparison.reference_is_baseline:
        return _ONLY_BASELINE
    if any(item.reference_product is None for item in comparison.items):
        return "voor een deel van de vraag is geen referentie bekend"
    products = [item.reference_product for item in comparison.items if item.reference_product]
    names = dict.fromkeys(
        f"{each.name_nl} (nog te controleren)" if each.to_verify else each.name_nl for each in products
    )
    return f"t.o.v. {', '.join(names)}"


def demand_text(comparison: LotComparison) -> str:
    """The demand in one line, as the caption of the table."""
    per_year = " per jaar" if comparison.lot.group.is_consumed else ""
    asked = [
        f"{formats.number(item.needed_count)}{per_year} × {_asked(item)}, {formats.number(item.needed_years)} jaar"
        for item in comparison.items[:3]
    ]
    more = len(comparison.items) - len(asked)
    return "; ".join(asked) + (f" en nog {more}" if more else "")


def _asked(item: LotItem) -> str:
    """What is asked, with its product type where the description does not name that."""
    kind = item.product_type.name_nl if item.product_type else ""
    named = kind.casefold() in item.description.casefold()
    return item.description if named else f"{item.description} ({kind})"


def chart_of(
    comparison: LotComparison, place: int, rows: Sequence[dict[str, Any]], said: OrderSaid | None = None
) -> Bars | None:
    """The bars, their message and the reference when it is the same for all; None with nothing to draw.

    With what is `said` of an order that rests on ranges the bars are open to their high end.
    """
    shown = [row for row in rows if row["impact"] is not None]
    if not any(row["impact"] for row in shown):
        return None
    arrays, info = comparison.arrays, comparison.arrays.indicators[place]
    reference = _shared_reference(shown, comparison)
    drawn = any(row.get("bounds") for row in shown)
    bounds = [row.get("bounds") if drawn else row["ends"] for row in shown]
    to_ends = not drawn and any(bounds)
    texts = [row["ends_text"] if to_ends and row["ends"] else row["impact_text"] for row in shown]
    impacts = Column("Geschat", texts, [row["impact"] for row in shown])
    open_order = said if to_ends else None
    where = "hieronder" if said else "hierboven"
    source = f"Bron: {arrays.name}, methode {arrays.method[0]} versie {arrays.method[1]}. {_WHERE.format(where)}"
    return Bars(
        id="bids",
        title=bars_title(open_order, shown) if open_order else _bars_title(shown, reference),
        unit=f"{formats.capital(info.name)} voor de hele vraag, in {info.unit}. Geschat. Korter is beter.",
        source=f"{shared_unknown(open_order)} {source}" if open_order else source,
        names=[_bar_name(row) for row in shown],
        marks=[Mark(impacts, "estimated", bounds=bounds, to_ends=to_ends)],
        reference=reference,
        range_label="Bereik van 9 op de 10" if drawn else "",
    )


def _shared_reference(shown: Sequence[dict[str, Any]], comparison: LotComparison) -> Reference | None:
    """The line to hold bars against; none where the reference lies between bounds itself, or is not one number."""
    references = {round(row["reference"], 9) for row in shown if row["reference"] is not None}
    if len(references) != 1 or any(row["reference_between"] for row in shown):
        return None
    return _reference(references.pop(), shown[0]["reference_text"], comparison)


def _bars_title(shown: Sequence[dict[str, Any]], reference: Reference | None) -> str:
    if reference is None:
        return "Effect voor de hele vraag per inschrijving"
    below = sum(1 for row in shown if row["css"] == "avoided")
    part = formats.part_counted(below, len(shown), "inschrijving", "inschrijvingen")
    return f"{formats.capital(part)} {'blijft' if below == 1 else 'blijven'} onder de referentie"


def _reference(value: float, text: str, comparison: LotComparison) -> Reference:
    return Reference(value, f"Referentie {text}", f"Referentie, {reference_note(comparison)}")


def parts_table(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is avoided per bid, taken apart; the rounded parts add up."""
    found = []
    for row in rows:
        if row["avoided"] is None:
            continue
        values = [row["parts"][part] for part in PARTS]
        # To the difference as it stands in the table of the bids: that of its rounded numbers.
        parts = formats.bridged(0, [value or 0.0 for value in values], row["difference"], row["decimals"])
        cells = [
            {"text": formats.number(value, row["decimals"]), "between": row["parts_between"][part]}
            for part, value in zip(PARTS, parts, strict=True)
        ]
        whole = {"text": row["avoided_text"], "between": row["avoided_between"]}
        found.append({"supplier": row["supplier"], "parts": cells, "total": whole})
    return found


def by_method(comparison: LotComparison, rankings: Sequence[MethodRanking]) -> list[dict[str, Any]]:
    """One row per bid with its impact and place by every method, in the order of the first method."""
    first, placed = rankings[0].ranks, [each.places for each in rankings]
    columns = [formats.decimals_of(each.impacts.values()) for each in rankings]
    bids = sorted(
        comparison.bids, key=lambda each: (first[each.bid.pk] is None, first[each.bid.pk] or 0, each.bid.pk)
    )
    return [
        {
            "supplier": each.bid.supplier.name,
            "cells": [
                {
                    "impact": formats.in_column(ranking.impacts[each.bid.pk], decimals),
                    "rank": places[each.bid.pk],
                    "complete": ranking.ranks[each.bid.pk] is not None,
                }
                for ranking, places, decimals in zip(rankings, placed, columns, strict=True)
            ],
        }
        for each in bids
    ]


def _decimals_of(comparison: LotComparison, place: int) -> int:
    """How many decimals the numbers of a lot get: those that its largest one needs, so that columns add up."""
    found = [bid.comparison for bid in comparison.bids]
    values = [known(each[place]) for one in found for each in (one.demand_impact, one.reference)]
    return formats.decimals_of(values)


def _row(each: ComparedBid, place: int, decimals: int) -> dict[str, Any]:
    found = each.comparison
    impact, avoided, reference = (
        known(values[place]) for values in (found.demand_impact, found.avoided, found.reference)
    )
    difference: Number | None = avoided
    if impact is not None and avoided is not None and reference is not None:
        [difference] = formats.bridged(impact, [avoided], reference, decimals)
    level = difference is not None and round(difference, decimals) == 0
    main = [line for line in each.lines if line.role == "main"]
    names = list(dict.fromkeys(str(line) for line in main))
    return {
        "each": each,
        "id": each.bid.public_id,
        "supplier": each.bid.supplier.name,
        "products": ", ".join(names[:2]) + (f" en nog {len(names) - 2}" if len(names) > 2 else ""),
        "impact": impact,
        "reference": reference,
        "avoided": avoided,
        "difference": difference,
        "impact_text": formats.in_column(impact, decimals),
        "reference_text": formats.in_column(reference, decimals),
        "avoided_text": formats.number(0 if level else difference, decimals),
        "ends": _ends(each.between.demand_impact, place),
        "ends_text": _both_ends(each.between.demand_impact, place, decimals),
        "between": _between(each.between.demand_impact, place, decimals),
        "avoided_between": _between(each.between.avoided, place, decimals),
        "reference_between": _between(each.between.reference, place, decimals),
        "parts_between": {part: _between(each.between.parts[part], place, decimals) for part in PARTS},
        "decimals": decimals,
        "css": "" if level or not avoided else ("avoided" if avoided > 0 else "extra"),
        "share": "evenveel" if level else _share(avoided, reference),
        "parts": {part: known(found.parts[part][place]) for part in PARTS},
        "complete": bool(found.complete[place]),
        "price": each.price,
        "price_for_demand": each.price_for_demand,
        "price_of_purchases": each.price_of_purchases,
        "purchases": _purchases(each),
    }


def _ends(found: Bounded, place: int) -> tuple[float, float] | None:
    """Low and high of a value; None where no range moves it, or it is not known."""
    low, high = float(found.low[place]), float(found.high[place])
    return (low, high) if low < high else None


def _both_ends(found: Bounded, place: int, decimals: int) -> str:
    """`9.456 tot 15.504`."""
    ends = _ends(found, place)
    return "" if ends is None else " tot ".join(formats.in_column(each, decimals) for each in ends)


def _between(found: Bounded, place: int, decimals: int) -> str:
    ends = _ends(found, place)
    return "" if ends is None else between(*ends, decimals)


def _purchases(each: ComparedBid) -> str:
    """How often the main products must really be bought, beside the linear number."""
    times = sorted(set(each.whole_purchases.values()))
    return " of ".join(f"{number} keer" for number in times) or formats.UNKNOWN


def _share(avoided: float | None, reference: float | None) -> str:
    if avoided is None or not reference:
        return ""
    return formats.compared(-avoided / reference).rpartition(" ")[0]


def _against(row: dict[str, Any]) -> str:
    if row["avoided"] is None:
        return "; de referentie is onbekend"
    if row["share"] == "evenveel":
        return ", evenveel als de referentie"
    if not row["share"]:
        return ""
    return f", {formats.compared(-row['avoided'] / row['reference'])} de referentie"


def _lower(info: IndicatorInfo) -> str:
    """The name inside a sentence; abbreviations such as CO2 keep their capitals."""
    return in_sentence(info.name)


def _bar_name(row: dict[str, Any]) -> str:
    return str(row["supplier"]) if row["complete"] else f"{row['supplier']}*"
