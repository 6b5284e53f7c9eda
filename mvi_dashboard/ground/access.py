"""Who may do what, decided here and nowhere else: roles x acts, and the organisations that an act reaches.

Reading reaches the children of an organisation, acting never does (docs/security.md).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from . import clock
from .models import ApiToken, Deputy, Membership, Organisation, Role, User
from .problems import Kind, forbidden, not_found, refuse

# Acts. Those that read reach children; the others hold for the organisation itself.
TENDER_READ, TENDER_EDIT, TENDER_OPEN, TENDER_DECIDE = (
    "tender.read",
    "tender.edit",
    "tender.open",
    "tender.decide",
)
BID_READ, BID_SUBMIT = "bid.read", "bid.submit"
CONTRACT_READ, CONTRACT_EDIT, CONTRACT_LOG = "contract.read", "contract.edit", "contract.log"
REPORT_READ, AUDIT_READ = "report.read", "audit.read"
NATIONAL_READ = "national.read"
REFERENCE_EDIT = "reference.edit"
CATEGORY_EDIT = "category.edit"
ASSUMPTIONS_ADOPT = "assumptions.adopt"
ADMINISTER = "organisation.administer"
# Who works for a supplier looks after the colleagues there.
COLLEAGUES = "supplier.colleagues"
# A gate of a tender is decided by who pays: the commissioner.
GATE_DECIDE = "gate.decide"
# Saying something for the organisation, which starts no long work.
STATING = frozenset({ASSUMPTIONS_ADOPT, CATEGORY_EDIT})
READING = frozenset({TENDER_READ, BID_READ, CONTRACT_READ, REPORT_READ, AUDIT_READ})

_READS_RESULTS = frozenset({CONTRACT_READ, REPORT_READ})
ACTS: dict[str, frozenset[str]] = {
    Role.PROCUREMENT_OFFICER: frozenset(
        {
            TENDER_READ,
            TENDER_EDIT,
            TENDER_OPEN,
            TENDER_DECIDE,
            BID_READ,
            CONTRACT_READ,
            REPORT_READ,
            ASSUMPTIONS_ADOPT,
        }
    ),
    Role.CONTRACT_MANAGER: frozenset({CONTRACT_READ, CONTRACT_EDIT, CONTRACT_LOG, REPORT_READ}),
    Role.FACILITY_MANAGER: frozenset({CONTRACT_READ, CONTRACT_LOG}),
    Role.POLICY_OFFICER: _READS_RESULTS | {ASSUMPTIONS_ADOPT, CATEGORY_EDIT},
    Role.CATEGORY_MANAGER: _READS_RESULTS | {CATEGORY_EDIT},
    Role.MVI_COORDINATOR: _READS_RESULTS | {ASSUMPTIONS_ADOPT},
    Role.BUDGET_HOLDER: _READS_RESULTS,
    Role.REVIEWER: frozenset({TENDER_READ, BID_READ}),
    Role.COMMISSIONER: _READS_RESULTS | {TENDER_READ, GATE_DECIDE},
    Role.AUDITOR: READING,
    Role.ORGANISATION_ADMINISTRATOR: frozenset(
        {
            ADMINISTER,
            CATEGORY_EDIT,
            TENDER_READ,
            CONTRACT_READ,
            REPORT_READ,
            AUDIT_READ,
            ASSUMPTIONS_ADOPT,
        }
    ),
    Role.REFERENCE_MANAGER: frozenset({REFERENCE_EDIT}),
    Role.NATIONAL_VIEWER: frozenset({NATIONAL_READ}),
    Role.SUPPLIER: frozenset({BID_SUBMIT, COLLEAGUES}),
}


@dataclass(frozen=True)
class Grant:
    """One role somewhere: at an organisation, at a supplier, or for the whole installation."""

    role: str
    organisation_id: int | None = None
    path: str = ""
    supplier_id: int | None = None
    ended: bool = field(default=False, compare=False)
    """whether the organisation is no more: then its roles only read"""
    carries_on: bool = field(default=False, compare=False)
    """whether the organisation goes on with the work of others that are no more"""

    @property
    def acts(self) -> frozenset[str]:
        """What may be done by it."""
        found = ACTS.get(self.role, frozenset())
        return found & READING if self.ended else found


@dataclass(frozen=True)
class Actor:
    """Whoever asks: a person with a session, or a token with or without a person.

    `key` stands in the audit trail; `user` is None for a token of a system.
    """

    key: str
    grants: tuple[Grant, ...] = ()
    user: User | None = None
    label: str = ""
    by_token: bool = False
    """Whether a key asks: it never administers the installation, whoever its person is."""
    requires_second_factor: bool = False
    """whether a role of this person is one for which its organisation requires a second factor"""
    _reach: dict[str, frozenset[int]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def is_anonymous(self) -> bool:
        """Whether nobody signed in."""
        return not self.key

    @property
    def owes_second_factor(self) -> bool:
        """Whether this person must set up a second factor before anything else."""
        return self.requires_second_factor and self.user is not None and self.user.second_factor_at is None

    @property
    def is_person(self) -> bool:
        """Whether a person acts: opening, deciding and finalising ask for one."""
        return self.user is not None

    @cached_property
    def acts(self) -> frozenset[str]:
        """All acts that this actor may do somewhere."""
        return frozenset(act for grant in self.grants for act in grant.acts)

    @cached_property
    def roles(self) -> frozenset[str]:
        """The roles that this actor has somewhere."""
        return frozenset(grant.role for grant in self.grants)

    @property
    def supplier_id(self) -> int | None:
        """The supplier that this actor acts for, if any."""
        return next((g.supplier_id for g in self.grants if g.supplier_id is not None), None)

    @property
    def organisation_ids(self) -> tuple[int, ...]:
        """The organisations where this actor has a role, without their children."""
        return tuple(dict.fromkeys(g.organisation_id for g in self.grants if g.organisation_id is not None))

    def organisations_for(self, act: str) -> frozenset[int]:
        """Ids of the organisations where this actor may do `act` (reading: with their children).

        With what was handed over by organisations that are no more: there one goes on, and begins nothing new.
        """
        if act not in self._reach:
            self._reach[act] = self._find_reach(act)
        return self._reach[act]

    def own_for(self, act: str) -> frozenset[int]:
        """Ids of the organisations where this actor may begin something new by `act`: those of its own roles."""
        return frozenset(grant.organisation_id for grant in self._at_organisations(act) if grant.organisation_id)

    def may(self, act: str, organisation_id: int | None = None) -> bool:
        """Whether this actor may do `act`, at this organisation (None: anywhere)."""
        if organisation_id is None:
            return act in self.acts
        return organisation_id in self.organisations_for(act)

    def _find_reach(self, act: str) -> frozenset[int]:
        grants = self._at_organisations(act)
        if act in READING and grants:
            return self.own_for(act) | self._family(tuple(sorted({grant.path for grant in grants})))
        carriers = [grant.organisation_id for grant in grants if grant.carries_on]
        if not carriers:
            return self.own_for(act)
        handed_over = Organisation.objects.filter(carried_by__in=carriers).values_list("id", flat=True)
        return self.own_for(act) | frozenset(handed_over)

    def _at_organisations(self, act: str) -> list[Grant]:
        return [grant for grant in self.grants if grant.organisation_id is not None and act in grant.acts]

    def _family(self, paths: tuple[str, ...]) -> frozenset[int]:
        """The organisations at and below these places; one query for all acts that reach the same ones."""
        key = "family of " + " ".join(paths)
        if key not in self._reach:
            below = Q()
            for path in paths:
                below |= Q(path__startswith=path)
            self._reach[key] = frozenset(Organisation.objects.filter(below).values_list("id", flat=True))
        return self._reach[key]


NOBODY = Actor(key="")


def actor_of_user(user: Any) -> Actor:
    """The actor of a signed-in person, with all memberships that hold today; NOBODY for anonymous."""
    if user is None or not getattr(user, "is_authenticated", False):
        return NOBODY
    # Memberships are dated by the day: the host's clock is near enough and costs no query.
    today = clock.local_date(datetime.now(UTC))
    own = Membership.objects.filter(user=user).select_related("organisation__settings")
    memberships = own.union(_roles_stood_in(user, today).select_related("organisation__settings"))
    held = [row for row in memberships if holds_on(row, today)]
    required = any(_requires_second_factor(row) for row in held)
    grants = tuple(dict.fromkeys(_grant(row.role, row.organisation, row.supplier_id, today) for row in held))
    return Actor(str(user.actor_key), grants, user, str(user), requires_second_factor=required)


def actor_of_token(token: ApiToken) -> Actor:
    """The actor of a token: its one role, and its person when it has one.

    A person's token counts only while that person has the role at that place.
    """
    today = clock.local_date(datetime.now(UTC))
    grant = _grant(token.role, token.organisation, token.supplier_id, today)
    if token.user is None:
        return Actor(str(token.actor_key), (grant,), None, token.name or token.prefix, by_token=True)
    person = actor_of_user(token.user)
    grants = (grant,) if grant in person.grants else ()
    return Actor(person.key, grants, token.user, person.label, by_token=True)


def administers_installation(actor: Actor) -> bool:
    """Whether this is an administrator of the installation, who signed in: makes organisations, reads nothing."""
    return actor.user is not None and not actor.by_token and actor.user.is_active and actor.user.is_superuser


def require(actor: Actor, act: str, organisation_id: int | None = None) -> None:
    """Refuse (401 or 403) unless this actor may do `act` here."""
    if actor.is_anonymous:
        raise refuse("not_authenticated", "U bent niet ingelogd.", kind=Kind.NOT_AUTHENTICATED)
    if not actor.may(act, organisation_id):
        raise forbidden()


def require_visible(actor: Actor, act: str, read_act: str, organisation_id: int) -> None:
    """Refuse as absent (404) what one may not see, and as forbidden (403) what one may see but not do."""
    if actor.may(act, organisation_id):
        return
    raise forbidden() if actor.may(read_act, organisation_id) else not_found()


def still_may(act: str, person: str, organisation: str) -> Exists:
    """A condition on rows of what somebody said: whether that person may still do `act` there today.

    `person` and `organisation` name the fields of the row. For acts only: reading reaches further than this.
    """
    there = OuterRef(organisation)
    held = _held_today(*_roles_with(act)).filter(_not_ended())
    held = held.filter(Q(organisation=there) | Q(organisation__carried=there))
    stands_in = Deputy.objects.filter(
        _standing(clock.local_date(clock.host_now())),
        person=OuterRef("user"),
        organisation=OuterRef("organisation"),
        deputy=OuterRef(OuterRef(person)),
        deputy__is_active=True,
    )
    by_deputy = Q(Exists(stands_in)) & ~Q(role=Role.ORGANISATION_ADMINISTRATOR)
    return Exists(held.filter(Q(user=OuterRef(person)) | by_deputy))


def people_who_may(act: str, *organisation_ids: int | None) -> QuerySet[User]:
    """The persons with a role at one of these organisations by which they may do `act` there today.

    None stands for the installation as a whole. Who reads there by a role at a parent is not among them.
    """
    there = [pk for pk in organisation_ids if pk is not None]
    place = Q(organisation__in=there) | Q(organisation__carried__in=there)
    if None in organisation_ids:
        place |= Q(organisation__isnull=True, supplier__isnull=True)
    held = _held_today(*_roles_with(act)).filter(place)
    return _persons(held if act in READING else held.filter(_not_ended()))


def people_in(*roles: Role) -> QuerySet[User]:
    """The persons who have one of these roles today, at whatever place."""
    return _persons(_held_today(*roles))


def people_of_suppliers(*supplier_ids: int) -> dict[int, list[User]]:
    """The persons who act for each of these suppliers today, by its id; one query."""
    held = _held_today(*_roles_with(BID_SUBMIT)).filter(supplier__in=supplier_ids)
    found: dict[int, list[User]] = {}
    for membership in held.select_related("user").order_by("user"):
        if membership.supplier_id is not None:
            found.setdefault(membership.supplier_id, []).append(membership.user)
    return found


def people_behind(*keys: str) -> list[User]:
    """The persons who act under these keys and may sign in; a key of a system is nobody."""
    known = [UUID(key) for key in keys if _is_uuid(key)]
    return list(User.objects.filter(actor_key__in=known, is_active=True).order_by("pk")) if known else []


def _held_today(*roles: str) -> QuerySet[Membership]:
    """The memberships with one of these roles that count today, of who may sign in."""
    today = clock.local_date(clock.host_now())
    return Membership.objects.filter(_holding(today), role__in=roles, user__is_active=True)


def _not_ended() -> Q:
    """Of memberships: that their organisation is still there."""
    today = clock.local_date(clock.host_now())
    return Q(organisation__valid_to=None) | Q(organisation__valid_to__gte=today)


def _roles_with(act: str) -> list[str]:
    return [role for role, acts in ACTS.items() if act in acts]


def _persons(held: QuerySet[Membership]) -> QuerySet[User]:
    """Who has these roles, and who stands in for them today."""
    for_whom = held.filter(user=OuterRef("person"), organisation=OuterRef("organisation"))
    stand_in = Deputy.objects.filter(
        _standing(clock.local_date(clock.host_now())),
        Exists(for_whom.exclude(role=Role.ORGANISATION_ADMINISTRATOR)),
    )
    found = Q(pk__in=held.values("user")) | Q(pk__in=stand_in.values("deputy"), is_active=True)
    return User.objects.filter(found).order_by("pk")


def _is_uuid(key: str) -> bool:
    try:
        UUID(key)
    except ValueError:
        return False
    return True


def _roles_stood_in(user: User, today: date) -> QuerySet[Membership]:
    """The roles that this person has today as a deputy: of a person who is not blocked, at that place.

    Whoever stands in administers nothing: that is handed over by giving the role.
    """
    return Membership.objects.filter(
        _holding(today),
        user__is_active=True,
        user__deputies__deputy=user,
        user__deputies__organisation=F("organisation"),
        user__deputies__first_day__lte=today,
        user__deputies__last_day__gte=today,
        user__deputies__ended_at=None,
    ).exclude(role=Role.ORGANISATION_ADMINISTRATOR)


def _standing(today: date) -> Q:
    return Q(first_day__lte=today, last_day__gte=today, ended_at=None)


def _holding(today: date) -> Q:
    """Of memberships: that they hold on this day, as `holds_on` says it of one."""
    begun, not_over = Q(valid_from=None) | Q(valid_from__lte=today), Q(valid_to=None) | Q(valid_to__gte=today)
    return begun & not_over & Q(ended_at=None)


def own_organisation(actor: Actor, act: str) -> int:
    """The one organisation where this actor may do `act`; who works for more must say which.

    Raises Refused: 403 when there is none, 400 when there are several.
    """
    require(actor, act)
    places = sorted(actor.own_for(act))
    if not places:
        raise forbidden()
    if len(places) > 1:
        raise refuse("required", "U werkt voor meer organisaties: kies voor welke u dit doet.", "organisation")
    return places[0]


def _grant(role: str, place: Organisation | None, supplier_id: int | None, today: date) -> Grant:
    if place is None:
        return Grant(role, supplier_id=supplier_id)
    ended = place.valid_to is not None and place.valid_to < today
    return Grant(role, place.pk, place.path, supplier_id, ended, place.carries_on)


def _requires_second_factor(membership: Membership) -> bool:
    if membership.organisation is None:
        return membership.role in settings.TOTP_ROLES
    # Without a row of settings there is no such attribute, and no query either.
    decided = getattr(membership.organisation, "settings", None)
    return decided is not None and membership.role in decided.totp_roles


def holds_on(membership: Membership, day: date) -> bool:
    """Whether this role counts on this day: within its dates, and not ended on the spot."""
    return membership.ended_at is None and (membership.valid_from or day) <= day <= (membership.valid_to or day)
