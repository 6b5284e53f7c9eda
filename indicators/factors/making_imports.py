"""The making of groups and types from a file or a list: first a preview of what changes, then all or nothing.

What is confirmed goes into the open concept of the set, by the rules of a single row; nobody calculates with it
before it is published.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction

from indicators.models import FactorSet, FactorSetVersion, ImportPreview
from indicators.models.coded import newest_published
from mvi_dashboard.ground import access, clock, intake
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.acts import ActDeclaration, Doing, Done
from mvi_dashboard.ground.idempotency import Once, first_time
from mvi_dashboard.ground.problems import Problem, Problems, Refused, conflict
from mvi_dashboard.ground.sent_files import ENCODING, Upload
from mvi_dashboard.ground.shapes import CONFIRMED, Choice, ListOf, Object, Text, nearest, quoted, read

from . import concepts, declarations
from .concepts import Place
from .kept_previews import MAKING as LAYOUT
from .kept_previews import Confirmation, own_preview
from .made import Key, Made, making_in
from .making import MAKING, MOST_ROWS, NUMBERS, Known, Row, check_making, drop_making, jumps_of, store_making
from .making_file import MakingRows, read_making

MOST_SHOWN = 200
_COMMON = {
    "factor_set": Text(80, label="Factorset"),
    "mode": Choice(ImportPreview.Mode.values, label="Wat moet er met de rest van het maken gebeuren?"),
}
FILE = Object(
    {
        **_COMMON,
        "decimal": Choice(intake.DECIMALS, label="Decimaalteken", help="Zoals getallen in het bestand staan."),
        "encoding": ENCODING,
    }
)
LIST = Object({**_COMMON, "processing": ListOf(MAKING, min_items=1, max_items=MOST_ROWS, label="Maken")})


def preview_making(
    actor: Actor,
    *,
    document: Mapping[str, Any],
    upload: Upload | None = None,
    typed: bool = False,
    once: Once | None = None,
) -> ImportPreview:
    """The preview of this file, or of `processing` in the document; raises Refused with every problem."""
    access.require(actor, access.REFERENCE_EDIT)
    first_time(once)
    data, problems = read(LIST if upload is None else FILE, document, typed=typed)
    owner = _owner_of(data, problems)
    found = _found(data, upload, problems)
    known = Known()
    check_making(found.rows, found.place, found.problems, known)
    problems += found.problems
    if problems or owner is None:
        raise Refused(problems)
    held = concepts.holding(Place(owner))
    old = making_in(held)
    preview = ImportPreview(
        owner_key=actor.key,
        created_at=clock.now(),
        factor_set=owner,
        base=newest_published(owner.versions.all()),
        mode=data["mode"],
        version=_goes_into(owner),
        layout=LAYOUT,
        content=_packed(found.rows),
    )
    jumps = jumps_of(found.rows, found.place, known, old)
    replaces = data["mode"] == ImportPreview.Mode.REPLACE
    preview.summary = _reading(found, jumps) | _changes(found.rows, known, old, replaces=replaces)
    preview.summary["comparedWith"] = held.version if held is not None else None
    with transaction.atomic():
        preview.save()
        if once is not None:
            once.remember(200, preview)
    return preview


def problems_of_form(document: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with the fields of a form that came without its file."""
    data, problems = read(FILE, document, typed=True)
    _owner_of(data, problems)
    return problems


def get_making_preview(actor: Actor, public_id: UUID) -> ImportPreview:
    """One's own preview, without its rows. Raises Refused when it is absent, somebody else's or too old."""
    return own_preview(actor, public_id, making=True)


class _Confirmation(Confirmation[ImportPreview, FactorSetVersion]):
    """An act on one's own preview."""

    def lock(self, actor: Actor, named: UUID) -> ImportPreview:
        """Raises Refused: forbidden, absent."""
        preview = own_preview(actor, named, making=True, for_update=True)
        FactorSet.objects.select_for_update().get(pk=preview.factor_set_id)
        return preview


@partial(
    _Confirmation,
    ActDeclaration(
        verb="making.import",
        title="Zet het maken uit een voorbeeld in het concept",
        permission=access.REFERENCE_EDIT,
        reads=CONFIRMED,
        status=201,
    ),
)
def confirm_making(doing: Doing[ImportPreview]) -> Done[FactorSetVersion]:
    """The concept with these rows in it; its document has the reasons for what is unusual in them.

    Raises Refused: absent (404), confirmed already, made against a version that no longer holds, or without a
    reason where one is asked (409).
    """
    preview, place = doing.target, Place(doing.target.factor_set)
    if preview.made is not None:
        raise conflict("confirmed", f"Dit is al bevestigd: versie {quoted(preview.made.version)} staat klaar.")
    held = concepts.holding(place)
    newest = newest_published(preview.factor_set.versions.all())
    if (newest.pk if newest else None) != preview.base_id or _named(held) != preview.summary["comparedWith"]:
        raise conflict(
            "outdated", "De set is intussen gewijzigd. Lees het bestand opnieuw in voor een nieuw voorbeeld."
        )
    doing.problems.refuse()
    reason = declarations.confirmed(preview.summary, doing.data)
    rows, known, problems = _unpacked(bytes(preview.content)), Known(), Problems()
    check_making(rows, lambda number, name: ("rows", number + 1, name), problems, known)
    problems.refuse()
    version = concepts.opened(doing.actor, place)
    if preview.mode == ImportPreview.Mode.REPLACE:
        drop_making(version)
    store_making(version, rows, known)
    preview.made, preview.content = version, b""
    preview.save(update_fields=["made", "content"])
    return Done(
        version, changes={"version": version.version, "rows": len(rows), "mode": preview.mode}, reason=reason
    )


def _found(data: Mapping[str, Any], upload: Upload | None, problems: list[Problem]) -> MakingRows:
    if upload is None:
        return MakingRows(rows=[dict(row) for row in data.get("processing") or ()])
    if not {"decimal", "encoding"} <= set(data):
        return MakingRows()
    try:
        return read_making(upload.content, upload.name, decimal=data["decimal"], encoding=data["encoding"])
    except Refused as refused:
        problems += refused.problems
        return MakingRows()


def _owner_of(data: Mapping[str, Any], problems: list[Problem]) -> FactorSet | None:
    """The set that the document names; an unknown one is noted."""
    code = data.get("factor_set")
    owner = FactorSet.objects.filter(code=code).first() if code is not None else None
    if owner is None and code is not None:
        known = list(FactorSet.objects.values_list("code", flat=True))
        text = f"De factorset {quoted(code)} kennen wij niet: {nearest(code, known)}"
        problems.append(Problem(("factorSet",), "does_not_exist", text))
    return owner


def _goes_into(owner: FactorSet) -> str:
    """The number of the concept that this will stand in."""
    concept = concepts.concept_of(Place(owner))
    return concept.version if concept is not None else concepts.next_number(owner)


def _named(version: FactorSetVersion | None) -> str | None:
    return version.version if version is not None else None


def _reading(found: MakingRows, jumps: list[Problem]) -> dict[str, Any]:
    return {
        "read": len(found.rows),
        "leftOut": [{"what": what, "why": why, "rows": 0} for what, why in found.left_parts],
        "columns": [{"column": header, "field": name} for header, name in found.columns],
        "file": found.file or None,
        "delimiter": found.delimiter or None,
        "encoding": found.encoding or None,
        "warnings": [
            {"attr": each.attr, "path": list(each.path), "code": each.code, "detail": each.detail}
            for each in jumps
        ],
    }


def _changes(
    rows: list[dict[str, Any]], known: Known, old: Mapping[Key, Made], *, replaces: bool
) -> dict[str, Any]:
    """Counts, and the first of every kind with what the version says now and will say."""
    shown: dict[str, list[dict[str, Any]]] = {"added": [], "changed": [], "removed": []}
    left, same = dict(old), 0
    for row in rows:
        key = known.key_of(row)
        before = left.pop(key, None) if key else None
        after = _made(row)
        if before == after:
            same += 1
            continue
        shown["added" if before is None else "changed"].append(_shown(row, before, after))
    if replaces:
        groups = {each.pk: code for code, each in known.groups.items()}
        types = {each.pk: code for code, each in known.types.items()}
        indicators = {each.pk: code for code, each in known.indicators.items()}
        for (group, kind, indicator), before in left.items():
            named = {
                "product_group": groups[group],
                "product_type": types[kind] if kind else "",
                "indicator": indicators[indicator],
            }
            shown["removed"].append(_shown(named, before, None))
    counts = {name: len(found) for name, found in shown.items()}
    counts |= {"same": same, "kept": 0 if replaces else len(left)}
    return {"counts": counts} | {name: found[:MOST_SHOWN] for name, found in shown.items()}


def _made(row: Row) -> Made:
    numbers = {name: None if row.get(name) is None else float(row[name]) for name in NUMBERS}
    return Made(row["state"], numbers["low"], numbers["value"], numbers["high"])


def _shown(row: Row, before: Made | None, after: Made | None) -> dict[str, Any]:
    return {
        "productGroup": row["product_group"],
        "productType": row.get("product_type") or None,
        "indicator": row["indicator"],
        "before": _as_dict(before),
        "after": _as_dict(after),
    }


def _as_dict(made: Made | None) -> dict[str, Any] | None:
    if made is None:
        return None
    return {"state": made.state, "low": made.low, "value": made.value, "high": made.high}


def _packed(rows: list[dict[str, Any]]) -> bytes:
    """The rows as bytes, their numbers as the floats that will be stored."""
    plain = [
        {name: float(value) if name in NUMBERS and value is not None else value for name, value in row.items()}
        for row in rows
    ]
    return zlib.compress(json.dumps(plain).encode())


def _unpacked(content: bytes) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(zlib.decompress(content))
    return found
