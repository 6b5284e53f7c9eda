"""Files of a source of factors and of its declaration: on its page, over REST, and unseen behind a concept."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from indicators.models import Factor, Source
from indicators.models.coded import State
from mvi_dashboard.ground.files.seen import visible_files
from mvi_dashboard.ground.models import Attachment, AuditEntry, Role
from tests import worlds
from tests.files_made import PDF
from tests.worlds import World

from .conftest import SAID, post, sent, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(reference: None) -> World:
    """A world with reference data, a reference manager, an officer and a supplier."""
    made = World(worlds.corpus.this_moment())
    made.build(["reference"])
    made.actor(Role.REFERENCE_MANAGER, None, "referentie-1")
    return made


def published_source() -> Source:
    """A source behind a factor that holds now."""
    found = Factor.objects.filter(version__state=State.PUBLISHED).order_by("id").first()
    assert found is not None
    return found.source


def test_a_reference_manager_adds_the_declaration_over_rest_and_everybody_signed_in_reads_it(world: World) -> None:
    source = published_source()
    address = f"/factor-sources/{source.code}/attachments"
    answer = post(signed_in("referentie-1"), address, file=sent(), **SAID)
    assert answer.status_code == 201, answer.content
    assert answer.json()["objectType"] == "source"
    assert AuditEntry.objects.filter(verb="file.add").count() == 1
    found = Attachment.objects.get()
    officer, supplier = world.officer, world.supplier_actor("leverancier-b")
    for actor in (officer, supplier):
        assert [each.pk for each in visible_files(actor)] == [found.pk]
    refused = post(signed_in("inkoper-1"), address, file=sent(), **SAID)
    assert (refused.status_code, Attachment.objects.count()) == (403, 1)
    assert signed_in("inkoper-1").get(f"/bestanden/{found.public_id}/inhoud/").content == PDF
    rows = signed_in("inkoper-1").get(f"/api/v1{address}").json()["results"]
    assert [each["id"] for each in rows] == [str(found.public_id)]
    assert Client().get(f"/api/v1{address}").status_code == 401


def test_a_material_leads_to_the_files_of_its_sources_for_who_can_open_or_add_them(
    world: World, add: Callable[..., Attachment]
) -> None:
    factor = Factor.objects.filter(version__state=State.PUBLISHED).order_by("id").first()
    assert factor is not None
    material, files = f"/materialen/{factor.material.code}/", f"/bestanden/bij/source/{factor.source.code}/"
    assert world.officer.user is not None
    assert files in signed_in("referentie-1").get(material).content.decode()
    for client in (signed_in("inkoper-1"), Client()):
        assert files not in client.get(material).content.decode()
    manager = world.actor(Role.REFERENCE_MANAGER, None, "referentie-1")
    add(manager, "source", factor.source.code)
    assert files in signed_in("inkoper-1").get(material).content.decode()
    assert files not in Client().get(material).content.decode()
    page = signed_in("inkoper-1").get(files).content.decode()
    assert SAID["subject"] in page
    assert f"{files}toevoegen/" not in page


def test_what_hangs_on_a_source_of_a_concept_is_only_for_who_makes_it(
    world: World, add: Callable[..., Attachment]
) -> None:
    manager = world.actor(Role.REFERENCE_MANAGER, None, "referentie-1")
    source = Source.objects.create(code="epd-nieuw", title="Nieuwe verklaring")
    found = add(manager, "source", source.code)
    assert [each.pk for each in visible_files(manager)] == [found.pk]
    assert list(visible_files(world.officer)) == []
    for address in (f"/bestanden/{found.public_id}/", "/bestanden/bij/source/epd-nieuw/"):
        assert signed_in("inkoper-1").get(address).status_code == 404
