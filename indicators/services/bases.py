"""A new basis is built beside the current one and takes its place in one transaction; the old one stays readable.

What is recalculated on it is the business of apps above: they carry out the job of this name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from django.db import transaction

from indicators.calculation.storage import canonical_json
from indicators.models import Basis, BasisLayer, FactorSetVersion
from indicators.models.coded import State
from indicators.selectors import bases_beside, current_basis
from mvi_dashboard.ground import access, audit, clock, jobs
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import Job
from mvi_dashboard.ground.once import Once
from mvi_dashboard.ground.problems import conflict

JOB = "bases.build"


@transaction.atomic
def recalculate(actor: Actor, *, once: Once | None = None) -> Job:
    """The job that builds a basis on the newest published version of each factor set and then makes it current.

    Raises Refused 409: another one is being built, or there is nothing newer.
    """
    access.require(actor, access.REFERENCE_EDIT)
    basis = build_beside()
    if basis is None:
        raise conflict("nothing_new", "De geldige grondslag rust al op de nieuwste versies.")
    job = start_build(actor, basis)
    if once is not None:
        once.remember(202, job)
    audit.record(actor, "basis.build", basis, organisation=None, changes={"basis": basis.code})
    return job


def build_beside() -> Basis | None:
    """A basis like the current one on the newest published versions of its sets, or None when it has those.

    So do the bases of the other methods beside it, so that methods compare on the same factors.

    Inside the transaction of the caller. Raises Refused 409 while another one is being built.
    """
    current = Basis.objects.select_for_update().get(pk=current_basis().pk)
    layers, newest = _layers(current), _newest_layers(current)
    if newest != layers and Basis.objects.filter(state=Basis.State.BUILDING).exists():
        raise conflict("building", "Er wordt al een grondslag opgebouwd: wacht tot die klaar is.")
    for other in bases_beside(current):
        # Nothing is stored on the other methods: they stand beside it at once, on the same factors.
        versions = _newest_layers(other)
        if versions != _layers(other):
            name = f"{_name(versions)}, {other.method_version.method.name_nl}"
            _basis_like(other, versions, name, Basis.State.SUPERSEDED)
    if newest == layers:
        return None
    return _basis_like(current, newest, _name(newest), Basis.State.BUILDING)


def _layers(basis: Basis) -> list[FactorSetVersion]:
    found = basis.layers.select_related("version__factor_set").order_by("rank")
    return [layer.version for layer in found]


def _newest_layers(basis: Basis) -> list[FactorSetVersion]:
    return [_newest(version) for version in _layers(basis)]


def _basis_like(like: Basis, versions: Sequence[FactorSetVersion], name: str, state: str) -> Basis:
    basis = Basis.objects.create(
        code=_free_code(like.code),
        name_nl=name[:200],
        method_version=like.method_version,
        weighting_set=like.weighting_set,
        indicators=like.indicators,
        hash=hash_of(like, versions),
        created_at=clock.now(),
    )
    BasisLayer.objects.bulk_create(
        BasisLayer(basis=basis, rank=rank, version=version) for rank, version in enumerate(versions, start=1)
    )
    basis.state = state
    basis.save(update_fields=["state"])
    return basis


def start_build(actor: Actor, basis: Basis) -> Job:
    """The job that recalculates everything on this basis and then makes it current."""
    return jobs.enqueue(
        JOB, organisation=None, params={"basis": basis.pk}, requested_by=actor.key, dedupe_key=f"{JOB} {basis.pk}"
    )


@transaction.atomic
def make_current(basis: Basis) -> None:
    """This basis from now on; readers see the one before until this commits. Safe to do again."""
    locked = {row.pk: row for row in Basis.objects.select_for_update().order_by("pk")}
    if locked[basis.pk].state != Basis.State.BUILDING:
        return
    Basis.objects.filter(state=Basis.State.CURRENT).update(state=Basis.State.SUPERSEDED)
    Basis.objects.filter(pk=basis.pk).update(state=Basis.State.CURRENT)
    audit.record(None, "basis.current", basis, organisation=None, changes={"basis": basis.code})


def hash_of(like: Basis, versions: Sequence[FactorSetVersion]) -> str:
    """The hash over all that decides the numbers of a basis, as the loader makes it."""
    method = {"code": like.method_version.method.code, "version": like.method_version.version}
    content = [method, [version.content_hash for version in versions], like.indicators]
    return "sha256:" + hashlib.sha256(canonical_json(content).encode()).hexdigest()


def _newest(version: FactorSetVersion) -> FactorSetVersion:
    published = FactorSetVersion.objects.select_related("factor_set").filter(
        factor_set=version.factor_set, state=State.PUBLISHED
    )
    return published.order_by("-published_at", "-id").first() or version


def _free_code(code: str) -> str:
    stem, number = code, 2
    head, _, tail = code.rpartition("-b")
    if head and tail.isdigit():
        stem, number = head, int(tail) + 1
    while Basis.objects.filter(code=f"{stem}-b{number}").exists():
        number += 1
    return f"{stem}-b{number}"


def _name(versions: Sequence[FactorSetVersion]) -> str:
    return " en ".join(f"{version.factor_set.name_nl}, versie {version.version}" for version in versions)[:200]
