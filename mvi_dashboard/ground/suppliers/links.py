"""Links that work once: made when their mail is sent, of which only the SHA-256 is stored."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils.crypto import salted_hmac

from mvi_dashboard.ground import clock, formats, languages, outbox
from mvi_dashboard.ground.models import SupplierRegistration

HOLDS = timedelta(days=7)
CONFIRM, INVITED, ASKED = "supplier-confirm", "supplier-invitation", "colleague-asks"
OPEN = Q(confirmed_at=None, ended_at=None) & (Q(asked_at=None) | Q(let_in_at__isnull=False))
"""Of registrations: that their link still leads to something, unless it is too old"""


def link_of(registration: SupplierRegistration) -> str:
    """What stands in the link that was sent last."""
    made_of = f"{registration.public_id} {registration.sendings}"
    return salted_hmac("ground.suppliers.registration", made_of, algorithm="sha256").hexdigest()


def digest_of(link: str) -> str:
    """The SHA-256 by which the row of a link is found."""
    digest = hashlib.sha256()
    digest.update(link.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def send(registration: SupplierRegistration, kind: str, now: datetime) -> None:
    """Write the row with a link for seven days, and the mail that brings it."""
    registration.expires_at = now + HOLDS
    registration.sha256 = digest_of(link_of(registration))
    registration.save()
    language = registration.language
    facts = {
        "registration": registration.public_id,
        "sending": registration.sendings,
        "supplier": registration.name,
        "until": _in_words(registration.expires_at, language),
    }
    outbox.mail(kind, registration.email, language=language, facts=facts, moment=now)


def register_links() -> None:
    """Have these links made when their mail is sent."""
    for kind in (CONFIRM, INVITED):
        outbox.register_link(kind, _path_of)


def _path_of(facts: Mapping[str, str]) -> str | None:
    """Where the mail leads to; None when it was used, ended or sent again since, or is too old."""
    rows = SupplierRegistration.objects.filter(OPEN, public_id=facts["registration"])
    found = rows.filter(sendings=int(facts["sending"]), expires_at__gt=clock.now()).first()
    return reverse("supplier-confirm", args=[link_of(found)]) if found else None


def _in_words(moment: datetime, language: str) -> str:
    with languages.speaking(language):
        return formats.day(moment)
