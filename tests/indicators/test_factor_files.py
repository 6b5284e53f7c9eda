"""A version of a factor set as a file: all of it, and read back in it is the same version."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from indicators.factors import factor_drafts, factor_imports
from indicators.factors.acting import stamp_of
from indicators.factors.sealed_content import content_hash
from indicators.models import Factor, FactorSet, FactorSetVersion
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import Role
from mvi_dashboard.ground.sent_files import Upload
from tests.pages import Page
from tests.queries import queries_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]
PLACE = "/factorsets/nl-open-2026/1/factoren.csv"
ALL = [field.name for field in Factor._meta.concrete_fields if field.name not in ("id", "version")]


def body_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def everything_in(version: FactorSetVersion) -> list[tuple[Any, ...]]:
    return sorted(version.factors.values_list(*ALL), key=repr)


def test_a_version_read_back_in_is_the_same_to_the_last_digit(
    client: Client, actor_as: Callable[..., Actor]
) -> None:
    manager = actor_as(Role.REFERENCE_MANAGER)
    content = body_of(client.get(PLACE))
    document = {"factorSet": "nl-open-2026", "version": "2", "mode": "replace", "decimal": ","}
    preview = factor_imports.preview_factors(manager, document=document, upload=Upload("terug.csv", content))
    counts = preview.summary["counts"]
    published = FactorSetVersion.objects.get(factor_set__code="nl-open-2026", version="1")
    assert (counts["same"], counts["added"], counts["changed"], counts["removed"]) == (
        published.factors.count(), 0, 0, 0,
    )  # fmt: skip
    version = factor_imports.confirm_import(manager, preview.public_id)
    assert everything_in(version) == everything_in(published)
    assert content_hash(version) == published.content_hash
    assert body_of(client.get("/factorsets/nl-open-2026/1/factoren.csv")) == content


def test_a_text_that_looks_like_a_formula_is_harmless_in_a_spreadsheet_and_comes_back_as_it_was(
    client: Client, actor_as: Callable[..., Actor]
) -> None:
    manager = actor_as(Role.REFERENCE_MANAGER)
    FactorSet.objects.create(code="proef", name_nl="Proef")
    row = {"material": "steel", "indicator": "climate", "value": "0.5", "unit": "kg CO2-eq/kg", "source": "=cmd|x"}
    texts = {"derivation": "'-twee\nregels", "sourceReference": "@plaats", "region": "-1"}
    document = {"version": "1", "factors": [row | texts]}
    draft = factor_drafts.create_draft(manager, owner="proef", document=document)
    second = actor_as(Role.REFERENCE_MANAGER)
    factor_drafts.publish_draft(second, owner="proef", version="1", expected_version=stamp_of(draft))
    content = body_of(client.get("/factorsets/proef/1/factoren.csv"))
    cells = content.decode("utf-8-sig").splitlines()[1].split(";")
    assert not [cell for cell in cells if cell.startswith(("=", "@", "-", "+"))]
    given = {"factorSet": "proef", "version": "2", "mode": "replace", "decimal": ","}
    preview = factor_imports.preview_factors(manager, document=given, upload=Upload("a.csv", content))
    version = factor_imports.confirm_import(manager, preview.public_id)
    assert everything_in(version) == everything_in(draft)


def test_the_page_of_sets_links_the_file_of_every_version(
    client: Client, actor_as: Callable[..., Actor], bearer: Callable[..., dict[str, str]]
) -> None:
    links = Page(client.get("/factorsets/")).links
    [place] = [
        place for label, place in links.items() if "Nederlandse open factoren 2026" in label and "CSV" in label
    ]
    answer = client.get(place)
    assert answer["Content-Disposition"] == 'attachment; filename="nl-open-2026-1.csv"'
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert body_of(answer).startswith("\ufeffMateriaal;Indicator;Module;Waarde;".encode())
    headers = bearer(Role.NATIONAL_VIEWER) | {"Accept": "text/csv"}
    rest = client.get("/api/v1/factor-sets/nl-open-2026/factors", headers=headers)
    assert body_of(rest) == body_of(client.get(place))


def test_a_concept_is_a_file_only_for_who_makes_it(
    client: Client, actor_as: Callable[..., Actor], new_person: Callable[..., Any]
) -> None:
    manager = actor_as(Role.REFERENCE_MANAGER)
    row = {"material": "steel", "indicator": "climate", "value": "0.5", "unit": "kg CO2-eq/kg", "source": "x"}
    factor_drafts.create_draft(manager, owner="nl-open-2026", document={"version": "2", "factors": [row]})
    assert client.get("/factorsets/nl-open-2026/2/factoren.csv").status_code == 404
    client.force_login(new_person(Role.REFERENCE_MANAGER))
    assert len(body_of(client.get("/factorsets/nl-open-2026/2/factoren.csv")).splitlines()) == 2
    # One of them counts the unread messages of who looks.
    assert len(queries_of(client, "/factorsets/")) <= 9
