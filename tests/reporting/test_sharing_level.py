"""What an organisation shares, shown on its own numbers, and reports with the history of who went up in it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from contracts.models import Contract
from mvi_dashboard.ground import access, accounts, audit, clock
from mvi_dashboard.ground.models import AuditEntry, Organisation, Role, User
from mvi_dashboard.ground.organisations import holdings, succession
from mvi_dashboard.ground.problems import Refused
from reporting import services
from reporting.models import SharedCell
from reporting.selectors import Question, scope_of
from reporting.views.sharing import seen_at
from tests import standing
from tests.reporting.made import copies
from tests.worlds import World, _log

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
PAGE = "/organisatie/delen/"


furnish = standing.states("contract", "delivered")


def browser(world: World) -> Client:
    client = Client()
    client.force_login(world.person(Role.ORGANISATION_ADMINISTRATOR, world.city, "beheerder-1"))
    return client


def test_each_level_says_what_others_see_of_ones_own_contracts(world: World) -> None:
    few, whole = seen_at("totals", world.city), seen_at("public", world.city)
    assert few is not None
    assert whole is not None
    assert (few.contracts, few.hidden, few.examples) == (0, 1, ()), "one contract is in no sum"
    assert (whole.contracts, whole.hidden, len(whole.examples)) == (1, 0, 1)
    copies(5)
    services.put_right()
    few = seen_at("totals", world.city)
    assert few is not None
    assert (few.contracts, few.hidden, few.examples, len(few.groups)) == (6, 0, (), 1)
    assert few.promised == seen_at("contracts", world.city).promised  # type: ignore[union-attr]
    assert seen_at("totals", world.water) is None
    text = browser(world).get(PAGE).content.decode()
    assert "U deelt nu: alleen totalen" in text
    assert "Geen enkel contract is apart te zien" in text


def test_another_level_holds_at_once_after_a_second_look_with_a_reason(world: World) -> None:
    copies(5)
    services.put_right()
    assert SharedCell.objects.filter(organisation=world.city).exists()
    client, address = browser(world), f"{PAGE}wijzigen/?plaats={world.city.code}&niveau=public"
    assert "Wat gezien is, blijft gezien" in client.get(address).content.decode()
    assert client.post(address).status_code == 400, "a reason is asked"
    assert client.get(f"{PAGE}wijzigen/?niveau=alles").status_code == 200
    assert client.post(f"{PAGE}wijzigen/?niveau=alles", {"reason": "Openheid"}).status_code == 400
    assert client.post(address, {"reason": "Openheid over inkoop"}).status_code == 302
    assert Organisation.objects.get(pk=world.city.pk).national_share == "public"
    entry = AuditEntry.objects.get(verb="organisation.share")
    assert (entry.organisation, entry.changes) == (world.city, {"national_share": ["totals", "public"]})
    assert not SharedCell.objects.filter(organisation=world.city).exists()
    services.set_share(
        access.actor_of_user(world.people[Role.ORGANISATION_ADMINISTRATOR, "beheerder-1"]),
        code=world.city.code,
        document={"level": "totals", "reason": "Toch niet"},
    )
    services.put_right()
    assert SharedCell.objects.filter(organisation=world.city).exists(), "divided anew"


def test_another_administrator_and_an_officer_change_nothing(world: World) -> None:
    document = {"level": "public", "reason": "Openheid"}
    for actor in (world.officer, world.actor(Role.ORGANISATION_ADMINISTRATOR, world.water, "beheerder-2")):
        with pytest.raises(Refused):
            services.set_share(actor, code=world.city.code, document=document)


def test_a_report_has_the_history_of_predecessors_when_it_is_asked(world: World) -> None:
    region = accounts.create_organisation(audit.SYSTEM, code="regio", name="Regio Voorbeeld")
    keeper = accounts.create_user(audit.SYSTEM, username="installatie")
    User.objects.filter(pk=keeper.pk).update(is_superuser=True)
    keeper.refresh_from_db()
    held = {each["label"]: each["value"] for each in holdings.held(world.city)}
    assert held["Contracten"] == "1 contract"
    document: dict[str, Any] = {"successor": "regio", "day": clock.today().isoformat(), "reason": "Herindeling"}
    succession.merge(access.actor_of_user(keeper), code=world.city.code, document=document)
    policy = world.actor(Role.POLICY_OFFICER, region, "beleid-regio")

    def contracts(**asked: Any) -> list[Any]:
        rows = services.read_effects(scope_of(policy, **asked), Question(indicator="climate")).rows
        return [row.values["contracts"] for row in rows]

    assert contracts() == contracts(organisation="regio") == []
    assert contracts(predecessors=True) == contracts(organisation="regio", predecessors=True) == [1]
    client = Client()
    client.force_login(world.person(Role.POLICY_OFFICER, region, "beleid-regio"))
    assert "voorgangers=yes" in client.get("/dashboard/").content.decode()
    assert "Met voorgangers" in client.get("/dashboard/?voorgangers=yes").content.decode()
    assert Contract.objects.visible_to(policy).get().organisation == world.city, "its rows stay where they are"
    # Who managed the contract only reads now; the successor goes on after the work was handed over, and no sooner.
    former, manager = world.manager, (Role.CONTRACT_MANAGER, region, "contractmanager-regio")
    retired = {"date": "2025-03-01", "count": 5, "sourceReference": "na de herindeling"}

    def log(by: Any) -> Any:
        world.manager = by
        return _log(world, "retirement", retired)

    for nobody in (access.actor_of_user(former.user), world.actor(*manager)):
        with pytest.raises(Refused):
            log(nobody)
    succession.hand_over(
        access.actor_of_user(keeper), code=world.city.code, document={"reason": "De contracten lopen door"}
    )
    record = log(world.actor(*manager))
    assert (record.organisation, record.recorded_by) == (world.city, world.actor(*manager).key)
    with pytest.raises(Refused):
        log(access.actor_of_user(former.user))
