"""The profile: how somebody is called, in which language, what is mailed, and a new e-mail address."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from mvi_dashboard.ground import jobs, rate_limits
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.acts import ActDeclaration, Doing, Done
from mvi_dashboard.ground.models import AccountLink, User
from mvi_dashboard.ground.problems import conflict, refuse, too_many
from mvi_dashboard.ground.races import unless_taken
from mvi_dashboard.ground.shapes import Choice, Object, Secret, Text
from mvi_dashboard.ground.unreadable import Unreadable

from . import links, telling
from .acting import WHO, OwnAct, PersonAct, ProvenAct, own_person
from .resetting import no_link


class _Email(Text):
    """An e-mail address; whose it is, is asked elsewhere."""

    def read(self, value: Any) -> str | None:
        """The address itself."""
        text = super().read(value)
        try:
            validate_email(text)
        except ValidationError:
            raise Unreadable("invalid", "Dit is geen e-mailadres.") from None
        return text


PROFILE = Object(
    {
        "first_name": Text(150, required=False, label="Voornaam of voorletters"),
        "last_name": Text(150, label="Achternaam"),
        "salutation": Text(80, required=False, label="Zo spreken wij u aan", help="Bijvoorbeeld: mevrouw Vos."),
        "language": Choice(
            User.Language.values, label="Taal", names=dict(User.Language.choices),
            help="Voor de mails die u krijgt, en voor pagina’s die er in die taal zijn.",
        ),
        "mail_preference": Choice(
            User.MailPreference.values, label="Wanneer wilt u mail?", names=dict(User.MailPreference.choices),
            help="Mail die de wet vraagt en mail over uw account krijgt u altijd meteen.",
        ),
    }
)  # fmt: skip
EMAIL = Object(
    {
        "email": _Email(254, label="Nieuw e-mailadres"),
        "password": Secret(label="Uw wachtwoord van nu", required=False),
    }
)
TAKEN = "Dit e-mailadres is intussen in gebruik."
TOO_MANY = "U vroeg te vaak om een ander e-mailadres."


def stored_profile(user: User) -> dict[str, Any]:
    """The same document of this person as it is now."""
    return {
        "firstName": user.first_name,
        "lastName": user.last_name,
        "salutation": user.salutation,
        "language": user.language or User.Language.DUTCH,
        "mailPreference": user.mail_preference,
    }


@partial(
    PersonAct[User],
    ActDeclaration(
        verb="user.profile", title="Wijzig uw profiel", who=WHO, reads=PROFILE, stored=stored_profile, person="Dit"
    ),
)
def change_profile(doing: Doing[User]) -> Done[User]:
    """The person with this profile; the trail says which parts changed and not into what."""
    doing.problems.refuse()
    user, changed = doing.target, []
    for name in PROFILE.fields:
        value = doing.data[name] or ""
        if getattr(user, name) != value:
            setattr(user, name, value)
            changed.append(name)
    if changed:
        user.save(update_fields=changed)
    return Done(user, changes=changed, unchanged=not changed)


@partial(
    ProvenAct[AccountLink],
    ActDeclaration(verb="user.email-ask", title="Vraag een ander e-mailadres", who=WHO, reads=EMAIL, person="Dit"),
)
def ask_email(doing: Doing[User]) -> Done[AccountLink]:
    """A link to the new address: until it is used the old one stays. Whether others have it is not told."""
    doing.problems.refuse()
    address = doing.data["email"]
    if address.casefold() == doing.target.email.casefold():
        raise refuse("unchanged", "Dit is al uw e-mailadres.", "email")
    if wait := rate_limits.wait_for(rate_limits.RESET, f"person {doing.target.pk}"):
        raise too_many(wait, TOO_MANY)
    row = links.ask(AccountLink.Kind.EMAIL, address, doing.target)
    jobs.wake_after_commit()
    return Done(row)


class _Confirming(OwnAct[AccountLink, User]):
    """An act on a link that was mailed to who is signed in."""

    def __call__(self, actor: Actor, *, public_id: UUID, token: str) -> User:
        """The person with the new address. Raises Refused."""
        named = (public_id, token)
        return self.carry_out(actor, named, document=None, expected_version=None, typed=False, once=None)

    def lock(self, actor: Actor, named: tuple[UUID, str]) -> AccountLink:
        """The link of this person. Raises Refused."""
        user = own_person(actor)
        row = links.find(AccountLink.Kind.EMAIL, *named, lock=True)
        if row is None or row.user_id != user.pk:
            raise no_link()
        return row


@partial(
    _Confirming,
    ActDeclaration(verb="user.email", title="Bevestig uw nieuwe e-mailadres", who=WHO, person="Dit"),
)
def confirm_email(doing: Doing[AccountLink]) -> Done[User]:
    """The person with the new address; the old one is told."""
    row, user = doing.target, doing.person
    taken = conflict("unique", TAKEN)
    if User.objects.filter(email__iexact=row.address).exclude(pk=user.pk).exists():
        raise taken
    links.use(row)
    user = User.objects.get(pk=user.pk)
    before, user.email = user.email, row.address
    with unless_taken(taken):
        user.save(update_fields=["email"])
    telling.warn("email-changed", user, address=before)
    return Done(user, changes=["email"])
