"""The framework, to look at only."""

from __future__ import annotations

from django.contrib import admin

from indicators import models as m
from mvi_dashboard.ground.admin import ReadOnlyAdmin

for shown in (
    m.Indicator,
    m.Cluster,
    m.ProductGroup,
    m.ThemeSet,
    m.Theme,
    m.Cpv,
    m.Source,
    m.Material,
    m.FactorSet,
    m.FactorSetVersion,
    m.Factor,
    m.Processing,
    m.CircularStrategy,
    m.EndOfLifePlan,
    m.Destination,
    m.Method,
    m.MethodVersion,
    m.Basis,
    m.BaselineProduct,
    m.ClusterFallback,
    m.CriticalList,
    m.CategoryScheme,
    m.ProtocolVersion,
):
    admin.site.register(shown, ReadOnlyAdmin)
