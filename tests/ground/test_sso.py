"""Signing in with the provider of an organisation, against one that runs here on loopback."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from mvi_dashboard.ground import access, accounts, audit, clock, deployment, taking_back
from mvi_dashboard.ground.account import requiring
from mvi_dashboard.ground.account.sso import configuration
from mvi_dashboard.ground.models import (
    AuditEntry,
    Membership,
    Organisation,
    Role,
    SignedInSession,
    SsoIdentity,
    User,
)
from tests.ground.sign_in_provider import CLIENT, SECRET, Provider, running
from tests.ground.test_second_factor import code_at, signed_in, switch_on

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
ROLES = {
    "inkoop": {"role": "procurement-officer", "organisation": "voorbeeldstad"},
    "controle": [
        {"role": "auditor", "organisation": "voorbeeldstad"},
        {"role": "policy-officer", "organisation": "voorbeeldstad"},
    ],
    "weg": {"role": "auditor", "organisation": "bestaat-niet"},
}
SANNE = {
    "sub": "s-123",
    "email": "s.devries@voorbeeldstad.example",
    "email_verified": True,
    "given_name": "Sanne",
    "family_name": "de Vries",
    "groups": ["inkoop", "iets anders"],
}


def given(issuer: str, **more: Any) -> dict[str, Any]:
    """The settings, as the environment gives them."""
    return {
        "issuer": issuer,
        "client_id": CLIENT,
        "client_secret": SECRET,
        "label": "Inloggen via Voorbeeldstad",
        "scope": "openid email profile",
        "roles_claim": "groups",
        "roles": json.dumps(ROLES),
        "second_factor": ["mfa"],
        **more,
    }


@pytest.fixture
def provider(settings: Any, organisation: Organisation) -> Iterator[Provider]:
    with running() as found:
        settings.OIDC = given(found.issuer)
        found.claims = dict(SANNE)
        yield found


def there(client: Client, following: str = "") -> str:
    """The address with which the browser comes back from the provider."""
    answer = client.get("/inloggen/sso/", {"next": following} if following else {})
    assert answer.status_code == 302, answer.content
    at_provider = requests.get(answer["Location"], allow_redirects=False, timeout=10)
    place = urlsplit(at_provider.headers["Location"])
    return f"{place.path}?{place.query}"


def signs_in(client: Client | None = None, following: str = "") -> Any:
    client = client or Client()
    return client.get(there(client, following))


def roles_of(user: User) -> set[str]:
    return {grant.role for grant in access.actor_of_user(user).grants}


def test_somebody_new_comes_in_with_the_roles_of_the_provider(
    provider: Provider, organisation: Organisation
) -> None:
    client = Client()
    assert "Inloggen via Voorbeeldstad" in client.get("/inloggen/").content.decode()
    answer = signs_in(client, "/profiel/")
    assert answer["Location"] == "/profiel/"
    told = client.get("/api/v1/me").json()
    assert told["name"] == "Sanne de Vries"
    assert [role["role"] for role in told["roles"]] == ["procurement-officer"]
    user = User.objects.get(email=SANNE["email"])
    assert not user.has_usable_password()
    assert SignedInSession.objects.get().user == user
    verbs = set(AuditEntry.objects.values_list("verb", flat=True))
    assert {"user.create", "membership.add", "user.sso-link", "user.signin"} <= verbs
    page = client.get("/profiel/").content.decode()
    assert 'href="/wachtwoord/"' not in page, "there is no password to change"


def test_each_attempt_has_its_own_state_nonce_and_pkce(provider: Provider) -> None:
    signs_in()
    signs_in()
    first, second = provider.asked
    for name in ("state", "nonce", "code_challenge"):
        assert first[name]
        assert first[name] != second[name]
    assert first["code_challenge_method"] == "S256"
    assert first["redirect_uri"] == "http://127.0.0.1:8000/inloggen/sso/terug/"
    assert all(len(each["code_verifier"]) >= 43 for each in provider.tokens)


def test_who_was_here_before_is_linked_once_by_a_verified_address(provider: Provider, officer: User) -> None:
    User.objects.filter(pk=officer.pk).update(email=SANNE["email"].upper())
    assert signs_in().status_code == 302
    assert SsoIdentity.objects.get().user == officer
    User.objects.filter(pk=officer.pk).update(email="later@voorbeeldstad.example")
    assert signs_in().status_code == 302, "known by issuer and subject"
    assert User.objects.count() == 1
    provider.claims["sub"] = "s-456"
    User.objects.filter(pk=officer.pk).update(email=SANNE["email"])
    assert signs_in().status_code == 403, "somebody else with the same address"


@pytest.mark.parametrize("verified", [False, None, "true"])
def test_an_address_that_is_not_verified_lets_nobody_in(provider: Provider, officer: User, verified: Any) -> None:
    User.objects.filter(pk=officer.pk).update(email=SANNE["email"])
    provider.claims["email_verified"] = verified
    answer = signs_in()
    assert answer.status_code == 403
    assert "nog niet bevestigd" not in Client().get("/").content.decode()
    assert not SsoIdentity.objects.exists()


def test_the_address_may_come_from_the_user_info_but_not_of_somebody_else(provider: Provider) -> None:
    provider.claims = {"sub": "s-123"}
    provider.userinfo = dict(SANNE)
    assert signs_in().status_code == 302
    provider.userinfo = SANNE | {"sub": "s-999"}
    assert signs_in().status_code == 409


def test_roles_follow_what_the_provider_says_and_those_given_by_hand_stay(
    provider: Provider, organisation: Organisation
) -> None:
    signs_in()
    user = User.objects.get(email=SANNE["email"])
    accounts.add_membership(audit.SYSTEM, user=user, role=Role.REVIEWER, organisation=organisation)
    provider.claims["groups"] = "controle"
    signs_in()
    assert roles_of(user) == {Role.REVIEWER, Role.AUDITOR, Role.POLICY_OFFICER}
    signs_in()
    assert Membership.objects.filter(user=user).count() == 4, "nothing changed"
    provider.claims["groups"] = ["inkoop"]
    signs_in()
    assert roles_of(user) == {Role.REVIEWER, Role.PROCUREMENT_OFFICER}
    provider.claims["groups"] = []
    assert signs_in().status_code == 302
    assert roles_of(user) == {Role.REVIEWER}
    assert AuditEntry.objects.filter(verb="membership.end").count() == 4


@pytest.mark.parametrize("groups", [[], ["onbekend"], None, {"inkoop": True}, [{"inkoop": 1}], ["weg"]])
def test_somebody_new_without_a_role_does_not_come_in(provider: Provider, groups: Any) -> None:
    provider.claims["groups"] = groups
    answer = signs_in()
    assert answer.status_code == 403
    assert not User.objects.exists()


def test_who_is_blocked_or_administers_the_installation_does_not_come_in(provider: Provider) -> None:
    signs_in()
    user = User.objects.get(email=SANNE["email"])
    taking_back.block_user(audit.SYSTEM, user=user, reason="weg")
    assert signs_in().status_code == 403
    taking_back.unblock_user(audit.SYSTEM, user=user, reason="terug")
    assert signs_in().status_code == 302
    User.objects.filter(pk=user.pk).update(is_superuser=True)
    assert signs_in().status_code == 403


WRONG: dict[str, Callable[[Provider], Any]] = {
    "nonce": lambda it: it.spoiled.update(nonce="van een andere poging"),
    "no nonce": lambda it: it.spoiled.update(nonce=None, nonce_supported=False),
    "audience": lambda it: it.spoiled.update(aud="een andere site", azp=CLIENT),
    "issuer": lambda it: it.spoiled.update(iss="https://elders.example"),
    "too old": lambda it: it.spoiled.update(exp=1_700_000_000, iat=1_699_999_000),
    "no end": lambda it: it.spoiled.update(exp=None),
    "another key": lambda it: setattr(it, "another_key", True),
    "the secret of both": lambda it: setattr(it, "signs_with", "HS256"),
    "unsigned": lambda it: setattr(it, "signs_with", "none"),
}


@pytest.mark.parametrize("what", list(WRONG))
def test_an_answer_that_does_not_count_lets_nobody_in(provider: Provider, what: str) -> None:
    client = Client()
    back = there(client)
    WRONG[what](provider)
    assert client.get(back).status_code == 409
    assert client.get("/api/v1/me").status_code == 401
    assert not User.objects.exists()


def test_coming_back_without_having_begun_here_lets_nobody_in(provider: Provider) -> None:
    """Somebody else's way back, sent to a victim; and one that was used, or whose state was changed."""
    attacker, victim = Client(), Client()
    back = there(attacker)
    assert victim.get(back).status_code == 409
    own = there(victim)
    assert victim.get(back).status_code == 409, "another attempt than the one of this browser"
    code = dict(parse_qsl(urlsplit(back).query))["code"]
    state = dict(parse_qsl(urlsplit(own).query))["state"]
    assert victim.get("/inloggen/sso/terug/", {"code": code, "state": state}).status_code == 409, "PKCE"
    assert victim.get(own).status_code == 302
    assert victim.get(own).status_code == 409, "once"
    assert attacker.get(f"{back}&error=access_denied").status_code == 409, "its code was tried by somebody else"


def test_a_refusal_of_the_provider_is_told(provider: Provider) -> None:
    client = Client()
    state = dict(parse_qsl(urlsplit(there(client)).query))["state"]
    answer = client.get("/inloggen/sso/terug/", {"error": "access_denied", "state": state})
    assert answer.status_code == 409
    assert "Inloggen is niet gelukt." in answer.content.decode()


def test_a_provider_that_is_away_or_calls_itself_otherwise_is_said(provider: Provider) -> None:
    provider.away = True
    answer = Client().get("/inloggen/sso/")
    assert answer.status_code == 503
    provider.away, provider.calls_itself = False, "https://elders.example"
    assert Client().get("/inloggen/sso/").status_code == 503


def test_it_never_goes_on_to_another_site(provider: Provider) -> None:
    assert signs_in(following="https://elders.example/")["Location"] == "/"
    assert signs_in(following="//elders.example/")["Location"] == "/"


def test_the_own_second_factor_is_asked_unless_the_provider_did(provider: Provider, officer: User) -> None:
    User.objects.filter(pk=officer.pk).update(email=SANNE["email"])
    secret, _ = switch_on(signed_in(officer))
    client = Client()
    assert signs_in(client, "/profiel/")["Location"] == "/inloggen/code/?next=%2Fprofiel%2F"
    assert client.get("/api/v1/me").status_code == 401
    with clock.set_to(clock.now() + timedelta(seconds=60)):
        answer = client.post("/inloggen/code/?next=%2Fprofiel%2F", {"code": code_at(secret)})
    assert answer["Location"] == "/profiel/"
    provider.claims["amr"] = ["pwd", "mfa"]
    assert signs_in(following="/profiel/")["Location"] == "/profiel/"


def test_who_must_have_one_has_it_when_the_provider_asked_for_it(
    provider: Provider, organisation: Organisation, new_person: Callable[..., User]
) -> None:
    administrator = access.actor_of_user(new_person(Role.ORGANISATION_ADMINISTRATOR, organisation))
    document = {"procurementOfficer": True}
    requiring.require_second_factor(administrator, organisation=organisation.pk, document=document)
    client = Client()
    signs_in(client)
    assert client.get("/")["Location"] == "/profiel/tweede-factor/"
    assert client.post("/profiel/tweede-factor/", {}).status_code == 302, "no password to ask for"
    provider.claims["amr"] = ["mfa"]
    signs_in(client := Client())
    assert client.get("/").status_code == 200
    assert client.get("/api/v1/me").status_code == 200


def test_without_a_provider_there_is_nothing_of_it(db: None) -> None:
    client = Client()
    assert "/inloggen/sso/" not in client.get("/inloggen/").content.decode()
    assert client.get("/inloggen/sso/").status_code == 404
    assert client.get("/inloggen/sso/terug/?code=x&state=y").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"client_id": ""}, "OIDC_CLIENT_ID"),
        ({"issuer": "http://provider.example"}, "https"),
        ({"roles": "{"}, "no JSON"),
        ({"roles": "/bestaat/niet.json"}, "no JSON"),
        ({"roles": "[]"}, "no JSON"),
        ({"roles": '{"a": {"role": "koning", "organisation": "x"}}'}, "which is not there"),
        ({"roles": '{"a": {"role": "auditor"}}'}, "wrong place"),
        ({"roles": '{"a": {"role": "auditor", "organisation": "x", "supplier": "y"}}'}, "wrong place"),
        ({"roles": '{"a": {"rol": "auditor"}}'}, "needs a role"),
    ],
)
def test_what_is_wrong_with_the_configuration_is_said_at_once(
    settings: Any, wrong: dict[str, Any], said: str
) -> None:
    settings.OIDC = given("https://provider.example") | wrong
    with pytest.raises(ImproperlyConfigured, match=said):
        configuration.current()
    assert "E007" in {fault.code for fault in deployment.faults()}


def test_the_mapping_may_stand_in_a_file(settings: Any, tmp_path: Path) -> None:
    file = tmp_path / "roles.json"
    file.write_text(json.dumps(ROLES), encoding="utf-8")
    settings.OIDC = given("https://provider.example", roles=str(file))
    found = configuration.current()
    assert found is not None
    assert [each.role for each in found.roles["controle"]] == ["auditor", "policy-officer"]
