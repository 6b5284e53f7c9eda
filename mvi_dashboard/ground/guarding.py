"""What may happen to each column of the tables of the floor."""

from __future__ import annotations

from . import column_rules, kept
from . import models as m
from .column_rules import ALL, Extra, Guarded

_TRAIL = "audit"
_SIGNED = "imprint signatures"


_CHAIN = "a supplier is merged into one that is not merged itself"
_INTO_MERGED = (
    "EXISTS (SELECT 1 FROM ground_supplier other WHERE other.id = NEW.merged_into_id "
    "AND other.merged_into_id IS NOT NULL)"
)
_HAS_MERGED = (
    "(NEW.merged_into_id IS NOT NULL "
    "AND EXISTS (SELECT 1 FROM ground_supplier other WHERE other.merged_into_id = NEW.id))"
)
_IN_LISTS = (m.Attachment, m.ColumnProfile, m.Invitation, m.Deputy, m.User, m.Webhook, m.WebhookMessage)


def register() -> None:
    """The trail is append-only, a role ends and is never removed, and a vault closes for good."""
    column_rules.register(
        [*_who(), *_suppliers(), *_joining(), *_accounts(), *_trail(), *_work(), *_told(), *_webhooks()]
    )
    kept.register(m.Supplier, "name", "code")
    for listed in (m.Organisation, m.AuditEntry, m.Job, m.Message, *_IN_LISTS):
        kept.register(listed)


def _who() -> list[Guarded]:
    changes = "changed by an administrator, in the audit trail"
    return [
        Guarded(
            m.Organisation,
            always=("practice_of",),
            changing={ALL: changes},
            once=("practice_emptied_at",),
            derived={"path": "organisations"},
            kept="TRUE",
        ),
        Guarded(
            m.User,
            always=("actor_key",),
            changing={
                "is_superuser": changes,
                "is_staff": changes,
                "is_active": changes,
                "session_generation": "signs out everywhere",
                "second_factor_at": "switched on and off, in the audit trail",
            },
            free={ALL: "of the person, and erased on request"},
            kept="FALSE",
        ),
        Guarded(m.CosigningConsent, once=("withdrawn_at",)),
        Guarded(m.Holiday),
        Guarded(
            m.Membership,
            changing={"valid_from": changes, "valid_to": "the role ends"},
            once=("ended_at",),
        ),
        Guarded(
            m.ApiToken,
            once=("revoked_at",),
            changing={"name": changes, "expires_at": "only sooner"},
            free={
                "last_used_at": "kept by a timer, to within the hour",
                "made_by": "a person, erased on request",
            },
            extra=(Extra("UPDATE", "NEW.expires_at > OLD.expires_at", "a token ends sooner, never later"),),
        ),
        Guarded(m.IdempotencyRecord, changing={"status": "what was promised (202) was done (200)"}),
        Guarded(
            m.FailedSignIns,
            free={ALL: "a counter for one hour; then it stands in the trail"},
            kept="FALSE",
        ),
    ]


def _joining() -> list[Guarded]:
    return [
        Guarded(m.SetupLink, changing={"expires_at": "a newer link takes its place"}, once=("used_at",)),
        Guarded(
            m.Invitation,
            changing={
                "sendings": "sent again",
                "sha256": "sent again: the link of before dies",
                "sent_at": "sent again",
                "expires_at": "sent again",
            },
            free={
                "email": "of the person, and erased on request",
                "accepted_by": "a person, erased on request",
                "invited_by": "a person, erased on request",
            },
            once=("withdrawn_at", "accepted_at"),
        ),
        Guarded(m.Deputy, once=("ended_at",), kept="FALSE"),
    ]


def _accounts() -> list[Guarded]:
    short = "of the person, and gone when it is used or over; nothing rests on it"
    own = (m.AccountLink, m.SignedInSession, m.TotpDevice, m.RecoveryCode, m.SsoIdentity)
    return [
        Guarded(
            m.OrganisationSettings,
            always=("organisation",),
            changing={ALL: "changed by an administrator, in the audit trail"},
            kept="TRUE",
        ),
        Guarded(
            m.OrganisationTheme,
            always=("organisation",),
            free={ALL: "a look, on which nothing rests; who changed it stands in the trail"},
            kept="FALSE",
        ),
        *(Guarded(model, free={ALL: short}, kept="FALSE") for model in own),
    ]


def _suppliers() -> list[Guarded]:
    changes = "changed by its own people, in the audit trail"
    on_its_way = "a link on its way; who confirms it stands in the trail"
    return [
        Guarded(
            m.Supplier,
            always=("code", "practice"),
            changing={ALL: changes, "merged_into": "merged or taken apart, in the audit trail"},
            kept="TRUE",
            extra=(
                Extra("UPDATE", f"{_INTO_MERGED} OR {_HAS_MERGED}", _CHAIN),
                Extra("INSERT", _INTO_MERGED, _CHAIN),
            ),
        ),
        Guarded(m.SupplierRegistration, free={ALL: on_its_way}, kept="FALSE"),
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
            m.ChainCheck, free={ALL: "when a chain was last followed; followed again gives the same"}, kept="FALSE"
        ),
        Guarded(
            m.Vault,
            once=("opened_at", "destroyed_at"),
            emptied=("wrapped_key",),
            derived={"wrapped_key": "vaults"},
        ),
        Guarded(m.StoredFile),
        Guarded(m.Attachment, once=("withdrawn_at", "withdrawn_by", "withdrawn_reason")),
        Guarded(m.AttachmentDetail),
        Guarded(m.Imprint, once=("signature",), derived={ALL: _SIGNED}),
        Guarded(m.ImprintSignature, derived={ALL: _SIGNED}),
    ]


def _work() -> list[Guarded]:
    work = "long work; done again gives the same, and nothing rests on it"
    beside = "kept by triggers beside the row that it is of, and made again after every migrate"
    return [
        Guarded(m.Change, free={ALL: beside}, kept="FALSE"),
        Guarded(m.SearchText, free={ALL: beside}, kept="FALSE"),
        Guarded(m.Job, free={ALL: work}, kept="FALSE"),
        Guarded(
            m.ColumnProfile,
            changing=dict.fromkeys(
                ("name", "columns", "decimal", "date_form", "mappings", "version"),
                "put right by who brings such files in, in the audit trail",
            ),
            once=("ended_at",),
            free={"made_by": "a person, erased on request", "used_at": "when a file was last read with it"},
        ),
        Guarded(m.JobChunk, free={ALL: work}, kept="FALSE"),
    ]


def _told() -> list[Guarded]:
    return [
        Guarded(
            m.Message,
            once=("read_at",),
            free={"facts": "names and moments, erased with their person"},
            kept="FALSE",
        ),
        Guarded(
            m.Mail, free={ALL: "goes out, and is removed when it went; what was told is the message"}, kept="FALSE"
        ),
    ]


def _webhooks() -> list[Guarded]:
    goes_out = "goes out, and is removed 30 days after it went"
    return [
        Guarded(m.Webhook, once=("ended_at",), free={"made_by": "a person, erased on request"}),
        Guarded(m.WebhookMessage, free={ALL: goes_out}, kept="FALSE"),
    ]
