"""The road of the reference manager: see the making, change one row or one factor, read a file in, throw away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from indicators.factors import making_file, row_changes
from indicators.models import FactorSetVersion
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import Role, User
from tests.pages import Page
from tests.queries import queries_of

from .test_making import ROW, SET, published
from .test_pages import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("both_releases"), pytest.mark.any_database]
EDIT = f"/factorsets/{SET}/maken/bedrijfskleding/climate/"
TYPED = {
    "state": "range", "value": "20", "low": "10", "high": "40,5", "source": "izt", "derivation": "Drie bronnen.",
    "toVerify": "on",
}  # fmt: skip


@pytest.fixture
def person(new_person: Callable[..., User]) -> User:
    return new_person(Role.REFERENCE_MANAGER)


@pytest.fixture
def client(client: Client, person: User) -> Client:
    """Signed in as the reference manager."""
    client.force_login(person)
    return client


@pytest.fixture
def concept(reference: None, actor_as: Callable[..., Actor]) -> FactorSetVersion:
    """A concept of somebody else."""
    return row_changes.change_making(actor_as(Role.REFERENCE_MANAGER), owner=SET, document=ROW)


def draft() -> FactorSetVersion:
    return FactorSetVersion.objects.get(factor_set__code=SET, state="draft")


def test_from_the_list_to_one_row_and_back_with_the_row_in_a_concept(client: Client) -> None:
    listed = Page(client.get(f"/factorsets/{SET}/{published().version}/maken/?productgroep=bedrijfskleding"))
    assert listed.heading == "Wat weten wij van het maken?"
    assert any(url.startswith(EDIT) for url in listed.links.values())
    form = client.get(EDIT)
    assert "komt in" in text_of(form) or "opent concept" in text_of(form)
    answer = client.post(EDIT, TYPED)
    assert answer.status_code == 302, text_of(answer)
    [row] = draft().processing.filter(group__code="bedrijfskleding", product_type=None, indicator__code="climate")
    assert (row.state, row.low, row.value, row.high, row.to_verify) == ("range", 10, 20, 40.5, True)
    after = text_of(client.get(answer["Location"]))
    assert {word for word in ("40,5", "te verifiëren", "tweede persoon") if word not in after} == set()


def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(client: Client) -> None:
    answer = client.post(EDIT, TYPED | {"low": "30"})
    assert answer.status_code == 400
    page = Page(answer)
    assert "De waarde ligt niet tussen de grenzen" in text_of(answer)
    assert page.sent["low"] == "30"
    assert not FactorSetVersion.objects.filter(state="draft").exists()


def test_a_jump_asks_a_reason_on_the_page(client: Client) -> None:
    answer = client.post(EDIT, TYPED | {"low": "100", "value": "400", "high": "500"})
    assert answer.status_code in (400, 409)
    assert "naar 400 kg CO2-eq/kg" in text_of(answer)
    assert "Bevestig" in text_of(answer)


def test_a_row_of_a_type_is_changed_apart_from_that_of_its_group(client: Client) -> None:
    place = f"/factorsets/{SET}/maken/ict-apparatuur/climate/?type=laptop"
    row = published().processing.filter(product_type__code="laptop", indicator__code="climate").first()
    if row is not None:
        place = place.replace("ict-apparatuur", row.group.code)
    answer = client.post(place, {"state": "unknown"})
    assert answer.status_code == 302, text_of(answer)
    assert draft().processing.get(product_type__code="laptop", indicator__code="climate").state == "unknown"


def test_one_factor_is_changed_with_its_bounds_and_shown_with_them(client: Client) -> None:
    place = f"/factorsets/{SET}/factor/steel/climate/production/"
    form = Page(client.get(place))
    document = {name: value for name, value in form.sent.items() if name != "csrfmiddlewaretoken"}
    answer = client.post(place, document | {"value": "2,9", "low": "2,1", "high": "3,5"})
    assert answer.status_code == 302, text_of(answer)
    made = draft().factors.get(material__code="steel", indicator__code="climate", module="production")
    held = published().factors.get(material__code="steel", indicator__code="climate", module="production")
    assert (made.low, made.value, made.high) == (2.1, 2.9, 3.5)
    kept = ("recycled_value", "source_id", "source_ref", "source_url", "year", "region", "quality", "unit")
    assert [getattr(made, name) for name in kept] == [getattr(held, name) for name in kept]
    differences = text_of(client.get(f"/factorsets/{SET}/{published().version}/naar/{made.version.version}/"))
    assert "2,1 tot 3,5" in differences
    assert "2,1 tot 3,5" in text_of(client.get(answer["Location"]))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"low": "3", "high": "4"}, "De waarde ligt niet tussen de grenzen"),
        ({"low": "-1", "high": "4"}, "0"),
        ({"low": "0,001", "high": "4"}, "factor 1.000"),
        ({"low": "2"}, "Vul beide grenzen in"),
    ],
)
def test_wrong_bounds_of_a_factor_are_said_at_their_field(
    client: Client, typed: dict[str, str], said: str
) -> None:
    place = f"/factorsets/{SET}/factor/steel/climate/production/"
    document = {
        name: value for name, value in Page(client.get(place)).sent.items() if name != "csrfmiddlewaretoken"
    }
    answer = client.post(place, document | typed)
    assert answer.status_code == 400
    assert said in text_of(answer)
    assert not FactorSetVersion.objects.filter(state="draft").exists()


def test_a_file_is_shown_first_and_then_put_in_the_concept(client: Client) -> None:
    content = "".join(making_file.file_of(published())).replace("20,", "20,").encode()
    sent = {"factorSet": SET, "mode": "supplement", "decimal": ",", "file": SimpleUploadedFile("m.csv", content)}
    answer = client.post("/factorsets/maken-inlezen/", sent)
    assert answer.status_code == 302, text_of(answer)
    page = client.get(answer["Location"])
    assert "Er is nog niets veranderd" in text_of(page)
    assert not FactorSetVersion.objects.filter(state="draft").exists()
    assert client.post(answer["Location"]).status_code == 302
    assert draft().processing.count() == published().processing.count()


def test_a_wrong_file_is_told_by_row_and_column(client: Client) -> None:
    content = (
        b"Productgroep;Indicator;Stand;Waarde;Laagste;Hoogste;Bron\nbedrijfskleding;climate;range;20;30;40;izt\n"
    )
    sent = {"factorSet": SET, "mode": "supplement", "decimal": ",", "file": SimpleUploadedFile("m.csv", content)}
    answer = client.post("/factorsets/maken-inlezen/", sent)
    assert answer.status_code == 400
    assert "Rij 2, kolom Laagste" in text_of(answer)


def test_a_concept_of_somebody_else_is_thrown_away_with_a_reason(
    client: Client, concept: FactorSetVersion
) -> None:
    place = f"/factorsets/{SET}/{concept.version}/weggooien/"
    assert place in Page(client.get("/factorsets/")).links.values()
    form = Page(client.get(place))
    without = client.post(place, form.sent | {"reason": ""})
    assert without.status_code == 400
    answer = client.post(place, form.sent | {"reason": "Niet meer nodig."})
    assert answer.status_code == 302, text_of(answer)
    assert not FactorSetVersion.objects.filter(pk=concept.pk).exists()


def test_the_board_puts_the_widest_times_the_largest_first(client: Client) -> None:
    body = text_of(client.get("/gegevenskwaliteit/"))
    assert "Welke gegevens zijn nog niet zeker?" in body
    ranged = text_of(client.get("/gegevenskwaliteit/?waarom=range"))
    assert "geen grenzen" not in ranged


def test_the_board_asks_few_queries(client: Client) -> None:
    assert len(queries_of(client, "/gegevenskwaliteit/")) <= 30


@pytest.mark.parametrize("place", [EDIT, f"/factorsets/{SET}/factor/steel/climate/production/"])
def test_who_may_not_edit_sees_no_edit_page(
    place: str, new_person: Callable[..., User], organisation: Any
) -> None:
    other = Client()
    other.force_login(new_person(Role.PROCUREMENT_OFFICER, organisation))
    assert other.get(place).status_code == 403
    assert other.get("/gegevenskwaliteit/").status_code == 200
    assert "Wijzig" not in text_of(other.get(f"/factorsets/{SET}/{published().version}/maken/"))


def test_a_material_shows_the_core_indicators_first_and_earlier_versions_apart(client: Client) -> None:
    page = text_of(client.get("/materialen/steel/"))
    assert 0 < page.index("Kernindicatoren") < page.index("Andere indicatoren") < page.index("Eerdere versies")


def test_a_factor_with_bounds_shows_them_on_the_page_of_its_material(client: Client) -> None:
    row = (
        published().factors.filter(low__isnull=False, indicator__code="climate").select_related("material").first()
    )
    assert row is not None
    page = text_of(client.get(f"/materialen/{row.material.code}/"))
    assert f"{formats.number(row.low)} tot {formats.number(row.high)}" in page
