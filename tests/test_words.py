"""One word for one thing, wherever the house speaks, and numbers with the word that belongs to them."""

from __future__ import annotations

import pytest

from .words import Lines, counted_without_helper, forbidden, mixed_weights, said_in_sources, wrong_on, wrong_words


def test_the_sources_speak_in_the_words_of_the_house() -> None:
    found = list(said_in_sources())
    assert len(found) > 2_000
    wrong = [f"{where}: {what}" for where, text in found for what in wrong_words(text)]
    assert not wrong, "\n".join(wrong)


def test_every_number_of_things_goes_through_one_helper() -> None:
    assert not list(counted_without_helper())


@pytest.mark.parametrize(
    "text",
    [
        "De belofte wordt gehaald.",
        "Vul 2 regel(s) in.",
        "1 van 1 contracten",
        "12 contract",
        "Hoe deelt uw organisatie haar inkoop in?",
        "U bent niet aangemeld.",
        "Uw concept is bewaard.",
    ],
)
def test_what_is_not_said_is_found(text: str) -> None:
    assert list(wrong_words(text))


@pytest.mark.parametrize("text", ["1 contract", "12 contracten", "1.001 dagen", "Zoals beloofd.", "15 × 1 stuk"])
def test_what_is_said_is_left_alone(text: str) -> None:
    assert not list(wrong_words(text))


def test_words_that_run_together_are_found() -> None:
    row = "<dd>niveau standaard<span>Wat wordt gevraagd</span><a>Werkboek</a></dd>"
    assert len(Lines(row).run_together) == 2
    apart = "<dd>niveau <span>standaard</span>.</dd><ul><li><a>Een</a></li><li>twee</li></ul>"
    assert not Lines(apart).run_together


def test_kilograms_and_tons_of_one_thing_are_found() -> None:
    assert mixed_weights(["3 ton CO2-eq", "12 kg CO2-eq"]) == {"CO2-eq"}
    assert not mixed_weights(["3 ton CO2-eq", "2 kg SO2-eq", "per kg: 12 kg CO2-eq/kg"])
    assert list(wrong_on([("/", "<p>3 ton CO2-eq</p><p>12 kg CO2-eq</p>")]))


def test_the_table_of_words_has_no_word_twice() -> None:
    assert {"belofte*", "grondslag*", "haar", "token op naam"} <= set(forbidden())
