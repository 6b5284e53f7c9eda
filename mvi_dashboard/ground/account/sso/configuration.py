"""How signing in elsewhere is set up: by environment variables (docs/operations.md)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from mvi_dashboard.ground.accounts import WITHOUT_PLACE
from mvi_dashboard.ground.models import Role


@dataclass(frozen=True)
class RoleSomewhere:
    """A role at the place with this code; without a place for the whole installation."""

    role: str
    organisation: str = ""
    supplier: str = ""


@dataclass(frozen=True)
class Configuration:
    """The provider, and what its claims mean here."""

    issuer: str
    client_id: str
    client_secret: str
    label: str
    scope: str
    roles_claim: str
    roles: Mapping[str, tuple[RoleSomewhere, ...]]
    """by value of the claim"""
    second_factor: frozenset[str]
    """values of the claim `amr` that say that the provider asked for a second factor"""


def current() -> Configuration | None:
    """The configuration; None without a provider. Raises ImproperlyConfigured."""
    given = settings.OIDC
    if not given["issuer"]:
        return None
    return _read(json.dumps(given, sort_keys=True))


@lru_cache(maxsize=4)
def _read(text: str) -> Configuration:
    given = json.loads(text)
    if find_spec("authlib") is None or find_spec("requests") is None:
        raise ImproperlyConfigured("OIDC_ISSUER: install the extra `sso` first.")
    if not given["client_id"]:
        raise ImproperlyConfigured("OIDC_CLIENT_ID: give the name of this site at the provider.")
    local = given["issuer"].startswith(("http://127.0.0.1", "http://localhost"))
    if not given["issuer"].startswith("https://") and not local:
        raise ImproperlyConfigured("OIDC_ISSUER: a provider is reached by https.")
    return Configuration(
        issuer=given["issuer"],
        client_id=given["client_id"],
        client_secret=given["client_secret"],
        label=given["label"],
        scope=given["scope"],
        roles_claim=given["roles_claim"],
        roles={value: tuple(_places(value, told)) for value, told in _mapping(given["roles"]).items()},
        second_factor=frozenset(given["second_factor"]),
    )


def _mapping(text: str) -> Mapping[str, Any]:
    """The mapping itself, or the file in which it stands."""
    if not text.strip():
        return {}
    try:
        written = text if text.lstrip().startswith("{") else Path(text).read_text(encoding="utf-8")
        found = json.loads(written)
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured(f"OIDC_ROLES: this is no JSON and no file with JSON ({error}).") from None
    if not isinstance(found, dict):
        raise ImproperlyConfigured("OIDC_ROLES: write an object, of a value of the claim to a role.")
    return found


def _places(value: str, told: Any) -> Iterator[RoleSomewhere]:
    for each in told if isinstance(told, list) else [told]:
        if not isinstance(each, dict) or set(each) - {"role", "organisation", "supplier"}:
            raise ImproperlyConfigured(f"OIDC_ROLES: {value} needs a role, and an organisation or a supplier.")
        found = RoleSomewhere(**each) if "role" in each else RoleSomewhere("")
        if found.role not in Role.values:
            raise ImproperlyConfigured(f"OIDC_ROLES: {value} names the role {found.role}, which is not there.")
        wanted = (bool(found.organisation), bool(found.supplier))
        if wanted != _place_of(found.role):
            raise ImproperlyConfigured(f"OIDC_ROLES: {value} names the role {found.role} at the wrong place.")
        yield found


def _place_of(role: str) -> tuple[bool, bool]:
    if role == Role.SUPPLIER:
        return False, True
    return role not in WITHOUT_PLACE, False
