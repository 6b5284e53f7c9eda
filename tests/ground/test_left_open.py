"""What an organisation left open that went up in another one, until its work is handed over."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from mvi_dashboard.ground import access, accounts, audit, clock
from mvi_dashboard.ground.keys import revoking
from mvi_dashboard.ground.models import ApiToken, Organisation, Role, User, Webhook
from mvi_dashboard.ground.organisations import retention, succession
from mvi_dashboard.ground.problems import Kind, Refused

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
ADMIN = Role.ORGANISATION_ADMINISTRATOR
REASON = {"reason": "De organisatie is er niet meer."}


@pytest.fixture
def city() -> Organisation:
    """The one that goes on."""
    return accounts.create_organisation(audit.SYSTEM, code="voorbeeldstad", name="Gemeente Voorbeeldstad")


@pytest.fixture
def town() -> Organisation:
    """The one that goes up in it."""
    return accounts.create_organisation(audit.SYSTEM, code="voorbeelddorp", name="Gemeente Voorbeelddorp")


def person(name: str, place: Organisation | None, role: str = Role.ORGANISATION_ADMINISTRATOR) -> User:
    user = accounts.create_user(audit.SYSTEM, username=name)
    if place is not None:
        accounts.add_membership(audit.SYSTEM, user=user, role=role, organisation=place)
    else:
        User.objects.filter(pk=user.pk).update(is_superuser=True)
        user.refresh_from_db()
    return user


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def left_open(town: Organisation, city: Organisation, keeper: User) -> tuple[ApiToken, Webhook]:
    """A key and a webhook of an organisation that went up in another one."""
    key, _ = accounts.create_api_token(audit.SYSTEM, role=Role.CONTRACT_MANAGER, organisation=town)
    hook = Webhook.objects.create(
        organisation=town,
        url="https://voorbeeld.example/haak",
        events=[],
        key_id="k",
        sealed_secret=b"s",
        created_at=clock.now(),
    )
    document = {"successor": city.code, "day": clock.today().isoformat(), "reason": "Herindeling"}
    succession.merge(access.actor_of_user(keeper), code=town.code, document=document)
    return key, hook


@pytest.mark.parametrize("who", ["installation", "successor"])
def test_who_administers_the_successor_or_the_installation_ends_keys_and_webhooks(
    who: str, city: Any, town: Any
) -> None:
    keeper, other = person("installatie", None), person("a", city)
    key, hook = left_open(town, city, keeper)
    client = browser(keeper if who == "installation" else other)
    revoke, end = reverse("key-revoke", args=[key.actor_key]), reverse("webhook-end", args=[hook.public_id])
    own = [reverse("keys"), reverse("webhooks")]
    pages = [reverse("organisation", args=[town.code])] if who == "installation" else own
    told = "".join(client.get(page).content.decode() for page in pages)
    assert revoke in told
    assert end in told
    assert client.post(revoke, REASON).status_code == 302
    assert client.post(end, REASON).status_code == 302
    key.refresh_from_db()
    hook.refresh_from_db()
    assert key.revoked_at is not None
    assert hook.ended_at is not None


def test_others_and_after_handing_over_nobody_ends_them_by_that_way(city: Any, town: Any) -> None:
    keeper, stranger = person("installatie", None), person("b", None)
    User.objects.filter(pk=stranger.pk).update(is_superuser=False)
    elsewhere = accounts.create_organisation(audit.SYSTEM, code="elders", name="Elders")
    accounts.add_membership(
        audit.SYSTEM, user=stranger, role=Role.ORGANISATION_ADMINISTRATOR, organisation=elsewhere
    )
    key, hook = left_open(town, city, keeper)
    revoke, end = reverse("key-revoke", args=[key.actor_key]), reverse("webhook-end", args=[hook.public_id])
    client = browser(User.objects.get(pk=stranger.pk))
    assert [client.post(page, REASON).status_code for page in (revoke, end)] == [404, 404]
    succession.hand_over(access.actor_of_user(keeper), code=town.code, document={"reason": "Loopt door"})
    assert browser(keeper).post(revoke, REASON).status_code == 404


def test_a_real_key_is_not_revoked_while_practising(city: Any) -> None:
    user = person("a", city)
    key, _ = accounts.create_api_token(audit.SYSTEM, role=ADMIN, user=user, organisation=city)
    practice = accounts.create_organisation(audit.SYSTEM, code="oefen", name="Oefen", practice_of=city)
    actor = access.actor_of_user(user, practice.pk)
    with pytest.raises(Refused) as refused:
        revoking.revoke_key(actor, key_id=key.actor_key, document=REASON)
    assert refused.value.kind is Kind.FORBIDDEN
    key.refresh_from_db()
    assert key.revoked_at is None


def test_what_goes_wrong_at_one_organisation_keeps_no_other_waiting(
    city: Any, town: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []

    def find(organisation_id: int, moment: Any) -> Any:
        if organisation_id == city.pk:
            raise RuntimeError("kapot")
        found.append(organisation_id)
        return User.objects.none()

    kind = retention.Kind("probe", "Proef", "ding,dingen", "", (3,), 3, find, len)
    monkeypatch.setattr(retention, "kinds", lambda: (kind,))
    with pytest.raises(ExceptionGroup) as told:
        retention.clean()
    assert found == [town.pk]
    assert told.value.exceptions[0].__notes__ == ["organisation voorbeeldstad"]
