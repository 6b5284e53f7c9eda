"""What every import shows of the columns of a file, and how it reads back what a person put right.

context = page.shown(found, layout, request.POST)          # for parts/columns.html
reading = page.chosen(request.POST, table, layout)         # raises Refused beside the inputs
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mvi_dashboard.ground.intake import DECIMALS, Table
from mvi_dashboard.ground.problems import Problem, Refused

from .applying import missing_columns
from .detecting import DATE_FORM, DECIMAL, Found, Reading
from .fields import Layout
from .signs import DATE_FORMS, DATE_WORDS, DECIMAL_WORDS

_NOT_USED = ("", "Niet gebruiken")


def name_of(place: int) -> str:
    """The name of the input that says what this column is."""
    return f"kolom-{place}"


def shown(
    found: Found, layout: Layout, posted: Mapping[str, str], problems: Sequence[Problem] = ()
) -> dict[str, Any]:
    """What `parts/columns.html` draws: each column with what it may be, and what is asked of the whole file."""
    meanings = [_NOT_USED, *((each.code, each.label) for each in layout.fields)]
    wrong = {problem.attr: problem.detail for problem in problems}
    asked = {question.about: question for question in found.questions}
    general = {
        "decimal": (DECIMAL, "Decimaalteken", found.decimal, list(DECIMAL_WORDS.items())),
        "date_form": (DATE_FORM, "Datums", found.date_form, list(DATE_WORDS.items())),
    }
    return {
        "columns": [
            {
                "column": column,
                "name": name_of(column.place),
                "chosen": posted.get(name_of(column.place), column.field),
                "meanings": meanings,
                "error": wrong.get(name_of(column.place), ""),
            }
            for column in found.columns
        ],
        "general": [
            {
                "name": name,
                "label": label,
                "chosen": posted.get(name, answer),
                "options": options if answer else [("", "Kies"), *options],
                "question": asked[about].text if about in asked else "",
                "error": wrong.get(name, ""),
                "described_by": " ".join(
                    f"{name}_{sign}" for sign, there in (("h", about in asked), ("f", name in wrong)) if there
                ),
            }
            for name, (about, label, answer, options) in general.items()
        ],
        "questions": [each.text for each in found.questions if each.about not in (DECIMAL, DATE_FORM)],
        "recognised": sum(1 for column in found.columns if column.field),
    }


def chosen(posted: Mapping[str, str], table: Table, layout: Layout) -> Reading:
    """How the file is read, as a person said. Raises Refused with every problem, at the input that it is about."""
    columns: dict[str, int] = {}
    problems = []
    for place in range(len(table.columns)):
        code = posted.get(name_of(place), "")
        if not code:
            continue
        if code not in layout.by_code:
            problems.append(Problem((name_of(place),), "invalid_choice", "Kies een betekenis uit de lijst."))
        elif code in columns:
            text = f"{layout.by_code[code].label} is al een andere kolom: kies er één."
            problems.append(Problem((name_of(place),), "duplicate_line", text))
        else:
            columns[code] = place
    decimal, date_form = posted.get("decimal", ""), posted.get("date_form", "")
    if decimal not in DECIMALS:
        problems.append(Problem(("decimal",), "required", "Kies het decimaalteken van dit bestand."))
    if date_form not in DATE_FORMS:
        problems.append(Problem(("date_form",), "required", "Kies hoe de datums in dit bestand staan."))
    reading = Reading(columns, decimal, date_form)
    problems += missing_columns(layout, reading)
    if problems:
        raise Refused(problems)
    return reading


def document_of(name: str, table: Table, reading: Reading) -> dict[str, Any]:
    """How this file is read, as the document of a profile with this name."""
    places = sorted((place, code) for code, place in reading.columns.items())
    return {
        "name": name,
        "columns": [{"header": table.columns[place], "field": code} for place, code in places],
        "decimal": reading.decimal,
        "dateForm": reading.date_form,
        "mappings": [
            {"field": field, "theirs": theirs, "ours": ours}
            for field, words in reading.mappings.items()
            for theirs, ours in words.items()
        ],
    }
