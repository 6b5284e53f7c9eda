"""How contracts and their records are called in the trail, and on which page they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse

from contracts.kinds import KINDS, RecordKind
from contracts.models import Contract, SentRecords
from mvi_dashboard.ground.trail import objects
from mvi_dashboard.ground.trail.objects import Named

_OF_TENDER = "award__lot__tender__title"


def _contracts(keys: Iterable[str]) -> Mapping[str, Named]:
    found = Contract.objects.filter(public_id__in=list(keys)).values_list(
        "public_id", "reference", Coalesce(_OF_TENDER, "title")
    )
    return {str(key): _named(key, f"{title} ({reference})") for key, reference, title in found}


def _records(kind: RecordKind, keys: Iterable[str]) -> Mapping[str, Named]:
    return _of_contracts(kind.model._default_manager.filter(public_id__in=list(keys)))


def _of_contracts(rows: QuerySet[Any]) -> Mapping[str, Named]:
    title = Coalesce(f"contract__{_OF_TENDER}", "contract__title")
    found = rows.values_list("public_id", "contract__public_id", "contract__reference", title)
    return {str(key): _named(of, f"{title} ({reference})") for key, of, reference, title in found}


def _sent(keys: Iterable[str]) -> Mapping[str, Named]:
    return _of_contracts(SentRecords.objects.filter(public_id__in=list(keys)))


def _named(contract: Any, title: str) -> Named:
    return Named(title, reverse("contracts:contract", args=[contract]))


def register() -> None:
    """Have them named."""
    objects.register(Contract._meta.label_lower, _contracts)
    objects.register(SentRecords._meta.label_lower, _sent)
    for kind in KINDS:
        objects.register(kind.model._meta.label_lower, partial(_records, kind))
