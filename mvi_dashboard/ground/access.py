"""Who may do what, decided here and nowhere else: roles x acts, and the organisations that an act reaches.

Reading reaches the children of an organisation, acting never does (docs/security.md).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from . import clock
from .memberships import held_today, holds_on, not_ended, persons_with, roles_stood_in, standing
from .models import ApiToken, Deputy, Membership, Organisation, Role, User
from .practice.places import in_practice
from .problems import Kind, forbidden, not_found, refuse
from .suppliers.families import firm_now, merged_with, people_by_firm, with_others

# Acts. Those that read reach children; the others hold for the organisation itself.
TENDER_READ, TENDER_EDIT, TENDER_OPEN, TENDER_DECIDE = (
    "tender.read",
    "tender.edit",
    "tender.open",
    "tender.decide",
)
BID_READ, BID_SUBMIT = "bid.read", "bid.submit"
CONTRACT_READ, CONTRACT_EDIT, CONTRACT_LOG = "contract.read", "contract.edit", "contract.log"
# A contract that was there already is entered by who manages it or by who bought it.
CONTRACT_REGISTER = "contract.register"
REPORT_READ, AUDIT_READ = "report.read", "audit.read"
NATIONAL_READ = "national.read"
REFERENCE_EDIT = "reference.edit"
CATEGORY_EDIT = "category.edit"
SPEND_EDIT = "spend.edit"
ASSUMPTIONS_ADOPT = "assumptions.adopt"
ADMINISTER = "organisation.administer"
# Who works for a supplier looks after the colleagues there.
COLLEAGUES = "supplier.colleagues"
# A gate of a tender is decided by who pays: the commissioner.
GATE_DECIDE = "gate.decide"
# Who practises administers nothing: people, roles and keys are real.
NOT_IN_PRACTICE = frozenset({ADMINISTER})
# Saying something for the organisation, which starts no long work.
STATING = frozenset({ASSUMPTIONS_ADOPT, CATEGORY_EDIT, SPEND_EDIT})
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
            CONTRACT_REGISTER,
            REPORT_READ,
            SPEND_EDIT,
            ASSUMPTIONS_ADOPT,
        }
    ),
    Role.CONTRACT_MANAGER: frozenset({CONTRACT_READ, CONTRACT_EDIT, CONTRACT_LOG, CONTRACT_REGISTER, REPORT_READ}),
    Role.FACILITY_MANAGER: frozenset({CONTRACT_READ, CONTRACT_LOG}),
    Role.POLICY_OFFICER: _READS_RESULTS | {ASSUMPTIONS_ADOPT, CATEGORY_EDIT, SPEND_EDIT},
    Role.CATEGORY_MANAGER: _READS_RESULTS | {CATEGORY_EDIT, SPEND_EDIT},
    Role.MVI_COORDINATOR: _READS_RESULTS | {ASSUMPTIONS_ADOPT, SPEND_EDIT},
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
    practising: bool = field(default=False, compare=False)

    @property
    def acts(self) -> frozenset[str]:
        """What may be done by it."""
        found = ACTS.get(self.role, frozenset())
        found = found & READING if self.ended else found
        return found - NOT_IN_PRACTICE if self.practising else found


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
    practice_id: int | None = None
    """the practice organisation in which this actor works, and nowhere else"""
    merged_suppliers: frozenset[int] = frozenset()
    """those that turned out to be the supplier that this actor acts for"""
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

    @cached_property
    def supplier_ids(self) -> frozenset[int]:
        """The same with what was merged into it: all of their rows are its own."""
        own = self.supplier_id
        return self.merged_suppliers if own is None else self.merged_suppliers | {own}

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


def actor_of_user(user: Any, practice_id: int | None = None) -> Actor:
    """The actor of a signed-in person, with all memberships that hold today; NOBODY for anonymous.

    Who practises has there the roles of the real organisation, and none elsewhere.
    """
    if user is None or not getattr(user, "is_authenticated", False):
        return NOBODY
    # Memberships are dated by the day: the host's clock is near enough and costs no query.
    today = clock.local_date(datetime.now(UTC))
    both = (Membership.objects.filter(user=user), roles_stood_in(user, today))
    own, stood_in = (with_others(rows.select_related("organisation__settings", "supplier")) for rows in both)
    memberships = own.union(stood_in)
    held = [row for row in memberships if holds_on(row, today)]
    required = any(_requires_second_factor(row) for row in held)
    grants = tuple(
        dict.fromkeys(_grant(row.role, row.organisation, firm_now(row.supplier), today) for row in held)
    )
    if practice_id is not None:
        grants = in_practice(grants, practice_id)
    actor = Actor(str(user.actor_key), grants, user, str(user), False, required, practice_id)
    return replace(actor, merged_suppliers=merged_with(actor.supplier_id, held))


def actor_of_token(token: ApiToken) -> Actor:
    """The actor of a token: its one role, and its person when it has one.

    A person's token counts only while that person has the role at that place.
    """
    today = clock.local_date(datetime.now(UTC))
    firm = firm_now(token.supplier)
    grant = _grant(token.role, token.organisation, firm, today)
    merged = merged_with(firm, [token])
    if token.user is None:
        label = token.name or token.prefix
        return Actor(str(token.actor_key), (grant,), label=label, by_token=True, merged_suppliers=merged)
    person = actor_of_user(token.user)
    if grant not in person.grants:
        return Actor(person.key, (), token.user, person.label, by_token=True)
    return Actor(person.key, (grant,), token.user, person.label, by_token=True, merged_suppliers=merged)


def administers_installation(actor: Actor) -> bool:
    """Whether this is an administrator of the installation, who signed in: makes organisations, reads nothing."""
    signed_in = actor.user is not None and not actor.by_token and actor.practice_id is None
    return signed_in and actor.user is not None and actor.user.is_active and actor.user.is_superuser


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
    held = held_today(*_roles_with(act)).filter(not_ended())
    held = held.filter(Q(organisation=there) | Q(organisation__carried=there) | Q(organisation__practices=there))
    stands_in = Deputy.objects.filter(
        standing(clock.local_date(clock.host_now())),
        person=OuterRef("user"),
        organisation=OuterRef("organisation"),
        deputy=OuterRef(OuterRef(person)),
        deputy__is_active=True,
    )
    by_deputy = Q(Exists(stands_in)) & ~Q(role=Role.ORGANISATION_ADMINISTRATOR)
    return Exists(held.filter(Q(user=OuterRef(person)) | by_deputy))


def people_who_may(act: str, *organisation_ids: int | None) -> QuerySet[User]:
    """The persons with a role at one of these organisations by which they may do `act` there today.

    None stands for the installation as a whole. Who reads there by a role at a parent is not among them. At a
    practice organisation it is who may do so at the real one, until it is emptied.
    """
    there = [pk for pk in organisation_ids if pk is not None]
    practices = Organisation.objects.filter(pk__in=there, practice_of__isnull=False, practice_emptied_at=None)
    place = Q(organisation__in=there) | Q(organisation__carried__in=there)
    place |= Q(organisation__in=practices.values("practice_of"))
    if None in organisation_ids:
        place |= Q(organisation__isnull=True, supplier__isnull=True)
    held = held_today(*_roles_with(act)).filter(place)
    return persons_with(held if act in READING else held.filter(not_ended()))


def people_in(*roles: Role) -> QuerySet[User]:
    """The persons who have one of these roles today, at whatever place."""
    return persons_with(held_today(*roles))


def people_of_suppliers(*supplier_ids: int) -> dict[int, list[User]]:
    """The persons who act for each of these suppliers today, by its id; two queries at most."""
    return people_by_firm(held_today(*_roles_with(BID_SUBMIT)), supplier_ids)


def people_behind(*keys: str) -> list[User]:
    """The persons who act under these keys and may sign in; a key of a system is nobody."""
    known = [UUID(key) for key in keys if _is_uuid(key)]
    return list(User.objects.filter(actor_key__in=known, is_active=True).order_by("pk")) if known else []


def _roles_with(act: str) -> list[str]:
    return [role for role, acts in ACTS.items() if act in acts]


def _is_uuid(key: str) -> bool:
    try:
        UUID(key)
    except ValueError:
        return False
    return True


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


def place_named(actor: Actor, act: str, code: str, otherwise: str) -> int:
    """The organisation for which this actor does `act`: the only one, or the one with this code.

    Raises Refused, saying `otherwise` of one where it may not be done.
    """
    if not code:
        return own_organisation(actor, act)
    found = Organisation.objects.filter(code=code).values_list("pk", flat=True).first()
    if found is None or found not in actor.own_for(act):
        raise refuse("does_not_exist", otherwise, "organisation")
    return int(found)


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
