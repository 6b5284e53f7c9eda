"""What a supplier must deliver, as a JSON Schema with the words of the delivery protocol of the group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from indicators.lines.energy_in_use import counts_in_use
from indicators.lines.shapes import DECLARED
from indicators.lines.suggestions import fits_bill
from indicators.models import Material, ProductGroup
from indicators.selectors import AskedField, plans, protocol_for, protocol_of, reference_stamp, strategies
from indicators.selectors.protocols import STANDARD
from mvi_dashboard.ground.shapes import Integer, schema_of

from .asked_shapes import asked_line, asked_row
from .asked_types import CODE, types_of, with_types

Schema = dict[str, Any]


def data_request(group: ProductGroup, level: str = STANDARD) -> Schema:
    """The schema of one line of a bid for this group: fields, units, definitions and the codes to choose from.

    `level` is how much is asked. Under `$defs` stands a result that the supplier declares itself; a field says
    with `x-asked-from`, `x-required-from` and `x-evidence-from` at which level it is asked, required and proven.
    """
    protocol = with_types(protocol_of(protocol_for(group)), group)
    shape = asked_line(protocol, consumed=group.is_consumed, level=level).with_fields(
        {"item": Integer(min=1, required=False, label="Onderdeel van de vraag")}
    )
    schema = schema_of(shape, title=f"Gegevens per product: {group.name_nl}")
    line = schema["properties"]
    bill, use = line["billOfMaterials"]["items"]["properties"], line["use"]["items"]["properties"]
    declared = asked_row(DECLARED, "declared", protocol).schema()
    places = {"line": line, "material": bill, "use": use, "declared": declared["properties"]}
    if "answers" in line:
        places["answers"] = line["answers"]["properties"]
    for place, properties in places.items():
        _explain(properties, protocol.of(place, group.kind) if protocol else ())
    _offer_codes(group, line, bill, use)
    schema["$defs"] = {"declaredResult": declared}
    schema["x-protocol"] = {"code": protocol.code, "version": protocol.version} if protocol else None
    schema["x-product-group"] = group.code
    schema["x-level"] = level
    return schema


def _explain(properties: dict[str, Schema], fields: Iterable[AskedField]) -> None:
    for field in fields:
        found = properties.get(field.code)
        if found is None:
            continue
        found.setdefault("title", field.label)
        found.setdefault("description", field.help)
        said = {
            "x-unit": field.unit if "x-unit" not in found and found.get("title") == field.label else "",
            "x-asked-from": field.asked_from,
            "x-required-from": field.required_from,
            "x-evidence-from": field.evidence_from,
            "x-source": field.source,
            "x-printed": field.printed,
        }
        found |= {name: value for name, value in said.items() if value}
        if not field.weighs:
            found["x-monitoring-only"] = True


def _offer_codes(
    group: ProductGroup, line: dict[str, Schema], bill: dict[str, Schema], use: dict[str, Schema]
) -> None:
    stamp = reference_stamp()
    bought = {code: row.name_nl for code, row in strategies(stamp).items() if row.purchase_allowed}
    line["circularStrategy"]["oneOf"] = _named(bought)
    line["endOfLifePlan"]["oneOf"] = _named({code: row.name_nl for code, row in plans(stamp).items()})
    types = types_of(group)
    if types:
        line[CODE]["oneOf"] = _named(types)
    else:
        del line[CODE]
    public = Material.objects.filter(owner_organisation__isnull=True, owner_supplier__isnull=True).order_by("code")
    # Examples and no closed list: a supplier may have materials of its own, and repairs name materials too.
    bill["material"]["x-codes"] = {
        row.code: row.name_nl if row.unit == "kg" else f"{row.name_nl} ({row.unit})"
        for row in public.only("code", "name_nl", "kind", "unit")
        if fits_bill(row, group)
    }
    flows = public.filter(kind=Material.Kind.FLOW).values_list("code", "name_nl", "unit")
    use["flow"]["x-codes"] = {code: f"{name} ({unit})" for code, name, unit in flows if counts_in_use(code)}


def _named(names: Mapping[str, str]) -> list[Schema]:
    return [{"const": code, "title": name} for code, name in names.items()]
