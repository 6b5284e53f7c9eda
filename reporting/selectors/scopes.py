"""Whose totals somebody may see: the own organisations, or those that share (`national_share`)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Q

from mvi_dashboard.ground import access
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import REAL, Organisation
from mvi_dashboard.ground.problems import Refused, forbidden, refuse

FEWEST_CONTRACTS = 5
"""An organisation that shares totals only counts in sums of at least so many of its contracts."""


@dataclass(frozen=True)
class Scope:
    """The organisations of a report: `open` without limits, `totals` only as sums of enough contracts."""

    open: frozenset[int]
    totals: frozenset[int] = frozenset()
    organisation: Organisation | None = None
    per_contract: frozenset[int] = frozenset()
    """organisations of which single contracts and suppliers may be shown"""
    predecessors: bool = False
    """whether there are organisations that went up in these: they count when that is asked"""

    @property
    def everybody(self) -> frozenset[int]:
        """All organisations in it."""
        return self.open | self.totals

    @property
    def is_national(self) -> bool:
        """Whether this is about more than the own organisations."""
        return self.organisation is None


def scope_of(actor: Actor, organisation: str = "", *, predecessors: bool = False) -> Scope:
    """The scope of a report for this actor: one organisation with its children, or all that may be seen.

    Without a code: the own organisations of who may read reports, else the country. With `predecessors` also what
    went up in them, which stands below them in the tree. Raises Refused.
    """
    if organisation:
        return _of_organisation(actor, organisation, predecessors)
    own = actor.organisations_for(access.REPORT_READ)
    if own:
        first, before = _first(actor)
        counted = own if predecessors else own - before
        return Scope(counted, organisation=first, per_contract=counted, predecessors=bool(before))
    if actor.may(access.NATIONAL_READ):
        return national_scope(actor)
    raise forbidden()


def national_scope(actor: Actor) -> Scope:
    """The country as far as it is shared with this actor: the national viewer all totals, others what is public.

    The own organisations are in it as far as they share, like any other: the country is never the own
    organisation under another name. Who acts for a supplier knows contracts of others, and gets what is public.
    """
    shares: dict[str, set[int]] = {}
    for pk, share in Organisation.objects.filter(REAL).values_list("pk", "national_share"):
        shares.setdefault(share, set()).add(pk)
    public = frozenset(shares.get(Organisation.NationalShare.PUBLIC, set()))
    if not sees_totals(actor):
        return Scope(public, per_contract=public)
    contracts = frozenset(shares.get(Organisation.NationalShare.CONTRACTS, set()))
    totals = frozenset(shares.get(Organisation.NationalShare.TOTALS, set()))
    return Scope(public | contracts, totals, per_contract=public | contracts)


def sees_totals(actor: Actor) -> bool:
    """Whether this actor may see what organisations share as totals only."""
    return actor.may(access.NATIONAL_READ) and actor.supplier_id is None


def _of_organisation(actor: Actor, code: str, predecessors: bool) -> Scope:
    found = Organisation.objects.filter(code=code).first()
    if found is None:
        raise _unknown()
    rows = list(Organisation.objects.filter(path__startswith=found.path).only("path", "successor_id"))
    before = _below([row.path for row in rows if row.successor_id == found.pk], rows)
    family = frozenset(row.pk for row in rows) - (frozenset() if predecessors else before)
    if actor.may(access.REPORT_READ, found.pk):
        return Scope(family, organisation=found, per_contract=family, predecessors=bool(before))
    country = national_scope(actor)
    if found.pk not in country.everybody:
        raise _unknown()
    return Scope(
        country.open & family,
        country.totals & family,
        found,
        per_contract=country.per_contract & family,
        predecessors=bool(before & country.everybody),
    )


def _unknown() -> Refused:
    return refuse(
        "does_not_exist", "Deze organisatie bestaat niet, of u mag de totalen ervan niet zien.", "organisation"
    )


def _first(actor: Actor) -> tuple[Organisation | None, frozenset[int]]:
    """The organisation that a page is about, and what went up in the own ones: one query, or two."""
    own = [pk for pk in actor.organisation_ids if actor.may(access.REPORT_READ, pk)]
    rows = list(Organisation.objects.filter(Q(pk__in=own) | Q(successor__in=own)).order_by("pk"))
    paths = [row.path for row in rows if row.successor_id in own]
    first = next((row for pk in own for row in rows if row.pk == pk), None)
    if not paths:
        return first, frozenset()
    below = Organisation.objects.filter(reduce(or_, (Q(path__startswith=path) for path in paths)))
    return first, frozenset(below.values_list("pk", flat=True))


def _below(paths: list[str], rows: list[Organisation]) -> frozenset[int]:
    return frozenset(row.pk for row in rows if any(row.path.startswith(path) for path in paths))
