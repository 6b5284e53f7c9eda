"""Inviting somebody by mail: for one place, with roles, once, for seven days; sent again, or withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.urls import reverse

from mvi_dashboard.ground import clock, outbox
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.acts import Act, ActDeclaration, Doing, Done
from mvi_dashboard.ground.idempotency import Once
from mvi_dashboard.ground.languages import spoken, worded
from mvi_dashboard.ground.models import Invitation, Membership, Role, User
from mvi_dashboard.ground.problems import Problem, conflict
from mvi_dashboard.ground.races import unless_taken
from mvi_dashboard.ground.shapes import Choice, Date, ListOf, Object, Text

from . import links, listing, words
from .places import WHO, Place, one_place, require_places
from .roles import PLACE, check_end, check_role

HOLDS = timedelta(days=7)
MOST_SENDINGS = 10
LONGEST_ADDRESS = 150
"""It becomes the name to sign in with"""
_OPEN = "Er staat voor dit adres al een uitnodiging open: stuur die opnieuw, of trek die in."
ADDRESS = Text(LONGEST_ADDRESS, label="E-mail", help="Hierheen gaat de uitnodiging.")
LANGUAGE = Choice(dict(User.Language.choices), required=False, default="nl", label="Taal van de uitnodiging")
INVITATION = Object(
    {
        "place": PLACE,
        "email": ADDRESS,
        "roles": ListOf(Choice(Role.values, label="Rol"), min_items=1, max_items=len(Role), label="Rollen"),
        "valid_to": Date(
            required=False, label="De rollen eindigen op", help="Bijvoorbeeld 31-12-2027. Handig bij inhuur."
        ),
        "language": LANGUAGE,
    }
)


class _Inviting(Act[Place, Invitation]):
    """An act at a place."""

    def __call__(
        self, actor: Actor, *, document: Mapping[str, Any], typed: bool = False, once: Once | None = None
    ) -> Invitation:
        """The invitation. Raises Refused with every problem."""
        named = document.get("place")
        return self.carry_out(actor, named, document=document, expected_version=None, typed=typed, once=once)

    def lock(self, actor: Actor, named: Any) -> Place:
        """Raises Refused: forbidden, or several places."""
        return one_place(require_places(actor), named if isinstance(named, str) else None)


@partial(
    _Inviting,
    ActDeclaration(verb="invitation.create", title="Nodig iemand uit", who=WHO, reads=INVITATION, status=201),
)
def invite(doing: Doing[Place]) -> Done[Invitation]:
    """An invitation, which goes out by mail. Whether the address is known elsewhere is not told."""
    roles = [role for role in dict.fromkeys(doing.data.get("roles") or ()) if role is not None]
    return invitation_at(doing.target, roles, doing)


def invitation_at(place: Place, roles: list[str], doing: Doing[Any]) -> Done[Invitation]:
    """The lines of every act that invites, at this place with these roles: `data` says who, and until when."""
    data = doing.data
    email = str(data.get("email") or "").strip().lower()
    if email and not _is_address(email):
        doing.problems.note(("email",), "invalid", "Dit is geen e-mailadres.")
    for role in roles:
        doing.problems += [Problem(("roles",), each.code, each.detail) for each in check_role(place, role)]
    doing.problems += check_end(data.get("valid_to"), clock.local_date(doing.now))
    doing.problems.refuse()
    _refuse_what_is_there(place, email, roles, doing)
    invitation = Invitation(
        **place.fields,
        email=email,
        roles=roles,
        valid_to=data.get("valid_to"),
        language=data["language"],
        invited_by=doing.actor.user,
        created_at=doing.now,
        sent_at=doing.now,
        expires_at=doing.now + HOLDS,
    )
    invitation.sha256 = links.stored(links.link_text(invitation))
    with unless_taken(conflict("duplicate", _OPEN, "email")):
        invitation.save(force_insert=True)
    _send(invitation)
    # The trail keeps no address: it cannot be erased there.
    return Done(invitation, changes={"roles": roles, "last_day": invitation.valid_to})


class _OnAnInvitation(Act[Invitation, Invitation]):
    """An act on one invitation that is open."""

    def __call__(self, actor: Actor, *, invitation_id: UUID | str, once: Once | None = None) -> Invitation:
        """The invitation. Raises Refused."""
        return self.carry_out(actor, invitation_id, document=None, expected_version=None, typed=False, once=once)

    def lock(self, actor: Actor, named: UUID | str) -> Invitation:
        """Raises Refused: absent, forbidden."""
        require_places(actor)
        found = listing.get_invitation(actor, named)
        rows = Invitation.objects.select_for_update(of=("self",)).select_related("organisation", "supplier")
        row: Invitation = rows.get(pk=found.pk)
        return row

    def require_state(self, target: Invitation) -> None:
        """Raises Refused 409 when it was used or withdrawn."""
        if target.accepted_at is not None:
            raise conflict("already_ended", "Deze uitnodiging is al gebruikt.")
        if target.withdrawn_at is not None:
            raise conflict("already_ended", "Deze uitnodiging is ingetrokken.")


@partial(
    _OnAnInvitation,
    ActDeclaration(verb="invitation.resend", title="Stuur een uitnodiging opnieuw", who=WHO, reads=Object({})),
)
def resend(doing: Doing[Invitation]) -> Done[Invitation]:
    """The invitation with a new link, for seven days again; the link of before is worth nothing."""
    invitation = doing.target
    if invitation.valid_to is not None and invitation.valid_to < clock.local_date(doing.now):
        raise conflict("ended", "De einddatum van de rollen is voorbij: maak een nieuwe uitnodiging.")
    if invitation.sendings >= MOST_SENDINGS:
        raise conflict(
            "too_often", worded("Dit is al {most} keer verstuurd. Trek de uitnodiging in.", most=MOST_SENDINGS)
        )
    invitation.sendings += 1
    invitation.sent_at, invitation.expires_at = doing.now, doing.now + HOLDS
    invitation.sha256 = links.stored(links.link_text(invitation))
    invitation.save(update_fields=["sendings", "sent_at", "expires_at", "sha256"])
    _send(invitation)
    return Done(invitation, changes={"sendings": invitation.sendings})


@partial(
    _OnAnInvitation,
    ActDeclaration(verb="invitation.withdraw", title="Trek een uitnodiging in", who=WHO, reads=Object({})),
)
def withdraw(doing: Doing[Invitation]) -> Done[Invitation]:
    """The invitation, of which the link is worth nothing from now on."""
    doing.target.withdrawn_at = doing.now
    doing.target.save(update_fields=["withdrawn_at"])
    return Done(doing.target)


def place_of(invitation: Invitation) -> Place:
    """Where it is for."""
    return Place(invitation.organisation, invitation.supplier)


def register_link() -> None:
    """Have the link of an invitation made when its mail is sent."""
    outbox.register_link("invitation", _path_of)


def _path_of(facts: Mapping[str, str]) -> str | None:
    """Where the mail leads to; None when it was sent again, used or withdrawn since, or is too old."""
    rows = Invitation.objects.filter(public_id=facts["invitation"], accepted_at=None, withdrawn_at=None)
    found = rows.filter(sendings=int(facts["sending"]), expires_at__gt=clock.now()).first()
    return reverse("invitation", args=[links.link_text(found)]) if found else None


def _send(invitation: Invitation) -> None:
    language = invitation.language
    facts = {
        "invitation": invitation.public_id,
        "sending": invitation.sendings,
        "place": place_of(invitation).name,
        "role": words.roles_in_words(invitation.roles, language),
        "until": words.day_in_words(clock.local_date(invitation.expires_at), language),
    }
    outbox.mail("invitation", invitation.email, language=language, facts=facts, moment=invitation.sent_at)


def _refuse_what_is_there(place: Place, email: str, roles: list[str], doing: Doing[Any]) -> None:
    """Raises Refused when this address has these roles here, or an invitation that is open."""
    today = clock.local_date(doing.now)
    here = Membership.objects.filter(
        listing.not_over(today), user__email__iexact=email, role__in=roles, **place.fields
    )
    held = set(here.values_list("role", flat=True))
    if held:
        detail = worded("Deze persoon is hier al {roles}.", roles=words.roles_in_words(sorted(held), spoken()))
        raise conflict("duplicate", detail, "roles")
    if listing.open_invitations([place]).filter(email=email).exists():
        raise conflict("duplicate", _OPEN, "email")


def _is_address(email: str) -> bool:
    try:
        validate_email(email)
    except ValidationError:
        return False
    return True
