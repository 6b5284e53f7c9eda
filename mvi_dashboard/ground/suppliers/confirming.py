"""Following the link of a registration: the firm and its first person come into being, or its people are asked."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.db.models import Q
from django.urls import reverse

from mvi_dashboard.ground import access, accounts, audit, clock, outbox, passwords
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.acts import Act, ActDeclaration, Doing, Done
from mvi_dashboard.ground.models import Membership, Role, Supplier, SupplierRegistration, User
from mvi_dashboard.ground.problems import Kind, Problem, Refused, conflict, not_found, refuse
from mvi_dashboard.ground.races import unless_taken
from mvi_dashboard.ground.shapes import Object, Text

from . import duplicates, firms, links

_LONGEST_PASSWORD = 4096
CONFIRMATION = Object(
    {
        "first_name": Text(150, label="Voornaam"),
        "last_name": Text(150, label="Achternaam"),
        "password": Text(_LONGEST_PASSWORD, label="Wachtwoord", help=passwords.RULES),
        "password_again": Text(_LONGEST_PASSWORD, label="Wachtwoord, nog een keer"),
    }
)
USED = "Deze link is al gebruikt. Log in met uw e-mailadres en uw wachtwoord."
ENDED = "Deze link werkt niet meer. Vraag een collega om hulp."
WAITS = "Uw e-mailadres is bevestigd. Uw collega's kregen bericht: zodra iemand u toelaat, krijgt u een mail."
EXPIRED = "Deze link is verlopen: die werkt 7 dagen. Begin opnieuw, of vraag om een nieuwe uitnodiging."
OTHER_PERSON = "Deze link is voor een ander e-mailadres dan dat van uw account. Log uit en open de link opnieuw."
SIGN_IN = "Er is al een account met dit e-mailadres. Log in en open de link opnieuw."
ELSEWHERE = (
    "Met dit account werkt u al voor een ander bedrijf of een organisatie. Gebruik een ander e-mailadres voor dit "
    "bedrijf."
)
NOBODY_THERE = (
    "Dit bedrijf staat er al, maar er werkt nog niemand. Vraag de organisatie waarmee u werkt om een uitnodiging."
)


class _Confirming(Act[SupplierRegistration, Supplier]):
    """An act of who has the link; rights follow from the link, and from the person who is signed in."""

    def __call__(self, actor: Actor, *, link: str, document: Mapping[str, Any], typed: bool = False) -> Supplier:
        """The firm. Raises Refused with every problem."""
        return self.carry_out(actor, link, document=document, expected_version=None, typed=typed, once=None)

    def lock(self, actor: Actor, named: str) -> SupplierRegistration:
        """Raises Refused: absent, used, expired, for somebody else."""
        rows = SupplierRegistration.objects.select_for_update(of=("self",)).select_related("supplier")
        return _judged(actor, rows.filter(sha256=links.digest_of(named)).first())

    def read(self, doing: Doing[SupplierRegistration]) -> None:
        """Name and password of who is new; nothing of who is signed in, or asks colleagues."""
        if doing.actor.is_anonymous and firm_that_is_there(doing.target) is None:
            super().read(doing)


@partial(
    _Confirming,
    ActDeclaration(
        verb="supplier.confirm",
        title="Bevestig de aanmelding van een leverancier",
        who="who has the link of the mail, and is nobody yet or the person with that address",
        reads=CONFIRMATION,
    ),
)
def confirm(doing: Doing[SupplierRegistration]) -> Done[Supplier]:
    """The firm, for which this person works from now on; a firm that was there already asks its own people."""
    there = firm_that_is_there(doing.target)
    return _ask(doing, there) if there is not None else _begin(doing)


def known_registration(actor: Actor, link: str) -> SupplierRegistration:
    """The registration behind this link, for its page. Raises Refused: what is told is nobody else's."""
    rows = SupplierRegistration.objects.select_related("supplier")
    return _judged(actor, rows.filter(sha256=links.digest_of(link)).first())


def firm_that_is_there(registration: SupplierRegistration) -> Supplier | None:
    """The firm with the number that was registered, whose people must let this person in."""
    if registration.supplier is not None:
        return None
    return duplicates.known_by_number(registration.country, registration.number)


def is_known(registration: SupplierRegistration) -> bool:
    """Whether a person has this address already, blocked or not."""
    return User.objects.filter(Q(email__iexact=registration.email) | Q(username=registration.email)).exists()


def _judged(actor: Actor, row: SupplierRegistration | None) -> SupplierRegistration:
    if row is None:
        raise not_found()
    if actor.user is not None and actor.user.email.lower() != row.email:
        raise refuse("other_person", OTHER_PERSON, kind=Kind.FORBIDDEN)
    over = {
        USED: row.confirmed_at is not None,
        ENDED: row.ended_at is not None,
        WAITS: row.asked_at is not None and row.let_in_at is None,
        EXPIRED: row.expires_at <= clock.now(),
    }
    for detail, is_so in over.items():
        if is_so:
            raise conflict("expired" if detail == EXPIRED else "already_ended", detail)
    return row


def _begin(doing: Doing[SupplierRegistration]) -> Done[Supplier]:
    """Firm, person and role, all at once."""
    row, person = doing.target, doing.actor.user
    if person is None:
        person = _new_person(doing)
        doing.actor = access.actor_of_user(person)
    elif firms.works_somewhere(person, clock.local_date(doing.now)):
        raise conflict("works_elsewhere", ELSEWHERE)
    if row.supplier is None:
        with unless_taken(conflict("duplicate", "Dit bedrijf is er net bij gekomen. Open de link opnieuw.")):
            row.supplier = firms.new_firm(name=row.name, country=row.country, number=row.number)
    Membership.objects.create(
        user=person, supplier=row.supplier, role=Role.SUPPLIER, valid_from=clock.local_date(doing.now)
    )
    row.confirmed_at = doing.now
    row.save(update_fields=["supplier", "confirmed_at"])
    return Done(row.supplier, changes={"person": person.actor_key, "name": row.name})


def _new_person(doing: Doing[SupplierRegistration]) -> User:
    data, row = doing.data, doing.target
    if is_known(row):
        raise conflict("sign_in", SIGN_IN)
    typed = [data.get("password"), data.get("password_again")]
    if None not in typed and typed[0] != typed[1]:
        detail = "Dit is niet hetzelfde als hierboven: typ het wachtwoord twee keer gelijk."
        doing.problems.note(("passwordAgain",), "not_the_same", detail)
    doing.problems.refuse()
    names = {name: data[name].strip() for name in ("first_name", "last_name")}
    try:
        return accounts.create_user(
            audit.SYSTEM, username=row.email, email=row.email, password=data["password"], **names
        )
    except Refused as refused:
        inputs = {"first_name": "firstName", "last_name": "lastName", "password": "password"}
        placed = [
            Problem((inputs[each.attr],) if each.attr in inputs else (), each.code, each.detail)
            for each in refused.problems
        ]
        raise Refused(placed, refused.kind) from None


def _ask(doing: Doing[SupplierRegistration], firm: Supplier) -> Done[Supplier]:
    """Tell who works there that somebody wants in; nobody comes to work at a firm because its number is known."""
    row, people = doing.target, firms.people_of(firm, clock.local_date(doing.now))
    if not people:
        raise conflict("nobody_there", NOBODY_THERE)
    row.supplier, row.asked_at = firm, doing.now
    row.save(update_fields=["supplier", "asked_at"])
    facts = {"supplier": firm.name, "who": f"{row.first_name} {row.last_name}".strip() or row.email}
    url = reverse("own-supplier")
    outbox.tell(links.ASKED, people, about=row, facts=facts, url=url, moment=doing.now)
    doing.actor = audit.SYSTEM if doing.actor.is_anonymous else doing.actor
    return Done(firm, verb="supplier.ask")
