"""The tree of organisations: a new one, a place below another one, and the end of one."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import CharField, Value
from django.db.models.functions import Concat, Substr

from mvi_dashboard.ground.models import ChainHead, Organisation
from mvi_dashboard.ground.problems import Problem

LONGEST_PATH = 255


def new_organisation(
    *,
    code: str,
    name: str = "",
    kind: str = "",
    parent: Organisation | None = None,
    national_share: str = Organisation.NationalShare.TOTALS,
    valid_from: date | None = None,
    practice_of: Organisation | None = None,
) -> Organisation:
    """A new organisation (name: default the code) in the tree, with its own trail; inside a transaction."""
    made = Organisation.objects.create(
        code=code,
        name=name or code,
        kind=kind,
        parent=parent,
        path=f"new {secrets.token_hex(8)}",  # unique until the id is known
        national_share=national_share,
        valid_from=valid_from,
        practice_of=practice_of,
    )
    made.path = _path_below(parent, made)
    made.save(update_fields=["path"])
    ChainHead.objects.create(organisation=made)
    return made


def check_place(organisation: Organisation, parent: Organisation | None, field: str = "parent") -> list[Problem]:
    """What is wrong with this place: a circle, or too deep."""
    if parent is None:
        return []
    if parent.path.startswith(organisation.path):
        return [Problem((field,), "circle", f"{parent.name} staat zelf onder {organisation.name}.")]
    deepest = max(map(len, _below(organisation).values_list("path", flat=True)))
    if deepest - len(organisation.path) + len(_path_below(parent, organisation)) > LONGEST_PATH:
        return [Problem((field,), "range", "Zo diep kan een organisatie niet staan.")]
    return []


def place(organisation: Organisation, parent: Organisation | None) -> None:
    """Put it, with all that is below it, below this one; with the tree locked and the place checked."""
    old, new = organisation.path, _path_below(parent, organisation)
    organisation.parent, organisation.path = parent, new
    organisation.save(update_fields=["parent"])
    rest = Substr("path", len(old) + 1)
    _below_path(old).update(path=Concat(Value(new), rest, output_field=CharField()))


def changes_of(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Old and new of what is not the same, for the trail."""
    return {name: [value, after[name]] for name, value in before.items() if value != after[name]}


def _path_below(parent: Organisation | None, organisation: Organisation) -> str:
    return f"{parent.path if parent else '/'}{organisation.pk}/"


def _below(organisation: Organisation) -> Any:
    return _below_path(organisation.path)


def _below_path(path: str) -> Any:
    return Organisation.objects.filter(path__startswith=path)
