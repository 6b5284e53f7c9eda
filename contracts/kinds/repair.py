"""What was repaired: the material that went into it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from contracts.models import Repair
from contracts.resources import RecordOf
from contracts.services.record_checks import after_delivery, after_start, in_past
from contracts.services.recording import RecordAct
from contracts.services.shapes import OF_A_LINE, record_shape
from contracts.services.writing import Writing
from indicators.lines.suggestions import choosing, suggest, unknown_material
from indicators.models import Material
from indicators.selectors import MaterialInfo
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.problems import Problem
from mvi_dashboard.ground.shapes import Date, Number, Text
from mvi_dashboard.ground.wording import in_sentence

from .forms import Filling, Options, RecordForm
from .kind import RecordKind

Day = date
SHAPE = record_shape(
    OF_A_LINE,
    {
        "date": Date(label="Datum"),
        "material": Text(80, label="Materiaal"),
        "mass_kg": Number(min=0, exclusive_min=True, unit="kg", label="Massa"),
    },
)


class RepairRecord(RecordOf):
    """What was repaired."""

    line: UUID
    date: Day
    material: str
    mass_kg: Annotated[Decimal, "In de eenheid van het materiaal"]


def _check(writing: Writing) -> list[Problem]:
    """A repair names a material that fits the goods, in kg, and a past day after the first delivery."""
    code = writing.data.get("material")
    found = writing.materials.get(code or "")
    problems = in_past(writing, "date") + (after_start(writing, "date") or after_delivery(writing, "date"))
    if code is not None and (found is None or not _fits_goods(found, consumed=writing.consumed)):
        solids = {each for each, info in writing.materials.items() if _fits_goods(info, consumed=writing.consumed)}
        choices = suggest(code, writing.materials, among=solids)
        problems.append(choosing(unknown_material(("material",), code), choices))
    return problems + _check_repaired_mass(writing)


def _fits_goods(info: MaterialInfo, *, consumed: bool) -> bool:
    """Whether goods can be made of or mended with this: something solid, and food only where it is used up."""
    return info.unit == "kg" and not info.is_flow and (consumed or info.kind != Material.Kind.FOOD)


def _check_repaired_mass(writing: Writing) -> list[Problem]:
    """More material than everything that was delivered weighs is possible, and is confirmed with a reason."""
    line, mass = writing.line, writing.data.get("mass_kg")
    if line is None or mass is None:
        return []
    promised = line.offered.mass_kg
    own = [each for each in writing.found.deliveries if each.line_id == line.pk]
    masses = [each.mass_kg if each.mass_kg is not None else promised for each in own]
    if not own or any(each is None for each in masses):
        return []
    whole = sum((each.count * kg for each, kg in zip(own, masses, strict=True)), Decimal(0))
    if mass <= whole:
        return []
    said = f"Alles wat is geleverd weegt samen {formats.number(whole)} kg"
    text = f"{said}. Klopt {formats.number(mass)} kg? Bevestig het met een reden."
    return [Problem(("massKg",), "implausible", text, confirmable=True)]


def _columns(writing: Writing) -> dict[str, Any]:
    data = writing.data
    return {
        "line": writing.own_line,
        "date": data["date"],
        "material_id": writing.materials[data["material"]].id,
        "mass_kg": data["mass_kg"],
    }


def _sentence(rows: Sequence[Repair], items: str) -> str:
    record = rows[0]
    material = in_sentence(worded(record.material.name_nl))
    return worded("Reparatie met {mass} kg {material}", mass=formats.number(record.mass_kg), material=material)


def _choices(filling: Filling) -> Mapping[str, Options]:
    consumed = filling.contract.is_consumed
    solid = [each for each in filling.materials.values() if _fits_goods(each, consumed=consumed)]
    return {"material": filling.by_name(solid)}


KIND = RecordKind(
    rank=3,
    path="repairs",
    operations="repairs",
    listing="Reparaties",
    log=RecordAct("repair.log", "Leg een reparatie vast", Repair, shape=SHAPE, check=_check, columns=_columns),
    answer=RepairRecord,
    related=("material",),
    sentence=_sentence,
    form=RecordForm(
        goods_only=True,
        address="reparatie",
        page="repair",
        tab="Reparatie",
        button="Reparatie",
        title="Wat is er gerepareerd?",
        lead="Vul in hoeveel materiaal er nieuw in ging.",
        done="De reparatie is vastgelegd.",
        what="deze reparatie",
        rows=(("line",), ("date",), ("material", "massKg"), ("sourceReference",)),
        choices=_choices,
    ),
)
