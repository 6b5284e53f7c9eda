"""One factor to change, and concepts to throw away, as pages."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from indicators import selectors
from indicators.factors import publishing, row_changes, throwing_away
from indicators.factors.acting import stamp_of
from indicators.models import Factor, FactorSetVersion, MethodVersion
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.act_pages import ActPage, Document
from mvi_dashboard.ground.problems import not_found
from mvi_dashboard.ground.shapes import camel

from .catalogue import crumbs_to
from .making import ChangePage
from .publishing import OfFactorVersion, OfMethodVersion, Version

_ABOVE = ("Factorsets", "indicators:factor_sets")
_TEXTS = {"source_url": "source_url", "source_reference": "source_ref", "region": "region", "quality": "quality"}
_NUMBERS = (
    *("value", "low", "high", "recycled_value", "recycled_low", "recycled_high"),
    *("geometric_sd", "biogenic", "year"),
)


class ChangeFactor(ChangePage):
    """One factor: its value and bounds, and where they come from."""

    act = row_changes.change_factor
    template = "indicators/change_factor.html"
    title = "Factor wijzigen"

    def find(self, **address: Any) -> FactorSetVersion:
        """The concept, and the factor in it. Raises Refused: absent."""
        found = super().find(**address)
        rows = selectors.factors_in(found, indicator=address["indicator"])
        row = rows.filter(material__code=address["material"], module=address["module"]).first()
        if row is None:
            raise not_found()
        self.row: Factor = row
        return found

    def given(self) -> Document:
        """What the factor is of."""
        row = self.row
        return {
            "material": row.material.code,
            "indicator": row.indicator.code,
            "module": row.module,
            "unit": row.unit,
        }

    def first(self) -> Document:
        """The factor as it is."""
        row = self.row
        numbers = {camel(name): formats.field_value(getattr(row, name)) for name in _NUMBERS if name != "year"}
        texts = {camel(name): getattr(row, field) for name, field in _TEXTS.items()}
        year = "" if row.year is None else str(row.year)
        return {**numbers, **texts, "year": year, "source": row.source.code, "derivation": row.derivation}

    def content(self) -> Document:
        """What it is called."""
        row = self.row
        return {
            **self.where(),
            "question": f"{formats.capital(row.material.name_nl)}: welke factor?",
            "row": row,
            "crumbs": crumbs_to("Factor wijzigen", _ABOVE),
        }

    def back_url(self) -> str:
        """The factors in the version that is shown."""
        return self._factors(self.target)

    def next_url(self, outcome: FactorSetVersion) -> str:
        """The factor in the concept."""
        return f"{self._factors(outcome)}&zoek={self.row.material.code}"

    def _factors(self, version: FactorSetVersion) -> str:
        asked = f"versie={version.factor_set.code}:{version.version}&indicator={self.row.indicator.code}"
        return f"{reverse('indicators:factors')}?{asked}"


class _ThrowAway(ActPage[Version]):
    """Asks first, and why."""

    title = "Concept weggooien"
    question = "Wilt u dit concept weggooien?"
    lead = "Er is nog nooit mee gerekend. Wat nu geldt, verandert niet."
    warning = "Alles wat in dit concept is gewijzigd, is daarna weg. Wie het weggooide en waarom, blijft bekend."
    submit_label = "Gooi het concept weg"
    danger = True
    done = "Het concept is weggegooid."

    def version(self) -> int:
        """Its stamp."""
        return stamp_of(self.target)

    def facts(self) -> list[Document]:
        """What it is about."""
        return [{"label": "Gemaakt door", "value": publishing.maker_of(self.target) or "een systeem"}]


class ThrowAwayFactors(OfFactorVersion, _ThrowAway[FactorSetVersion]):
    """A concept of a factor set."""

    act = throwing_away.throw_away_factors
    back = "indicators:factor_sets"

    def content(self) -> Document:
        """What it is about."""
        found = self.target
        facts = [{"label": "Factoren", "value": found.factors.count()}]
        facts += [{"label": "Rijen over het maken", "value": found.processing.count()}]
        return {
            "eyebrow": f"{found.factor_set.name_nl}, versie {found.version}",
            "facts": [*self.facts(), *facts],
            "crumbs": crumbs_to("Weggooien", _ABOVE),
        }


class ThrowAwayMethod(OfMethodVersion, _ThrowAway[MethodVersion]):
    """A concept of a method."""

    act = throwing_away.throw_away_method
    back = "indicators:methods"

    def content(self) -> Document:
        """What it is about."""
        found = self.target
        return {
            "eyebrow": f"{found.method.name_nl}, versie {found.version}",
            "facts": self.facts(),
            "crumbs": crumbs_to("Weggooien", ("Methodes", "indicators:methods")),
        }
