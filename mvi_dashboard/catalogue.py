"""The English of the texts of the house: what is marked in the sources, and the catalogue that says it in English.

`manage.py texts` keeps `locale/en/LC_MESSAGES/django.po` and makes the `.mo` of it that the site reads. It needs
Babel (extra `lint`); the site does not.
"""

from __future__ import annotations

import ast
import csv
import io
import json
import re
import string
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation import trim_whitespace

from mvi_dashboard.ground.formats import capital

ROOMS = ("mvi_dashboard", "indicators", "tenders", "contracts", "reporting")
_TRANSLATE = re.compile(r'\{% translate "([^"]*)"|[=:]_\("([^"]*)"\)')
_BLOCK = re.compile(r"\{% blocktranslate( trimmed)?\b.*?%\}(.*?)\{% endblocktranslate %\}", re.S)
_VALUE = re.compile(r"\{\{ (\w+) \}\}")
_NAMED = ("clusters.csv", "indicators.csv", "materials.csv", "product_groups.csv", "product_types.csv")
_IN_TWO = ("name", "definition")
_PYTHON_NAME = re.compile(r"%\((\w+)\)s")
_WIDTH = 115


def folder() -> Path:
    """Where the catalogue lies."""
    return Path(settings.LOCALE_PATHS[0]) / "en" / "LC_MESSAGES"


def read() -> Catalog:
    """The catalogue as it is kept."""
    with (folder() / "django.po").open("rb") as file:
        return _dated(read_po(file, locale="en"))


def _dated(catalogue: Catalog) -> Catalog:
    """With a head that says no more than it must: the same texts always make the same file."""
    catalogue.project, catalogue.version = "MVI Effectendashboard", "1"
    catalogue.creation_date = catalogue.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    catalogue.msgid_bugs_address = catalogue.last_translator = catalogue.language_team = ""
    return catalogue


def compiled(catalogue: Catalog) -> bytes:
    """The same as the site reads it; a text without English is left out."""
    made = io.BytesIO()
    write_mo(made, catalogue)
    return made.getvalue()


def marked() -> dict[str, str]:
    """Every text that is marked to be said in two languages, with a file in which it stands."""
    found: dict[str, str] = {}
    for path in _sources("*.html"):
        for text in _marked_in(path.read_text(encoding="utf-8")):
            found.setdefault(text, _name(path))
    for path in _sources("*.py"):
        for text in _worded(ast.parse(path.read_text(encoding="utf-8"))):
            found.setdefault(text, _name(path))
    return found


def said() -> frozenset[str]:
    """Every text that stands in the sources: also labels and sentences that are found when they are shown."""
    found = set(marked())
    for path in _sources("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found.update(_texts(ast.walk(tree)))
        found |= {",".join(pair) for pair in _pairs(tree)}
    for path in _sources("*.html"):
        found.update(re.findall(r'"([^"{}<>]+)"', path.read_text(encoding="utf-8")))
    for path in _sources("*.toml"):
        found.update(re.findall(r'"([^"]+)"', path.read_text(encoding="utf-8")))
    for path in (Path(settings.BASE_DIR) / "fixtures").rglob("*.*"):
        found.update(_data(path))
    return frozenset(found)


def _data(path: Path) -> Iterator[str]:
    """The cells and texts of the reference data; indicators stand on pages in small letters and with a capital."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
    elif path.suffix == ".json":
        cells = [json.loads(text) for text in re.findall(r'"(?:[^"\\]|\\.)*"', path.read_text(encoding="utf-8"))]
    else:
        cells = []
    yield from cells
    yield from map(capital, cells)


def _names() -> dict[str, str]:
    """What has English in the reference data: names of materials, groups and such, definitions of indicators."""
    found: dict[str, str] = {}
    for path in sorted((Path(settings.BASE_DIR) / "fixtures").rglob("*.csv")):
        if path.name in _NAMED:
            with path.open(encoding="utf-8", newline="") as file:
                rows = [(row, each) for row in csv.DictReader(file) for each in _IN_TWO]
            found |= {row[f"{each}_nl"]: row[f"{each}_en"] for row, each in rows if row.get(f"{each}_en")}
    return found | {capital(dutch): capital(english) for dutch, english in found.items()}


def names_in(text: str) -> frozenset[str]:
    """The names of the values that stand in a text, in the form of a sentence or of a template."""
    names = set(_PYTHON_NAME.findall(text))
    with suppress(ValueError):
        names |= {name for _, name, _, _ in string.Formatter().parse(text) if name}
    return frozenset(names)


def kept(catalogue: Catalog) -> Catalog:
    """The catalogue with every marked text, without what is gone from the sources; in the order of the texts."""
    texts, known = marked(), said()
    made = _dated(Catalog(locale="en", charset="utf-8", fuzzy=False))
    english = _names() | {str(each.id): str(each.string) for each in catalogue if each.id and each.id in known}
    for text in sorted({**dict.fromkeys(texts), **dict.fromkeys(english)}):
        made.add(text, english.get(text, ""))
    return made


def write(catalogue: Catalog) -> None:
    """Keep the catalogue, and what the site reads of it."""
    folder().mkdir(parents=True, exist_ok=True)
    with (folder() / "django.po").open("wb") as file:
        write_po(file, catalogue, width=_WIDTH, omit_header=False, sort_output=False)
    (folder() / "django.mo").write_bytes(compiled(read()))


def _sources(pattern: str) -> Iterator[Path]:
    for room in ROOMS:
        yield from sorted((Path(settings.BASE_DIR) / room).rglob(pattern))


def _name(path: Path) -> str:
    return str(path.relative_to(settings.BASE_DIR))


def _marked_in(template: str) -> Iterator[str]:
    for text, given in _TRANSLATE.findall(template):
        yield text or given
    for trimmed, body in _BLOCK.findall(template):
        text = _VALUE.sub(r"%(\1)s", body.replace("%", "%%"))
        yield trim_whitespace(text) if trimmed else text


def _worded(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node) == "worded" and node.args:
            # Also both sides of `worded("a" if … else "b")`.
            yield from _texts(_chosen(node.args[0]))


def _chosen(node: ast.expr) -> list[ast.expr]:
    return [*_chosen(node.body), *_chosen(node.orelse)] if isinstance(node, ast.IfExp) else [node]


def _pairs(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """The words for one and for several that `formats.counted` and its like are given, or of a pair."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Tuple) and len(words := list(_texts(node.elts))) == len(node.elts) == 2:
            yield words[0], words[1]
        if isinstance(node, ast.Call) and _called(node) in ("counted", "part_counted"):
            words = list(_texts(node.args))
            if len(words) == 2:
                yield words[0], words[1]


def _texts(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _called(node: ast.Call) -> str:
    return str(getattr(node.func, "id", getattr(node.func, "attr", "")))
