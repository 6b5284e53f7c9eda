"""One tender as a whole: where it stands, what is asked, and what this person can do now."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from indicators.selectors import groups_with_types
from mvi_dashboard.ground import access, clock, formats
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.files.pages import listed
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.pages import actor_of, signed_in
from tenders import selectors, services
from tenders.attached import TENDER
from tenders.models import Award, AwardProposal, Bid, Lot, OpeningConfirmation, Tender
from tenders.selectors.tenders import OPENING_WINDOW

from .energy import energy_sentences
from .words import crumbs, is_supplier, may_edit, outcome_tag, tag_of, url_or_nothing

Status = Tender.Status
STEPS = (Status.DRAFT, Status.PUBLISHED, Status.CLOSED, Status.OPENED, Status.DECIDED, Status.FINAL)
AFTER_OPENING = (Status.OPENED, Status.DECIDED, Status.FINAL)
_LEVELS = ("geen", "basis", "meer dan gewoon", "voorop lopen")


@require_safe
@signed_in
def tender_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The tender for its organisation or, once published, for suppliers."""
    actor, now = actor_of(request), clock.now()
    tender = selectors.get_tender(actor, public_id)
    status = selectors.status_of(tender, now)
    lots = sorted(tender.lots.all(), key=lambda lot: lot.number)
    context = {
        "tender": tender,
        "status": status,
        "tag": tag_of(status),
        "title": _title(tender, status, now),
        "steps": [] if status == Status.CANCELLED else _steps(status),
        "lots": [_lot(lot, groups_with_types() if status == Status.DRAFT else ()) for lot in lots],
        "themes": [
            (theme, worded(_LEVELS[theme.level]))
            for theme in sorted(tender.themes.all(), key=lambda theme: (not theme.main, theme.pk))
        ],
        "crumbs": crumbs((tender.title, "")),
        "bidding": is_supplier(actor),
        "list": listed(actor, TENDER, tender),
    }
    context |= _for_supplier(actor, tender, lots, now) if is_supplier(actor) else {}
    if tender.organisation_id in actor.organisations_for(access.TENDER_READ):
        context |= _for_officer(actor, tender, status, now)
        _add_awards(context, tender, services.decide_award.may(actor, tender.organisation_id), now)
    elif is_supplier(actor) and _has_bid(context):
        # Who bid reads to whom it was awarded and why (a motivated decision).
        _add_awards(context, tender, False, now)
    if status == Status.CANCELLED:
        context["cancel_reason"] = selectors.cancel_reason(tender)
    return render(request, "tenders/tender.html", context)


def _has_bid(context: dict[str, Any]) -> bool:
    return any(row["version"] and row["bid"].state == Bid.State.SUBMITTED for row in context["own_bids"])


def _title(tender: Tender, status: str, now: datetime) -> str:
    """What is going on, in one sentence."""
    told = {
        Status.DRAFT: worded("Dit is nog een concept"),
        Status.PUBLISHED: worded("Inschrijven kan tot {deadline}", deadline=formats.moment(tender.deadline)),
        Status.CLOSED: worded("De inschrijving is gesloten"),
        Status.OPENED: worded("De inschrijvingen zijn geopend"),
        Status.DECIDED: worded("Over de gunning is beslist"),
        Status.FINAL: worded("De gunning is definitief"),
        Status.CANCELLED: worded("Deze aanbesteding is gestopt"),
    }
    early = tender.bidding_starts_at is not None and now < tender.bidding_starts_at
    if status == Status.PUBLISHED and early:
        return worded(
            "Inschrijven kan vanaf {bidding_starts_at}", bidding_starts_at=formats.moment(tender.bidding_starts_at)
        )
    return told[Status(status)]


def _steps(status: str) -> list[dict[str, Any]]:
    place = [str(step) for step in STEPS].index(status)
    return [
        {"label": step.label, "done": number < place, "current": number == place}
        for number, step in enumerate(STEPS)
    ]


def _lot(lot: Lot, typed: Collection[str]) -> dict[str, Any]:
    """A lot with its demand; `typed` are the groups that have product types."""
    items = sorted(lot.items.all(), key=lambda item: item.number)
    return {
        "lot": lot,
        "items": items,
        "typed": any(item.product_type for item in items) or lot.group.code in typed,
        "consumed": lot.group.is_consumed,
        "energy": energy_sentences(items),
    }


def _for_officer(actor: Actor, tender: Tender, status: str, now: datetime) -> dict[str, Any]:
    """The number of bids, who waits at the opening, and the acts that are possible now."""
    found: dict[str, Any] = {"officer": True, "notices": services.facts_of(tender)}
    if status != Status.DRAFT:
        found["bid_count"], aside = selectors.bid_counts(tender)
        if tender.held_elsewhere and actor.may(access.TENDER_EDIT, tender.organisation_id):
            found["loaded"] = selectors.loaded_bids(tender)
            found["unload"] = status == Status.CLOSED
        if aside and actor.may(access.BID_READ, tender.organisation_id):
            found["set_aside"] = selectors.bids_set_aside(lot__tender=tender)
            found["may_retry"] = status == Status.OPENED and actor.may(access.TENDER_OPEN, tender.organisation_id)
    if status == Status.CLOSED:
        waiting = selectors.wait_for_opening(tender, now)
        opened = tender.vault is not None and tender.vault.opened_at is not None
        found["preparing"] = opened
        if waiting is not None and not opened:
            found["waiting"] = {
                "person": str(waiting.person),
                "until": waiting.moment + OPENING_WINDOW,
                "open_url": _second_url(actor, tender, waiting),
            }
    if may_edit(actor, tender):
        found["actions"] = _actions(tender, status, now)
    if services.cancel_tender.may(actor, tender.organisation_id):
        # After a decision the road is to take that back first; a final one stays.
        decided = any(lot.state != Lot.State.OPEN for lot in tender.lots.all())
        found["may_cancel"] = status not in (Status.FINAL, Status.CANCELLED) and not decided
    if status in AFTER_OPENING:
        found["opened_by"] = _opened_by(tender)
    if status in AFTER_OPENING and actor.may(access.BID_READ):
        found["compare_url"] = reverse("tenders:compare", args=[tender.public_id])
    return found


def _second_url(actor: Actor, tender: Tender, waiting: OpeningConfirmation) -> str:
    """Where this person opens as the second one; nothing for the first one and for who may not open."""
    first = actor.user is not None and actor.user.pk == waiting.person_id
    may = not first and actor.may(access.TENDER_OPEN, tender.organisation_id)
    return reverse("tenders:open", args=[tender.public_id]) if may else ""


def _opened_by(tender: Tender) -> str:
    """Who opened it, and from where a co-signer came; nothing for what was recorded afterwards."""
    said = []
    for each in selectors.who_opened(tender):
        if each.cosigner is None:
            said.append(worded("geopend door {person}", person=each.person))
        else:
            said.append(
                worded("mede geopend door {person} van {cosigner}", person=each.person, cosigner=each.cosigner)
            )
    return formats.capital(", ".join(said)) + "." if said else ""


def _actions(tender: Tender, status: str, now: datetime) -> list[dict[str, str]]:
    def act(name: str, label: str) -> dict[str, str]:
        return {"url": reverse(f"tenders:{name}", args=[tender.public_id]), "label": label}

    if status == Status.DRAFT:
        needs = services.needs_of(selectors.document_of_tender(tender), now)
        missing = [need for need in needs if not need.done]
        publish, edit = (
            act("publish", "Wat nog nodig is" if missing else "Publiceren"),
            act("edit", "Wijzigen"),
        )
        return [
            *((edit, publish) if missing else (publish, edit)),
            act("hold_elsewhere", "Elders gehouden"),
            act("demand_methods", "Vraag per methode"),
        ]
    if tender.held_elsewhere and status == Status.CLOSED and tender.opening_at and now >= tender.opening_at:
        steps = [act("load_files", "Inschrijvingen inlezen")]
        return [act("open", "Openen"), *steps] if selectors.bid_count(tender) else steps
    if status == Status.CLOSED and tender.opening_at is not None and now >= tender.opening_at:
        return [act("open", "Openen")]
    return []


def _add_awards(context: dict[str, Any], tender: Tender, editing: bool, now: datetime) -> None:
    """What was decided per lot, and what can still be done about it."""
    if context["status"] not in AFTER_OPENING:
        return
    awards = selectors.standing_awards(tender)
    waiting = {}
    if editing:
        context["taken_back"] = selectors.taken_back(tender)
        if tender.status == Status.OPENED:
            waiting = selectors.waiting_proposals(tender, now)
    for row in context["lots"]:
        lot = row["lot"]
        award = awards.get(lot.pk)
        row["award"] = award
        row["proposal"] = _waiting(waiting.get(lot.pk))
        row["standstill"] = "" if award is None else selectors.standstill_words(award, now)
        if editing:
            row["acts"] = _lot_acts(tender, lot, award, now)
    for row in context.get("own_bids", ()):
        award = awards.get(row["lot"].pk)
        if row["bid"] is not None and award is not None:
            row["bid"].lot = row["lot"]
            row["outcome"] = outcome_tag(row["bid"], awarded=award.bid_version.bid_id == row["bid"].pk)


def _waiting(proposal: AwardProposal | None) -> dict[str, str] | None:
    """Who wants to decide without a standstill, for whom, and until when that waits for a second person."""
    if proposal is None:
        return None
    return {
        "by": str(proposal.proposed_by),
        "supplier": proposal.bid_version.bid.supplier.name,
        "until": formats.moment(proposal.proposed_at + selectors.PROPOSAL_WINDOW),
    }


def _lot_acts(tender: Tender, lot: Lot, award: Award | None, now: datetime) -> list[dict[str, str]]:
    query = f"?perceel={lot.public_id}"
    if award is None or lot.state == Lot.State.OPEN:
        return [
            {
                "url": reverse("tenders:decide", args=[tender.public_id]) + query,
                "label": "Beslissen over gunning",
            }
        ]
    if lot.state == Lot.State.FINAL:
        return []
    acts = []
    final = url_or_nothing("contracts:finalise", tender.public_id)
    if final and now >= award.standstill_until:
        acts.append({"url": final + query, "label": "Definitief gunnen"})
    back = reverse("tenders:withdraw", args=[tender.public_id]) + query
    return [*acts, {"url": back, "label": "Beslissing terugnemen"}]


def _for_supplier(actor: Actor, tender: Tender, lots: list[Lot], now: datetime) -> dict[str, Any]:
    """The own bid per lot with its receipt, and whether bidding is open."""
    by_lot = {bid.lot_id: bid for bid in selectors.own_bids_on(actor, [tender])}
    versions = selectors.latest_versions(by_lot.values())
    started = tender.bidding_starts_at is None or now >= tender.bidding_starts_at
    is_open = started and selectors.status_of(tender, now) == Status.PUBLISHED
    rows = [_own_row(tender, lot, by_lot.get(lot.pk), versions, is_open) for lot in lots]
    return {"own_bids": rows, "is_open": is_open}


def _own_row(tender: Tender, lot: Lot, bid: Bid | None, versions: dict[int, Any], is_open: bool) -> dict[str, Any]:
    if bid is None or bid.state == Bid.State.WITHDRAWN:
        verb = worded("Schrijf in")
    else:
        verb = (
            worded("Ga verder met uw concept")
            if bid.state == Bid.State.CONCEPT
            else worded("Dien een nieuwe versie in")
        )
    query = f"?perceel={lot.public_id}"
    return {
        "lot": lot,
        "bid": bid,
        "tag": tag_of(bid.state) if bid else None,
        "version": versions.get(bid.pk) if bid else None,
        "url": reverse("tenders:bid_form", args=[tender.public_id]) + query if is_open else "",
        "verb": verb,
    }
