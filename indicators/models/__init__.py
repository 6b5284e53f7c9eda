"""The framework as data: what is measured, with which factors, by which method."""

from __future__ import annotations

from .adoptions import AssumptionAdoption
from .basis import Basis, BasisLayer
from .categories import CategoryScheme, OwnCategory
from .declarations import Declaration
from .factors import Factor, FactorSet, FactorSetVersion, Processing, Source
from .groups import Cluster, Cpv, GroupCpv, ProductGroup, ProductType, Theme, ThemeSet
from .imports import ImportPreview, RowPreview
from .lists import ClusterFallback, CriticalList, CriticalListing
from .materials import CLIMATE, Indicator, Material, MaterialName
from .methods import (
    CircularStrategy,
    Destination,
    DestinationFactor,
    EndOfLifePlan,
    MaterialParameter,
    Method,
    MethodVersion,
    PlanFactor,
    StrategyFactor,
    Weight,
    WeightingSetVersion,
    WeightMapping,
)
from .products import BaselineMaterial, BaselineProduct, BaselineUse, ProtocolVersion
from .proposals import Proposal, ProposedRow
from .spend import SpendFactor

__all__ = [
    "CLIMATE",
    "AssumptionAdoption",
    "BaselineMaterial",
    "BaselineProduct",
    "BaselineUse",
    "Basis",
    "BasisLayer",
    "CategoryScheme",
    "CircularStrategy",
    "Cluster",
    "ClusterFallback",
    "Cpv",
    "CriticalList",
    "CriticalListing",
    "Declaration",
    "Destination",
    "DestinationFactor",
    "EndOfLifePlan",
    "Factor",
    "FactorSet",
    "FactorSetVersion",
    "GroupCpv",
    "ImportPreview",
    "Indicator",
    "Material",
    "MaterialName",
    "MaterialParameter",
    "Method",
    "MethodVersion",
    "OwnCategory",
    "PlanFactor",
    "Processing",
    "ProductGroup",
    "ProductType",
    "Proposal",
    "ProposedRow",
    "ProtocolVersion",
    "RowPreview",
    "Source",
    "SpendFactor",
    "StrategyFactor",
    "Theme",
    "ThemeSet",
    "Weight",
    "WeightMapping",
    "WeightingSetVersion",
]
