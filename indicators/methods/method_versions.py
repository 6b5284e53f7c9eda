"""A method version: what must hold before it is published.

The rules of method, section 3: a piece of goods gets one input discount, and what an owner hands on is not
counted twice. They are checked when a version is published, wherever it comes from.
"""

from __future__ import annotations

from collections.abc import Mapping

from indicators.calculation.factors import Formula
from indicators.models import CircularStrategy, Destination, EndOfLifePlan, MethodVersion
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.problems import Problem

WITHOUT_DISCOUNT = {
    "new": "Nieuw is het uitgangspunt",
    "rethink": "R1 werkt door in het aantal en de massa",
    "reduce": "R2 werkt door in het aantal en de massa",
    "recycle": "R8 werkt door in het gerecyclede deel",
}
"""Strategies that work through something else, so that a factor would count them twice."""
REUSE = "reuse"


def formula_of(version: MethodVersion) -> Formula:
    """The formula of a version; a version that names none is the method of the source."""
    return Formula(version.formula.get("kind", Formula.METABOLIC))


def problems_of_method(version: MethodVersion) -> list[Problem]:
    """Why this version cannot be published; empty when it can. Four queries."""
    strategies: dict[str, float] = dict(version.strategy_factors.values_list("strategy__code", "factor"))
    plans = {row.plan.code: row for row in version.plan_factors.select_related("plan")}
    destinations = {row.destination.code: row for row in version.destination_factors.select_related("destination")}
    found = _absent(strategies, plans, destinations)
    found += [
        Problem(("strategies", code), "double_discount", f"{why}: de factor is 1, anders telt het dubbel.")
        for code, why in WITHOUT_DISCOUNT.items()
        if strategies.get(code, 1.0) != 1.0
    ]
    if formula_of(version) is Formula.METABOLIC:
        given, taken = destinations.get(REUSE), strategies.get(REUSE)
        if given is not None and taken is not None and given.factor < 1 - taken - 1e-12:
            text = (
                f"De gever telt {formats.number(given.factor, 2)} van het maken en de ontvanger "
                f"{formats.number(taken, 2)}: samen minder dan 1. Een deel van het maken telt dan niemand."
            )
            found.append(Problem(("destinations", REUSE), "two_owners", text))
    else:
        found += _discounted_end(plans, destinations)
    if formula_of(version) is Formula.PEF_CFF:
        found += _without_end(plans, destinations)
    return found


def _absent(*given: Mapping[str, object]) -> list[Problem]:
    """What can be bought, each plan and each destination has a factor; what is no purchase has none."""
    bought = dict(CircularStrategy.objects.values_list("code", "purchase_allowed"))
    wanted = (
        ("strategies", {code for code, allowed in bought.items() if allowed}),
        ("plans", set(EndOfLifePlan.objects.values_list("code", flat=True))),
        ("destinations", set(Destination.objects.filter(follows_plan=False).values_list("code", flat=True))),
    )
    found = [
        Problem((kind, code), "required", "Vul de factor in.")
        for (kind, codes), factors in zip(wanted, given, strict=True)
        for code in sorted(codes - set(factors))
    ]
    refused = [code for code, allowed in bought.items() if not allowed and code in given[0]]
    text = "Dit is geen inkoop en heeft geen factor."
    return found + [Problem(("strategies", code), "not_a_purchase", text) for code in refused]


def _discounted_end(*given: Mapping[str, object]) -> list[Problem]:
    text = "Deze methode kent geen korting voor einde levensduur: E = 1."
    return [
        Problem((kind, code), "range", text)
        for kind, rows in zip(("plans", "destinations"), given, strict=True)
        for code, row in rows.items()
        if getattr(row, "factor", 1.0) != 1.0
    ]


def _without_end(plans: Mapping[str, object], destinations: Mapping[str, object]) -> list[Problem]:
    parts = [
        Problem(("plans", code), "required", "Vul in welk deel wordt gerecycled en welk deel wordt verbrand.")
        for code, row in plans.items()
        if getattr(row, "recycled", None) is None or getattr(row, "recovered", None) is None
    ]
    ways = [
        Problem(("destinations", code), "required", "Vul in wat er met het product gebeurt.")
        for code, row in destinations.items()
        if not getattr(row, "treatment", "")
    ]
    return parts + ways
