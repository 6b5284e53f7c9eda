"""How the objects of the floor are called in the trail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mvi_dashboard.ground.models import ApiToken, Membership, Organisation, Role, Supplier, User

from . import objects
from .objects import Named


def _people(keys: Iterable[str]) -> Mapping[str, Named]:
    return {str(each.pk): Named(str(each)) for each in User.objects.filter(pk__in=_numbers(keys))}


def _roles(keys: Iterable[str]) -> Mapping[str, Named]:
    rows = Membership.objects.filter(pk__in=_numbers(keys)).select_related("user")
    return {str(each.pk): Named(f"{Role(each.role).label} voor {each.user}") for each in rows}


def _tokens(keys: Iterable[str]) -> Mapping[str, Named]:
    rows = ApiToken.objects.filter(pk__in=_numbers(keys))
    return {str(each.pk): Named(f"{each.name} ({each.prefix}…)".strip()) for each in rows}


def _organisations(keys: Iterable[str]) -> Mapping[str, Named]:
    return {str(each.pk): Named(each.name) for each in Organisation.objects.filter(pk__in=_numbers(keys))}


def _suppliers(keys: Iterable[str]) -> Mapping[str, Named]:
    return {str(each.pk): Named(each.name) for each in Supplier.objects.filter(pk__in=_numbers(keys))}


def _numbers(keys: Iterable[str]) -> list[int]:
    return [int(key) for key in keys if key.isascii() and key.isdigit()]


def register() -> None:
    """Have them named."""
    objects.register("ground.user", _people)
    objects.register("ground.membership", _roles)
    objects.register("ground.apitoken", _tokens)
    objects.register("ground.organisation", _organisations)
    objects.register("ground.supplier", _suppliers)
