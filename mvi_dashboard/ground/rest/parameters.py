"""Query parameters: a closed list per operation, read by the same shapes as bodies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, QueryDict
from drf_spectacular.utils import OpenApiParameter

from mvi_dashboard.ground.problems import Problem, Refused, refuse
from mvi_dashboard.ground.shapes import Boolean, Choice, Integer, Moment, Object, Scalar, Text, camel, read

LARGEST_PAGE = 500
DEFAULT_PAGE = 50
PAGE: dict[str, Scalar] = {
    "limit": Integer(
        min=1,
        max=LARGEST_PAGE,
        required=False,
        default=DEFAULT_PAGE,
        help="Hoogstens zoveel regels per pagina.",
    ),
    "cursor": Text(1000, required=False, help="De plaats in de lijst: neem hem over uit `next`."),
}


CHANGED = "changed_since"
_CHANGED: dict[str, Scalar] = {
    CHANGED: Moment(
        required=False,
        help="Alleen wat sinds dit moment is gemaakt of veranderd. Neem het moment waarop u de vorige keer begon "
        "te vragen: wat u dan al had, kan er nog eens bij staan.",
    )
}

_WITH_COMMAS: dict[str, Any] = {"style": "form", "explode": False}


class CommaList(Choice):
    """Several codes in one parameter, separated by commas: `groupBy=organisation,year`."""

    def read(self, value: Any) -> Any:
        """The codes in the order in which they were asked, each once."""
        return tuple(dict.fromkeys(super(CommaList, self).read(part) for part in str(value).split(",")))

    def own_schema(self, *, live: bool) -> dict[str, Any]:
        """A list of the codes."""
        return {"type": "array", "items": super().own_schema(live=live), "uniqueItems": True}


class Parameters:
    """The query parameters of one operation, by their snake_case names; all are optional unless required."""

    def __init__(self, fields: Mapping[str, Scalar], *, paged: bool) -> None:
        self.fields: dict[str, Scalar] = {**fields, **({**_CHANGED, **PAGE} if paged else {})}
        self._shape = Object(self.fields)
        self._lists = {camel(name) for name, field in self.fields.items() if isinstance(field, CommaList)}
        self._booleans = {camel(name) for name, field in self.fields.items() if isinstance(field, Boolean)}

    def read(self, request: HttpRequest) -> dict[str, Any]:
        """The values, with defaults for what was not asked; raises Refused (400) with every problem."""
        data, problems = read(self._shape, self._document(request.GET))
        if problems:
            raise Refused(map(self._about_parameter, problems))
        return data

    def documented(self) -> list[OpenApiParameter]:
        """The same parameters for the OpenAPI document."""
        return [
            OpenApiParameter(
                camel(name),
                type=_of_text(field.schema()),
                location=OpenApiParameter.QUERY,
                required=field.required,
                description=field.help or field.label,
                default=list(field.default) if isinstance(field.default, tuple) else field.default,
                **(_WITH_COMMAS if isinstance(field, CommaList) else {}),
            )
            for name, field in self.fields.items()
        ]

    def _document(self, sent: QueryDict) -> dict[str, Any]:
        document: dict[str, Any] = {}
        for key, values in sent.lists():
            if key in self._lists:
                # Clients write a list as one text with commas, or as the same key more than once.
                values = [",".join(values)]
            if len(values) > 1:
                raise refuse("duplicate_parameter", "Stuur deze parameter één keer.", key)
            if values[0] != "" or key not in {camel(name) for name in self.fields}:
                document[key] = values[0]
        for key in self._booleans & document.keys():
            document[key] = {"true": True, "false": False}.get(document[key], document[key])
        return document

    def _about_parameter(self, problem: Problem) -> Problem:
        if problem.code != "unknown_field":
            return problem
        return Problem(
            problem.path, "unknown_parameter", problem.detail.replace("Onbekend veld", "Onbekende parameter")
        )


def _of_text(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a value in a URL: never null, and one type instead of `number or text`."""
    kinds = schema.get("type")
    if isinstance(kinds, list):
        schema["type"] = kinds[0]
        if kinds[0] != "string":
            schema.pop("pattern", None)
    if "enum" in schema:
        schema["enum"] = [value for value in schema["enum"] if value is not None]
    return schema
