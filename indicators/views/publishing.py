"""The page before a version is published: what it takes away, what it does to totals, and who may do it."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, TypeVar

from indicators import selectors
from indicators.factors import publishing
from indicators.factors.acting import stamp_of
from indicators.factors.version_losses import Losses
from indicators.methods import trials
from indicators.methods.trials import Effect
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
            "tenders": trials.tenders_beside(self.target),
            "totals": [] if effect is None else totals_of(effect),
        }


def totals_of(effect: Effect) -> list[dict[str, Any]]:
    """The totals now and then, as rows of a table."""
    found = []
    for each in effect.totals:
        if not each.contracts:
            continue
        for label, (before, after) in (("Beloofd", each.estimated), ("Prognose", each.forecast)):
            ratio = 0.0 if before == after is not None else None
            if before and after is not None:
                ratio = after / before - 1
            found.append(
                {
                    "name": each.name,
                    "unit": each.unit,
                    "label": label,
                    "before": before,
                    "after": after,
                    "percentage": formats.percentage_change(ratio),
                    "contracts": each.contracts,
                }
            )
    return found
