"""The making of groups and types in a factor set: one row, a whole version, a file; rules alike at every door."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from openpyxl import Workbook

from indicators.factors import factor_drafts, making_file, making_imports, row_changes, throwing_away
from indicators.factors.sealed_content import content_hash
from indicators.models import Factor, FactorSetVersion, ImportPreview, Processing, ProductType
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import AuditEntry, Organisation, Role
from mvi_dashboard.ground.problems import Refused
from mvi_dashboard.ground.sent_files import Upload

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.any_database,
    pytest.mark.usefixtures("both_releases"),
]
SET = "nl-open-2026"
ROW = {
    "productGroup": "bedrijfskleding",
    "indicator": "climate",
    "state": "range",
    "value": "20",
    "low": "10",
    "high": "40",
    "source": "izt",
    "derivation": "Drie bronnen, de middelste telt.",
    "toVerify": True,
}
WHY = {"attr": "value", "code": "plausibility", "reason": "Nagezocht bij drie bronnen."}


@pytest.fixture
def manager(actor_as: Callable[..., Actor]) -> Actor:
    return actor_as(Role.REFERENCE_MANAGER)


def published() -> FactorSetVersion:
    return FactorSetVersion.objects.filter(factor_set__code=SET, state="published").latest("pk")


def stored() -> tuple[int, int, int, int]:
    return (
        FactorSetVersion.objects.count(), Factor.objects.count(), Processing.objects.count(),
        AuditEntry.objects.count(),
    )  # fmt: skip


def refused(actor: Actor, document: dict[str, Any]) -> list[tuple[str | None, str]]:
    """What is said of it; and nothing was stored."""
    before = stored()
    with pytest.raises(Refused) as found:
        row_changes.change_making(actor, owner=SET, document=document)
    assert stored() == before
    return [(each.attr, each.code) for each in found.value.problems]


def test_one_row_opens_a_concept_with_all_that_holds_and_the_next_row_goes_into_it(manager: Actor) -> None:
    held = published()
    concept = row_changes.change_making(manager, owner=SET, document=ROW)
    assert (concept.state, concept.base_id) == ("draft", held.pk)
    assert concept.factors.count() == held.factors.count()
    row = concept.processing.get(group__code="bedrijfskleding", product_type=None, indicator__code="climate")
    assert (row.state, row.low, row.value, row.high) == ("range", 10.0, 20.0, 40.0)
    assert (row.unit, row.source.code if row.source else "", row.to_verify) == ("kg CO2-eq/kg", "izt", True)
    again = row_changes.change_making(manager, owner=SET, document=ROW | {"high": "44"})
    assert again.pk == concept.pk
    assert (
        concept.processing.get(group__code="bedrijfskleding", product_type=None, indicator__code="climate").high
        == 44
    )
    assert AuditEntry.objects.filter(verb="making.change", object_id=str(concept.pk)).count() == 2
    assert published() == held


BAD: dict[str, tuple[dict[str, Any], list[tuple[str, str]]]] = {
    "low above the value": ({"low": "30"}, [("low", "range")]),
    "a negative bound": ({"low": "-1"}, [("low", "range")]),
    "a range over a factor 1,000": ({"low": "0.03", "high": "40"}, [("high", "range")]),
    "one bound only": ({"high": None}, [("high", "required")]),
    "no bounds at all": ({"high": None, "low": None}, [("low", "required")]),
    "a range without its value": ({"value": None}, [("value", "required")]),
    "a value and a range": ({"state": "value"}, [("low", "value_and_range"), ("high", "value_and_range")]),
    "a value without its number": (
        {"state": "value", "value": None, "low": None, "high": None}, [("value", "required")]
    ),
    "included with a number": (
        {"state": "included", "low": None, "high": None}, [("value", "state_without_value")]
    ),
    "unknown with a number": ({"state": "unknown", "low": None, "high": None}, [("value", "state_without_value")]),
    "an unknown group": ({"productGroup": "kleding-van-papier"}, [("productGroup", "does_not_exist")]),
    "an unknown type": ({"productType": "laptops"}, [("productType", "does_not_exist")]),
    "a type of another group": ({"productType": "laptop"}, [("productType", "wrong_group")]),
    "an unknown indicator": ({"indicator": "klimaat"}, [("indicator", "does_not_exist")]),
    "an unknown source": ({"source": "van horen zeggen"}, [("source", "does_not_exist")]),
    "no source": ({"source": ""}, [("source", "required")]),
    "another unit": ({"unit": "kg CO2-eq/stuk"}, [("unit", "invalid_unit")]),
    "no state": ({"state": "bekend"}, [("state", "invalid_choice")]),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_wrong_row_is_refused_at_its_field_and_stores_nothing(name: str, manager: Actor) -> None:
    changed, expected = BAD[name]
    assert refused(manager, ROW | changed) == expected


def test_a_value_that_becomes_ten_times_larger_is_asked_about_with_both_values(manager: Actor) -> None:
    row_changes.change_making(manager, owner=SET, document=ROW)
    far = ROW | {"low": "100", "value": "201", "high": "400"}
    with pytest.raises(Refused) as found:
        row_changes.change_making(manager, owner=SET, document=far)
    [problem] = found.value.problems
    assert (problem.attr, problem.code, problem.confirmable) == ("value", "plausibility", True)
    assert "van 20 naar 201 kg CO2-eq/kg" in problem.detail
    concept = row_changes.change_making(manager, owner=SET, document=far | {"confirmations": [WHY]})
    [row] = concept.processing.filter(group__code="bedrijfskleding", product_type=None, indicator__code="climate")
    assert row.value == 201
    assert AuditEntry.objects.latest("pk").reason.endswith(WHY["reason"])


def test_a_type_has_a_row_of_its_own_beside_that_of_its_group(manager: Actor) -> None:
    kind = ProductType.objects.get(code="laptop")
    row = {"productGroup": kind.group.code, "productType": "laptop", "indicator": "climate", "state": "unknown"}
    concept = row_changes.change_making(manager, owner=SET, document=row)
    assert concept.processing.get(product_type=kind, indicator__code="climate").state == "unknown"
    whole = published().processing.filter(group=kind.group, product_type=None).values_list("indicator", "value")
    assert set(
        concept.processing.filter(group=kind.group, product_type=None).values_list("indicator", "value")
    ) == set(whole)


def test_who_changed_a_row_does_not_publish_the_concept_of_somebody_else(
    manager: Actor, actor_as: Callable[..., Actor]
) -> None:
    first, second, third = manager, actor_as(Role.REFERENCE_MANAGER), actor_as(Role.REFERENCE_MANAGER)
    concept = row_changes.change_making(first, owner=SET, document=ROW)
    row_changes.change_making(second, owner=SET, version=concept.version, document=ROW | {"high": "44"})
    given: dict[str, Any] = {"owner": SET, "version": concept.version, "expected_version": 1}
    for actor in (first, second):
        with pytest.raises(Refused) as found:
            factor_drafts.publish_draft(actor, **given)
        assert [each.code for each in found.value.problems] == ["second_officer"]
    assert factor_drafts.publish_draft(third, **given).state == "published"


def test_a_published_version_takes_no_row(manager: Actor) -> None:
    with pytest.raises(Refused) as found:
        row_changes.change_making(manager, owner=SET, version=published().version, document=ROW)
    assert [each.code for each in found.value.problems] == ["frozen_version"]


@pytest.mark.parametrize("role", [Role.PROCUREMENT_OFFICER, Role.CONTRACT_MANAGER])
def test_only_a_reference_manager_changes_a_row(
    role: Role, actor_as: Callable[..., Actor], organisation: Organisation
) -> None:
    actor = actor_as(role, organisation)
    with pytest.raises(Refused) as found:
        row_changes.change_making(actor, owner=SET, document=ROW)
    assert [each.code for each in found.value.problems] == ["permission_denied"]


GIVEN = {"factorSet": SET, "mode": "replace", "decimal": ","}


def read_in(actor: Actor, content: bytes, name: str = "maken.csv", **given: str) -> ImportPreview:
    upload = Upload(name, content)
    return making_imports.preview_making(actor, document=GIVEN | given, upload=upload)


def test_the_download_reads_back_to_the_same_version(manager: Actor) -> None:
    held = published()
    content = "".join(making_file.file_of(held)).encode()
    preview = read_in(manager, content)
    counts = preview.summary["counts"]
    assert counts == {"added": 0, "changed": 0, "removed": 0, "same": held.processing.count(), "kept": 0}
    concept = making_imports.confirm_making(manager, preview.public_id)
    assert content_hash(concept) == held.content_hash
    sources = ("group", "product_type", "indicator", "unit", "source", "derivation", "to_verify")
    assert set(concept.processing.values_list(*sources)) == set(held.processing.values_list(*sources))


def test_a_workbook_with_the_same_columns_is_read_too(manager: Actor) -> None:
    book = Workbook()
    book.active.append(
        ["Productgroep", "Indicator", "Stand", "Laagste", "Waarde", "Hoogste", "Bron", "Te verifiëren"]
    )
    book.active.append(["bedrijfskleding", "climate", "Tussen grenzen", 10, 20, 40.5, "izt", "ja"])
    content = io.BytesIO()
    book.save(content)
    preview = read_in(manager, content.getvalue(), "maken.xlsx", mode="supplement")
    assert preview.summary["counts"]["changed"] == 1
    concept = making_imports.confirm_making(manager, preview.public_id)
    [row] = concept.processing.filter(group__code="bedrijfskleding", product_type=None, indicator__code="climate")
    assert (row.low, row.value, row.high, row.to_verify) == (10, 20, 40.5, True)
    assert concept.processing.count() == published().processing.count()


def test_a_preview_stores_nothing_and_names_what_it_left_out(manager: Actor) -> None:
    before = stored()
    content = b"Productgroep;Indicator;Stand;Opmerking\nbedrijfskleding;climate;onbekend;zie mail\n"
    summary = read_in(manager, content, mode="supplement").summary
    assert stored() == before
    assert summary["leftOut"] == [{"what": "Kolom Opmerking", "why": "alleen om te lezen", "rows": 0}]
    [row] = summary["changed"]
    assert (row["before"]["state"], row["after"]) == (
        "range", {"state": "unknown", "low": None, "value": None, "high": None}
    )  # fmt: skip


HEADER = "Productgroep;Producttype;Indicator;Stand;Waarde;Laagste;Hoogste;Bron\n"
WRONG_FILES = {
    "low above the value": ("bedrijfskleding;;climate;range;20;30;40;izt", [("rows.2.low", "range")]),
    "negative": ("bedrijfskleding;;climate;value;-20;;;izt", [("rows.2.value", "range")]),
    "over a factor 1,000": ("bedrijfskleding;;climate;range;20;0,01;40;izt", [("rows.2.high", "range")]),
    "one bound": ("bedrijfskleding;;climate;range;20;10;;izt", [("rows.2.high", "required")]),
    "value and range": (
        "bedrijfskleding;;climate;value;20;10;40;izt",
        [("rows.2.low", "value_and_range"), ("rows.2.high", "value_and_range")],
    ),
    "a type of another group": (
        "bedrijfskleding;laptop;climate;unknown;;;;",
        [("rows.2.productType", "wrong_group")],
    ),
    "the same row twice": (
        "bedrijfskleding;;climate;unknown;;;;\nbedrijfskleding;;climate;range;20;10;40;izt",
        [("rows.3.productGroup", "duplicate_line")],
    ),
    "a state that is none": ("bedrijfskleding;;climate;misschien;;;;", [("rows.2.state", "invalid_choice")]),
}


@pytest.mark.parametrize("name", WRONG_FILES)
def test_a_wrong_file_is_refused_at_its_cell_and_stores_nothing(name: str, manager: Actor) -> None:
    row, expected = WRONG_FILES[name]
    before = (*stored(), ImportPreview.objects.count())
    with pytest.raises(Refused) as found:
        read_in(manager, (HEADER + row + "\n").encode())
    assert [(each.attr, each.code) for each in found.value.problems] == expected
    assert (*stored(), ImportPreview.objects.count()) == before


def test_a_jump_in_a_file_asks_a_reason_before_it_goes_into_the_concept(manager: Actor) -> None:
    preview = read_in(
        manager, (HEADER + "bedrijfskleding;;climate;value;0,02;;;izt\n").encode(), mode="supplement"
    )
    with pytest.raises(Refused) as found:
        making_imports.confirm_making(manager, preview.public_id)
    [asked] = found.value.problems
    assert (asked.attr, asked.code, asked.confirmable) == ("rows.2.value", "plausibility", True)
    reason = {"attr": asked.attr, "code": asked.code, "reason": "De bron rekende per gram."}
    concept = making_imports.confirm_making(manager, preview.public_id, document={"confirmations": [reason]})
    assert concept.state == "draft"


def test_a_preview_that_was_overtaken_is_not_confirmed(manager: Actor, actor_as: Callable[..., Actor]) -> None:
    content = (HEADER + "bedrijfskleding;;climate;range;20;10;40;izt\n").encode()
    preview = read_in(manager, content, mode="supplement")
    row_changes.change_making(actor_as(Role.REFERENCE_MANAGER), owner=SET, document=ROW)
    with pytest.raises(Refused) as found:
        making_imports.confirm_making(manager, preview.public_id)
    assert [each.code for each in found.value.problems] == ["outdated"]


def test_making_that_becomes_unknown_is_asked_of_who_publishes(
    manager: Actor, actor_as: Callable[..., Actor]
) -> None:
    row = {"productGroup": "bedrijfskleding", "indicator": "climate", "state": "unknown"}
    concept = row_changes.change_making(manager, owner=SET, document=row)
    second = actor_as(Role.REFERENCE_MANAGER)
    given: dict[str, Any] = {"owner": SET, "version": concept.version, "expected_version": 1}
    with pytest.raises(Refused) as found:
        factor_drafts.publish_draft(second, **given)
    assert [(each.attr, each.code, each.confirmable) for each in found.value.problems] == [
        ("processing", "making_removed", True)
    ]
    reason = {"attr": "processing", "code": "making_removed", "reason": "De bron is ingetrokken."}
    factor_drafts.publish_draft(second, **given, document={"confirmations": [reason]})
    assert published().pk == concept.pk


THROWN = {"reason": "Dubbel gemaakt."}


def test_a_concept_is_thrown_away_with_a_reason_and_its_number_is_free_again(
    manager: Actor, actor_as: Callable[..., Actor]
) -> None:
    held, before = published(), stored()[:3]
    concept = row_changes.change_making(manager, owner=SET, document=ROW)
    other = actor_as(Role.REFERENCE_MANAGER)
    throwing_away.throw_away_factors(
        other, owner=SET, version=concept.version, expected_version=1, document=THROWN
    )
    assert stored()[:3] == before
    entry = AuditEntry.objects.latest("pk")
    assert (entry.verb, entry.object_id, entry.reason) == (
        "factor_version.throw_away", str(held.factor_set_id), "Dubbel gemaakt."
    )  # fmt: skip
    assert entry.changes["version"] == concept.version
    again = row_changes.change_making(manager, owner=SET, document=ROW)
    assert again.version == concept.version


@pytest.mark.parametrize("reason", ["", "..."])
def test_without_a_reason_in_words_nothing_is_thrown_away(reason: str, manager: Actor) -> None:
    concept = row_changes.change_making(manager, owner=SET, document=ROW)
    with pytest.raises(Refused) as found:
        throwing_away.throw_away_factors(
            manager, owner=SET, version=concept.version, expected_version=1, document={"reason": reason}
        )
    assert [each.attr for each in found.value.problems] == ["reason"]
    assert FactorSetVersion.objects.filter(pk=concept.pk).exists()


def test_what_is_published_is_never_thrown_away(manager: Actor) -> None:
    held = published()
    with pytest.raises(Refused) as found:
        throwing_away.throw_away_factors(
            manager, owner=SET, version=held.version, expected_version=2, document=THROWN
        )
    assert [each.code for each in found.value.problems] == ["frozen_version"]
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        held.processing.all().delete()
