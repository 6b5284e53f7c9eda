"""What a practice organisation is filled with: some rows of the demo, led along the same road (decision 74)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mvi_dashboard.demo import files, roads
from mvi_dashboard.ground import access, jobs
from mvi_dashboard.ground.models import Job, Organisation, Supplier
from mvi_dashboard.ground.practice import filling
from mvi_dashboard.ground.practice.acting import FILL
from mvi_dashboard.ground.practice.places import practice_in_use
from mvi_dashboard.ground.problems import conflict
from mvi_dashboard.ground.suppliers.firms import new_firm
from tenders.models import Tender

# What is opened, or decided by two people, is left for who practises: nobody says it in somebody else's name.
HISTORY = ("VS-2021-03", "VS-2021-11", "VS-2022-05")
_NOBODY = "Wie dit vroeg, kan niet meer inloggen. Maak de oefenomgeving leeg en begin opnieuw."
CURRENT = ("VS-2026-09", "VS-2026-07", "VS-2026-05")


def register() -> None:
    """The work of filling one."""
    jobs.register(
        jobs.Kind(FILL, "Oefenomgeving vullen", _plan, lead, act=access.ADMINISTER),
    )


def _plan(job: Job) -> Sequence[Mapping[str, Any]]:
    return [{"reference": reference} for reference in (*HISTORY, *CURRENT)]


def lead(job: Job, params: Mapping[str, Any]) -> None:
    """One tender with its bids, and the contract with its records; done twice it comes to the same."""
    practice = practice_in_use(job.params["practice"])
    people = access.people_behind(job.requested_by)
    if practice is None or Tender.objects.filter(organisation=practice, reference=params["reference"]).exists():
        return
    if not people:
        raise conflict("nobody", _NOBODY)
    row = _row(practice, params["reference"])
    known = {firm.code: firm for firm in _firms(practice, row)}
    actor = filling.actor_who_fills(practice, people[0])
    cast = roads.Cast((actor,), actor, lambda code: filling.actor_made_up(practice, known[code]))
    road = roads.lead_history if "contract" in row else roads.lead_current
    road(row, cast)


def _row(practice: Organisation, reference: str) -> dict[str, Any]:
    """The row of the demo with this reference, with suppliers that are made up for this practice."""
    found = next(row for row in (*files.history(), *files.current()) if row["reference"] == reference)
    bids = [bid | {"supplier": _code(practice, bid["supplier"])} for bid in found["bids"]]
    row: dict[str, Any] = found | {"bids": bids}
    return row | ({"award": _code(practice, row["award"])} if "award" in row else {})


def _code(practice: Organisation, supplier: str) -> str:
    return f"oefen-{practice.pk}-{supplier[-1]}"


def _firms(practice: Organisation, row: Mapping[str, Any]) -> list[Supplier]:
    """The firms that bid, made where they are not there yet."""
    wanted = [bid["supplier"] for bid in row["bids"]]
    there = {firm.code: firm for firm in Supplier.objects.filter(practice=practice, code__in=wanted)}
    names = {code: f"Oefenleverancier {code[-1].upper()} (bedacht)" for code in wanted}
    return [there.get(code) or new_firm(name=names[code], code=code, practice=practice) for code in wanted]
