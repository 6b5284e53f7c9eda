"""What a file with rows of reference data would change, before anything is in a proposal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from indicators.models import ProposedRow, RowPreview
from mvi_dashboard.ground.described import Described, OneOf
from mvi_dashboard.ground.problem_answers import Remark, remarks_of
from mvi_dashboard.ground.problems import Problem


class LeftOutOfRows(Described):
    """A part of a file that was not read, and why."""

    what: str
    why: str
    rows: Annotated[int, "Hoeveel rijen; 0 als het geen rijen zijn"]


class RowColumn(Described):
    """A column of the file, and the field that it became."""

    column: str
    field: str


class RowCounts(Described):
    """How many rows would change."""

    added: int
    changed: int
    same: Annotated[int, "Rijen die al zo gelden: die worden niet overgenomen"]


class RowChange(Described):
    """A row that differs from what holds."""

    code: str
    line: Annotated[int, "De regel in het bestand; de koppen zijn regel 1"]
    before: Annotated[dict[str, Any] | None, "De rij zoals zij nu geldt; null als zij nieuw is"]
    after: Annotated[dict[str, Any], "De rij zoals zij wordt"]
    in_proposal: Annotated[bool, "Of uw voorstel al iets over deze rij zegt: dit komt ervoor in de plaats"]


class RowsImport(Described):
    """A preview: what would change, and what was left out."""

    id: UUID
    kind: Annotated[str, OneOf(ProposedRow.Kind.values)]
    read: Annotated[int, "Hoeveel regels zijn gelezen"]
    left_out: list[LeftOutOfRows]
    columns: list[RowColumn]
    file: str | None
    delimiter: str | None
    encoding: str | None
    counts: RowCounts
    rows: list[RowChange]
    warnings: Annotated[list[Remark], "Wat u met een reden moet bevestigen"]
    errors: Annotated[list[Remark], "Altijd leeg: met fouten komt er geen voorbeeld"]
    expires_at: datetime | None
    made: Annotated[UUID | None, "Het voorstel waar het in staat"]

    @classmethod
    def of(cls, preview: RowPreview, warnings: Sequence[Problem], expires_at: datetime | None) -> Self:
        """Of this preview, with what it asks to confirm and how long it is kept."""
        found = preview.summary
        return cls(
            id=preview.public_id,
            kind=preview.kind,
            read=found["read"],
            left_out=[LeftOutOfRows(**each) for each in found["leftOut"]],
            columns=[RowColumn(**each) for each in found["columns"]],
            file=found["file"],
            delimiter=found["delimiter"],
            encoding=found["encoding"],
            counts=RowCounts(**found["counts"]),
            rows=[
                RowChange(
                    code=each["code"],
                    line=each["line"],
                    before=each["before"],
                    after=each["after"],
                    in_proposal=each["inProposal"],
                )
                for each in found["rows"]
            ],
            warnings=remarks_of(warnings),
            errors=[],
            expires_at=expires_at,
            made=preview.made.public_id if preview.made else None,
        )
