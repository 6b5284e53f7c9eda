"""Making a key and renewing one: its text is shown once, in the answer to who made it, and is stored nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from mvi_dashboard.ground import accounts
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.acts import Act, ActDeclaration, Doing, Done
from mvi_dashboard.ground.idempotency import Once
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.models import ApiToken, Role
from mvi_dashboard.ground.people.places import Place
from mvi_dashboard.ground.problems import conflict, forbidden, refuse
from mvi_dashboard.ground.shapes import Choice, Code, Integer, Object, Text

from . import listing
from .places import Whose, name_of, places_for, require_places_for, roles_for

OVERLAP = timedelta(days=7)
"""so long the old key still opens the door after it was renewed, so that a system can change over"""
WHO = "each person, in its own roles; organisation-administrator and supplier, for systems of the own place"
_DAYS = Integer(
    min=1,
    max=accounts.LONGEST_DAYS,
    required=False,
    default=accounts.USUAL_DAYS,
    label="Geldig",
    unit="dagen",
    help="Hoogstens 366 dagen. Leeg: 90 dagen.",
)
KEY = Object(
    {
        "whose": Choice(list(Whose), label="Voor wie"),
        "place": Code(60, required=False, label="Plaats", help="Alleen nodig voor wie op meer plaatsen werkt."),
        "role": Choice(Role.values, label="Rol"),
        "name": Text(100, label="Naam", help="Waar is de sleutel voor? Bijvoorbeeld: energiekoppeling."),
        "days": _DAYS,
    }
)
RENEWAL = Object({"days": _DAYS})


@dataclass(frozen=True)
class Maker:
    """A place at which somebody makes a key."""

    place: Place
    roles: tuple[Role, ...]
    whose: str


class _Making(Act[Maker, ApiToken]):
    """An act at a place, by who may make keys there."""

    def __call__(
        self, actor: Actor, *, document: Mapping[str, Any], typed: bool = False, once: Once | None = None
    ) -> ApiToken:
        """The key, with its text. Raises Refused with every problem."""
        named = (document.get("whose"), document.get("place"))
        return self.carry_out(actor, named, document=document, expected_version=None, typed=typed, once=once)

    def lock(self, actor: Actor, named: tuple[Any, Any]) -> Maker:
        """Raises Refused: forbidden, or several places."""
        whose = Whose.SYSTEM if named[0] == Whose.SYSTEM else Whose.OWN
        places = require_places_for(actor, whose)
        code = named[1] if isinstance(named[1], str) and named[1] else None
        # Roles of the installation as a whole are at no place, so without one these are meant.
        whole = [each for each in places if not each.code]
        found = (whole or places) if code is None else [each for each in places if each.code == code]
        if not found:
            raise refuse("does_not_exist", "Hier kunt u geen sleutel maken: kies een van uw plaatsen.", "place")
        if len(found) > 1:
            raise refuse("required", "U werkt op meer plaatsen: kies voor welke de sleutel is.", "place")
        return Maker(found[0], roles_for(actor, found[0], whose), whose)


@partial(
    _Making,
    ActDeclaration(
        verb="token.create",
        title="Maak een sleutel voor de API",
        who=WHO,
        reads=KEY,
        person="Een sleutel maken",
        status=201,
        commands=("create_api_token",),
    ),
)
def make_key(doing: Doing[Maker]) -> Done[ApiToken]:
    """The key, with its text: never again after this."""
    data, maker = doing.data, doing.target
    role = data.get("role")
    if role is not None and role not in maker.roles:
        detail = worded(
            "Met de rol {role} kunt u bij {place} geen sleutel maken.",
            role=worded(str(Role(role).label)),
            place=name_of(maker.place),
        )
        if maker.whose == Whose.SYSTEM:
            detail += worded(" Een sleutel van een systeem leest geen inschrijvingen en beheert niets.")
        doing.problems.note(("role",), "invalid_choice", detail)
    doing.problems.refuse()
    made = accounts.issue_token(
        role=data["role"],
        **maker.place.fields,
        user=doing.person if maker.whose == Whose.OWN else None,
        name=data["name"],
        days=data["days"],
        made_by=doing.person,
    )
    return Done(made, changes=_said(made))


class OnAKey(Act[ApiToken, ApiToken]):
    """An act on one key that holds."""

    def __call__(
        self,
        actor: Actor,
        *,
        key_id: UUID | str,
        document: Mapping[str, Any],
        typed: bool = False,
        once: Once | None = None,
    ) -> ApiToken:
        """The key. Raises Refused with every problem."""
        return self.carry_out(actor, key_id, document=document, expected_version=None, typed=typed, once=once)

    to_end = False

    def lock(self, actor: Actor, named: UUID | str) -> ApiToken:
        """Raises Refused: absent."""
        found = listing.get_key(actor, named, to_end=self.to_end)
        rows = ApiToken.objects.select_for_update(of=("self",)).select_related("organisation", "supplier", "user")
        row: ApiToken = rows.get(pk=found.pk)
        return row


class _Renewing(OnAKey):
    """An act on a key that one could make oneself."""

    def lock(self, actor: Actor, named: UUID | str) -> ApiToken:
        """Raises Refused: absent; forbidden for the own key of another, and for a role that one may not give."""
        found = super().lock(actor, named)
        whose = Whose.OWN if found.user_id is not None else Whose.SYSTEM
        # A key that somebody had before its firm was merged keeps the row of that firm, and goes along with it.
        place = Place(found.organisation, found.supplier and (found.supplier.merged_into or found.supplier))
        theirs = found.user_id is not None and found.user != actor.user
        if actor.by_token or theirs or place not in places_for(actor, whose):
            raise forbidden("Vernieuwen kan alleen wie deze sleutel ook zelf kan maken.")
        if found.role not in roles_for(actor, place, whose):
            raise forbidden(
                worded(
                    "Met de rol {role} kunt u hier geen sleutel maken.", role=worded(str(Role(found.role).label))
                )
            )
        return found

    def require_state(self, target: ApiToken) -> None:
        """Raises Refused 409 when it is revoked already."""
        if target.revoked_at is not None:
            raise conflict("already_ended", "Deze sleutel is ingetrokken: maak een nieuwe.")


@partial(
    _Renewing,
    ActDeclaration(
        verb="token.renew",
        title="Vernieuw een sleutel",
        who="who could make it",
        reads=RENEWAL,
        person="Een sleutel vernieuwen",
        status=201,
    ),
)
def renew_key(doing: Doing[ApiToken]) -> Done[ApiToken]:
    """A new key with its text in the place of an old one, which ends within a week."""
    doing.problems.refuse()
    old = doing.target
    made = accounts.issue_token(
        old.role,
        old.organisation,
        old.supplier,
        old.user,
        old.name,
        doing.data["days"],
        made_by=doing.person,
    )
    last = doing.now + OVERLAP
    if old.expires_at > last:
        old.expires_at = last
        old.save(update_fields=["expires_at"])
    return Done(made, changes={**_said(made), "instead_of": old.prefix})


def _said(key: ApiToken) -> dict[str, Any]:
    return {"prefix": key.prefix, "role": key.role}
