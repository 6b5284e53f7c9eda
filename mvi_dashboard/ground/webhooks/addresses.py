"""Where a webhook may lead: https, a host that the installation allows, and an address on the open internet.

A name is resolved once per try, and the connection is made to the address that was checked, so that a name which
means another machine a moment later (DNS rebinding) leads nowhere.
"""

from __future__ import annotations

import ipaddress
import queue
import re
import socket
import threading
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.http import is_same_domain

LONGEST = 500
_HOST = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*").fullmatch
_SHOWN = re.compile(r"[\x21-\x7e]+").fullmatch
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# 6to4 and Teredo carry an IPv4 address within: nobody has a webhook there.
_TUNNELS = (ipaddress.ip_network("2002::/16"), ipaddress.ip_network("2001::/32"))
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Unfit(Exception):
    """This address may not be called; `code` says why in one word, the text in words."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code, self.detail = code, detail


@dataclass(frozen=True)
class Target:
    """Where a message goes, taken apart."""

    host: str
    port: int
    path: str
    secure: bool

    @property
    def name(self) -> str:
        """What stands in the header Host."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.secure else 80) else f"{host}:{self.port}"


def is_on() -> bool:
    """Whether this installation lets webhooks go anywhere."""
    return bool(settings.WEBHOOK_HOSTS)


def target_of(url: str) -> Target:
    """The address taken apart. Raises Unfit for one that may not be a webhook, whoever it belongs to."""
    if len(url) > LONGEST or not _SHOWN(url) or "\\" in url:
        raise Unfit("invalid", f"Vul een webadres in van hoogstens {LONGEST} tekens, zonder spaties.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Unfit("invalid", "Dit is geen webadres.") from None
    host = (parts.hostname or "").rstrip(".")
    if not (_HOST(host) or _as_address(host)):
        raise Unfit("invalid", "Dit is geen webadres: begin met https:// en noem dan de computer.")
    if parts.username is not None or parts.password is not None or "#" in url:
        raise Unfit("invalid", "Zet geen gebruikersnaam, wachtwoord of # in het adres.")
    loopback = settings.WEBHOOK_TO_LOOPBACK and parts.scheme == "http"
    if parts.scheme != "https" and not loopback:
        raise Unfit("not_https", "Gebruik een adres dat met https:// begint.")
    if not any(is_same_domain(host, allowed) for allowed in settings.WEBHOOK_HOSTS):
        raise Unfit(
            "host_not_allowed",
            f"Naar {host} mogen wij niets sturen. Vraag wie deze installatie beheert om dit adres toe te staan.",
        )
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(host, port or (443 if parts.scheme == "https" else 80), path, parts.scheme == "https")


def resolved(target: Target, seconds: float) -> str:
    """The address to connect to. Raises Unfit: an unknown name, or any address that may not be called."""
    found = _resolve(target, seconds)
    if not found:
        raise Unfit("unknown_host", f"De naam {target.host} is niet te vinden.")
    for each in found:
        if not may_be_called(each):
            raise Unfit("private_address", f"{target.host} leidt naar een adres binnen een eigen netwerk.")
    return str(found[0])


def may_be_called(address: Address) -> bool:
    """Whether this is an address on the open internet (or of this machine, where a setting allows that).

    >>> [may_be_called(ipaddress.ip_address(each)) for each in ("93.184.216.34", "10.0.0.1", "::ffff:127.0.0.1")]
    [True, False, False]
    """
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return may_be_called(address.ipv4_mapped)
        if address in _NAT64:
            return may_be_called(ipaddress.IPv4Address(address.packed[-4:]))
        if any(address in each for each in _TUNNELS) or address.is_site_local:
            return False
    if address.is_loopback:
        return bool(settings.WEBHOOK_TO_LOOPBACK)
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _resolve(target: Target, seconds: float) -> list[Address]:
    """Every address of this name, asked beside the main thread: a resolver has no time limit of its own."""
    answers: queue.SimpleQueue[list[str]] = queue.SimpleQueue()

    def ask() -> None:
        try:
            rows = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
        except OSError:
            rows = []
        answers.put([str(row[4][0]) for row in rows])

    threading.Thread(target=ask, name="resolver", daemon=True).start()
    try:
        found = answers.get(timeout=seconds)
    except queue.Empty:
        raise Unfit("timeout", f"De naam {target.host} werd niet op tijd gevonden.") from None
    return [ipaddress.ip_address(each) for each in found]


def _as_address(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
