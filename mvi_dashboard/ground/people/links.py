"""Links that work once: made when they are sent, of which only the SHA-256 is stored."""

from __future__ import annotations

import hashlib

from django.utils.crypto import salted_hmac

from mvi_dashboard.ground.models import Invitation


def link_text(invitation: Invitation) -> str:
    """What stands in the link of the last time that this invitation was sent."""
    made_of = f"{invitation.public_id} {invitation.sendings}"
    return salted_hmac("ground.people.invitation", made_of, algorithm="sha256").hexdigest()


def stored(text: str) -> str:
    """What is stored of a link."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
