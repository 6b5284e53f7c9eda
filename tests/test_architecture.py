"""The rules of the house, read from the source itself: who imports whom, how long, how documented, how tested."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TOPS = ("mvi_dashboard", "indicators", "tenders", "contracts", "reporting")

# Higher may import lower; the longest prefix decides. Two rooms on one floor do not know each other.
FLOORS = {
    "mvi_dashboard.ground": 0,
    "indicators.calculation": 0,
    "indicators": 1,
    "tenders": 2,
    "contracts": 3,
    "reporting": 4,
    "mvi_dashboard": 5,
}
APPS = ("mvi_dashboard.ground", "indicators", "tenders", "contracts", "reporting")
# Inside an app; what is not named here (a reader, a register) is free, except that models import no service.
LAYERS = {
    "models": 0,
    "resources": 1,
    "selectors": 2,
    # The services of `indicators` stand in rooms by subject, each of which knows those before it;
    # `indicators.services` says what they offer to the apps above.
    **{room: 3 + at for at, room in enumerate(("factors", "methods", "lines", "groups", "protocols", "releases"))},
    "services": 9,
    "kinds": 10,
    **dict.fromkeys(("views", "api", "admin", "jobs", "management"), 11),
}
SHAPES_OF_LINES = {f"indicators.lines{part}" for part in ("", ".line", ".shapes", ".arrays")}
OUTSIDE_WORLD = {
    *(
        "asyncio",
        "ftplib",
        "glob",
        "http",
        "io",
        "logging",
        "multiprocessing",
        "os",
        "pathlib",
        "random",
        "secrets",
    ),
    *("shutil", "socket", "sqlite3", "subprocess", "tempfile", "threading", "time", "urllib"),
}
PURE = (sys.stdlib_module_names - OUTSIDE_WORLD) | {"numpy"}
SHORTEST_RULE = 60
LONGEST_FILE, LONGEST_FUNCTION, LONGEST_TEMPLATE_LINE = 400, 50, 120
FORBIDDEN_NAMES = {"utils", "common", "core", "helpers", "signals", "managers", "constants", "repositories"}
UNFINISHED = re.compile("TO" + "DO|FIX" + "ME|XX" + "X")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def modules() -> dict[str, Path]:
    """All modules of the house by dotted name, without migrations."""
    files = (path for top in TOPS for path in sorted((ROOT / top).rglob("*.py")))
    return {_dotted(path): path for path in files if "migrations" not in path.parts}


@cache
def suite() -> dict[str, Path]:
    return {_dotted(path): path for path in sorted((ROOT / "tests").rglob("*.py"))}


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imports(name: str) -> tuple[str, ...]:
    """The dotted names that a module imports, relative ones made whole, those for typing only left out."""
    path = modules()[name]
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    return tuple(_imported(tree(path), package))


def _without_words(function: Function) -> ast.Module:
    """The statements of a function, without what it says of itself."""
    words = isinstance(function.body[0], ast.Expr) and isinstance(function.body[0].value, ast.Constant)
    return ast.Module(body=function.body[1:] if words else function.body, type_ignores=[])


def _dotted(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imported(node: ast.AST, package: str) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        if isinstance(child, ast.Import):
            yield from (alias.name for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            above = package.split(".")
            base = ".".join(above[: len(above) - child.level + 1]) if child.level else ""
            source = ".".join(part for part in (base, child.module) if part)
            yield from (f"{source}.{alias.name}" for alias in child.names)
        else:
            yield from _imported(child, package)


def _longest_prefix(name: str, among: dict[str, int] | tuple[str, ...]) -> str | None:
    found = [prefix for prefix in among if name == prefix or name.startswith(f"{prefix}.")]
    return max(found, key=len, default=None)


def _layer(name: str) -> tuple[str, str] | None:
    app = _longest_prefix(name, APPS)
    part = name[len(app) + 1 :].split(".")[0] if app else ""
    # On the floor `jobs` and `resources` are what all apps build on, elsewhere what an app puts in them.
    if app == "mvi_dashboard.ground" and part in ("jobs", "resources"):
        return None
    # What a line is, as it is read and sealed, lies below what is done with it.
    if name in SHAPES_OF_LINES:
        return None
    return (app, part) if app and part in LAYERS else None


def _wrong_floor(name: str, target: str) -> bool:
    own, other = _longest_prefix(name, FLOORS), _longest_prefix(target, FLOORS)
    return bool(own and other and own != other and FLOORS[other] >= FLOORS[own])


def _wrong_layer(name: str, target: str) -> bool:
    own, other = _layer(name), _layer(target)
    if not own or not other or own[0] != other[0] or own[1] == other[1]:
        return False
    return LAYERS[other[1]] >= LAYERS[own[1]]


def _only_in(packages: set[str], allowed: Callable[[str], bool]) -> list[str]:
    return [
        f"{name} imports {target}"
        for name in modules()
        for target in imports(name)
        if target.split(".")[0] in packages and not allowed(name)
    ]


def _functions(node: ast.AST, *, public: bool = True) -> Iterator[tuple[Function, bool]]:
    """Functions of modules and classes (not those inside functions), and whether they are for others."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function):
            yield child, public and not child.name.startswith("_")
        elif isinstance(child, ast.ClassDef):
            yield from _functions(child, public=public and not child.name.startswith("_"))


def _unannotated(function: Function) -> bool:
    given = function.args
    named = [*given.posonlyargs, *given.args, *given.kwonlyargs]
    stars = [argument for argument in (given.vararg, given.kwarg) if argument]
    if named and named[0].arg in {"self", "cls"}:
        named = named[1:]
    return function.returns is None or any(argument.annotation is None for argument in [*named, *stars])


def _asserts(node: ast.AST, local: dict[str, Function]) -> bool:
    """Whether a test asserts: itself, by pytest.raises or the like, or by a function of its own module."""
    others = {name: function for name, function in local.items() if function is not node}
    for inner in ast.walk(node):
        if isinstance(inner, ast.Assert):
            return True
        called = ast.unparse(inner.func) if isinstance(inner, ast.Call) else ""
        if re.search(r"(^|\.)(raises|warns|fail|expect|_?assert\w*|\w*num_queries)$", called):
            return True
        if called in others and _asserts(others[called], {}):
            return True
    return False


def _named_functions(module: ast.Module) -> dict[str, Function]:
    return {node.name: node for node in ast.walk(module) if isinstance(node, Function)}


def _lacks_future(module: ast.Module) -> bool:
    defines = any(isinstance(node, Function | ast.ClassDef) for node in module.body)
    return defines and not any(isinstance(n, ast.ImportFrom) and n.module == "__future__" for n in module.body)


def test_every_floor_imports_only_what_lies_below() -> None:
    wrong = [f"{name} -> {target}" for name in modules() for target in imports(name) if _wrong_floor(name, target)]
    assert wrong == []


def test_inside_an_app_models_come_first_and_views_last() -> None:
    wrong = [f"{name} -> {target}" for name in modules() for target in imports(name) if _wrong_layer(name, target)]
    assert wrong == []


def test_the_calculation_core_is_pure() -> None:
    core = [name for name in modules() if name.startswith("indicators.calculation")]
    wrong = [
        f"{name} imports {target}"
        for name in core
        for target in imports(name)
        if target.split(".")[0] not in PURE and not target.startswith("indicators.calculation")
    ]
    asked = [
        f"{name} calls {ast.unparse(node.func)}"
        for name in core
        for node in ast.walk(tree(modules()[name]))
        if isinstance(node, ast.Call) and re.search(r"(^open|\.now|\.today)$", ast.unparse(node.func))
    ]
    assert core
    assert wrong + asked == []


def test_each_library_has_its_room() -> None:
    in_api = re.compile(r"(^|\.)(api|mvi_dashboard\.ground\.rest)(\.|$)").search
    assert _only_in({"pandas", "plotly"}, lambda name: name.startswith("reporting")) == []
    assert _only_in({"pint"}, lambda name: name == "indicators.factors.exchange.epd.units") == []
    assert _only_in({"pyotp", "segno"}, lambda name: name == "mvi_dashboard.ground.account.codes") == []
    assert _only_in({"tinycss2"}, lambda name: name == "mvi_dashboard.ground.organisations.themes") == []
    provider = "mvi_dashboard.ground.account.sso.provider"
    assert _only_in({"authlib", "joserfc", "requests"}, lambda name: name == provider) == []
    assert _only_in({"celery"}, lambda name: name == "mvi_dashboard.celery") == []
    assert _only_in({"rest_framework", "drf_spectacular"}, lambda name: bool(in_api(name))) == []


def test_no_file_is_too_long() -> None:
    lengths = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in modules().items()}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_no_line_of_a_template_is_too_long() -> None:
    templates = [path for top in TOPS for path in sorted((ROOT / top).rglob("templates/**/*.html"))]
    long = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in templates
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if len(line) > LONGEST_TEMPLATE_LINE
    ]
    assert templates
    assert long == []


def test_no_function_is_too_long() -> None:
    long = [
        f"{name}.{node.name}: {(node.end_lineno or 0) - node.lineno + 1}"
        for name, path in modules().items()
        for node in ast.walk(tree(path))
        if isinstance(node, Function) and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    ]
    assert long == []


def test_public_functions_say_what_they_give_and_take() -> None:
    wrong = [
        f"{name}.{function.name}"
        for name, path in modules().items()
        for function, public in _functions(tree(path))
        if public and (not ast.get_docstring(function) or _unannotated(function))
    ]
    assert wrong == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        name
        for name, path in modules().items()
        if tree(path).body and (not ast.get_docstring(tree(path)) or _lacks_future(tree(path)))
    ]
    assert silent == []


def test_names_say_the_subject() -> None:
    wrong = [name for name in modules() if FORBIDDEN_NAMES & set(name.split("."))]
    assert wrong == []


def test_no_test_is_without_an_assertion() -> None:
    empty = [
        f"{name}.{called}"
        for name, path in suite().items()
        for called, node in _named_functions(tree(path)).items()
        if called.startswith("test_") and not _asserts(node, _named_functions(tree(path)))
    ]
    assert empty == []


def test_no_rule_is_written_twice() -> None:
    """Functions of two files with the same lines: a rule that is changed in one of them only."""
    places: dict[str, set[str]] = {}
    for name, path in modules().items():
        for node in ast.walk(tree(path)):
            if isinstance(node, Function) and not node.name.startswith("__"):
                lines = ast.unparse(_without_words(node))
                if len(lines) > SHORTEST_RULE:
                    places.setdefault(lines, set()).add(name)
    assert len(places) > 1_000
    assert [sorted(found) for found in places.values() if len(found) > 1] == []


def test_nothing_is_left_unfinished() -> None:
    found = [
        f"{name}: {line.strip()}"
        for name, path in (modules() | suite()).items()
        for line in path.read_text(encoding="utf-8").splitlines()
        if UNFINISHED.search(line)
    ]
    assert found == []


def test_no_relation_is_writable_without_its_scope() -> None:
    bare = [
        name
        for name, path in modules().items()
        if re.search(r"\b(PrimaryKeyRelatedField|SlugRelatedField|ModelSerializer)\b", path.read_text("utf-8"))
    ]
    assert bare == []


def test_there_are_no_signals_but_those_of_the_guards() -> None:
    wrong = [
        f"{name} imports {target}"
        for name in modules()
        for target in imports(name)
        if ".signals." in target and name != "mvi_dashboard.ground.apps"
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("name", "target", "wrong"),
    [
        ("mvi_dashboard.ground.audit", "indicators.models", True),
        ("mvi_dashboard.ground.audit", "mvi_dashboard.settings", True),
        ("indicators.services", "mvi_dashboard.ground.audit", False),
        ("tenders.services", "contracts.models", True),
        ("reporting.views", "mvi_dashboard.urls", True),
        ("mvi_dashboard.urls", "reporting.views", False),
        ("indicators.calculation.impact", "mvi_dashboard.ground.numbers", True),
    ],
)
def test_the_longest_prefix_decides_the_floor(name: str, target: str, wrong: bool) -> None:
    assert _wrong_floor(name, target) is wrong
