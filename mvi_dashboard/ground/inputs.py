"""What a page needs to draw one input, found from the path of a field in a document.

A form posts inputs whose names are the paths that problems have (`lines.0.massKg`), so one name finds the
value that was typed, the label of the shape and the message that stands beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.forms import BaseForm, BoundField, CheckboxInput, FileInput, Select, Textarea
from django.forms.widgets import ChoiceWidget
from django.forms.widgets import Input as InputWidget
from django.utils.safestring import SafeString

from mvi_dashboard.ground import formats
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.problems import More, Problem, Problems
from mvi_dashboard.ground.shapes import (
    Boolean,
    Choice,
    Date,
    Field,
    Fraction,
    Integer,
    ListOf,
    Moment,
    Money,
    Number,
    Object,
    Secret,
    Text,
    camel,
)
from mvi_dashboard.ground.shapes.shown import shown

Option = tuple[str, str]
MOST_SHOWN = 100

# The first that fits: Fraction and Money are kinds of Number.
_KINDS: Final = (
    (Fraction, "percent"),
    (Money, "number"),
    (Integer, "integer"),
    (Number, "number"),
    (Date, "date"),
    (Moment, "moment"),
    (Choice, "select"),
    (Boolean, "checkbox"),
    (Secret, "password"),
)


@dataclass(frozen=True)
class Input:
    """One input with all that stands around it."""

    name: str
    kind: str
    label: str
    value: str = ""
    help: str = ""
    unit: str = ""
    errors: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    optional: bool = False
    hide_label: bool = False
    rows: int = 4
    list_id: str = ""
    autofocus: bool = False
    autocomplete: str = ""
    """what a browser fills in of itself: `email`, `current-password`, `one-time-code`"""

    @property
    def id(self) -> str:
        """The id of the input, to which the summary of errors links."""
        return input_id(self.name)

    @property
    def described_by(self) -> str:
        """The ids of the help and of the message, for assistive technology."""
        help_id = [f"{self.id}-help"] if self.help else []
        return " ".join(help_id + ([f"{self.id}-fout"] if self.errors else []))

    @property
    def is_numeric(self) -> bool:
        """Whether this is a number, aligned to the right."""
        return self.kind in ("number", "integer", "percent")

    @property
    def inputmode(self) -> str:
        """Which keys a telephone shows."""
        return {"number": "decimal", "percent": "decimal", "integer": "numeric"}.get(self.kind, "")

    @property
    def to_the_second(self) -> bool:
        """Whether the moment that stands here has seconds: `2026-03-05T12:00:30`."""
        return self.value.count(":") == 2

    @property
    def checked(self) -> bool:
        """Whether a tick box is ticked."""
        return self.value in ("on", "true", "ja", "1")


@dataclass(frozen=True)
class Confirmation:
    """An implausible value with the reason why it is right; without `detail` it was confirmed before."""

    attr: str
    code: str
    detail: str
    reason: str


@dataclass(frozen=True)
class Mistake:
    """One line in the summary of errors: a link to the input when there is one."""

    text: str
    href: str = ""


def input_id(name: str) -> str:
    """The id of the input with this name: `lines.0.massKg` is `veld-lines-0-massKg`."""
    return "veld-" + name.replace(".", "-")


def input_of(
    name: str,
    *,
    document: Any = None,
    problems: Iterable[Problem] | None = None,
    shape: Field | None = None,
    value: Any = None,
    kind: str = "",
    label: str = "",
    options: Sequence[Option] | Mapping[str, str] | None = None,
    help: str | None = None,
    unit: str | None = None,
    **layout: Any,
) -> Input:
    """The input for this path; what is given here comes before what the shape and the document say.

    `layout` may hold `optional`, `hide_label`, `rows`, `list_id`, `autofocus` and `autocomplete`; `options` are
    pairs of code and label.
    """
    field = field_at(shape, name.split("."))
    kind = kind or _kind_of(field)
    found = _at(document, name.split(".")) if value is None else value
    return Input(
        name=name,
        kind=kind,
        label=worded(label or (field.label if field else "")) or name,
        value="" if kind == "password" else shown(found, percent=kind == "percent"),
        help=worded((field.help if field else "") if help is None else help),
        unit=worded(_unit_of(field, kind) if unit is None else unit),
        errors=tuple(problem.detail for problem in problems or () if problem.attr == name),
        options=_options(options, field),
        **{"optional": field is not None and not field.required, **layout},
    )


def field_at(shape: Field | None, path: Iterable[str | int]) -> Field | None:
    """The part of a shape behind a path, or None when the shape does not know it."""
    for part in path:
        if isinstance(shape, ListOf) and str(part).isdecimal():
            shape = shape.item
        elif isinstance(shape, Object):
            by_name = {camel(name): field for name, field in shape.fields.items()}
            shape = by_name.get(str(part))
        else:
            return None
    return shape


def path_label(shape: Field | None, path: Sequence[str | int]) -> str:
    """A path in words, for instance `Materialen, regel 3, Gerecycled`; empty where no label is known."""
    words: list[str] = []
    for length, part in enumerate(path, start=1):
        if str(part).isdecimal():
            words.append(worded("regel {part}", part=int(part) + 1))
            continue
        field = field_at(shape, path[:length])
        if field is not None and field.label:
            words.append(worded(field.label))
    text = ", ".join(words)
    return text[:1].upper() + text[1:]


def mistakes_of(
    problems: Iterable[Problem], *, form: BaseForm | None = None, shape: Field | None = None
) -> list[Mistake]:
    """The lines of the summary of errors, for the problems of a service and for a Django form."""
    found = _mistakes_of(problems, shape)
    if not isinstance(form, BaseForm) or not form.is_bound:
        return found
    found += [Mistake(worded(str(message))) for message in form.non_field_errors()]
    for field in form:
        for message in field.errors:
            found.append(Mistake(_in_words(worded(str(field.label)), worded(str(message))), f"#{_id_of(field)}"))
    return found


def _mistakes_of(problems: Iterable[Problem], shape: Field | None) -> list[Mistake]:
    """As many as somebody reads on a page, and how many there are beside those."""
    named = list(Problems(problems))
    shown = [problem for problem in named if not isinstance(problem, More)][:MOST_SHOWN]
    left = len(named) - len(shown) + sum(more.count - 1 for more in named if isinstance(more, More))
    found = [_mistake_of(problem, shape) for problem in shown]
    if left:
        more = formats.counted(left, "ander probleem", "andere problemen")
        found.append(Mistake(worded("En nog {more}: herstel eerst wat hier staat.", more=more)))
    return found


def confirmations_of(problems: Iterable[Problem] | None, document: Any) -> list[Confirmation]:
    """One per value that the service finds implausible, and those that were confirmed before (kept)."""
    given = _at(document, ["confirmations"])
    reasons = {
        (row.get("attr") or "", row.get("code") or ""): str(row.get("reason") or "")
        for row in (given if isinstance(given, list) else [])
        if isinstance(row, Mapping)
    }
    asked = {(p.attr or "", p.code): p.detail for p in problems or () if p.confirmable}
    kept = {key: "" for key, reason in reasons.items() if reason and key not in asked}
    return [
        Confirmation(attr, code, detail, reasons.get((attr, code), ""))
        for (attr, code), detail in {**asked, **kept}.items()
    ]


def with_reasons_only(document: dict[str, Any]) -> dict[str, Any]:
    """The document without the confirmations for which no reason was typed: those were not given."""
    rows = document.get("confirmations")
    if not isinstance(rows, list):
        return document
    given = [row for row in rows if isinstance(row, Mapping) and str(row.get("reason") or "").strip()]
    return {**document, "confirmations": given}


def control_of(field: BoundField) -> SafeString:
    """The widget of a form field as HTML, with the class that our stylesheet has for it."""
    widget = field.field.widget
    classes = [widget.attrs.get("class", ""), _class_of(widget)]
    return field.as_widget(attrs={"class": " ".join(dict.fromkeys(" ".join(classes).split()))})


def _mistake_of(problem: Problem, shape: Field | None) -> Mistake:
    text = _in_words(path_label(shape, problem.path), problem.detail)
    return Mistake(text, f"#{input_id(problem.attr)}" if problem.attr else "")


def _in_words(label: str, sentence: str) -> str:
    """The message with the name of its field before it, as one sentence."""
    if not label or label.endswith("?"):
        return f"{label} {sentence}".strip()
    # `CO2` and `XLSX` keep their capitals.
    start = sentence[:1] if sentence[1:2].isupper() else sentence[:1].lower()
    return f"{label}: {start}{sentence[1:]}"


def _id_of(field: BoundField) -> str:
    return field.id_for_label or field.auto_id


def _class_of(widget: Any) -> str:
    if isinstance(widget, CheckboxInput | FileInput):
        return ""
    if isinstance(widget, Select):
        return "select"
    if isinstance(widget, Textarea):
        return "textarea"
    if isinstance(widget, InputWidget) and not isinstance(widget, ChoiceWidget):
        return "input"
    return ""


def _kind_of(field: Field | None) -> str:
    if isinstance(field, Text) and field.max_length > 500 and not isinstance(field, Secret):
        return "textarea"
    return next((kind for type_, kind in _KINDS if isinstance(field, type_)), "text")


def _unit_of(field: Field | None, kind: str) -> str:
    if kind == "percent":
        return "%"
    return "euro" if isinstance(field, Money) else getattr(field, "unit", "")


def _options(given: Sequence[Option] | Mapping[str, str] | None, field: Field | None) -> tuple[Option, ...]:
    if isinstance(given, Mapping):
        return tuple((code, worded(label)) for code, label in given.items())
    if given is None and isinstance(field, Choice):
        return tuple((code, worded(field.names.get(code, code))) for code in field.values())
    return tuple((str(code), worded(str(label))) for code, label in given or ())


def _at(document: Any, path: Iterable[str]) -> Any:
    for part in path:
        if isinstance(document, Mapping):
            document = document.get(part)
        elif isinstance(document, Sequence) and not isinstance(document, str) and part.isdecimal():
            document = document[int(part)] if int(part) < len(document) else None
        else:
            return None
    return document
