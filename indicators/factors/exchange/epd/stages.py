"""From the modules of EN 15804 to the modules of a factor; what is not complete is left out, never guessed.

A stage has one sum in our framework, so it is made only when every module of it was declared, or when the
declaration gives the sum itself. A module that was not declared is unknown, and unknown is not zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from .declaration import MODULES, Amount

STAGES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "production": ("A1-A3", ("A1", "A2", "A3")),
    "transport": ("", ("A4",)),
    "use": ("B1-B7", ("B1", "B2", "B3", "B4", "B5", "B6", "B7")),
    "end": ("C1-C4", ("C1", "C2", "C3", "C4")),
    "beyond": ("", ("D",)),
}
"""Per module of a factor: the sum that a declaration may give itself, and the modules that make it up."""
WITHOUT_STAGE = ("A5",)
"""Installing happens once per work, not per kg of material: it has no place in a factor."""
_AGREE = Decimal("0.01")
_NAMES = {"production": "Maken", "transport": "Transport", "use": "Gebruik", "end": "Einde levensduur"}
_NAMES["beyond"] = "Buiten de systeemgrens"


@dataclass(frozen=True)
class Stage:
    """The sum of one stage and the modules that it was made of, or (`value` None) why there is none."""

    module: str
    value: Decimal | None
    made_of: str = ""
    why: str = ""


def stages_of(amounts: Iterable[Amount], default: frozenset[str]) -> list[Stage]:
    """What each stage comes to; a stage of which nothing was declared is not in the list.

    A module with scenarios counts by the default one (`default`), or by the only one; with several and no default
    nobody can say which holds, and it is left out.
    """
    amounts = list(amounts)
    found = {module: _of_module(module, amounts, default) for module in MODULES}
    stages = []
    for name, (whole, parts) in STAGES.items():
        given = [part for part in (whole, *parts) if part and found[part] is not None]
        if given:
            stages.append(_stage(name, whole, parts, found))
    return stages


def known_in(module: str, amounts: Iterable[Amount], default: frozenset[str]) -> Decimal:
    """The sum of what was declared of a stage, also when not all of its modules were."""
    amounts = list(amounts)
    whole, parts = STAGES[module]
    found = {part: _of_module(part, amounts, default) for part in (whole, *parts) if part}
    if whole and (given := found[whole]) is not None and given[0] is not None:
        return given[0]
    known = (found[part] for part in parts)
    return sum((each[0] for each in known if each is not None and each[0] is not None), Decimal(0))


def without_stage(amounts: Iterable[Amount]) -> list[str]:
    """The declared modules that have no place in a factor, or that EN 15804 does not know."""
    declared = {amount.module for amount in amounts if amount.value is not None}
    return sorted(declared - {part for whole, parts in STAGES.values() for part in (whole, *parts)})


def disagreement(amounts: Iterable[Amount]) -> str:
    """The sum A1-A3 beside its parts when the two differ by more than rounding; empty when they agree."""
    values = {amount.module: amount.value for amount in amounts if not amount.scenario}
    whole, parts = values.get("A1-A3"), [values.get(part) for part in ("A1", "A2", "A3")]
    known = [part for part in parts if part is not None]
    if whole is None or len(known) < len(parts):
        return ""
    total = sum(known, Decimal(0))
    return f"A1-A3 is {whole}, maar A1 + A2 + A3 is {total}" if abs(total - whole) > _AGREE * abs(whole) else ""


def _stage(
    name: str, whole: str, parts: tuple[str, ...], found: Mapping[str, tuple[Decimal | None, str] | None]
) -> Stage:
    label = _NAMES[name]
    given = found.get(whole) if whole else None
    if given is not None and given[0] is not None:
        return Stage(name, given[0], f"{whole}{given[1]}")
    absent = [part for part in parts if found[part] is None]
    unclear = [part for part in parts if (each := found[part]) is not None and each[0] is None]
    if absent:
        return Stage(name, None, why=f"{label}: {_listed(absent)} niet opgegeven. Onbekend is niet nul.")
    if unclear:
        return Stage(name, None, why=f"{label}: {_listed(unclear)} heeft meer scenario's en geen standaard.")
    values = [each for part in parts if (each := found[part]) is not None]
    total = sum((value for value, _ in values if value is not None), Decimal(0))
    names = [f"{part}{values[place][1]}" for place, part in enumerate(parts)]
    return Stage(name, total, " + ".join(names))


def _of_module(
    module: str, amounts: Iterable[Amount], default: frozenset[str]
) -> tuple[Decimal | None, str] | None:
    """The value of a module and the scenario it is of; None when it was not declared, (None, "") when unclear."""
    declared = {each.scenario: each.value for each in amounts if each.module == module and each.value is not None}
    if not declared:
        return None
    if "" in declared:
        return declared[""], ""
    chosen = [name for name in declared if name in default] or (list(declared) if len(declared) == 1 else [])
    return (declared[chosen[0]], f" ({chosen[0]})") if len(chosen) == 1 else (None, "")


def _listed(modules: Iterable[str]) -> str:
    """`C1`, `C1 en C4`."""
    *first, last = modules
    return f"{', '.join(first)} en {last}" if first else last
