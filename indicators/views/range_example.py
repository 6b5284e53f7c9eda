"""What a range is and what it does to a choice, with the reader's own numbers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from indicators.factors.between import wrong_bounds
from indicators.lines import range_example
from indicators.lines.range_example import Example, Product, Shown
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.charts import Bars, Column, Mark
from mvi_dashboard.ground.forms import NlDecimalField

from .order_words import said_of
from .over_range import lines_over

NAMES = ("A", "B")
_FIELDS = {"low": "laag", "value": "rekenwaarde", "high": "hoog"}
_PER_KG = "kg CO2-eq per kg"


class RangeForm(forms.Form):
    """What the reader may change: one range, and two products that share it."""

    laag = NlDecimalField(label="Laagste", unit=_PER_KG, min_value=0)
    rekenwaarde = NlDecimalField(
        label="Rekenwaarde", unit=_PER_KG, min_value=0, help_text="Die telt in een gunning."
    )
    hoog = NlDecimalField(label="Hoogste", unit=_PER_KG, min_value=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in NAMES:
            key = name.lower()
            self.fields[f"massa-{key}"] = NlDecimalField(
                label=f"{name}: massa", unit="kg", min_value=Decimal("0.001")
            )
            self.fields[f"jaren-{key}"] = NlDecimalField(
                label=f"{name}: gaat mee", unit="jaar", min_value=Decimal("0.1"), max_value=100
            )
            self.fields[f"stroom-{key}"] = NlDecimalField(
                label=f"{name}: stroom", unit="kWh per jaar", min_value=0
            )

    def clean(self) -> dict[str, Any]:
        """The bounds stand around the value, at most a factor 1,000 apart."""
        typed: dict[str, Any] = super().clean() or {}
        low, value, high = (typed.get(name) for name in _FIELDS.values())
        if None not in (low, value, high):
            wrong = wrong_bounds(*(float(str(each)) for each in (low, value, high)))
            if wrong is not None:
                self.add_error(_FIELDS[wrong[0]], wrong[2])
        return typed

    def products(self) -> list[dict[str, Any]]:
        """Per product its fields, for the form."""
        return [
            {"name": name, "fields": [self[f"{part}-{name.lower()}"] for part in ("massa", "jaren", "stroom")]}
            for name in NAMES
        ]

    def example(self) -> Example:
        """What was typed; only of a form that is valid."""
        typed = self.cleaned_data
        made = [
            Product(*(typed[f"{part}-{name.lower()}"] for part in ("massa", "jaren", "stroom"))) for name in NAMES
        ]
        low, central, high = (typed[name] for name in _FIELDS.values())
        return Example(low, central, high, made)


@require_safe
def ranges(request: HttpRequest) -> HttpResponse:
    """The example, or with the numbers in the address; what cannot be calculated is said there."""
    example = _typed(range_example.source_example())
    given = {name: request.GET[name] for name in example if name in request.GET}
    form = RangeForm(example | given)
    shown = _shown(form.example()) if form.is_valid() else None
    context = {
        "form": form,
        "own": bool(given),
        "shown": shown,
        "material": formats.number(range_example.MATERIAL),
        "electricity": formats.number(range_example.ELECTRICITY),
        "crumbs": [
            {"label": "Start", "url": "/"},
            {"label": "Uitleg", "url": reverse("indicators:explanation")},
            {"label": "Bandbreedte", "url": ""},
        ],
    }
    return render(request, "indicators/ranges.html", context, status=200 if shown else 400)


def _shown(example: Example) -> dict[str, Any]:
    """What `indicators/ranges.html` needs: both products between their bounds, and what that says of the order."""
    found = range_example.calculate(example)
    order = said_of(found.orders, {0: found.making}, NAMES)
    results, low, high = (
        each.per_year[:, 0] for each in (found.bounds.results, found.bounds.low, found.bounds.high)
    )
    decimals = formats.decimals_of([*results, *high])
    rows = [
        {
            "name": name,
            "value": formats.in_column(float(results[n]), decimals),
            "low": formats.in_column(float(low[n]), decimals),
            "high": formats.in_column(float(high[n]), decimals),
        }
        for n, name in enumerate(NAMES)
    ]
    return {
        "rows": rows,
        "statement": order.statement if order else _without_range(found),
        "certain": order is None or order.certain,
        "figure": _figure(found, rows),
        "lines": lines_over(found.orders, 0, {0: found.making}, NAMES, f"{range_example.UNIT} per jaar"),
    }


def _without_range(found: Shown) -> str:
    """A range whose ends are equal is no range: the order is what the numbers say."""
    order = found.orders.order(0, 1)
    assert order is not None
    if order.state == "tie":
        return "A en B hebben evenveel effect."
    first, second = NAMES if order.difference < 0 else NAMES[::-1]
    return f"{first} is lager dan {second}. Er is geen bandbreedte."


def _figure(found: Shown, rows: list[dict[str, Any]]) -> Bars:
    bounds = found.bounds
    ends = [(float(bounds.low.per_year[n, 0]), float(bounds.high.per_year[n, 0])) for n in range(len(NAMES))]
    values = [float(each) for each in bounds.results.per_year[:, 0]]
    said = [f"{row['low']} tot {row['high']}" for row in rows]
    return Bars(
        id="bandbreedte",
        title="Wat A en B per jaar doen",
        unit="Kg CO2-eq per jaar. Korter is beter.",
        source="Verzonnen producten, gerekend met dezelfde methode als een inschrijving.",
        names=list(NAMES),
        marks=[Mark(Column("Geschat", said, values), "estimated", bounds=ends, to_ends=True)],
    )


def _typed(example: Example) -> dict[str, str]:
    """The example as people type it."""
    values = dict(zip(_FIELDS.values(), (example.low, example.central, example.high), strict=True))
    for name, product in zip(NAMES, example.products, strict=True):
        key = name.lower()
        values |= {
            f"massa-{key}": product.mass_kg, f"jaren-{key}": product.lifetime_years,
            f"stroom-{key}": product.kwh_per_year,
        }  # fmt: skip
    return {name: formats.field_value(value) for name, value in values.items()}
