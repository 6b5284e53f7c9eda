"""A declaration as people read it: what it is about, and every indicator by module."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from indicators import selectors
from indicators.attached import SOURCE
from indicators.factors.exchange.epd.declaration import MODULES
from indicators.factors.exchange.epd.units import in_dutch
from indicators.models import Factor
from indicators.resources.imports import Declaration, DeclaredIndicator, DeclaredPart
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.files.pages import listed
from mvi_dashboard.ground.pages import actor_of

from .catalogue import crumbs_to

_STANDARDS = {"A1": "EN 15804+A1", "A2": "EN 15804+A2"}
_SUBTYPES = {
    "generic dataset": "algemeen",
    "average dataset": "gemiddeld van meer producten",
    "representative dataset": "representatief product",
    "specific dataset": "van één product",
}
_STAGES: dict[str, str] = {str(code): str(label) for code, label in Factor.Module.choices}


def declaration(request: HttpRequest, code: str) -> HttpResponse:
    """One declaration: where its factors come from, module by module."""
    actor = actor_of(request)
    found = selectors.get_declaration(actor, code)
    content = Declaration.of({**found.content, "source": found.source.code})
    context = {
        "source": found.source,
        "declaration": declaration_tables(content),
        # Files are for who is signed in.
        "files": None if actor.is_anonymous else listed(actor, SOURCE, found.source),
        "crumbs": crumbs_to(content.name, ("Materialen", "indicators:materials")),
    }
    return render(request, "indicators/declaration.html", context)


def declaration_tables(content: Declaration) -> dict[str, Any]:
    """What a page shows of a declaration: facts, and tables of the results that are used and that are not."""
    results = [_row(row) for row in content.results]
    used = [row for row in results if row["indicator"]]
    modules = _modules_of(used)
    return {
        "name": content.name,
        "facts": [{"label": label, "value": value} for label, value in _facts(content) if value],
        "remark": content.conversion.remark,
        "modules": [
            {
                "module": module,
                "scenario": scenario,
                "cells": [row["values"].get((module, scenario)) for row in used],
            }
            for module, scenario in modules
        ],
        "used": used,
        "others": [row for row in results if not row["indicator"]],
        "content": [_part(part) for part in content.content],
    }


def _facts(content: Declaration) -> list[tuple[str, str]]:
    declared, conversion = content.declared, content.conversion
    unit = f"{_number(declared.amount)} {in_dutch(declared.unit)}"
    until = content.valid_until
    return [
        ("Eigenaar", content.owner),
        ("Nummer", content.registration),
        ("Uitgever", content.publisher),
        ("Gedeclareerde eenheid", unit),
        ("Weegt", f"{_number(conversion.kg)} kg ({conversion.how})"),
        ("Geldig tot en met", formats.day(until) if until else "onbekend"),
        ("Jaar van de gegevens", str(content.year or "onbekend")),
        ("Gebied", content.geography),
        ("Soort", _SUBTYPES.get(content.subtype, content.subtype)),
        ("Norm", _STANDARDS.get(content.standard, "onbekend")),
        ("Licentie", content.licence or "niet opgegeven"),
    ]


def _row(row: DeclaredIndicator) -> dict[str, Any]:
    values = {(each.module, each.scenario): each.value for each in row.amounts}
    return {
        "name": row.name,
        "unit": row.unit,
        "indicator": row.indicator,
        "values": {key: _number(value) for key, value in values.items() if value is not None},
        "used": [f"{_STAGES[stage]}: {made_of}" for stage, made_of in row.used.items()],
        "amounts": [
            {"module": f"{module} {scenario}".strip(), "value": _number(value)}
            for (module, scenario), value in sorted(values.items(), key=lambda item: _order(item[0]))
        ],
    }


def _modules_of(rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """The columns: every module with a value, and those of EN 15804 that were not declared (but ranges)."""
    found = {key for row in rows for key in row["values"]}
    named = {module for module, _ in found}
    covered = {"A1", "A2", "A3"} if "A1-A3" in named else set()
    absent = {(module, "") for module in MODULES if "-" not in module and module not in named | covered}
    return sorted(found | absent, key=_order)


def _order(key: tuple[str, str]) -> tuple[int, str]:
    module, scenario = key
    return MODULES.index(module) if module in MODULES else len(MODULES), scenario


def _part(part: DeclaredPart) -> dict[str, Any]:
    weight = part.weight
    low, high = weight.get("lowerValue"), weight.get("upperValue")
    share = weight.get("value") or (f"{low or 0} tot {high}" if high else "")
    return {
        "name": part.name,
        "share": share.replace(".", ","),
        "recycled": part.recycled.replace(".", ","),
        "renewable": part.renewable.replace(".", ","),
        "packaging": "ja" if part.packaging else "",
    }


def _number(text: str | None) -> str:
    """Every digit that was declared; empty when nothing was."""
    if text is None:
        return ""
    number = Decimal(text)
    return formats.exact(number) if number else "0"
