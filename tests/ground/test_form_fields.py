"""Form fields: what people type is read in one way or refused with what to do, and never lost."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django import forms

from mvi_dashboard.ground.forms import (
    NlDateField,
    NlDecimalField,
    NlIntegerField,
    PlainTextField,
    add_problems,
)
from mvi_dashboard.ground.problems import Problem


class DeliveryForm(forms.Form):
    """A form with one field of each kind."""

    note = PlainTextField(label="Toelichting", required=False)
    mass_kg = NlDecimalField(label="Gewicht", unit="kg", min_value=0, help_text="Zoals gewogen.")
    share = NlDecimalField(label="Aandeel", percent=True, max_value=1, required=False)
    count = NlIntegerField(label="Aantal", required=False)
    delivered_on = NlDateField(label="Datum", required=False)


def filled(**typed: str) -> DeliveryForm:
    """A form as it was sent, with a valid weight unless said otherwise."""
    return DeliveryForm({"mass_kg": "1", **typed})


def why_refused(field: forms.Field, typed: str) -> str:
    with pytest.raises(forms.ValidationError) as refusal:
        field.clean(typed)
    return " ".join(refusal.value.messages)


@pytest.mark.parametrize(
    ("typed", "number"),
    [("1.234,5", "1234.5"), ("1234,5", "1234.5"), ("0.125", "0.125"), (" 12 ", "12"), ("0,0", "0.0")],
)
def test_a_dutch_number_is_read_as_it_was_meant(typed: str, number: str) -> None:
    assert NlDecimalField().clean(typed) == Decimal(number)


def test_a_number_with_two_meanings_is_refused_with_both() -> None:
    assert "Bedoelt u duizend of meer? Schrijf 1250. Bedoelt u een komma? Schrijf 1,250." in why_refused(
        NlDecimalField(), "1.250"
    )


@pytest.mark.parametrize("typed", ["1 000", "1e3", "1_000", "１２", "+5", "NaN", "12 kg", "--1", "1,2,3", "."])
def test_what_python_would_read_as_a_number_is_refused_when_people_do_not_write_it(typed: str) -> None:
    assert why_refused(NlDecimalField(), typed)


def test_more_digits_than_are_stored_are_refused_and_not_rounded() -> None:
    field = NlDecimalField(max_digits=3, decimal_places=2)
    assert field.clean("999,25") == Decimal("999.25")
    assert "cijfers achter de komma" in why_refused(field, "1,125")
    assert "te groot" in why_refused(field, "1000")


def test_a_percentage_is_stored_as_a_fraction() -> None:
    field = NlDecimalField(percent=True, max_value=1)
    assert (field.clean("60"), field.clean("62,5 %")) == (Decimal("0.60"), Decimal("0.625"))
    assert field.prepare_value(Decimal("0.6")) == "60"
    assert why_refused(field, "140") == "Vul hoogstens 100 % in."


def test_limits_are_named_as_people_type_them() -> None:
    field = NlDecimalField(min_value=Decimal("0.5"), max_value=36000, unit="kg")
    assert why_refused(field, "0,4") == "Vul minstens 0,5 kg in."
    assert why_refused(field, "40000") == "Vul hoogstens 36000 kg in."


def test_whole_numbers_have_no_decimals_and_one_reading() -> None:
    assert NlIntegerField().clean("1.200") == 1200
    assert "geheel getal" in why_refused(NlIntegerField(), "2,5")


@pytest.mark.parametrize("typed", ["5-11-2026", "05-11-2026", "5/11/2026", "2026-11-05"])
def test_a_day_may_be_typed_in_the_dutch_way(typed: str) -> None:
    assert NlDateField().clean(typed) == date(2026, 11, 5)


@pytest.mark.parametrize("typed", ["31-2-2026", "5-13-2026", "2026-W01-1", "5 november 2026", "5-11-26"])
def test_a_day_that_does_not_exist_or_is_spelled_otherwise_is_refused(typed: str) -> None:
    assert why_refused(NlDateField(), typed)


@pytest.mark.parametrize("typed", ["a\x00b", "a\u202eb", "a\u2066b", "a\x07b", "een\ntwee"])
def test_characters_that_mislead_a_reader_are_refused(typed: str) -> None:
    assert "teken" in why_refused(PlainTextField(), typed)


def test_a_text_of_more_lines_has_one_kind_of_line_end() -> None:
    assert PlainTextField(multiline=True).clean("een\r\ntwee") == "een\ntwee"


def test_an_empty_box_is_no_number_and_no_zero() -> None:
    form = filled(share="", count=" ")
    assert form.is_valid()
    assert (form.cleaned_data["share"], form.cleaned_data["count"], form.cleaned_data["note"]) == (
        None,
        None,
        "",
    )


def test_what_was_typed_stays_in_the_box_when_it_is_refused() -> None:
    form = filled(mass_kg="1.250", delivered_on="31-2-2026")
    assert not form.is_valid()
    page = str(form)
    assert 'value="1.250"' in page
    assert 'value="31-2-2026"' in page


def test_a_stored_number_stands_in_the_box_as_people_type_it() -> None:
    form = DeliveryForm(initial={"mass_kg": Decimal("36000.50"), "share": 0.6, "delivered_on": date(2026, 11, 5)})
    values = re.findall(r'value="([^"]*)"', str(form))
    assert values == ["36000,5", "60", "05-11-2026"]


def test_the_same_number_in_another_spelling_is_no_change() -> None:
    field = NlDecimalField()
    assert not field.has_changed(Decimal("1.5"), "1,50")
    assert field.has_changed(Decimal("1.5"), "1,6")
    assert field.has_changed(Decimal("1.5"), "onzin")


def test_number_boxes_ask_for_the_right_keys_without_type_number() -> None:
    page = str(DeliveryForm())
    assert 'type="number"' not in page
    assert re.search(r'name="mass_kg"[^>]*inputmode="decimal"', page)
    assert re.search(r'name="count"[^>]*inputmode="numeric"', page)


def test_a_field_ties_its_label_help_and_message_to_the_box() -> None:
    form = filled(mass_kg="zwaar")
    page = str(form["mass_kg"].as_field_group())
    assert re.search(r'<label for="id_mass_kg">\s*Gewicht', page)
    assert 'aria-invalid="true"' in page
    assert 'aria-describedby="id_mass_kg_helptext id_mass_kg_error"' in page
    assert 'id="id_mass_kg_helptext">Zoals gewogen.' in page
    assert 'id="id_mass_kg_error"' in page


REFUSALS = [
    Problem(("massKg",), "implausible", "Dit is erg zwaar."),
    Problem(("lines", 0, "share"), "range", "Te veel."),
    Problem((), "late", "De termijn is voorbij."),
]


def test_problems_of_a_service_stand_beside_the_field_of_the_same_name() -> None:
    form = filled()
    form.is_valid()
    add_problems(form, REFUSALS)
    assert form.errors["mass_kg"] == ["Dit is erg zwaar."]
    assert form.non_field_errors() == ["Te veel.", "De termijn is voorbij."]


@pytest.mark.parametrize(
    "translate", [{"lines.0.share": "share"}, lambda path: "share" if path[-1:] == ("share",) else None]
)
def test_a_path_can_be_given_its_field(translate: Any) -> None:
    form = filled()
    form.is_valid()
    add_problems(form, REFUSALS, translate)
    assert form.errors["share"] == ["Te veel."]
    assert form.non_field_errors() == ["Dit is erg zwaar.", "De termijn is voorbij."]
