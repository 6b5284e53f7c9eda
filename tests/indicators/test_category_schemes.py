"""An organisation maps its own categories onto product groups: suggested, never matched, and only its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from indicators.groups import category_schemes
from indicators.models import CategoryScheme, OwnCategory
from indicators.selectors import cpv_prefixes
from indicators.selectors.categories import get_scheme, groups_meant
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import AuditEntry, Organisation, Role, User
from mvi_dashboard.ground.problems import Kind, Refused
from tests.pages import Page
from tests.queries import queries_of

from .test_pages import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]
PAGE = "/categorieen/"
SCHEME: dict[str, Any] = {
    "code": "inkoop-2026",
    "name": "Inkooppakketten 2026",
    "validFrom": "2026-01-01",
    "categories": [
        {"code": "120", "name": "Stoelen en bureaus", "productGroup": "kantoormeubilair"},
        {"code": "130", "name": "Straten en pleinen"},
    ],
}
MAY_EDIT = {Role.POLICY_OFFICER, Role.CATEGORY_MANAGER, Role.ORGANISATION_ADMINISTRATOR}
PLACED = [
    role for role in Role.values if role not in (Role.SUPPLIER, Role.REFERENCE_MANAGER, Role.NATIONAL_VIEWER)
]


@pytest.fixture
def policy(organisation: Organisation, actor_as: Callable[..., Actor]) -> Actor:
    """A policy officer of Voorbeeldstad."""
    return actor_as(Role.POLICY_OFFICER, organisation)


@pytest.fixture
def signed_in(client: Client, new_person: Callable[..., User], organisation: Organisation) -> Client:
    """A policy officer in a browser."""
    client.force_login(new_person(Role.POLICY_OFFICER, organisation))
    return client


def test_a_scheme_keeps_its_categories_in_order_and_leaves_a_trace(policy: Actor) -> None:
    made = category_schemes.create_scheme(policy, document=SCHEME)
    rows = get_scheme(policy, made.public_id).categories.all()
    assert [(row.code, row.group.code if row.group else None) for row in rows] == [
        ("120", "kantoormeubilair"),
        ("130", None),
    ]
    assert AuditEntry.objects.filter(verb="category_scheme.create").count() == 1


def test_every_problem_is_told_at_once_and_nothing_is_stored(policy: Actor) -> None:
    wrong = {
        "code": "Met Spatie", "name": "x", "validFrom": "2026-02-01", "validTo": "2026-01-01",
        "categories": [
            {"code": "1", "name": "a", "productGroup": "meubels"}, {"code": "1", "name": "b"}, {"code": "2"},
        ],
    }  # fmt: skip
    with pytest.raises(Refused) as refused:
        category_schemes.create_scheme(policy, document=wrong)
    assert {problem.attr for problem in refused.value.problems} == {
        "code", "validTo", "categories.0.productGroup", "categories.1.code", "categories.2.name",
    }  # fmt: skip
    assert not CategoryScheme.objects.exists()


def test_a_second_scheme_with_the_same_code_is_refused(policy: Actor) -> None:
    category_schemes.create_scheme(policy, document=SCHEME)
    with pytest.raises(Refused) as refused:
        category_schemes.create_scheme(policy, document=SCHEME)
    assert [problem.code for problem in refused.value.problems] == ["duplicate"]


def test_who_saw_an_older_version_changes_nothing(policy: Actor) -> None:
    made = category_schemes.create_scheme(policy, document=SCHEME)
    changed = SCHEME | {"name": "Anders"}
    category_schemes.change_scheme(policy, made.public_id, document=changed, expected_version=1)
    with pytest.raises(Refused) as refused:
        category_schemes.change_scheme(policy, made.public_id, document=SCHEME, expected_version=1)
    assert refused.value.kind is Kind.STALE
    assert CategoryScheme.objects.get().name == "Anders"


@pytest.mark.parametrize("role", PLACED)
def test_only_three_roles_bring_in_categories(
    role: str, organisation: Organisation, actor_as: Callable[..., Actor]
) -> None:
    actor = actor_as(role, organisation)
    if role in MAY_EDIT:
        assert category_schemes.create_scheme(actor, document=SCHEME).version == 1
    else:
        with pytest.raises(Refused) as refused:
            category_schemes.create_scheme(actor, document=SCHEME)
        assert refused.value.kind is Kind.FORBIDDEN
        assert not CategoryScheme.objects.exists()


def test_another_organisation_sees_and_changes_nothing(
    policy: Actor, other_organisation: Organisation, actor_as: Callable[..., Actor]
) -> None:
    made = category_schemes.create_scheme(policy, document=SCHEME)
    stranger = actor_as(Role.POLICY_OFFICER, other_organisation)
    with pytest.raises(Refused) as seen:
        get_scheme(stranger, made.public_id)
    with pytest.raises(Refused) as changed:
        category_schemes.change_scheme(stranger, made.public_id, document=SCHEME, expected_version=1)
    assert {seen.value.kind, changed.value.kind} == {Kind.NOT_FOUND}


@pytest.mark.parametrize(
    ("code", "name", "group"),
    [
        ("120", "Kantoormeubilair en inrichting", "kantoormeubilair"),
        ("45233000-9", "Onderhoud", "wegen"),
        ("A1", "Laptops en ICT hardware", "ict-hardware"),
        ("A2", "bedrijfskleding en uniformen", "bedrijfskleding"),
        ("A3", "Schoonmaakdiensten", "schoonmaak"),
        ("A4", "Energie: elektriciteit", "elektriciteit"),
        ("A5", "dienstauto's", "dienstautos"),
    ],
)
def test_a_group_is_suggested_by_code_or_words(code: str, name: str, group: str) -> None:
    assert group in groups_meant(code, name, cpv_prefixes())


def test_nothing_is_suggested_for_what_is_like_nothing() -> None:
    assert groups_meant("9", "zzxxyy", cpv_prefixes()) == []


def test_pasted_rows_are_stored_and_mapped_by_a_person(signed_in: Client) -> None:
    form = Page(signed_in.get(PAGE)).sent
    rows = "120\tKantoormeubilair\n130\tWegen en straten"
    answer = signed_in.post(PAGE, form | {"code": "eigen", "name": "Eigen lijst", "pasted": rows})
    assert answer.status_code == 302
    place = answer["Location"]
    assert not OwnCategory.objects.exclude(group=None).exists()
    page = Page(signed_in.get(place))
    assert page.sent["groep-0"] == ""
    assert "Lijkt erop" in page.html
    done = signed_in.post(place, page.sent | {"groep-0": "kantoormeubilair"})
    assert done.status_code == 302
    mapped = dict(OwnCategory.objects.values_list("code", "group__code"))
    assert mapped == {"120": "kantoormeubilair", "130": None}
    stale = signed_in.post(place, page.sent | {"groep-1": "wegen"})
    assert stale.status_code == 412
    assert "Dit is niet opgeslagen" in text_of(stale)
    wrong = Page(signed_in.get(place)).sent | {"groep-1": "niets"}
    assert signed_in.post(place, wrong).status_code == 400


def test_a_file_with_a_wrong_column_is_told_by_name(signed_in: Client) -> None:
    form = Page(signed_in.get(PAGE)).sent | {"code": "eigen", "name": "Eigen lijst"}
    good = SimpleUploadedFile("lijst.csv", b"code;naam;productgroep\n1;Stroom;elektriciteit\n")
    assert signed_in.post(PAGE, form | {"file": good}).status_code == 302
    assert OwnCategory.objects.get().group is not None
    bad = SimpleUploadedFile("lijst.csv", b"code;naam;kleur\n1;Stroom;rood\n")
    answer = signed_in.post(PAGE, form | {"code": "ander", "file": bad})
    assert answer.status_code == 400
    assert "Onbekende kolom 'kleur'" in text_of(answer)
    empty = signed_in.post(PAGE, form | {"code": "ander"})
    assert "Plak uw categorieën, of kies een bestand." in text_of(empty)


def test_the_pages_cost_the_same_for_any_number_of_categories(signed_in: Client, policy: Actor) -> None:
    few = category_schemes.create_scheme(policy, document=SCHEME)
    many = SCHEME | {"code": "veel", "categories": [{"code": str(n), "name": f"pakket {n}"} for n in range(40)]}
    made = category_schemes.create_scheme(policy, document=many)
    cost = len(queries_of(signed_in, f"{PAGE}{few.public_id}/"))
    assert len(queries_of(signed_in, f"{PAGE}{made.public_id}/")) == cost
    assert cost <= 15
    assert len(queries_of(signed_in, PAGE)) <= 10


def test_the_same_over_rest(
    client: Client, bearer: Callable[..., dict[str, str]], organisation: Organisation
) -> None:
    headers = bearer(Role.CATEGORY_MANAGER, organisation)

    def send(how: Any, path: str, document: Any, **extra: str) -> Any:
        text, named = json.dumps(document), {name.replace("_", "-"): value for name, value in extra.items()}
        return how(f"/api/v1/{path}", text, content_type="application/json", headers=headers | named)

    made = send(client.post, "category-schemes", SCHEME, Idempotency_Key=str(uuid4()))
    assert made.status_code == 201, made.content
    place = made["Location"].removeprefix("/api/v1/")
    assert made.json()["mappedCount"] == 1
    mapped = SCHEME | {"categories": [{"code": "130", "name": "Straten", "productGroup": "wegen"}]}
    assert send(client.put, place, mapped).status_code == 428
    assert send(client.put, place, mapped, If_Match=made["ETag"]).json()["categories"] == mapped["categories"]
    assert send(client.put, place, mapped, If_Match=made["ETag"]).status_code == 412
    rows = client.get("/api/v1/category-schemes", headers=headers).json()["results"]
    assert [row["code"] for row in rows] == ["inkoop-2026"]
    found = client.get("/api/v1/product-groups/suggestions?name=laptops+en+ICT-hardware", headers=headers).json()
    assert "ict-hardware" in found["suggestions"]
