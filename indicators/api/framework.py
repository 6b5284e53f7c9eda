"""What is measured and bought: indicators, materials, clusters, product groups and themes."""

from __future__ import annotations

from django.http import HttpResponse
from rest_framework.request import Request

from indicators import selectors, services
from indicators.models import Material
from indicators.selectors.naming import LONGEST
from indicators.selectors.protocols import LEVELS, STANDARD
from indicators.services.gaps import gaps_of_group
from mvi_dashboard.ground.rest.endpoint import Endpoint
from mvi_dashboard.ground.rest.operations import operation
from mvi_dashboard.ground.shapes import Choice, Text

from . import rows, schemas

TAG = ("referentie",)


class Indicators(Endpoint):
    """What is measured."""

    @operation("Indicatoren", paged=True, answers={200: schemas.INDICATOR}, name="indicators_list", tags=TAG)
    def get(self, request: Request) -> HttpResponse:
        """In the order in which they are shown."""
        return self.page(selectors.indicator_rows(), order=("position", "id"), row=rows.indicator_row)


class Materials(Endpoint):
    """Materials, use flows and foods."""

    @operation(
        "Materialen en verbruiksstromen",
        query={
            "search": Text(100, required=False, help="Zoekt in naam, synoniem en code."),
            "kind": Choice(Material.Kind.values, required=False, help="Alleen deze soort."),
        },
        paged=True,
        answers={200: schemas.MATERIAL},
        name="materials_list",
        tags=TAG,
    )
    def get(self, request: Request) -> HttpResponse:
        """Everybody's, and the own private ones."""
        asked = {name: self.parameters[name] or "" for name in ("search", "kind")}
        return self.page(
            selectors.materials_list(self.actor, **asked), order=("code", "id"), row=rows.material_row
        )


class MaterialSuggestions(Endpoint):
    """Which materials may be meant by a name of one's own."""

    @operation(
        "Materialen die u misschien bedoelt",
        description="Hoogstens vijf, de beste eerst. Alleen om uit te kiezen: wij vullen nooit iets voor u in.",
        query={
            "name": Text(LONGEST, help="De naam zoals een leverancier die schrijft."),
            "kind": Choice(Material.Kind.values, required=False, help="Alleen deze soort."),
        },
        answers={200: schemas.SUGGESTIONS},
        name="materials_suggestions",
        tags=TAG,
    )
    def get(self, request: Request) -> HttpResponse:
        """Everybody's, and the own private ones."""
        name, kind = self.parameters["name"], self.parameters["kind"] or ""
        found = services.materials_meant(self.actor, name, kind=kind)
        return self.answer({"name": name, "suggestions": [rows.material_row(each) for each in found]})


class Clusters(Endpoint):
    """Clusters of product groups."""

    @operation("Clusters", paged=True, answers={200: schemas.NAMED}, name="clusters_list", tags=TAG)
    def get(self, request: Request) -> HttpResponse:
        """In the order in which they are shown."""
        return self.page(selectors.clusters(), order=("position", "id"), row=rows.cluster_row)


class ProductGroups(Endpoint):
    """Product groups."""

    @operation(
        "Productgroepen",
        query={"cluster": Text(80, required=False, help="Alleen dit cluster.")},
        paged=True,
        answers={200: schemas.GROUP},
        name="product_groups_list",
        tags=TAG,
    )
    def get(self, request: Request) -> HttpResponse:
        """With their units and the ranges that are plausible."""
        found = selectors.product_groups(self.parameters["cluster"] or "")
        return self.page(found, order=("code",), row=rows.group_row)


class OneProductGroup(Endpoint):
    """One product group."""

    @operation("Een productgroep", answers={200: schemas.GROUP}, name="product_groups_get", tags=TAG)
    def get(self, request: Request, code: str) -> HttpResponse:
        """With its units and ranges."""
        return self.answer(rows.group_row(selectors.get_group(code)))


class Products(Endpoint):
    """Baseline and reference products of a group."""

    @operation(
        "Basis- en referentieproducten", paged=True, answers={200: schemas.PRODUCT}, name="products_list", tags=TAG
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        """Each complete, as a line that can be assessed."""
        group = selectors.get_group(code)
        gaps = {each.product.pk: each for each in gaps_of_group(group)}
        found = selectors.products_of(group).prefetch_related(None)
        return self.page(found, order=("code",), row=lambda product: rows.product_row(gaps[product.pk]))


class CpvCodes(Endpoint):
    """Codes of the common procurement vocabulary with their product group."""

    @operation(
        "CPV-codes met hun productgroep",
        description="Het langste begin dat past telt; null als de code buiten de productgroepen valt.",
        query={"search": Text(100, required=False, help="De eerste cijfers van een code, of woorden.")},
        paged=True,
        answers={200: schemas.CPV},
        name="cpv_codes_list",
        tags=TAG,
    )
    def get(self, request: Request) -> HttpResponse:
        """In the order of the codes."""
        prefixes = selectors.cpv_prefixes()
        found = selectors.find_cpv(self.parameters["search"] or "")
        return self.page(found, order=("code",), row=lambda row: rows.cpv_row(row, prefixes))


class DataRequest(Endpoint):
    """What a supplier must deliver."""

    @operation(
        "Wat een leverancier aanlevert",
        description="JSON Schema van een regel van een inschrijving, met eenheden en uitleg.",
        query={"level": Choice(list(LEVELS), required=False, default=STANDARD, help="Hoeveel er wordt gevraagd.")},
        answers={200: {"type": "object"}},
        name="data_request_get",
        tags=TAG,
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        """The schema of one line for this group."""
        return self.answer(services.data_request(selectors.get_group(code), self.parameters["level"]))


class Themes(Endpoint):
    """Themes of responsible procurement."""

    @operation("Thema's", paged=True, answers={200: schemas.THEME}, name="themes_list", tags=TAG)
    def get(self, request: Request) -> HttpResponse:
        """In the order in which they are shown."""
        return self.page(selectors.theme_rows(), order=("theme_set_id", "position", "id"), row=rows.theme_row)
