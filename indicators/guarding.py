"""What may happen to each column of reference data."""

from __future__ import annotations

from mvi_dashboard.ground import column_rules, kept
from mvi_dashboard.ground.column_rules import ALL, Extra, Guarded

from . import models as m

_VERSION = {"draft": ("published", "superseded"), "published": ("superseded",), "superseded": ()}
_BASIS = {
    "draft": ("building", "current", "superseded"),
    "building": ("current", "superseded"),
    "current": ("superseded",),
    "superseded": ("building",),
}
_USED_BEFORE = (
    "OLD.state = 'superseded' AND NEW.state = 'building' AND (OLD.replaces_id IS NOT NULL"
    " OR EXISTS (SELECT 1 FROM indicators_basis later WHERE later.replaces_id = OLD.id))"
)
_IN = "(SELECT state FROM indicators_{table} WHERE id = {row}.{key}) <> 'draft'"
_SINCE = "from publication"
_WORDS = "words and ranges of the framework; what was published or offered keeps its own copy or is made again"


def register() -> None:
    """Published versions are frozen, except for the state; what hangs below them is frozen with them."""
    column_rules.register([*_versions(), *_products(), *_framework(), *_own()], [(m.OwnCategory, "scheme")])
    _keep()


def _keep() -> None:
    """What the search box finds, and of which lists it can be asked what changed."""
    kept.register(m.Material, "name_nl", "name_en", "code")
    kept.register(m.MaterialName, "name")
    kept.register(m.ProductGroup, "name_nl", "code")
    kept.register(m.ProductType, "name_nl", "code", "search_words")
    for listed in (
        *(m.CategoryScheme, m.FactorSet, m.FactorSetVersion, m.Factor, m.Processing),
        *(m.Indicator, m.Cluster, m.BaselineProduct, m.Cpv, m.GroupCpv, m.Theme, m.Proposal),
        *(m.MethodVersion, m.AssumptionAdoption, m.WeightingSetVersion, m.Basis),
        *(m.CircularStrategy, m.EndOfLifePlan, m.Destination),
    ):
        kept.register(listed)


def _below(model: type, table: str, key: str) -> Guarded:
    """A row of a version: frozen, and added to no more, from its publication on."""
    old, new = (_IN.format(table=table, row=row, key=key) for row in ("OLD", "NEW"))
    return Guarded(model, frozen_when=old, since=_SINCE, closed=new)


def _versions() -> list[Guarded]:
    published = {"frozen_when": "OLD.state <> 'draft'", "since": _SINCE, "forward": {"state": _VERSION}}
    under_weight = (
        "(SELECT s.state FROM indicators_weightingsetversion s JOIN indicators_weight w"
        " ON w.weighting_set_id = s.id WHERE w.id = {row}.weight_id) <> 'draft'"
    )
    in_method = (m.StrategyFactor, m.PlanFactor, m.DestinationFactor, m.MaterialParameter)
    return [
        Guarded(m.FactorSetVersion, **published),  # type: ignore[arg-type]
        Guarded(m.MethodVersion, **published),  # type: ignore[arg-type]
        Guarded(m.WeightingSetVersion, **published),  # type: ignore[arg-type]
        Guarded(m.ProtocolVersion, **published),  # type: ignore[arg-type]
        *(_below(model, "methodversion", "method_version_id") for model in in_method),
        _below(m.Factor, "factorsetversion", "version_id"),
        _below(m.Processing, "factorsetversion", "version_id"),
        _below(m.SpendFactor, "factorsetversion", "version_id"),
        _below(m.Weight, "weightingsetversion", "weighting_set_id"),
        Guarded(
            m.WeightMapping,
            frozen_when=under_weight.format(row="OLD"),
            since=_SINCE,
            closed=under_weight.format(row="NEW"),
        ),
        Guarded(
            m.Basis,
            frozen_when="OLD.state <> 'draft'",
            since="when it is built",
            once=("replaces",),
            forward={"state": _BASIS},
            extra=(Extra("UPDATE", _USED_BEFORE, "a basis that was in use is not built again"),),
        ),
        Guarded(m.BasisLayer, closed=_IN.format(table="basis", row="NEW", key="basis_id")),
    ]


def _products() -> list[Guarded]:
    fixed = (
        *(m.AssumptionAdoption, m.ClusterFallback, m.CriticalList, m.CriticalListing, m.Declaration, m.Source),
        *(m.BaselineMaterial, m.BaselineUse),
    )
    product = Guarded(m.BaselineProduct, once=("successor",))
    return [*(Guarded(model) for model in fixed), product]


def _framework() -> list[Guarded]:
    named = (m.FactorSet, m.Method, m.CircularStrategy, m.EndOfLifePlan, m.Destination, m.Cluster)
    groups = (m.ProductGroup, m.ProductType, m.ThemeSet, m.Theme, m.Cpv)
    return [
        *(Guarded(model, always=("code",), changing={ALL: _WORDS}, kept="TRUE") for model in (*named, *groups)),
        Guarded(m.Indicator, always=("code", "unit", "kind"), changing={ALL: _WORDS}, kept="TRUE"),
        Guarded(
            m.Material,
            always=("code", "kind", "unit", "owner_organisation", "owner_supplier"),
            changing={ALL: _WORDS},
            kept="TRUE",
        ),
        Guarded(m.MaterialName, free={ALL: "a word to find a material by"}, kept="FALSE"),
        Guarded(m.GroupCpv, free={ALL: "a suggestion when a tender is made"}, kept="FALSE"),
    ]


def _own() -> list[Guarded]:
    undone = "(SELECT state FROM indicators_proposal WHERE id = {row}.proposal_id) <> 'draft'"
    scheme = "of the organisation; no total rests on it"
    return [
        Guarded(m.CategoryScheme, always=("organisation",), changing={ALL: scheme}, kept="FALSE"),
        Guarded(m.OwnCategory, always=("organisation",), changing={ALL: scheme}, kept="FALSE"),
        Guarded(
            m.Proposal,
            frozen_when="OLD.state <> 'draft'",
            since="when it is published or thrown away",
            always=("public_id", "maker_key", "created_at"),
            forward={"state": {"draft": ("published", "discarded"), "published": (), "discarded": ()}},
        ),
        Guarded(
            m.ProposedRow,
            frozen_when=undone.format(row="OLD"),
            since="when its proposal is published or thrown away",
            closed=undone.format(row="NEW"),
        ),
        Guarded(m.ImportPreview, free={ALL: "kept for a day; nothing rests on it"}, kept="FALSE"),
        Guarded(m.RowPreview, free={ALL: "kept for a day; nothing rests on it"}, kept="FALSE"),
    ]
