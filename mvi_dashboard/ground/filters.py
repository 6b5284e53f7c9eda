"""Filters of a list or report: declared once for its page, for REST and for the rows.

A filter has a name in the address of the page and one as a parameter of REST, is read by the same shape in both,
and says which rows it keeps. From the declaration follow the fields of the form, the chips, the address with or
without a filter, the parameters and the condition.

>>> made = Filters(
...     group=Filter("productgroep", "Productgroep", "group__code", parameter="product_group"),
...     state=Filter("stand", "Stand", choices={"open": "Loopt nu"}, parameter=""),
... )
>>> list(made.parameters), made.paths({"group": "papier", "state": "open"})
(['product_group'], {'group__code': 'papier'})
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest, QueryDict

from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.problems import Problem, Refused
from mvi_dashboard.ground.shapes import Choice, Text, quoted
from mvi_dashboard.ground.shapes.scalars import Scalar
from mvi_dashboard.ground.unreadable import Unreadable

Options = Mapping[str, list[tuple[str, str]]]
"""Per filter what can be chosen: code and label"""
Row = TypeVar("Row", bound=Model)
_CURSOR = "cursor"
_LONGEST = 80


class Sought(Text):
    """A text to look for: whatever it is, it is looked for and never refused."""

    def read_typed(self, text: str) -> str:
        """As far as anything can hold it."""
        return text.replace("\x00", "").strip()[: self.max_length]


@dataclass(frozen=True)
class Filter:
    """One thing that can be asked of a list.

    `page` is its name in the address of a page, and `parameter` the one over REST (by default its own); where one
    is empty it cannot be asked there. `where` is the field that is compared, or a function from rows and value to
    rows; without it the list itself uses the value. With `choices` (code to label) nothing else can be asked.
    """

    page: str
    label: str = ""
    where: str | Callable[[Any, Any], Any] = ""
    shape: Scalar | None = None
    choices: Mapping[str, str] = field(default_factory=dict)
    parameter: str | None = None
    typed: bool = False
    """a box to type in; else it is chosen from what occurs"""
    stays: bool = False
    """taken away it stays in the address, empty: the page has another answer when nothing was asked"""
    said: Callable[[Any], str] | None = None
    """what its chip says; by default label and value"""
    hint: str = ""
    """how to type it, behind the label of its box"""

    @property
    def scalar(self) -> Scalar:
        """How its value is read: its own shape, else one of its choices, else a short text."""
        if self.shape is not None:
            return self.shape
        return Choice(list(self.choices), required=False) if self.choices else Text(_LONGEST, required=False)


class Filters(dict[str, Filter]):
    """What can be asked of one list or report, by names of our own."""

    def __init__(self, **filters: Filter) -> None:
        super().__init__(filters)

    @property
    def parameters(self) -> dict[str, Scalar]:
        """The parameters over REST with their shapes."""
        return {
            name: each.scalar
            for key, each in self.items()
            if (name := key if each.parameter is None else each.parameter)
        }

    def of_parameters(self, read: Mapping[str, Any]) -> dict[str, Any]:
        """What was asked over REST, by our names."""
        names = {key: key if each.parameter is None else each.parameter for key, each in self.items()}
        return {key: read.get(name) for key, name in names.items()}

    def asked_in(self, request: HttpRequest) -> Asked:
        """What the address of a page asks. Raises Refused with everything in it that cannot be read."""
        values: dict[str, Any] = {}
        texts: dict[str, str] = {}
        problems = []
        for key, each in self.items():
            texts[key] = text = request.GET.get(each.page, "").strip() if each.page else ""
            values[key] = None
            try:
                values[key] = (each.scalar.read_typed(text) or None) if text else None
            except Unreadable as unreadable:
                problems.append(Problem((each.page,), unreadable.code, f"{each.label}: {unreadable.detail}"))
        if problems:
            raise Refused(problems)
        return Asked(self, request.path, request.GET, values, texts)

    def paths(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The fields that must be equal to what was asked."""
        return {
            each.where: values[key]
            for key, each in self.items()
            if isinstance(each.where, str) and each.where and values.get(key) not in (None, "")
        }

    def narrowed(self, rows: QuerySet[Row], values: Mapping[str, Any]) -> QuerySet[Row]:
        """The rows that were asked."""
        rows = rows.filter(**self.paths(values))
        for key, each in self.items():
            if callable(each.where) and values.get(key) not in (None, ""):
                rows = each.where(rows, values[key])
        return rows


@dataclass(frozen=True)
class Asked:
    """What the address of a page asks: `values` by our names (None = not asked), `texts` as they stand there."""

    filters: Filters
    path: str
    query: QueryDict
    values: Mapping[str, Any]
    texts: Mapping[str, str]

    @property
    def is_filtered(self) -> bool:
        """Whether anything was asked."""
        return any(value is not None for value in self.values.values())

    def filled(self, **values: Any) -> Asked:
        """The same with what the page fills in itself."""
        texts = {key: str(value) for key, value in values.items()}
        return replace(self, values={**self.values, **values}, texts={**self.texts, **texts})

    def address(self, **changed: str) -> str:
        """This page, from its start, with other filters; an empty one is taken away."""
        query = self.query.copy()
        query.pop(_CURSOR, None)
        for key, text in changed.items():
            each = self.filters[key]
            query.pop(each.page, None)
            if text or each.stays:
                query[each.page] = text
        return f"{self.path}?{query.urlencode()}" if query else self.path

    @property
    def first_url(self) -> str:
        """The first page of the list, when this is a later one."""
        return self.address() if self.query.get(_CURSOR) else ""

    def form(
        self, options: Options, names: Options | None = None, shown: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """Chips and fields for parts/filters.html.

        `options`: what can be chosen; without it there is no field. `names`: of what was asked and is no option.
        `shown`: what a field holds when nothing was asked.
        """
        labels = {key: {**dict((names or {}).get(key, ())), **dict(options.get(key, ()))} for key in self.filters}
        return {
            "chips": [
                {"label": self._said(key, labels[key]), "url": self.address(**{key: ""})}
                for key, value in self.values.items()
                if value is not None
            ],
            "filter_fields": [
                {
                    "name": each.page,
                    "label": f"{worded(each.label)}{f' ({worded(each.hint)})' if each.hint else ''}",
                    "options": options.get(key),
                    "value": self.texts[key] or (shown or {}).get(key, ""),
                }
                for key, each in self.filters.items()
                if each.page and (each.typed or options.get(key))
            ],
            "unknown_filters": [
                worded(
                    "{label}: {texts} kennen wij hier niet.",
                    label=worded(self.filters[key].label),
                    texts=quoted(self.texts[key]),
                )
                for key in self.filters
                if self._is_unknown(key, labels[key], known=key in {**options, **(names or {})})
            ],
            "clear_url": self.path,
            "filter_action": self.path,
        }

    def _is_unknown(self, key: str, labels: Mapping[str, str], *, known: bool) -> bool:
        """Whether what was asked is none of what can be chosen here: then the page is empty for that reason.

        `known`: the page said what there is.
        """
        each = self.filters[key]
        if self.values[key] is None or each.typed or each.choices or not known:
            return False
        return self.texts[key] not in labels

    def _said(self, key: str, labels: Mapping[str, str]) -> str:
        each, text = self.filters[key], self.texts[key]
        if each.said is not None:
            return each.said(self.values[key])
        return f"{worded(each.label)}: {worded(labels.get(text) or each.choices.get(text, text))}"
