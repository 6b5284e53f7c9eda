"""The pages of the reference manager: from a row that is wrong to a proposal that a second person publishes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from indicators.models import BaselineProduct, GroupCpv, Material, ProductGroup, ProductType, Proposal
from mvi_dashboard.ground.models import Role, User
from tests import standing
from tests.pages import Page
from tests.worlds import World

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@standing.furnished
def furnish(made: World) -> None:
    made.build(["contract", "delivered"])
    made.names.pop("tender")
    made.build(["open-tender"])


@pytest.fixture
def people(reference: None, new_person: Callable[..., User]) -> tuple[User, User]:
    return new_person(Role.REFERENCE_MANAGER), new_person(Role.REFERENCE_MANAGER)


def page(client: Client, user: User, path: str) -> Page:
    client.force_login(user)
    return Page(client.get(path))


def press(client: Client, found: Page, path: str, **typed: str) -> Page:
    """The form of a page, posted with these inputs changed; `__` stands for a point."""
    sent = {**found.sent, **{name.replace("__", "."): value for name, value in typed.items()}}
    return Page(client.post(path, sent, follow=True))


PLACES = ("productgroepen", "soorten", "producten", "cpv", "materialen")


def test_every_kind_of_row_has_a_table_and_a_form_that_changes_nothing_by_itself(
    client: Client, people: tuple[User, User]
) -> None:
    ProductType.objects.create(
        code="proef-stoel", name_nl="Proefstoel", group=ProductGroup.objects.get(code="kantoormeubilair")
    )
    assert page(client, people[0], "/voorstellen/").status == 200
    for place in PLACES:
        assert page(client, people[0], f"/referentie/{place}/").status == 200
    codes = [
        *(("productgroepen", code) for code in ProductGroup.objects.values_list("code", flat=True)),
        *(
            ("producten", code)
            for code in BaselineProduct.objects.filter(successor=None).values_list("code", flat=True)
        ),
        *(("cpv", code) for code in GroupCpv.objects.values_list("prefix", flat=True)[:3]),
        *(("materialen", code) for code in Material.objects.values_list("code", flat=True)[:3]),
        ("soorten", "proef-stoel"),
    ]
    for place, code in codes:
        path = f"/referentie/{place}/{code}/"
        again = press(client, page(client, people[0], path), path)
        assert (again.status, "U wijzigde niets." in again.text) == (200, True), (path, again.text[:600])
    assert not Proposal.objects.exists()


def test_a_row_is_changed_on_a_screen_and_published_by_a_second_person(
    client: Client, people: tuple[User, User], world: World
) -> None:
    path = "/referentie/productgroepen/kantoormeubilair/"
    form = page(client, people[0], path)
    wrong = press(client, form, path, values__lifetimeCapYears="200")
    assert wrong.status == 400
    assert "Wat wij weigeren is korter dan wat hoogstens meetelt" in wrong.text
    told = press(client, form, path, values__lifetimeCapYears="9")
    assert "1 lopende aanbesteding houdt wat is gepubliceerd" in told.text
    assert (
        "Er is geen totaal dat wij kunnen tonen" in told.text
    )  # of one contract, whose organisation shares totals
    assert "Vraag iemand anders" in told.text
    proposal = Proposal.objects.get()
    closing = f"/voorstellen/{proposal.public_id}/vaststellen/"
    assert "Een tweede persoon stelt dit voorstel vast" in page(client, people[0], closing).text
    asked = page(client, people[1], closing)
    assert "1 lopende aanbesteding houdt wat is gepubliceerd" in asked.text
    done = press(client, asked, closing, reason="Nieuwe bron over levensduur.")
    assert done.status == 200
    assert ProductGroup.objects.get(code="kantoormeubilair").lifetime_cap_years == 9


def test_a_proposal_is_thrown_away_with_a_reason(client: Client, people: tuple[User, User]) -> None:
    path = "/referentie/materialen/steel/"
    press(client, page(client, people[0], path), path, values__names__40__name="x", values__nameNl="staal, gewoon")
    proposal = Proposal.objects.first()
    assert proposal is None  # a name without its language is refused, and nothing is stored
    press(client, page(client, people[0], path), path, values__nameNl="staal, gewoon")
    proposal = Proposal.objects.get()
    closing = f"/voorstellen/{proposal.public_id}/weggooien/"
    assert press(client, page(client, people[1], closing), closing, reason="-").status == 400
    press(client, page(client, people[1], closing), closing, reason="Dubbel werk.")
    proposal.refresh_from_db()
    assert (proposal.state, proposal.reason) == ("discarded", "Dubbel werk.")
    assert "Dubbel werk." in page(client, people[0], f"/voorstellen/{proposal.public_id}/").text


def test_a_new_type_a_new_prefix_and_an_ended_prefix_come_together(
    client: Client, people: tuple[User, User]
) -> None:
    path = "/referentie/soorten/nieuw/"
    form = page(client, people[0], path)
    press(client, form, path, code="proef-bureau", values__nameNl="Bureau", values__group="kantoormeubilair")
    path = "/referentie/cpv/nieuw/"
    form = page(client, people[0], path)
    told = press(
        client, form, path, code="391134", values__group="kantoormeubilair", values__productType="proef-bureau"
    )
    assert "proef-bureau" in told.text
    path = "/referentie/cpv/0931/vervalt/"
    press(client, page(client, people[0], path), path)
    proposal = Proposal.objects.get()
    assert proposal.rows.count() == 3
    out = "/referentie/soorten/proef-bureau/uit-voorstel/"
    refused = press(client, page(client, people[0], out), out)
    assert refused.status == 400  # the new prefix rests on it
    closing = f"/voorstellen/{proposal.public_id}/vaststellen/"
    press(client, page(client, people[1], closing), closing, reason="Betere suggesties.")
    assert GroupCpv.objects.get(prefix="391134").product_type.code == "proef-bureau"
    assert not GroupCpv.objects.filter(prefix="0931").exists()


@pytest.mark.parametrize("role", [Role.PROCUREMENT_OFFICER, Role.ORGANISATION_ADMINISTRATOR])
def test_only_a_reference_manager_comes_in(
    role: str, client: Client, reference: None, new_person: Callable[..., User], organisation: Any
) -> None:
    user = new_person(role, organisation)
    for path in ("/voorstellen/", "/referentie/soorten/", "/referentie/productgroepen/kantoormeubilair/"):
        assert page(client, user, path).status == 403
