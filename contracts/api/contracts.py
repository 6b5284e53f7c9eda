"""/contracts: the promise, what happened, and what it does."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request

from contracts import resources, selectors, services
from contracts.models import Contract
from contracts.selectors.asking import CONTRACTS, CONTRACTS_ORDER
from contracts.services import reading
from contracts.services.recording_many import MOST, PARTIAL
from contracts.services.registering import CONTRACTS as CONTRACTS_SENT
from contracts.services.shapes import AVERAGE_LINE, MONEY_LINE, REGISTER, bill_lines
from indicators.selectors import current_basis, get_basis
from mvi_dashboard.ground.access import CONTRACT_READ
from mvi_dashboard.ground.problems import conflict, refuse
from mvi_dashboard.ground.rest.endpoint import Endpoint
from mvi_dashboard.ground.rest.operations import OneOrMany, acting, operation
from mvi_dashboard.ground.shapes import Boolean, Date, Text

TAG = ("contracten",)
PARTIAL_QUERY = {
    "partial": Boolean(
        required=False,
        default=False,
        help="Van een lijst de goede regels vastleggen, ook als er regels fout zijn.",
    )
}


class Answering(Endpoint):
    """What all of these answer with."""

    def whole(self, found: Contract) -> resources.Contract:
        """One contract; who looks after it within the organisation is told to nobody else."""
        inside = self.actor.may(CONTRACT_READ, found.organisation_id)
        return resources.Contract.with_lines(
            found, selectors.lines_of(found), selectors.money_lines_of(found), owners=inside
        )

    def contract(self, contract: Contract) -> HttpResponse:
        """One contract, with its ETag."""
        found = selectors.get_contract(self.actor, contract.public_id)
        place = f"/api/v1/contracts/{found.public_id}"
        return self.answer(self.whole(found), version=found.version, location=place)


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

    @acting(
        services.register_contract,
        description="Eén contract dat er al was, of een lijst van hoogstens 1.000: dan komen alle erin of geen.",
        body=OneOrMany({"Contract": REGISTER}, MOST),
        query=PARTIAL_QUERY,
        answers={201: resources.Contract | resources.ManyRecords},
        name="contracts_register",
        tags=TAG,
    )
    def post(self, request: Request) -> HttpResponse:
        """A contract without award, or many."""
        partial = self.parameters["partial"]
        if self.rows is None:
            if partial:
                raise refuse("not_applicable", "Dit kan alleen bij een lijst van contracten.", "partial")
            return self.carry_out(services.register_contract, answer=self.contract)
        document = {CONTRACTS_SENT: self.rows, PARTIAL: partial}
        return self.once(
            lambda once: services.register_contracts(self.actor, once=once, document=document),
            answer=resources.ManyRecords.of,
        )

    def told_apart_by(self) -> Any:
        """Of many also whether the good ones are kept."""
        return self.body if self.rows is None else [self.http_request.GET.get(PARTIAL, ""), self.rows]


class OneContract(Answering):
    """One contract."""

    @operation("Een contract", answers={200: resources.Contract}, name="contracts_get", tags=TAG)
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """The contract with its lines."""
        found = selectors.get_contract(self.actor, public_id)
        answer = self.answer(self.whole(found), version=found.version)
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


class ContractLines(Answering):
    """What a contract without award is about."""

    @acting(
        services.state_lines,
        description="Alleen een bedrag, een gemiddeld product van de groep, of de producten van de leverancier.",
        body={
            "Alleen een bedrag": MONEY_LINE,
            "Gemiddeld product": AVERAGE_LINE,
            "Volgens leverancier, gebruiksgoed": bill_lines(consumed=False),
            "Volgens leverancier, verbruik": bill_lines(consumed=True),
        },
        answers={201: resources.Contract},
        name="contract_lines_state",
        tags=TAG,
    )
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """The contract with these lines."""
        return self.carry_out(services.state_lines, answer=self.contract, contract_id=public_id)


class WithdrawLine(Answering):
    """_withdraw-line."""

    @acting(
        services.withdraw_line,
        answers={200: resources.Contract},
        name="contract_lines_withdraw",
        tags=TAG,
    )
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """The contract without it."""
        return self.carry_out(services.withdraw_line, answer=self.contract, contract_id=public_id)


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
        if contract.group is None or not selectors.lines_of(contract):
            raise conflict("no_products", "Van dit contract is nog geen product bekend, dus ook geen effect.")
        answer = services.effects_answer(services.assess(contract, basis, as_of))
        reading.note_read(self.actor, contract)
        return self.answer(answer)
