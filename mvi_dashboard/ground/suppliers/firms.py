"""What all acts on suppliers share: one way to make a firm, who works there, and who may make and find firms."""

from __future__ import annotations

import re
import secrets
import unicodedata
from datetime import date

from django.db.models import Q

from mvi_dashboard.ground import access
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import Membership, Organisation, Role, Supplier, User
from mvi_dashboard.ground.problems import Kind, forbidden, not_found, refuse

from .duplicates import name_key
from .numbers import number_key

_LONGEST_CODE = 60
MAKES = "procurement-officer, contract-manager"
OWN = "supplier, for the own firm"
_NOT_IN_A_CODE = re.compile(r"[^a-z0-9]+")


def new_firm(
    *, name: str, country: str = "", number: str = "", code: str = "", practice: Organisation | None = None
) -> Supplier:
    """A new firm with its keys, or one that is made up for a practice; without a code one is made of the name."""
    firm = Supplier(code=code or free_code(name), practice=practice)
    write(firm, name=name, country=country, number=number)
    return firm


def write(firm: Supplier, *, name: str, country: str, number: str) -> None:
    """Give a firm this name and number, and the keys by which it is found again."""
    firm.name, firm.country, firm.registration_number = name, country if number else "", number
    firm.name_key, firm.number_key = name_key(name), number_key(country, number)
    firm.save()


def free_code(name: str) -> str:
    """A code that no firm has, made of this name."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    base = _NOT_IN_A_CODE.sub("-", plain).strip("-")[: _LONGEST_CODE - 7].strip("-") or "leverancier"
    return base if not Supplier.objects.filter(code=base).exists() else f"{base}-{secrets.token_hex(3)}"


def works_there(today: date) -> Q:
    """Of roles: that they are of a supplier, hold today, and are of somebody who is not blocked."""
    dates = (Q(valid_from=None) | Q(valid_from__lte=today)) & (Q(valid_to=None) | Q(valid_to__gte=today))
    return dates & Q(role=Role.SUPPLIER, ended_at=None, user__is_active=True)


def people_of(firm: Supplier, today: date) -> list[User]:
    """Who works for this firm today."""
    here = Q(supplier=firm) | Q(supplier__merged_into=firm)
    roles = Membership.objects.filter(works_there(today), here)
    return list(User.objects.filter(pk__in=roles.values("user")).order_by("last_name", "first_name", "pk"))


def works_somewhere(person: User, today: date) -> bool:
    """Whether this person has a role that holds today or later."""
    held = Membership.objects.filter(user=person, ended_at=None)
    return held.filter(Q(valid_to=None) | Q(valid_to__gte=today)).exists()


def may_make(actor: Actor) -> bool:
    """Whether this actor makes and invites suppliers, who are real: not while practising; no query."""
    return actor.practice_id is None and (actor.may(access.TENDER_EDIT) or actor.may(access.CONTRACT_EDIT))


def require_looker(actor: Actor) -> None:
    """Raises Refused 401 or 403 for who neither makes suppliers nor administers the installation."""
    require_signed_in(actor)
    if not may_look(actor):
        raise forbidden()


def may_look(actor: Actor) -> bool:
    """Whether this actor looks through all suppliers; no query."""
    return may_make(actor) or access.administers_installation(actor)


def require_maker(actor: Actor) -> None:
    """Raises Refused 401 or 403 for who does not."""
    require_signed_in(actor)
    if not may_make(actor):
        raise forbidden()


def require_own(actor: Actor) -> int:
    """The firm that this actor works for. Raises Refused 401 or 403."""
    require_signed_in(actor)
    if actor.supplier_id is None:
        raise forbidden()
    return actor.supplier_id


def require_signed_in(actor: Actor) -> None:
    """Raises Refused 401 for nobody."""
    if actor.is_anonymous:
        raise refuse("not_authenticated", "U bent niet ingelogd.", kind=Kind.NOT_AUTHENTICATED)


def get_firm(code: str) -> Supplier:
    """The firm with this code, for who makes firms. Raises Refused 404."""
    found = Supplier.objects.filter(code=code, practice=None).first()
    if found is None:
        raise not_found()
    return found
