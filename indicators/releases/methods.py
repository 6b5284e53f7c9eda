"""Loading methods: their strategies, plans and destinations, and the versions with what they assume."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from indicators.factors.version_losses import method_losses
from indicators.methods.method_versions import problems_of_method
from indicators.models import (
    CircularStrategy,
    Destination,
    DestinationFactor,
    EndOfLifePlan,
    Material,
    MaterialParameter,
    Method,
    MethodVersion,
    PlanFactor,
    Source,
    StrategyFactor,
)

from .asking import ask, holding
from .files import Release, Row
from .framework import add_missing, by_code, names

_FRACTIONS = (
    "allocation",
    "energy_allocation",
    "quality_in",
    "quality_out",
    "heating_value",
    "heat_share",
    "electricity_share",
)


def load_method(release: Release) -> int:
    """Strategies, plans and destinations, and the method versions with their assumed factors."""
    strategies, plans, destinations = by_code(CircularStrategy), by_code(EndOfLifePlan), by_code(Destination)
    made = _load_codes(release, strategies, plans, destinations)
    sources, before = by_code(Source), holding(MethodVersion.objects.all(), "method_id")
    for found in release.document("methods.json"):
        method, _ = Method.objects.get_or_create(
            code=found["code"], defaults={"name_nl": found["name_nl"], "name_en": found["name_en"]}
        )
        version, new = MethodVersion.objects.get_or_create(
            method=method,
            version=found["version"],
            defaults={
                "formula": found["formula"],
                "parameters": found["parameters"],
                "source": sources[found["source"]],
                "valid_from": found["valid_from"],
            },
        )
        if not new:
            continue
        made += _assumed(release, found["strategy_factors"], version, StrategyFactor, "strategy", strategies)
        made += _assumed(release, found["plan_factors"], version, PlanFactor, "plan", plans)
        made += _assumed(
            release, found["destination_factors"], version, DestinationFactor, "destination", destinations
        )
        made += _material_parameters(release, version)
        for problem in problems_of_method(version):
            where = " ".join(str(part) for part in problem.path)
            release.note("methods.json", 1, f"{version} {where}", problem.code, problem.detail)
        version.state = found["state"]
        version.save(update_fields=["state"])
        ask(release, ("methods.json", 1), version, before.get(method.pk), method_losses)
    return made


def _load_codes(
    release: Release, strategies: dict[str, Any], plans: dict[str, Any], destinations: dict[str, Any]
) -> int:
    made = add_missing(
        CircularStrategy,
        [
            (
                row,
                CircularStrategy(
                    **names(row),
                    r_ladder=row.text("r_ladder"),
                    rank=row.whole("rank"),
                    purchase_allowed=bool(row.flag("purchase_allowed")),
                    description_nl=row.text("description_nl"),
                ),
            )
            for row in release.rows("circular_strategies.csv")
        ],
        strategies,
    )
    rows = [
        (row, EndOfLifePlan(**names(row), rank=row.whole("rank"), description_nl=row.text("description_nl")))
        for row in release.rows("end_of_life_plans.csv")
    ]
    made += add_missing(EndOfLifePlan, rows, plans)
    places = [
        (
            row,
            Destination(
                **names(row),
                rank=row.whole("rank"),
                follows_plan=bool(row.flag("follows_plan")),
                description_nl=row.text("description_nl"),
            ),
        )
        for row in release.rows("destinations.csv")
    ]
    return made + add_missing(Destination, places, destinations)


def _assumed(
    release: Release, file: str, version: MethodVersion, model: type[Any], name: str, known: dict[str, Any]
) -> int:
    new, sources = [], by_code(Source)
    for row in _of_version(release, file, version):
        found, factor = row.one_of("code", known), row.number("factor", required=True)
        if found is None or factor is None:
            continue
        new.append(
            model(
                **{name: found},
                **_ends(row, model),
                method_version=version,
                factor=factor,
                assumption=bool(row.flag("assumption")),
                source=row.one_of("source", sources),
                note=row.text("note"),
            )
        )
    model.objects.bulk_create(new)
    return len(new)


def _ends(row: Row, model: type[Any]) -> dict[str, Any]:
    """What a plan or destination says of the end of life, for a method that calculates it."""
    if model is PlanFactor:
        return {"recycled": row.number("recycled"), "recovered": row.number("recovered")}
    return {"treatment": row.text("treatment")} if model is DestinationFactor else {}


def _material_parameters(release: Release, version: MethodVersion) -> int:
    materials, sources, new = by_code(Material), by_code(Source), []
    for row in _of_version(release, "material_parameters.csv", version):
        material, source = row.one_of("material", materials), row.one_of("source", sources)
        if material is None or source is None:
            continue
        flows: Mapping[str, Any] = {
            name: row.one_of(name, materials) if row.text(name) else None
            for name in ("substituted", "recovery_flow", "disposal_flow")
        }
        new.append(
            MaterialParameter(
                method_version=version,
                material=material,
                source=source,
                recyclable=bool(row.flag("recyclable")),
                combustible=bool(row.flag("combustible")),
                to_verify=bool(row.flag("to_verify")),
                note=row.text("note"),
                **flows,
                **{name: row.number(name) for name in _FRACTIONS},
            )
        )
    MaterialParameter.objects.bulk_create(new)
    return len(new)


def _of_version(release: Release, file: str, version: MethodVersion) -> list[Row]:
    wanted = (version.method.code, version.version)
    return [row for row in release.rows(file) if (row.text("method"), row.text("method_version")) == wanted]
