"""New versions of factor sets: a concept with all its factors, then published and frozen for good.

Making that is not sent stays that of the newest published version of the set.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from indicators.factors.exchange import FACTOR, factors_of_list
from indicators.models import FactorSet, FactorSetVersion, Processing
from indicators.models.coded import State, newest_published
from mvi_dashboard.ground import access, clock
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.acts import ActDeclaration, Doing, Done
from mvi_dashboard.ground.problems import Refused, conflict
from mvi_dashboard.ground.shapes import (
    CONFIRMATIONS,
    CONFIRMED,
    Code,
    Date,
    ListOf,
    Object,
    lift_confirmed,
    quoted,
)

from . import bases, publishing, telling
from .acting import new_version, on_version
from .factor_checks import Codes, check_factors
from .factor_jumps import note_jumps
from .factor_outliers import note_outliers
from .factor_store import Cells, keep_factors, store_factors
from .made import making_in
from .making import MAKING, MOST_ROWS, Known, check_making, drop_making, in_list, jumps_of, store_making
from .sealed_content import content_hash
from .version_losses import losses_between, values_in

MOST_FACTORS = 10_000
DRAFT = Object(
    {
        "version": Code(40, label="Versie"),
        "valid_from": Date(required=False, label="Geldig vanaf"),
        "factors": ListOf(FACTOR, min_items=1, max_items=MOST_FACTORS, label="Factoren"),
        "processing": ListOf(
            MAKING,
            max_items=MOST_ROWS,
            required=False,
            label="Maken",
            help="Alle rijen over het maken. Zonder deze lijst blijft het maken van de versie die geldt.",
        ),
        "confirmations": CONFIRMATIONS,
    }
)


@new_version(
    FactorSet,
    ActDeclaration(
        verb="factor_version.create",
        title="Maak een versie als concept",
        permission=access.REFERENCE_EDIT,
        reads=DRAFT,
        status=201,
    ),
)
def create_draft(doing: Doing[FactorSet]) -> Done[FactorSetVersion]:
    """The concept with its factors. Raises Refused with every problem, or 409 when the version is taken."""
    owner, data = doing.target, doing.data
    found, codes = factors_of_list(data.get("factors") or ()), Codes()
    check_factors(found, codes)
    newest = newest_published(owner.versions.all())
    old = values_in(newest) if newest is not None else {}
    note_jumps(found, codes, old)
    note_outliers(found, codes, old)
    rows, known = data.get("processing"), Known()
    asked = list(found.warnings)
    if rows is not None:
        check_making(rows, in_list, doing.problems, known)
        asked += jumps_of(rows, in_list, known, making_in(newest))
    unusual, used = lift_confirmed(asked, data.get("confirmations"))
    doing.problems += [*found.problems, *unusual]
    doing.problems.refuse()
    version = store_draft(owner, found.cells, codes, version=data["version"], valid_from=data["valid_from"])
    if rows is not None:
        drop_making(version)
        store_making(version, rows, known)
    return made(
        doing.actor, version, reason="; ".join(f"{row['attr']} {row['code']}: {row['reason']}" for row in used)
    )


def made(
    actor: Actor, version: FactorSetVersion, *, reason: str = "", new_materials: Sequence[str] = ()
) -> Done[FactorSetVersion]:
    """A concept that came of an act, as the audit trail tells it: by this entry it is known who made it."""
    changes: dict[str, Any] = {"version": version.version}
    telling.concept_made(actor, version)
    if new_materials:
        changes["newMaterials"] = list(new_materials)
    return Done(version, changes=changes, reason=reason, verb="factor_version.create")


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

    Raises Refused (409) when the version is taken.
    """
    require_free(owner, version)
    draft = _empty_draft(owner, version, valid_from)
    store_factors(draft, cells, codes, kept_from)
    _keep_processing(draft)
    return draft


def copy_as_draft(owner: FactorSet, held: FactorSetVersion | None, version: str) -> FactorSetVersion:
    """A concept that says all that this version says, to change rows in."""
    draft = _empty_draft(owner, version, None)
    if held is not None:
        keep_factors(draft, held)
    _keep_processing(draft)
    return draft


def _empty_draft(owner: FactorSet, version: str, valid_from: date | None) -> FactorSetVersion:
    return FactorSetVersion.objects.create(
        factor_set=owner,
        version=version,
        valid_from=valid_from,
        created_at=clock.now(),
        base=newest_published(owner.versions.all()),
    )


@on_version(
    FactorSetVersion,
    "factor_set",
    ActDeclaration(
        verb="factor_version.publish",
        title="Stel een versie vast",
        permission=access.REFERENCE_EDIT,
        reads=CONFIRMED,
        person="Vaststellen",
        version=True,
    ),
)
def publish_draft(doing: Doing[FactorSetVersion]) -> Done[FactorSetVersion]:
    """The version, frozen; the one before it is superseded. The document has the reasons for what it takes away.

    Raises Refused: absent, stale, published already, made by this person, or much that disappears or jumps and
    that nobody gave a reason for.
    """
    row = doing.target
    if row.state != State.DRAFT:
        raise frozen(row.version)
    newest = newest_published(row.factor_set.versions.all())
    publishing.require_latest(newest, row)
    publishing.require_second_person(doing.actor, row)
    losses = losses_between(newest, row)
    reason = publishing.confirmed(losses, doing)
    earlier = FactorSetVersion.objects.filter(factor_set=row.factor_set, state=State.PUBLISHED)
    earlier.update(state=State.SUPERSEDED)
    row.content_hash = content_hash(row)
    row.published_at = doing.now
    row.state = State.PUBLISHED
    row.save(update_fields=["content_hash", "published_at", "state"])
    _rebuild(doing.actor, row)
    telling.concept_published(doing.actor, row)
    said = {"contentHash": row.content_hash, "removed": losses.removed, "jumps": losses.jump_count}
    return Done(row, changes=said, reason=reason)


def _rebuild(actor: Actor, version: FactorSetVersion) -> None:
    """When what comes after the current basis rests on this set: build it beside it and recalculate."""
    if not bases.rests_on(version.factor_set):
        return
    basis = bases.build_beside()
    if basis is not None:
        bases.start_build(actor, basis)


def require_free(owner: FactorSet, version: str) -> None:
    """Raises Refused (409) when this set has such a version already."""
    taken = FactorSetVersion.objects.filter(factor_set=owner, version=version).first()
    if taken is None:
        return
    if taken.state == State.DRAFT:
        raise conflict("duplicate", "Van deze versie is al een concept. Kies een ander nummer.", "version")
    raise frozen(version)


def frozen(version: str) -> Refused:
    """What is said to who changes a version that is published."""
    text = f"Versie {quoted(version)} is vastgesteld en verandert niet meer: maak een nieuwe versie."
    return conflict("frozen_version", text, "version")


def _keep_processing(version: FactorSetVersion) -> None:
    earlier = newest_published(version.factor_set.versions.all())
    rows = list(Processing.objects.filter(version=earlier)) if earlier else []
    for row in rows:
        row.pk, row.version = None, version
        row._state.adding = True
    Processing.objects.bulk_create(rows, batch_size=500)
