"""Who there is, who may do what, and what must never be lost: the tables of the floor."""

from __future__ import annotations

from .account import AccountLink, RecoveryCode, SignedInSession, SsoIdentity, TotpDevice
from .attachments import Attachment, AttachmentDetail
from .calendar import Holiday
from .columns import ColumnProfile
from .fields import LARGEST, computed_field, computed_range, money_field, quantity_field, share_field
from .imprints import Imprint, ImprintSignature
from .joining import Deputy, Invitation, SetupLink
from .kept import Change, SearchText
from .messages import Mail, Message
from .organisations import REAL, CosigningConsent, Membership, Organisation, Role, Supplier
from .people import ApiToken, IdempotencyRecord, User
from .registrations import SupplierRegistration
from .settings import OrganisationSettings, OrganisationTheme
from .sign_ins import FailedSignIns
from .tenancy import Tenant, TenantQuerySet, Versioned
from .trail import AuditEntry, ChainCheck, ChainHead
from .vault import StoredFile, Vault
from .webhooks import Webhook, WebhookMessage
from .work import Job, JobChunk

__all__ = [
    "LARGEST",
    "REAL",
    "AccountLink",
    "ApiToken",
    "Attachment",
    "AttachmentDetail",
    "AuditEntry",
    "ChainCheck",
    "ChainHead",
    "Change",
    "ColumnProfile",
    "CosigningConsent",
    "Deputy",
    "FailedSignIns",
    "Holiday",
    "IdempotencyRecord",
    "Imprint",
    "ImprintSignature",
    "Invitation",
    "Job",
    "JobChunk",
    "Mail",
    "Membership",
    "Message",
    "Organisation",
    "OrganisationSettings",
    "OrganisationTheme",
    "RecoveryCode",
    "Role",
    "SearchText",
    "SetupLink",
    "SignedInSession",
    "SsoIdentity",
    "StoredFile",
    "Supplier",
    "SupplierRegistration",
    "Tenant",
    "TenantQuerySet",
    "TotpDevice",
    "User",
    "Vault",
    "Versioned",
    "Webhook",
    "WebhookMessage",
    "computed_field",
    "computed_range",
    "money_field",
    "quantity_field",
    "share_field",
]
