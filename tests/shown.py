"""What a page shows, taken apart, and whether its numbers and sentences agree: what a reader sees counts."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from html.parser import HTMLParser

_NUMBER = re.compile(r"^[+−]?\d{1,3}(\.\d{3})*(,\d+)?$|^[+−]?\d+(,\d+)?$")
_SUMS = ("Totaal", "Samen", "Gewogen effect")
_UNKNOWN = "onbekend"
_SKIPPED = ("script", "style", "svg")
_CLOSED = ("br", "img", "input", "meta", "link", "hr")


def number(text: str) -> Decimal | None:
    """The number that this text is; None for anything else."""
    text = text.strip()
    if not _NUMBER.match(text):
        return None
    return Decimal(text.replace(".", "").replace(",", ".").replace("−", "-").replace("+", ""))


def decimals(text: str) -> int:
    """How many decimals are shown."""
    return len(text.partition(",")[2])


@dataclass
class Table:
    """A table as it is read: its rows of texts, and those at its foot."""

    caption: str = ""
    heads: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    foot: list[list[str]] = field(default_factory=list)
    in_trace: bool = False


class Shown(HTMLParser):
    """The tables, key figures and sentences of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tables: list[Table] = []
        self.figures: list[dict[str, str]] = []
        self.links: list[str] = []
        self.title = self.lead = ""
        self.said: list[str] = []
        self._stack: list[tuple[str, str, int]] = []
        self._texts: list[str] = []
        self._foot = False
        self.feed(html)
        self.text = _joined(self._texts)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and given.get("href", "").startswith(("/", "?")):
            self.links.append(given["href"])
        if tag in _CLOSED:
            self._texts.append(" ")
            return
        if tag == "table":
            self.tables.append(Table(in_trace=any("trace" in kind.split() for _t, kind, _s in self._stack)))
        elif tag in ("thead", "tbody", "tfoot"):
            self._foot = tag == "tfoot"
        elif tag == "tr" and self.tables:
            (self.tables[-1].foot if self._foot else self.tables[-1].rows).append([])
        elif "kpi" in given.get("class", "").split():
            self.figures.append({})
        self._stack.append((tag, given.get("class", ""), len(self._texts)))

    def handle_endtag(self, tag: str) -> None:
        while self._stack:
            opened, kind, start = self._stack.pop()
            if opened == tag:
                self._closed(tag, kind.split(), start)
                return

    def _closed(self, tag: str, kinds: list[str], start: int) -> None:
        said = _joined(self._texts[start:])
        if tag in ("th", "td") and self.tables:
            rows = self.tables[-1].foot if self._foot else self.tables[-1].rows
            rows[-1].append(said)
        elif tag == "thead" and self.tables and self.tables[-1].rows:
            self.tables[-1].heads = self.tables[-1].rows.pop()
        elif tag == "caption":
            self.tables[-1].caption = said
        elif tag == "h1":
            self.title = said
        elif tag == "p" and "lead" in kinds:
            self.lead = said
        elif self.figures and "kpi-label" in kinds:
            self.figures[-1]["label"] = said
        elif self.figures and "kpi-value" in kinds:
            self.figures[-1]["value"] = said
        elif self.figures and "kpi-note" in kinds:
            self.figures[-1]["note"] = said
        elif tag == "span" and "sub" in kinds:
            # What stands small under a number is no part of it.
            del self._texts[start:]
            self.said.append(said)

    def handle_data(self, data: str) -> None:
        if not any(tag in _SKIPPED for tag, _kind, _start in self._stack):
            self._texts.append(data)

    def amount(self, label: str) -> str:
        """The key figure with this label (with its year, or with what it is for): the last one of several."""
        named = re.compile(rf"{label}( voor .+| \d{{4}})?")
        found = [each["value"].split(" ")[0] for each in self.figures if named.fullmatch(each.get("label", ""))]
        return found[-1] if found else ""

    def figure(self, label: str) -> Decimal | None:
        """The same as a number."""
        return number(self.amount(label))


def wrong_in(page: Shown) -> Iterator[str]:
    """Everything on this page that does not agree with what else stands on it."""
    for table in page.tables:
        yield from _sums(table)
        yield from _across(table)
        yield from _digits(table)
        yield from _parts_of_one(table)
        yield from _percent_of_nothing(table)
        yield from _above_its_forecast(table)
    yield from _compared(page)
    yield from _twice_the_same(page)
    yield from _difference(page)
    yield from _directions(page)
    yield from _title(page)
    yield from _awarded(page)
    yield from _unread(page)


def _sums(table: Table) -> Iterator[str]:
    """A total at the foot, or the end of a bridge, is the sum of what stands above it."""
    bridge = table.heads[:1] == ["Oorzaak"]
    for foot in table.foot:
        if not bridge and not foot[0].startswith(_SUMS):
            continue
        for place in range(1, len(foot)):
            parts = [row[place] for row in table.rows if len(row) > place]
            known = [number(text) for text in parts if text != _UNKNOWN]
            whole = number(foot[place])
            if whole is None or None in known or not known or _is_share(table, place):
                continue
            off = abs(sum(part for part in known if part is not None) - whole)
            allowed = Decimal(len(known)).scaleb(-9) * max(1, abs(whole)) if table.in_trace else Decimal(0)
            if off > allowed:
                yield f"{table.caption}: {' + '.join(parts)} is not {foot[place]}"


def _is_share(table: Table, place: int) -> bool:
    """Columns that are not added up: what is per kilogram of each row."""
    return place < len(table.heads) and "per kg" in table.heads[place] and "Per kg" not in table.heads[place]


_ACROSS = (
    ("Effect", "Vermeden", "Referentie"),
    ("Prognose, eerdere factoren", "Factorwijziging", "Prognose, nieuwe factoren"),
)


def _across(table: Table) -> Iterator[str]:
    """Within a row two columns are together a third, and the parts of what is avoided are its last column."""
    for first, second, whole in _ACROSS:
        places = [_place(table, name) for name in (first, second, whole)]
        for row in table.rows if None not in places else ():
            one, two, both = (number(row[place]) for place in places if place is not None and place < len(row))
            if None not in (one, two, both) and one + two != both:  # type: ignore[operator]
                yield f"{table.caption}: {row} does not add up"
    if table.caption.startswith("Vermeden per onderdeel"):
        for row in table.rows:
            values = [number(text) for text in row[1:]]
            if None not in values and sum(values[:-1], Decimal(0)) != values[-1]:  # type: ignore[arg-type]
                yield f"{table.caption}: {row} does not add up"


_IMPACT = 2
"""In a comparison the effect stands third, under the name of the indicator."""


def _compared(page: Shown) -> Iterator[str]:
    """Of each bid effect and avoided are its reference, and the parts lead to that same avoided."""
    found: dict[str, Decimal] = {}
    for table in page.tables:
        if table.caption.startswith("Effect voor de hele vraag:") and "Plaats" in table.heads:
            reference, avoided = _place(table, "Referentie"), _place(table, "Vermeden")
            for row in table.rows if reference and avoided else ():
                values = [number(row[place]) for place in (_IMPACT, avoided, reference)]  # type: ignore[index]
                if None in values:
                    continue
                found[row[0]] = values[1]  # type: ignore[assignment]
                if values[0] + values[1] != values[2]:  # type: ignore[operator]
                    yield f"{table.caption}: {row} does not add up"
        elif table.caption.startswith("Vermeden per onderdeel"):
            yield from (f"{row} is {found[row[0]]} elsewhere" for row in table.rows if _other(found, row))


def _other(found: dict[str, Decimal], row: list[str]) -> bool:
    return row[0] in found and number(row[-1]) != found[row[0]]


def _place(table: Table, name: str) -> int | None:
    return next((place for place, head in enumerate(table.heads) if re.match(rf"{name}( |$)", head)), None)


_PERCENT = re.compile(r"([<>] )?(\d+) %")


def _parts_of_one(table: Table) -> Iterator[str]:
    """What is divided over classes is 100 % together; under 1 % counts as 0, over 99 % as all."""
    if not table.caption.startswith("Deel van het effect per"):
        return
    for row in table.rows:
        parts = [found for text in row[1:] if (found := _PERCENT.fullmatch(text))]
        rounded = {"< ": 0, "> ": 100}
        if parts and sum(rounded.get(part[1] or "", int(part[2])) for part in parts) != 100:
            yield f"{table.caption}: {row} is not 100 %"


def _digits(table: Table) -> Iterator[str]:
    """All numbers of a column with a total have as many decimals as it."""
    for foot in table.foot if not table.in_trace else ():
        for place in range(1, len(foot)):
            texts = [
                row[place] for row in [*table.rows, foot] if len(row) > place and number(row[place]) is not None
            ]
            if len({decimals(text) for text in texts}) > 1 and number(foot[place]) is not None:
                yield f"{table.caption}: not the same number of decimals in {texts}"


_NEARLY_ALL = 85


def _percent_of_nothing(table: Table) -> Iterator[str]:
    """A percentage does not stand beside nothing: less than all of it is only said of what is left."""
    places = [_place(table, name) for name in ("Beloofd", "Prognose", "Verschil, met volume")]
    for row in [*table.rows, *table.foot] if None not in places else ():
        if len(row) != len(table.heads):
            continue
        promised, forecast, said = (row[place] for place in places if place is not None)
        change = number(said.removesuffix(" %")) if said.endswith("%") else None
        if change and (not number(promised) or (not number(forecast) and change > -_NEARLY_ALL)):
            yield f"{table.caption}: {said} beside {promised} and {forecast}"


def _above_its_forecast(table: Table) -> Iterator[str]:
    """What happened in a year of a contract is not above its forecast by a last digit: that is rounding."""
    to_date, forecast = _place(table, "Tot nu"), _place(table, "Prognose")
    of_a_contract = table.heads[:1] == ["Jaar"] and not table.caption.startswith("Per jaar")
    for row in table.rows if of_a_contract and to_date and forecast else ():
        happened, whole = number(row[to_date or 0]), number(row[forecast or 0])
        digit = Decimal(1).scaleb(-decimals(row[to_date or 0]))
        if happened is not None and whole is not None and happened - whole == digit:
            yield f"{table.caption}: {row} is above its forecast by rounding"


_AMOUNTS = ("Beloofd", "Prognose", "Tot nu")
_BY_CHANCE = 20
"""Under so many last digits two contracts may differ in one by chance"""


def _twice_the_same(page: Shown) -> Iterator[str]:
    """One contract has the same numbers in each table: they do not differ in their last digit alone."""
    alone = []
    for place, table in enumerate(page.tables):
        places = [_place(table, name) for name in _AMOUNTS]
        counted = _place(table, "Contracten")
        if None in places or (counted is None and table.heads[:1] != ["Contract"]):
            continue
        rows = [row for row in table.rows if len(row) == len(table.heads)]
        alone += [
            (place, [row[at] for at in places if at is not None])
            for row in rows
            if counted is None or row[counted] == "1"
        ]
    for (one, some), (other, others) in itertools.combinations(alone, 2):
        if one != other and some != others and _as_good_as(some, others):
            yield f"{some} in one table, {others} in another"


def _as_good_as(some: list[str], others: list[str]) -> bool:
    """Whether each number differs from the other in its last digit at most, and not all of them are small."""
    sizes = []
    for text, (one, other) in zip(some, zip(map(number, some), map(number, others), strict=True), strict=True):
        digit = Decimal(1).scaleb(-decimals(text))
        if one is None or other is None or abs(one - other) > digit:
            return False
        sizes.append(abs(one) / digit)
    return max(sizes) > _BY_CHANCE


_AWARDED = re.compile(r"Voor de vraag ([\d.,]+) \S+ \S+ Referentie ([\d.,]+) \S+ \S+ Vermeden ([−\d.,]+\d) ")


def _awarded(page: Shown) -> Iterator[str]:
    """What was promised at the award is with what was avoided the reference."""
    for texts in _AWARDED.findall(page.text):
        demand, reference, avoided = map(number, texts)
        if None not in (demand, reference, avoided) and demand + avoided != reference:  # type: ignore[operator]
            yield f"{page.title}: {texts} do not add up"


_TOO_LARGE = re.compile(r"(?<![,\d])(\d{1,3}\.\d{3}|\d{4,}) %")
_UNIT_OF_NOTHING = re.compile(r"onbekend (kg|ton|MJ|m3)\b")


def _unread(page: Shown) -> Iterator[str]:
    """A percentage that nobody reads, and a unit of what is unknown."""
    for pattern in (_TOO_LARGE, _UNIT_OF_NOTHING):
        yield from (f"{page.title}: {found[0]}" for found in pattern.finditer(page.text))


def _difference(page: Shown) -> Iterator[str]:
    """Promised and the difference are the forecast."""
    promised, forecast, off = (page.figure(name) for name in ("Beloofd", "Prognose", "Prognose min beloofd"))
    if None not in (promised, forecast, off) and promised + off != forecast:  # type: ignore[operator]
        yield f"key figures: {promised} + {off} is not {forecast}"


_SAYS = re.compile(r"(\d+(?:,\d+)?) % (hoger|lager|meer|minder) dan beloofd")


def _directions(page: Shown) -> Iterator[str]:
    """Higher or lower, and by how much, is what the key figures under it say."""
    promised, forecast = page.figure("Beloofd"), page.figure("Prognose")
    for share, word in _SAYS.findall(page.title):
        if promised is None or forecast is None:
            yield f"{page.title}: without the two numbers"
            continue
        off = (forecast - promised) / abs(promised) * 100 if promised else Decimal(0)
        said = Decimal(share.replace(",", ".")) * (1 if word in ("hoger", "meer") else -1)
        # Half a percent of rounding in the sentence, and half a last digit in each of the numbers.
        digit = Decimal(1).scaleb(-decimals(page.amount("Prognose")))
        if abs(off - said) > Decimal("0.51") + 100 * digit / (abs(promised) or 1):
            yield f"{page.title}: but {promised} becomes {forecast}"


def _title(page: Shown) -> Iterator[str]:
    """A number in the title is a key figure."""
    for text in re.findall(r"uit op ([+−]?[\d.,]*\d)", page.title):
        if text not in [each.get("value", "").split(" ")[0] for each in page.figures]:
            yield f"{page.title}: {text} is no key figure"


def _joined(texts: list[str]) -> str:
    return re.sub(r"[\s\xa0]+", " ", " ".join(texts)).strip()
