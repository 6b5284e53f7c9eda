"""How the framework looks over REST."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from indicators.models import (
    AssumptionAdoption,
    Basis,
    Cluster,
    Cpv,
    Factor,
    FactorSet,
    FactorSetVersion,
    Indicator,
    Material,
    MethodVersion,
    ProductGroup,
    Theme,
    Weight,
    WeightingSetVersion,
)
from indicators.selectors import FALLBACK_LABEL, Fallback, Prefixes, fallbacks_of
from indicators.services.gaps import ProductGap
from indicators.services.version_diff import Diff
from mvi_dashboard.ground.shapes.composites import camel

Row = dict[str, Any]

_RANGES = (
    *("mass_min_kg", "mass_max_kg", "lifetime_min_years", "lifetime_max_years", "lifetime_usual_min_years"),
    *("lifetime_usual_max_years", "lifetime_limit_years", "lifetime_cap_years", "recycled_min", "recycled_max"),
)


def named(row: Any) -> Row:
    """Code and names, as all reference data has them."""
    return {"code": row.code, "name": row.name_nl, "nameEn": row.name_en or None}


def indicator_row(row: Indicator) -> Row:
    """An indicator."""
    return named(row) | {
        "unit": row.unit,
        "definition": row.definition_nl,
        "definitionEn": row.definition_en or None,
        "core": row.core,
        "kind": row.kind,
    }


def material_row(row: Material) -> Row:
    """A material, flow or food with its synonyms."""
    return named(row) | {
        "kind": row.kind,
        "unit": row.unit,
        "category": row.category or None,
        "composition": row.composition or None,
        "critical": row.critical,
        "criticalLists": [
            {
                "list": each.critical_list.code,
                "name": each.critical_list.name_nl,
                "regulation": each.critical_list.regulation,
                "validFrom": each.critical_list.valid_from,
                "listedAs": each.listed_as,
                "strategic": each.strategic,
                "note": each.note or None,
            }
            for each in row.listings.all()
        ],
        "synonyms": sorted(name.name for name in row.names.all()),
        "own": bool(row.owner_organisation_id or row.owner_supplier_id),
    }


def cluster_row(row: Cluster) -> Row:
    """A cluster."""
    return named(row)


def group_row(row: ProductGroup) -> Row:
    """A product group with its ranges."""
    return (
        named(row)
        | {
            "cluster": row.cluster.code,
            "kind": row.kind,
            "functionalUnit": row.functional_unit_nl or None,
            "amountUnit": row.amount_unit,
            "billUnit": row.bill_unit or None,
            "highImpact": row.high_impact,
            "materialsOnly": row.materials_only,
            "cpvPrefixes": sorted(each.prefix for each in row.cpv_prefixes.all()),
            "validFrom": row.valid_from,
            "validTo": row.valid_to,
            "successor": row.successor.code if row.successor else None,
            "clusterFallback": [_fallback(each) for each in fallbacks_of(row).values()],
        }
        | {camel(name): getattr(row, name) for name in _RANGES}
    )


def cpv_row(row: Cpv, prefixes: Prefixes) -> Row:
    """A CPV code with the group that the longest prefix names, if any."""
    prefix, group = prefixes.match(row.code) or (None, None)
    return named(row) | {"productGroup": group.code if group else None, "prefix": prefix}


def _fallback(found: Fallback) -> Row:
    """An indication per kg; `label` says that it is no reference and counts in no total."""
    return {
        "label": FALLBACK_LABEL,
        "indicator": found.indicator,
        "value": found.value,
        "unit": found.unit,
        "source": found.source_line,
        "year": found.year,
        "note": found.note or None,
    }


def product_row(gap: ProductGap) -> Row:
    """A baseline or reference product; `line` is one item in the words of an assessment.

    `completeness` names per indicator of the current basis whether it can be counted, and what is missing.
    """
    row = gap.product
    line = {camel(name): value for name, value in gap.line.items()}
    line["billOfMaterials"] = [_camelled(each) for each in line["billOfMaterials"]]
    line["use"] = [_camelled(each) for each in line["use"]]
    return named(row) | {
        "kind": row.kind,
        "validFrom": row.valid_from,
        "description": row.description_nl or None,
        "quality": row.quality,
        "source": row.source.title,
        "sourceUrl": row.source.url or None,
        "toVerify": row.to_verify,
        "note": row.note or None,
        "completeness": [
            {
                "indicator": info.code,
                "complete": gap.is_complete(info.code),
                "missing": gap.missing.get(info.code, []),
            }
            for info in gap.indicators
        ],
        "line": line,
    }


def theme_row(row: Theme) -> Row:
    """A theme and the set that it belongs to."""
    return named(row) | {"themeSet": row.theme_set.code}


def assumed_row(factors: Mapping[int, Any]) -> Callable[[Any], Row]:
    """The row of a strategy, plan or destination, with its factor among these."""

    def built(row: Any) -> Row:
        found = factors.get(row.id)
        extra = {name: getattr(row, name) for name in ("r_ladder", "purchase_allowed", "follows_plan")
                 if hasattr(row, name)}  # fmt: skip
        return (
            named(row)
            | {
                "factor": found.factor if found else None,
                "assumption": found.assumption if found else None,
                "description": row.description_nl or None,
            }
            | _camelled(extra)
        )

    return built


def method_row(row: MethodVersion) -> Row:
    """One version of a method."""
    return named(row.method) | {
        "version": row.version,
        "state": row.state,
        "formula": row.formula,
        "parameters": row.parameters,
        "source": row.source.title,
        "validFrom": row.valid_from,
    }


def method_detail(row: MethodVersion) -> Row:
    """One version of a method with its assumed factors, and R2, R3 and treatments where it has them."""
    plans = row.plan_factors.select_related("plan").order_by("id")
    destinations = row.destination_factors.select_related("destination").order_by("id")
    return method_row(row) | {
        "strategies": [
            {"code": each.strategy.code, "factor": each.factor, "assumption": each.assumption}
            for each in row.strategy_factors.select_related("strategy").order_by("id")
        ],
        "plans": [
            {
                "code": each.plan.code,
                "factor": each.factor,
                "assumption": each.assumption,
                "recycled": each.recycled,
                "recovered": each.recovered,
            }
            for each in plans
        ],
        "destinations": [
            {
                "code": each.destination.code,
                "factor": each.factor,
                "assumption": each.assumption,
                "treatment": each.treatment or None,
            }
            for each in destinations
        ],
    }


def adoption_row(row: AssumptionAdoption) -> Row:
    """What an organisation took over, when and by whom."""
    return {
        "organisation": row.organisation.code,
        "method": row.method_version.method.code,
        "version": row.method_version.version,
        "adoptedAt": row.adopted_at,
        "adoptedBy": row.name,
        "reason": row.reason,
    }


def weighting_row(row: WeightingSetVersion) -> Row:
    """One version of a weighting set with its categories, their prices and their mapping."""
    return {
        "code": row.code,
        "version": row.version,
        "name": row.name_nl,
        "state": row.state,
        "source": row.source.title,
        "categories": [_category(each) for each in sorted(row.weights.all(), key=lambda each: each.pk)],
    }


def _category(row: Weight) -> Row:
    return {
        "code": row.code,
        "name": row.name_nl,
        "unit": row.unit,
        "eurPerUnit": row.eur,
        "verified": row.verified,
        "mapping": [
            {
                "indicator": each.indicator.code,
                "factor": each.factor,
                "sameQuantity": each.same_quantity,
                "source": each.source.title,
                "note": each.note or None,
            }
            for each in row.mappings.all()
        ],
    }


def basis_row(row: Basis) -> Row:
    """A basis: what numbers are made with."""
    method, weights = row.method_version, row.weighting_set
    return {
        "code": row.code,
        "name": row.name_nl,
        "state": row.state,
        "current": row.state == Basis.State.CURRENT,
        "method": {"code": method.method.code, "version": method.version},
        "factorSets": [
            {"rank": layer.rank, "code": layer.version.factor_set.code, "version": layer.version.version}
            for layer in row.layers.all()
        ],
        "weightingSet": {"code": weights.code, "version": weights.version} if weights else None,
        "indicators": row.indicators,
        "hash": row.hash,
    }


def factor_set_row(row: FactorSet, *, with_drafts: bool) -> Row:
    """A factor set with its versions."""
    versions = [each for each in row.versions.all() if with_drafts or each.state != "draft"]
    return named(row) | {
        "description": row.description_nl or None,
        "versions": [
            {"version": each.version, "state": each.state, "validFrom": each.valid_from} for each in versions
        ],
    }


def version_row(row: FactorSetVersion) -> Row:
    """One version of a factor set."""
    return {
        "factorSet": row.factor_set.code,
        "version": row.version,
        "state": row.state,
        "contentHash": row.content_hash or None,
        "validFrom": row.valid_from,
        "createdAt": row.created_at,
        "publishedAt": row.published_at,
        "factors": row.factor_count if hasattr(row, "factor_count") else row.factors.count(),
    }


def differences_row(diff: Diff) -> Row:
    """What changed between two versions."""
    return {
        "added": [factor_row(each) for each in diff.added],
        "removed": [factor_row(each) for each in diff.removed],
        "changed": [
            {
                **dict(zip(("material", "indicator", "module"), each.key, strict=True)),
                "unit": each.unit,
                "before": each.before,
                "after": each.after,
                "ratio": each.ratio,
                "recycledBefore": each.recycled_before,
                "recycledAfter": each.recycled_after,
            }
            for each in diff.changed
        ],
        "same": diff.same,
    }


def factor_row(row: Factor) -> Row:
    """A factor with its source."""
    return {
        "material": row.material.code,
        "indicator": row.indicator.code,
        "module": row.module,
        "value": row.value,
        "recycledValue": row.recycled_value,
        "unit": row.unit,
        "geometricSd": row.geometric_sd,
        "biogenic": row.biogenic,
        "source": row.source.title,
        "sourceUrl": row.source_url or row.source.url or None,
        "year": row.year,
        "region": row.region or None,
        "quality": row.quality or None,
        "sourceReference": row.source_ref or None,
        "licence": row.source.licence or None,
        "derivation": row.derivation or None,
    }


def _camelled(row: Mapping[str, Any]) -> Row:
    return {camel(name): value for name, value in row.items()}
