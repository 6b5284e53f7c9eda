"""New versions of a method: a concept with other assumed factors, checked and then published for good.

Formula, parameters of materials and everything that is not sent stay those of the newest published version.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.db import models

from indicators.factors import bases, publishing, telling
from indicators.factors.acting import new_version, on_version
from indicators.factors.version_losses import method_losses
from indicators.models import (
    DestinationFactor,
    MaterialParameter,
    Method,
    MethodVersion,
    PlanFactor,
    StrategyFactor,
)
from indicators.models.coded import State, newest_published
from mvi_dashboard.ground import access
from mvi_dashboard.ground.acts import ActDeclaration, Doing, Done
from mvi_dashboard.ground.problems import Problem, Problems, Refused, conflict, not_found
from mvi_dashboard.ground.races import unless_taken
from mvi_dashboard.ground.shapes import (
    CONFIRMED,
    Choice,
    Code,
    Date,
    ListOf,
    Number,
    Object,
    Reason,
    Text,
    nearest,
    quoted,
)

from .method_versions import problems_of_method

_FACTOR = {"code": Text(80, label="Code"), "factor": Number(min=0, max=1, label="Factor")}
METHOD_DRAFT = Object(
    {
        "version": Code(40, label="Versie"),
        "valid_from": Date(required=False, label="Geldig vanaf"),
        "reason": Reason(2000, multiline=True, label="Waarop rusten de nieuwe factoren?"),
        "strategies": ListOf(Object(_FACTOR), max_items=50, required=False, default=(), label="R"),
        "plans": ListOf(
            Object(
                {
                    **_FACTOR,
                    "recycled": Number(min=0, max=1, required=False, label="Deel gerecycled"),
                    "recovered": Number(min=0, max=1, required=False, label="Deel verbrand"),
                }
            ),
            max_items=50, required=False, default=(), label="E van het plan",
        ),
        "destinations": ListOf(
            Object(
                {
                    **_FACTOR,
                    "treatment": Choice(
                        DestinationFactor.Treatment.values, required=False, default="", label="Wat ermee gebeurt"
                    ),
                }
            ),
            max_items=50, required=False, default=(), label="E van de bestemming",
        ),
    }
)  # fmt: skip
_KINDS: tuple[tuple[str, type[models.Model], str], ...] = (
    ("strategies", StrategyFactor, "strategy"),
    ("plans", PlanFactor, "plan"),
    ("destinations", DestinationFactor, "destination"),
)
_PARTS = ("recycled", "recovered")


@new_version(
    Method,
    ActDeclaration(
        verb="method.create",
        title="Maak een versie van een methode als concept",
        permission=access.REFERENCE_EDIT,
        reads=METHOD_DRAFT,
        status=201,
    ),
)
def create_method_draft(doing: Doing[Method]) -> Done[MethodVersion]:
    """The concept: the newest published version with these factors. Raises Refused with every problem."""
    owner, data, problems = doing.target, doing.data, doing.problems
    base = newest_published(owner.versions.all())
    if base is None:
        raise not_found()
    rows = {name: _rows_of(base, model, field) for name, model, field in _KINDS}
    problems += [problem for name in rows for problem in _unknown(data.get(name) or (), name, rows[name])]
    problems += _overfull(data.get("plans") or (), rows["plans"])
    if "version" in data and owner.versions.filter(version=data["version"]).exists():
        text = f"Versie {quoted(data['version'])} bestaat al: kies een ander nummer."
        problems.append(Problem(("version",), "already_exists", text))
    problems.refuse()
    if not any(_changed(row, each) for name in rows for row, each in _both(rows[name], data[name])):
        text = f"Dit is gelijk aan versie {quoted(base.version)}: wijzig minstens één factor."
        raise Refused([Problem((), "nothing_changed", text)])
    with unless_taken(conflict("already_exists", f"Versie {quoted(data['version'])} bestaat al.")):
        draft = _copy_of(base, data)
    for name, _, _ in _KINDS:
        _store(rows[name], data[name], draft, data["reason"])
    _copy_parameters(base, draft)
    telling.concept_made(doing.actor, draft)
    return Done(draft, reason=data["reason"], changes={"method": owner.code, "version": draft.version})


@on_version(
    MethodVersion,
    "method",
    ActDeclaration(
        verb="method.publish",
        title="Stel een versie van een methode vast",
        permission=access.REFERENCE_EDIT,
        reads=CONFIRMED,
        person="Vaststellen",
        version=True,
    ),
)
def publish_method(doing: Doing[MethodVersion]) -> Done[MethodVersion]:
    """The version, frozen; a basis with it is built beside the current one.

    Raises Refused: absent, stale, published already, made by this person (409), with every rule that it breaks, or
    with what jumps and nobody gave a reason for.
    """
    row = doing.target
    if row.state != State.DRAFT:
        raise conflict("frozen", f"Versie {quoted(row.version)} is al vastgesteld en verandert niet meer.")
    newest = newest_published(row.method.versions.all())
    publishing.require_latest(newest, row)
    publishing.require_second_person(doing.actor, row)
    Problems(problems_of_method(row)).refuse()
    reason = publishing.confirmed(method_losses(newest, row), doing)
    row.method.versions.filter(state=State.PUBLISHED).update(state=State.SUPERSEDED)
    row.state = State.PUBLISHED
    row.save(update_fields=["state"])
    basis = bases.build_beside()
    if basis is not None:
        bases.start_build(doing.actor, basis)
    telling.concept_published(doing.actor, row)
    return Done(row, reason=reason, changes={"method": row.method.code, "version": row.version})


def _rows_of(base: MethodVersion, model: type[Any], field: str) -> dict[str, Any]:
    found = model.objects.filter(method_version=base).select_related(field).order_by("id")
    return {getattr(row, field).code: row for row in found}


def _unknown(sent: Any, name: str, rows: Mapping[str, Any]) -> list[Problem]:
    found = []
    seen: set[str] = set()
    for number, each in enumerate(sent):
        code = each.get("code")
        if code is None:
            continue
        if code not in rows:
            text = f"Deze code is er niet; {nearest(code, list(rows))}"
            found.append(Problem((name, number, "code"), "does_not_exist", text))
        elif code in seen:
            found.append(Problem((name, number, "code"), "duplicate_line", f"{quoted(code)} staat er al."))
        seen.add(code)
    return found


def _overfull(sent: Any, rows: Mapping[str, Any]) -> list[Problem]:
    """A plan of which more than all of the mass goes somewhere, with what it keeps from before."""
    found = []
    for number, each in enumerate(sent):
        row = rows.get(each.get("code") or "")
        parts = [each.get(name) if each.get(name) is not None else getattr(row, name, None) for name in _PARTS]
        if row is not None and sum(float(part or 0) for part in parts) > 1 + 1e-9:
            text = "Gerecycled en verbrand zijn samen meer dan 1: verlaag een van de twee."
            found.append(Problem(("plans", number, "recovered"), "range", text))
    return found


def _copy_of(base: MethodVersion, data: Mapping[str, Any]) -> MethodVersion:
    return MethodVersion.objects.create(
        method=base.method,
        version=data["version"],
        formula=base.formula,
        parameters=base.parameters,
        source=base.source,
        valid_from=data["valid_from"],
        base=base,
    )


def _store(rows: Mapping[str, Any], sent: Any, draft: MethodVersion, reason: str) -> None:
    """The rows of the base under the concept, with the factors that were sent; those say what they rest on."""
    for row, each in _both(rows, sent):
        new = _again(row, draft)
        for name, value in _changed(row, each).items():
            setattr(new, name, value)
            new.note, new.assumption = reason, True
        new.save()


def _both(rows: Mapping[str, Any], sent: Any) -> Iterator[tuple[Any, Mapping[str, Any]]]:
    """Every row of the base with what was sent for it; nothing when it was not named."""
    named = {each["code"]: each for each in sent}
    return ((row, named.get(code, {})) for code, row in rows.items())


def _changed(row: Any, sent: Mapping[str, Any]) -> dict[str, Any]:
    """What was sent for a row and is another value than it has."""
    given = {name: value for name, value in sent.items() if name != "code" and value is not None}
    values = {name: value if name == "treatment" else float(value) for name, value in given.items()}
    return {name: value for name, value in values.items() if getattr(row, name) != value}


def _copy_parameters(base: MethodVersion, draft: MethodVersion) -> None:
    MaterialParameter.objects.bulk_create(_again(row, draft) for row in base.material_parameters.all())


def _again(row: Any, draft: MethodVersion) -> Any:
    """The same row under the concept, not stored yet."""
    fields = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if not f.primary_key}
    return type(row)(**fields | {"method_version_id": draft.pk})
