"""What a supplier must deliver, as a JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Self

from mvi_dashboard.ground.described import LEFT_OUT, Described, JsonName, LeftOut

from .methods import VersionOf


class RequestedData(Described):
    """The JSON Schema of one line of a bid: a document of that language, so its insides are described there."""

    schema: Annotated[str, JsonName("$schema"), "De taal van dit document"]
    type: str
    title: str
    properties: Annotated[dict[str, Any], "De velden, elk met eenheid en uitleg"]
    required: Annotated[list[str] | LeftOut, "De velden die verplicht zijn"] = LEFT_OUT
    additional_properties: bool
    defs: Annotated[dict[str, Any], JsonName("$defs"), "Onderdelen, zoals een eigen resultaat van de leverancier"]
    protocol: Annotated[VersionOf | None, JsonName("x-protocol")]
    product_group: Annotated[str, JsonName("x-product-group")]
    level: Annotated[str, JsonName("x-level"), "Hoeveel er wordt gevraagd"]

    @classmethod
    def of(cls, schema: Mapping[str, Any]) -> Self:
        """Of the schema that belongs to a group."""
        protocol = schema["x-protocol"]
        return cls(
            schema=schema["$schema"],
            type=schema["type"],
            title=schema["title"],
            properties=schema["properties"],
            required=schema.get("required", LEFT_OUT),
            additional_properties=schema["additionalProperties"],
            defs=schema["$defs"],
            protocol=VersionOf(**protocol) if protocol else None,
            product_group=schema["x-product-group"],
            level=schema["x-level"],
        )
