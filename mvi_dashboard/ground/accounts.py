"""Who takes part: organisations, suppliers, persons, their roles and their tokens (`taking_back` ends them).

The commands act as the system; a person needs the right to administer the organisation at hand.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email, validate_slug
from django.db import transaction

from . import access, audit, clock
from .access import Actor
from .acts import ActDeclaration, by_command
from .languages import worded
from .models import ApiToken, Membership, Organisation, Role, Supplier, User
from .organisations.tree import new_organisation
from .problems import Problem, Refused, forbidden
from .shapes import is_blank
from .suppliers.duplicates import known_by_number
from .suppliers.families import firm_now
from .suppliers.firms import new_firm
from .suppliers.numbers import HOME, LONGEST_NUMBER, check_number

WITHOUT_PLACE = frozenset({Role.NATIONAL_VIEWER, Role.REFERENCE_MANAGER})
TOKEN_PREFIX = "mvi_"  # noqa: S105 - the visible start of every token
_SHOWN = 12
PRACTICE_HAS_NO_ROLES = (
    "In een oefenomgeving hebben mensen de rollen van de echte organisatie: geef de rol daar, niet hier."
)
USUAL_DAYS = 90
LONGEST_DAYS = 366


@transaction.atomic
def create_organisation(
    actor: Actor,
    *,
    code: str,
    name: str = "",
    kind: str = "",
    parent: Organisation | None = None,
    national_share: str = Organisation.NationalShare.TOTALS,
    valid_from: date | None = None,
    practice_of: Organisation | None = None,
) -> Organisation:
    """A new organisation in the tree by command, or one to practise in beside it; on pages `organisations.making`.

    Raises Refused with all problems.
    """
    _only_the_system(actor)
    problems = check_organisation(code, name)
    if parent is not None and parent.practice_of_id is not None:
        problems.append(Problem(("parent",), "invalid", "Onder een oefenomgeving komt geen organisatie."))
    if national_share not in Organisation.NationalShare.values:
        shares = ", ".join(Organisation.NationalShare.values)
        problems.append(Problem(("nationalShare",), "invalid_choice", f"Kies uit: {shares}."))
    _raise(problems)
    organisation = new_organisation(
        code=code,
        name=name,
        kind=kind,
        parent=parent,
        national_share=national_share,
        valid_from=valid_from,
        practice_of=practice_of,
    )
    audit.record(actor, "organisation.create", organisation, organisation=organisation, changes={"code": code})
    return organisation


def check_organisation(code: str, name: str) -> list[Problem]:
    """What is wrong with this code and name of a new organisation."""
    return _check_code(code, Organisation.objects.filter(code=code).exists()) + _check_name(name)


@transaction.atomic
def create_supplier(
    actor: Actor, *, code: str, name: str = "", registration_number: str = "", country: str = HOME
) -> Supplier:
    """A new supplier (name: default the code), by command; on pages `suppliers.making`. Raises Refused."""
    _only_the_system(actor)
    number = registration_number.strip()
    problems = _check_code(code, Supplier.objects.filter(code=code).exists()) + _check_name(name)
    if len(number) > LONGEST_NUMBER:
        problems.append(Problem(("number",), "max_length", f"Gebruik hoogstens {LONGEST_NUMBER} tekens."))
    else:
        problems += check_number(country, number)
    if not problems and known_by_number(country, number) is not None:
        problems.append(Problem(("number",), "unique", "Er is al een leverancier met dit nummer."))
    _raise(problems)
    supplier = new_firm(code=code, name=name or code, country=country, number=number)
    audit.record(actor, "supplier.create", supplier, organisation=None, changes={"code": code})
    return supplier


@by_command(ActDeclaration(verb="user.create", title="Maak een persoon", commands=("create_user",)))
@transaction.atomic
def create_user(
    actor: Actor,
    *,
    username: str,
    email: str = "",
    password: str | None = None,
    first_name: str = "",
    last_name: str = "",
) -> User:
    """A new person, who cannot sign in without a password. Raises Refused with all problems.

    Without an e-mail address one under `.invalid` is noted, as every person has one of their own.
    """
    _only_the_system(actor)
    email = email or f"{username}@voorbeeld.invalid"
    user = User(username=username, email=email, first_name=first_name, last_name=last_name)
    _raise(_check_user(user, password))
    user.set_password(password)
    user.password_at = clock.now() if password else None
    user.save()
    # The trail knows persons only by their key, so that a name can be erased.
    audit.record(actor, "user.create", user, organisation=None, changes={"actor_key": user.actor_key})
    return user


@transaction.atomic
def add_membership(
    actor: Actor,
    *,
    user: User,
    role: str,
    organisation: Organisation | None = None,
    supplier: Supplier | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    from_sso: bool = False,
) -> Membership:
    """A role of a person at an organisation or a supplier, between these dates. Raises Refused."""
    may_administer(actor, organisation)
    membership = give_role(user, role, organisation, supplier, valid_from, valid_to, from_sso)
    _note(actor, "membership.add", membership, {"person": user.actor_key, "role": role})
    return membership


def give_role(
    user: User,
    role: str,
    organisation: Organisation | None,
    supplier: Supplier | None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    from_sso: bool = False,
) -> Membership:
    """The role, for an act that found that it may be given and that notes it. Raises Refused."""
    problems = _check_place(role, organisation, supplier)
    if valid_from and valid_to and valid_to < valid_from:
        problems.append(Problem(("validTo",), "range", "De einddatum ligt voor de begindatum."))
    _raise(problems)
    return Membership.objects.create(
        user=user,
        organisation=organisation,
        supplier=supplier,
        role=role,
        valid_from=valid_from,
        valid_to=valid_to,
        from_sso=from_sso,
    )


@transaction.atomic
def create_api_token(
    actor: Actor,
    *,
    role: str,
    organisation: Organisation | None = None,
    supplier: Supplier | None = None,
    user: User | None = None,
    name: str = "",
    days: int = USUAL_DAYS,
) -> tuple[ApiToken, str]:
    """A token with one role at one place, and its text: shown once, not stored; on pages `keys.making`.

    A token of a person counts only while that person has the role there. Raises Refused with all problems.
    """
    may_administer(actor, organisation)
    token = issue_token(role, organisation, supplier, user, name, days)
    _note(actor, "token.create", token, {"prefix": token.prefix, "role": role})
    return token, token.text


def issue_token(
    role: str,
    organisation: Organisation | None,
    supplier: Supplier | None,
    user: User | None,
    name: str = "",
    days: int = USUAL_DAYS,
    made_by: User | None = None,
) -> ApiToken:
    """The token with its text, for an act that found that it may be made and that notes it. Raises Refused."""
    problems = _check_place(role, organisation, supplier)
    if not 1 <= days <= LONGEST_DAYS:
        problems.append(Problem(("days",), "range", worded("Kies 1 tot {most} dagen.", most=LONGEST_DAYS)))
    if not problems and user is not None and not _has_role(user, role, organisation, supplier):
        problems.append(Problem(("user",), "invalid", f"{user.username} heeft de rol {role} daar niet."))
    _raise(problems)
    text = TOKEN_PREFIX + secrets.token_urlsafe(32)
    moment = clock.now()
    token = ApiToken.objects.create(
        prefix=text[:_SHOWN],
        sha256=hashlib.sha256(text.encode("ascii")).hexdigest(),
        name=name,
        user=user,
        organisation=organisation,
        supplier=supplier,
        role=role,
        created_at=moment,
        expires_at=moment + timedelta(days=days),
        made_by=made_by,
    )
    token.text = text
    return token


def _only_the_system(actor: Actor) -> None:
    if actor != audit.SYSTEM:
        raise forbidden()


def may_administer(actor: Actor, organisation: Organisation | None) -> None:
    """Refuse unless this actor may hand out and take back roles and tokens at this place."""
    if organisation is None:
        _only_the_system(actor)
    elif actor != audit.SYSTEM:
        access.require(actor, access.ADMINISTER, organisation.pk)


def _check_code(code: str, taken: bool) -> list[Problem]:
    try:
        validate_slug(code)
        fits = len(code) <= 60 and code == code.lower()
    except ValidationError:
        fits = False
    if not fits:
        detail = "Gebruik kleine letters, cijfers en streepjes, hoogstens 60 tekens."
        return [Problem(("code",), "invalid", detail)]
    return [Problem(("code",), "unique", f"De code {code} bestaat al.")] if taken else []


def _check_name(name: str) -> list[Problem]:
    if len(name) > 200:
        return [Problem(("name",), "max_length", "Gebruik hoogstens 200 tekens.")]
    if name and is_blank(name):
        return [Problem(("name",), "required", "Geef een naam waarvan iets te zien is, of laat de naam weg.")]
    return []


def _check_user(user: User, password: str | None) -> list[Problem]:
    problems = []
    for field in ("first_name", "last_name"):
        if getattr(user, field) and is_blank(getattr(user, field)):
            problems.append(
                Problem((field,), "required", "Geef een naam waarvan iets te zien is, of laat de naam weg.")
            )
    if is_blank(user.username) or len(user.username) > 150:
        problems.append(Problem(("username",), "required", "Geef een gebruikersnaam van hoogstens 150 tekens."))
    elif User.objects.filter(username=user.username).exists():
        problems.append(Problem(("username",), "unique", f"De naam {user.username} bestaat al."))
    try:
        validate_email(user.email)
        if User.objects.filter(email=user.email).exists():
            problems.append(Problem(("email",), "unique", "Dit e-mailadres is al in gebruik."))
    except ValidationError:
        problems.append(Problem(("email",), "invalid", "Dit is geen e-mailadres."))
    return problems if password is None else problems + check_password(password, user)


def check_password(password: str, user: User) -> list[Problem]:
    """What is wrong with this new password of this person."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        return [Problem(("password",), "invalid", text) for text in error.messages]
    return []


def _check_place(role: str, organisation: Organisation | None, supplier: Supplier | None) -> list[Problem]:
    if role not in Role.values:
        return [Problem(("role",), "invalid_choice", f"Kies uit: {', '.join(Role.values)}.")]
    needs_supplier = role == Role.SUPPLIER
    needs_organisation = not needs_supplier and role not in WITHOUT_PLACE
    problems = []
    for attr, needed, given in (
        ("organisation", needs_organisation, organisation),
        ("supplier", needs_supplier, supplier),
    ):
        what = "organisatie" if attr == "organisation" else "leverancier"
        if needed and given is None:
            problems.append(Problem((attr,), "required", f"De rol {role} hoort bij een {what}: geef die."))
        elif given is not None and not needed:
            problems.append(Problem((attr,), "invalid", f"De rol {role} hoort niet bij een {what}."))
    if organisation is not None and organisation.practice_of_id is not None:
        problems.append(Problem(("organisation",), "practice", PRACTICE_HAS_NO_ROLES))
    if supplier is not None and supplier.practice_id is not None:
        problems.append(Problem(("supplier",), "practice", "Deze leverancier is bedacht: die heeft geen mensen."))
    return problems


def _has_role(user: User, role: str, organisation: Organisation | None, supplier: Supplier | None) -> bool:
    wanted = (role, organisation.pk if organisation else None, firm_now(supplier))
    grants = access.actor_of_user(user).grants
    return wanted in {(grant.role, grant.organisation_id, grant.supplier_id) for grant in grants}


def _note(actor: Actor, verb: str, row: Membership | ApiToken, changes: Mapping[str, Any]) -> None:
    audit.record(actor, verb, row, organisation=row.organisation_id, changes=changes)


def _raise(problems: list[Problem]) -> None:
    if problems:
        raise Refused(problems)
