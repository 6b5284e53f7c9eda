"""A contract that was there already comes in: one, or many at once. What it does is said by its lines, later."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from contracts.models import Contract, ContractLine, SentContracts
from mvi_dashboard.ground import access
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.acts import Act, ActDeclaration, Doing, Done, Outcome
from mvi_dashboard.ground.idempotency import Once
from mvi_dashboard.ground.problems import Problem, Refused, conflict
from mvi_dashboard.ground.races import unless_taken
from mvi_dashboard.ground.shapes import ListOf, Object

from . import telling
from .own_data import Known, check_term
from .recording import refused_as
from .recording_many import MOST, PARTIAL, read_row, refuse_rows, require_rows, said_of
from .shapes import REGISTER

CONTRACTS = "contracts"
_TAKEN = "Contractnummer {} bestaat al."


class NewContracts(Act[int, Outcome]):
    """An act that makes contracts of an organisation; its target is the id of that organisation."""

    def __call__(
        self,
        actor: Actor,
        *,
        document: Mapping[str, Any],
        typed: bool = False,
        organisation: str = "",
        once: Once | None = None,
    ) -> Outcome:
        """What came of it. `organisation` (its code) is needed by who works for several. Raises Refused."""
        return self.carry_out(
            actor, organisation, document=document, expected_version=None, typed=typed, once=once
        )

    def lock(self, actor: Actor, named: str) -> int:
        """The organisation, of which nothing is locked: a number that is taken is refused by its key."""
        text = "Voor deze organisatie kunt u geen contracten invoeren."
        return access.place_named(actor, access.CONTRACT_REGISTER, named, text)


@partial(
    NewContracts[Contract],
    ActDeclaration(
        verb="contract.register",
        title="Voeg een contract toe dat er al was",
        permission=access.CONTRACT_REGISTER,
        reads=REGISTER,
        status=201,
    ),
)
def register_contract(doing: Doing[int]) -> Done[Contract]:
    """A contract without award. Raises Refused with every problem."""
    known = Known.of(doing.target, [doing.data])
    problems = [*doing.problems, *_problems(doing.data, known, known.taken)]
    if problems:
        raise refused_as(problems)
    contract = contract_of(doing.target, doing.data, known, doing.now)
    store([contract], [doing.data])
    telling.contract_assigned([contract], doing.actor, doing.now)
    return Done(contract, changes={"reference": contract.reference})


class _Many(NewContracts[SentContracts]):
    """Reads each row on its own."""

    def read(self, doing: Doing[int]) -> None:
        """How many there are. Raises Refused: none, or too many."""
        require_rows(doing.document[CONTRACTS])


@partial(
    _Many,
    ActDeclaration(
        verb="contract.register_many",
        title="Voeg contracten toe die er al waren: veel tegelijk",
        permission=access.CONTRACT_REGISTER,
        reads=Object({CONTRACTS: ListOf(REGISTER, min_items=1, max_items=MOST)}),
        status=201,
    ),
)
def register_contracts(doing: Doing[int]) -> Done[SentContracts]:
    """What came of each row: all of them or, with `partial`, the good ones. Raises Refused with every problem."""
    rows = [read_row(REGISTER, row, doing) for row in doing.document[CONTRACTS]]
    known = Known.of(doing.target, [data for data, _problems in rows])
    taken, found = set(known.taken), list[Contract | Refused]()
    for data, problems in rows:
        wrong = [*problems, *_problems(data, known, taken)]
        found.append(refused_as(wrong) if wrong else contract_of(doing.target, data, known, doing.now))
        taken.add(data.get("reference", ""))
    refuse_rows(found, partial=bool(doing.document.get(PARTIAL)))
    made = [each for each in found if isinstance(each, Contract)]
    store(made, [data for each, (data, _) in zip(found, rows, strict=True) if isinstance(each, Contract)])
    telling.contract_assigned(made, doing.actor, doing.now)
    sent = SentContracts.objects.create(
        organisation_id=doing.target,
        recorded_at=doing.now,
        recorded_by=doing.actor.key,
        rows=[said_of(number, _id(each)) for number, each in enumerate(found)],
    )
    return Done(sent, changes={"added": len(made), "refused": len(found) - len(made)})


def contract_of(organisation_id: int, data: Mapping[str, Any], known: Known, now: datetime) -> Contract:
    """The contract that this document makes, not stored yet."""
    return Contract(
        organisation_id=organisation_id,
        origin=Contract.Origin.REGISTER,
        supplier=known.supplier(data),
        created_at=now,
        **known.columns(data),
    )


def store(contracts: Sequence[Contract], documents: Sequence[Mapping[str, Any]]) -> None:
    """Keep these contracts, each with its money where that is known; two statements."""
    with unless_taken(conflict("duplicate", "Een van deze contractnummers is net ingevoerd.", "reference")):
        Contract.objects.bulk_create(contracts)
    ContractLine.objects.bulk_create(
        ContractLine(
            organisation_id=contract.organisation_id,
            contract=contract,
            basis_kind=ContractLine.BasisKind.MONEY,
            amount_per_year=data["amount_per_year"],
        )
        for contract, data in zip(contracts, documents, strict=True)
        if data.get("amount_per_year") is not None
    )


def _problems(data: Mapping[str, Any], known: Known, taken: Collection[str]) -> list[Problem]:
    found = [*known.problems(data), *check_term(data.get("start"), data.get("end"))]
    reference = data.get("reference")
    if reference is not None and reference in taken:
        found.append(Problem(("reference",), "duplicate", _TAKEN.format(reference)))
    return found


def _id(found: Contract | Refused) -> UUID | Refused:
    return found if isinstance(found, Refused) else UUID(str(found.public_id))
