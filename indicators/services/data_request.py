"""What a supplier must deliver, as a JSON Schema with the words of the delivery protocol of the group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from indicators.models import Material, ProductGroup
from indicators.selectors import plans, protocol_for, reference_stamp, strategies
from mvi_dashboard.ground.shapes import Integer, schema_of

from .line_shapes import line_shape

Schema = dict[str, Any]


def data_request(group: ProductGroup) -> Schema:
    """The schema of one line of a bid for this group: fields, units, definitions and the codes to choose from."""
    protocol = protocol_for(group)
    levels: Mapping[str, Any] = protocol.definition["levels"] if protocol else {}
    shape = line_shape(consumed=group.is_consumed).with_fields(
        {"item": Integer(min=1, required=False, label="Onderdeel van de vraag")}
    )
    schema = schema_of(shape, title=f"Gegevens per product: {group.name_nl}")
    line = schema["properties"]
    bill, use = line["billOfMaterials"]["items"]["properties"], line["use"]["items"]["properties"]
    for properties, level in ((line, "line"), (bill, "material"), (use, "use")):
        _explain(properties, levels.get(level, ()))
    _offer_codes(group, line, bill, use)
    schema["x-protocol"] = {"code": protocol.code, "version": protocol.version} if protocol else None
    schema["x-product-group"] = group.code
    return schema


def _explain(properties: dict[str, Schema], fields: Iterable[Mapping[str, Any]]) -> None:
    for field in fields:
        found = properties.get(field["code"])
        if found is None:
            continue
        found["title"], found["description"] = field["label_nl"], field["help_nl"]
        if field["unit"]:
            found["x-unit"] = field["unit"]


def _offer_codes(
    group: ProductGroup, line: dict[str, Schema], bill: dict[str, Schema], use: dict[str, Schema]
) -> None:
    stamp = reference_stamp()
    bought = {code: row.name_nl for code, row in strategies(stamp).items() if row.purchase_allowed}
    line["circularStrategy"]["oneOf"] = _named(bought)
    line["endOfLifePlan"]["oneOf"] = _named({code: row.name_nl for code, row in plans(stamp).items()})
    public = Material.objects.filter(owner_organisation__isnull=True, owner_supplier__isnull=True).order_by("code")
    inside = public.exclude(kind=Material.Kind.FLOW).exclude(kind=Material.Kind.SPEND)
    if group.bill_unit:
        inside = inside.filter(unit=group.bill_unit)
    # Examples and no closed list: a supplier may have materials of its own, and repairs name materials too.
    bill["material"]["x-codes"] = dict(inside.values_list("code", "name_nl"))
    flows = public.filter(kind=Material.Kind.FLOW).values_list("code", "name_nl", "unit")
    use["flow"]["x-codes"] = {code: f"{name} ({unit})" for code, name, unit in flows}


def _named(names: Mapping[str, str]) -> list[Schema]:
    return [{"const": code, "title": name} for code, name in names.items()]
