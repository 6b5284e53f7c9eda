"""What may happen to each column of the tables of the floor."""

from __future__ import annotations

from . import guarded
from . import models as m
from .guarded import ALL, Extra, Guarded

_TRAIL = "audit"
_SIGNED = "imprint signatures"


def register() -> None:
    """The trail is append-only, a role ends and is never removed, and a vault closes for good."""
    guarded.register([*_who(), *_trail(), *_work()])


def _who() -> list[Guarded]:
    changes = "changed by an administrator, in the audit trail"
    return [
        Guarded(
            m.Organisation,
            changing={ALL: changes},
            derived={"path": "organisations"},
            kept="TRUE",
        ),
        Guarded(m.Supplier, changing={ALL: changes}, kept="TRUE"),
        Guarded(
            m.User,
            always=("actor_key",),
            changing={"is_superuser": changes, "is_staff": changes, "is_active": changes},
            free={ALL: "of the person, and erased on request"},
            kept="FALSE",
        ),
        Guarded(m.Membership, changing={"valid_from": changes, "valid_to": "the role ends"}),
        Guarded(
            m.ApiToken,
            once=("revoked_at",),
            changing={"name": changes, "expires_at": "only sooner"},
            extra=(Extra("UPDATE", "NEW.expires_at > OLD.expires_at", "a token ends sooner, never later"),),
        ),
        Guarded(m.IdempotencyRecord),
    ]


def _trail() -> list[Guarded]:
    return [
        Guarded(m.AuditEntry, derived={ALL: _TRAIL}),
        Guarded(
            m.ChainHead,
            changing={"seq": "the chain grows", "hash": "the chain grows"},
            derived={ALL: _TRAIL},
            extra=(Extra("UPDATE", "NEW.seq < OLD.seq", "a chain only grows"),),
            kept="TRUE",
        ),
        Guarded(
            m.Vault,
            once=("opened_at", "destroyed_at"),
            emptied=("wrapped_key",),
            derived={"wrapped_key": "vaults"},
        ),
        Guarded(m.StoredFile),
        Guarded(m.Imprint, once=("signature",), derived={ALL: _SIGNED}),
        Guarded(m.ImprintSignature, derived={ALL: _SIGNED}),
    ]


def _work() -> list[Guarded]:
    work = "long work; done again gives the same, and nothing rests on it"
    return [
        Guarded(m.Job, free={ALL: work}, kept="FALSE"),
        Guarded(m.JobChunk, free={ALL: work}, kept="FALSE"),
    ]
