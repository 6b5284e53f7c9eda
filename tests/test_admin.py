"""The admin shows, and changes nothing; whoever is no superuser does not come in."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from mvi_dashboard.ground.admin import ReadOnlyAdmin
from mvi_dashboard.ground.models import User
from tests import corpus
from tests.worlds import World

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
OWN = [model for model in admin.site._registry if model._meta.app_label != "auth"]


@pytest.fixture
def superuser(db: None) -> Client:
    client = Client()
    client.force_login(
        User.objects.create_superuser("beheer", "beheer@voorbeeld.invalid", "een lang wachtwoord 1")
    )
    return client


@pytest.mark.parametrize("model", OWN, ids=[model.__name__ for model in OWN])
def test_every_table_is_to_look_at_only(model: type, superuser: Client, reference: None) -> None:
    assert isinstance(admin.site._registry[model], ReadOnlyAdmin)
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    assert superuser.get(reverse(f"{name}_changelist")).status_code == 200
    assert superuser.get(reverse(f"{name}_add")).status_code == 403
    row = model._default_manager.first()
    if row is not None:
        place = reverse(f"{name}_change", args=[row.pk])
        assert superuser.get(place).status_code == 200
        assert superuser.post(place, {}).status_code == 403
        assert superuser.post(reverse(f"{name}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403


def test_an_officer_does_not_come_in(reference: None) -> None:
    world = World(corpus.this_moment())
    client = Client()
    client.force_login(world.officer.user)
    assert client.get("/beheer/").status_code == 302
