"""How often one caller may ask: a bucket per token, per person, and for who is neither per address.

So one organisation never uses up the room of another, also not behind one address.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest

from . import rate_limits
from .client_addresses import address_of
from .models import ApiToken, User
from .problems import too_many

EXPORTED = "U haalt te vaak een bestand op."


def take_place(request: HttpRequest, token: ApiToken | None, let_by: Callable[[], bool]) -> bool:
    """Whether this request was counted; False where it was let by although there is no room.

    Raises Refused 429 when there is no room and `let_by` says no.
    """
    wait = rate_limits.wait_for(rate_limits.API, caller_of(request, token))
    if wait and not let_by():
        raise too_many(wait)
    return not wait


def give_back_place(request: HttpRequest, token: ApiToken | None) -> None:
    """This request did not count after all: it was carried out before."""
    rate_limits.give_back(rate_limits.API, caller_of(request, token))


def take_place_of_address(request: HttpRequest) -> None:
    """Count a request that did not say who asks; raises Refused 429."""
    take_place(request, None, lambda: False)


def take_export(request: HttpRequest, token: ApiToken | None = None) -> None:
    """Count a file that is made; raises Refused 429."""
    wait = rate_limits.wait_for(rate_limits.EXPORT, caller_of(request, token))
    if wait:
        raise too_many(wait, EXPORTED)


def caller_of(request: HttpRequest, token: ApiToken | None) -> str:
    """Whose bucket: that of the token, of the person of the session, or of the address."""
    if token is not None:
        return f"token {token.pk}"
    user = getattr(request, "user", None)
    return f"person {user.pk}" if isinstance(user, User) else f"address {address_of(request)}"
