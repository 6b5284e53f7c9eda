"""Whether what a cell shows belongs in its column: a share in per cent, a mass in kg, a day without a time."""

from __future__ import annotations

from decimal import Decimal

from mvi_dashboard.ground.intake import Moment
from mvi_dashboard.ground.intake.sheets import Cell
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.shapes import Date, Field, Fraction, Integer, Money, Number, quoted

_STANDARD = "kies in Excel de celnotatie Standaard en vul het getal zelf in."
_SPELLED = {
    "jaar": {"jaar", "jaren", "jr", "jr."},
    "": {"stuk", "stuks", "st", "st.", "x"},
    "EUR": {"€", "eur", "euro"},
}


def unlike(field: Field | None, cell: Cell) -> tuple[str, str] | None:
    """Code and message of a cell that shows another kind of thing than its field asks; no field asks a text."""
    numeric = isinstance(field, Number | Integer)
    if cell.moment:
        return _of_moment(field, Moment(cell.text), numeric=numeric)
    if cell.number is None or not numeric:
        return None
    if cell.percent and not isinstance(field, Fraction):
        return "mixed_unit", worded(
            "Deze cel toont een percentage ({cell}): {standard}", cell=as_text(cell), standard=_STANDARD
        )
    if cell.unit and cell.unit.casefold() not in _units_of(field):
        own = _unit_of(field)
        asked = worded(", en hier hoort een getal in {own}", own=own) if own else ""
        return "mixed_unit", worded(
            "Deze cel toont {cell}{asked}: {standard}", cell=quoted(as_text(cell)), asked=asked, standard=_STANDARD
        )
    return None


def as_text(cell: Cell) -> str:
    """What a cell shows, for a column of texts."""
    if cell.number is None or not (cell.percent or cell.unit):
        return str(cell.text)
    return f"{in_dutch(cell.number.scaleb(2))} %" if cell.percent else f"{in_dutch(cell.number)} {cell.unit}"


def in_dutch(number: Decimal) -> str:
    """The number with a comma and without zeros at its end."""
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


def _of_moment(field: Field | None, moment: Moment, *, numeric: bool) -> tuple[str, str] | None:
    if isinstance(field, Date):
        text = moment.not_a_day()
        return ("invalid_date", text) if text else None
    if numeric:
        return "invalid_number", moment.unlike("number")
    return "invalid", moment.unlike("text")


def _unit_of(field: Field | None) -> str:
    if isinstance(field, Fraction):
        return "%"
    return "euro" if isinstance(field, Money) else str(getattr(field, "unit", ""))


def _units_of(field: Field | None) -> set[str]:
    own = "%" if isinstance(field, Fraction) else str(getattr(field, "unit", ""))
    return _SPELLED.get(own, set()) | {own.casefold()}
