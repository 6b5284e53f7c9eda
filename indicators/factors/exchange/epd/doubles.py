"""What stands twice in a declaration: with one value it counts once, with two nobody but the publisher can say."""

from __future__ import annotations

from decimal import Decimal

from indicators.factors.exchange.factors import Factors

from .declaration import Amount, Declaration, Result

_TWICE = "Staat er twee keer in met dezelfde waarde: die telt één keer."


def check_doubles(declaration: Declaration, found: Factors) -> None:
    """Notes every module, scenario or indicator with two values, and says what stands twice with one value."""
    seen: dict[tuple[str, str], Result] = {}
    for result in declaration.results:
        _check_modules(result, found)
        first = seen.setdefault((result.key or result.name, result.method), result)
        if first is not result:
            _check_results(first, result, found)


def _check_modules(result: Result, found: Factors) -> None:
    values: dict[tuple[str, str], Decimal] = {}
    for each in result.amounts:
        if each.value is None:
            continue
        first = values.setdefault((each.module, each.scenario), each.value)
        if first != each.value:
            both = f"{_shown(first)} en {_shown(each.value)}"
            text = f"{result.name}: {_named(each)} staat er twee keer in, met {both}."
            place = ("indicators", result.name, _named(each))
            found.problems.note(place, "duplicate_value", f"{text} Welke klopt, moet de uitgever zeggen.")
    given = [(each.module, each.scenario) for each in result.amounts if each.value is not None]
    twice = {pair for pair in given if given.count(pair) > 1}
    found.left_parts += [(f"{result.name} {f'{module} {scenario}'.strip()}", _TWICE) for module, scenario in twice]


def _check_results(first: Result, again: Result, found: Factors) -> None:
    values = {(each.module, each.scenario): each.value for each in first.amounts if each.value is not None}
    for each in again.amounts:
        before = values.get((each.module, each.scenario))
        if each.value is not None and before is not None and (before, first.unit) != (each.value, again.unit):
            units = ("", "") if first.unit == again.unit else (f" {first.unit}", f" {again.unit}")
            both = f"{_shown(before)}{units[0]} en {_shown(each.value)}{units[1]}"
            text = f"{again.name} staat er twee keer in, met {both} voor {_named(each)}."
            text += " Welke klopt, moet de uitgever zeggen."
            found.problems.note(("indicators", again.name, _named(each)), "duplicate_indicator", text)
            return
    found.left_parts.append((again.name, _TWICE))


def _named(amount: Amount) -> str:
    return f"{amount.module} {amount.scenario}".strip()


def _shown(value: Decimal) -> str:
    return f"{value:f}".replace(".", ",")
