"""The comparison of a lot as a file: the rows of its answer, first of each bid and then of each pair of them.

Every row says on its own what it is about, so that rows that are copied elsewhere take that along.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from indicators.resources.bounds import Bounds
from mvi_dashboard.ground import formats, table_files
from mvi_dashboard.ground.table_files import Cell
from tenders import resources

from .comparing import LotComparison

_ABOUT = {
    "organisation": "Organisatie",
    "tender": "Aanbesteding",
    "title": "Titel",
    "lot": "Perceel",
    "indicator": "Indicator",
    "basis": "Rekenbasis",
    "unit": "Eenheid",
    "asOf": "Stand op",
    "row": "Rij",
}
_OF_BID = {
    "supplier": "Leverancier",
    "bid": "Kenmerk van de inschrijving",
    "place": "Plaats",
    "price": "Prijs zoals aangeboden, EUR",
    "priceForDemand": "Prijs voor de hele vraag, EUR",
    "demandImpact": "Effect voor de hele vraag",
    "demandImpactBounds.low": "Effect voor de hele vraag, laagste",
    "demandImpactBounds.high": "Effect voor de hele vraag, hoogste",
    "reference": "Referentie",
    "referenceBounds.low": "Referentie, laagste",
    "referenceBounds.high": "Referentie, hoogste",
    "avoided": "Vermeden",
    "avoidedBounds.low": "Vermeden, laagste",
    "avoidedBounds.high": "Vermeden, hoogste",
    "complete": "Volledig",
    "bounded": "Tussen grenzen",
    "reason": "Waarom opzij gezet",
}
_OF_PAIR = {
    "better": "Laagste van twee",
    "worse": "Andere van twee",
    "certainty": "Volgorde",
    "difference": "Verschil",
    "differenceBounds.low": "Verschil, laagste",
    "differenceBounds.high": "Verschil, hoogste",
    "dependsOn": "Hangt af van",
    "dependsOn.unit": "Eenheid daarvan",
    "dependsOn.low": "Laagste daarvan",
    "dependsOn.central": "Rekenwaarde daarvan",
    "dependsOn.high": "Hoogste daarvan",
    "breakEven": "Omslagpunt",
    "betterBelow": "Laagste van twee onder het omslagpunt",
}
HEADS = {**_ABOUT, **_OF_BID, **_OF_PAIR}
"""The columns by their code over REST, with what people read above them."""
_ROWS = {"bid": "inschrijving", "setAside": "opzij gezet", "order": "volgorde"}
_CERTAINTY = {"certain": "vast", "depends": "hangt af", "tie": "gelijk"}
Row = Mapping[str, Cell]


@dataclass(frozen=True)
class ComparisonFile:
    """A comparison on one indicator, to write as one of the files."""

    comparison: LotComparison
    answer: resources.Comparison

    @property
    def name(self) -> str:
        """What the file is called, without what kind it is."""
        lot = self.comparison.lot
        return f"vergelijking-{lot.tender.reference}-perceel-{lot.number}-{self.answer.indicator}"

    def csv(self) -> str:
        """For systems: the codes of the API."""
        return table_files.csv_of(list(HEADS), self._cells(self._rows(dutch=False)))

    def dutch_csv(self) -> str:
        """For people, as their spreadsheet opens it."""
        return table_files.dutch_csv_of(list(HEADS.values()), self._cells(self._rows(dutch=True)))

    def workbook(self) -> bytes:
        """The same rows as XLSX, with numbers as numbers."""
        return table_files.workbook_of("Vergelijking", list(HEADS.values()), self._cells(self._rows(dutch=True)))

    def _cells(self, rows: Iterator[Row]) -> Iterator[Sequence[Cell]]:
        for row in rows:
            yield [row.get(code) for code in HEADS]

    def _rows(self, *, dutch: bool) -> Iterator[Row]:
        about, answer = self._about(dutch=dutch), self.answer
        names = {each.bid.public_id: each.bid.supplier.name for each in self.comparison.bids}
        names |= {each.public_id: each.supplier.name for each in self.comparison.set_aside}
        for bid in sorted(answer.bids, key=lambda each: (each.place is None, each.place or 0, each.supplier)):
            supplier = names[bid.bid] if dutch else bid.supplier
            yield {**about, **_kind("bid", dutch=dutch), "supplier": supplier, **_of_bid(bid)}
        for aside in answer.set_aside:
            supplier = names[aside.bid] if dutch else aside.supplier
            kind = _kind("setAside", dutch=dutch)
            yield {**about, **kind, "supplier": supplier, "bid": str(aside.bid), "reason": aside.reason}
        codes = {bid.bid: bid.supplier for bid in answer.bids}
        called = names if dutch else codes
        for pair in answer.order:
            told: Row = {
                "better": called[pair.better],
                "worse": called[pair.worse],
                "certainty": _CERTAINTY[pair.certainty] if dutch else pair.certainty,
                "difference": pair.difference,
                **_ends("differenceBounds", pair.bounds),
            }
            on = [_depends(each) for each in pair.depends_on] or [{}]
            for each in on:
                yield {**about, **_kind("order", dutch=dutch), **told, **each}

    def _about(self, *, dutch: bool) -> Row:
        lot, answer = self.comparison.lot, self.answer
        organisation = lot.tender.organisation
        infos = {info.code: info.name for info in self.comparison.arrays.indicators}
        return {
            "organisation": organisation.name if dutch else organisation.code,
            "tender": lot.tender.reference,
            "title": lot.tender.title,
            "lot": lot.number,
            "indicator": infos[answer.indicator] if dutch else answer.indicator,
            "basis": answer.basis,
            "unit": answer.unit,
            "asOf": formats.moment(answer.as_of) if dutch else answer.as_of.isoformat(),
        }


def _kind(code: str, *, dutch: bool) -> Row:
    return {"row": _ROWS[code] if dutch else code}


def _of_bid(bid: resources.ComparedBid) -> Row:
    return {
        "bid": str(bid.bid),
        "place": bid.place,
        "price": bid.price,
        "priceForDemand": bid.price_for_demand,
        "demandImpact": bid.demand_impact,
        **_ends("demandImpactBounds", bid.demand_impact_bounds),
        "reference": bid.reference,
        **_ends("referenceBounds", bid.reference_bounds),
        "avoided": bid.avoided,
        **_ends("avoidedBounds", bid.avoided_bounds),
        "complete": bid.complete,
        "bounded": bid.bounded,
    }


def _ends(name: str, bounds: Bounds | None) -> Row:
    return {} if bounds is None else {f"{name}.low": bounds.low, f"{name}.high": bounds.high}


def _depends(each: resources.Dependence) -> Row:
    """A range that can turn a pair."""
    return {
        "dependsOn": each.name,
        "dependsOn.unit": each.unit,
        "dependsOn.low": each.bounds.low,
        "dependsOn.central": each.central,
        "dependsOn.high": each.bounds.high,
        "breakEven": each.break_even,
        "betterBelow": each.better_below,
    }
