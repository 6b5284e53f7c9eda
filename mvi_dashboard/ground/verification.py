"""What must always hold: each app registers its checks, `manage.py verify` runs them all.

An app registers in AppConfig.ready: `verification.register("cells", check_cells)`. A check gives one line per
difference and changes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator

from django.db import DatabaseError
from django.db.models import F

from . import audit, column_rules, imprint_signatures, imprints, receipts, triggers
from .models import Membership, Organisation, Vault
from .vault import key_encrypting_keys, opens

logger = logging.getLogger(__name__)

Check = Callable[[], Iterable[str]]

AGREES = 1e-9
"""how far a stored sum may be off, as part of it: adding in another order gives other last digits"""

_checks: dict[str, Check] = {}


def register(name: str, check: Check) -> None:
    """Add a check under its name; the same name again replaces it."""
    _checks[name] = check


def agree(one: float, other: float) -> bool:
    """Whether what was stored and what comes out again are the same number but for the order of adding.

    >>> agree(3e9, 3e9 + 2), agree(3e9, 3e9 + 4), agree(0.0, 1e-9)
    (True, False, True)
    """
    return abs(one - other) <= AGREES * max(abs(one), abs(other), 1.0)


def names() -> list[str]:
    """The names of all checks, in the order of registering."""
    return list(_checks)


def differences(only: Iterable[str] = ()) -> Iterator[str]:
    """A line `name: difference` for all that does not hold (of the checks in `only`, default all)."""
    wanted = set(only)
    for name, check in _checks.items():
        if not wanted or name in wanted:
            try:
                for line in check():
                    yield f"{name}: {line}"
            except DatabaseError:
                raise
            except Exception as error:
                # What was tampered with may be unreadable: that is a difference too, and the other checks go on.
                logger.exception("check %s stopped", name)
                yield f"{name}: stopped at something unreadable ({type(error).__name__})"


def _check_tree() -> Iterator[str]:
    """Paths that do not follow from the parents, and who is wrong about carrying the work of others."""
    every = list(Organisation.objects.all())
    paths = {organisation.pk: organisation.path for organisation in every}
    carriers = {organisation.carried_by_id for organisation in every}
    for organisation in every:
        above = paths[organisation.parent_id] if organisation.parent_id else "/"
        if organisation.path != f"{above}{organisation.pk}/":
            yield f"{organisation.code} is not where its parent says"
        if organisation.carries_on != (organisation.pk in carriers):
            yield f"{organisation.code} is wrong about whether it carries the work of others"


def _check_members() -> Iterator[str]:
    """Memberships that end before they begin."""
    for key in Membership.objects.filter(valid_to__lt=F("valid_from")).values_list("pk", flat=True):
        yield f"membership {key} ends before it begins"


def _check_vaults() -> Iterator[str]:
    """Vaults whose key does not open, or that are destroyed and not destroyed."""
    for vault in Vault.objects.order_by("pk").iterator():
        if (vault.wrapped_key is None) != (vault.destroyed_at is not None):
            yield f"vault {vault.pk}: its key and the moment of its destruction do not fit"
        elif vault.wrapped_key is not None and not opens(vault):
            yield f"vault {vault.pk}: its key was changed, or is not in VAULT_KEYS"


def _check_keys() -> Iterator[str]:
    """Keys with which nothing can be signed."""
    for key_id in key_encrypting_keys():
        if len(receipts.public_key(key_id)) != 64:
            yield f"key {key_id} does not sign"


register("guards", triggers.missing)
register("imprints", imprints.differences)
register("imprint signatures", imprint_signatures.differences)
register("places", column_rules.displaced)
register("audit", audit.check_chains)
register("vaults", _check_vaults)
register("organisations", _check_tree)
register("memberships", _check_members)
register("keys", _check_keys)
