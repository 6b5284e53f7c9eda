"""What a workbook held: a document, and the cell in which each field of it stood."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from mvi_dashboard.ground.intake.sheets import at_cell
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.problems import Path, Problem

Place = tuple[str, str]


@dataclass
class ReadWorkbook:
    """What a workbook holds: `document` as somebody would have typed it, `places` the cell of every field.

    `notes` say what was rounded, with what stood there.
    """

    document: dict[str, Any]
    places: dict[Path, Place] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def at_cells(self, problems: Iterable[Problem]) -> list[Problem]:
        """The problems of the document at the cells of the workbook, where it has one."""
        return [self._at_cell(problem) for problem in problems]

    def named(self, problems: Iterable[Problem]) -> list[Problem]:
        """The problems at their own fields, with the cell in the sentence: for a page that shows the fields."""
        found = []
        for problem in problems:
            place = self._place(problem.path)
            text = (
                worded(
                    "{detail} (Blad {place}, cel {place2}.)",
                    detail=problem.detail,
                    place=place[0],
                    place2=place[1],
                )
                if place
                else problem.detail
            )
            found.append(replace(problem, detail=text))
        return found

    def _at_cell(self, problem: Problem) -> Problem:
        place = self._place(problem.path)
        return at_cell(*place, problem) if place else problem

    def _place(self, path: Path) -> Place | None:
        for length in range(len(path), 0, -1):
            if path[:length] in self.places:
                return self.places[path[:length]]
        return None
