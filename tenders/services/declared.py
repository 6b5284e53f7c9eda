"""What a bidder declares itself (an MKI, an EPD, a label): checked, and judged on what is known about it.

A declared result stands beside ours and never replaces it. The name MKI is kept for a value that somebody else
verified, with unit, method, tool and a date until which it holds: anything less is shown with what it lacks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from mvi_dashboard.ground import formats
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.problems import Problem
from tenders.models import DeclaredResult

_MKI_NEEDS = {
    "unit": "de eenheid",
    "method": "de methode",
    "method_version": "de versie van de methode",
    "tool": "het rekenprogramma",
    "verification": "wie het toetste",
    "valid_until": "tot wanneer het geldt",
}


@dataclass(frozen=True)
class Standing:
    """What a declared result may be called on a day; `lacks` is what keeps an MKI from its name."""

    name: str
    verified: bool
    expired: bool
    lacks: tuple[str, ...]

    @property
    def marks(self) -> list[str]:
        """What must be said beside the number."""
        said = [] if self.verified else ["niet getoetst"]
        if self.expired:
            said.append("verlopen")
        if self.lacks:
            said.append(worded("telt niet als MKI, want dit ontbreekt: {lacks}", lacks=", ".join(self.lacks)))
        return said


def standing(row: DeclaredResult, today: date) -> Standing:
    """How this result may be shown on this day."""
    expired = row.valid_until is not None and row.valid_until < today
    name = row.indicator.name_nl if row.indicator else row.name
    label = row.get_kind_display()
    if row.kind == DeclaredResult.Kind.OTHER:
        return Standing(name or label, bool(row.verification), expired, ())
    shown = label if not name or name.casefold() == label.casefold() else f"{label} ({name})"
    if row.kind != DeclaredResult.Kind.MKI:
        return Standing(shown, bool(row.verification), expired, ())
    lacks = tuple(word for field, word in _MKI_NEEDS.items() if not getattr(row, field))
    if expired:
        lacks = (
            *lacks,
            worded("geldigheid (tot en met {valid_until})", valid_until=formats.short_day(row.valid_until)),
        )
    return Standing("Opgegeven milieukosten" if lacks else shown, bool(row.verification), expired, lacks)


def check_declared(data: Mapping[str, Any]) -> list[Problem]:
    """Each result belongs to a product and is a number with its unit, or a class."""
    references = {line.reference for line in data.get("lines") or ()}
    problems = []
    for number, row in enumerate(data.get("declared_results") or ()):
        path = ("declaredResults", number)
        if row.get("line") is not None and row["line"] not in references:
            text = "Dit kenmerk hoort bij geen van uw producten."
            problems.append(Problem((*path, "line"), "does_not_exist", text))
        # An unreadable field is not in the data and was told already.
        if "value" not in row or "grade" not in row:
            continue
        if row["value"] is None and not row["grade"]:
            problems.append(Problem((*path, "value"), "required", "Vul een waarde of een klasse in."))
        if row["value"] is not None and "unit" in row and not row["unit"]:
            problems.append(Problem((*path, "unit"), "required", "Zeg in welke eenheid dit getal is."))
    return problems
