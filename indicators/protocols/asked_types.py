"""The product type in what suppliers are asked: of every group that has types, whatever its protocol says."""

from __future__ import annotations

from dataclasses import replace

from indicators.models import ProductGroup
from indicators.selectors import AskedField, Protocol, offered_types
from indicators.selectors.protocols import LIGHT

CODE = "productType"
LABEL = "Soort product"
_HELP = (
    "Een hoofdproduct is van de soort die gevraagd is: laat dit dan leeg. Bij toebehoren kiest u de soort zelf."
)
_AFTER = ("reference", "name")


def types_of(group: ProductGroup) -> dict[str, str]:
    """The names of the product types of a group that hold now, by code; empty where it has none."""
    return {each.code: each.name_nl for each in offered_types(group.types_by_code.values())}


def with_types(protocol: Protocol | None, group: ProductGroup) -> Protocol | None:
    """The protocol that asks for the product type too, with the types of this group to choose from.

    Which types there are changes with the reference data, so no published version of a protocol can hold them.
    """
    types = types_of(group)
    if protocol is None or not types:
        return protocol
    own = next((each for each in protocol.fields if (each.place, each.code) == ("line", CODE)), None)
    field = replace(own or _field(group), choices=tuple(types.items()))
    rest = [each for each in protocol.fields if each is not own]
    first = [number for number, each in enumerate(rest, start=1) if each.place == "line" and each.code in _AFTER]
    place = max(first, default=0)
    return replace(protocol, fields=(*rest[:place], field, *rest[place:]))


def _field(group: ProductGroup) -> AskedField:
    return AskedField(
        place="line",
        code=CODE,
        label=LABEL,
        help=_HELP,
        type="choice",
        unit="",
        asked_from=LIGHT,
        required_from=None,
        evidence_from=None,
        choices=(),
        applies_to=(group.kind,),
        weighs=True,
        source="",
        printed="",
        first=(),
        minimum=None,
        maximum=None,
        decimals=None,
    )
