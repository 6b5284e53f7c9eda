"""What was given can be taken back: tokens, roles, the way in and open sessions, at once and with a reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mvi_dashboard.ground import access, accounts, audit, clock, rate_limits, taking_back, token_use, verification
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import ApiToken, AuditEntry, Membership, Organisation, Role, Supplier, User
from mvi_dashboard.ground.problems import Kind, Refused

pytestmark = pytest.mark.django_db
WHY = "Ging weg."


def run(command: str, *args: str) -> list[str]:
    out = StringIO()
    call_command(command, *args, stdout=out)
    return out.getvalue().splitlines()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def comes_in(client: Client) -> bool:
    """Whether this browser still has a person behind it."""
    return client.get("/api/v1/me").status_code == 200


def token_of(user: User, role: str, place: Organisation) -> dict[str, str]:
    _, text = accounts.create_api_token(audit.SYSTEM, role=role, organisation=place, user=user)
    return {"Authorization": f"Bearer {text}"}


def last_entry(verb: str) -> AuditEntry:
    return AuditEntry.objects.filter(verb=verb).order_by("-pk")[0]


def test_a_person_who_is_blocked_is_out_at_once_with_sessions_and_tokens(
    officer: User, organisation: Organisation
) -> None:
    browser, header = signed_in(officer), token_of(officer, Role.PROCUREMENT_OFFICER, organisation)
    assert comes_in(browser)
    assert Client().get("/api/v1/me", headers=header).status_code == 200
    taking_back.block_user(audit.SYSTEM, user=officer, reason=WHY)
    assert not comes_in(browser)
    assert Client().get("/api/v1/me", headers=header).status_code == 401
    assert not Client().login(username=officer.username, password="een lang wachtwoord 1")
    entry = last_entry("user.block")
    assert (entry.organisation, entry.reason) == (organisation, WHY)
    assert str(officer.actor_key) == entry.changes["person"]


def test_a_session_of_before_a_block_does_not_come_back_with_the_person(
    officer: User, organisation: Organisation
) -> None:
    browser, header = signed_in(officer), token_of(officer, Role.PROCUREMENT_OFFICER, organisation)
    taking_back.block_user(audit.SYSTEM, user=officer, reason=WHY)
    taking_back.unblock_user(audit.SYSTEM, user=officer, reason="Vergissing.")
    assert not comes_in(browser)
    assert Client().get("/api/v1/me", headers=header).status_code == 200
    assert Client().login(username=officer.username, password="een lang wachtwoord 1")


def test_signing_out_everywhere_ends_every_session_of_that_person_only(
    officer: User, second_officer: User, organisation: Organisation
) -> None:
    browsers, other = [signed_in(officer), signed_in(officer)], signed_in(second_officer)
    header = token_of(officer, Role.PROCUREMENT_OFFICER, organisation)
    taking_back.sign_out_everywhere(audit.SYSTEM, user=officer, reason="Laptop kwijt.")
    assert [comes_in(browser) for browser in browsers] == [False, False]
    assert comes_in(other)
    assert Client().get("/api/v1/me", headers=header).status_code == 200
    again = signed_in(officer)
    assert comes_in(again)
    taking_back.sign_out_everywhere(access.actor_of_user(officer), user=officer, reason="Nog eens.")
    assert not comes_in(again)


def test_a_session_from_before_this_could_be_done_goes_on(officer: User) -> None:
    """Upgrading signs nobody out: without a first time the hash is Django's own."""
    from django.contrib.auth.base_user import AbstractBaseUser

    assert officer.get_session_auth_hash() == AbstractBaseUser._get_session_auth_hash(officer)  # type: ignore[attr-defined]


def test_a_role_that_is_ended_is_worth_nothing_from_then_on(officer: User, organisation: Organisation) -> None:
    browser, header = signed_in(officer), token_of(officer, Role.PROCUREMENT_OFFICER, organisation)
    assert browser.get("/api/v1/me").json()["roles"]
    ended = taking_back.end_membership(audit.SYSTEM, membership=officer.memberships.get(), reason=WHY)
    assert browser.get("/api/v1/me").json()["roles"] == []
    assert Client().get("/api/v1/me", headers=header).status_code == 401
    assert ended.ended_at is not None
    assert Membership.objects.filter(pk=ended.pk).exists()
    assert last_entry("membership.end").organisation == organisation
    assert list(verification.differences(["memberships"])) == []


def test_a_token_of_an_ended_role_does_not_come_back_with_a_new_one(
    officer: User, organisation: Organisation
) -> None:
    header = token_of(officer, Role.PROCUREMENT_OFFICER, organisation)
    taking_back.end_membership(audit.SYSTEM, membership=officer.memberships.get(), reason=WHY)
    accounts.add_membership(audit.SYSTEM, user=officer, role=Role.PROCUREMENT_OFFICER, organisation=organisation)
    assert access.actor_of_user(officer).may(access.TENDER_EDIT, organisation.pk)
    assert Client().get("/api/v1/me", headers=header).status_code == 401


def test_a_role_may_end_after_a_day_and_its_tokens_with_it(officer: User, organisation: Organisation) -> None:
    header = token_of(officer, Role.PROCUREMENT_OFFICER, organisation)
    last_day = clock.today() + timedelta(days=3)
    taking_back.end_membership(audit.SYSTEM, membership=officer.memberships.get(), reason=WHY, last_day=last_day)
    assert access.actor_of_user(officer).may(access.TENDER_EDIT, organisation.pk)
    assert Client().get("/api/v1/me", headers=header).status_code == 200
    with clock.set_to(clock.now() + timedelta(days=5)):
        assert Client().get("/api/v1/me", headers=header).status_code == 401
    assert clock.local_date(ApiToken.objects.get().expires_at) == last_day + timedelta(days=1)


@pytest.mark.parametrize(
    ("changes", "attr"),
    [({"reason": " "}, "reason"), ({"reason": "x" * 1001}, "reason"), ({"days": -1}, "lastDay")],
)
def test_an_end_without_a_reason_or_in_the_past_is_refused(
    officer: User, changes: dict[str, Any], attr: str
) -> None:
    last_day = clock.today() + timedelta(days=changes.pop("days", 0))
    with pytest.raises(Refused) as refused:
        taking_back.end_membership(
            audit.SYSTEM, membership=officer.memberships.get(), **{"reason": WHY, "last_day": last_day, **changes}
        )
    assert [problem.attr for problem in refused.value.problems] == [attr]
    assert officer.memberships.get().valid_to is None


def test_the_last_administrator_goes_only_when_that_is_confirmed(
    new_person: Callable[..., User], organisation: Organisation
) -> None:
    first, second = (new_person(Role.ORGANISATION_ADMINISTRATOR, organisation) for _ in range(2))
    taking_back.block_user(access.actor_of_user(first), user=second, reason=WHY)
    membership = first.memberships.get()
    for act in (
        lambda: taking_back.end_membership(audit.SYSTEM, membership=membership, reason=WHY),
        lambda: taking_back.end_membership(
            audit.SYSTEM, membership=membership, reason=WHY, last_day=clock.today() + timedelta(days=9)
        ),
        lambda: taking_back.block_user(audit.SYSTEM, user=first, reason=WHY),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert [problem.code for problem in refused.value.problems] == ["last_administrator"]
        assert refused.value.kind is Kind.CONFLICT
        assert refused.value.problems[0].confirmable
    assert access.actor_of_user(first).may(access.ADMINISTER, organisation.pk)
    taking_back.end_membership(audit.SYSTEM, membership=membership, reason=WHY, even_the_last=True)
    assert not access.actor_of_user(first).may(access.ADMINISTER, organisation.pk)


def test_an_administrator_takes_back_only_at_home(
    actor_as: Callable[..., Actor],
    new_person: Callable[..., User],
    officer: User,
    officer_actor: Actor,
    organisation: Organisation,
    other_organisation: Organisation,
    supplier: Supplier,
) -> None:
    administrator = actor_as(Role.ORGANISATION_ADMINISTRATOR, organisation)
    elsewhere = new_person(Role.PROCUREMENT_OFFICER, other_organisation)
    both = new_person(Role.AUDITOR, organisation)
    accounts.add_membership(audit.SYSTEM, user=both, role=Role.AUDITOR, organisation=other_organisation)
    firm = new_person(Role.SUPPLIER, supplier)
    for actor, user in (
        (administrator, elsewhere),
        (administrator, both),
        (administrator, firm),
        (officer_actor, both),
        (officer_actor, elsewhere),
    ):
        for act in (taking_back.block_user, taking_back.sign_out_everywhere):
            with pytest.raises(Refused) as refused:
                act(actor, user=user, reason=WHY)
            assert refused.value.kind is Kind.FORBIDDEN
    with pytest.raises(Refused):
        taking_back.end_membership(administrator, membership=elsewhere.memberships.get(), reason=WHY)
    taking_back.end_membership(
        administrator, membership=both.memberships.get(organisation=organisation), reason=WHY
    )
    taking_back.block_user(administrator, user=officer, reason=WHY)
    assert {
        entry.organisation for entry in AuditEntry.objects.filter(verb__in=["user.block", "membership.end"])
    } == {organisation}


def test_somebody_of_two_organisations_is_noted_in_both_and_of_none_in_the_installation(
    new_person: Callable[..., User],
    organisation: Organisation,
    other_organisation: Organisation,
    supplier: Supplier,
) -> None:
    both, firm = new_person(Role.AUDITOR, organisation), new_person(Role.SUPPLIER, supplier)
    accounts.add_membership(audit.SYSTEM, user=both, role=Role.AUDITOR, organisation=other_organisation)
    for user in (both, firm):
        taking_back.block_user(audit.SYSTEM, user=user, reason=WHY)
    places = AuditEntry.objects.filter(verb="user.block").values_list("organisation_id", flat=True)
    assert sorted(places, key=lambda found: found or 0) == [None, organisation.pk, other_organisation.pk]
    assert audit.check_chains() == []


def test_what_was_taken_back_is_not_taken_back_again(officer: User, organisation: Organisation) -> None:
    token, _ = accounts.create_api_token(audit.SYSTEM, role=Role.AUDITOR, organisation=organisation)
    membership = officer.memberships.get()
    acts = (
        lambda: taking_back.revoke_api_token(audit.SYSTEM, token=token, reason=WHY),
        lambda: taking_back.end_membership(audit.SYSTEM, membership=membership, reason=WHY),
        lambda: taking_back.block_user(audit.SYSTEM, user=officer, reason=WHY),
    )
    for act in acts:
        act()
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.kind is Kind.CONFLICT


def test_the_commands_list_and_take_back(officer: User, organisation: Organisation) -> None:
    text = run("create_api_token", "--organisation", "voorbeeldstad", "--role", "auditor", "--name", "koppeling")[
        -1
    ]
    (line,) = run("list_api_tokens", "--organisation", "voorbeeldstad")
    assert line.startswith(text[:12])
    assert line.endswith("never used  koppeling")
    assert f"until {clock.now() + timedelta(days=90):%Y-%m-%d}" in line
    assert run("revoke_api_token", text, "--reason", WHY) == [f"{text[:12]} is revoked"]
    assert run("list_api_tokens") == []
    assert "revoked" in run("list_api_tokens", "--all")[0]
    assert run("sign_out", "inkoper-1", "--reason", WHY) == ["inkoper-1 is signed out everywhere"]
    assert run("block_user", "inkoper-1", "--reason", WHY) == ["inkoper-1 is blocked"]
    assert run("list_memberships")[0].endswith("blocked")
    assert run("unblock_user", "inkoper-1", "--reason", WHY) == ["inkoper-1 may sign in"]
    ended = ["inkoper-1", "--organisation", "voorbeeldstad", "--role", "procurement-officer", "--reason", WHY]
    assert run("end_membership", *ended) == ["inkoper-1 is no procurement-officer now"]
    assert run("list_memberships") == []
    assert len(run("list_memberships", "--all")) == 1


@pytest.mark.parametrize(
    "command",
    [
        ("revoke_api_token", "mvi_", "--reason", WHY),
        ("revoke_api_token", "mvi_bestaat-niet", "--reason", WHY),
        ("block_user", "niemand", "--reason", WHY),
        ("sign_out", "inkoper-1", "--reason", " "),
        ("end_membership", "inkoper-1", "--role", "auditor", "--reason", WHY),
        ("end_membership", "inkoper-1", "--reason", WHY),
        ("changepassword", "inkoper-1", "--password", "kort"),
    ],
)
def test_a_command_that_cannot_take_back_says_why(officer: User, command: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        run(*command)
    assert not AuditEntry.objects.filter(
        verb__in=["user.block", "user.signout-everywhere", "user.password"]
    ).exists()


def test_a_new_password_by_command_ends_sessions_and_stands_in_the_trail(
    officer: User, organisation: Organisation
) -> None:
    browser = signed_in(officer)
    run("changepassword", "inkoper-1", "--password", "een ander lang wachtwoord 2")
    assert not comes_in(browser)
    assert Client().login(username="inkoper-1", password="een ander lang wachtwoord 2")
    assert last_entry("user.password").organisation == organisation
    assert "ander lang" not in str(list(AuditEntry.objects.values()))


def test_a_token_holds_ninety_days_and_never_more_than_a_year(organisation: Organisation) -> None:
    token, _ = accounts.create_api_token(audit.SYSTEM, role=Role.AUDITOR, organisation=organisation)
    assert token.expires_at - token.created_at == timedelta(days=90)
    for days in (0, 367):
        with pytest.raises(Refused) as refused:
            accounts.create_api_token(audit.SYSTEM, role=Role.AUDITOR, organisation=organisation, days=days)
        assert [problem.attr for problem in refused.value.problems] == ["days"]


def test_the_last_use_of_a_token_is_kept_without_a_write_by_who_reads(organisation: Organisation) -> None:
    token, text = accounts.create_api_token(audit.SYSTEM, role=Role.AUDITOR, organisation=organisation)
    rate_limits.take_remembered("token-used", [str(token.pk)])
    header = {"Authorization": f"Bearer {text}"}
    with CaptureQueriesContext(connection) as captured:
        for _ in range(3):
            assert Client().get("/api/v1/me", headers=header).status_code == 200
    assert [query["sql"] for query in captured.captured_queries if not query["sql"].startswith("SELECT")] == []
    assert token_use.keep() == 1
    token.refresh_from_db()
    assert token.last_used_at is not None
    used = token.last_used_at
    assert Client().get("/api/v1/me", headers=header).status_code == 200
    assert token_use.keep() == 0
    with clock.set_to(clock.now() + timedelta(hours=2)):
        assert Client().get("/api/v1/me", headers=header).status_code == 200
        assert token_use.keep() == 1
    token.refresh_from_db()
    assert token.last_used_at is not None
    assert token.last_used_at > used
