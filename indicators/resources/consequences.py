"""What publishing a concept would take away and change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Self

from mvi_dashboard.ground.described import Described
from mvi_dashboard.ground.problems import Problem

if TYPE_CHECKING:
    from indicators.factors.version_losses import Losses
    from indicators.methods.trials import Effect, Pair, TenderEffect, Total
    from indicators.models import Basis


class JumpRow(Described):
    """A value that becomes more than ten times larger or smaller."""

    name: str
    before: float
    after: float
    unit: str


class ToConfirm(Described):
    """What has to be confirmed with a reason."""

    attr: str | None
    code: str
    detail: str


class BeforeAndAfter(Described):
    """An amount now and with the concept, in the unit of its indicator; null = not complete."""

    before: float | None
    before_low: Annotated[float | None, "Laagste waarde nu; null zonder grenzen, of als wij die niet tonen"]
    before_high: float | None
    after: float | None
    after_low: float | None
    after_high: float | None

    @classmethod
    def of(cls, pair: Pair) -> Self:
        """Of both amounts with their bounds."""
        now, then = pair
        return cls(
            before=now.value,
            before_low=now.low,
            before_high=now.high,
            after=then.value,
            after_low=then.low,
            after_high=then.high,
        )


class TrialTotal(Described):
    """The estimate for one indicator."""

    indicator: str
    unit: str
    contracts: Annotated[int, "Contracten in wat is beloofd"]
    estimated: BeforeAndAfter
    forecast_contracts: Annotated[int, "Contracten in de prognose: minder, als een organisatie die niet deelt"]
    forecast: BeforeAndAfter
    bounds_hidden: Annotated[bool, "Er zijn grenzen, maar die zouden verraden wat een organisatie niet deelt"]

    @classmethod
    def of(cls, total: Total) -> Self:
        """Of this total."""
        return cls(
            indicator=total.indicator,
            unit=total.unit,
            contracts=total.contracts,
            estimated=BeforeAndAfter.of(total.estimated),
            forecast_contracts=total.forecast_contracts,
            forecast=BeforeAndAfter.of(total.forecast),
            bounds_hidden=total.bounds_hidden,
        )


class TrialEffect(Described):
    """What a concept does to running contracts: the largest were calculated again."""

    contracts: Annotated[int, "Lopende contracten"]
    counted: Annotated[int, "Daarvan opnieuw berekend: de grootste"]
    incomplete: Annotated[int, "Contracten met iets waar geen factor meer voor zou zijn"]
    completed: Annotated[int, "Van de grootste: contracten die een volledig getal krijgen dat er nu niet is"]
    failed: Annotated[int, "Contracten die niet te berekenen waren"]
    untold: Annotated[int, "Contracten die in geen totaal tellen: hun organisatie deelt alleen totalen"]
    totals: list[TrialTotal]
    published_ahead: Annotated[
        list[str], "Andere versies die al zijn vastgesteld en nog niet doorgerekend: hun wijziging telt hier mee"
    ]

    @classmethod
    def of(cls, effect: Effect) -> Self:
        """Of this estimate."""
        return cls(
            contracts=effect.contracts,
            counted=effect.counted,
            incomplete=effect.incomplete,
            completed=effect.completed,
            failed=effect.failed,
            untold=effect.untold,
            totals=[TrialTotal.of(each) for each in effect.totals],
            published_ahead=list(effect.published_ahead),
        )


class DifferingTender(Described):
    """A running tender of which the reference would differ; it keeps its own basis."""

    reference: str
    title: str
    organisation: str
    indicator: str
    unit: str
    pinned: Annotated[
        float | None, "Referentie van alles wat gevraagd is, op de eigen rekenbasis; null = onbekend"
    ]
    after: Annotated[float | None, "Hetzelfde op de nieuwe rekenbasis"]
    making: Annotated[bool, "Het maken zou anders wegen, in elke inschrijving"]


class OfTenders(Described):
    """What a concept means for tenders: those that are published keep their basis."""

    running: Annotated[int, "Gepubliceerd en nog niet definitief gegund: die houden hun rekenbasis"]
    looked_at: Annotated[int, "Daarvan bekeken: de nieuwste"]
    drafts: Annotated[int, "Concepten, die met de nieuwe rekenbasis gaan rekenen"]
    would_differ: Annotated[int, "Daarvan zou de referentie of het maken anders zijn"]
    differing: Annotated[list[DifferingTender], "Die daarvan die u mag zien"]

    @classmethod
    def of(cls, effect: TenderEffect) -> Self:
        """Of this effect."""
        names = ("reference", "title", "organisation", "indicator", "unit", "pinned", "after", "making")
        return cls(
            running=effect.running,
            looked_at=effect.looked_at,
            drafts=effect.drafts,
            would_differ=effect.would_differ,
            differing=[
                DifferingTender(**{name: getattr(each, name) for name in names}) for each in effect.differing
            ],
        )


class Consequences(Described):
    """What publishing takes away, what has to be confirmed, and an estimate of what it does."""

    factors: Annotated[int, "Factoren in de versie die nu geldt"]
    removed: int
    recycled_lost: int
    materials_removed: int
    jumps: int
    first_jumps: list[JumpRow]
    to_confirm: list[ToConfirm]
    making_lost: Annotated[int, "Rijen over het maken die nu bekend zijn en straks niet meer"]
    effect: Annotated[TrialEffect | None, "null als er niets op rust"]
    tenders: Annotated[OfTenders | None, "null als er niets op rust"]

    @classmethod
    def of(
        cls,
        losses: Losses,
        to_confirm: Sequence[Problem],
        effect: Effect | None,
        tenders: TenderEffect | None,
    ) -> Self:
        """Of these losses, what they ask and the estimate."""
        return cls(
            factors=losses.before,
            removed=losses.removed,
            recycled_lost=losses.recycled_lost,
            materials_removed=losses.material_count,
            jumps=losses.jump_count,
            first_jumps=[
                JumpRow(name=each.name, before=each.before, after=each.after, unit=each.unit)
                for each in losses.jumps
            ],
            to_confirm=[ToConfirm(attr=each.attr, code=each.code, detail=each.detail) for each in to_confirm],
            making_lost=losses.making_lost,
            effect=None if effect is None else TrialEffect.of(effect),
            tenders=None if tenders is None else OfTenders.of(tenders),
        )


class BasisConsequences(Described):
    """What making a basis the current one changes."""

    basis: str
    replaces: Annotated[str, "De rekenbasis die nu geldt"]
    added_indicators: Annotated[list[str], "Indicatoren die er alleen op de nieuwe rekenbasis zijn"]
    effect: Annotated[TrialEffect | None, "null als er niets op rust"]

    @classmethod
    def of(cls, now: Basis, then: Basis, effect: Effect | None) -> Self:
        """Of this step and its estimate."""
        return cls(
            basis=then.code,
            replaces=now.code,
            added_indicators=[code for code in then.indicators if code not in now.indicators],
            effect=None if effect is None else TrialEffect.of(effect),
        )
