"""In which order a list can be asked: declared once for its page and for REST, stable from page to page.

An order has a name in the address of the page (`sorteer=-einde`) and one over REST (`sort=-end`); a minus turns it
round. Each ends in the key of the row, so that two equal ones keep their places, and what is not known comes last
both ways.

>>> made = Orders("-begin", start=Order("begin", "Begin", "start"), title=Order("titel", "Titel", "lot__title"))
>>> made.codes
('start', '-start', 'title', '-title')
>>> made.default.key, made.default.turned
('start', True)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from django.db.models import Case, F, IntegerField, Model, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.problems import Problem, Refused
from mvi_dashboard.ground.shapes import Choice, camel, nearest, quoted
from mvi_dashboard.ground.shapes.scalars import Scalar

ASKED = "sorteer"
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Order:
    """One order of a list: `by` is the field that is compared, or what gives an expression for it.

    `absent` is any value of its type: needed where there may be none, as what is not known is put last.
    """

    page: str
    label: str
    by: str | Callable[[], Any]
    absent: Any = None
    parameter: str = ""


@dataclass(frozen=True)
class Chosen:
    """An order that was chosen, and whether it is turned round; `asked`: somebody asked for it."""

    key: str
    turned: bool = False
    asked: bool = False


class Orders(dict[str, Order]):
    """The orders of one list, by names of our own; `default` as in the address of the page."""

    def __init__(self, default: str, *, key: str = "id", **orders: Order) -> None:
        super().__init__(orders)
        self.key = key
        self.default = replace(self.asked(default), asked=False)

    @property
    def codes(self) -> tuple[str, ...]:
        """What may be asked over REST."""
        names = [order.parameter or camel(name) for name, order in self.items()]
        return tuple(f"{sign}{name}" for name in names for sign in ("", "-"))

    @property
    def parameter(self) -> Scalar:
        """The parameter over REST."""
        return Choice(self.codes, required=False, help="De volgorde; met een min ervoor andersom.")

    def asked_in(self, request: HttpRequest) -> Chosen:
        """What the address of a page asks. Raises Refused for an order that there is not."""
        text = request.GET.get(ASKED, "")
        return self.asked(text) if text else self.default

    def of_parameter(self, code: str | None) -> Chosen:
        """What was asked over REST, read by `parameter`."""
        if not code:
            return self.default
        named = {order.parameter or camel(name): name for name, order in self.items()}
        return Chosen(named[code.removeprefix("-")], code.startswith("-"), asked=True)

    def text(self, key: str, *, turned: bool) -> str:
        """This order as it stands in the address of a page."""
        return f"{'-' if turned else ''}{self[key].page}"

    def arranged(self, rows: QuerySet[Row], chosen: Chosen) -> tuple[QuerySet[Row], tuple[str, ...]]:
        """The rows with what they are compared by, and the fields for `keyset`."""
        order, sign = self[chosen.key], "-" if chosen.turned else ""
        if isinstance(order.by, str) and order.absent is None:
            return rows, (f"{sign}{order.by}", *(() if order.by == self.key else (self.key,)))
        name, none = f"order_{chosen.key}", f"order_{chosen.key}_absent"
        value = F(order.by) if isinstance(order.by, str) else order.by()
        rows = rows.annotate(**{f"{name}_raw": value})
        unknown = Case(
            When(**{f"{name}_raw__isnull": True, "then": Value(1)}), default=Value(0), output_field=IntegerField()
        )
        absent = Value(order.absent)
        found = rows.annotate(**{none: unknown, name: Coalesce(f"{name}_raw", absent)})
        return found, (none, f"{sign}{name}", self.key)

    def asked(self, text: str) -> Chosen:
        """The order with this name in the address of a page. Raises Refused for one that there is not."""
        pages = {order.page: name for name, order in self.items()}
        found = pages.get(text.removeprefix("-"))
        if found is None:
            said = worded(
                "Deze volgorde {word} is er niet; {removeprefix}",
                word=quoted(text),
                removeprefix=nearest(text.removeprefix("-"), pages),
            )
            raise Refused([Problem((ASKED,), "invalid_choice", worded("Sorteren: {said}", said=said))])
        return Chosen(found, text.startswith("-"), asked=True)
