"""How long a decision waits: by law, shorter only on a ground of the law, and not at all only by two persons."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mvi_dashboard.ground import formats, terms
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.models import User
from mvi_dashboard.ground.problems import Problem, Refused, conflict
from tenders.models import AwardProposal, Bid, BidVersion, Lot, StandstillGround
from tenders.models.awards import LEGAL_STANDSTILL_DAYS
from tenders.selectors import waiting_proposal


def problems_of(data: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with how long the decision would wait: fewer days ask for a ground and a reason."""
    days = data.get("standstill_days", LEGAL_STANDSTILL_DAYS)
    ground, reason = data.get("standstill_ground"), data.get("standstill_reason")
    if days >= LEGAL_STANDSTILL_DAYS:
        text = worded(
            "Een grond kiest u alleen bij minder dan {legal_standstill_days} dagen. Maak dit veld leeg.",
            legal_standstill_days=LEGAL_STANDSTILL_DAYS,
        )
        return [Problem(("standstillGround",), "contradicts", text)] if ground else []
    found = []
    if "standstill_ground" in data and not ground:
        text = worded(
            "Korter dan {legal_standstill_days} dagen? Kies op welke grond dat mag.",
            legal_standstill_days=LEGAL_STANDSTILL_DAYS,
        )
        found.append(Problem(("standstillGround",), "required", text))
    if "standstill_reason" in data and not reason:
        text = worded(
            "Korter dan {legal_standstill_days} dagen? Zeg waarom dat mag.",
            legal_standstill_days=LEGAL_STANDSTILL_DAYS,
        )
        found.append(Problem(("standstillReason",), "required", text))
    return found


def require_true(lot: Lot, data: Mapping[str, Any]) -> None:
    """Refuse a ground that what lies here contradicts."""
    if data["standstill_ground"] != StandstillGround.ONE_CONCERNED:
        return
    count = Bid.objects.filter(lot=lot, state=Bid.State.SUBMITTED).count()
    if count > 1:
        bids = formats.counted(count, "inschrijving", "inschrijvingen")
        text = worded("Voor dit perceel zijn er {bids}: deze grond geldt dan niet.", bids=bids)
        raise Refused([Problem(("standstillGround",), "contradicts", text)])


def ends_at(decided_at: datetime, days: int) -> datetime:
    """The first moment after the standstill of a decision at this moment; that moment itself for 0 days.

    Raises Refused when the holidays of the last day are not known.
    """
    if days == 0:
        return decided_at
    try:
        return terms.term_after(decided_at, days).ends_at
    except terms.UnknownYear as unknown:
        text = worded(
            "De feestdagen van {year} staan niet in dit systeem. Zonder die dagen is het einde "
            "van de wachttijd niet zeker. Vraag uw beheerder de nieuwste referentiegegevens te "
            "laden.",
            year=unknown.year,
        )
        raise Refused([Problem(("standstillDays",), "unknown_year", text)]) from unknown


def propose(
    lot: Lot, version: BidVersion, data: Mapping[str, Any], person: User, now: datetime
) -> tuple[AwardProposal, bool]:
    """(proposal, whether this person confirmed it) for a decision without a standstill.

    It is confirmed by another person who says exactly the same; who says something else makes a new proposal.
    Raises Refused: the same person twice.
    """
    waiting = waiting_proposal(lot, now)
    says = {
        "bid_version_id": version.pk,
        "standstill_ground": data["standstill_ground"],
        "standstill_reason": data["standstill_reason"],
        "reason": data["reason"],
    }
    if waiting is not None and all(getattr(waiting, name) == value for name, value in says.items()):
        if waiting.proposed_by_id == person.pk:
            text = "U heeft dit al voorgesteld. Een tweede persoon van uw organisatie moet nu hetzelfde beslissen."
            raise conflict("second_officer", text)
        return waiting, True
    made = AwardProposal.objects.create(
        organisation_id=lot.organisation_id, lot=lot, proposed_at=now, proposed_by=person, **says
    )
    return made, False
