"""How an operation and its answers come into the OpenAPI document."""

from __future__ import annotations

from typing import Any, get_args

from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema

from mvi_dashboard.ground.described import Described, Schema, fields_schema

from .configuration import SPECTACULAR_SETTINGS


class Operations(AutoSchema):
    """What all operations are described by: who may come in follows from the endpoint."""

    def get_auth(self) -> list[dict[str, Any]]:
        """Nothing of its own, or that nobody has to sign in (`{}`) to read what is open to all."""
        open_ = self.method == "GET" and getattr(self.view, "open_to_all", False)
        return [{}, *SPECTACULAR_SETTINGS["SECURITY"]] if open_ else []


class DescribedAnswer(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]
    """A resource is a component under its own name, and refers to the resources that it is made of."""

    target_class = Described
    match_subclasses = True

    def get_name(self, auto_schema: Any, direction: Any) -> str:
        """The name of the class."""
        return str(self.target.__name__)

    def map_serializer(self, auto_schema: Any, direction: Any) -> Schema:
        """The schema of its fields."""
        return fields_schema(self.target, ref=lambda other: auto_schema.resolve_serializer(other, direction).ref)


class OneOfSeveral(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]
    """An answer that is one of several resources."""

    target_class = "types.UnionType"

    def get_name(self, auto_schema: Any, direction: Any) -> str:
        """Their names."""
        return "Or".join(each.__name__ for each in get_args(self.target))

    def map_serializer(self, auto_schema: Any, direction: Any) -> Schema:
        """Any of them."""
        found = (auto_schema.resolve_serializer(each, direction).ref for each in get_args(self.target))
        return {"anyOf": list(found)}
