"""Every face of every delivery protocol names every field, at every request level."""

from __future__ import annotations

import csv
import html
import io
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from openpyxl import load_workbook

from indicators.models import ProductGroup
from indicators.selectors import LEVELS, get_group, protocol_for, protocol_of
from indicators.services import data_request
from indicators.views.asked_inputs import AskedInputs, asked_inputs
from mvi_dashboard.ground import access
from tenders.exchange import bid_workbook, layout_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
GROUPS = 46
WORKED_OUT = 11


def cases() -> list[tuple[str, str]]:
    return [(code, level) for code in all_groups() for level in LEVELS]


def all_groups() -> list[str]:
    path = settings.BASE_DIR / "fixtures" / "reference-2026.1" / "product_groups.csv"
    with path.open(encoding="utf-8") as text:
        return [row["code"] for row in csv.DictReader(text)]


def test_there_is_a_protocol_for_every_group_and_eleven_are_worked_out(both_releases: None) -> None:
    groups = list(ProductGroup.objects.all())
    protocols = [protocol_for(group) for group in groups]
    assert len(groups) == len(all_groups()) == GROUPS
    assert None not in protocols
    assert sum(1 for each in protocols if each is not None and each.group_id is not None) == WORKED_OUT


@pytest.mark.parametrize(("code", "level"), cases())
def test_every_face_names_every_field_of_the_definition(
    code: str, level: str, reference: None, client: Client
) -> None:
    group = get_group(code)
    protocol = protocol_of(protocol_for(group))
    assert protocol is not None
    asked = [field for field in protocol.fields if group.kind in field.applies_to and field.place != "bid"]
    schema = data_request(group, level)
    page = html.unescape(client.get(f"/productgroepen/{code}/uitvraag/?niveau={level}").content.decode())
    layout = layout_of(group, protocol, level)
    book = load_workbook(io.BytesIO(bid_workbook(layout, access.NOBODY)), read_only=True)
    told = {row[2] for row in book["Uitleg"].iter_rows(values_only=True) if len(row) > 2}
    answers = [field.code for field in protocol.answers(group.kind)]
    drawn = asked_inputs(AskedInputs(protocol, group.kind, level, True), 0, {}, ())
    inputs = {each["name"].split(".")[-1] for each in [*drawn["answers"], *drawn["may_answer"]]}
    assert inputs == set(answers)
    properties = places_of(schema)
    for field in asked:
        # The two lists are sheets of their own in the workbook, and their columns are its fields.
        assert field.code in told or field.code in ("billOfMaterials", "use"), field
        title = properties[field.place][field.code]["title"]
        assert title in page, field
        # Of what is used up nobody is asked what a piece weighs.
        assert (title == field.label) == (group.kind == "durable" or "Massa" not in field.label)
        assert group.kind == "durable" or "Massa" not in title
        assert properties[field.place][field.code]["x-asked-from"] == field.asked_from
    required = properties["answers_required"]
    assert required == {field.code for field in protocol.answers(group.kind) if field.required_at(level)}
    columns = [column for sheet in layout.sheets if sheet.part == "answers" for column in sheet.columns]
    more = {column.code for column in columns if column.required}
    assert more == required


def places_of(schema: dict[str, Any]) -> dict[str, Any]:
    """The properties of each place in the schema."""
    line = schema["properties"]
    return {
        "line": line,
        "material": line["billOfMaterials"]["items"]["properties"],
        "use": line["use"]["items"]["properties"],
        "answers": line["answers"]["properties"],
        "answers_required": set(line["answers"].get("required", ())),
        "declared": schema["$defs"]["declaredResult"]["properties"],
    }
