"""A password is more than a short piece again and again, or the own name."""

from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from mvi_dashboard.ground.models import User

pytestmark = pytest.mark.any_database
AHMED = User(username="a.voorbeeld", first_name="Ahmed", last_name="Voorbeeld", email="ahmed@voorbeeld.example")


@pytest.mark.parametrize(
    "typed",
    ["ahmedahmedahmed", "AhmedAhmedAhm", "abcabcabcabc", "xyxyxyxyxyxyx", "voorbeeldahmed12", "00000000000000"],
)
def test_what_repeats_or_is_a_name_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError) as refused:
        validate_password(typed, AHMED)
    assert "password_repeated" in {each.code for each in refused.value.error_list}


@pytest.mark.parametrize("typed", ["Voorbeeld-Wachtwoord-1", "paard fiets wolk lepel", "kwartje-ahmed-lantaarn"])
def test_words_that_have_nothing_to_do_with_each_other_are_fine(typed: str) -> None:
    assert validate_password(typed, User(username="nora")) is None
    assert validate_password("kwartje-ahmed-lantaarn", AHMED) is None


@pytest.mark.django_db
def test_the_footer_leads_to_a_page_about_the_api_that_people_can_read() -> None:
    page = Client().get("/toegankelijkheid/").content.decode()
    assert 'href="/over-de-api/"' in page
    about = Client().get("/over-de-api/").content.decode()
    assert "/api/v1/openapi.json" in about
    assert "Authorization: Bearer" in about
