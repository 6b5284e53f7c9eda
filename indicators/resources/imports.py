"""What an import of factors read, before anything is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from indicators.models import ImportPreview
from mvi_dashboard.ground.described import Described, JsonName, OneOf
from mvi_dashboard.ground.problem_answers import Remark, remarks_of
from mvi_dashboard.ground.problems import Problem

from .factors import ImportedChange, NewMaterial

# What a preview that was stored by an earlier release does not say.
_ADDED_LATER: dict[str, Any] = {
    "declarations": [],
    "recycledLost": 0,
    "file": None,
    "delimiter": None,
    "encoding": None,
}
DecimalText = Annotated[str, "Getal in gewone schrijfwijze"]


class LeftOutPart(Described):
    """A part of a file that was not read, and why."""

    what: str
    why: str
    rows: Annotated[int, "Hoeveel rijen; 0 als het geen rijen zijn"]


class Conversion(Described):
    """Values that were calculated into our unit."""

    from_: Annotated[str, JsonName("from")]
    to: str
    times: Annotated[str, "Waar de waarde mee is vermenigvuldigd"]
    rows: int


class ReadColumn(Described):
    """A column of the file, and the field that it became."""

    column: str
    field: str


class Counts(Described):
    """How many factors would change."""

    added: int
    changed: int
    removed: int
    same: int
    kept: Annotated[int, "Blijven staan bij een aanvulling"]


class DeclaredUnit(Described):
    """What a declaration is about."""

    amount: DecimalText
    unit: str
    text: str


class DeclaredMass(Described):
    """What one declared unit weighs."""

    kg: DecimalText
    how: str
    remark: str


class Scenario(Described):
    """A scenario of a declaration."""

    name: str
    group: str
    default: bool
    description: str


class DeclaredAmount(Described):
    """A value of one module."""

    module: str
    scenario: str
    value: Annotated[str | None, "Tot op het laatste cijfer; null = niet verklaard"]


class DeclaredIndicator(Described):
    """What a declaration says on one indicator."""

    name: str
    key: str
    unit: str
    indicator: Annotated[str, "Onze code; leeg = deze indicator kennen wij niet"]
    used: Annotated[dict[str, Any], "Per levensfase welke modules wij gebruiken"]
    amounts: list[DeclaredAmount]


class DeclaredPart(Described):
    """A material or packaging of which the product is made."""

    name: str
    kind: str
    packaging: bool | None
    weight: dict[str, str]
    mass_kg: dict[str, str]
    renewable: str
    recycled: str
    recyclable: str


class Declaration(Described):
    """An environmental product declaration as it was read."""

    source: str
    key: str
    version: str
    owner: str
    publisher: str
    registration: str
    url: str
    licence: str
    subtype: str
    standard: str
    published: date | None
    valid_until: date | None
    name: str
    names: Annotated[dict[str, str], "De naam per taal"]
    file: str
    standards: list[str]
    year: int | None
    geography: str
    declared: DeclaredUnit
    conversion: DeclaredMass
    scenarios: list[Scenario]
    results: list[DeclaredIndicator]
    content: list[DeclaredPart]

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        """Of a declaration in the summary of a preview."""
        return cls(
            **{
                **stored,
                "published": _day(stored["published"]),
                "valid_until": _day(stored["valid_until"]),
                "declared": DeclaredUnit(**stored["declared"]),
                "conversion": DeclaredMass(**stored["conversion"]),
                "scenarios": [Scenario(**each) for each in stored["scenarios"]],
                "results": [_declared_indicator(each) for each in stored["results"]],
                "content": [DeclaredPart(**each) for each in stored["content"]],
            }
        )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _declared_indicator(stored: Mapping[str, Any]) -> DeclaredIndicator:
    amounts = [
        DeclaredAmount(module=module, scenario=scenario, value=value)
        for module, scenario, value in stored["amounts"]
    ]
    return DeclaredIndicator(**{**stored, "amounts": amounts})


class FactorImport(Described):
    """A preview: what would change, and what was left out."""

    id: UUID
    read: Annotated[int, "Hoeveel factoren zijn gelezen"]
    file_rows: int
    left_out: list[LeftOutPart]
    units: list[Conversion]
    columns: list[ReadColumn]
    new_materials: Annotated[list[NewMaterial], "De eerste; `newMaterialCount` zegt hoeveel het er zijn"]
    new_material_count: int
    file: str | None
    delimiter: str | None
    encoding: str | None
    declarations: list[Declaration]
    counts: Counts
    recycled_lost: Annotated[int, "Factoren die hun waarde voor gerecycled materiaal verliezen"]
    added: Annotated[list[ImportedChange], "De eerste honderd"]
    changed: Annotated[list[ImportedChange], "De eerste honderd"]
    removed: Annotated[list[ImportedChange], "De eerste honderd"]
    warnings: Annotated[list[Remark], "Wat u met een reden moet bevestigen"]
    errors: Annotated[list[Remark], "Altijd leeg: met fouten komt er geen voorbeeld"]
    factor_set: str
    version: str
    mode: Annotated[str, OneOf(ImportPreview.Mode.values)]
    layout: str | None
    compared_with: Annotated[str | None, "De versie waarnaast dit ligt"]
    expires_at: datetime | None
    made: Annotated[str | None, "De versie die ervan is gemaakt"]

    @classmethod
    def of(cls, preview: ImportPreview, warnings: Sequence[Problem], expires_at: datetime | None) -> Self:
        """Of this preview, with what it asks to confirm and how long it is kept."""
        found = _ADDED_LATER | preview.summary
        return cls(
            id=preview.public_id,
            read=found["read"],
            file_rows=found["fileRows"],
            left_out=[LeftOutPart(**each) for each in found["leftOut"]],
            units=[
                Conversion(from_=each["from"], to=each["to"], times=each["times"], rows=each["rows"])
                for each in found["units"]
            ],
            columns=[ReadColumn(**each) for each in found["columns"]],
            new_materials=[NewMaterial(**each) for each in found["newMaterials"]],
            new_material_count=found.get("newMaterialCount", len(found["newMaterials"])),
            file=found["file"],
            delimiter=found["delimiter"],
            encoding=found["encoding"],
            declarations=[Declaration.of(each) for each in found["declarations"]],
            counts=Counts(**found["counts"]),
            recycled_lost=found["recycledLost"],
            added=[ImportedChange.of(each) for each in found["added"]],
            changed=[ImportedChange.of(each) for each in found["changed"]],
            removed=[ImportedChange.of(each) for each in found["removed"]],
            warnings=remarks_of(warnings),
            errors=[],
            factor_set=preview.factor_set.code,
            version=preview.version,
            mode=preview.mode,
            layout=preview.layout or None,
            compared_with=preview.base.version if preview.base else None,
            expires_at=expires_at,
            made=preview.made.version if preview.made else None,
        )
