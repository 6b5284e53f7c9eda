"""Registering a firm as a supplier: nothing comes of it before the link in the mail was followed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from mvi_dashboard.ground import rate_limits
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.acts import Act, ActDeclaration, Doing, Done
from mvi_dashboard.ground.models import SupplierRegistration, User
from mvi_dashboard.ground.problems import Problem
from mvi_dashboard.ground.shapes import Choice, Object, Text

from . import links
from .numbers import HOME, LONGEST_NUMBER, check_number, countries

LONGEST_ADDRESS = 150
"""It becomes the name to sign in with"""
FIRM = {
    "name": Text(200, label="Naam van het bedrijf"),
    "country": Choice(countries(), label="Land", required=False, default=HOME),
    "number": Text(
        LONGEST_NUMBER,
        label="KvK-nummer",
        help="8 cijfers. Van een ander land: het nummer uit het handelsregister daar.",
    ),
}
LANGUAGE = Choice(dict(User.Language.choices), required=False, default="nl", label="Taal van de mail")
REGISTRATION = Object(
    {
        **FIRM,
        "first_name": Text(150, label="Voornaam"),
        "last_name": Text(150, label="Achternaam"),
        "email": Text(
            LONGEST_ADDRESS, label="E-mail", help="Hierheen gaat de link. Gebruik uw adres van het werk."
        ),
        "language": LANGUAGE,
    }
)


class _Registering(Act[None, SupplierRegistration]):
    """An act of anybody."""

    def __call__(self, actor: Actor, *, document: Mapping[str, Any], typed: bool = False) -> SupplierRegistration:
        """What was registered. Raises Refused with every problem."""
        return self.carry_out(actor, None, document=document, expected_version=None, typed=typed, once=None)

    def lock(self, actor: Actor, named: Any) -> None:
        """There is nothing yet."""


@partial(
    _Registering,
    ActDeclaration(
        verb="supplier.register", title="Meld een bedrijf aan als leverancier", who="anybody", reads=REGISTRATION
    ),
)
def register(doing: Doing[None]) -> Done[SupplierRegistration]:
    """A registration, of which a mail goes out: whatever is known of firm or address, the answer is one.

    It stands in no trail: what counts there is who confirms it.
    """
    data = doing.data
    email = str(data.get("email") or "").strip().lower()
    doing.problems += check_address(email)
    doing.problems += check_number(data.get("country") or "", data.get("number") or "")
    doing.problems.refuse()
    names = ("country", "number", "name", "first_name", "last_name", "language")
    made = SupplierRegistration(
        **{name: (data[name] or "").strip() for name in names},
        email=email,
        created_at=doing.now,
        expires_at=doing.now,
    )
    # Nobody fills the mailbox of somebody else from many addresses; who tries reads the same answer.
    if not rate_limits.wait_for(rate_limits.REGISTRATION_MAIL, email):
        links.send(made, links.CONFIRM, doing.now)
    return Done(made, unchanged=True)


def check_address(email: str) -> list[Problem]:
    """What is wrong with this e-mail address; nothing when it is missing, which its shape says."""
    try:
        validate_email(email or "leeg@voorbeeld.example")
    except ValidationError:
        return [Problem(("email",), "invalid", "Dit is geen e-mailadres.")]
    return []
