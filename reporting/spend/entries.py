"""A file of spend as entries: amounts without VAT, what it was for, and everything in it that cannot be used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from mvi_dashboard.ground.columns.applying import Applied, Values
from mvi_dashboard.ground.columns.detecting import Reading
from mvi_dashboard.ground.intake import Table
from mvi_dashboard.ground.problems import Problem
from mvi_dashboard.ground.shapes import quoted

from .bands import MIDDLES, OPEN_ENDED, WITHOUT_AMOUNT
from .layout import SPEND
from .persons import PERSON, kept_name

VAT_RATES = (21, 9, 0)
_EURO = frozenset({"", "EUR", "EURO", "€"})
_CENT = Decimal("0.01")
_LONGEST_REFERENCE = 60


class Entry(NamedTuple):
    """One row of a file as it is kept; `kind` and `code` are what it is mapped by."""

    row: int
    day: date | None
    year: int
    supplier: str
    kind: str
    code: str
    amount: Decimal
    band: int | None
    contract: str


@dataclass
class SpendFile:
    """The entries of a table; what is told of it is complete when all went by."""

    table: Table
    reading: Reading
    first_day: date
    last_day: date
    vat_rate: int
    total: Decimal = Decimal(0)
    counts: Counter[str] = field(default_factory=Counter)
    _first: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.applied = Applied(self.table, SPEND, self.reading)

    def entries(self) -> Iterator[Entry]:
        """Each row that counts. Rows that are wrong are noted, rows without an amount are counted."""
        for number, values in self.applied.rows():
            amount = self._amount(number, values)
            if amount is None or not self._is_right(number, values):
                continue
            supplier = kept_name(values.get("supplier"))
            kind, code = _meaning(values, supplier)
            day = values.get("date")
            if kind is None:
                self.applied.note(number, "category", "required", "Vul een categorie, CPV-code of leverancier in.")
                continue
            self.total += amount
            self.counts["rows"] += 1
            self.counts["negative"] += amount < 0
            self.counts["persons"] += supplier == PERSON
            self.counts["open_ended"] += values.get("band") == OPEN_ENDED
            year = (day or self.first_day).year
            reference = (values.get("contract") or "")[:_LONGEST_REFERENCE]
            yield Entry(number, day, year, supplier, kind, code, amount, values.get("band"), reference)
        self._finish()

    @property
    def problems(self) -> list[Problem]:
        """What is wrong, by row and column."""
        return list(self.applied.problems)

    def told(self) -> dict[str, int]:
        """How many rows were what."""
        return {**dict(self.counts), "totals": len(self.applied.totals), "wrong": len(self.applied.wrong_rows)}

    def _finish(self) -> None:
        amount, band = self._first.get("amount"), self._first.get("band")
        if amount and band:
            text = (
                f"In dit bestand staan bedragen en klassen door elkaar: rij {amount} heeft een bedrag, rij {band} "
                "een klasse. Maak er twee bestanden van, want een klasse is geen bedrag."
            )
            self.applied.problems.append(Problem(("rows", band), "mixed_bands", text))
        if self.first_day.year != self.last_day.year and "date" not in self.reading.columns:
            text = "De periode loopt over twee jaren: kies de kolom met de datum, of kies één kalenderjaar."
            self.applied.problems.append(Problem(("columns", "date"), "required", text))

    def _amount(self, number: int, values: Values) -> Decimal | None:
        """Euros without VAT; None when there is none, or when the row says two things."""
        band, net, gross = values.get("band"), values.get("amount"), values.get("gross")
        if band is not None and (net is not None or gross is not None):
            self._first.setdefault("amount", number)
            self._first.setdefault("band", number)
            return None
        if band is not None:
            return self._middle(number, band)
        if net is None and gross is None:
            self.counts["without_amount"] += 1
            return None
        self._first.setdefault("amount", number)
        if net is not None:
            return Decimal(net)
        rate = values.get("vat")
        if rate is not None and rate not in VAT_RATES:
            self.applied.note(number, "vat", "invalid_choice", "Vul een btw-tarief in van 21, 9 of 0.")
            return None
        percent = self.vat_rate if rate is None else rate
        return (Decimal(gross or 0) * 100 / (100 + percent)).quantize(_CENT)

    def _middle(self, number: int, band: int) -> Decimal | None:
        self._first.setdefault("band", number)
        if band == WITHOUT_AMOUNT:
            self.counts["without_amount"] += 1
            return None
        if band not in MIDDLES:
            self.applied.note(number, "band", "range", "Een klasse is een getal van 1 tot en met 13.")
            return None
        return MIDDLES[band]

    def _is_right(self, number: int, values: Values) -> bool:
        currency, day = (values.get("currency") or "").upper(), values.get("date")
        if currency not in _EURO:
            text = f"{quoted(currency)} is geen euro: reken het bedrag om naar euro, of laat deze regel weg."
            self.applied.note(number, "currency", "currency", text)
            return False
        if day is not None and not self.first_day <= day <= self.last_day:
            text = f"{day:%d-%m-%Y} ligt buiten de periode die u koos: pas de periode of de datum aan."
            self.applied.note(number, "date", "outside_period", text)
            return False
        return True


def _meaning(values: Values, supplier: str) -> tuple[Any, str]:
    """By what a row is mapped: its own category, else its CPV code, else who was paid."""
    if values.get("category"):
        return "category", values["category"]
    digits = "".join(sign for sign in values.get("cpv") or "" if sign.isdigit())[:8]
    if digits:
        return "cpv", digits
    return ("supplier", supplier) if supplier else (None, "")
