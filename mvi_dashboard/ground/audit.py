"""Who did what: one entry per act, in an unbroken chain of hashes per organisation."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.models import Model, Q, QuerySet

from . import clock
from .access import AUDIT_READ, Actor
from .models import AuditEntry, ChainHead, Organisation, Vault

SYSTEM = Actor(key="system", label="Het systeem")

# The chain of the installation has a fixed row, as a null organisation would not keep it unique.
_INSTALLATION_HEAD = 0


def record(
    actor: Actor | None,
    verb: str,
    obj: Model,
    *,
    organisation: Organisation | int | None,
    reason: str = "",
    changes: Mapping[str, Any] | Iterable[str] | None = None,
    vault: Vault | None = None,
    moment: datetime | None = None,
) -> AuditEntry:
    """The entry of one act; the last statement of a service's transaction, as its lock makes others wait.

    `organisation` None = about the installation. `changes`: field -> value where that is no secret, else only
    the names. `vault` = about something sealed: withheld until that vault is opened. `actor` None = the system.
    Three statements (the clock of PostgreSQL is a fourth, unless `moment` is given).
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an act and its audit entry belong in one transaction")
    organisation_id = organisation.pk if isinstance(organisation, Organisation) else organisation
    moment = moment or clock.now()
    head = _locked_head(organisation_id)
    entry = AuditEntry(
        organisation_id=organisation_id,
        seq=head.seq + 1,
        moment=moment,
        actor_key=(actor or SYSTEM).key,
        verb=verb,
        object_type=obj._meta.label_lower,
        object_id=_id_of(obj),
        reason=reason,
        changes=_plain(changes),
        vault=vault,
        previous_hash=head.hash,
    )
    entry.hash = _hash_of(entry)
    entry.save(force_insert=True)
    with connection.cursor() as cursor:
        cursor.execute(_MOVE_HEAD, [entry.seq, entry.hash, head.pk])
    return entry


@dataclass(frozen=True)
class Followed:
    """A part of a chain that was followed: where it ended, and what was wrong in it."""

    seq: int
    hash: str
    problems: list[str]
    at_the_end: bool


def follow(organisation_id: int | None, seq: int, previous: str, most: int | None = None) -> Followed:
    """The entries after `seq`, whose hash is `previous`, at most so many: each held against the one before it."""
    found: list[str] = []
    name = f"audit of organisation {organisation_id or '-'}"
    rows = AuditEntry.objects.filter(_of(organisation_id), seq__gt=seq).order_by("seq")
    head = ChainHead.objects.filter(_of(organisation_id)).first()
    if most is not None:
        # What is added while this runs is followed the next time.
        rows = rows.filter(seq__lte=min(head.seq if head else 0, seq + most))
    for entry in rows.iterator():
        seq += 1
        if entry.seq != seq:
            found.append(f"{name}: entry {seq} is absent")
            seq = entry.seq
        if entry.previous_hash != previous:
            found.append(f"{name}: entry {entry.seq} does not follow the one before it")
        if entry.hash != _hash_of(entry):
            found.append(f"{name}: entry {entry.seq} was changed")
        previous = entry.hash
    if most is None:
        head = ChainHead.objects.filter(_of(organisation_id)).first()
    elif head is not None and seq < head.seq and not found and rows.exists():
        # More entries follow; without them the end was cut off.
        return Followed(seq, previous, found, at_the_end=False)
    if (head.seq, head.hash) != (seq, previous) if head else seq:
        found.append(f"{name}: the end of the chain is not where it was left")
    return Followed(seq, previous, found, at_the_end=True)


def check_chain(organisation_id: int | None) -> list[str]:
    """What is wrong in the chain of one organisation (None: the installation); empty when unbroken."""
    return follow(organisation_id, 0, "0" * 64).problems


def check_chains() -> list[str]:
    """What is wrong in any chain."""
    ids = set(ChainHead.objects.values_list("organisation_id", flat=True))
    ids |= set(AuditEntry.objects.values_list("organisation_id", flat=True).distinct())
    return [line for one in sorted(ids, key=lambda found: found or 0) for line in check_chain(one)]


def entries_visible_to(actor: Actor) -> QuerySet[AuditEntry]:
    """The entries that this actor may read; those about what is still sealed are not among them."""
    opened = Q(vault__isnull=True) | Q(vault__opened_at__isnull=False)
    return AuditEntry.objects.filter(opened, organisation_id__in=actor.organisations_for(AUDIT_READ))


def who_had_a_hand(verbs: Sequence[str], obj: Model) -> list[str]:
    """The keys of who did any of this to this object, each once and in that order; one query."""
    found = AuditEntry.objects.filter(object_type=obj._meta.label_lower, object_id=_id_of(obj), verb__in=verbs)
    return list(dict.fromkeys(found.order_by("seq").values_list("actor_key", flat=True)))


def done_by(actor: Actor, verb: str) -> set[str]:
    """The ids of everything that this actor did this to, as they stand in the trail; one query."""
    return set(AuditEntry.objects.filter(actor_key=actor.key, verb=verb).values_list("object_id", flat=True))


def _id_of(obj: Model) -> str:
    return str(getattr(obj, "public_id", None) or obj.pk)


_HEADS = f'"{ChainHead._meta.db_table}"'
_FIND_HEAD = f"SELECT id, seq, hash FROM {_HEADS} WHERE organisation_id"  # noqa: S608 (a table of our own)
_MOVE_HEAD = f"UPDATE {_HEADS} SET seq = %s, hash = %s WHERE id = %s"  # noqa: S608


def _locked_head(organisation_id: int | None) -> ChainHead:
    """The end of a chain, held until the commit; written out, as it is part of every write."""
    lock = " FOR UPDATE" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        if organisation_id is None:
            cursor.execute(f"{_FIND_HEAD} IS NULL{lock}")
        else:
            cursor.execute(f"{_FIND_HEAD} = %s{lock}", [organisation_id])
        found = cursor.fetchone()
    if found is not None:
        return ChainHead(pk=found[0], organisation_id=organisation_id, seq=found[1], hash=found[2])
    heads = ChainHead.objects.select_for_update()
    if organisation_id is None:
        ChainHead.objects.get_or_create(pk=_INSTALLATION_HEAD)
    else:
        ChainHead.objects.get_or_create(organisation_id=organisation_id)
    return heads.get(_of(organisation_id))


def _of(organisation_id: int | None) -> Q:
    if organisation_id is None:
        return Q(organisation__isnull=True)
    return Q(organisation_id=organisation_id)


def _hash_of(entry: AuditEntry) -> str:
    content = [
        entry.organisation_id,
        entry.seq,
        entry.moment.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.actor_key,
        entry.verb,
        entry.object_type,
        entry.object_id,
        entry.reason,
        entry.changes,
        entry.vault_id,
        entry.previous_hash,
    ]
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()


def _plain(changes: Mapping[str, Any] | Iterable[str] | None) -> Any:
    """Changes as JSON that both databases give back exactly as stored, so that the hash can be made again."""
    if changes is None:
        return {}
    if isinstance(changes, Mapping):
        return {str(name): _plain_value(value) for name, value in changes.items()}
    return {"fields": sorted(str(name) for name in changes)}


def _plain_value(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Mapping):
        return _plain(value)
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain_value(item) for item in value]
    return str(value)
