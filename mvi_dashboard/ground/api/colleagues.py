"""/people, /invitations and /deputies: who works at the places where somebody looks after people."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request

from mvi_dashboard.ground import clock
from mvi_dashboard.ground.described import Described, OneOf
from mvi_dashboard.ground.models import Deputy, Invitation, Membership, Role, User
from mvi_dashboard.ground.people import deputising, inviting, listing, roles, stopping
from mvi_dashboard.ground.people.places import require_places
from mvi_dashboard.ground.rest.endpoint import Endpoint
from mvi_dashboard.ground.rest.operations import acting, operation
from mvi_dashboard.ground.shapes import Choice, Text

TAG = ("mensen",)
_OPEN, _EXPIRED, _ACCEPTED, _WITHDRAWN = "open", "expired", "accepted", "withdrawn"


class RoleOfPerson(Described):
    """A role of a person, at a place of yours."""

    id: UUID
    role: Annotated[str, OneOf(Role.values)]
    organisation: Annotated[str | None, "Code; null = niet bij een organisatie"]
    supplier: Annotated[str | None, "Code; null = niet bij een leverancier"]
    valid_from: Annotated[date | None, "De eerste dag; null = vanaf het begin"]
    valid_to: Annotated[date | None, "De laatste dag; null = geen einddatum"]
    ended: Annotated[bool, "Waar als de rol voorbij is"]

    @classmethod
    def of(cls, row: Membership) -> Self:
        """Of this role."""
        return cls(
            id=row.public_id,
            role=row.role,
            organisation=row.organisation.code if row.organisation else None,
            supplier=row.supplier.code if row.supplier else None,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            ended=not listing.is_not_over(row, clock.local_date(clock.host_now())),
        )


class PersonRow(Described):
    """A person who has a role at a place of yours, or had one."""

    id: Annotated[UUID, "Het kenmerk van de persoon, ook in het logboek"]
    name: str
    email: str
    blocked: Annotated[bool, "Waar als de persoon niet kan inloggen"]
    last_sign_in: Annotated[datetime | None, "Null = nog nooit"]
    roles: list[RoleOfPerson]

    @classmethod
    def of(cls, person: User) -> Self:
        """Of this person, with the roles at hand."""
        rows: list[Membership] = person.roles_here  # type: ignore[attr-defined]
        return cls(
            id=person.actor_key,
            name=str(person),
            email=person.email,
            blocked=not person.is_active,
            last_sign_in=person.last_login,
            roles=[RoleOfPerson.of(row) for row in rows],
        )


class InvitationRow(Described):
    """An invitation; the link stands only in the mail."""

    id: UUID
    email: str
    organisation: Annotated[str | None, "Code; null = niet bij een organisatie"]
    supplier: Annotated[str | None, "Code; null = niet bij een leverancier"]
    roles: Annotated[list[str], "Codes van rollen"]
    valid_to: Annotated[date | None, "De laatste dag van de rollen; null = geen einddatum"]
    state: Annotated[str, OneOf((_OPEN, _EXPIRED, _ACCEPTED, _WITHDRAWN))]
    sent_at: datetime
    expires_at: Annotated[datetime, "Tot dan werkt de link"]

    @classmethod
    def of(cls, row: Invitation) -> Self:
        """Of this invitation."""
        return cls(
            id=row.public_id,
            email=row.email,
            organisation=row.organisation.code if row.organisation else None,
            supplier=row.supplier.code if row.supplier else None,
            roles=list(row.roles),
            valid_to=row.valid_to,
            state=_state_of(row),
            sent_at=row.sent_at,
            expires_at=row.expires_at,
        )


class DeputyRow(Described):
    """Somebody who stands in for a colleague."""

    id: UUID
    organisation: Annotated[str, "Code"]
    person: Annotated[UUID, "Het kenmerk van wie wordt vervangen"]
    deputy: Annotated[UUID, "Het kenmerk van wie vervangt"]
    first_day: date
    last_day: date
    ended: Annotated[bool, "Waar als de vervanging eerder is gestopt"]

    @classmethod
    def of(cls, row: Deputy) -> Self:
        """Of this deputy."""
        return cls(
            id=row.public_id,
            organisation=row.organisation.code,
            person=row.person.actor_key,
            deputy=row.deputy.actor_key,
            first_day=row.first_day,
            last_day=row.last_day,
            ended=row.ended_at is not None,
        )


class _OfPeople(Endpoint):
    def person(self, person: User) -> PersonRow:
        """The person as the list has it."""
        return PersonRow.of(listing.get_person(require_places(self.actor), person.actor_key))


class People(_OfPeople):
    """Persons with a role at the places of this actor."""

    @operation(
        "Mensen",
        query={
            "text": Text(listing.LONGEST_SEARCH, required=False, help="Een deel van naam of e-mailadres."),
            "access": Choice(("now", "gone"), required=False, default="now", help="gone: zonder rol."),
        },
        paged=True,
        answers={200: PersonRow},
        name="people_list",
        tags=TAG,
    )
    def get(self, request: Request) -> HttpResponse:
        """One page, by name."""
        asked = self.parameters
        gone = asked["access"] == "gone"
        found = listing.people_at(require_places(self.actor), text=asked["text"] or "", gone=gone)
        return self.page(found, order=listing.ORDER, row=PersonRow.of)


class OnePerson(_OfPeople):
    """One person."""

    @operation("Een persoon", answers={200: PersonRow}, name="people_get", tags=TAG)
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """With the roles at hand."""
        return self.answer(PersonRow.of(listing.get_person(require_places(self.actor), public_id)))


class RolesOfPerson(Endpoint):
    """The roles of one person."""

    @acting(roles.give_role, answers={201: RoleOfPerson}, name="people_roles_give", tags=TAG)
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """One more."""
        return self.carry_out(roles.give_role, answer=RoleOfPerson.of, person_id=public_id)


class EndRole(Endpoint):
    """_end."""

    @acting(roles.end_role, answers={200: RoleOfPerson}, name="roles_end", tags=TAG)
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """The role with its last day."""
        return self.carry_out(roles.end_role, answer=RoleOfPerson.of, membership_id=public_id)


class Block(_OfPeople):
    """_block."""

    @acting(stopping.block, answers={200: PersonRow}, name="people_block", tags=TAG)
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """The person, who has no access any more."""
        return self.carry_out(stopping.block, answer=self.person, person_id=public_id)


class Unblock(_OfPeople):
    """_unblock."""

    @acting(stopping.unblock, answers={200: PersonRow}, name="people_unblock", tags=TAG)
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """The person, who may sign in again."""
        return self.carry_out(stopping.unblock, answer=self.person, person_id=public_id)


class SignOutEverywhere(_OfPeople):
    """_sign-out."""

    @acting(stopping.sign_out, answers={200: PersonRow}, name="people_sign_out", tags=TAG)
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """The person, without any session."""
        return self.carry_out(stopping.sign_out, answer=self.person, person_id=public_id)


class Invitations(Endpoint):
    """Invitations of the places of this actor."""

    @operation("Uitnodigingen", paged=True, answers={200: InvitationRow}, name="invitations_list", tags=TAG)
    def get(self, request: Request) -> HttpResponse:
        """One page, the last sent first."""
        rows = listing.invitations_of(require_places(self.actor))
        return self.page(rows, order=("-sent_at", "-id"), row=InvitationRow.of)

    @acting(inviting.invite, answers={201: InvitationRow}, name="invitations_create", tags=TAG)
    def post(self, request: Request) -> HttpResponse:
        """The mail goes out by itself."""
        return self.carry_out(inviting.invite, answer=InvitationRow.of)


class Resend(Endpoint):
    """_resend."""

    @acting(inviting.resend, answers={200: InvitationRow}, name="invitations_resend", tags=TAG)
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """With a new link; the old one works no more."""
        return self.carry_out(inviting.resend, answer=InvitationRow.of, invitation_id=public_id)


class Withdraw(Endpoint):
    """_withdraw."""

    @acting(inviting.withdraw, answers={200: InvitationRow}, name="invitations_withdraw", tags=TAG)
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """The link works no more."""
        return self.carry_out(inviting.withdraw, answer=InvitationRow.of, invitation_id=public_id)


class Deputies(Endpoint):
    """Who stands in for whom: for or by oneself, and where one administers."""

    @operation("Vervanging", paged=True, answers={200: DeputyRow}, name="deputies_list", tags=TAG)
    def get(self, request: Request) -> HttpResponse:
        """One page, the earliest first."""
        return self.page(listing.deputies_visible_to(self.actor), order=("first_day", "id"), row=DeputyRow.of)

    @acting(
        deputising.set_deputy,
        answers={201: DeputyRow},
        name="deputies_set",
        tags=TAG,
    )
    def post(self, request: Request) -> HttpResponse:
        """For oneself, or where one administers."""
        return self.carry_out(deputising.set_deputy, answer=DeputyRow.of)


class EndDeputy(Endpoint):
    """_end."""

    @acting(deputising.end_deputy, answers={200: DeputyRow}, name="deputies_end", tags=TAG)
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """From now on."""
        return self.carry_out(deputising.end_deputy, answer=DeputyRow.of, deputy_id=public_id)


def _state_of(row: Any) -> str:
    if row.accepted_at is not None:
        return _ACCEPTED
    if row.withdrawn_at is not None:
        return _WITHDRAWN
    return _EXPIRED if row.expires_at <= clock.host_now() else _OPEN
