"""The first administrator of a fresh installation: a link that `manage.py setup` prints, once, for a day."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse

from mvi_dashboard.ground import access, accounts, audit, clock
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.acts import Act, ActDeclaration, Doing, Done, by_command
from mvi_dashboard.ground.models import Organisation, Role, SetupLink, User
from mvi_dashboard.ground.problems import Problem, Refused, conflict, not_found
from mvi_dashboard.ground.shapes import Object, Text

from . import links
from .accepting import NAME, PASSWORD, check_password_twice, create_person

HOLDS = timedelta(hours=24)
SETTING_UP = Object(
    {
        "organisation_name": Text(
            200, label="Naam van uw organisatie", help="Bijvoorbeeld Gemeente Voorbeeldstad."
        ),
        "organisation_code": Text(
            60, label="Code van uw organisatie", help="Kort, met kleine letters. Bijvoorbeeld voorbeeldstad."
        ),
        **NAME,
        "email": Text(150, label="E-mail", help="Hiermee logt u straks in."),
        **PASSWORD,
    }
)
DONE_ALREADY = "Dit systeem is al ingericht. Log in, of vraag uw beheerder om een uitnodiging."
OVER = "Deze link is verlopen: hij werkt 24 uur. Maak een nieuwe met manage.py setup."


@by_command(ActDeclaration(verb="installation.link", title="Maak een link om in te richten", commands=("setup",)))
@transaction.atomic
def new_link() -> str:
    """The path of a new link; one of before is worth nothing. Raises Refused when there are people already."""
    if is_set_up():
        raise conflict("already_set_up", "There are people already: use create_user, or an invitation.")
    now = clock.now()
    SetupLink.objects.filter(used_at=None, expires_at__gt=now).update(expires_at=now)
    text = secrets.token_urlsafe(32)
    made = SetupLink.objects.create(sha256=links.stored(text), created_at=now, expires_at=now + HOLDS)
    audit.record(audit.SYSTEM, "installation.link", made, organisation=None)
    return reverse("setup", args=[text])


def is_set_up() -> bool:
    """Whether there is a person: then nobody makes a first one."""
    return User.objects.exists()


def known_link(link: str) -> SetupLink:
    """The link, for its page. Raises Refused: absent, over, or there are people already."""
    return _judged(SetupLink.objects.filter(sha256=links.stored(link)).first())


class _SettingUp(Act[SetupLink, Organisation]):
    """An act of who has the link."""

    def __call__(
        self, actor: Actor, *, link: str, document: Mapping[str, Any], typed: bool = False
    ) -> Organisation:
        """The first organisation. Raises Refused with every problem."""
        return self.carry_out(actor, link, document=document, expected_version=None, typed=typed, once=None)

    def lock(self, actor: Actor, named: str) -> SetupLink:
        """Raises Refused: absent, over, or there are people already."""
        return _judged(SetupLink.objects.select_for_update().filter(sha256=links.stored(named)).first())


@partial(
    _SettingUp,
    ActDeclaration(
        verb="installation.setup",
        title="Richt het systeem in",
        who="who has the link that `manage.py setup` printed, while there is nobody yet",
        reads=SETTING_UP,
    ),
)
def set_up(doing: Doing[SetupLink]) -> Done[Organisation]:
    """The first organisation, with its first administrator, who administers the installation too."""
    data = doing.data
    email = str(data.get("email") or "").strip().lower()
    if email:
        try:
            validate_email(email)
        except ValidationError:
            doing.problems.note(("email",), "invalid", "Dit is geen e-mailadres.")
    check_password_twice(data, doing.problems)
    if data.get("organisation_code"):
        found = accounts.check_organisation(data["organisation_code"], data.get("organisation_name") or "")
        doing.problems += _at_their_inputs(found)
    if data.get("password"):
        names = {name: data.get(name) or "" for name in NAME}
        doing.problems += accounts.check_password(data["password"], User(username=email, email=email, **names))
    doing.problems.refuse()
    organisation = _organisation(data)
    person = create_person(data, email)
    person.is_superuser = person.is_staff = True
    person.save(update_fields=["is_superuser", "is_staff"])
    accounts.add_membership(
        audit.SYSTEM, user=person, role=Role.ORGANISATION_ADMINISTRATOR, organisation=organisation
    )
    doing.target.used_at = doing.now
    doing.target.save(update_fields=["used_at"])
    doing.actor = access.actor_of_user(person)
    return Done(organisation, about=doing.target, changes={"organisation": organisation.code})


def _organisation(data: Mapping[str, Any]) -> Organisation:
    try:
        return accounts.create_organisation(
            audit.SYSTEM, code=data["organisation_code"], name=data["organisation_name"]
        )
    except Refused as refused:
        raise Refused(_at_their_inputs(refused.problems), refused.kind) from None


def _at_their_inputs(found: Iterable[Problem]) -> list[Problem]:
    names = {"code": "organisationCode", "name": "organisationName"}
    return [Problem((names[str(each.attr)],), each.code, each.detail) for each in found]


def _judged(link: SetupLink | None) -> SetupLink:
    if link is None:
        raise not_found()
    if is_set_up():
        raise conflict("already_set_up", DONE_ALREADY)
    if link.used_at is not None or link.expires_at <= clock.now():
        raise conflict("expired", OVER)
    return link
