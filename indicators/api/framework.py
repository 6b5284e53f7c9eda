"""What is measured and bought: indicators, materials, clusters, product groups and themes."""

from __future__ import annotations

from django.http import HttpResponse
from rest_framework.request import Request

from indicators import selectors, services
from indicators.lines.gaps import gaps_of_group
from indicators.models import Material, ProductGroup
from indicators.resources import catalogue, product_types
from indicators.resources.data_request import RequestedData
from indicators.selectors.naming import LONGEST
from indicators.selectors.orders import MATERIALS_ORDER
from indicators.selectors.protocols import LEVELS, STANDARD
from mvi_dashboard.ground.rest.endpoint import Endpoint
from mvi_dashboard.ground.rest.operations import operation
from mvi_dashboard.ground.shapes import Choice, Text

TAG = ("referentie",)


class Indicators(Endpoint):
    """What is measured."""

    open_to_all = True

    @operation("Indicatoren", paged=True, answers={200: catalogue.IndicatorRow}, name="indicators_list", tags=TAG)
    def get(self, request: Request) -> HttpResponse:
        """In the order in which they are shown."""
        return self.page(selectors.indicator_rows(), order=("position", "id"), row=catalogue.IndicatorRow.of)


class Materials(Endpoint):
    """Materials, use flows and foods."""

    open_to_all = True

    @operation(
        "Materialen en verbruiksstromen",
        query={
            "search": Text(100, required=False, help="Zoekt in naam, synoniem en code."),
            "kind": Choice(Material.Kind.values, required=False, help="Alleen deze soort."),
        },
        paged=True,
        answers={200: catalogue.MaterialRow},
        orders=MATERIALS_ORDER,
        name="materials_list",
        tags=TAG,
    )
    def get(self, request: Request) -> HttpResponse:
        """Everybody's, and the own private ones."""
        asked = {name: self.parameters[name] or "" for name in ("search", "kind")}
        return self.page(
            selectors.materials_list(self.actor, **asked), order=("code", "id"), row=catalogue.MaterialRow.of
        )


class MaterialSuggestions(Endpoint):
    """Which materials may be meant by a name of one's own."""

    open_to_all = True

    @operation(
        "Materialen die u misschien bedoelt",
        description="Hoogstens vijf, de beste eerst. Alleen om uit te kiezen: wij vullen nooit iets voor u in.",
        query={
            "name": Text(LONGEST, help="De naam zoals een leverancier die schrijft."),
            "kind": Choice(Material.Kind.values, required=False, help="Alleen deze soort."),
        },
        answers={200: catalogue.MaterialSuggestions},
        name="materials_suggestions",
        tags=TAG,
    )
    def get(self, request: Request) -> HttpResponse:
        """Everybody's, and the own private ones."""
        name, kind = self.parameters["name"], self.parameters["kind"] or ""
        found = services.materials_meant(self.actor, name, kind=kind)
        shown = [catalogue.MaterialRow.of(each) for each in found]
        return self.answer(catalogue.MaterialSuggestions(name=name, suggestions=shown))


class Clusters(Endpoint):
    """Clusters of product groups."""

    open_to_all = True

    @operation("Clusters", paged=True, answers={200: catalogue.ClusterRow}, name="clusters_list", tags=TAG)
    def get(self, request: Request) -> HttpResponse:
        """In the order in which they are shown."""
        return self.page(selectors.clusters(), order=("position", "id"), row=catalogue.ClusterRow.of)


class ProductGroups(Endpoint):
    """Product groups."""

    open_to_all = True

    @operation(
        "Productgroepen",
        query={"cluster": Text(80, required=False, help="Alleen dit cluster.")},
        paged=True,
        answers={200: catalogue.ProductGroupRow},
        name="product_groups_list",
        tags=TAG,
    )
    def get(self, request: Request) -> HttpResponse:
        """With their units and the ranges that are plausible."""
        found = selectors.product_groups(self.parameters["cluster"] or "")
        return self.page(found, order=("code",), row=_group)


class OneProductGroup(Endpoint):
    """One product group."""

    open_to_all = True

    @operation("Een productgroep", answers={200: catalogue.ProductGroupRow}, name="product_groups_get", tags=TAG)
    def get(self, request: Request, code: str) -> HttpResponse:
        """With its units and ranges."""
        return self.answer(_group(selectors.get_group(code)))


class ProductTypes(Endpoint):
    """Product types within their groups."""

    open_to_all = True

    @operation(
        "Soorten product",
        query={"group": Text(80, required=False, help="Alleen de soorten van deze productgroep.")},
        paged=True,
        answers={200: product_types.ProductTypeRow},
        name="product_types_list",
        tags=TAG,
    )
    def get(self, request: Request) -> HttpResponse:
        """With the ranges that stand instead of those of the group."""
        found = selectors.product_types(self.parameters["group"] or "")
        return self.page(found, order=("code",), row=product_types.ProductTypeRow.of)


class TypeSuggestions(Endpoint):
    """Which product type a demand may be."""

    open_to_all = True

    @operation(
        "Soorten product die u misschien bedoelt",
        description="Hoogstens drie, de beste eerst: door de CPV-code, dan door de woorden. Alleen om uit te "
        "kiezen: wij vullen nooit iets voor u in.",
        query={
            "name": Text(300, help="De omschrijving van wat u nodig heeft."),
            "cpv": Text(10, required=False, help="Een CPV-code, met of zonder controlecijfer."),
            "group": Text(80, required=False, help="Alleen soorten van deze productgroep."),
        },
        answers={200: product_types.TypeSuggestions},
        name="product_types_suggestions",
        tags=TAG,
    )
    def get(self, request: Request) -> HttpResponse:
        """By CPV code first, then by words; only types that hold today."""
        name, code = self.parameters["name"], self.parameters["cpv"] or ""
        among = selectors.offered_types(selectors.product_types(self.parameters["group"] or ""))
        found = selectors.types_meant(code, [name], selectors.cpv_prefixes(), among)
        shown = [product_types.ProductTypeRow.of(each) for each in found]
        return self.answer(product_types.TypeSuggestions(name=name, suggestions=shown))


class Products(Endpoint):
    """Baseline and reference products of a group."""

    open_to_all = True

    @operation(
        "Basis- en referentieproducten",
        paged=True,
        answers={200: catalogue.ProductRow},
        name="products_list",
        tags=TAG,
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        """Each complete, as a line that can be assessed."""
        group = selectors.get_group(code)
        gaps = {each.product.pk: each for each in gaps_of_group(group)}
        found = selectors.products_of(group).prefetch_related(None)
        return self.page(
            found, order=("code",), row=lambda product: catalogue.ProductRow.with_gaps(gaps[product.pk])
        )


class CpvCodes(Endpoint):
    """Codes of the common procurement vocabulary with their product group."""

    open_to_all = True

    @operation(
        "CPV-codes met hun productgroep",
        description="Het langste begin dat past telt; null als de code buiten de productgroepen valt.",
        query={"search": Text(100, required=False, help="De eerste cijfers van een code, of woorden.")},
        paged=True,
        answers={200: catalogue.CpvCode},
        name="cpv_codes_list",
        tags=TAG,
    )
    def get(self, request: Request) -> HttpResponse:
        """In the order of the codes."""
        prefixes = selectors.cpv_prefixes()
        found = selectors.find_cpv(self.parameters["search"] or "")
        return self.page(found, order=("code",), row=lambda row: catalogue.CpvCode.among(row, prefixes))


class DataRequest(Endpoint):
    """What a supplier must deliver."""

    open_to_all = True

    @operation(
        "Wat een leverancier aanlevert",
        description="JSON Schema van een regel van een inschrijving, met eenheden en uitleg.",
        query={"level": Choice(list(LEVELS), required=False, default=STANDARD, help="Hoeveel er wordt gevraagd.")},
        answers={200: RequestedData},
        name="data_request_get",
        tags=TAG,
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        """The schema of one line for this group."""
        schema = services.data_request(selectors.get_group(code), self.parameters["level"])
        return self.answer(RequestedData.of(schema))


class Themes(Endpoint):
    """Themes of responsible procurement."""

    open_to_all = True

    @operation("Thema's", paged=True, answers={200: catalogue.ThemeRow}, name="themes_list", tags=TAG)
    def get(self, request: Request) -> HttpResponse:
        """In the order in which they are shown."""
        return self.page(
            selectors.theme_rows(), order=("theme_set_id", "position", "id"), row=catalogue.ThemeRow.of
        )


def _group(row: ProductGroup) -> catalogue.ProductGroupRow:
    """A group with the fallbacks of its cluster."""
    return catalogue.ProductGroupRow.with_fallbacks(row, selectors.fallbacks_of(row), selectors.FALLBACK_LABEL)
