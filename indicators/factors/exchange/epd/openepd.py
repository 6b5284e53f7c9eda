"""openEPD: the JSON of Building Transparency, in which every result has its unit beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from mvi_dashboard.ground.problems import Path, Problems, refuse

from .declaration import Amount, Declaration, Part, Quantity, Result, Scenario
from .standards import standard_of
from .units import TONS, TWO_TONS
from .values import day_of, module_of, plain_text, read_value, year_of

_SETS = ("resource_uses", "output_flows")
_SCENARIOS = "C_scenarios"
METHODS = {"EF 3.1": "A2", "EF 3.0": "A2", "CML 2016": "A1", "CML 2012": "A1", "CML 2007": "A1", "CML 2001": "A1"}
"""Which EN 15804 a method of openEPD is, the preferred first; others (TRACI, ReCiPe) are no EN 15804."""
_SUBTYPES = {"openepd": "specific dataset", "openindustryepd": "average dataset"}


def read_openepd(document: Any, problems: Problems) -> Declaration:
    """The declaration in this document; unreadable values are noted. Raises Refused when it is something else."""
    kind = str(document.get("doctype", "")).casefold() if isinstance(document, dict) else ""
    if kind not in _SUBTYPES:
        raise refuse("unknown_root", "Dit is geen openEPD: doctype moet openEPD of openIndustryEpd zijn.")
    results = tuple(_results(document, problems))
    standards = tuple(_standards(document))
    methods = {METHODS[result.method] for result in results if result.method in METHODS}
    standard = standard_of(standards, ()) or (methods.pop() if len(methods) == 1 else "")
    language = plain_text(document.get("language")).lower() or "en"
    places = [
        plain_text(each.get("name") if isinstance(each, dict) else each)
        for each in _list(document.get("applicable_in"))
    ]
    return Declaration(
        key=plain_text(document.get("id")),
        version=plain_text(document.get("version")),
        names={language: plain_text(document.get("product_name") or document.get("name"))},
        owner=plain_text(_at(document, "manufacturer").get("name")),
        publisher=plain_text(_at(document, "program_operator").get("name")),
        registration=plain_text(document.get("program_operator_doc_id")),
        url=plain_text(document.get("declaration_url")),
        licence="",
        subtype=_SUBTYPES[kind],
        standards=standards,
        standard=standard,
        year=year_of(document.get("date_of_issue")),
        published=day_of(document.get("date_of_issue")),
        valid_until=day_of(document.get("valid_until")),
        geography=", ".join(place for place in places if place),
        declared_amount=Decimal(1),
        declared_text="",
        quantities=tuple(_quantities(document, problems)),
        properties=(),
        scenarios=tuple(_scenarios(results)),
        results=results,
        content=tuple(_parts(document)),
    )


def _quantities(document: Mapping[str, Any], problems: Problems) -> Iterator[Quantity]:
    """The declared unit and its mass. Results and mass are for the whole of it: 100 m2 is one declared unit."""
    amount, unit = _amount(document.get("declared_unit"), ("declaredUnit", "qty"), problems)
    if unit:
        yield Quantity("Declared unit", amount, _two_tons(unit), reference=True)
    weighs = document.get("kg_per_declared_unit")
    if weighs:
        mass, of = _amount(weighs, ("declaredUnit", "kg_per_declared_unit"), problems)
        yield Quantity("Mass", mass, of or "kg")


def _amount(raw: Any, place: Path, problems: Problems) -> tuple[Decimal | None, str]:
    """A quantity with its unit: an object, or a text as some writers send it (`1 kg`)."""
    if isinstance(raw, dict):
        return read_value(raw.get("qty"), place, problems), plain_text(raw.get("unit"))
    size, _, unit = plain_text(raw).partition(" ")
    return read_value(size, place, problems), unit.strip()


def _two_tons(unit: str) -> str:
    return TWO_TONS if unit.casefold() in TONS else unit


def _results(document: Mapping[str, Any], problems: Problems) -> Iterator[Result]:
    for method, found in _at(document, "impacts").items():
        for name, scopes in _dict(found).items():
            yield from _result(name, scopes, method, problems)
    for kind in _SETS:
        for name, scopes in _at(document, kind).items():
            yield from _result(name, scopes, "", problems)


def _result(name: str, scopes: Any, method: str, problems: Problems) -> Iterator[Result]:
    if not isinstance(scopes, dict) or name == "ext":
        return
    amounts, units = [], set()
    name, method = plain_text(name), plain_text(method)
    shown = f"{name} ({method})" if method else name
    rows = [(module, "", measured) for module, measured in scopes.items() if module != _SCENARIOS]
    for each in _list(scopes.get(_SCENARIOS)):
        scenario = plain_text(each.get("name")) if isinstance(each, dict) else ""
        rows += [(module, scenario or "?", measured) for module, measured in _dict(each).items()]
    for raw, scenario, measured in rows:
        if isinstance(measured, dict) and ("mean" in measured or "unit" in measured):
            module = module_of(raw)
            place = ("indicators", shown, f"{module} {scenario}".strip())
            amounts.append(Amount(module, scenario, read_value(measured.get("mean"), place, problems)))
            units.add(plain_text(measured.get("unit")))
    if len(units) > 1:
        text = f"De modules van {shown} hebben verschillende eenheden: {', '.join(sorted(units))}."
        problems.note(("indicators", shown), "unit_disagrees", text)
    elif amounts:
        yield Result(name, shown, units.pop(), tuple(amounts), method=method)


def _scenarios(results: tuple[Result, ...]) -> Iterator[Scenario]:
    """What happens at the end can differ; openEPD has no default among them."""
    named = {amount.scenario: None for result in results for amount in result.amounts if amount.scenario}
    yield from (Scenario(name, group="C") for name in named)


def _parts(document: Mapping[str, Any]) -> Iterator[Part]:
    for each in _list(document.get("includes")):
        if isinstance(each, dict):
            yield Part(plain_text(each.get("name") or _at(each, "link").get("name")), "ingredient")


def _standards(document: Mapping[str, Any]) -> Iterator[str]:
    for each in _list(document.get("compliance")):
        found = _dict(each)
        yield plain_text(found.get("short_name") or found.get("name") or each)


def method_standard(method: str) -> str:
    """`A1` or `A2` for a method of EN 15804, empty for another one."""
    return METHODS.get(method, "")


def method_rank(method: str) -> int:
    """The place of a method among those of EN 15804, the preferred first."""
    return list(METHODS).index(method) if method in METHODS else len(METHODS)


def _at(row: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return _dict(row.get(name))


def _dict(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return [each for each in value if isinstance(each, dict | str)] if isinstance(value, list) else []
