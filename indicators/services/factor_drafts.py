"""New versions of factor sets: a concept with all its factors, then published and frozen for good.

Processing is not sent: a new version keeps that of the newest published one of its set.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from indicators.calculation.storage import canonical_json
from indicators.exchange import FACTOR, factors_of_list
from indicators.models import Basis, FactorSet, FactorSetVersion, Processing
from indicators.models.coded import State
from mvi_dashboard.ground import access, audit, clock
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.once import Once, first_time
from mvi_dashboard.ground.problems import Refused, conflict, not_found, stale
from mvi_dashboard.ground.shapes import CONFIRMATIONS, Date, ListOf, Object, Text, lift_confirmed, quoted, read

from . import bases, publishing
from .factor_checks import Codes, check_factors
from .factor_jumps import note_jumps
from .factor_outliers import note_outliers
from .factor_store import Cells, store_factors
from .version_losses import losses_between, values_in

MOST_FACTORS = 10_000
DRAFT = Object(
    {
        "version": Text(40, label="Versie"),
        "valid_from": Date(required=False, label="Geldig vanaf"),
        "factors": ListOf(FACTOR, min_items=1, max_items=MOST_FACTORS, label="Factoren"),
        "confirmations": CONFIRMATIONS,
    }
)
_STAMPS = {State.DRAFT: 1, State.PUBLISHED: 2, State.SUPERSEDED: 3}


def stamp_of(version: FactorSetVersion) -> int:
    """The number behind its ETag: only the state of a version ever changes."""
    return _STAMPS[State(version.state)]


@transaction.atomic
def create_draft(
    actor: Actor, *, factor_set: str, document: Mapping[str, Any], once: Once | None = None
) -> FactorSetVersion:
    """The concept with its factors. Raises Refused with every problem, or 409 when the version is taken."""
    access.require(actor, access.REFERENCE_EDIT)
    first_time(once)
    owner = FactorSet.objects.filter(code=factor_set).first()
    if owner is None:
        raise not_found()
    data, problems = read(DRAFT, document)
    found, codes = factors_of_list(data.get("factors") or ()), Codes()
    check_factors(found, codes)
    newest = newest_published(owner)
    old = values_in(newest) if newest is not None else {}
    note_jumps(found, codes, old)
    note_outliers(found, codes, old)
    unusual, used = lift_confirmed(found.warnings, data.get("confirmations"))
    problems += [*found.problems, *unusual]
    if problems:
        raise Refused(problems)
    version = store_draft(owner, found.cells, codes, version=data["version"], valid_from=data["valid_from"])
    reason = "; ".join(f"{row['attr']} {row['code']}: {row['reason']}" for row in used)
    remember_draft(actor, version, once, reason=reason)
    return version


def store_draft(
    owner: FactorSet,
    cells: Cells,
    codes: Codes,
    *,
    version: str,
    valid_from: date | None,
    kept_from: FactorSetVersion | None = None,
) -> FactorSetVersion:
    """The concept with these factors (checked), and those of `kept_from` that are not among them.

    The materials and sources that the codes propose are made on the way.

    Raises Refused (409) when the version is taken. Follow it by `remember_draft`, in the same transaction.
    """
    require_free(owner, version)
    draft = FactorSetVersion.objects.create(
        factor_set=owner, version=version, valid_from=valid_from, created_at=clock.now()
    )
    store_factors(draft, cells, codes, kept_from)
    _keep_processing(draft)
    return draft


def remember_draft(
    actor: Actor,
    version: FactorSetVersion,
    once: Once | None,
    *,
    reason: str = "",
    new_materials: Sequence[str] = (),
) -> None:
    """The last statements of making a concept: what came of the request, and the audit entry (with its reason)."""
    if once is not None:
        once.remember(201, version)
    changes: dict[str, Any] = {"version": version.version}
    if new_materials:
        changes["newMaterials"] = list(new_materials)
    audit.record(actor, "factor_version.create", version, organisation=None, reason=reason, changes=changes)


def newest_published(owner: FactorSet) -> FactorSetVersion | None:
    """The version of this set that holds now."""
    return owner.versions.filter(state=State.PUBLISHED).order_by("-id").first()


@transaction.atomic
def publish_draft(
    actor: Actor,
    *,
    factor_set: str,
    version: str,
    expected: int,
    document: Mapping[str, Any] | None = None,
    typed: bool = False,
    once: Once | None = None,
) -> FactorSetVersion:
    """The version, frozen; the one before it is superseded. `document` has the reasons for what it takes away.

    Raises Refused: absent, stale, published already, made by this person, or much that disappears or jumps and
    that nobody gave a reason for.
    """
    access.require(actor, access.REFERENCE_EDIT)
    first_time(once)
    found = FactorSetVersion.objects.select_related("factor_set").select_for_update(of=("self",))
    row = found.filter(factor_set__code=factor_set, version=version).first()
    if row is None:
        raise not_found()
    if stamp_of(row) != expected:
        raise stale()
    if row.state != State.DRAFT:
        raise _frozen(row.version)
    publishing.require_second_person(actor, row)
    losses = losses_between(newest_published(row.factor_set), row)
    reason = publishing.confirmed(losses, document or {}, typed=typed)
    earlier = FactorSetVersion.objects.filter(factor_set=row.factor_set, state=State.PUBLISHED)
    earlier.update(state=State.SUPERSEDED)
    row.content_hash = content_hash(row)
    row.published_at = clock.now()
    row.state = State.PUBLISHED
    row.save(update_fields=["content_hash", "published_at", "state"])
    _rebuild(actor, row)
    if once is not None:
        once.remember(200, row)
    said = {"contentHash": row.content_hash, "removed": losses.removed, "jumps": losses.jump_count}
    audit.record(actor, "factor_version.publish", row, organisation=None, reason=reason, changes=said)
    return row


def _rebuild(actor: Actor, version: FactorSetVersion) -> None:
    """When the current basis rests on this set: build its successor beside it and recalculate."""
    rests = Basis.objects.filter(state=Basis.State.CURRENT, layers__version__factor_set=version.factor_set)
    if not rests.exists():
        return
    basis = bases.build_beside()
    if basis is not None:
        bases.start_build(actor, basis)


def content_hash(version: FactorSetVersion) -> str:
    """The hash over all factors and processing of a version, the same as the loader gives."""
    names = ("material__code", "indicator__code", "module", "value", "recycled_value")
    factors = sorted(list(row) for row in version.factors.values_list(*names))
    fields = ("group__code", "indicator__code", "state", "value")
    processing = sorted(list(row) for row in version.processing.values_list(*fields))
    return "sha256:" + hashlib.sha256(canonical_json([factors, processing]).encode()).hexdigest()


def require_free(owner: FactorSet, version: str) -> None:
    """Raises Refused (409) when this set has such a version already."""
    taken = FactorSetVersion.objects.filter(factor_set=owner, version=version).first()
    if taken is None:
        return
    if taken.state == State.DRAFT:
        raise conflict("duplicate", "Van deze versie is al een concept. Kies een ander nummer.", "version")
    raise _frozen(version)


def _frozen(version: str) -> Refused:
    text = f"Versie {quoted(version)} is vastgesteld en verandert niet meer: maak een nieuwe versie."
    return conflict("frozen_version", text, "version")


def _keep_processing(version: FactorSetVersion) -> None:
    earlier = newest_published(version.factor_set)
    rows = list(Processing.objects.filter(version=earlier)) if earlier else []
    for row in rows:
        row.pk, row.version = None, version
        row._state.adding = True
    Processing.objects.bulk_create(rows, batch_size=500)
