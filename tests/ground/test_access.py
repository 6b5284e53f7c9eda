"""Who may do what, per role, here and elsewhere; and what the API tells each of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory

from mvi_dashboard.ground import access, accounts, audit, clock
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.admin import NEVER_SHOWN, ReadOnlyAdmin
from mvi_dashboard.ground.models import AuditEntry, Organisation, Role, Supplier, User, Vault
from mvi_dashboard.ground.problems import Kind, Refused

pytestmark = pytest.mark.django_db

PO, CM, FM, PL = Role.PROCUREMENT_OFFICER, Role.CONTRACT_MANAGER, Role.FACILITY_MANAGER, Role.POLICY_OFFICER
CAT, CO, BU, RV = Role.CATEGORY_MANAGER, Role.MVI_COORDINATOR, Role.BUDGET_HOLDER, Role.REVIEWER
CS, AU, AD, RM, NV, SU = (
    Role.COMMISSIONER,
    Role.AUDITOR,
    Role.ORGANISATION_ADMINISTRATOR,
    Role.REFERENCE_MANAGER,
    Role.NATIONAL_VIEWER,
    Role.SUPPLIER,
)
# Act: the roles that may, and nobody else (docs/security.md).
MAY = {
    access.TENDER_READ: {PO, RV, CS, AU, AD},
    access.TENDER_EDIT: {PO},
    access.TENDER_OPEN: {PO},
    access.TENDER_DECIDE: {PO},
    access.BID_READ: {PO, RV, AU},
    access.BID_SUBMIT: {SU},
    access.COLLEAGUES: {SU},
    access.GATE_DECIDE: {CS},
    access.CONTRACT_READ: {PO, CM, FM, PL, CAT, CO, BU, CS, AU, AD},
    access.CONTRACT_EDIT: {CM},
    access.CONTRACT_REGISTER: {PO, CM},
    access.CONTRACT_LOG: {CM, FM},
    access.REPORT_READ: {PO, CM, PL, CAT, CO, BU, CS, AU, AD},
    access.AUDIT_READ: {AU, AD},
    access.NATIONAL_READ: {NV},
    access.REFERENCE_EDIT: {RM},
    access.ASSUMPTIONS_ADOPT: {PO, PL, CO, AD},
    access.ADMINISTER: {AD},
    access.CATEGORY_EDIT: {PL, CAT, AD},
    access.SPEND_EDIT: {PO, PL, CAT, CO},
}


def place_of(role: str, organisation: Organisation, supplier: Supplier) -> Organisation | Supplier | None:
    if role == SU:
        return supplier
    return None if role in accounts.WITHOUT_PLACE else organisation


@pytest.mark.parametrize("role", Role.values)
def test_each_role_may_exactly_what_the_table_says(
    role: str, organisation: Organisation, supplier: Supplier, actor_as: Callable[..., Actor]
) -> None:
    actor = actor_as(role, place_of(role, organisation, supplier))
    assert actor.acts == {act for act, roles in MAY.items() if role in roles}


@pytest.mark.parametrize("role", sorted({str(role) for roles in MAY.values() for role in roles} - {"supplier"}))
def test_reading_reaches_the_children_and_acting_never_does(
    role: str,
    organisation: Organisation,
    other_organisation: Organisation,
    new_organisation: Callable[..., Organisation],
    actor_as: Callable[..., Actor],
) -> None:
    if role in accounts.WITHOUT_PLACE:
        assert not actor_as(role).organisations_for(access.TENDER_READ)
        return
    child = new_organisation(parent=organisation)
    actor = actor_as(role, organisation)
    for act in actor.acts:
        reached = {organisation.pk, child.pk} if act in access.READING else {organisation.pk}
        assert actor.organisations_for(act) == reached
        assert not actor.may(act, other_organisation.pk)


def test_a_child_does_not_read_its_parent(
    organisation: Organisation, new_organisation: Callable[..., Organisation], actor_as: Callable[..., Actor]
) -> None:
    child = new_organisation(parent=organisation)
    assert not actor_as(AU, child).may(access.AUDIT_READ, organisation.pk)


def test_a_membership_counts_only_in_its_time(organisation: Organisation, new_person: Callable[..., User]) -> None:
    user = new_person(NV)
    today = clock.today()
    for dates in ({"valid_to": today - timedelta(days=2)}, {"valid_from": today + timedelta(days=2)}):
        accounts.add_membership(audit.SYSTEM, user=user, role=PO, organisation=organisation, **dates)
    assert access.actor_of_user(user).roles == {NV}


def test_nobody_is_asked_to_sign_in_and_a_stranger_is_refused(
    organisation: Organisation, other_organisation: Organisation, officer_actor: Actor
) -> None:
    asked = (
        (access.actor_of_user(AnonymousUser()), access.TENDER_EDIT, organisation.pk, Kind.NOT_AUTHENTICATED),
        (officer_actor, access.TENDER_EDIT, other_organisation.pk, Kind.FORBIDDEN),
        (officer_actor, access.CONTRACT_EDIT, organisation.pk, Kind.FORBIDDEN),
    )
    for actor, act, place, kind in asked:
        with pytest.raises(Refused) as refused:
            access.require(actor, act, place)
        assert refused.value.kind is kind


def test_what_one_may_not_see_does_not_exist(
    organisation: Organisation, other_organisation: Organisation, actor_as: Callable[..., Actor]
) -> None:
    reviewer = actor_as(RV, organisation)
    for place, kind in ((organisation, Kind.FORBIDDEN), (other_organisation, Kind.NOT_FOUND)):
        with pytest.raises(Refused) as refused:
            access.require_visible(reviewer, access.TENDER_EDIT, access.TENDER_READ, place.pk)
        assert refused.value.kind is kind


def test_me_tells_the_roles_with_their_places(
    client: Client, bearer: Callable[..., dict[str, str]], officer: User, organisation: Organisation
) -> None:
    answer = client.get("/api/v1/me", headers=bearer(PO, organisation, user=officer)).json()
    assert answer["isPerson"] is True
    assert answer["roles"] == [{"role": "procurement-officer", "organisation": "voorbeeldstad", "supplier": None}]
    assert "tender.open" in answer["acts"]


def test_organisations_and_suppliers_come_in_pages(
    client: Client,
    bearer: Callable[..., dict[str, str]],
    organisation: Organisation,
    other_organisation: Organisation,
    supplier: Supplier,
) -> None:
    header = bearer(SU, supplier)
    first = client.get("/api/v1/organisations?limit=1", headers=header).json()
    second = client.get(first["next"], headers=header).json()
    assert [row["code"] for row in first["results"] + second["results"]] == [
        "voorbeeldstad",
        "waterschap-voorbeeld",
    ]
    assert second["next"] is None
    suppliers = client.get("/api/v1/suppliers", headers=header).json()["results"]
    assert suppliers == [{"code": "leverancier-a", "name": "Leverancier A", "mergedInto": None}]
    assert client.get("/api/v1/suppliers").status_code == 401


def test_the_trail_is_read_by_filters_from_a_closed_list(
    client: Client,
    bearer: Callable[..., dict[str, str]],
    organisation: Organisation,
    other_organisation: Organisation,
) -> None:
    header = bearer(AU, organisation)

    def ask(query: str) -> Any:
        return client.get(f"/api/v1/audit{query}", headers=header)

    assert [row["verb"] for row in ask("").json()["results"]] == ["token.create", "organisation.create"]
    assert len(ask("?verb=token.create&objectType=ground.apitoken").json()["results"]) == 1
    assert ask("?since=2090-01-01T00:00:00Z").json()["results"] == []
    assert ask("?organisation=waterschap-voorbeeld").json()["results"] == []
    assert ask("?seq=1").status_code == 400
    assert "seq" not in ask("").json()["results"][0]
    assert client.get("/api/v1/audit", headers=bearer(PO, organisation)).status_code == 403


def test_the_admin_only_looks_and_shows_no_secret(officer: User) -> None:
    request = RequestFactory().get("/")
    registered = [one for model, one in admin.site._registry.items() if model._meta.app_label == "ground"]
    assert registered
    for page in registered:
        assert isinstance(page, ReadOnlyAdmin)
        request.user = User(is_active=True, is_superuser=True, is_staff=True)
        assert page.has_view_permission(request)
        assert not page.has_add_permission(request)
        assert not page.has_change_permission(request)
        assert not page.has_delete_permission(request)
        assert not set(page.get_fields(request)) & NEVER_SHOWN
        request.user = officer
        assert not page.has_view_permission(request)


def test_the_admin_withholds_entries_about_sealed_bids(organisation: Organisation) -> None:
    request = RequestFactory().get("/")
    box = Vault.objects.create(organisation=organisation, key_id="k")
    entry = audit.record(None, "bid.submit", organisation, organisation=organisation, vault=box)
    shown = admin.site._registry[AuditEntry].get_queryset(request)
    assert entry not in shown
    Vault.objects.filter(pk=box.pk).update(opened_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert entry in shown.all()


def test_the_day_of_a_moment_is_the_dutch_one() -> None:
    with clock.set_to(datetime(2025, 12, 31, 23, 30, tzinfo=UTC)):
        assert clock.today() == date(2026, 1, 1)
