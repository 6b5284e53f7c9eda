"""The page before a basis of a release becomes the current one: what it does to totals, and what it rests on."""

from __future__ import annotations

from typing import Any

from indicators import selectors
from indicators.factors import bases
from indicators.methods import trials
from indicators.models import Basis
from mvi_dashboard.ground.act_pages import ActPage, Document
from mvi_dashboard.ground.problems import not_found

from .catalogue import crumbs_to
from .publishing import totals_of


class Switch(ActPage[Basis]):
    """Asks first, with what changes in the totals; then everything is recalculated and it becomes current."""

    act = bases.recalculate
    template = "indicators/publish.html"
    title = "Rekenbasis geldig maken"
    question = "Wilt u deze rekenbasis geldig maken?"
    lead = "Wij herrekenen eerst alle contracten. Daarna gaat alles in één keer over."
    warning = "De rekenbasis van nu blijft leesbaar, maar wordt niet meer geldig."
    submit_label = "Herreken en maak geldig"
    done = "Wij herrekenen alles. Onder Taken ziet u hoe ver dat is."
    back = "indicators:bases"

    def find(self, **address: Any) -> Basis:
        """One that stands ready. Raises Refused: absent."""
        found = next((each for each in bases.released_bases() if each.code == address["code"]), None)
        if found is None:
            raise not_found()
        return found

    def named(self) -> Document:
        """Nothing: it is in the document."""
        return {}

    def given(self) -> Document:
        """Which one."""
        return {"basis": self.target.code}

    def content(self) -> Document:
        """What it does to totals, and what both rest on."""
        effect = trials.effect_of_basis(self.target)
        return {
            "eyebrow": self.target.name_nl,
            "facts": _facts(selectors.current_basis(), self.target),
            "crumbs": crumbs_to("Geldig maken", ("Rekenbasis", "indicators:bases")),
            "effect": effect,
            "totals": [] if effect is None else totals_of(effect),
            "bounds_hidden": effect is not None and any(each.bounds_hidden for each in effect.totals),
        }


def _facts(now: Basis, then: Basis) -> list[dict[str, Any]]:
    """What each rests on, and what can be counted on the new one alone."""
    names = {row.code: row.name_nl for row in selectors.indicator_rows()}
    more = [names[code] for code in then.indicators if code not in now.indicators]
    return [
        {"label": "Nu", "value": now.name_nl},
        {"label": "Rust nu op", "value": _rests_on(now)},
        {"label": "Straks", "value": then.name_nl},
        {"label": "Rust straks op", "value": _rests_on(then)},
        {"label": "Nieuwe indicatoren", "value": ", ".join(more) or "geen"},
    ]


def _rests_on(basis: Basis) -> str:
    layers = basis.layers.select_related("version__factor_set").order_by("rank")
    sets = [f"{layer.version.factor_set.name_nl}, versie {layer.version.version}" for layer in layers]
    method = basis.method_version
    return "; ".join([*sets, f"{method.method.name_nl}, versie {method.version}"])
