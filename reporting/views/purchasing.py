"""All purchasing of a year as a page: between what it lies, how much is known, and what narrows it most."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from contracts.models import Contract
from contracts.selectors import get_contract
from mvi_dashboard.ground import access, formats
from mvi_dashboard.ground.access import SPEND_EDIT
from mvi_dashboard.ground.act_pages import ActPage, Document
from mvi_dashboard.ground.charts import Bars, Column, Mark
from mvi_dashboard.ground.pages import actor_of, may
from mvi_dashboard.ground.problems import not_found
from reporting.models import SpendRule
from reporting.selectors import scope_of
from reporting.spend import covering, undoing
from reporting.spend.footprint import CLASSES, Part, Purchasing, all_purchasing, years_of

from .spend import RESULT, crumbs, steps

_TON = 1000.0
_CLASS_WORDS = {
    "measured": "gemeten",
    "verified": "getoetst",
    "supplier": "van leverancier",
    "average": "gemiddelde van de groep",
    "range": "bandbreedte",
    "spend": "schatting uit uitgaven",
    "none": "geen getal",
}
_WELL_KNOWN = ("measured", "verified", "supplier")
_MOST_IN_CHART = 12


@may(access.REPORT_READ)
def purchasing(request: HttpRequest) -> HttpResponse:
    """The footprint of all purchasing of the own organisations in one calendar year."""
    actor = actor_of(request)
    scope = scope_of(actor, request.GET.get("organisatie", ""))
    if scope.organisation is None:
        raise not_found()
    places = sorted(scope.open)
    years = years_of(places)
    context: dict[str, Any] = {
        "organisation": scope.organisation,
        "may_edit": bool(actor.own_for(SPEND_EDIT)),
        "imports": list(undoing.imports_visible_to(actor).filter(ended_at=None).order_by("-last_day", "-pk")[:20]),
        "crumbs": [*crumbs()[:1], {"label": "Alle inkoop", "url": ""}],
        "years": years,
    }
    if years:
        asked = request.GET.get("jaar", "")
        year = int(asked) if asked.isascii() and asked.isdigit() and int(asked) in years else years[0]
        found = all_purchasing(scope, year)
        possible = covering.possible(actor, places)[:10]
        rules = covering.rules_visible_to(actor).filter(organisation__in=places)[:20]
        context |= _told(found) | {"possible": possible, "rules": list(rules), "steps": steps(3)}
    return render(request, "reporting/spend.html", context)


def _told(found: Purchasing) -> dict[str, Any]:
    spend_low = sum(part.low or 0.0 for part in found.estimated)
    spend_high = sum(part.high or 0.0 for part in found.estimated)
    low, _value, high = found.known
    known = [found.euros[code] for code in CLASSES if code not in ("spend", "none")]
    return {
        "found": found,
        "between": _between(found.low, found.high),
        "contracts_between": _between(low, high) if found.contracts is not None else "",
        "unknown": formats.euros(found.euros["none"]) if found.euros["none"] else "",
        "paid": formats.euros(found.paid),
        "outside": formats.euros(found.outside) if found.outside else "",
        "cover": _cover(found),
        "well_known": formats.percentage(sum(found.coverage.get(code, 0.0) for code in _WELL_KNOWN)),
        "kinds": [
            ("Contracten (ook zonder uitgaven in uw bestand)", formats.euros(sum(known)), _ton(low), _ton(high)),
            ("Schatting uit uitgaven", formats.euros(found.euros["spend"]), _ton(spend_low), _ton(spend_high)),
            ("Geen getal", formats.euros(found.euros["none"]), formats.UNKNOWN, formats.UNKNOWN),
        ],
        "whole": (formats.euros(found.paid), _ton(found.low), _ton(found.high)),
        "chart": _chart(found) if found.estimated else None,
        "without": [(part.name, formats.euros(part.euros)) for part in found.without[:_MOST_IN_CHART]],
        "narrowing": [(part.name, _ton(part.width), _ton(part.low), _ton(part.high)) for part in found.narrowing],
    }


def _cover(found: Purchasing) -> list[dict[str, Any]]:
    """The classes of what is paid with their share, in their fixed order, as the bar draws them."""
    shares = found.coverage
    texts = formats.shares([max(shares.get(code, 0.0), 0.0) for code in CLASSES]) if shares else []
    start, drawn = 0.0, []
    for code, text in zip(CLASSES, texts, strict=bool(shares)):
        share = max(shares.get(code, 0.0), 0.0)
        if share:
            drawn.append(
                {
                    "code": code, "label": _CLASS_WORDS[code], "text": text,
                    "euros": formats.euros(found.euros[code]),
                    "x": f"{start * 1000:.1f}", "width": f"{max(share * 1000 - 3, 1):.1f}",
                }
            )  # fmt: skip
        start += share
    return drawn


def _chart(found: Purchasing) -> Bars:
    """Between what each category lies, the widest first."""
    parts = found.estimated[:_MOST_IN_CHART]
    low, high = (
        _column(label, [getattr(part, end) for part in parts])
        for label, end in (("Laag", "low"), ("Hoog", "high"))
    )
    central = _column("Midden", [part.value for part in parts])
    ends = [
        (part.low / _TON, part.high / _TON) for part in parts if part.low is not None and part.high is not None
    ]
    paid = Column("Uitgaven (euro)", [formats.euros(part.euros) for part in parts])
    return Bars(
        id="schatting",
        title=_chart_title(parts),
        unit="Laagste en hoogste waarde, ton CO2-eq",
        source=_source(found),
        names=[part.name for part in parts],
        marks=[Mark(central, "estimated", bounds=ends, to_ends=True)],
        columns=[paid, low, high],
        head="Categorie",
        caption="Schatting uit uitgaven per categorie",
    )


def _column(label: str, values: list[float | None]) -> Column:
    return Column(
        f"{label} (ton)",
        [_ton(value) for value in values],
        [None if value is None else value / _TON for value in values],
    )


def _chart_title(parts: list[Part]) -> str:
    return f"{parts[0].name} maakt de schatting het breedst"


def _source(found: Purchasing) -> str:
    factor = found.factor
    if factor is None:
        return ""
    return (
        f"Factoren per euro: FIGARO (CC BY-SA 4.0) en SWC, Nederland, prijspeil {factor.price_year}, zonder btw. "
        f"Prijzen van {found.year} rekenen wij niet terug: wij hebben geen open prijsindex."
    )


def _ton(kilograms: float | None) -> str:
    return formats.number((kilograms or 0.0) / _TON)


def _between(low: float, high: float) -> str:
    return f"{_ton(low)} ton CO2-eq" if low == high else f"{_ton(low)} tot {_ton(high)} ton CO2-eq"


class Cover(ActPage[Contract]):
    """Confirm that what is paid to a supplier for a group is paid under this contract."""

    act = covering.cover
    title, question = "Uitgaven koppelen", "Horen deze uitgaven bij dit contract?"
    lead = "Het contract vervangt dan de schatting: niets telt dubbel. Dit geldt ook voor volgende bestanden."
    submit_label = "Koppel de uitgaven"
    done = "De uitgaven zijn gekoppeld aan het contract."
    back = RESULT

    def find(self, **address: Any) -> Contract:
        """The contract. Raises Refused: absent."""
        public_id: UUID = address["public_id"]
        return get_contract(self.actor, public_id)

    def named(self) -> Document:
        """Its document says which."""
        return {}

    def require_possible(self) -> None:
        """Always."""

    def given(self) -> Document:
        """The contract."""
        return {"contract": str(self.target.public_id)}

    def frame(self) -> Document:
        """Which one it is."""
        facts = [
            {"label": "Contract", "value": self.target.reference},
            {"label": "Leverancier", "value": self.target.supplier.name},
        ]
        return {"facts": facts, "crumbs": crumbs((self.title, ""))}


class Uncover(ActPage[SpendRule]):
    """End it."""

    act = covering.uncover
    title, question = "Koppeling beëindigen", "Horen deze uitgaven niet meer bij dit contract?"
    lead = "Ze worden dan weer geschat, behalve de regels die het contract zelf noemen."
    submit_label, danger = "Beëindig de koppeling", True
    done = "De koppeling is beëindigd."
    back = RESULT

    def find(self, **address: Any) -> SpendRule:
        """The rule. Raises Refused: absent."""
        found = covering.rules_visible_to(self.actor).filter(public_id=address["public_id"]).first()
        if found is None:
            raise not_found()
        return found

    def named(self) -> Document:
        """The rule."""
        return {"rule_id": self.target.public_id}

    def frame(self) -> Document:
        """Which one it is."""
        facts = [
            {"label": "Contract", "value": self.target.contract.reference},
            {"label": "Leverancier", "value": self.target.supplier.name},
        ]
        return {"facts": facts, "crumbs": crumbs((self.title, ""))}
