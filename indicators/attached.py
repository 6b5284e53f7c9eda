"""What of the reference files may hang on: a version of a factor set, and a source with its declaration."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse

from indicators import selectors
from indicators.models import FactorSetVersion, Source
from mvi_dashboard.ground import access
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.files.places import Attachable, register
from mvi_dashboard.ground.problems import not_found

FACTOR_SET, SOURCE = "factor-set", "source"


def register_places() -> None:
    """Add what this app lets files hang on."""
    register(
        Attachable(
            code=FACTOR_SET,
            model=FactorSetVersion,
            label="deze factorset",
            who="reference-manager",
            find=_find,
            require=lambda actor, row: access.require(actor, access.REFERENCE_EDIT),
            lock=_lock,
            seen_by=selectors.versions_visible_to,
            page=lambda row: f"{reverse('indicators:factor_sets')}#{row.factor_set.code}",
            named=lambda row: f"{row.factor_set.name_nl}, versie {row.version}",
            key_of=lambda row: f"{row.factor_set.code}:{row.version}",
        )
    )
    register(
        Attachable(
            code=SOURCE,
            model=Source,
            label="deze bron",
            who="reference-manager",
            find=selectors.get_source,
            require=lambda actor, row: access.require(actor, access.REFERENCE_EDIT),
            lock=_lock_source,
            seen_by=selectors.sources_visible_to,
            page=_page_of_source,
            named=lambda row: row.title,
            key_of=lambda row: row.code,
        )
    )


def _find(actor: Actor, key: str) -> FactorSetVersion:
    code, _, version = key.partition(":")
    if not version:
        raise not_found()
    return selectors.get_factor_version(actor, code, version)


def _lock(actor: Actor, key: str) -> FactorSetVersion:
    found = _find(actor, key)
    access.require(actor, access.REFERENCE_EDIT)
    locked: QuerySet[FactorSetVersion] = FactorSetVersion.objects.select_for_update(of=("self",))
    return locked.select_related("factor_set").get(pk=found.pk)


def _lock_source(actor: Actor, key: str) -> Source:
    found = selectors.get_source(actor, key)
    access.require(actor, access.REFERENCE_EDIT)
    row: Source = Source.objects.select_for_update().get(pk=found.pk)
    return row


def _page_of_source(row: Source) -> str:
    """The declaration with its modules; else the list of factors, as a source has no page of its own."""
    if hasattr(row, "declaration"):
        return reverse("indicators:declaration", args=[row.code])
    return reverse("indicators:factors")
