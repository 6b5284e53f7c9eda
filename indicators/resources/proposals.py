"""Proposals to change reference data, and the rows that they change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Self
from uuid import UUID

from indicators.models import Proposal, ProposedRow
from mvi_dashboard.ground.described import Described, OneOf
from mvi_dashboard.ground.problems import Problem

from .consequences import BeforeAndAfter, TrialTotal

if TYPE_CHECKING:
    from indicators.groups.proposal_effects import Contracts, RowEffect
    from indicators.groups.proposals import Row

_VALUES = "De rij in dezelfde velden als waarmee u die wijzigt; wat leeg is, staat er niet"
_KIND = OneOf(ProposedRow.Kind.values)


class ReferenceRow(Described):
    """A row of reference data as it holds, and as your own concept has it."""

    kind: Annotated[str, _KIND]
    code: str
    values: Annotated[dict[str, Any] | None, _VALUES + "; null als zij nieuw is"]
    proposed: Annotated[
        dict[str, Any] | None, "Zoals uw concept de rij wil hebben; null als dat er niets over zegt"
    ]
    ends: Annotated[bool, "Of uw concept zegt dat zij vervalt"]
    proposal: Annotated[UUID | None, "Uw concept, als het iets over deze rij zegt"]

    @classmethod
    def of(cls, row: Row) -> Self:
        """Of this row."""
        proposed, proposal = row.proposed, row.proposal
        return cls(
            kind=row.kind.code,
            code=row.code,
            values=row.before,
            proposed=None if proposed is None else proposed.after,
            ends=proposed is not None and proposed.after is None,
            proposal=None if proposal is None or proposed is None else proposal.public_id,
        )


class ReferenceRowName(Described):
    """A row in a list."""

    code: str
    name: str
    belongs_to: Annotated[str, "De productgroep, het cluster of de categorie; leeg als die er niet is"]


class ProposedChange(Described):
    """One row of a proposal."""

    kind: Annotated[str, _KIND]
    code: str
    before: Annotated[
        dict[str, Any] | None, "De rij zoals zij was toen dit werd opgeschreven; null als zij nieuw is"
    ]
    after: Annotated[dict[str, Any] | None, "De rij zoals zij wordt; null als zij vervalt"]
    confirmed: Annotated[list[str], "De redenen bij wat ongewoon is"]

    @classmethod
    def of(cls, row: ProposedRow) -> Self:
        """Of this row."""
        return cls(
            kind=row.kind,
            code=row.code,
            before=row.before,
            after=row.after,
            confirmed=[each["reason"] for each in row.confirmed],
        )


class ProposalLine(Described):
    """A proposal in a list."""

    id: UUID
    state: Annotated[str, OneOf(Proposal.State.values)]
    own: Annotated[bool, "Of u het maakte: dan stelt iemand anders het vast"]
    maker: str
    created_at: datetime
    closed_at: Annotated[datetime | None, "Wanneer het is vastgesteld of weggegooid"]
    reason: Annotated[str, "Waarom; leeg zolang het een concept is"]
    row_count: int

    @classmethod
    def of(cls, row: Proposal, *, own: bool, maker: str, **more: Any) -> Self:
        """Of this proposal."""
        count: int | None = getattr(row, "row_count", None)
        return cls(
            id=row.public_id,
            state=row.state,
            own=own,
            maker=maker,
            created_at=row.created_at,
            closed_at=row.closed_at,
            reason=row.reason,
            row_count=row.rows.count() if count is None else count,
            **more,
        )


class ProposalWhole(ProposalLine):
    """A proposal with its rows."""

    rows: list[ProposedChange]

    @classmethod
    def of(cls, row: Proposal, *, own: bool, maker: str, **more: Any) -> Self:
        """Of this proposal."""
        rows = [ProposedChange.of(each) for each in row.rows.order_by("kind", "code")]
        return super().of(row, own=own, maker=maker, rows=rows, **more)


class InTheWay(Described):
    """What stands in the way of publishing."""

    attr: str | None
    code: str
    detail: str


class PerItem(BeforeAndAfter):
    """The impact of one item per year on one indicator; null = not complete."""

    indicator: str
    unit: str


class RowConsequence(Described):
    """What one row of a proposal does."""

    kind: Annotated[str, _KIND]
    code: str
    draft_tenders: Annotated[int | None, "Aanbestedingen in concept die dit noemen; null: het raakt er geen"]
    running_tenders: Annotated[int | None, "Lopende aanbestedingen die dit noemen: zij houden wat is gepubliceerd"]
    named: Annotated[list[str], "De lopende aanbestedingen die u mag zien"]
    organisations: Annotated[int | None, "Van hoeveel organisaties die lopende aanbestedingen zijn"]
    contracts: Annotated[int | None, "Contracten die hierop rusten"]
    per_item: Annotated[list[PerItem], "Van een product: het effect per stuk en jaar, nu en straks"]
    cpv_codes: Annotated[int | None, "Van een CPV-koppeling: hoeveel codes ermee beginnen"]
    outside: Annotated[list[str], "Producten die buiten de nieuwe gewone massa vallen"]

    @classmethod
    def of(cls, effect: RowEffect) -> Self:
        """Of this effect."""
        tenders = effect.tenders
        return cls(
            kind=effect.row.kind,
            code=effect.row.code,
            draft_tenders=None if tenders is None else tenders.drafts,
            running_tenders=None if tenders is None else tenders.running,
            named=[] if tenders is None else list(tenders.named),
            organisations=None if tenders is None else tenders.organisations,
            contracts=effect.contracts,
            per_item=[
                PerItem(indicator=each.name, unit=each.unit, **vars(BeforeAndAfter.of((each.before, each.after))))
                for each in effect.per_item
            ],
            cpv_codes=effect.codes,
            outside=list(effect.outside),
        )


class ContractsOfProposal(Described):
    """The contracts that rest on any row of a proposal."""

    count: int
    untold: Annotated[int, "Die daarvan in geen totaal tellen: hun organisatie deelt alleen totalen"]
    totals: Annotated[list[TrialTotal], "De grootste samen, nu en met dit voorstel opnieuw berekend"]


class ProposalConsequences(Described):
    """What publishing a proposal would do; nothing is stored."""

    rows: list[RowConsequence]
    contracts: ContractsOfProposal
    in_the_way: Annotated[list[InTheWay], "Wat het vaststellen nu in de weg staat"]

    @classmethod
    def of(cls, effects: Sequence[RowEffect], found: Contracts, problems: Sequence[Problem]) -> Self:
        """Of these effects, contracts and problems."""
        return cls(
            rows=[RowConsequence.of(each) for each in effects],
            contracts=ContractsOfProposal(
                count=found.count, untold=found.untold, totals=[TrialTotal.of(each) for each in found.totals]
            ),
            in_the_way=[InTheWay(attr=each.attr, code=each.code, detail=each.detail) for each in problems],
        )
