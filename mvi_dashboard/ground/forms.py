"""Django form fields for Dutch forms: read strictly, never guess, and keep what was typed when it is refused.

The reading itself is `ground.numbers` and `ground.shapes`, so that a form field, a document from a form and
a workbook accept and refuse exactly the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path as FilePath
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.forms.renderers import DjangoTemplates

from mvi_dashboard.ground import formats, numbers
from mvi_dashboard.ground.problems import Path, Problem
from mvi_dashboard.ground.shapes import Date, Text, camel
from mvi_dashboard.ground.unreadable import Unreadable

REQUIRED = "Vul dit veld in."
_TEMPLATES = FilePath(__file__).resolve().parents[1] / "templates"
_DJANGO_TEMPLATES = FilePath(forms.__file__).parent / "templates"

Translate = Callable[[Path], str | None] | Mapping[str, str]


class Renderer(DjangoTemplates):
    """Draws forms with our own templates, in a template engine of its own: it needs no settings."""

    form_template_name = "parts/form.html"
    field_template_name = "parts/field.html"

    @cached_property
    def engine(self) -> Any:
        """The engine that knows Django's widgets, our templates and our tags."""
        return self.backend(
            {
                "APP_DIRS": False,
                "DIRS": [_TEMPLATES, _DJANGO_TEMPLATES],
                "NAME": "mvi_forms",
                "OPTIONS": {
                    "builtins": ["django.templatetags.i18n"],
                    "libraries": {"mvi": "mvi_dashboard.ground.templatetags.mvi"},
                },
            }
        )


class _TypedField(forms.Field):
    """A field in which a person types; refusals are sentences that say what to do."""

    widget = forms.TextInput
    default_error_messages = {"required": REQUIRED}

    def __init__(self, *, unit: str = "", **common: Any) -> None:
        super().__init__(**common)
        self.unit = unit

    def to_python(self, value: Any) -> Any:
        """What was typed as a value, or None when the box is empty."""
        text = "" if value is None else str(value).strip()
        if not text:
            return None
        try:
            return self.read(text)
        except Unreadable as refused:
            raise ValidationError(refused.detail, code=refused.code) from None

    def read(self, text: str) -> Any:
        """The value behind a text that is not empty; raises Unreadable."""
        raise NotImplementedError

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the value is another one: `1,50` is still 1.5."""
        try:
            return bool(self.to_python(data) != (None if initial in (None, "") else initial))
        except ValidationError:
            return True


class _NumberField(_TypedField):
    """A number between two limits, which the message names in the way that people type."""

    inputmode = "decimal"

    def __init__(
        self, *, min_value: Decimal | int | None = None, max_value: Decimal | int | None = None, **common: Any
    ) -> None:
        super().__init__(**common)
        if min_value is not None:
            self.validators.append(MinValueValidator(min_value, self._limit("Vul minstens", min_value)))
        if max_value is not None:
            self.validators.append(MaxValueValidator(max_value, self._limit("Vul hoogstens", max_value)))

    def shown(self, value: formats.Number) -> str:
        """A stored value as it stands in the input."""
        return formats.field_value(value)

    def prepare_value(self, value: Any) -> Any:
        """Stored numbers with a Dutch comma; what was typed stays as it was typed."""
        return self.shown(value) if isinstance(value, Decimal | float | int) else value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """The right keys on a telephone, aligned to the right."""
        if widget.is_hidden:
            return {}
        return {"inputmode": self.inputmode, "class": "input input-number"}

    def _limit(self, start: str, limit: Decimal | int) -> str:
        unit = f" {self.unit}".replace("%", "%%") if self.unit else ""  # Django fills in with %
        return f"{start} {self.shown(limit)}{unit} in."


class NlDecimalField(_NumberField):
    """A Decimal, from `1.234,5`, `1234,5` or `0.125`; `1.250` is refused as it has two meanings.

    With `percent` people type 60 (or `60 %`) and the value is the fraction 0.60; limits and initial values
    are fractions too. `max_digits` counts the digits before the comma, `decimal_places` those of the value.
    """

    def __init__(
        self,
        *,
        percent: bool = False,
        max_digits: int = numbers.DIGITS_BEFORE,
        decimal_places: int = numbers.DECIMALS,
        **common: Any,
    ) -> None:
        self.percent = percent
        self.max_digits = max_digits
        self.decimal_places = decimal_places
        super().__init__(**{"unit": "%" if percent else "", **common})

    def read(self, text: str) -> Decimal:
        """The Decimal, as precise as it was typed."""
        if self.percent:
            return numbers.read_percentage(text, decimals=self.decimal_places)
        return numbers.read_typed(text, digits_before=self.max_digits, decimals=self.decimal_places)

    def shown(self, value: formats.Number) -> str:
        """A stored value as people type it: a fraction of 0.6 is 60."""
        return formats.field_percentage(value) if self.percent else formats.field_value(value)


class NlIntegerField(_NumberField):
    """A whole number; `1.200` has one meaning here."""

    inputmode = "numeric"

    def read(self, text: str) -> int:
        """The whole number."""
        return numbers.read_typed_integer(text)


class NlDateField(_TypedField):
    """A day, from `5-11-2026` or `2026-11-05`."""

    def read(self, text: str) -> date:
        """The day between 2000 and 2100."""
        found: date = Date().read_typed(text)
        return found

    def prepare_value(self, value: Any) -> Any:
        """Stored days as people type them; what was typed stays as it was typed."""
        return formats.short_day(value) if isinstance(value, date) else value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Room for one date."""
        return {} if widget.is_hidden else {"class": "input input-date"}


class PlainTextField(_TypedField):
    """A text without NUL, control and bidi characters, as those can show a reader something else."""

    def __init__(self, *, max_length: int = 200, multiline: bool = False, **common: Any) -> None:
        if multiline:
            common.setdefault("widget", forms.Textarea(attrs={"rows": 4, "class": "textarea-prose"}))
        self._shape = Text(max_length, multiline=multiline)
        super().__init__(**common)

    def to_python(self, value: Any) -> str:
        """The text without the spaces around it, with one kind of line end; empty when nothing was typed."""
        return super().to_python(str(value or "").replace("\r\n", "\n")) or ""

    def read(self, text: str) -> str:
        """The text itself."""
        return str(self._shape.read(text))

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether another text was typed."""
        return super().has_changed(initial or "", data) if data else bool(initial)


def add_problems(form: forms.BaseForm, problems: Iterable[Problem], translate: Translate | None = None) -> None:
    """Puts the problems of a service beside the fields of a form; what has no field stands on top.

    `translate` gives the field for a path, as a function or as a mapping of dotted paths. Without it a field
    is found by its own name in snake_case: `("neededCount",)` stands at `needed_count`. Call it after
    `is_valid()`.
    """
    by_path = _by_name(form) if translate is None else translate
    for problem in problems:
        name = by_path(problem.path) if callable(by_path) else by_path.get(problem.attr or "")
        form.add_error(name if name in form.fields else None, ValidationError(problem.detail, code=problem.code))


def _by_name(form: forms.BaseForm) -> dict[str, str]:
    return {camel(name): name for name in form.fields} | {name: name for name in form.fields}
