"""The door for what suppliers are asked: a question is changed in a concept, a second person puts it in force."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from indicators.models import ProductGroup, ProtocolVersion
from indicators.models.coded import State
from indicators.protocols import protocol_concepts as concepts
from indicators.protocols.protocol_differences import differences
from indicators.protocols.protocol_publishing import publish_protocol, throw_away_protocol
from indicators.protocols.question_checks import check_all, rests_on
from indicators.protocols.questions import document_of, questions_in
from indicators.releases import load
from indicators.selectors import protocol_for, protocol_of
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import AuditEntry, Organisation, Role
from mvi_dashboard.ground.problems import Refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("both_releases")]
CARS = "dienstautos"
WHY = {"reason": "Gevraagd door inkopers."}
ENERGY: dict[str, Any] = {
    "code": "makingEnergy",
    "labelNl": "Energie van het maken",
    "helpNl": "Elektriciteit van het maken van één auto. Staat vaak op uw jaarrekening.",
    "type": "decimal",
    "unit": "kWh per auto",
    "min": "0.5",
    "max": "20000",
    "askedFrom": "standard",
}


@pytest.fixture
def maker(actor_as: Callable[..., Actor]) -> Actor:
    return actor_as(Role.REFERENCE_MANAGER)


@pytest.fixture
def second(actor_as: Callable[..., Actor]) -> Actor:
    return actor_as(Role.REFERENCE_MANAGER)


def add(actor: Actor, of: str = CARS, **said: Any) -> ProtocolVersion:
    return concepts.add_question(actor, code=of, document={**ENERGY, **said})


def change(actor: Actor, key: str, of: str = CARS, **said: Any) -> ProtocolVersion:
    stamp = concepts.get_place(actor, of).stamp
    return concepts.change_question(actor, code=of, key=key, expected_version=stamp, document=said)


def drop(actor: Actor, key: str, code: str = CARS) -> ProtocolVersion:
    stamp = concepts.get_place(actor, code).stamp
    return concepts.drop_question(actor, code=code, key=key, expected_version=stamp)


def declare(actor: Actor, code: str, *indicators: str) -> ProtocolVersion:
    stamp = concepts.get_place(actor, code).stamp
    document = {"declaredProduction": list(indicators)}
    return concepts.change_protocol(actor, code=code, expected_version=stamp, document=document)


def publish(actor: Actor, code: str = CARS) -> ProtocolVersion:
    stamp = concepts.get_place(actor, code).stamp
    return publish_protocol(actor, code=code, expected_version=stamp, document=WHY)


def refused(act: Callable[[], Any]) -> set[tuple[str | None, str]]:
    """(attr, code) of all that it is refused for; nothing was stored."""
    before = list(ProtocolVersion.objects.order_by("pk").values_list("pk", "definition", "state"))
    with pytest.raises(Refused) as found:
        act()
    assert list(ProtocolVersion.objects.order_by("pk").values_list("pk", "definition", "state")) == before
    return {(each.attr, each.code) for each in found.value.problems}


def test_every_protocol_that_ships_is_right_by_the_rules_of_its_door() -> None:
    wrong = {}
    for row in ProtocolVersion.objects.filter(state=State.PUBLISHED):
        if row.version == "1" and row.code == "algemeen":
            continue  # its words stand by place, as before there were levels
        found = check_all(rests_on(row.definition, row.definition, row.code, row.group))
        wrong[str(row)] = [(each.attr, each.code) for each in found]
    assert len(wrong) == 15
    assert {name: found for name, found in wrong.items() if found} == {}


def test_a_new_question_is_asked_when_a_second_person_publishes_it(maker: Actor, second: Actor) -> None:
    group = ProductGroup.objects.get(code=CARS)
    held = protocol_for(group)
    concept = add(maker, position=1, requiredFrom="full", evidenceFrom="full")
    assert (concept.version, concept.base, protocol_for(group)) == ("2.1", held, held)
    assert [(each.key, each.before is None) for each in differences(concepts.place_of(CARS))] == [
        ("makingEnergy", True)
    ]
    with pytest.raises(Refused, match="second_officer"):
        publish(maker)
    assert publish(second) == concept
    protocol = protocol_of(protocol_for(group))
    assert protocol is not None
    first = protocol.answers("durable")[0]
    assert (first.code, first.unit, first.minimum, first.maximum, first.required_from) == (
        *("makingEnergy", "kWh per auto", "0.5", "20000", "full"),
    )
    assert protocol.may_declare == ("climate",)
    held.refresh_from_db()
    assert held.state == State.SUPERSEDED
    entry = AuditEntry.objects.get(verb="protocol.publish")
    assert (entry.reason, entry.changes) == (WHY["reason"], {"protocol": CARS, "version": "2.1"})


def test_questions_are_changed_dropped_and_put_in_order(maker: Actor, second: Actor) -> None:
    answers = [key for key in questions_in(concepts.place_of(CARS).held.definition) if "." not in key]
    change(maker, "drive", labelNl="Waar rijdt de auto op?", requiredFrom=None)
    change(maker, answers[-1], position=1)
    concept = drop(maker, "wltpElectricity")
    told = {each.key: (each.after is None, each.moved) for each in differences(concepts.place_of(CARS))}
    assert told == {"drive": (False, False), answers[-1]: (False, True), "wltpElectricity": (True, False)}
    publish(second)
    concept.refresh_from_db()
    after = [key for key in questions_in(concept.definition) if "." not in key]
    assert after == [answers[-1], *(key for key in answers[:-1] if key != "wltpElectricity")]
    asked = document_of(concept.definition, "drive")
    assert asked is not None
    assert (asked["labelNl"], "requiredFrom" in asked) == ("Waar rijdt de auto op?", False)


BAD = [
    ({"type": "number"}, {("type", "invalid_choice")}),
    (
        {"type": "integer", "decimals": 2, "min": "0.5", "max": "20"},
        {("decimals", "not_applicable"), ("min", "invalid")},
    ),
    ({"unit": "kWu per auto"}, {("unit", "invalid_unit")}),
    ({"type": "text", "min": None, "max": None}, {("unit", "not_applicable")}),
    ({"type": "yes-no", "unit": ""}, {("min", "not_applicable"), ("max", "not_applicable")}),
    ({"min": "30", "max": "20"}, {("max", "order")}),
    ({"askedFrom": "heavy"}, {("askedFrom", "invalid_choice")}),
    ({"askedFrom": "full", "requiredFrom": "standard"}, {("requiredFrom", "order")}),
    ({"evidenceFrom": "light"}, {("evidenceFrom", "order")}),
    (
        {"type": "choice", "unit": "", "min": None, "max": None, "choices": [{"code": "a", "nameNl": "A"}]},
        {("choices", "required")},
    ),
    (
        {
            **{"type": "choice", "unit": "", "min": None, "max": None},
            "choices": [{"code": "a", "nameNl": "A"}, {"code": "a", "nameNl": "B"}, {"code": "c", "nameNl": "b"}],
        },
        {("choices.1.code", "duplicate_line"), ("choices.2.nameNl", "duplicate_line")},
    ),
    ({"choices": [{"code": "a", "nameNl": "A"}]}, {("choices", "not_applicable")}),
    ({"appliesTo": "consumed"}, {("appliesTo", "not_applicable")}),
    ({"code": "drive"}, {("code", "already_exists")}),
    ({"code": "Making-Energy"}, {("code", "invalid")}),
    ({"code": ""}, {("code", "required")}),
    ({"labelNl": "aandrijving"}, {("labelNl", "already_exists")}),
    ({"helpNl": ""}, {("helpNl", "required")}),
    (
        {"code": "drive", "type": "number", "unit": "kWu", "askedFrom": "", "min": "x"},
        {
            *(("code", "already_exists"), ("type", "invalid_choice"), ("unit", "invalid_unit")),
            *(("askedFrom", "invalid_choice"), ("min", "invalid_number")),
        },
    ),
]


def test_what_cannot_be_asked_is_told_all_at_once(maker: Actor) -> None:
    for said, expected in BAD:
        assert (said, refused(lambda said=said: add(maker, **said))) == (said, expected)


def test_what_was_asked_keeps_its_key_its_kind_and_its_unit(maker: Actor, second: Actor) -> None:
    place = concepts.get_place(maker, CARS)
    rename = {"code": "driveTrain"}
    assert refused(
        lambda: concepts.change_question(
            maker, code=CARS, key="drive", expected_version=place.stamp, document=rename
        )
    ) == {("code", "frozen")}
    assert refused(lambda: change(maker, "wltpCarbon", unit="kg")) == {("unit", "frozen")}
    assert refused(lambda: change(maker, "wltpCarbon", type="integer")) == {("type", "frozen")}
    drop(maker, "wltpCarbon")
    assert refused(lambda: add(maker, code="wltpCarbon")) == {("unit", "frozen")}
    add(maker)
    place = concepts.get_place(maker, CARS)
    concepts.change_question(
        maker, code=CARS, key="makingEnergy", expected_version=place.stamp, document={"code": "factoryEnergy"}
    )
    assert "factoryEnergy" in questions_in(concepts.place_of(CARS).shown.definition)


def test_what_the_calculation_needs_cannot_go_or_wait(maker: Actor) -> None:
    for key in (
        "line.massKg",
        "line.lifetimeYears",
        "line.billOfMaterials",
        "line.warrantyYears",
        "material.recycled",
    ):
        assert refused(lambda key=key: drop(maker, key)) == {(None, "needed")}
    assert refused(lambda: change(maker, "line.massKg", askedFrom="full", requiredFrom=None)) == {
        *(("askedFrom", "needed"), ("requiredFrom", "needed")),
    }
    assert {code for _, code in refused(lambda: change(maker, "line.massKg", unit="g", type="text"))} <= {
        *("unknown_field", "not_applicable", "frozen"),
    }
    change(maker, "line.massKg", labelNl="Wat weegt één auto?")
    assert refused(lambda: add(maker, code="line.colour")) == {("code", "invalid")}


def test_only_an_indicator_that_exists_may_be_declared_and_only_of_goods(maker: Actor) -> None:
    assert refused(lambda: declare(maker, CARS, "climate", "klimaat", "climate")) == {
        *(("declaredProduction.1", "does_not_exist"), ("declaredProduction.2", "duplicate_line")),
    }
    assert refused(lambda: declare(maker, "catering", "climate")) == {("declaredProduction.0", "not_applicable")}
    assert refused(lambda: declare(maker, CARS, "climate")) == {(None, "nothing_changed")}


@pytest.mark.parametrize("code", ["zware-motorvoertuigen", "mobiele-werktuigen"])
def test_a_group_without_a_protocol_gets_one_in_which_a_maker_may_declare(
    maker: Actor, second: Actor, code: str
) -> None:
    group = ProductGroup.objects.get(code=code)
    general = protocol_for(group)
    assert general is not None
    assert general.group is None
    concept = declare(maker, code, "climate")
    assert (concept.version, concept.group, concept.definition["inherits"]) == ("0.1", group, "algemeen 2")
    assert protocol_of(protocol_for(group)).may_declare == ()  # type: ignore[union-attr]
    publish(second, code)
    own = protocol_of(protocol_for(group))
    assert own is not None
    assert (own.code, own.name, own.may_declare) == (code, f"Protocol {group.name_nl.lower()}", ("climate",))
    assert own.fields == protocol_of(general).fields  # type: ignore[union-attr]


def test_a_concept_that_rests_on_what_holds_no_more_is_refused(maker: Actor, second: Actor) -> None:
    declare(
        maker,
        "telefonie",
    )  # nobody may declare any more
    add(maker, "zware-motorvoertuigen")
    add(second, "algemeen", appliesTo="durable")
    publish(maker, "algemeen")
    assert refused(lambda: publish(second, "zware-motorvoertuigen")) == {(None, "outdated")}
    assert refused(lambda: drop(maker, "makingEnergy", "zware-motorvoertuigen")) == {(None, "outdated")}
    stamp = concepts.get_place(maker, "zware-motorvoertuigen").stamp
    throw_away_protocol(maker, code="zware-motorvoertuigen", expected_version=stamp, document=WHY)
    assert "makingEnergy" in questions_in(concepts.place_of("zware-motorvoertuigen").held.definition)
    publish(second, "telefonie")


def test_a_concept_is_thrown_away_with_a_reason_and_nothing_that_holds_is(maker: Actor, second: Actor) -> None:
    add(maker)
    stamp = concepts.get_place(maker, CARS).stamp
    assert refused(lambda: throw_away_protocol(second, code=CARS, expected_version=stamp, document={})) == {
        ("reason", "required")
    }
    throw_away_protocol(second, code=CARS, expected_version=stamp, document=WHY)
    assert concepts.place_of(CARS).concept is None
    stamp = concepts.get_place(maker, CARS).stamp
    assert refused(lambda: throw_away_protocol(maker, code=CARS, expected_version=stamp, document=WHY)) == {
        (None, "wrong_state")
    }


def test_a_concept_in_which_nothing_differs_any_more_is_not_published(maker: Actor, second: Actor) -> None:
    add(maker)
    drop(maker, "makingEnergy")
    assert refused(lambda: publish(second)) == {(None, "empty")}


def test_who_did_not_see_the_last_change_is_told_so_and_others_may_not_look(
    maker: Actor, second: Actor, organisation: Organisation, actor_as: Callable[..., Actor]
) -> None:
    stamp = concepts.get_place(maker, CARS).stamp
    add(second)
    with pytest.raises(Refused, match="precondition_failed"):
        concepts.drop_question(maker, code=CARS, key="drive", expected_version=stamp)
    officer = actor_as(Role.PROCUREMENT_OFFICER, organisation)
    for act in (lambda: concepts.get_place(officer, CARS), lambda: add(officer)):
        with pytest.raises(Refused, match="permission_denied"):
            act()
    with pytest.raises(Refused, match="not_found"):
        concepts.get_place(maker, "bestaat-niet")


def test_a_release_takes_the_place_of_what_was_made_here_only_with_a_reason(
    maker: Actor, second: Actor, tmp_path: Path
) -> None:
    add(maker)
    publish(second)
    later = {"code": CARS, "version": "3", "group": CARS, "inherits": "dienstautos 2", "name_nl": "Auto's"}
    (tmp_path / "release.json").write_text(json.dumps({"follows": "2026.2"}), encoding="utf-8")
    (tmp_path / "protocols").mkdir()
    (tmp_path / "protocols" / "dienstautos-3.json").write_text(
        json.dumps([{**later, "fields": []}]), encoding="utf-8"
    )
    assert {code for _, code in refused(lambda: load(tmp_path))} == {"own_version"}
    load(tmp_path, reason="Besluit.")
    assert concepts.place_of(CARS).held.version == "3"
    assert "makingEnergy" not in questions_in(concepts.place_of(CARS).held.definition)
    assert add(maker).version == "3.1"
