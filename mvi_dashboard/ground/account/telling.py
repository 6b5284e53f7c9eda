"""Mails about an account that safety asks for, whatever somebody prefers."""

from __future__ import annotations

from typing import Any

from mvi_dashboard.ground import outbox
from mvi_dashboard.ground.models import User

_NOWHERE = ".invalid"
"""what an address ends with that was only noted because every person has one"""


def warn(kind: str, user: User, *, address: str = "", **facts: Any) -> None:
    """Mail this to the person, or to the address of before; inside the transaction of the act."""
    to = address or user.email
    if not to.endswith(_NOWHERE):
        outbox.mail(kind, to, language=user.language, facts=facts)
