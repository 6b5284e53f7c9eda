"""Which rows of reference data never change again."""

from __future__ import annotations

from mvi_dashboard.ground import guards

from .models import (
    AssumptionAdoption,
    BaselineMaterial,
    BaselineProduct,
    BaselineUse,
    Basis,
    BasisLayer,
    ClusterFallback,
    CriticalList,
    CriticalListing,
    Declaration,
    DestinationFactor,
    Factor,
    FactorSetVersion,
    MaterialParameter,
    MethodVersion,
    OwnCategory,
    PlanFactor,
    Processing,
    ProtocolVersion,
    StrategyFactor,
    Weight,
    WeightingSetVersion,
    WeightMapping,
)


def register() -> None:
    """Published versions are frozen, except for the state; what hangs below them is frozen with them."""
    published = "OLD.state <> 'draft'"
    in_published = "(SELECT state FROM indicators_factorsetversion WHERE id = OLD.version_id) <> 'draft'"
    in_method = "(SELECT state FROM indicators_methodversion WHERE id = OLD.method_version_id) <> 'draft'"
    in_set = "(SELECT state FROM indicators_weightingsetversion WHERE id = OLD.weighting_set_id) <> 'draft'"
    under_weight = (
        "(SELECT s.state FROM indicators_weightingsetversion s JOIN indicators_weight w"
        " ON w.weighting_set_id = s.id WHERE w.id = OLD.weight_id) <> 'draft'"
    )
    guards.register(
        [
            guards.frozen_when(FactorSetVersion, published, except_columns=("state",)),
            guards.frozen_when(MethodVersion, published, except_columns=("state",)),
            *(
                guards.frozen_when(model, in_method)
                for model in (StrategyFactor, PlanFactor, DestinationFactor, MaterialParameter)
            ),
            guards.frozen_when(Factor, in_published),
            guards.frozen_when(Processing, in_published),
            guards.frozen_when(WeightingSetVersion, published, except_columns=("state",)),
            guards.frozen_when(Weight, in_set),
            guards.frozen_when(WeightMapping, under_weight),
            guards.frozen_when(Basis, published, except_columns=("state",)),
            guards.append_only(AssumptionAdoption),
            guards.same_organisation(OwnCategory, "scheme"),
            guards.append_only(BasisLayer),
            guards.append_only(ClusterFallback),
            guards.append_only(CriticalList),
            guards.append_only(CriticalListing),
            guards.append_only(BaselineProduct),
            guards.append_only(BaselineMaterial),
            guards.append_only(BaselineUse),
            guards.append_only(Declaration),
            guards.frozen_when(ProtocolVersion, published, except_columns=("state",)),
        ]
    )
