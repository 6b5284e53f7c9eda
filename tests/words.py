"""What is said, and whether it is said in the words of the house: the table in docs/look.md decides."""

from __future__ import annotations

import ast
import csv
import itertools
import re
from collections.abc import Iterable, Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

ROOT = Path(__file__).parent.parent
_ROOMS = ("mvi_dashboard", "indicators", "tenders", "contracts", "reporting")
_IN_ENGLISH = ("/migrations/", "/management/", "/guarding.py", "/benchmark/")
_PUBLISHED = (
    "cpv.csv",
    "protocol",
    "methods.json",
    "processing.csv",
    "factors-",
    "evidence-",
    "ources.csv",
    "SOURCES.md",
)
"""Names of others, and what never changes once published"""
_INLINE = frozenset(("a", "abbr", "b", "code", "em", "i", "mark", "small", "span", "strong", "sub", "sup", "time"))
"""What stands in a line; any other element begins a new one"""
_UNSEEN = ("script", "style")
_OTHER_WORDS = "glossary-notes"
"""Under which other words a term is found"""

THINGS = (
    *(("contract", "contracten"), ("inschrijving", "inschrijvingen"), ("organisatie", "organisaties")),
    *(("perceel", "percelen"), ("product", "producten"), ("stuk", "stuks"), ("dag", "dagen"), ("regel", "regels")),
    *(("rij", "rijen"), ("factor", "factoren"), ("indicator", "indicatoren"), ("methode", "methodes")),
    *(("leverancier", "leveranciers"), ("waarde", "waarden"), ("kolom", "kolommen"), ("versie", "versies")),
    *(("materiaal", "materialen"), ("levering", "leveringen"), ("categorie", "categorieën"), ("code", "codes")),
    *(("teken", "tekens"), ("maand", "maanden"), ("getal", "getallen"), ("ding", "dingen"), ("punt", "punten")),
    ("probleem", "problemen"),
)
"""What is counted here, one and several"""
_ONE, _MANY = ("|".join(words) for words in zip(*THINGS, strict=True))
_BRACKETS = re.compile(r"[a-zë]\((?:s|en|n|e|ren|ën)\)(?![a-z])")
_ONE_MANY = re.compile(rf"(?<![\d.,:×-])\b1 (?:{_MANY})\b")
_MANY_ONE = re.compile(rf"(?<![\d.,:×-])\b(?!1 )\d{{1,3}}(?:\.\d{{3}})* (?:{_ONE})\b(?!-)")
_AFTER_AWARD, _ESTIMATED = re.compile(r"/(contracten|dashboard)/"), re.compile(r"\bgeschat\b", re.I)
_WEIGHT = re.compile(r"\b(kg|ton) (\S+-eq)\b(?!/)")


@cache
def forbidden() -> dict[str, re.Pattern[str]]:
    """Per word that is not said: how to find it. Raises AssertionError for a table that is not there."""
    text = (ROOT / "docs" / "look.md").read_text(encoding="utf-8")
    rows = [line.strip("|").split("|") for line in text.partition("## Words")[2].splitlines() if line[:1] == "|"]
    words = [word.strip() for row in rows[2:] for word in row[2].split(",") if word.strip()]
    assert len(words) > 30, "the table of words"
    return {word: re.compile(rf"\b{_any_ending(word)}\b", re.I) for word in words}


def _any_ending(word: str) -> str:
    return re.escape(word).replace(r"\*", r"\w*")


@cache
def published() -> tuple[str, ...]:
    """The texts of others and of what was published that have such a word: they keep it, wherever they stand."""
    found: set[str] = set()
    for path in sorted((ROOT / "fixtures").rglob("*.*")):
        if path.suffix not in (".csv", ".json") or not any(
            part in path.name or part in path.parent.name for part in _PUBLISHED
        ):
            continue
        content = path.read_text(encoding="utf-8")
        rows = (
            csv.reader(content.splitlines())
            if path.suffix == ".csv"
            else [re.findall(r'"((?:[^"\\]|\\.)*)"', content)]
        )
        found.update(cell for row in rows for cell in row if _any_forbidden().search(cell))
    return tuple(sorted(found, key=len, reverse=True))


@cache
def _any_forbidden() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{each.pattern})" for each in forbidden().values()), re.I)


def wrong_words(text: str) -> Iterator[str]:
    """What this text says in another word than the house, or of numbers in another form than they have."""
    if _any_forbidden().search(text):
        for quoted in published():
            text = text.replace(quoted, "")
        yield from (f"{word}: {text}" for word, found in forbidden().items() if found.search(text))
    for found in (_BRACKETS, _ONE_MANY, _MANY_ONE):
        if found.search(text):
            yield f"{found.search(text)[0]}: {text}"  # type: ignore[index]


class Lines(HTMLParser):
    """A page as it is read aloud or copied: its lines, and where two of its words run together."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.run_together: list[str] = []
        self._line = ""
        self._between = False
        self._unseen: list[str] = []
        self.feed(html)
        self._end()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        kinds = (dict(attrs).get("class") or "").split()
        if tag in _UNSEEN or _OTHER_WORDS in kinds:
            self._unseen.append(tag)
        self._edge(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._unseen and tag == self._unseen[-1]:
            self._unseen.pop()
        self._edge(tag)

    def handle_data(self, data: str) -> None:
        if self._unseen:
            return
        meets = self._between and re.search(r"[\w).:;,!?%]$", self._line) and re.match(r"[\w(€]", data)
        if meets:
            self.run_together.append(f"{self._line[-40:]}|{data[:40]}")
        self._line, self._between = self._line + data, False

    def _edge(self, tag: str) -> None:
        self._between = True
        if tag not in _INLINE:
            self._end()

    def _end(self) -> None:
        line = re.sub(r"[\s\xa0]+", " ", self._line).strip()
        self.lines += [line] if line else []
        self._line = ""


def mixed_weights(lines: list[str]) -> set[str]:
    """The substances that stand on a page in kilograms and in tons."""
    found = {pair for line in lines for pair in _WEIGHT.findall(line)}
    return {what for weight, what in found if weight == "kg"} & {what for weight, what in found if weight == "ton"}


def wrong_on(pages: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Everything that is wrong in the words of these pages (where, html); what stands on several is said once."""
    said: dict[str, str] = {}
    for where, html in pages:
        page = Lines(html)
        said |= {line: where for line in page.lines if line not in said}
        yield from (f"{where}: run together: {each}" for each in page.run_together)
        yield from (f"{where}: in kilograms and in tons: {each}" for each in mixed_weights(page.lines))
        if _AFTER_AWARD.search(where):
            yield from (f"{where}: {line}" for line in page.lines if _ESTIMATED.search(line))
    for line, where in said.items():
        yield from (f"{where}: {wrong}" for wrong in wrong_words(line))


def said_in_sources() -> Iterator[tuple[str, str]]:
    """(where, text) of everything that the sources can say to a reader."""
    for path in sorted((ROOT / "fixtures").rglob("*.*")):
        if path.is_file() and not any(part in str(path) for part in _PUBLISHED):
            yield from _lines_of(path)
    for room in _ROOMS:
        for path in sorted((ROOT / room).rglob("*.*")):
            if any(part in str(path) for part in _IN_ENGLISH):
                continue
            if path.suffix == ".py":
                yield from ((f"{path.name}:{line}", text) for line, text in _strings_of(path))
            elif path.suffix == ".html":
                yield from ((path.name, text) for text in _texts_of(path))
            elif path.suffix == ".toml":
                yield from (each for each in _lines_of(path) if not re.match(r"also|more|\[", each[1]))


def _lines_of(path: Path) -> Iterator[tuple[str, str]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    yield from ((f"{path.name}:{number}", line) for number, line in enumerate(lines, start=1))


def _strings_of(path: Path) -> Iterator[tuple[int, str]]:
    """The texts in a module, without its docstrings and without codes; a value in a text is `{}`."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = (part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
            text = "".join(map(str, parts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            text = node.value
        else:
            continue
        if _is_text(text):
            yield node.lineno, text


def _is_text(text: str) -> bool:
    """Whether this is no code or name."""
    return " " in text or text[:1].isupper()


def _texts_of(path: Path) -> Iterator[str]:
    """The words of a template, also those that it gives to a part of a page."""
    html = re.sub(r"\{% comment.*?endcomment %\}", "", path.read_text(encoding="utf-8"), flags=re.S)
    given = re.findall(r'"([^"{}<>]*)"', " ".join(re.findall(r"\{%.*?%\}|aria-label=\"[^\"]*\"", html)))
    yield from filter(_is_text, given)
    yield from Lines(re.sub(r"\{%.*?%\}|\{\{.*?\}\}", " ", html)).lines


def counted_without_helper() -> Iterator[str]:
    """Places where a number is put before a word for several, whatever the number."""
    after = re.compile(rf"^ (?:andere )?(?:{_MANY})\b")
    for room in _ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if any(part in str(path) for part in _IN_ENGLISH):
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                for value, text in _pairs(node):
                    fixed = ast.unparse(value.value).rpartition(".")[2].split("(")[-1].isupper()
                    if after.match(text) and not fixed:
                        yield f"{path.name}:{node.lineno}: {ast.unparse(value)}{text}"  # type: ignore[attr-defined]
        for path in sorted((ROOT / room).rglob("*.html")):
            for found in re.findall(rf"\}}\}} (?:andere )?(?:{_MANY})\b", path.read_text(encoding="utf-8")):
                yield f"{path.name}: {found}"


def _pairs(node: ast.AST) -> Iterator[tuple[ast.FormattedValue, str]]:
    values = node.values if isinstance(node, ast.JoinedStr) else []
    for one, two in itertools.pairwise(values):
        if isinstance(one, ast.FormattedValue) and isinstance(two, ast.Constant):
            yield one, str(two.value)
