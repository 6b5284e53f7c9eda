"""Contracts and their lines, as far as somebody may see them."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from contracts.models import Contract, ContractLine
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.problems import not_found

_WITH = (
    "organisation",
    "supplier",
    "parent",
    "group",
    "theme",
    "manager",
    "category_manager",
    "commissioner",
    "award__lot__group",
    "award__lot__tender__basis",
    "award__bid_version__bid",
)


def visible_contracts(actor: Actor) -> QuerySet[Contract]:
    """The contracts that this actor may see, with what a list shows."""
    return Contract.objects.visible_to(actor).select_related(*_WITH)


def get_contract(actor: Actor, public_id: UUID | str) -> Contract:
    """One contract. Raises Refused (absent or not visible)."""
    found: Contract | None = visible_contracts(actor).filter(public_id=public_id).first()
    if found is None:
        raise not_found()
    return found


def lines_of(contract: Contract) -> list[ContractLine]:
    """The products of a contract in order (that of the bid), with strategy, plan and demand.

    What is known as money only is no product: see `money_lines_of`.
    """
    found = (
        counting_lines(contract)
        .filter(bid_line__isnull=False)
        .select_related(
            "product",
            "bid_line__item__reference_product",
            "bid_line__item__baseline_product",
            "bid_line__strategy",
            "bid_line__plan",
            "bid_line__product_type",
        )
    )
    return list(found.order_by("pk"))


def counting_lines(contract: Contract) -> QuerySet[ContractLine]:
    """What stands in a contract now, without lines that were taken out."""
    found: QuerySet[ContractLine] = ContractLine.objects.filter(contract=contract, withdrawn_at__isnull=True)
    return found


def money_lines_of(contract: Contract) -> list[ContractLine]:
    """The lines of which only an amount per year is known."""
    return list(counting_lines(contract).filter(bid_line__isnull=True).order_by("pk"))


def get_line(contract: Contract, public_id: UUID) -> ContractLine | None:
    """One line of this contract, or None."""
    return next((line for line in lines_of(contract) if line.public_id == public_id), None)


def count_of_supplier(supplier: int) -> int:
    """How many contracts stand on this row of a supplier, of whatever organisation."""
    return Contract.objects.filter(supplier=supplier).count()
