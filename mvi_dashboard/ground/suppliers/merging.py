"""Merging two rows that turned out to be one firm, and taking that back (decision 77)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.db.models import QuerySet

from mvi_dashboard.ground import access
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.acts import Act, ActDeclaration, Doing, Done
from mvi_dashboard.ground.models import ApiToken, Membership, Supplier, User
from mvi_dashboard.ground.problems import Problem, conflict, forbidden, not_found
from mvi_dashboard.ground.shapes import Object, Reason, Text

from . import firms, touching

WHO = "administrator of the installation"
_LONGEST_REASON = 2000
INTO = Text(60, label="Code van de leverancier die blijft")
MERGE = Object(
    {
        "into": INTO,
        "reason": Reason(_LONGEST_REASON, multiline=True, label="Waarom is dit hetzelfde bedrijf?"),
    }
)
SPLIT = Object({"reason": Reason(_LONGEST_REASON, multiline=True, label="Waarom is dit toch een ander bedrijf?")})
WAITS = (
    "Dit kan nu niet. Bij een van beide is nog iets onderweg, zoals een aanmelding of een inschrijving. "
    "Probeer het later nog eens."
)
_MERGED = "Deze leverancier is al samengevoegd met {0} ({1})."


class _OnASupplier(Act[Supplier, Supplier]):
    """An act of an administrator of the installation on one supplier."""

    def __call__(self, actor: Actor, *, code: str, document: Mapping[str, Any], typed: bool = False) -> Supplier:
        """The supplier. Raises Refused with every problem."""
        named = (code, str(document.get("into") or ""))
        return self.carry_out(actor, named, document=document, expected_version=None, typed=typed, once=None)

    def lock(self, actor: Actor, named: tuple[str, str]) -> Supplier:
        """The one that goes, with the one that stays held in one order. Raises Refused: absent, forbidden."""
        require_right(actor)
        codes = [each.replace("\x00", "") for each in named]
        rows = Supplier.objects.select_for_update(of=("self",)).filter(practice=None, code__in=codes)
        found = {row.code: row for row in rows.order_by("pk")}
        if named[0] not in found:
            raise not_found()
        return found[named[0]]


class _Merging(_OnASupplier):
    def require_state(self, target: Supplier) -> None:
        """Raises Refused 409 when it is merged already."""
        if target.merged_into is not None:
            raise conflict("merged", _MERGED.format(target.merged_into.name, target.merged_into.code))


class _Splitting(_OnASupplier):
    def require_state(self, target: Supplier) -> None:
        """Raises Refused 409 when it is not merged."""
        if target.merged_into_id is None:
            raise conflict("not_merged", "Deze leverancier is niet samengevoegd.")


@partial(
    _Merging,
    ActDeclaration(
        verb="supplier.merge",
        title="Voeg een leverancier samen met een andere",
        who=WHO,
        person="Samenvoegen",
        reads=MERGE,
    ),
)
def merge(doing: Doing[Supplier]) -> Done[Supplier]:
    """The supplier, which is the other one from now on: its people work for that one, and lists show that one.

    What was done under it keeps its row. Nothing sealed changes hands by it: as long as one of the two has a bid
    that is not opened, or somebody on the way in, it waits, and what it waits for is told to nobody.
    """
    gone = doing.target
    code = doing.data.get("into")
    stays = Supplier.objects.filter(practice=None, code=code).first()
    doing.problems += check(gone, stays) if code else []
    doing.problems.refuse()
    assert stays is not None
    if touching.anything_runs([gone.pk, stays.pk]):
        raise conflict("waits", WAITS)
    gone.merged_into = stays
    gone.save(update_fields=["merged_into"])
    return Done(gone, changes={"from": gone.code, "into": stays.code}, reason=doing.data["reason"])


@partial(
    _Splitting,
    ActDeclaration(
        verb="supplier.split",
        title="Maak een samengevoegde leverancier weer los",
        who=WHO,
        person="Losmaken",
        reads=SPLIT,
    ),
)
def split(doing: Doing[Supplier]) -> Done[Supplier]:
    """The supplier on its own again, with its own people and what was done under its own row."""
    doing.problems.refuse()
    gone, stays = doing.target, doing.target.merged_into
    assert stays is not None
    if touching.anything_runs([gone.pk, stays.pk]):
        raise conflict("waits", WAITS)
    gone.merged_into = None
    gone.save(update_fields=["merged_into"])
    # Whoever is another firm after all may have the text of these.
    theirs = User.objects.filter(pk__in=_people_of(gone)).exclude(pk__in=_people_of(stays))
    keys = ApiToken.objects.filter(supplier=stays, user=None, revoked_at=None, made_by__in=theirs)
    ended = keys.update(revoked_at=doing.now)
    changes = {"from": gone.code, "into": stays.code} | ({"keys": ended} if ended else {})
    return Done(gone, changes=changes, reason=doing.data["reason"])


def require_right(actor: Actor) -> None:
    """Raises Refused 401, or 403 for who does not administer the installation."""
    firms.require_signed_in(actor)
    if not access.administers_installation(actor):
        raise forbidden()


def require_not_merged(firm: Supplier) -> None:
    """Raises Refused 409 for a firm that is another one now: its data stay as they were."""
    if firm.merged_into is not None:
        raise conflict("merged", _MERGED.format(firm.merged_into.name, firm.merged_into.code))


def _people_of(firm: Supplier) -> QuerySet[Any, Any]:
    """Who works or worked under this row."""
    return Membership.objects.filter(supplier=firm).values("user")


def check(gone: Supplier, stays: Supplier | None) -> list[Problem]:
    """What is wrong with the one that stays: no chains, and the number of a firm is not lost."""
    if stays is None:
        return [Problem(("into",), "does_not_exist", "Er is geen leverancier met deze code.")]
    if stays == gone:
        return [Problem(("into",), "same", "Dit is dezelfde leverancier: kies de andere.")]
    if stays.merged_into is not None:
        return [Problem(("into",), "merged", _MERGED.format(stays.merged_into.name, stays.merged_into.code))]
    if gone.merged.exists():
        detail = "Met deze leverancier zijn al andere samengevoegd. Maak die eerst los, of doe het andersom."
        return [Problem(("into",), "has_merged", detail)]
    if gone.number_key and not stays.number_key:
        detail = "De leverancier die blijft heeft geen nummer en deze wel. Doe het andersom."
        return [Problem(("into",), "number", detail)]
    return []
