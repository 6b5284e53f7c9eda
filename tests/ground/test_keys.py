"""Keys: shown once, of a person or of a system, renewed and revoked, and told before they end."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from mvi_dashboard.ground import access, accounts, audit, clock
from mvi_dashboard.ground.keys import ending, listing, making, revoking
from mvi_dashboard.ground.models import ApiToken, AuditEntry, Message, Organisation, Role, Supplier, User
from mvi_dashboard.ground.problems import Kind, Refused
from tests.queries import queries_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
PO, CM, AD = Role.PROCUREMENT_OFFICER, Role.CONTRACT_MANAGER, Role.ORGANISATION_ADMINISTRATOR
TEXT = re.compile(r'<code class="secret">(mvi_[\w-]{43})</code>')


@pytest.fixture
def administrator(organisation: Organisation, new_person: Callable[..., User]) -> User:
    """Who administers Voorbeeldstad."""
    return new_person(AD, organisation, "beheerder-1")


def key_of(person: User, role: str, whose: str = "own", **document: Any) -> ApiToken:
    """A key that this person makes."""
    given = {"whose": whose, "role": str(role), "name": "Koppeling", **document}
    return making.make_key(access.actor_of_user(person), document=given)


def whoami(client: Client, text: str) -> int:
    """What the API answers with this key."""
    status: int = client.get("/api/v1/me", headers={"Authorization": f"Bearer {text}"}).status_code
    return status


def test_a_key_is_shown_once_in_an_answer_that_no_browser_keeps(administrator: User, client: Client) -> None:
    client.force_login(administrator)
    form = {"name": "Power BI", "role": CM, "days": "30", "sleutel": "ab" * 16}
    made = client.post("/organisatie/sleutels/systeem/", form)
    found = TEXT.search(made.content.decode())
    assert found is not None
    assert made.headers["Cache-Control"] == "no-store"
    text = found[1]
    again = client.post("/organisatie/sleutels/systeem/", form, follow=True)
    assert "al gemaakt en getoond" in again.content.decode()
    for page in (again, client.get("/organisatie/sleutels/")):
        assert text not in page.content.decode()
    row = ApiToken.objects.get()
    assert (row.user, row.made_by, row.name) == (None, administrator, "Power BI")
    assert text not in str(list(AuditEntry.objects.values())) + str(ApiToken.objects.values().get())
    assert whoami(Client(), text) == 200


@pytest.mark.parametrize("role", [PO, Role.REVIEWER, Role.AUDITOR, AD])
def test_no_system_reads_bids_or_administers(administrator: User, role: str, client: Client) -> None:
    with pytest.raises(Refused) as refused:
        key_of(administrator, role, "system")
    assert [problem.attr for problem in refused.value.problems] == ["role"]
    client.force_login(administrator)
    assert f'value="{role}"' not in client.get("/organisatie/sleutels/systeem/").content.decode()


def test_a_person_makes_own_keys_in_own_roles_and_none_for_systems(officer: User, client: Client) -> None:
    made = key_of(officer, PO)
    assert access.actor_of_token(ApiToken.objects.get(pk=made.pk)).is_person
    for role, whose in ((CM, "own"), (CM, "system")):
        with pytest.raises(Refused):
            key_of(officer, role, whose)
    client.force_login(officer)
    assert "openen en gunnen" in client.get("/organisatie/sleutels/eigen/").content.decode()
    assert client.get("/organisatie/sleutels/systeem/").status_code == 403
    with pytest.raises(Refused) as refused:
        making.make_key(access.actor_of_token(made), document={"whose": "own", "role": str(PO), "name": "Nog een"})
    assert refused.value.kind is Kind.FORBIDDEN


@pytest.mark.parametrize("days", [0, 367, "honderd"])
def test_a_key_lasts_a_year_at_most_and_ninety_days_of_itself(officer: User, days: Any) -> None:
    assert key_of(officer, PO).expires_at - clock.now() > timedelta(days=89)
    with pytest.raises(Refused):
        key_of(officer, PO, days=days)


def test_people_of_a_supplier_make_keys_for_their_supplier_alone(
    supplier: Supplier, other_supplier: Supplier, new_person: Callable[..., User], client: Client
) -> None:
    one, colleague = new_person(Role.SUPPLIER, supplier), new_person(Role.SUPPLIER, supplier)
    stranger = new_person(Role.SUPPLIER, other_supplier)
    made = key_of(one, Role.SUPPLIER, "system")
    assert (made.supplier, made.user) == (supplier, None)
    with pytest.raises(Refused):
        key_of(one, Role.SUPPLIER, "system", place=other_supplier.code)
    assert list(listing.keys_visible_to(access.actor_of_user(colleague))) == [made]
    assert not listing.keys_visible_to(access.actor_of_user(stranger)).exists()
    client.force_login(stranger)
    for page in ("vernieuwen", "intrekken"):
        assert client.post(f"/organisatie/sleutels/{made.actor_key}/{page}/", {"reason": "Weg"}).status_code == 404


def test_a_key_of_a_system_of_a_supplier_looks_after_nobody(
    supplier: Supplier, new_person: Callable[..., User], client: Client
) -> None:
    colleague = new_person(Role.SUPPLIER, supplier)
    body = {"email": "nieuw@firma.example", "roles": ["supplier"]}
    for whose, read, invited in (("system", 403, 403), ("own", 200, 201)):
        key = key_of(colleague, Role.SUPPLIER, whose)
        headers = {"Authorization": f"Bearer {key.text}", "Idempotency-Key": whose}
        assert client.get("/api/v1/people", headers=headers).status_code == read
        sent = client.post("/api/v1/invitations", body, content_type="application/json", headers=headers)
        assert sent.status_code == invited


@pytest.mark.parametrize("whose", ["own", "system"])
def test_a_key_of_a_supplier_that_was_merged_is_renewed_and_stays_its_own(
    whose: str, supplier: Supplier, other_supplier: Supplier, new_person: Callable[..., User]
) -> None:
    colleague = new_person(Role.SUPPLIER, supplier)
    key = key_of(colleague, Role.SUPPLIER, whose)
    Supplier.objects.filter(pk=supplier.pk).update(merged_into=other_supplier)
    actor = access.actor_of_user(colleague)
    assert listing.listed(actor, list(listing.keys_visible_to(actor)))[0].renewable
    made = making.renew_key(actor, key_id=key.actor_key, document={"days": 30})
    assert (made.supplier, made.user) == (supplier, key.user), "so that it goes along when they are taken apart"
    assert access.actor_of_token(made).supplier_id == other_supplier.pk


def test_an_administrator_sees_and_revokes_every_key_of_the_place_with_a_reason(
    administrator: User, officer: User, other_organisation: Organisation, new_person: Callable[..., User]
) -> None:
    made = key_of(officer, PO)
    actor = access.actor_of_user(administrator)
    with pytest.raises(Refused) as refused:
        making.renew_key(actor, key_id=made.actor_key, document={})
    assert refused.value.kind is Kind.FORBIDDEN
    elsewhere = access.actor_of_user(new_person(AD, other_organisation))
    for other, kind in ((elsewhere, Kind.NOT_FOUND), (actor, Kind.INVALID)):
        with pytest.raises(Refused) as refused:
            revoking.revoke_key(other, key_id=made.actor_key, document={})
        assert refused.value.kind is kind
    revoking.revoke_key(actor, key_id=made.actor_key, document={"reason": "De laptop is gestolen."})
    assert whoami(Client(), made.text) == 401
    entry = AuditEntry.objects.get(verb="token.revoke")
    assert (entry.reason, entry.changes["prefix"]) == ("De laptop is gestolen.", made.prefix)
    with pytest.raises(Refused) as refused:
        revoking.revoke_key(actor, key_id=made.actor_key, document={"reason": "Nog een keer."})
    assert refused.value.kind is Kind.CONFLICT


def test_a_renewed_key_is_new_and_the_old_one_works_for_a_week(officer: User) -> None:
    old = key_of(officer, PO)
    new = making.renew_key(access.actor_of_user(officer), key_id=old.actor_key, document={"days": 10})
    old.refresh_from_db()
    assert (new.role, new.user, new.name) == (old.role, old.user, old.name)
    assert old.expires_at <= clock.now() + making.OVERLAP
    assert whoami(Client(), old.text) == whoami(Client(), new.text) == 200
    # There is a newer one, so nobody is told that the old one ends.
    assert ending.tell_who_it_concerns() == 0


def test_who_made_a_key_and_who_administers_are_told_once_that_it_ends(
    administrator: User, officer: User, organisation: Organisation
) -> None:
    own = key_of(officer, PO)
    accounts.create_api_token(audit.SYSTEM, role=CM, organisation=organisation, name="Opdracht")
    assert ending.tell_who_it_concerns() == 0
    with clock.set_to(clock.now() + timedelta(days=84)):
        assert ending.tell_who_it_concerns() == 3
        assert ending.tell_who_it_concerns() == 0
        assert ApiToken.objects.filter(pk=own.pk, expires_at__lte=clock.now() + listing.SOON).exists()
    told = Message.objects.filter(kind=ending.KIND).values_list("reader__username", flat=True)
    assert sorted(told) == ["beheerder-1", "beheerder-1", "inkoper-1"]


def test_the_list_asks_as_many_queries_for_many_keys(
    administrator: User, organisation: Organisation, client: Client
) -> None:
    client.force_login(administrator)

    def count(number: int) -> int:
        for _ in range(number):
            accounts.create_api_token(audit.SYSTEM, role=CM, organisation=organisation)
        return len(queries_of(client, "/organisatie/sleutels/"))

    assert count(1) == count(20) <= 12


def test_nobody_without_a_role_has_a_page_of_keys(new_person: Callable[..., User], client: Client) -> None:
    client.force_login(accounts.create_user(audit.SYSTEM, username="zonder-rol"))
    assert client.get("/organisatie/sleutels/").status_code == 403
    client.force_login(new_person(Role.NATIONAL_VIEWER))
    assert client.get("/organisatie/sleutels/").status_code == 200
    form = {"name": "Landelijk", "role": Role.NATIONAL_VIEWER, "sleutel": "cd" * 16}
    assert TEXT.search(client.post("/organisatie/sleutels/eigen/", form).content.decode())
