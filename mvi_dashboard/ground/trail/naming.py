"""How the objects of the floor are called in the trail."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from django.db.models import Q

from mvi_dashboard.ground.models import (
    ApiToken,
    ColumnProfile,
    Deputy,
    Invitation,
    Membership,
    Organisation,
    Role,
    Supplier,
    User,
    Webhook,
    WebhookMessage,
)

from . import objects
from .objects import Named

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}").fullmatch


def _people(keys: Iterable[str]) -> Mapping[str, Named]:
    return {str(each.pk): Named(str(each)) for each in User.objects.filter(pk__in=_numbers(keys))}


def _roles(keys: Iterable[str]) -> Mapping[str, Named]:
    # Entries of before roles had an id of their own have the number.
    wanted = Q(pk__in=_numbers(keys)) | Q(public_id__in=_ids(keys))
    rows = Membership.objects.filter(wanted).select_related("user")
    named = [(each, Named(f"{Role(each.role).label} voor {each.user}")) for each in rows]
    return {key: name for each, name in named for key in (str(each.pk), str(each.public_id))}


def _invitations(keys: Iterable[str]) -> Mapping[str, Named]:
    return {str(each.public_id): Named(each.email) for each in Invitation.objects.filter(public_id__in=_ids(keys))}


def _deputies(keys: Iterable[str]) -> Mapping[str, Named]:
    rows = Deputy.objects.filter(public_id__in=_ids(keys)).select_related("person", "deputy")
    return {str(each.public_id): Named(str(each)) for each in rows}


def _tokens(keys: Iterable[str]) -> Mapping[str, Named]:
    rows = ApiToken.objects.filter(pk__in=_numbers(keys))
    return {str(each.pk): Named(f"{each.name} ({each.prefix}…)".strip()) for each in rows}


def _profiles(keys: Iterable[str]) -> Mapping[str, Named]:
    rows = ColumnProfile.objects.filter(public_id__in=_ids(keys))
    return {str(each.public_id): Named(each.name) for each in rows}


def _webhooks(keys: Iterable[str]) -> Mapping[str, Named]:
    rows = Webhook.objects.filter(public_id__in=_ids(keys))
    return {str(each.public_id): Named(urlsplit(each.url).hostname or "") for each in rows}


def _webhook_messages(keys: Iterable[str]) -> Mapping[str, Named]:
    rows = WebhookMessage.objects.filter(public_id__in=_ids(keys)).select_related("webhook")
    return {str(each.public_id): Named(urlsplit(each.webhook.url).hostname or "") for each in rows}


def _organisations(keys: Iterable[str]) -> Mapping[str, Named]:
    return {str(each.pk): Named(each.name) for each in Organisation.objects.filter(pk__in=_numbers(keys))}


def _suppliers(keys: Iterable[str]) -> Mapping[str, Named]:
    return {str(each.pk): Named(each.name) for each in Supplier.objects.filter(pk__in=_numbers(keys))}


def _numbers(keys: Iterable[str]) -> list[int]:
    return [int(key) for key in keys if key.isascii() and key.isdigit()]


def _ids(keys: Iterable[str]) -> list[str]:
    return [key for key in keys if _ID(key)]


def register() -> None:
    """Have them named."""
    objects.register("ground.user", _people)
    objects.register("ground.membership", _roles)
    objects.register("ground.invitation", _invitations)
    objects.register("ground.deputy", _deputies)
    objects.register("ground.apitoken", _tokens)
    objects.register("ground.columnprofile", _profiles)
    objects.register("ground.webhook", _webhooks)
    objects.register("ground.webhookmessage", _webhook_messages)
    objects.register("ground.organisation", _organisations)
    objects.register("ground.supplier", _suppliers)
