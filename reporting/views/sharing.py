"""How much an organisation shares, shown on its own numbers: what another sees now, and what he would see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from indicators.models import CLIMATE
from mvi_dashboard.ground import access, formats
from mvi_dashboard.ground.act_pages import Document
from mvi_dashboard.ground.models import Organisation
from mvi_dashboard.ground.organisations.pages import OwnPage, address_of, own_places
from mvi_dashboard.ground.pages import may
from mvi_dashboard.ground.people.places import chosen_place
from reporting import services
from reporting.selectors import Question, Row, Scope

from . import figures

PAGE = "reporting:sharing"
_TOTALS, _CONTRACTS, _PUBLIC = (str(level) for level in Organisation.NationalShare)
_EXAMPLES = 3
_NOTHING = "niet te zien"
_MEANS = {
    _TOTALS: "Uw cijfers zitten in sommen van minstens 5 van uw contracten. Niemand kan er één uit rekenen.",
    _CONTRACTS: "Wie het land bekijkt voor het Rijk, ziet uw naam en elk contract met zijn effect. Geen prijzen.",
    _PUBLIC: "Hetzelfde, en voor iedereen: ook andere organisaties, leveranciers en bezoekers zonder account.",
}
_WHO = {
    _TOTALS: "Alleen wie het land bekijkt voor het Rijk",
    _CONTRACTS: "Alleen wie het land bekijkt voor het Rijk",
    _PUBLIC: "Iedereen",
}


@dataclass(frozen=True)
class Seen:
    """What another sees of an organisation at one level."""

    contracts: int
    """on the page of the country"""
    hidden: int
    promised: str
    forecast: str
    groups: tuple[tuple[str, str, str, str], ...]
    """(product group, contracts, promised, forecast) of what is told by name"""
    examples: tuple[str, ...]
    """the largest contracts, where single ones are seen"""
    without_name: int
    """contracts that count only in sums that are not by product group"""


@may(access.ADMINISTER)
def sharing(request: HttpRequest) -> HttpResponse:
    """The levels, each with what it means on the numbers of this organisation."""
    places = own_places(request)
    place = chosen_place(places, request.GET.get("plaats", ""))
    assert place.organisation is not None
    organisation = place.organisation
    wanted = request.GET.get("niveau", "")
    chosen = wanted if wanted in services.LEVELS else organisation.national_share
    context = {
        "organisation": organisation,
        "place": place,
        "places": places,
        "levels": (levels := _levels(organisation, chosen)),
        "views": _views(levels),
        "now": services.LEVELS[organisation.national_share],
        "crumbs": [{"label": "Delen", "url": ""}],
    }
    return render(request, "reporting/sharing.html", context)


class SetShare(OwnPage):
    """The second look before another level holds."""

    act = services.set_share
    back = PAGE
    title, question = "Ander niveau", "Wilt u dit voortaan delen?"
    submit_label = "Deel dit voortaan"
    done = "Opgeslagen. Dit niveau geldt vanaf nu."
    danger = True

    def given(self) -> Document:
        """What was chosen on the page before."""
        return {"level": self.request.GET.get("niveau", "")}

    def content(self) -> Document:
        """From what to what, and what another sees then."""
        level = self.given()["level"]
        facts = [{"label": "Nu", "value": services.LEVELS[self.target.national_share]}]
        if level not in services.LEVELS:
            return {"facts": facts}
        told = seen_at(level, self.target)
        facts += [
            {"label": "Straks", "value": services.LEVELS[level]},
            {"label": "Wie het ziet", "value": _WHO[level]},
        ]
        if told is not None:
            number = formats.counted(told.contracts, "contract", "contracten")
            facts += [{"label": "Wat meetelt", "value": f"{number}, prognose {told.forecast}"}]
            facts += [{"label": "Per contract te zien", "value": "ja" if told.examples else "nee"}]
        return {"facts": facts, "lead": _MEANS[level], **_warning(level)}

    def next_url(self, outcome: Organisation) -> str:
        """The levels, with the new one."""
        return address_of(PAGE, outcome)


def _warning(level: str) -> Document:
    if level == _TOTALS:
        return {"danger": False}
    said = "U kunt later weer minder delen. Wat iemand intussen heeft gezien of gedownload, haalt u niet terug."
    return {"warning_title": "Wat gezien is, blijft gezien", "warning": said}


def _levels(organisation: Organisation, chosen: str) -> list[dict[str, Any]]:
    whole, parts = seen_at(_CONTRACTS, organisation), seen_at(_TOTALS, organisation)
    return [
        {
            "code": code,
            "label": label,
            "means": _MEANS[code],
            "who": _WHO[code],
            "checked": code == chosen,
            "now": code == organisation.national_share,
            "seen": parts if code == _TOTALS else whole,
        }
        for code, label in services.LEVELS.items()
    ]


def _views(levels: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is seen, each thing once: who sees single contracts sees the same of both levels."""
    totals, contracts, public = levels
    if totals["seen"] is None:
        return []
    both = f"{contracts['label']}, of {str(public['label']).lower()}"
    return [{"title": totals["label"], "seen": totals["seen"]}, {"title": both, "seen": contracts["seen"]}]


def seen_at(level: str, organisation: Organisation) -> Seen | None:
    """What another sees of this organisation at this level; None without contracts."""
    here = frozenset({organisation.pk})
    opened = Scope(here, per_contract=here)
    scope = Scope(frozenset(), here) if level == _TOTALS else opened
    question = Question(indicator=CLIMATE, group_by=("productGroup",))
    all_of_it = services.read_effects(opened, question).frame.total()
    if all_of_it is None:
        return None
    report = services.read_effects(scope, question)
    # As the page of the country counts: what may not be told by product group is not on it.
    told = report.frame.told(["productGroup"]).total()
    scale = figures.scale_for(all_of_it, tons=figures.in_tons(all_of_it))
    rows = report.frame.by(["productGroup"])
    number = _number(told)
    parts = services.contract_parts(report, None, _EXAMPLES).largest
    return Seen(
        contracts=number,
        hidden=_number(all_of_it) - number,
        promised=scale.amount(told.values["estimated"]) if told else _NOTHING,
        forecast=scale.amount(told.values["forecast"]) if told else _NOTHING,
        groups=tuple(_group(row, scale) for row in sorted(rows, key=lambda row: row.keys["productGroup"][1])),
        examples=tuple(_example(part, scale) for part in parts),
        without_name=_number(report.frame.total()) - number,
    )


def _group(row: Row, scale: figures.Scale) -> tuple[str, str, str, str]:
    amounts = [scale.amount(row.values[name]) for name in ("estimated", "forecast")]
    return row.keys["productGroup"][1], str(_number(row)), amounts[0], amounts[1]


def _example(part: services.Part, scale: figures.Scale) -> str:
    row, forecast = part.contract, scale.amount(part.values["forecast"])
    return f"{row['contract__reference']} {row['contract__title']}: {forecast}"


def _number(row: Row | None) -> int:
    return int(row.values["contracts"] or 0) if row else 0
