"""Making, inviting and changing a supplier: by who buys or manages contracts, and by the firm's own people."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from mvi_dashboard.ground import clock
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.acts import Act, ActDeclaration, Doing, Done
from mvi_dashboard.ground.idempotency import Once
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.models import Supplier, SupplierRegistration
from mvi_dashboard.ground.problems import Problem, Problems, conflict, forbidden, not_found
from mvi_dashboard.ground.races import unless_taken
from mvi_dashboard.ground.shapes import CONFIRMATIONS, Object, Text, lift_confirmed

from . import duplicates, firms, links
from .merging import require_not_merged
from .numbers import LONGEST_NUMBER, check_number
from .registering import FIRM, LANGUAGE, LONGEST_ADDRESS, check_address

_NUMBER = Text(LONGEST_NUMBER, required=False, label=FIRM["number"].label, help=FIRM["number"].help)
ADDRESS = Text(LONGEST_ADDRESS, label="E-mail", help="Van de eerste persoon die voor dit bedrijf werkt.")
NEW = Object(
    {
        **FIRM,
        "number": _NUMBER,
        "email": Text(
            LONGEST_ADDRESS,
            required=False,
            label="E-mail van de eerste persoon",
            help="Die krijgt dan een uitnodiging. U kunt ook later iemand uitnodigen.",
        ),
        "language": LANGUAGE,
        "confirmations": CONFIRMATIONS,
    }
)
CHANGED = Object({**FIRM, "number": _NUMBER})
INVITATION = Object({"email": ADDRESS, "language": LANGUAGE})
_THERE = "Er is al een leverancier met dit nummer: {0} ({1})."
_NOT_THIS_ONE = "Dit nummer kunt u niet kiezen. Klopt het wel? Vraag de organisatie waarmee u werkt om hulp."
_HAS_PEOPLE = "Bij dit bedrijf werken al mensen: zij laten zelf collega's toe."


class _Making(Act[None, Supplier]):
    """An act of who makes suppliers."""

    def __call__(
        self, actor: Actor, *, document: Mapping[str, Any], typed: bool = False, once: Once | None = None
    ) -> Supplier:
        """The firm. Raises Refused with every problem."""
        return self.carry_out(actor, None, document=document, expected_version=None, typed=typed, once=once)

    def lock(self, actor: Actor, named: Any) -> None:
        """Raises Refused: forbidden."""
        firms.require_maker(actor)


@partial(
    _Making,
    ActDeclaration(
        verb="supplier.create",
        title="Maak een leverancier",
        who=firms.MAKES,
        reads=NEW,
        status=201,
        commands=("create_supplier",),
    ),
)
def make(doing: Doing[None]) -> Done[Supplier]:
    """A new firm, and an invitation for its first person when there is an address.

    A firm with the same number is there for certain, so that is refused; a name or a domain that is alike may be
    another firm: then a reason says why.
    """
    data = doing.data
    email = str(data.get("email") or "").strip().lower()
    doing.problems += check_address(email)
    doing.problems += _check_number(data, None)
    standing, used = lift_confirmed([*doing.problems, *_hints(data, email)], data.get("confirmations"))
    Problems(standing).refuse()
    with unless_taken(conflict("duplicate", "Deze leverancier is er net bij gekomen.", "number")):
        firm = firms.new_firm(**_spelled(data), practice=None)
    if email:
        _invite(doing, firm, email)
    reason = " ".join(str(each["reason"]) for each in used)
    return Done(firm, changes={"name": firm.name, "number": firm.number_key}, reason=reason)


class _OnAFirm(Act[Supplier, Supplier]):
    """An act on one firm."""

    def __call__(self, actor: Actor, *, code: str, document: Mapping[str, Any], typed: bool = False) -> Supplier:
        """The firm. Raises Refused with every problem."""
        return self.carry_out(actor, code, document=document, expected_version=None, typed=typed, once=None)

    def lock(self, actor: Actor, named: str) -> Supplier:
        """Raises Refused: absent, forbidden."""
        changed = changeable(actor, named)
        require_not_merged(changed)
        return Supplier.objects.select_for_update(of=("self",)).get(pk=changed.pk)


@partial(
    _OnAFirm,
    ActDeclaration(
        verb="supplier.change",
        title="Wijzig de gegevens van een leverancier",
        who=f"{firms.OWN}; {firms.MAKES}, as long as nobody works there",
        reads=CHANGED,
    ),
)
def change(doing: Doing[Supplier]) -> Done[Supplier]:
    """The firm with another name or number. Whose number it is when it is taken is not told to a supplier."""
    firm, data = doing.target, doing.data
    doing.problems += _check_number(data, firm, tells=doing.actor.supplier_id is None)
    if firm.registration_number and not data.get("number"):
        doing.problems.note(("number",), "required", "Dit nummer kunt u wijzigen, maar niet weglaten.")
    doing.problems.refuse()
    before = (firm.name, firm.number_key)
    with unless_taken(conflict("duplicate", _NOT_THIS_ONE, "number")):
        firms.write(firm, **_spelled(data))
    changes = {"name": [before[0], firm.name], "number": [before[1], firm.number_key]}
    changed = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
    return Done(firm, changes=changed, unchanged=not changed)


class _Inviting(Act[Supplier, SupplierRegistration]):
    """An act on a firm at which nobody works yet."""

    def __call__(
        self, actor: Actor, *, code: str, document: Mapping[str, Any], typed: bool = False
    ) -> SupplierRegistration:
        """The invitation. Raises Refused with every problem."""
        return self.carry_out(actor, code, document=document, expected_version=None, typed=typed, once=None)

    def lock(self, actor: Actor, named: str) -> Supplier:
        """Raises Refused: absent, forbidden. The firm is held, so that two do not invite at once."""
        firms.require_maker(actor)
        return Supplier.objects.select_for_update(of=("self",)).get(pk=firms.get_firm(named).pk)

    def require_state(self, target: Supplier) -> None:
        """Raises Refused 409 when somebody works there, or when it is another firm now."""
        require_not_merged(target)
        if firms.people_of(target, clock.today()):
            raise conflict("has_people", _HAS_PEOPLE)


@partial(
    _Inviting,
    ActDeclaration(
        verb="supplier.invite",
        title="Nodig de eerste persoon van een leverancier uit",
        who=f"{firms.MAKES}, as long as nobody works there",
        reads=INVITATION,
        status=201,
    ),
)
def invite(doing: Doing[Supplier]) -> Done[SupplierRegistration]:
    """An invitation by mail; the link of an earlier one is worth nothing from now on."""
    email = str(doing.data.get("email") or "").strip().lower()
    doing.problems += check_address(email)
    doing.problems.refuse()
    return Done(_invite(doing, doing.target, email), about=doing.target)


def changeable(actor: Actor, code: str) -> Supplier:
    """The firm, for who may change it: its own people, or who makes firms while nobody works there.

    Raises Refused: absent, forbidden.
    """
    firms.require_signed_in(actor)
    if actor.supplier_id is not None:
        own = Supplier.objects.filter(pk=actor.supplier_id, code=code).first()
        if own is None:
            raise not_found()
        return own
    firms.require_maker(actor)
    firm = firms.get_firm(code)
    if firms.people_of(firm, clock.today()):
        raise forbidden("Bij dit bedrijf werken mensen: zij wijzigen de gegevens zelf.")
    return firm


def _invite(doing: Doing[Any], firm: Supplier, email: str) -> SupplierRegistration:
    firm.registrations.filter(confirmed_at=None, ended_at=None, asked_at=None).update(ended_at=doing.now)
    invitation = SupplierRegistration(
        supplier=firm,
        name=firm.name,
        email=email,
        language=doing.data["language"],
        invited_by=doing.actor.user,
        created_at=doing.now,
        expires_at=doing.now,
    )
    links.send(invitation, links.INVITED, doing.now)
    return invitation


def _spelled(data: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(data.get(name) or "").strip() for name in ("name", "country", "number")}


def _check_number(data: Mapping[str, Any], firm: Supplier | None, *, tells: bool = True) -> list[Problem]:
    country, number = str(data.get("country") or ""), str(data.get("number") or "")
    problems = check_number(country, number)
    known = None if problems else duplicates.known_by_number(country, number)
    if known is not None and known != firm:
        detail = _THERE.format(known.name, known.code) if tells else _NOT_THIS_ONE
        problems.append(Problem(("number",), "duplicate", detail))
    return problems


def _hints(data: Mapping[str, Any], email: str) -> list[Problem]:
    """Firms that may be the same one: makes somebody look, and say why it is another."""
    found = []
    for attr, alike in (
        ("name", duplicates.alike_by_name(str(data.get("name") or ""))),
        ("email", duplicates.alike_by_domain(email)),
    ):
        if alike:
            names = ", ".join(f"{each.name} ({each.code})" for each in alike)
            what = "een naam die hierop lijkt" if attr == "name" else "mensen met een adres van hetzelfde domein"
            detail = worded("Er is al een leverancier met {what}: {names}.", what=what, names=names)
            found.append(Problem((attr,), "alike", detail, confirmable=True))
    return found
