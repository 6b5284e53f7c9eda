"""What is asked: a tender with its lots, demand and ambitions."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Self
from uuid import UUID

from indicators.services import energy_of_demand
from mvi_dashboard.ground.described import LEFT_OUT, Described, Form, LeftOut, OneOf
from mvi_dashboard.ground.problem_answers import Remark
from mvi_dashboard.ground.shapes import camel
from tenders import models


class Ambition(Described):
    """A theme of a tender, and how far it goes."""

    theme: str
    level: Annotated[int, "0 tot en met 3"]
    motivation: str
    main: Annotated[bool, "Het hoofdthema: waar de effecten bij tellen"]


class DemandItem(Described):
    """What is needed, and for how long."""

    number: int
    description: str
    cpv: str | None
    product_type: Annotated[str | None, "Code van de soort product; null waar de productgroep geen soorten heeft"]
    needed_count: Annotated[Decimal | None, "Hoeveel er nodig is"]
    needed_years: Annotated[Decimal | None, "Hoeveel jaar"]
    reference_product: Annotated[str | None, "Code van het product waarmee wordt vergeleken"]
    baseline_product: Annotated[str | None, "Code van het gemiddelde product, als er geen referentie is"]
    use_energy: Annotated[
        dict[str, str] | None,
        "Per doel de energie die de organisatie zelf inkoopt: daarmee wordt elke inschrijving gerekend; null = "
        "gevraagd voordat dit kon",
    ]

    @classmethod
    def of(cls, row: models.LotItem, *, draft: bool) -> Self:
        """Of this item; of a draft what counts when nothing is chosen."""
        energy = energy_of_demand(row.use_energy) if draft or row.use_energy is not None else None
        return cls(
            number=row.number,
            description=row.description,
            cpv=row.cpv.code if row.cpv else None,
            product_type=row.product_type.code if row.product_type else None,
            needed_count=row.needed_count,
            needed_years=row.needed_years,
            reference_product=row.reference_product.code if row.reference_product else None,
            baseline_product=row.baseline_product.code if row.baseline_product else None,
            use_energy=None if energy is None else {camel(purpose): flow for purpose, flow in energy.items()},
        )


class LotDocument(Described):
    """A part of a tender, as it was sent."""

    number: int
    title: str
    product_group: str
    contract_start: date | None
    contract_end: date | None
    request_level: Annotated[str, "Hoeveel er aan gegevens wordt gevraagd", OneOf(models.Lot.Level.values)]
    fewer_items_allowed: Annotated[bool, "Een leverancier mag met minder stuks in de vraag voorzien"]
    items: list[DemandItem]

    @classmethod
    def of(cls, lot: models.Lot, **more: Any) -> Self:
        """Of this lot, with its items read."""
        return cls(
            number=lot.number,
            title=lot.title,
            product_group=lot.group.code,
            contract_start=lot.contract_start,
            contract_end=lot.contract_end,
            request_level=lot.request_level,
            fewer_items_allowed=lot.fewer_items_allowed,
            items=[
                DemandItem.of(item, draft=lot.tender.status == models.Tender.Status.DRAFT)
                for item in sorted(lot.items.all(), key=lambda item: item.number)
            ],
            **more,
        )


class Lot(LotDocument):
    """A part of a tender."""

    id: UUID
    state: Annotated[str, OneOf(models.Lot.State.values)]
    protocol: Annotated[str | None, "Code en versie van het leveringsprotocol; null bij een concept"]

    @classmethod
    def of(cls, lot: models.Lot, **more: Any) -> Self:
        """Of this lot, with its items read."""
        protocol = f"{lot.protocol.code} {lot.protocol.version}" if lot.protocol else None
        return super().of(lot, id=lot.public_id, state=lot.state, protocol=protocol)


class TenderFields(Described):
    """What a tender says of itself."""

    reference: str
    title: str
    bidding_starts_at: datetime | None
    deadline: datetime | None
    opening_at: datetime | None
    estimated_value: Annotated[Decimal | None, "In EUR; niet voor leveranciers"]
    ambitions: list[Ambition]

    @classmethod
    def of(cls, tender: models.Tender, **more: Any) -> Self:
        """Of this tender, with its themes read."""
        themes = sorted(tender.themes.all(), key=lambda theme: (not theme.main, theme.pk))
        fields = {
            "reference": tender.reference,
            "title": tender.title,
            "bidding_starts_at": tender.bidding_starts_at,
            "deadline": tender.deadline,
            "opening_at": tender.opening_at,
            "estimated_value": tender.value,
            "ambitions": [
                Ambition(theme=each.theme.code, level=each.level, motivation=each.motivation, main=each.main)
                for each in themes
            ],
        }
        return cls(**(fields | more))


class TenderDocument(TenderFields):
    """A tender as it was sent: what its form shows and a change starts from."""

    lots: list[LotDocument]

    @classmethod
    def of(cls, tender: models.Tender, **more: Any) -> Self:
        """Of this tender, with all its parts read."""
        return super().of(tender, lots=[LotDocument.of(lot) for lot in lots_of(tender)])


class TenderRow(Described):
    """A tender in a list."""

    id: UUID
    reference: str
    title: str
    status: Annotated[str, OneOf(models.Tender.Status.values)]
    organisation: str
    deadline: datetime | None

    @classmethod
    def of(cls, tender: models.Tender, status: str) -> Self:
        """Of this tender, in the state that the clock gives it."""
        return cls(
            id=tender.public_id,
            reference=tender.reference,
            title=tender.title,
            status=status,
            organisation=tender.organisation.code,
            deadline=tender.deadline,
        )


class AwardProposal(Described):
    """A decision without a standstill that waits for a second person, who may send the same."""

    waiting: bool
    lot: UUID
    bid: UUID
    reason: str
    standstill_days: int
    standstill_ground: str
    standstill_reason: str
    proposed_at: datetime
    proposed_by: Annotated[str, "De naam van wie het voorstelt"]

    @classmethod
    def of(cls, proposal: models.AwardProposal) -> Self:
        """Of this proposal."""
        return cls(
            waiting=not hasattr(proposal, "award"),
            lot=proposal.lot.public_id,
            bid=proposal.bid_version.bid.public_id,
            reason=proposal.reason,
            standstill_days=0,
            standstill_ground=proposal.standstill_ground,
            standstill_reason=proposal.standstill_reason,
            proposed_at=proposal.proposed_at,
            proposed_by=str(proposal.proposed_by),
        )


class Tender(TenderFields):
    """A tender as a whole; of sealed bids only the number, and only for the organisation."""

    id: UUID
    status: Annotated[str, OneOf(models.Tender.Status.values)]
    organisation: str
    lots: list[Lot]
    basis: Annotated[str | None, "De rekenbasis; null bij een concept"]
    platform: Annotated[str | None, "Het platform waar inschrijvingen binnenkomen; null als dat hier is"]
    platform_reference: str | None
    published_at: datetime | None
    opened_at: datetime | None
    waiting: Annotated[bool | None, "De opening wacht op een tweede persoon; null voor leveranciers"]
    waiting_until: Annotated[datetime | None, "Zo lang wacht zij"]
    bids: Annotated[int | None, "Hoeveel inschrijvingen; null voor leveranciers"]
    set_aside: Annotated[int | None, "Hoeveel daarvan niet te openen waren"]
    proposals: Annotated[list[AwardProposal], "Beslissingen die op een tweede persoon wachten"]
    warnings: Annotated[list[Remark] | LeftOut, "Wat ongewoon is aan wat net is gepubliceerd"] = LEFT_OUT
    job: Annotated[str | LeftOut, "Waar u ziet hoever het openen is", Form("uri-reference")] = LEFT_OUT


class CoSigned(Described):
    """What a co-signer of another organisation gets to see of an opening."""

    id: UUID
    waiting: bool


def lots_of(tender: models.Tender) -> list[models.Lot]:
    """Its lots in their order."""
    return sorted(tender.lots.all(), key=lambda lot: lot.number)
