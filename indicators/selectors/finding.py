"""Materials and product groups for the search box: open to all, but for what somebody keeps private."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from indicators.models import Material, MaterialName, ProductGroup, ProductType
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.searching import FoundKind, Hit, Question, itself

from .catalogue import materials_list


def _materials(actor: Actor, question: Question) -> QuerySet[Material]:
    names = MaterialName.objects.order_by().filter(material=OuterRef("pk"))
    return question.among(
        materials_list(actor).prefetch_related(None),
        {Material: itself, MaterialName: lambda hits: Exists(names.filter(itself(hits)))},
    )


def _groups(actor: Actor, question: Question) -> QuerySet[ProductGroup]:
    types = ProductType.objects.order_by().filter(group=OuterRef("pk"))
    return question.among(
        ProductGroup.objects.select_related("cluster"),
        {ProductGroup: itself, ProductType: lambda hits: Exists(types.filter(itself(hits)))},
    )


def _material(row: Material) -> Hit:
    return Hit(
        worded(row.name_nl),
        reverse("indicators:material", args=[row.code]),
        f"{worded(row.get_kind_display())}, {worded(row.unit)}",
    )


def _group(row: ProductGroup) -> Hit:
    return Hit(worded(row.name_nl), reverse("indicators:group", args=[row.code]), worded(row.cluster.name_nl))


FOUND = (
    FoundKind("materialen", "Materialen", ("materiaal", "materialen"), _materials, ("name_nl", "id"), _material),
    FoundKind(
        "productgroepen",
        "Productgroepen en hun soorten",
        ("productgroep", "productgroepen"),
        _groups,
        ("name_nl", "id"),
        _group,
    ),
)
