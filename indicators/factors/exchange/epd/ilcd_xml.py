"""ILCD+EPD as XML: the process data set, and the flow data set that tells what the declared unit weighs."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from mvi_dashboard.ground.problems import Problems, refuse

from .declaration import Amount, Declaration, Part, Quantity, Result, Scenario
from .standards import standard_of
from .values import day_of, last_day_of, module_of, plain_text, read_value, year_of

_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_ROOT = "{http://lca.jrc.it/ILCD/Process}processDataSet"


def read_ilcd_xml(root: Element, problems: Problems) -> Declaration:
    """The declaration in this document; unreadable values are noted. Raises Refused when it is something else."""
    if root.tag != _ROOT:
        raise refuse("unknown_root", "Dit is geen milieuverklaring in ILCD+EPD: processDataSet ontbreekt.")
    data_set = _at(root, "processInformation/dataSetInformation")
    time = _at(root, "processInformation/time")
    owned = _at(root, "administrativeInformation/publicationAndOwnership")
    flow, exchanges = _reference_flow(root)
    rows = [(row, "referenceToLCIAMethodDataSet") for row in _all(root, "LCIAResults/LCIAResult")]
    rows += [(row, "referenceToFlowDataSet") for row in exchanges]
    results = tuple(_result(row, reference, problems) for row, reference in rows if _all(row, "other/amount"))
    systems = _all(root, "modellingAndValidation/complianceDeclarations/compliance/referenceToComplianceSystem")
    standards = tuple(_named(_all(each, "shortDescription")) for each in systems)
    until = _text(_at(time, "other/expirationDateOfEPD"))
    return Declaration(
        key=_text(_at(data_set, "UUID")),
        version=_text(_at(owned, "dataSetVersion")),
        names=_names(_all(data_set, "name/baseName")),
        owner=_named(_all(owned, "referenceToOwnershipOfDataSet/shortDescription")),
        publisher=_named(_all(owned, "referenceToRegistrationAuthority/shortDescription")),
        registration=_text(_at(owned, "registrationNumber")),
        url=_text(_at(owned, "permanentDataSetURI")),
        licence=_text(_at(owned, "licenseType")),
        subtype=_text(_at(root, "modellingAndValidation/LCIMethodAndAllocation/other/subType")),
        standards=standards,
        standard=standard_of(standards, results),
        year=year_of(_text(_at(time, "referenceYear"))),
        published=day_of(_text(_at(time, "other/publicationDateOfEPD"))),
        valid_until=day_of(until) or last_day_of(_text(_at(time, "dataSetValidUntil"))),
        geography=_attribute(
            _at(root, "processInformation/geography/locationOfOperationSupplyOrProduction"), "location"
        ),
        declared_amount=read_value(_text(_at(flow, "meanAmount")), ("declaredUnit",), problems),
        declared_text=_named(_all(data_set, "name/functionalUnitFlowProperties")),
        quantities=(),
        properties=(),
        scenarios=tuple(_scenario(each) for each in _all(data_set, "other/scenarios/scenario")),
        results=results,
        content=tuple(_parts(_at(data_set, "other/contentDeclaration"))),
    )


def flow_key_of(root: Element) -> str:
    """The identity of the product flow: the data set with its unit and mass is a file of its own."""
    return _attribute(_at(_reference_flow(root)[0], "referenceToFlowDataSet"), "refObjectId").lower()


def _reference_flow(root: Element) -> tuple[Element | None, list[Element]]:
    """The product that is declared, and the other exchanges."""
    wanted = _text(_at(root, "processInformation/quantitativeReference/referenceToReferenceFlow"))
    rows = _all(root, "exchanges/exchange")
    flow = next((row for row in rows if row.get("dataSetInternalID") == wanted), None)
    return flow, [row for row in rows if row is not flow]


def _result(row: Element, reference: str, problems: Problems) -> Result:
    named = _at(row, reference)
    name = _named(_all(named, "shortDescription"))
    group = _at(row, "other/referenceToUnitGroupDataSet")
    amounts = []
    for each in _all(row, "other/amount"):
        module, scenario = module_of(_attribute(each, "module")), _attribute(each, "scenario")
        place = ("indicators", name, f"{module} {scenario}".strip())
        amounts.append(Amount(module, scenario, read_value(each.text, place, problems)))
    return Result(
        key=_attribute(named, "refObjectId").lower(),
        name=name,
        unit=_named(_all(group, "shortDescription")),
        amounts=tuple(amounts),
        unit_group=_attribute(group, "refObjectId").lower(),
    )


def _scenario(row: Element) -> Scenario:
    return Scenario(
        _attribute(row, "name"),
        _attribute(row, "group"),
        _attribute(row, "default").lower() == "true",
        _named(_all(row, "description")),
    )


def _parts(declared: Element | None) -> Iterator[Part]:
    """Everything in the content declaration, the parts of a component after it."""
    for row in () if declared is None else declared:
        kind = _local(row.tag)
        if kind not in ("component", "material", "substance"):
            continue
        packaging = _attribute(row, "packaging")
        yield Part(
            name=_named(_all(row, "name")),
            kind=kind,
            packaging=packaging == "true" if packaging else None,
            weight=_bounds(_at(row, "weightPerc")),
            mass_kg=_bounds(_at(row, "mass")),
            renewable=_attribute(row, "renewable"),
            recycled=_attribute(row, "recycled"),
            recyclable=_attribute(row, "recyclable"),
        )
        yield from _parts(row)


def _bounds(row: Element | None) -> dict[str, str]:
    return {_local(name): plain_text(value) for name, value in (row.attrib if row is not None else {}).items()}


def read_flow(root: Element, problems: Problems) -> tuple[str, tuple[Quantity, ...]]:
    """The identity of a flow data set, and its properties (mass, volume) with the reference property named."""
    reference = _text(_at(root, "flowInformation/quantitativeReference/referenceToReferenceFlowProperty"))
    found = []
    for row in _all(root, "flowProperties/flowProperty"):
        named = _at(row, "referenceToFlowPropertyDataSet")
        name = _named(_all(named, "shortDescription"))
        value = read_value(_text(_at(row, "meanValue")), ("declaredUnit", name), problems)
        key = _attribute(named, "refObjectId").lower()
        found.append(Quantity(name, value, "", key, reference=row.get("dataSetInternalID") == reference))
    return _text(_at(root, "flowInformation/dataSetInformation/UUID")).lower(), tuple(found)


def _all(row: Element | None, path: str) -> list[Element]:
    """Everything at this path, whatever the namespaces: three of them are mixed in one document."""
    rows = [] if row is None else [row]
    for step in path.split("/"):
        rows = [child for each in rows for child in each if child.tag.endswith(step) and _local(child.tag) == step]
    return rows


def _at(row: Element | None, path: str) -> Element | None:
    return next(iter(_all(row, path)), None)


def _text(row: Element | None) -> str:
    return "" if row is None else plain_text(row.text)


def _attribute(row: Element | None, name: str) -> str:
    """The attribute by its local name: writers differ in whether they give it a namespace."""
    found = row.attrib.items() if row is not None else ()
    return plain_text(next((value for key, value in found if _local(key) == name), None))


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _names(rows: list[Element]) -> dict[str, str]:
    # Without a language the format means English.
    return {row.get(_LANGUAGE, "en"): _text(row) for row in reversed(rows) if _text(row)}


def _named(rows: list[Element]) -> str:
    found = _names(rows)
    return found.get("en") or next(iter(reversed(found.values())), "")
