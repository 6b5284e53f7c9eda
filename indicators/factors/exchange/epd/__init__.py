"""Environmental product declarations (EN 15804): ILCD+EPD as JSON or XML, and openEPD.

A reader per format gives one `Declaration` in plain values; from there the way is the same for all: what the
declared unit weighs (`mass`), which modules make which stage (`stages`), and the factors per kg (`factors`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from xml.etree.ElementTree import Element

from indicators.factors.exchange.factors import Factors, Layout, Options
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.intake.documents import read_documents
from mvi_dashboard.ground.intake.files import is_zip
from mvi_dashboard.ground.problems import Path, Problem, Problems, refuse

from .declaration import Declaration
from .factors import CATEGORY, factors_of
from .ilcd_json import read_ilcd_json
from .ilcd_xml import flow_key_of, read_flow, read_ilcd_xml
from .mass import KG_PER_UNIT, UNITS_PER_KG
from .openepd import read_openepd

__all__ = [
    "CATEGORY",
    "ILCD",
    "KG_PER_UNIT",
    "LAYOUTS",
    "OPENEPD",
    "UNITS_PER_KG",
    "Declaration",
    "read_declarations",
]

ILCD, OPENEPD = "ilcd-epd", "openepd"
MOST_IN_A_ZIP = 20
MOST_RESULTS = 1_000
_PROCESS, _FLOW = "processDataSet", "flowDataSet"


def read_declarations(content: bytes, layout: str, problems: Problems) -> list[Declaration]:
    """Every declaration in a JSON, XML or zip; what cannot be read in them is noted. Raises Refused (the file)."""
    documents = read_documents(content, (".json",) if layout == OPENEPD else (".json", ".xml"))
    if not is_zip(content):
        return [_of_document(documents[0], layout, problems)]
    found = _of_zip(documents, layout, problems)
    if not found:
        raise refuse("unknown_root", "In deze zip staat geen milieuverklaring.")
    if len(found) > MOST_IN_A_ZIP:
        raise refuse("too_many", f"Stuur hoogstens {MOST_IN_A_ZIP} verklaringen in één zip.")
    return found


def _of_document(document: Any, layout: str, problems: Problems) -> Declaration:
    if isinstance(document, Element):
        return read_ilcd_xml(document, problems)
    return (read_openepd if layout == OPENEPD else read_ilcd_json)(document, problems)


def _of_zip(documents: list[Any], layout: str, problems: Problems) -> list[Declaration]:
    """The declarations in a zip; an ILCD one finds its product flow, with unit and mass, among the other files."""
    roots = [document for document in documents if isinstance(document, Element)]
    found = [
        _of_document(document, layout, problems)
        for document in documents
        if not isinstance(document, Element)
        and (layout == OPENEPD or (isinstance(document, dict) and "processInformation" in document))
    ]
    flows = dict(read_flow(root, problems) for root in roots if _is(root, _FLOW))
    for root in roots:
        if _is(root, _PROCESS):
            declared = read_ilcd_xml(root, problems)
            found.append(replace(declared, quantities=flows.get(flow_key_of(root), ())))
    return found


def _is(root: Element, name: str) -> bool:
    return str(root.tag).rpartition("}")[2] == name


def _reader(layout: str) -> Callable[[bytes, str, Options], Factors]:
    def read(content: bytes, name: str, options: Options) -> Factors:
        """The factors per kg of the declarations in this file. Raises Refused when it is something else."""
        found = Factors(file=name, place=_place)
        declarations = read_declarations(content, layout, found.problems)
        found.file_rows = sum(len(each.results) for each in declarations)
        if found.file_rows > MOST_RESULTS:
            rows = formats.counted(found.file_rows, "indicator", "indicatoren")
            raise refuse("too_many", f"Hier staan {rows} in: hoogstens {MOST_RESULTS}.")
        if options.material and len(declarations) > 1:
            text = "In deze zip staan meer verklaringen: laat het materiaal leeg, of stuur ze één voor één."
            found.problems.add(Problem(("material",), "ambiguous", text))
        for each in declarations:
            factors_of(each, name, options, found)
        return found

    return read


def _place(number: int, name: str) -> Path:
    return ("results", number, name)


LAYOUTS = (
    Layout(
        ILCD,
        "Milieuverklaring (EPD) in ILCD+EPD: JSON, XML of zip",
        (".json", ".xml", ".zip"),
        _reader(ILCD),
        asks_material=True,
    ),
    Layout(
        OPENEPD,
        "Milieuverklaring (EPD) in openEPD: JSON of zip",
        (".json", ".zip"),
        _reader(OPENEPD),
        asks_material=True,
    ),
)
