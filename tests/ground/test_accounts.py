"""Organisations, suppliers, persons and tokens are made in one way, by service or by command."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from mvi_dashboard.ground import access, accounts, audit, taking_back
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import ApiToken, AuditEntry, Membership, Organisation, Role, Supplier, User
from mvi_dashboard.ground.problems import Kind, Refused

pytestmark = pytest.mark.django_db


def run(command: str, *args: str) -> list[str]:
    out = StringIO()
    call_command(command, *args, stdout=out)
    return out.getvalue().splitlines()


def test_an_organisation_knows_its_place_in_the_tree(
    organisation: Organisation, new_organisation: Callable[..., Organisation]
) -> None:
    child = new_organisation(parent=organisation)
    grandchild = new_organisation(parent=child)
    assert grandchild.path == f"/{organisation.pk}/{child.pk}/{grandchild.pk}/"


@pytest.mark.parametrize(
    ("fields", "attrs"),
    [
        ({"code": "voorbeeldstad"}, {"code"}),
        ({"code": "Met Spatie", "name": "x" * 201, "national_share": "alles"}, {"code", "name", "nationalShare"}),
        ({"code": ""}, {"code"}),
        ({"code": "gemeente-x", "name": "\u00a0\u200b"}, {"name"}),
    ],
)
def test_an_organisation_that_cannot_be_is_refused_with_all_reasons(
    organisation: Organisation, fields: dict[str, str], attrs: set[str]
) -> None:
    with pytest.raises(Refused) as refused:
        accounts.create_organisation(audit.SYSTEM, **fields)
    assert {problem.attr for problem in refused.value.problems} == attrs
    assert Organisation.objects.count() == 1


def test_two_persons_do_not_share_a_name_or_an_address(officer: User) -> None:
    with pytest.raises(Refused) as refused:
        accounts.create_user(audit.SYSTEM, username=officer.username, email=officer.email, password="kort")
    assert {problem.attr for problem in refused.value.problems} == {"username", "email", "password"}


def test_a_name_that_nobody_sees_is_refused_for_persons_and_suppliers(db: None) -> None:
    with pytest.raises(Refused) as refused:
        accounts.create_user(audit.SYSTEM, username="\u2800", first_name="\u200b", last_name=" ", email="a@b.nl")
    assert {problem.attr for problem in refused.value.problems} == {"username", "first_name", "last_name"}
    with pytest.raises(Refused):
        accounts.create_supplier(audit.SYSTEM, code="firma", name="\u3164")
    with pytest.raises(CommandError):
        run("create_organisation", "gemeente-x", "--name", "\u200b")
    assert not Organisation.objects.exists()


@pytest.mark.parametrize(
    ("role", "at_organisation", "at_supplier", "attrs"),
    [
        ("supplier", True, False, {"organisation", "supplier"}),
        ("auditor", False, True, {"organisation", "supplier"}),
        ("auditor", False, False, {"organisation"}),
        ("national-viewer", True, False, {"organisation"}),
        ("burgemeester", True, False, {"role"}),
    ],
)
def test_a_role_belongs_to_the_right_kind_of_place(
    role: str,
    at_organisation: bool,
    at_supplier: bool,
    attrs: set[str],
    officer: User,
    organisation: Organisation,
    supplier: Supplier,
) -> None:
    place = {
        "organisation": organisation if at_organisation else None,
        "supplier": supplier if at_supplier else None,
    }
    for act in (
        lambda: accounts.add_membership(audit.SYSTEM, user=officer, role=role, **place),
        lambda: accounts.create_api_token(audit.SYSTEM, role=role, **place),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert {problem.attr for problem in refused.value.problems} == attrs


def test_a_token_is_shown_once_and_stored_as_a_hash(organisation: Organisation) -> None:
    token, text = accounts.create_api_token(audit.SYSTEM, role=Role.AUDITOR, organisation=organisation)
    assert token.sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert text not in str(ApiToken.objects.values().get(pk=token.pk))
    assert text not in str(list(AuditEntry.objects.values()))


def test_a_person_gets_a_token_only_for_a_role_that_the_person_has(
    officer: User, organisation: Organisation
) -> None:
    token, _ = accounts.create_api_token(
        audit.SYSTEM, role=Role.PROCUREMENT_OFFICER, organisation=organisation, user=officer
    )
    assert access.actor_of_token(token).may(access.TENDER_OPEN, organisation.pk)
    with pytest.raises(Refused):
        accounts.create_api_token(audit.SYSTEM, role=Role.AUDITOR, organisation=organisation, user=officer)


def test_a_revoked_token_opens_nothing(organisation: Organisation, client: Client) -> None:
    token, text = accounts.create_api_token(audit.SYSTEM, role=Role.AUDITOR, organisation=organisation)
    header = {"Authorization": f"Bearer {text}"}
    assert client.get("/api/v1/me", headers=header).status_code == 200
    taking_back.revoke_api_token(audit.SYSTEM, token=token, reason="uitgelekt")
    assert client.get("/api/v1/me", headers=header).status_code == 401


def test_only_an_administrator_of_the_organisation_hands_out_roles(
    organisation: Organisation,
    other_organisation: Organisation,
    officer: User,
    officer_actor: Actor,
    actor_as: Callable[..., Actor],
) -> None:
    administrator = actor_as(Role.ORGANISATION_ADMINISTRATOR, organisation)
    accounts.add_membership(administrator, user=officer, role=Role.AUDITOR, organisation=organisation)
    for actor, place in (
        (administrator, other_organisation),
        (officer_actor, organisation),
        (administrator, None),
    ):
        with pytest.raises(Refused) as refused:
            accounts.add_membership(actor, user=officer, role=Role.AUDITOR, organisation=place)
        assert refused.value.kind is Kind.FORBIDDEN


def test_the_commands_make_a_whole_cast_and_the_token_is_the_last_line(client: Client) -> None:
    run("create_organisation", "stad", "--name", "De stad")
    run("create_organisation", "dienst", "--parent", "stad")
    run("create_supplier", "firma")
    password = run("create_user", "jan", "--organisation", "stad", "--role", "procurement-officer")[-1]
    run("create_user", "piet", "--supplier", "firma", "--password", "een lang wachtwoord 2")
    assert client.login(username="jan", password=password)
    assert Membership.objects.get(user__username="piet").role == Role.SUPPLIER
    for options in (
        ["--organisation", "dienst", "--role", "policy-officer"],
        ["--organisation", "stad", "--role", "procurement-officer", "--user", "jan"],
        ["--supplier", "firma"],
        ["--supplier", "firma", "--user", "piet"],
        ["--role", "national-viewer"],
        ["--role", "reference-manager"],
    ):
        token = run("create_api_token", *options)[-1]
        assert client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 200


@pytest.mark.parametrize(
    "options",
    [[], ["--organisation", "nergens", "--role", "auditor"], ["--role", "auditor"], ["--supplier", "nergens"]],
)
def test_a_command_that_cannot_be_carried_out_says_why(options: list[str]) -> None:
    with pytest.raises(CommandError, match=r"role|known|rol"):
        run("create_api_token", *options)
    assert not ApiToken.objects.exists()
