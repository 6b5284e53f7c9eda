"""From which address a request comes: what the proxies of this installation say, and nothing that others write."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest

_FORWARDING = ("X-Forwarded-For", "X-Forwarded-Proto", "X-Real-IP", "Forwarded", "Via")
_IPV6_OF_ONE_CONNECTION = 64


def address_of(request: HttpRequest) -> str:
    """The address of the client; of IPv6 the part that belongs to one connection.

    Each of the TRUSTED_PROXIES adds one entry at the end of X-Forwarded-For: what stands before those was written
    by the client itself and is not believed.
    """
    peer = str(request.META.get("REMOTE_ADDR") or "")
    proxies = settings.TRUSTED_PROXIES
    if proxies:
        told = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
        if len(told) >= proxies:
            return _network_of(told[-proxies]) or _network_of(peer)
    return _network_of(peer)


def is_local(request: HttpRequest) -> bool:
    """Whether this comes from the machine itself, and not through a proxy on it."""
    if any(name in request.headers for name in _FORWARDING):
        return False
    try:
        return ipaddress.ip_address(str(request.META.get("REMOTE_ADDR"))).is_loopback
    except ValueError:
        return False


def _network_of(text: str) -> str:
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, _IPV6_OF_ONE_CONNECTION), strict=False))
    return str(found)
