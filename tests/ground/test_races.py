"""Who is second hears that somebody was ahead; what else the database refuses is never called that."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.test import RequestFactory

from mvi_dashboard.ground import clock
from mvi_dashboard.ground.access import NOBODY
from mvi_dashboard.ground.models import CosigningConsent, IdempotencyRecord, Organisation
from mvi_dashboard.ground.pages import PageMiddleware
from mvi_dashboard.ground.problems import Refused, conflict
from mvi_dashboard.ground.races import unless_taken

pytestmark = pytest.mark.django_db

TAKEN = conflict("duplicate", "Dit is er al.")


def remembered() -> IdempotencyRecord:
    return IdempotencyRecord.objects.create(
        actor_key="a", key="k", body_hmac="h", status=201, object_type="ground.user", object_id=1
    )


def agreed_with_itself() -> CosigningConsent:
    place = Organisation.objects.create(code="alleen", name="Gemeente Alleen")
    return CosigningConsent.objects.create(organisation=place, partner=place, agreed_at=clock.now())


def test_who_comes_second_hears_that_it_is_there_and_the_first_one_stays() -> None:
    with unless_taken(TAKEN):
        remembered()
    with pytest.raises(Refused) as refused, unless_taken(TAKEN):
        remembered()
    assert refused.value is TAKEN
    assert IdempotencyRecord.objects.count() == 1


def test_another_rule_of_the_database_is_no_race() -> None:
    with pytest.raises(IntegrityError, match="cosigning_consent_with_another"), unless_taken(TAKEN):
        agreed_with_itself()


def test_a_page_says_that_somebody_was_ahead_and_does_not_hide_another_fault() -> None:
    request = RequestFactory().post("/aanbestedingen/nieuw/")
    request.actor, request.user = NOBODY, AnonymousUser()  # type: ignore[attr-defined]
    page = PageMiddleware(lambda _request: HttpResponse())
    remembered()
    found = {}
    for name, act in (("twice", remembered), ("wrong", agreed_with_itself)):
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            act()
        found[name] = page.process_exception(request, error.value)
    assert found["wrong"] is None
    assert found["twice"] is not None
    assert found["twice"].status_code == 409
    assert "iemand anders was net eerder" in found["twice"].content.decode()
