"""What of the reference files may hang on: a version of a factor set, with the documents of its sources."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse

from indicators import selectors
from indicators.models import FactorSetVersion
from mvi_dashboard.ground import access
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.files.places import Attachable, register
from mvi_dashboard.ground.problems import not_found

FACTOR_SET = "factor-set"


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
