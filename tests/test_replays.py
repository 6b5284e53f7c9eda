"""Rights before memory: who may not do an act any more is answered as a fresh request, not as the old one was.

And a version before a state: who judged on what was changed since hears that (412), whatever the state is now.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

import contracts.services
import tenders.services
from indicators.groups import proposals
from indicators.models import CategoryScheme, FactorSetVersion, MethodVersion
from indicators.protocols import protocol_concepts
from mvi_dashboard.ground import accounts, audit, clock
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.columns.saving import create_profile
from mvi_dashboard.ground.idempotency import Once, bound_to, fingerprint
from mvi_dashboard.ground.models import AuditEntry, IdempotencyRecord, Membership, Organisation, Role, Supplier
from mvi_dashboard.ground.problems import Kind, Refused
from tenders.models import Bid, Tender
from tests import corpus, standing, worlds
from tests.routes import operations
from tests.worlds import World

pytestmark = pytest.mark.django_db
ACTS = [(route, method) for route, method, handler in operations() if handler.headers["once"]]
# What makes something at the place where one works now is about nothing of another organisation.
MAKES = ("_record-history",)
FOREIGN = [
    (route, method)
    for route, method in ACTS
    if ("/tenders/" in route or "/contracts/" in route) and not route.endswith(MAKES)
]
VERSIONED = {(route, method) for route, method, handler in operations() if handler.headers["if_match"]}


@standing.furnished
def furnish(made: World) -> None:
    """An organisation with a tender on which there is a bid, and a contract."""
    made.build(["reference", "contract", "delivered", "factor-set"])
    made.names["oldTender"] = made.names["tender"]


def path_of(route: str, world: World) -> str:
    """The address of an act on what this world has."""
    kinds = {"/contracts/": "contract", "/tenders/": "tender", "/bids/": "bid"}
    own = next((world.names[name] for part, name in kinds.items() if part in route), str(uuid.uuid4()))
    filled = route.replace("<uuid:public_id>", own)
    method, factors = MethodVersion.objects.order_by("id").first(), world.names["factorSet"]
    assert method is not None
    code = method.method.code if "/methods/" in route else factors
    code = "voorbeeldstad" if "/organisations/" in route else code
    return filled.replace("<str:code>", code).replace("<str:version>", "1").replace("<str:organisation>", code)


class _Asker:
    """Somebody with a token, whose roles can end."""

    def __init__(self, role: str, place: Organisation | Supplier | None) -> None:
        where = {"supplier" if isinstance(place, Supplier) else "organisation": place} if place else {}
        self.user = accounts.create_user(audit.SYSTEM, username="iemand", password="een lang wachtwoord 1")
        accounts.add_membership(audit.SYSTEM, user=self.user, role=role, **where)
        _, text = accounts.create_api_token(audit.SYSTEM, role=role, user=self.user, **where)
        self.headers = {"Authorization": f"Bearer {text}", "If-Match": '"1"'}

    def send(self, method: str, path: str, key: str) -> Any:
        """The answer to this act with an empty body."""
        headers = self.headers | {"Idempotency-Key": key}
        return getattr(Client(), method)(path, "{}", content_type="application/json", headers=headers)

    def did(self, method: str, path: str, outcome: Any) -> str:
        """The key of the same request, which was carried out before and gave this."""
        actor_key, key = str(self.user.actor_key), corpus.fresh_key()
        record = IdempotencyRecord.objects.create(
            actor_key=actor_key,
            key=key,
            body_hmac=bound_to(actor_key, key, fingerprint(method.upper(), path, {})),
            status=200,
            object_type=outcome._meta.label_lower,
            object_id=outcome.pk,
        )
        return str(record.key)


@pytest.mark.parametrize(("route", "method"), ACTS, ids=[f"{method} {route}" for route, method in ACTS])
def test_an_act_that_is_sent_again_after_the_right_ended_answers_as_a_fresh_one(
    route: str, method: str, world: World
) -> None:
    path = path_of(route, world)
    asker = _Asker(Role.PROCUREMENT_OFFICER, world.city)
    key = asker.did(method, path, Tender.objects.get(public_id=world.names["tender"]))
    Membership.objects.filter(user=asker.user).update(ended_at=clock.now())
    written = AuditEntry.objects.count()
    again, fresh = asker.send(method, path, key), asker.send(method, path, corpus.fresh_key())
    assert again.status_code == fresh.status_code
    assert again.status_code in (400, 403, 404), again.content
    assert json.loads(again.content) == json.loads(fresh.content)
    assert AuditEntry.objects.count() == written


@pytest.mark.parametrize(("route", "method"), FOREIGN, ids=[f"{method} {route}" for route, method in FOREIGN])
def test_somebody_of_another_organisation_replays_nothing_either(route: str, method: str, world: World) -> None:
    """The person went to work elsewhere: the same role, at another place."""
    path = path_of(route, world)
    role = Role.CONTRACT_MANAGER if "/contracts/" in route else Role.PROCUREMENT_OFFICER
    asker = _Asker(role, world.water)
    key = asker.did(method, path, Tender.objects.get(public_id=world.names["tender"]))
    again, fresh = asker.send(method, path, key), asker.send(method, path, corpus.fresh_key())
    assert again.status_code == fresh.status_code
    assert again.status_code in (403, 404), again.content
    assert json.loads(again.content) == json.loads(fresh.content)


def test_who_still_may_gets_the_first_answer_again(world: World) -> None:
    world.build(["open-tender"])
    tender = worlds._make_tender(world, world.now)
    path = f"/api/v1/tenders/{tender.public_id}/_cancel"
    headers = {"Authorization": f"Bearer {world.token('procurement-officer')}", "Idempotency-Key": "een-keer"}
    headers["If-Match"] = f'"{tender.version}"'

    def send() -> Any:
        return Client().post(path, '{"reason": "Weg."}', content_type="application/json", headers=headers)

    first, again = send(), send()
    assert (first.status_code, again.status_code) == (200, 200)
    assert AuditEntry.objects.filter(verb="tender.cancel").count() == 1


def test_a_service_that_forgets_to_judge_rights_first_cannot_remember(world: World) -> None:
    once = Once("iemand", "sleutel", "afdruk")
    with pytest.raises(RuntimeError):
        once.remember(200, Tender.objects.get(public_id=world.names["tender"]))


def test_a_form_that_is_sent_again_after_the_right_ended_is_refused(world: World) -> None:
    document = {"line": world.names["line"], "date": "2025-01-05", "reopen": False}
    key = corpus.fresh_key()

    def press(actor: Actor) -> Any:
        once = Once(actor.key, key, "dezelfde afdruk")
        given = {"contract_id": world.names["contract"], "document": document, "once": once}
        return once.carry_out(lambda: contracts.services.close_deliveries(actor, **given))

    first = press(world.manager)
    assert press(world.manager).pk == first.pk
    stranger = Actor(world.manager.key, (), world.manager.user)
    with pytest.raises(Refused) as refused:
        press(stranger)
    assert refused.value.kind is Kind.NOT_FOUND


# What each act that takes If-Match is asked in a state in which it would be refused with 409 all the same.
def _opened(world: World) -> tuple[str, str]:
    world.build(["opened-tender"])
    return f"/api/v1/tenders/{world.names['tender']}", "procurement-officer"


def _final(world: World) -> tuple[str, str]:
    return f"/api/v1/tenders/{world.names['tender']}", "procurement-officer"


def _late_bid(world: World) -> tuple[str, str]:
    world.names.pop("bid", None)
    world.build(["opened-tender"])
    return f"/api/v1/bids/{world.names['bid']}", "leverancier-a"


def _contract(world: World) -> tuple[str, str]:
    return f"/api/v1/contracts/{world.names['contract']}", "contract-manager"


def _factors(world: World) -> tuple[str, str]:
    row = FactorSetVersion.objects.filter(state="published").order_by("id").first()
    assert row is not None
    return f"/api/v1/factor-sets/{row.factor_set.code}/versions/{row.version}", "reference-manager"


def _method(world: World) -> tuple[str, str]:
    row = MethodVersion.objects.filter(state="published").order_by("id").first()
    assert row is not None
    return f"/api/v1/methods/{row.method.code}/versions/{row.version}", "reference-manager"


def _scheme(world: World) -> tuple[str, str]:
    scheme = CategoryScheme.objects.create(organisation=world.city, code="eigen", name="Eigen indeling")
    return f"/api/v1/category-schemes/{scheme.public_id}", "policy-officer"


def _proposal(world: World) -> tuple[str, str]:
    """The concept of this person, with one row in it."""
    world.token("reference-manager")
    maker = world.actor(Role.REFERENCE_MANAGER, None, "reference-manager-x")
    values = {"nameNl": "Proefstoel", "group": "kantoormeubilair"}
    made = proposals.add_row(maker, kind="product-types", document={"code": "proef-stoel", "values": values})
    return f"/api/v1/proposals/{made.public_id}", "reference-manager"


def _row_of_concept(world: World) -> tuple[str, str]:
    return "/api/v1/proposals/own/rows/product-types/proef-stoel", _proposal(world)[1]


def _reference_row(world: World) -> tuple[str, str]:
    return "/api/v1/reference-rows/product-groups/papier", "reference-manager"


def _protocol(world: World) -> tuple[str, str]:
    """The concept of a protocol, with one question more."""
    world.token("reference-manager")
    maker = world.actor(Role.REFERENCE_MANAGER, None, "reference-manager-x")
    question = {"code": "makingEnergy", "labelNl": "Energie", "helpNl": "Van het maken.", "type": "decimal"}
    question |= {"unit": "kWh per stuk", "askedFrom": "standard"}
    protocol_concepts.add_question(maker, code="dienstautos", document=question)
    return "/api/v1/protocols/dienstautos", "reference-manager"


def _question(world: World) -> tuple[str, str]:
    return f"{_protocol(world)[0]}/questions/makingEnergy", "reference-manager"


def _columns(world: World) -> tuple[str, str]:
    document = {"kind": "spend", "name": "grootboek", "columns": [{"header": "Bedrag", "field": "amount"}]}
    profile = create_profile(world.actor(Role.POLICY_OFFICER, world.city, "beleid-x"), document=document)
    return f"/api/v1/column-profiles/{profile.public_id}", "policy-officer"


Place = Callable[[World], tuple[str, str]]
STALE: dict[tuple[str, str], tuple[Place, dict[str, Any]]] = {
    ("tenders/<uuid:public_id>", "patch"): (_opened, {"title": "Anders"}),
    ("tenders/<uuid:public_id>/_publish", "post"): (_opened, {}),
    ("tenders/<uuid:public_id>/_hold-elsewhere", "post"): (_opened, {"platform": "TenderNed"}),
    ("tenders/<uuid:public_id>/_decide", "post"): (_final, {"bid": str(uuid.uuid4()), "reason": "Zo is het."}),
    ("tenders/<uuid:public_id>/_withdraw", "post"): (_final, {"reason": "Zo is het."}),
    ("tenders/<uuid:public_id>/_cancel", "post"): (_final, {"reason": "Zo is het."}),
    ("tenders/<uuid:public_id>/_finalise", "post"): (_opened, {"reference": "C-9"}),
    ("bids/<uuid:public_id>", "put"): (_late_bid, {}),
    ("bids/<uuid:public_id>", "delete"): (_late_bid, {}),
    ("contracts/<uuid:public_id>", "patch"): (_contract, {"start": "2030-01-01", "end": "2029-01-01"}),
    ("factor-sets/<str:code>/versions/<str:version>/_publish", "post"): (_factors, {}),
    ("methods/<str:code>/versions/<str:version>/_publish", "post"): (_method, {}),
    ("factor-sets/<str:code>/versions/<str:version>/_throw-away", "post"): (_factors, {"reason": "Zo is het."}),
    ("methods/<str:code>/versions/<str:version>/_throw-away", "post"): (_method, {"reason": "Zo is het."}),
    ("category-schemes/<uuid:public_id>", "put"): (_scheme, {}),
    ("column-profiles/<uuid:public_id>", "put"): (_columns, {}),
    ("proposals/<uuid:public_id>/_publish", "post"): (_proposal, {"reason": "Zo is het."}),
    ("proposals/<uuid:public_id>/_discard", "post"): (_proposal, {"reason": "Zo is het."}),
    ("proposals/own/rows/<str:kind>/<str:code>", "delete"): (_row_of_concept, {}),
    ("reference-rows/<str:kind>/<str:code>", "patch"): (_reference_row, {"values": {"note": "Zo is het."}}),
    ("reference-rows/<str:kind>/<str:code>", "delete"): (_reference_row, {}),
    ("protocols/<str:code>", "patch"): (_protocol, {"nameNl": "Anders"}),
    ("protocols/<str:code>/questions/<str:key>", "patch"): (_question, {"labelNl": "Anders"}),
    ("protocols/<str:code>/questions/<str:key>", "delete"): (_question, {}),
    ("protocols/<str:code>/_publish", "post"): (_protocol, {"reason": "Zo is het."}),
    ("protocols/<str:code>/_throw-away", "post"): (_protocol, {"reason": "Zo is het."}),
}


def test_every_act_that_takes_a_version_is_tried() -> None:
    assert {(f"/api/v1/{route}", method) for route, method in STALE} == VERSIONED


@pytest.mark.parametrize(("route", "method"), list(STALE), ids=[f"{method} {route}" for route, method in STALE])
def test_what_was_changed_since_is_said_before_what_the_state_forbids(
    route: str, method: str, world: World
) -> None:
    place, body = STALE[route, method]
    path, who = place(world)
    tail = route.rpartition("/")[2]
    path = f"{path}/{tail}" if tail.startswith("_") else path
    headers = {
        "Authorization": f"Bearer {world.token(who)}",
        "Idempotency-Key": corpus.fresh_key(),
        "If-Match": '"987654"',
    }
    answer = getattr(Client(), method)(path, json.dumps(body), content_type="application/json", headers=headers)
    assert answer.status_code == 412, answer.content
    assert [each["code"] for each in answer.json()["errors"]] == ["precondition_failed"]


@pytest.mark.parametrize("act", ["_decide", "_cancel", "_publish"])
def test_an_old_version_right_after_the_opening_is_412_and_names_nobody(act: str, world: World) -> None:
    world.build(["closed-tender"])
    tender = Tender.objects.get(public_id=world.names["tender"])
    seen = tender.version
    worlds._open(world, tender, world.now - timedelta(days=3))
    body = {
        "_decide": {"bid": world.names["bid"], "reason": "Zo is het."},
        "_cancel": {"reason": "Zo is het."},
        "_publish": {},
    }[act]
    headers = {
        "Authorization": f"Bearer {world.token('procurement-officer')}",
        "Idempotency-Key": corpus.fresh_key(),
        "If-Match": f'"{seen}"',
    }
    path = f"/api/v1/tenders/{tender.public_id}/{act}"
    answer = Client().post(path, json.dumps(body), content_type="application/json", headers=headers)
    # The system itself was the last: its key is no person's.
    assert answer.status_code == 412, answer.content
    said = answer.json()["errors"][0]["detail"]
    assert said.startswith("Dit is intussen gewijzigd op ")


def _stale_text(world: World, tender: Tender) -> str:
    with pytest.raises(Refused) as refused:
        tenders.services.cancel_tender(
            world.officer, tender_id=tender.public_id, document={"reason": "Zo is het."}, expected_version=987654
        )
    assert refused.value.kind is Kind.STALE
    return refused.value.problems[0].detail


def test_a_colleague_is_named_but_nobody_of_another_organisation_and_nobody_who_only_read(world: World) -> None:
    world.agree_to_cosign()
    world.names.pop("bid")
    world.build(["closed-tender"])
    tender = Tender.objects.get(public_id=world.names["tender"])
    neighbour = world.actor(Role.PROCUREMENT_OFFICER, world.water, "buurvrouw-1")
    moment = world.now - timedelta(days=3)
    with clock.set_to(moment):
        tenders.services.open_tender(world.officer, tender_id=tender.public_id)
        assert "door inkoper-1 op" in _stale_text(world, tender)
        tenders.services.open_tender(neighbour, tender_id=tender.public_id)
        assert "buurvrouw" not in _stale_text(world, tender)
        tenders.services.decide_award(
            world.second_officer,
            tender_id=tender.public_id,
            document={"bid": world.names["bid"], "reason": "Zo is het."},
            expected_version=Tender.objects.get(pk=tender.pk).version,
        )
        tenders.services.compare_tender(world.officer, tender_id=tender.public_id)
        assert "door inkoper-2 op" in _stale_text(world, tender)


def test_a_supplier_hears_no_name_when_its_bid_was_changed(world: World) -> None:
    world.names.pop("bid", None)
    world.build(["opened-tender"])
    bid = Bid.objects.get(public_id=world.names["bid"])
    with pytest.raises(Refused) as refused:
        tenders.services.withdraw_bid(
            world.supplier_actor("leverancier-a"), bid_id=bid.public_id, expected_version=987654
        )
    assert refused.value.kind is Kind.STALE
    assert "door" not in refused.value.problems[0].detail
