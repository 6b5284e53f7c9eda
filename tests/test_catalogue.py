"""The English catalogue: whole, compiled as it is kept, and nothing in it that the house does not say any more."""

from __future__ import annotations

import gettext

import pytest

from mvi_dashboard import catalogue

pytestmark = pytest.mark.any_database


def english() -> dict[str, str]:
    return {str(each.id): str(each.string) for each in catalogue.read() if each.id}


def test_every_text_that_is_marked_has_its_english() -> None:
    kept = english()
    lacking = [f"{where}: {text}" for text, where in catalogue.marked().items() if text and not kept.get(text)]
    assert not lacking, "run `manage.py texts`, and say in English: " + "\n".join(lacking)


def test_what_the_site_reads_is_what_is_kept() -> None:
    with (catalogue.folder() / "django.mo").open("rb") as file:
        read = gettext.GNUTranslations(file)
    kept = english()
    assert len(kept) > 2_000
    assert [text for text, said in kept.items() if read.gettext(text) != said] == []


def test_a_text_has_the_same_values_in_both_languages() -> None:
    wrong = [text for text, said in english().items() if catalogue.names_in(text) != catalogue.names_in(said)]
    assert wrong == []


def test_nothing_is_kept_that_the_house_does_not_say() -> None:
    gone = set(english()) - catalogue.said()
    assert not gone, "the Dutch changed: say the English of the new text, and run `manage.py texts`"
