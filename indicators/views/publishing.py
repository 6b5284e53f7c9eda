"""The page before a version is published: what it takes away, what it does to totals, and who may do it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from typing import Any, TypeVar

from indicators import selectors
from indicators.factors import publishing
from indicators.factors.acting import stamp_of
from indicators.factors.version_losses import Losses
from indicators.methods import trials
from indicators.methods.trials import Effect, Total
from indicators.models import FactorSetVersion, MethodVersion
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.act_pages import ActPage, Document

Version = TypeVar("Version", bound=FactorSetVersion | MethodVersion)


class OfFactorVersion(ActPage[FactorSetVersion]):
    """A page of an act on one version of a factor set."""

    def find(self, **address: Any) -> FactorSetVersion:
        """The version. Raises Refused: absent."""
        return selectors.get_factor_version(self.actor, address["code"], address["version"])

    def named(self) -> Document:
        """The set and the version."""
        return {"owner": self.target.factor_set.code, "version": self.target.version}


class OfMethodVersion(ActPage[MethodVersion]):
    """A page of an act on one version of a method."""

    def find(self, **address: Any) -> MethodVersion:
        """The version. Raises Refused: absent."""
        return selectors.get_method_version(self.actor, address["code"], address["version"])

    def named(self) -> Document:
        """The method and the version."""
        return {"owner": self.target.method.code, "version": self.target.version}


class PublishPage(ActPage[Version]):
    """The page on which a concept is published, of a set or of a method."""

    template = "indicators/publish.html"
    title = "Vaststellen"
    submit_label = "Stel vast"
    done = "Versie {0.version} is vastgesteld. Onder Taken ziet u het herrekenen."

    @abstractmethod
    def losses(self) -> Losses:
        """What it takes away of the version that holds now."""

    def version(self) -> int:
        """Its stamp."""
        return stamp_of(self.target)

    def content(self) -> Document:
        """What it does to totals, and what has to be confirmed."""
        losses, effect = self.losses(), trials.effect_of(self.target)
        return {
            "losses": losses,
            "asked": publishing.problems_of_losses(losses),
            "own": publishing.made_by(self.actor, self.target),
            "effect": effect,
            "tenders": trials.tenders_beside(self.actor, self.target),
            "totals": [] if effect is None else totals_of(effect),
            "bounds_hidden": effect is not None and any(each.bounds_hidden for each in effect.totals),
        }


def totals_of(effect: Effect) -> list[dict[str, Any]]:
    """The totals now and then, as rows of a table."""
    return rows_of_totals(effect.totals)


def rows_of_totals(totals: Iterable[Total]) -> list[dict[str, Any]]:
    """The same of these totals: per indicator what was promised and the forecast, as far as these are known."""
    found = []
    for each in totals:
        for label, (now, then), contracts in (
            ("Beloofd", each.estimated, each.contracts),
            ("Prognose", each.forecast, each.forecast_contracts),
        ):
            if not contracts:
                continue
            ratio = 0.0 if now.value == then.value is not None else None
            if now.value and then.value is not None:
                ratio = then.value / now.value - 1
            found.append(
                {
                    "name": each.name,
                    "unit": each.unit,
                    "label": label,
                    "before": now,
                    "after": then,
                    "percentage": formats.percentage_change(ratio),
                    "contracts": contracts,
                }
            )
    return found
