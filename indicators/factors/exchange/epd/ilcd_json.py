"""ILCD+EPD as JSON, as the registries that run soda4LCA give it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mvi_dashboard.ground.problems import Problems, refuse

from .declaration import Amount, Declaration, Part, Quantity, Result, Scenario
from .standards import standard_of
from .values import day_of, last_day_of, module_of, plain_text, read_value, year_of

_UNIT_GROUP = "referenceToUnitGroupDataSet"


def read_ilcd_json(document: Any, problems: Problems) -> Declaration:
    """The declaration in this document; unreadable values are noted. Raises Refused when it is something else."""
    if not isinstance(document, dict) or "processInformation" not in document:
        raise refuse("unknown_root", "Dit is geen milieuverklaring in ILCD+EPD: processInformation ontbreekt.")
    information = _at(document, "processInformation")
    data_set, time = _at(information, "dataSetInformation"), _at(information, "time")
    owned = _at(document, "administrativeInformation", "publicationAndOwnership")
    modelling = _at(document, "modellingAndValidation")
    flow, exchanges = _reference_flow(document)
    results = [_result(row, "referenceToLCIAMethodDataSet", problems) for row in _results(document)]
    results += [_result(row, "referenceToFlowDataSet", problems) for row in exchanges if _anies(row)]
    standards = tuple(_standards(modelling))
    extra = {each.get("name"): each.get("value") for each in _anies(time)}
    return Declaration(
        key=plain_text(data_set.get("UUID")),
        version=plain_text(owned.get("dataSetVersion")),
        names=_names(_at(data_set, "name").get("baseName")),
        owner=_label(owned.get("referenceToOwnershipOfDataSet")),
        publisher=_label(owned.get("referenceToRegistrationAuthority")),
        registration=plain_text(owned.get("registrationNumber")),
        url=plain_text(document.get("source")),
        licence=plain_text(owned.get("licenseType")),
        subtype=_subtype(modelling),
        standards=standards,
        standard=standard_of(standards, results),
        year=year_of(time.get("referenceYear")),
        published=day_of(extra.get("publicationDateOfEPD")),
        valid_until=day_of(extra.get("expirationDateOfEPD")) or last_day_of(time.get("dataSetValidUntil")),
        geography=plain_text(
            _at(information, "geography", "locationOfOperationSupplyOrProduction").get("location")
        ),
        declared_amount=read_value(flow.get("meanAmount"), ("declaredUnit",), problems),
        declared_text=_first(_at(data_set, "name").get("functionalUnitFlowProperties")),
        quantities=tuple(_quantity(each, problems) for each in _dicts(flow.get("flowProperties"))),
        properties=tuple(_property(each, problems) for each in _dicts(flow.get("materialProperties"))),
        scenarios=tuple(_scenarios(data_set)),
        results=tuple(results),
        content=tuple(_parts(data_set)),
    )


def _reference_flow(document: Mapping[str, Any]) -> tuple[Mapping[str, Any], list[Mapping[str, Any]]]:
    """The product that is declared, and the other exchanges."""
    named = _at(document, "processInformation", "quantitativeReference").get("referenceToReferenceFlow")
    wanted = {str(each) for each in named} if isinstance(named, list) else {str(named)}
    rows = _dicts(_at(document, "exchanges").get("exchange"))
    flow = next((row for row in rows if row.get("referenceFlow") is True), None)
    if flow is None:
        flow = next((row for row in rows if str(row.get("dataSetInternalID")) in wanted), {})
    return flow, [row for row in rows if row is not flow]


def _results(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return _dicts(_at(document, "LCIAResults").get("LCIAResult"))


def _result(row: Mapping[str, Any], reference: str, problems: Problems) -> Result:
    named = _at(row, reference)
    name, extra = _label(named), _anies(row)
    group = next((_at(each, "value") for each in extra if each.get("name") == _UNIT_GROUP), {})
    amounts = []
    for each in extra:
        if each.get("module"):
            module, scenario = module_of(each["module"]), plain_text(each.get("scenario"))
            place = ("indicators", name, f"{module} {scenario}".strip())
            amounts.append(Amount(module, scenario, read_value(each.get("value"), place, problems)))
    return Result(
        key=plain_text(named.get("refObjectId")).lower(),
        name=name,
        unit=_label(group),
        amounts=tuple(amounts),
        unit_group=plain_text(group.get("refObjectId")).lower(),
    )


def _quantity(row: Mapping[str, Any], problems: Problems) -> Quantity:
    name = _named(row.get("name"))
    return Quantity(
        name=name,
        value=read_value(row.get("meanValue"), ("declaredUnit", name), problems),
        unit=plain_text(row.get("referenceUnit")),
        key=plain_text(row.get("uuid")).lower(),
        unit_group=plain_text(row.get("unitGroupUUID")).lower(),
        reference=row.get("referenceFlowProperty") is True,
    )


def _property(row: Mapping[str, Any], problems: Problems) -> Quantity:
    name = plain_text(row.get("name"))
    return Quantity(
        name, read_value(row.get("value"), ("declaredUnit", name), problems), plain_text(row.get("unit"))
    )


def _scenarios(data_set: Mapping[str, Any]) -> Iterator[Scenario]:
    for extra in _anies(data_set):
        for row in _dicts(extra.get("scenario")):
            default = str(row.get("default", "")).lower() == "true"
            yield Scenario(
                plain_text(row.get("name")), plain_text(row.get("group")), default, _first(row.get("description"))
            )


def _parts(data_set: Mapping[str, Any]) -> Iterator[Part]:
    for extra in _anies(data_set):
        declared = extra.get("contentDeclaration") or _at(extra, "value").get("contentDeclaration") or {}
        if isinstance(declared, dict):
            for kind in ("component", "material", "substance"):
                for row in _dicts(declared.get(kind)):
                    yield Part(_first(row.get("name")), kind, row.get("packaging") is True or None)


def _standards(modelling: Mapping[str, Any]) -> Iterator[str]:
    for row in _dicts(_at(modelling, "complianceDeclarations").get("compliance")):
        yield _label(row.get("referenceToComplianceSystem"))


def _subtype(modelling: Mapping[str, Any]) -> str:
    extra = _anies(_at(modelling, "LCIMethodAndAllocation"))
    return next((plain_text(each.get("value")) for each in extra if each.get("name") == "subType"), "")


def _anies(row: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return _dicts(_at(row, "other").get("anies"))


def _at(row: Any, *names: str) -> Mapping[str, Any]:
    """What stands this deep; empty when a step is absent or something else."""
    for name in names:
        row = row.get(name) if isinstance(row, dict) else None
    return row if isinstance(row, dict) else {}


def _dicts(rows: Any) -> list[Mapping[str, Any]]:
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _names(rows: Any) -> dict[str, str]:
    return {
        plain_text(row.get("lang")) or "?": plain_text(row["value"]) for row in _dicts(rows) if row.get("value")
    }


def _named(rows: Any) -> str:
    """The English text, else the first."""
    found = _names(rows)
    return found.get("en") or next(iter(found.values()), "")


def _first(rows: Any) -> str:
    return _named(rows) if isinstance(rows, list) else plain_text(rows)


def _label(reference: Any) -> str:
    """What a reference to another data set calls it."""
    return _named(_at(reference).get("shortDescription")) if isinstance(reference, dict) else ""
