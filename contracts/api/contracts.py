"""/contracts: the promise, what happened, and what it does."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request

from contracts import resources, selectors, services
from contracts.models import Contract
from contracts.selectors.asking import CONTRACTS, CONTRACTS_ORDER
from contracts.services import reading
from indicators.selectors import current_basis, get_basis
from mvi_dashboard.ground.rest.endpoint import Endpoint
from mvi_dashboard.ground.rest.operations import acting, operation
from mvi_dashboard.ground.shapes import Date, Text

TAG = ("contracten",)


class Answering(Endpoint):
    """What all of these answer with."""

    def contract(self, contract: Contract) -> HttpResponse:
        """One contract, with its ETag."""
        found = selectors.get_contract(self.actor, contract.public_id)
        place = f"/api/v1/contracts/{found.public_id}"
        return self.answer(
            _whole(found), version=found.version, location=place
        )


def _whole(found: Contract) -> resources.Contract:
    return resources.Contract.with_lines(found, selectors.lines_of(found), selectors.money_lines_of(found))


class Contracts(Answering):
    """All contracts that one may see."""

    @operation(
        "Contracten",
        query=CONTRACTS.parameters,
        paged=True,
        orders=CONTRACTS_ORDER,
        answers={200: resources.ContractRow},
        name="contracts_list",
        tags=TAG,
    )
    def get(self, request: Request) -> HttpResponse:
        """One page, latest start first."""
        visible = selectors.visible_contracts(self.actor)
        found = CONTRACTS.narrowed(visible, CONTRACTS.of_parameters(self.parameters))
        return self.page(found, row=resources.ContractRow.of)


class OneContract(Answering):
    """One contract."""

    @operation("Een contract", answers={200: resources.Contract}, name="contracts_get", tags=TAG)
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """The contract with its lines."""
        found = selectors.get_contract(self.actor, public_id)
        answer = self.answer(_whole(found), version=found.version)
        reading.note_read(self.actor, found)
        return answer

    @acting(
        services.change_contract,
        answers={200: resources.Contract},
        name="contracts_change",
        tags=TAG,
    )
    def patch(self, request: Request, public_id: UUID) -> HttpResponse:
        """The contract with other fields."""
        return self.carry_out(services.change_contract, answer=self.contract, contract_id=public_id)


class CloseDeliveries(Answering):
    """_close-deliveries."""

    @acting(
        services.close_deliveries,
        answers={200: resources.Contract},
        name="contracts_close",
        tags=TAG,
    )
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """From now on what was delivered counts."""
        return self.carry_out(services.close_deliveries, answer=self.contract, contract_id=public_id)


class Finalise(Answering):
    """/tenders/{id}/_finalise: the contract is born at the final award."""

    @acting(
        services.finalise,
        answers={201: resources.Contract},
        name="tenders_finalise",
        tags=("aanbestedingen",),
    )
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """The contract."""
        return self.carry_out(services.finalise, answer=self.contract, tender_id=public_id)


class Effects(Endpoint):
    """What a contract does."""

    @operation(
        "Het effect van een contract",
        query={"basis": Text(80, required=False), "as_of": Date(required=False)},
        answers={200: resources.Effects},
        name="contracts_effects",
        tags=TAG,
    )
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """Estimated, to date and forecast, on any basis: at the end of this month, or at any day that has come."""
        contract = selectors.get_contract(self.actor, public_id)
        code = self.parameters["basis"]
        basis = get_basis(code) if code else current_basis()
        as_of = services.as_of_day(self.parameters["as_of"], "asOf")
        answer = services.effects_answer(services.assess(contract, basis, as_of))
        reading.note_read(self.actor, contract)
        return self.answer(answer)
