"""Whether the settings of this installation keep its secrets: for `check --deploy` and for /readyz."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.core.exceptions import ImproperlyConfigured

from . import rate_limits, vault
from .account.sso import configuration
from .models import Role

_SHORTEST_SECRET = 50
_FEWEST_SIGNS = 5


@dataclass(frozen=True)
class Fault:
    """One setting with which nothing may be served."""

    code: str
    detail: str


def faults() -> list[Fault]:
    """What is wrong with the settings; empty when they keep their secrets."""
    return [*_vault_faults(), *_host_faults(), *_secret_faults(), *_limit_faults(), *_door_faults()]


def check(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """The same for `manage.py check --deploy`, with what is allowed but seldom meant."""
    found: list[CheckMessage] = [Error(fault.detail, id=f"ground.{fault.code}") for fault in faults()]
    if settings.RATE_LIMITS.strip() == "off":
        found.append(Warning("RATE_LIMITS is off: nothing slows guessing down.", id="ground.W001"))
    if settings.BEHIND_HTTPS and not settings.TRUSTED_PROXIES:
        text = "TRUSTED_PROXIES is 0: behind a proxy all visitors share one address. Give the number of proxies."
        found.append(Warning(text, id="ground.W002"))
    return found


def check_limits(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Limits that cannot be read are said at the start of every command."""
    return [Error(fault.detail, id=f"ground.{fault.code}") for fault in _limit_faults()]


def _vault_faults() -> Iterator[Fault]:
    try:
        keys = vault.key_encrypting_keys()
    except ImproperlyConfigured as error:
        yield Fault("E001", str(error))
        return
    for key_id, key in keys.items():
        # Zeros, one byte over and over, or counting up: no key that was drawn looks like this.
        if len({(right - left) % 256 for left, right in pairwise(key)}) < len(key) // 4:
            yield Fault("E002", f"VAULT_KEYS: key {key_id} was not drawn at random. Make one of 32 random bytes.")
    if len(set(keys.values())) < len(keys):
        yield Fault("E003", "VAULT_KEYS: the same key stands there under two ids.")


def _host_faults() -> Iterator[Fault]:
    if any(host.strip() in ("*", ".", "") for host in settings.ALLOWED_HOSTS):
        yield Fault("E004", "ALLOWED_HOSTS: with * everybody chooses under which name this site answers.")


def _secret_faults() -> Iterator[Fault]:
    secret = settings.SECRET_KEY
    if len(secret) < _SHORTEST_SECRET or len(set(secret)) < _FEWEST_SIGNS or secret.startswith("django-insecure"):
        yield Fault("E005", f"SECRET_KEY: give at least {_SHORTEST_SECRET} signs drawn at random.")


def _limit_faults() -> Iterator[Fault]:
    try:
        rate_limits.parse(settings.RATE_LIMITS)
    except ImproperlyConfigured as error:
        yield Fault("E006", str(error))


def _door_faults() -> Iterator[Fault]:
    if unknown := set(settings.TOTP_ROLES) - set(Role.values):
        yield Fault("E008", f"TOTP_ROLES: there is no role {', '.join(sorted(unknown))}.")
    try:
        configuration.current()
    except ImproperlyConfigured as error:
        yield Fault("E007", str(error))
