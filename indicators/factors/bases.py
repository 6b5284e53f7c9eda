"""A new basis is built beside the current one and takes its place in one transaction; the old one stays readable.

What is recalculated on it is the business of apps above: they carry out the job of this name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.db import transaction

from indicators.calculation.storage import canonical_json
from indicators.models import Basis, BasisLayer, FactorSet, FactorSetVersion, MethodVersion, Processing
from indicators.models.coded import newest_published
from indicators.selectors import (
    BasisArrays,
    arrays_on,
    bases_beside,
    basis_arrays,
    current_basis,
    find_current_basis,
    reference_stamp,
)
from mvi_dashboard.ground import access, audit, clock, jobs
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.acts import Act, ActDeclaration, Doing, Done
from mvi_dashboard.ground.idempotency import Once
from mvi_dashboard.ground.models import Job
from mvi_dashboard.ground.problems import Problem, conflict
from mvi_dashboard.ground.shapes import Object, Text

from . import telling

JOB = "bases.build"
RECALCULATION = Object(
    {
        "basis": Text(
            80,
            required=False,
            label="Rekenbasis",
            help="Een rekenbasis die klaarstaat. Leeg is de nieuwste versies van de geldige rekenbasis.",
        )
    }
)


class _Recalculation(Act[None, Job]):
    """An act on the installation as a whole."""

    def __call__(
        self,
        actor: Actor,
        *,
        document: Mapping[str, Any] | None = None,
        typed: bool = False,
        once: Once | None = None,
    ) -> Job:
        """The job. Raises Refused."""
        return self.carry_out(actor, None, document=document, expected_version=None, typed=typed, once=once)

    def lock(self, actor: Actor, named: None) -> None:
        """Raises Refused: forbidden. The current basis is locked when its successor is made."""
        access.require(actor, self.declaration.permission)


@partial(
    _Recalculation,
    ActDeclaration(
        verb="basis.build",
        title="Herreken op de nieuwste versies, of op een rekenbasis die klaarstaat",
        permission=access.REFERENCE_EDIT,
        reads=RECALCULATION,
        status=202,
        commands=("recalculate",),
    ),
)
def recalculate(doing: Doing[None]) -> Done[Job]:
    """The job that builds a basis and then makes it current: the one that is named, which came with a release, or
    one on the newest published version of each factor set; where a released one is that, it.

    Raises Refused: a basis that cannot take over; 409: another one is being built, or there is nothing newer.
    """
    wanted = doing.data.get("basis")
    if wanted and wanted not in {each.code for each in released_bases()}:
        text = "Deze rekenbasis staat niet klaar om geldig te worden: kies een die wij noemen."
        doing.problems.append(Problem(("basis",), "does_not_exist", text))
    doing.problems.refuse()
    basis = build(wanted or "")
    if basis is None:
        raise conflict("nothing_new", "De geldige rekenbasis rust al op de nieuwste versies.")
    return Done(start_build(doing.actor, basis), about=basis, changes={"basis": basis.code})


def released_bases() -> list[Basis]:
    """The bases that stand ready to take the place of the current one, oldest first.

    They came with a release and were never in use: of the method of the current one, with every set and indicator
    of it, and with something that the current one does not rest on yet.
    """
    current = current_basis()
    found = Basis.objects.select_related("method_version__method").filter(
        state=Basis.State.SUPERSEDED,
        replaces=None,
        successors=None,
        method_version__method=current.method_version.method_id,
    )
    held = _sets_of(current)
    return [
        each
        for each in found.order_by("id")
        if set(current.indicators) <= set(each.indicators) and _adds(each, current, held)
    ]


def _sets_of(basis: Basis) -> dict[int, int]:
    """The version of each set that it rests on, by the id of the set; later versions have a higher id."""
    return dict(basis.layers.values_list("version__factor_set_id", "version_id"))


def _adds(released: Basis, current: Basis, held: Mapping[int, int]) -> bool:
    """Whether a released basis has all sets of the current one, and something that is newer or not there."""
    sets = _sets_of(released)
    if not held.keys() <= sets.keys():
        return False
    newer = any(version > held.get(owner, 0) for owner, version in sets.items())
    more = len(released.indicators) > len(current.indicators)
    return newer or more or released.method_version_id > current.method_version_id


def build(wanted: str = "") -> Basis | None:
    """The basis of this code that stands ready, or the newest there can be; None when that holds already.

    Inside the transaction of the caller. Raises Refused 409 while another one is being built.
    """
    return build_towards(wanted) if wanted else build_beside()


def build_towards(code: str) -> Basis:
    """This basis of a release, beside the current one from now on. Those of the other methods came along with it.

    Inside the transaction of the caller. Raises Refused 409 while another one is being built.
    """
    current = Basis.objects.select_for_update().get(pk=current_basis().pk)
    _require_none_building()
    found = Basis.objects.select_for_update().get(code=code)
    found.replaces, found.state = current, Basis.State.BUILDING
    found.save(update_fields=["replaces", "state"])
    return found


def _require_none_building() -> None:
    if Basis.objects.filter(state=Basis.State.BUILDING).exists():
        raise conflict("building", "Er wordt al een rekenbasis opgebouwd: wacht tot die klaar is.")


def build_beside() -> Basis | None:
    """A basis on the newest published versions of the sets there are now, or None when the current one has those.

    Like the current one; where a release brought a basis that stands ready, like that one, as its sets and
    indicators would be missing else. So do the bases of the other methods beside it, so that methods compare on
    the same factors. A released basis that rests on the newest versions itself is the one that is built.

    Inside the transaction of the caller. Raises Refused 409 while another one is being built.
    """
    current = Basis.objects.select_for_update().get(pk=current_basis().pk)
    newer = _Newest(current)
    if newer.differs:
        _require_none_building()
    if newer.is_released:
        return build_towards(newer.like.code)
    own = current.method_version.method_id
    for other in bases_beside(newer.like):
        # Nothing is stored on the other methods: they stand beside it at once, on the same factors.
        theirs = _Newest(other, like=other)
        if theirs.differs and other.method_version.method_id != own:
            name = f"{_name(theirs.layers)}, {other.method_version.method.name_nl}"
            _basis_like(theirs, name, Basis.State.SUPERSEDED, replaces=other)
    if not newer.differs:
        return None
    return _basis_like(newer, newer.name, Basis.State.BUILDING, replaces=current)


class _Newest:
    """What would take the place of a basis today: the newest published versions of its sets and of its method.

    `like` has its sets and indicators: the last basis that a release brought and that stands ready, else the one
    that holds.
    """

    def __init__(self, basis: Basis, *, like: Basis | None = None) -> None:
        self.like = like or next(reversed(released_bases()), basis)
        self.before = _layers_of(basis)
        self.layers = [_newest(version) for version in _layers_of(self.like)]
        versions = basis.method_version.method.versions.all()
        self.method = newest_published(versions) or basis.method_version
        self.same_method = self.method == basis.method_version
        self.other_rule = basis.stages_stand_in
        self.more = self.like.indicators != basis.indicators

    @property
    def differs(self) -> bool:
        return self.layers != self.before or not self.same_method or self.other_rule or self.more

    @property
    def is_released(self) -> bool:
        """Whether the basis that a release brought rests on all of it: nothing is newer than that."""
        stands_ready = self.like.state == Basis.State.SUPERSEDED and self.like.replaces_id is None
        return stands_ready and self.layers == _layers_of(self.like) and self.method == self.like.method_version

    @property
    def name(self) -> str:
        sets = _name(self.layers)
        return sets if self.same_method else f"{sets}, {self.method.method.name_nl}, versie {self.method.version}"


def _layers_of(basis: Basis) -> list[FactorSetVersion]:
    found = basis.layers.select_related("version__factor_set").order_by("rank")
    return [layer.version for layer in found]


def newest_layers() -> list[FactorSetVersion]:
    """The newest published versions of the sets that the next basis rests on, in its order."""
    return _Newest(current_basis()).layers


def rests_on(factor_set: FactorSet) -> bool:
    """Whether the next basis rests on this set; none does where no reference data is loaded."""
    if find_current_basis() is None:
        return False
    return factor_set.pk in [each.factor_set_id for each in newest_layers()]


def arrays_beside(version: FactorSetVersion | MethodVersion) -> tuple[BasisArrays, BasisArrays] | None:
    """The current basis, and it as it would be with this concept published; None when it does not rest on it.

    Nothing is stored.
    """
    current = current_basis()
    newest, stamp = _Newest(current), reference_stamp()
    layers, method = newest.layers, newest.method
    if isinstance(version, MethodVersion):
        rests, method = version.method_id == method.method_id, version
    else:
        rests = version.factor_set_id in [each.factor_set_id for each in layers]
        layers = [version if each.factor_set_id == version.factor_set_id else each for each in layers]
    if not rests:
        return None
    return basis_arrays(current, stamp), arrays_on(newest.like, layers, method, stamp[0])


def published_ahead(version: FactorSetVersion | MethodVersion) -> list[str]:
    """Names of the other versions that were published and on which the current basis does not rest yet."""
    newest = _Newest(current_basis())
    found = [each for each in newest.layers if each not in newest.before]
    sets = [_name([each]) for each in found if each.factor_set_id != getattr(version, "factor_set_id", None)]
    method = newest.method
    if newest.same_method or method.method_id == getattr(version, "method_id", None):
        return sets
    return [*sets, f"{method.method.name_nl}, versie {method.version}"]


def _basis_like(newest: _Newest, name: str, state: str, *, replaces: Basis) -> Basis:
    like = newest.like
    basis = Basis.objects.create(
        code=_free_code(like.code),
        name_nl=name[:200],
        method_version=newest.method,
        weighting_set=like.weighting_set,
        indicators=like.indicators,
        hash=hash_of(newest.method, newest.layers, like.indicators),
        created_at=clock.now(),
        replaces=replaces,
        without_making=_still_left_out(like, newest.layers[0]),
    )
    BasisLayer.objects.bulk_create(
        BasisLayer(basis=basis, rank=rank, version=version) for rank, version in enumerate(newest.layers, start=1)
    )
    basis.state = state
    basis.save(update_fields=["state"])
    return basis


def _still_left_out(like: Basis, version: FactorSetVersion) -> list[str]:
    """The groups whose making stays left out: those of which this version of the set says nothing either."""
    said = version.processing.exclude(state=Processing.State.INCLUDED).values_list("group__code", flat=True)
    return sorted(set(like.without_making) - set(said))


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
    telling.basis_changed(basis)
    audit.record(None, "basis.current", basis, organisation=None, changes={"basis": basis.code})


def hash_of(method_version: MethodVersion, layers: Sequence[FactorSetVersion], indicators: Sequence[str]) -> str:
    """The hash over all that decides the numbers of a basis, as the loader makes it."""
    method = {"code": method_version.method.code, "version": method_version.version}
    content = [method, [version.content_hash for version in layers], list(indicators)]
    return "sha256:" + hashlib.sha256(canonical_json(content).encode()).hexdigest()


def _newest(version: FactorSetVersion) -> FactorSetVersion:
    versions = FactorSetVersion.objects.select_related("factor_set").filter(factor_set=version.factor_set)
    return newest_published(versions) or version


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
