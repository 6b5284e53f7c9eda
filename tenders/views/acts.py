"""What is done with a tender as a whole, each on a page that asks first: open and cancel."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.urls import reverse

from mvi_dashboard.ground import clock, formats
from mvi_dashboard.ground.act_pages import ActPage, Document
from mvi_dashboard.ground.problems import conflict, not_found
from tenders import selectors, services
from tenders.models import Tender
from tenders.selectors.tenders import OPENING_WINDOW

from .words import crumbs, tender_url


class TenderPage(ActPage[Tender]):
    """The page of an act on a tender."""

    def find(self, **address: Any) -> Tender:
        """The tender. Raises Refused: absent."""
        return selectors.get_tender(self.actor, address["public_id"])

    def named(self) -> Document:
        """The tender."""
        return {"tender_id": self.target.public_id}

    def back_url(self) -> str:
        """Its page."""
        return tender_url(self.target)

    def frame(self) -> Document:
        """Which tender."""
        tender = self.target
        return {
            "tender": tender,
            "eyebrow": f"{tender.title}, {tender.reference}",
            "crumbs": crumbs((tender.title, tender_url(tender)), (self.title, "")),
        }


class Cancel(TenderPage):
    """Asks for the reason; bids stay sealed."""

    act = services.cancel_tender
    title, question = "Stoppen", "Wilt u deze aanbesteding stoppen?"
    lead = "Inschrijvingen die nog verzegeld zijn, blijven voor altijd verzegeld."
    warning = "Een gestopte aanbesteding kunt u niet opnieuw starten."
    submit_label, danger = "Stop de aanbesteding", True
    labels = {"reason": "Waarom stopt u?"}
    done = "De aanbesteding is gestopt."

    def content(self) -> Document:
        """Where it stands now."""
        return {"facts": [{"label": "Stand", "value": str(self.target.get_status_display())}]}


class OpenBids(TenderPage):
    """The first person asks, the second opens; also for an officer of another organisation who co-signs."""

    act = services.open_tender
    template = "tenders/open.html"
    title = "Openen"

    def find(self, **address: Any) -> Tender:
        """A tender of an own organisation, or another one only while it waits for a co-signer."""
        public_id: UUID = address["public_id"]
        visible = selectors.visible_tenders(self.actor).select_related("vault")
        found = visible.filter(public_id=public_id).first()
        self.own = found is not None
        if found is None:
            waiting = selectors.tenders_to_cosign(self.actor, clock.now()).filter(public_id=public_id)
            found = waiting.select_related("organisation", "vault").first()
        if found is None:
            raise not_found()
        return found

    def require_right(self) -> None:
        """Who co-signs has the right elsewhere."""
        if self.own:
            super().require_right()

    def require_possible(self) -> None:
        """Trying again what stands aside is asked on the page of the tender."""
        if self.target.status != Tender.Status.PUBLISHED:
            raise conflict("wrong_state", "Deze aanbesteding is al geopend, of nog niet gepubliceerd.")

    def back_url(self) -> str:
        """The tender, for who sees it."""
        return super().back_url() if self.own else "/"

    def content(self) -> Document:
        """Who was first, and until when a second person can open."""
        now, tender, user = clock.now(), self.target, self.actor.user
        waiting = selectors.wait_for_opening(tender, now)
        return {
            "own": self.own,
            "early": tender.opening_at is not None and now < tender.opening_at,
            "waiting": waiting,
            "until": waiting.moment + OPENING_WINDOW if waiting else None,
            "mine": waiting is not None and user is not None and waiting.person_id == user.pk,
            "bid_count": selectors.bid_count(tender) if self.own else None,
            "loaded": selectors.loaded_bids(tender) if self.own and tender.held_elsewhere else [],
            **({} if self.own else {"crumbs": []}),
        }

    def said(self, outcome: Tender) -> str:
        """What stands open; what does not is a warning."""
        if outcome.status != Tender.Status.OPENED:
            preparing = _vault_is_open(outcome)
            return "De kluis is open. Wij maken de inschrijvingen nu klaar." if preparing else ""
        count, aside = selectors.bid_counts(outcome)
        if not aside:
            return "De inschrijvingen zijn geopend."
        how_many = formats.counted(aside, "inschrijving kon", "inschrijvingen konden")
        rest = "" if aside == count else "De inschrijvingen zijn geopend. "
        messages.warning(self.request, f"{rest}{how_many} niet open: hieronder staat waarom.")
        return ""

    def next_url(self, outcome: Tender) -> str:
        """The first person waits here."""
        if outcome.status != Tender.Status.OPENED and not _vault_is_open(outcome):
            return reverse("tenders:open", args=[outcome.public_id])
        return self.back_url()


def _vault_is_open(tender: Tender) -> bool:
    return tender.vault is not None and tender.vault.opened_at is not None
