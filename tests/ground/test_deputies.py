"""Standing in for a colleague: the same roles for some days, under one's own name, and never administering."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mvi_dashboard.ground import access, accounts, audit, clock
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import AuditEntry, Deputy, Membership, Organisation, Role, User
from mvi_dashboard.ground.people import deputising
from mvi_dashboard.ground.problems import Kind, Refused

pytestmark = pytest.mark.django_db
PO, CM, AD = Role.PROCUREMENT_OFFICER, Role.CONTRACT_MANAGER, Role.ORGANISATION_ADMINISTRATOR


def agree(actor: Actor, person: User, deputy: User, *, first: date | None = None, days: int = 7) -> Deputy:
    begin = first or clock.today()
    place = person.memberships.exclude(organisation=None)[0].organisation
    assert place is not None
    document = {
        "organisation": place.code,
        "person": str(person.actor_key),
        "deputy": str(deputy.actor_key),
        "firstDay": begin.isoformat(),
        "lastDay": (begin + timedelta(days=days)).isoformat(),
    }
    return deputising.set_deputy(actor, document=document)


def still_may(person: User, organisation: Organisation) -> bool:
    """Whether what this person said of that organisation still counts, by the condition on rows."""
    condition = access.still_may(access.TENDER_OPEN, "user", "organisation")
    row = Membership.objects.filter(user=person, organisation=organisation)[:1]
    return Membership.objects.filter(condition, pk__in=list(row.values_list("pk", flat=True))).exists()


def test_a_deputy_has_the_roles_of_the_person_in_those_days_only(
    officer: User, contract_manager: User, organisation: Organisation
) -> None:
    before = access.actor_of_user(contract_manager)
    assert not before.may(access.TENDER_OPEN, organisation.pk)
    assert not still_may(contract_manager, organisation)
    made = agree(access.actor_of_user(officer), officer, contract_manager)
    now = access.actor_of_user(contract_manager)
    assert now.may(access.TENDER_OPEN, organisation.pk)
    assert now.key == before.key
    assert now.user == contract_manager
    assert still_may(contract_manager, organisation)
    for dates in (
        {"first_day": clock.today() - timedelta(days=9), "last_day": clock.today() - timedelta(days=1)},
        {"first_day": clock.today() + timedelta(days=1), "last_day": clock.today() + timedelta(days=9)},
    ):
        # The guards refuse to move days: this asks for another row.
        deputising.end_deputy(access.actor_of_user(officer), deputy_id=made.public_id)
        made = Deputy.objects.create(
            organisation=organisation, person=officer, deputy=contract_manager, created_at=clock.now(), **dates
        )
        assert access.actor_of_user(contract_manager).grants == before.grants
        assert not still_may(contract_manager, organisation)
        if dates["last_day"] < clock.today():
            made = agree(access.actor_of_user(officer), officer, contract_manager)


def test_nobody_administers_by_standing_in(organisation: Organisation, new_person: Callable[..., User]) -> None:
    administrator, officer = new_person(AD, organisation), new_person(PO, organisation)
    agree(access.actor_of_user(administrator), administrator, officer)
    assert not access.actor_of_user(officer).may(access.ADMINISTER)


def test_a_deputy_of_a_deputy_has_nothing_of_the_first_person(
    officer: User, contract_manager: User, organisation: Organisation, new_person: Callable[..., User]
) -> None:
    third = new_person(Role.FACILITY_MANAGER, organisation)
    agree(access.actor_of_user(officer), officer, contract_manager)
    agree(access.actor_of_user(contract_manager), contract_manager, third)
    assert access.actor_of_user(third).roles == {Role.FACILITY_MANAGER, CM}


def test_what_a_person_has_elsewhere_goes_to_no_deputy(
    officer: User, contract_manager: User, organisation: Organisation, other_organisation: Organisation
) -> None:
    accounts.add_membership(audit.SYSTEM, user=officer, role=PO, organisation=other_organisation)
    document = agree(access.actor_of_user(officer), officer, contract_manager)
    assert document.organisation == organisation
    assert not access.actor_of_user(contract_manager).may(access.TENDER_EDIT, other_organisation.pk)


def test_who_is_blocked_or_lost_the_role_is_stood_in_for_no_more(
    officer: User, contract_manager: User, organisation: Organisation
) -> None:
    agree(access.actor_of_user(officer), officer, contract_manager)
    User.objects.filter(pk=officer.pk).update(is_active=False)
    assert access.actor_of_user(contract_manager).roles == {CM}
    assert not still_may(contract_manager, organisation)
    User.objects.filter(pk=officer.pk).update(is_active=True)
    officer.memberships.update(ended_at=clock.now())
    assert access.actor_of_user(contract_manager).roles == {CM}
    assert not still_may(contract_manager, organisation)


def test_it_ends_at_once_for_either_of_the_two_and_the_entry_has_the_own_name(
    officer: User, contract_manager: User
) -> None:
    made = agree(access.actor_of_user(officer), officer, contract_manager)
    deputising.end_deputy(access.actor_of_user(contract_manager), deputy_id=made.public_id)
    assert access.actor_of_user(contract_manager).roles == {CM}
    assert AuditEntry.objects.get(verb="deputy.end").actor_key == str(contract_manager.actor_key)
    with pytest.raises(Refused) as refused:
        deputising.end_deputy(access.actor_of_user(officer), deputy_id=made.public_id)
    assert refused.value.problems[0].code == "already_ended"


def test_the_actor_of_a_deputy_costs_no_query_more(officer: User, contract_manager: User) -> None:
    agree(access.actor_of_user(officer), officer, contract_manager)
    with CaptureQueriesContext(connection) as captured:
        assert len(access.actor_of_user(contract_manager).grants) == 2
    assert len(captured) == 1


def test_only_the_person_or_an_administrator_says_who_stands_in(
    officer: User, contract_manager: User, organisation: Organisation, new_person: Callable[..., User]
) -> None:
    for stranger in (contract_manager, new_person(Role.AUDITOR, organisation)):
        with pytest.raises(Refused) as refused:
            agree(access.actor_of_user(stranger), officer, contract_manager)
        assert refused.value.kind is Kind.FORBIDDEN
    assert agree(access.actor_of_user(new_person(AD, organisation)), officer, contract_manager).pk


def test_only_a_colleague_stands_in_and_nobody_for_itself_or_for_ever(
    officer: User, contract_manager: User, other_organisation: Organisation, new_person: Callable[..., User]
) -> None:
    actor = access.actor_of_user(officer)
    yesterday = clock.today() - timedelta(days=10)
    for deputy, given, code in (
        (new_person(PO, other_organisation), {}, "does_not_exist"),
        (officer, {}, "self_reference"),
        (contract_manager, {"days": 400}, "range"),
        (contract_manager, {"days": -1}, "range"),
        (contract_manager, {"first": yesterday, "days": 2}, "range"),
    ):
        with pytest.raises(Refused) as refused:
            agree(actor, officer, deputy, **given)  # type: ignore[arg-type]
        assert {problem.code for problem in refused.value.problems} == {code}
    agree(actor, officer, contract_manager)
    with pytest.raises(Refused) as refused:
        agree(actor, officer, contract_manager)
    assert refused.value.problems[0].code == "duplicate"


def test_a_person_arranges_it_on_the_page_and_sees_no_other(
    officer: User, contract_manager: User, second_officer: User, organisation: Organisation
) -> None:
    browser = Client()
    browser.force_login(officer)
    form: dict[str, Any] = {
        "deputy": str(contract_manager.actor_key),
        "firstDay": clock.today().strftime("%d-%m-%Y"),
        "lastDay": clock.today().strftime("%d-%m-%Y"),
    }
    page = browser.get("/organisatie/vervanging/").content.decode()
    assert 'name="person"' not in page
    assert f'value="{contract_manager.actor_key}"' in page
    assert f'value="{officer.actor_key}"' not in page, "nobody stands in for oneself"
    # Whom it is for is not asked: another name that is sent along counts for nothing.
    answer = browser.post("/organisatie/vervanging/", {**form, "person": str(second_officer.actor_key)})
    assert answer.status_code == 302
    made = Deputy.objects.get()
    assert (made.person, made.deputy) == (officer, contract_manager)
    other = Client()
    other.force_login(second_officer)
    assert "Er is geen vervanging" in other.get("/organisatie/vervanging/").content.decode()
    assert other.get(f"/organisatie/vervanging/{made.public_id}/einde/").status_code == 404
    assert browser.post(f"/organisatie/vervanging/{made.public_id}/einde/").status_code == 302
