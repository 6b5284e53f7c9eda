"""The signature of Standard Webhooks: HMAC-SHA256 over id, timestamp and body, by which a receiver knows us.

Ten lines of the standard library; the package of the same name brings an HTTP client that we may not use (it
resolves names by itself), docs/decisions/0075.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from uuid import UUID

PREFIX = "whsec_"
_BYTES = 32


def new_secret() -> str:
    """A secret as the receiver stores it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode("ascii")


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """What stands in `webhook-signature`.

    >>> signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
    ...           b'{"test": 2432232314}')
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
    """
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = b".".join((message_id.encode("ascii"), str(timestamp).encode("ascii"), body))
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode("ascii")


def headers(secret: str, message_id: UUID, moment: datetime, body: bytes) -> dict[str, str]:
    """The three headers of a message that is sent at this moment."""
    timestamp = int(moment.timestamp())
    return {
        "webhook-id": str(message_id),
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(secret, str(message_id), timestamp, body),
    }
