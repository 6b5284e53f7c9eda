"""The paths of the framework under /api/v1."""

from __future__ import annotations

from django.urls import path

from indicators.attached import FACTOR_SET, SOURCE
from mvi_dashboard.ground.api.files import files_endpoint

from .assessments import Assessments
from .categories import CategorySchemes, GroupSuggestions, OneCategoryScheme
from .consequences import BasisConsequences, Consequences, MethodConsequences
from .doubts import DataQuality
from .factors import Differences, Factors, FactorSets, OneVersion, PublishVersion, Recalculations, Versions
from .framework import (
    Clusters,
    CpvCodes,
    DataRequest,
    Indicators,
    Materials,
    MaterialSuggestions,
    OneProductGroup,
    ProductGroups,
    Products,
    ProductTypes,
    Themes,
    TypeSuggestions,
)
from .imports import ConfirmImport, FactorImports, IlcdImports, OneImport, OpenEpdImports
from .making import (
    ConfirmMakingImport,
    Making,
    MakingImports,
    OneFactor,
    OneMakingImport,
    ThrowAwayMethod,
    ThrowAwayVersion,
)
from .methods import (
    Adoptions,
    Bases,
    Destinations,
    Methods,
    MethodVersions,
    OneMethodVersion,
    Plans,
    PublishMethod,
    Strategies,
    WeightingSets,
)
from .proposals import (
    ConsequencesOfProposal,
    DiscardProposal,
    OneProposal,
    OneReferenceRow,
    Proposals,
    PublishProposal,
    ReferenceRows,
    RowOfConcept,
)
from .protocols import (
    ConsequencesOfProtocol,
    ImportQuestions,
    OneProtocol,
    OneQuestion,
    Protocols,
    PublishProtocol,
    Questions,
    ThrowAwayProtocol,
)
from .row_imports import ConfirmRowsImport, ImportRows, OneRowsImport

urlpatterns = [
    path("indicators", Indicators.as_view()),
    path("materials", Materials.as_view()),
    path("materials/suggestions", MaterialSuggestions.as_view()),
    path("clusters", Clusters.as_view()),
    path("product-groups", ProductGroups.as_view()),
    path("product-groups/suggestions", GroupSuggestions.as_view()),
    path("category-schemes", CategorySchemes.as_view()),
    path("category-schemes/<uuid:public_id>", OneCategoryScheme.as_view()),
    path("product-groups/<str:code>", OneProductGroup.as_view()),
    path("product-groups/<str:code>/data-request", DataRequest.as_view()),
    path("product-groups/<str:code>/products", Products.as_view()),
    path("product-types", ProductTypes.as_view()),
    path("product-types/suggestions", TypeSuggestions.as_view()),
    path("cpv-codes", CpvCodes.as_view()),
    path("themes", Themes.as_view()),
    path("methods", Methods.as_view()),
    path("methods/<str:code>/versions", MethodVersions.as_view()),
    path("methods/<str:code>/versions/<str:version>", OneMethodVersion.as_view()),
    path("methods/<str:code>/versions/<str:version>/_publish", PublishMethod.as_view()),
    path("methods/<str:code>/versions/<str:version>/consequences", MethodConsequences.as_view()),
    path("methods/<str:code>/versions/<str:version>/_throw-away", ThrowAwayMethod.as_view()),
    path("assumption-adoptions", Adoptions.as_view()),
    path("weighting-sets", WeightingSets.as_view()),
    path("circular-strategies", Strategies.as_view()),
    path("end-of-life-plans", Plans.as_view()),
    path("destinations", Destinations.as_view()),
    path("data-quality", DataQuality.as_view()),
    path("bases", Bases.as_view()),
    path("bases/<str:code>/consequences", BasisConsequences.as_view()),
    path("factor-sets", FactorSets.as_view()),
    path("factor-sets/<str:code>/factors", Factors.as_view()),
    path("factor-sets/<str:code>/differences", Differences.as_view()),
    path("recalculations", Recalculations.as_view()),
    path("factor-sets/<str:code>/versions", Versions.as_view()),
    path("factor-sets/<str:code>/versions/<str:version>", OneVersion.as_view()),
    path(
        "factor-sets/<str:code>/versions/<str:version>/attachments",
        files_endpoint(FACTOR_SET, "factor_sets", "een factorset", ("referentie",)).as_view(),
    ),
    path(
        "factor-sources/<str:code>/attachments",
        files_endpoint(SOURCE, "factor_sources", "een bron van factoren", ("referentie",)).as_view(),
    ),
    path("factor-sets/<str:code>/versions/<str:version>/_publish", PublishVersion.as_view()),
    path("factor-sets/<str:code>/versions/<str:version>/consequences", Consequences.as_view()),
    path("factor-sets/<str:code>/versions/<str:version>/_throw-away", ThrowAwayVersion.as_view()),
    path("factor-sets/<str:code>/versions/<str:version>/factors", OneFactor.as_view()),
    path("factor-sets/<str:code>/versions/<str:version>/processing", Making.as_view()),
    path("imports/processing", MakingImports.as_view()),
    path("imports/processing/<uuid:public_id>", OneMakingImport.as_view()),
    path("imports/processing/<uuid:public_id>/_confirm", ConfirmMakingImport.as_view()),
    path("imports/reference-rows/<uuid:public_id>", OneRowsImport.as_view()),
    path("imports/reference-rows/<uuid:public_id>/_confirm", ConfirmRowsImport.as_view()),
    path("imports/factors", FactorImports.as_view()),
    path("imports/ilcd", IlcdImports.as_view()),
    path("imports/openepd", OpenEpdImports.as_view()),
    path("imports/<uuid:public_id>", OneImport.as_view()),
    path("imports/<uuid:public_id>/_confirm", ConfirmImport.as_view()),
    path("reference-rows/<str:kind>", ReferenceRows.as_view()),
    path("reference-rows/<str:kind>/_import", ImportRows.as_view()),
    path("reference-rows/<str:kind>/<str:code>", OneReferenceRow.as_view()),
    path("proposals/own/rows/<str:kind>/<str:code>", RowOfConcept.as_view()),
    path("proposals", Proposals.as_view()),
    path("proposals/<uuid:public_id>", OneProposal.as_view()),
    path("proposals/<uuid:public_id>/consequences", ConsequencesOfProposal.as_view()),
    path("proposals/<uuid:public_id>/_publish", PublishProposal.as_view()),
    path("proposals/<uuid:public_id>/_discard", DiscardProposal.as_view()),
    path("protocols", Protocols.as_view()),
    path("protocols/<str:code>", OneProtocol.as_view()),
    path("protocols/<str:code>/questions", Questions.as_view()),
    path("protocols/<str:code>/questions/<str:key>", OneQuestion.as_view()),
    path("protocols/<str:code>/_import", ImportQuestions.as_view()),
    path("protocols/<str:code>/consequences", ConsequencesOfProtocol.as_view()),
    path("protocols/<str:code>/_publish", PublishProtocol.as_view()),
    path("protocols/<str:code>/_throw-away", ThrowAwayProtocol.as_view()),
    path("assessments", Assessments.as_view()),
]
