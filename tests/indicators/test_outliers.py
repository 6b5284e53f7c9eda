"""The size of a factor beside others of its category: what lies far outside is asked about, in every door."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from indicators.models import Factor, FactorSet, FactorSetVersion, Material
from mvi_dashboard.ground.models import AuditEntry, Role, User
from tests import corpus
from tests.pages import Page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference"), pytest.mark.any_database]
SET = "nl-open-2026"
DRAFTS, IMPORTS = f"/api/v1/factor-sets/{SET}/versions", "/api/v1/imports/factors"
UNIT = "kg CO2-eq/kg"
Send = Callable[..., Any]


@pytest.fixture
def metal() -> Material:
    """A metal that has no factor yet."""
    return Material.objects.create(
        code="nieuw-metaal", kind="material", unit="kg", name_nl="Nieuw metaal", category="metalen"
    )


@pytest.fixture
def send(client: Client, bearer: Callable[..., dict[str, str]]) -> Send:
    token = bearer(Role.REFERENCE_MANAGER)

    def sent(path: str, document: dict[str, Any]) -> Any:
        headers = {**token, "Idempotency-Key": corpus.fresh_key()}
        return client.post(path, json.dumps(document), content_type="application/json", headers=headers)

    return sent


def usual() -> float:
    """The median of the metals in production, of the version that holds."""
    rows = Factor.objects.filter(
        version__factor_set__code=SET,
        version__state="published",
        material__category="metalen",
        material__unit="kg",
        indicator__code="climate",
        module="production",
    )
    values = sorted(rows.values_list("value", flat=True))
    half = len(values) // 2
    return values[half] if len(values) % 2 else (values[half - 1] + values[half]) / 2


def of_metal(times: float, **more: Any) -> dict[str, Any]:
    value = f"{usual() * times:.12f}"
    return {
        "material": "nieuw-metaal", "indicator": "climate", "value": value, "unit": UNIT, "source": "x",
    } | more  # fmt: skip


def asked(answer: Any) -> list[tuple[str, str]]:
    return [(row["attr"], row["code"]) for row in answer.json().get("errors", [])]


@pytest.mark.parametrize(("times", "questions"), [(29, 0), (31, 1), (1 / 29, 0), (1 / 31, 1), (1000, 1)])
def test_a_new_factor_outside_its_category_is_asked_with_both_values(
    times: float, questions: int, metal: Material, send: Send
) -> None:
    document = {"version": "2", "factors": [of_metal(times)]}
    answer = send(DRAFTS, document)
    if not questions:
        assert answer.status_code == 201, answer.content
        return
    assert (answer.status_code, asked(answer)) == (409, [("factors.0.value", "outside_category")])
    detail = answer.json()["errors"][0]["detail"]
    assert "in de groep metalen is" in detail
    assert "meer dan 30 keer" in detail
    assert not FactorSetVersion.objects.filter(version="2").exists()
    reason = [{"attr": "factors.0.value", "code": "outside_category", "reason": "Zeldzaam metaal."}]
    assert send(DRAFTS, document | {"confirmations": reason}).status_code == 201
    assert "Zeldzaam metaal." in AuditEntry.objects.latest("id").reason


def test_the_value_for_recycled_material_is_looked_at_too(metal: Material, send: Send) -> None:
    row = of_metal(1, recycledValue=f"{usual() * 40:.6f}")
    assert asked(send(DRAFTS, {"version": "2", "factors": [row]})) == [
        ("factors.0.recycledValue", "outside_category")
    ]


def test_an_import_asks_in_its_preview_and_cannot_come_in_at_once(metal: Material, send: Send) -> None:
    document = {"factorSet": SET, "version": "2", "mode": "supplement", "factors": [of_metal(50)]}
    (warning,) = send(IMPORTS, document).json()["warnings"]
    assert (warning["attr"], warning["code"]) == ("factors.0.value", "outside_category")
    refused = send(f"{IMPORTS}?confirm=true", document)
    assert (refused.status_code, asked(refused)) == (409, [("factors.0.value", "outside_category")])


def test_a_workbook_on_the_page_asks_at_its_row_and_keeps_the_reason(
    metal: Material, client: Client, new_person: Callable[..., User]
) -> None:
    client.force_login(new_person(Role.REFERENCE_MANAGER))
    row = of_metal(1000)
    content = f"materiaal;indicator;waarde;eenheid;bron\nnieuw-metaal;climate;{row['value']};{UNIT};Proef\n"
    sent = {"factorSet": SET, "version": "2", "mode": "supplement", "layout": "own", "decimal": "."}
    file = SimpleUploadedFile("a.csv", content.encode())
    shown = client.post("/factorsets/inlezen/", sent | {"file": file}, follow=True)
    place = shown.redirect_chain[-1][0]
    assert "in de groep metalen is" in Page(client.get(place)).text
    assert client.post(place, {}).status_code == 409
    page = Page(client.get(place))
    done = client.post(place, page.sent | {"confirmations.0.reason": "Echt waar."})
    assert done.status_code == 302
    assert "Echt waar." in AuditEntry.objects.latest("id").reason


def test_steel_a_thousand_times_too_high_is_one_question(send: Send) -> None:
    row = {"material": "steel", "indicator": "climate", "value": "2500", "unit": UNIT, "source": "Proef"}
    answer = send(DRAFTS, {"version": "2", "factors": [row]})
    assert asked(answer) == [("factors.0.value", "plausibility")]


def test_what_lay_outside_before_was_answered_then(send: Send) -> None:
    far = Factor.objects.get(
        version__factor_set__code=SET,
        version__state="published",
        material__code="food-thee",
        indicator__code="land_crop",
    )
    value = f"{far.value * 1.01:.9f}"
    row = {"material": "food-thee", "indicator": "land_crop", "value": value, "unit": far.unit, "source": "x"}
    assert send(DRAFTS, {"version": "2", "factors": [row]}).status_code == 201


def test_a_first_version_is_compared_with_itself_and_a_few_values_say_nothing(send: Send) -> None:
    FactorSet.objects.create(code="eerste", name_nl="Eerste set")
    metals = Material.objects.filter(category="metalen", unit="kg").values_list("code", flat=True)[:4]
    values = ("1", "2", "3", "900")
    rows = [
        {"material": code, "indicator": "climate", "value": value, "unit": UNIT, "source": "x"}
        for code, value in zip(metals, values, strict=True)
    ]
    place = "/api/v1/factor-sets/eerste/versions"
    assert asked(send(place, {"version": "1", "factors": rows})) == [("factors.3.value", "outside_category")]
    assert send(place, {"version": "1", "factors": [rows[0], rows[3]]}).status_code == 201


def test_a_product_with_a_declaration_stands_beside_everything_in_its_unit(send: Send) -> None:
    codes = ["epd-a", "epd-b", "epd-c", "epd-d"]
    for code in codes:
        Material.objects.create(code=code, kind="material", unit="kg", name_nl=code, category="milieuverklaring")
    rows = [of_metal(times, material=code) for code, times in zip(codes, (1, 2, 0.000002, 900), strict=True)]
    answer = send(DRAFTS, {"version": "2", "factors": rows})
    assert asked(answer) == [(f"factors.{number}.value", "outside_category") for number in (2, 3)]
    assert "in alle groepen samen" in answer.json()["errors"][0]["detail"]
    assert send(DRAFTS, {"version": "2", "factors": rows[:2]}).status_code == 201


def test_very_many_values_outside_are_one_question(send: Send) -> None:
    held = Factor.objects.filter(
        version__factor_set__code=SET, version__state="published", material__category="metalen"
    )
    codes = sorted(set(held.filter(indicator__code="climate").values_list("material__code", flat=True)))[:12]
    unit = Material.objects.get(code="steel").unit
    made = [
        Material.objects.create(code=f"{code}-nieuw", kind="material", unit=unit, name_nl=code, category="metalen")
        for code in codes
    ]
    rows = [of_metal(100, material=each.code) for each in made]
    answer = send(DRAFTS, {"version": "2", "factors": rows})
    assert asked(answer) == [("factors", "outside_category")]
    assert "12 waarden" in answer.json()["errors"][0]["detail"]
