"""Publishing a tender: what still misses, what is seldom meant, and which assumptions are taken over with it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from indicators.calculation import calendar_time
from indicators.methods.adoption import adoption_of
from indicators.models import ProductGroup
from indicators.selectors import FALLBACK_LABEL, current_basis, fallbacks_of
from indicators.views.methods import factor_tables
from mvi_dashboard.ground import clock, formats
from mvi_dashboard.ground.act_pages import Document
from mvi_dashboard.ground.pages import redrawn
from mvi_dashboard.ground.problems import Kind, Refused
from tenders import selectors, services
from tenders.models import Lot, LotItem, Tender
from tenders.services.prices import TERM_ROUNDING

from .acts import TenderPage
from .drafting import tender_form


class Publish(TenderPage):
    """Lists what misses, and asks when nothing does; what came in between is told beside the fields."""

    act = services.publish_tender
    template = "tenders/publish.html"
    title = "Publiceren"
    done = "De aanbesteding is gepubliceerd. Leveranciers kunnen nu inschrijven."
    keeps_typed = False

    def refused(self, document: Document, refused: Refused) -> HttpResponse:
        """What is wrong with the tender itself stands in its form."""
        if refused.kind is not Kind.INVALID:
            return super().refused(document, refused)
        whole = selectors.document_of_tender(self.target)
        problems, status = refused.problems, redrawn(refused)
        return tender_form(self.request, whole, tender=self.target, problems=problems, status=status)

    def content(self) -> Document:
        """What misses, what is seldom meant, and what is assumed."""
        tender, now = self.target, clock.now()
        needs = services.needs_of(selectors.document_of_tender(tender), now)
        missing = sum(1 for need in needs if not need.done)
        return {
            "needs": needs,
            "missing": missing,
            "question": _question(missing),
            "mistakes": self.problems,
            # What is seldom meant is asked before the button is pressed.
            "problems": self.problems or services.doubts_about(tender, tender.lots.all(), now),
            "doubts": _doubts(tender),
            "facts": _facts(tender),
            "form_url": reverse("tenders:edit", args=[tender.public_id]),
            **({} if missing else _assumptions(tender)),
        }


def _question(missing: int) -> str:
    if missing:
        return f"Nog {formats.counted(missing, 'ding', 'dingen')}, dan kunt u publiceren"
    return "Wilt u deze aanbesteding publiceren?"


def _facts(tender: Tender) -> list[dict[str, Any]]:
    return [
        {"label": "Inschrijven kan tot", "value": formats.moment(tender.deadline)},
        {"label": "Openen kan vanaf", "value": formats.moment(tender.opening_at or tender.deadline)},
        {"label": "Percelen", "value": len(tender.lots.all())},
    ]


def _assumptions(tender: Tender) -> dict[str, Any]:
    """What is assumed in every number of this tender, and whether the organisation took that over before."""
    version = current_basis().method_version
    lots = sorted(tender.lots.all(), key=lambda lot: lot.number)
    return {
        "method": version,
        "tables": factor_tables(version),
        "adopted": adoption_of(tender.organisation_id, version),
        "lots": [{"lot": lot, "items": [(item, _cap(lot, item)) for item in lot.items.all()]} for lot in lots],
    }


def _cap(lot: Lot, item: LotItem) -> float | None:
    """The years of use that count at most: of the type that is asked, else of the group."""
    return lot.group.limit("lifetime_cap_years", item.product_type.code if item.product_type else None)


def _doubts(tender: Tender) -> list[str]:
    """What is allowed and yet seldom meant."""
    found = []
    for lot in tender.lots.all():
        years = None
        if lot.contract_start and lot.contract_end:
            first, last = calendar_time.span(lot.contract_start, lot.contract_end)
            years = last - first
        for item in lot.items.all():
            if item.reference_product is None:
                found.append(
                    f"Van {item.description} is geen referentie gekozen: vermeden effect blijft onbekend."
                    f"{_indication(lot.group)}"
                )
            if years is not None and float(item.needed_years) > years + TERM_ROUNDING:
                needed, term = formats.number(item.needed_years), formats.number(years)
                found.append(f"{item.description} is {needed} jaar nodig, het contract duurt {term} jaar.")
    return found


def _indication(group: ProductGroup) -> str:
    """The fallback of the cluster in words; it is no reference, so no avoided effect follows from it."""
    return "".join(
        f" Ter indicatie, {FALLBACK_LABEL}: {formats.number(each.value, 2)} {each.unit} product."
        " Dat is geen referentie."
        for each in fallbacks_of(group).values()
    )
