"""Baseline and reference products as lines, so that they are calculated by the same road as a bid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from indicators.lines import BomRow, Line, UseRow
from indicators.models import BaselineMaterial, BaselineProduct, BaselineUse

from .energy_in_use import EnergyInUse, use_that_counts


def product_line(product: BaselineProduct, energy: EnergyInUse | None = None) -> Line:
    """One item of a baseline or reference product; exact amounts where known.

    `energy`: the energy in use of the demand beside which it stands; None = as the product itself names it.
    """
    return with_energy(product_lines([product])[0], energy)


def with_energy(line: Line, energy: EnergyInUse | None) -> Line:
    """The same with the energy in use of the demand; None = as it names it itself."""
    return line if energy is None else replace(line, use=use_that_counts(line.use, energy))


def product_lines(products: Sequence[BaselineProduct]) -> list[Line]:
    """The same for several products; two queries for any number, besides those for strategy and plan."""
    ids = [product.pk for product in products]
    bills: dict[int, list[BaselineMaterial]] = defaultdict(list)
    for row in BaselineMaterial.objects.filter(product__in=ids).select_related("material").order_by("id"):
        bills[row.product_id].append(row)
    uses: dict[int, list[BaselineUse]] = defaultdict(list)
    for flow in BaselineUse.objects.filter(product__in=ids).select_related("flow").order_by("id"):
        uses[flow.product_id].append(flow)
    return [line_of_product(product, bills[product.pk], uses[product.pk]) for product in products]


def line_of_product(
    product: BaselineProduct, materials: Sequence[BaselineMaterial], use: Sequence[BaselineUse]
) -> Line:
    """The same for a product whose bill and use were read before, in the order in which they stand there."""
    exact = all(row.amount is not None for row in materials)
    return Line(
        reference=product.code,
        name=product.name_nl,
        product_type=product.product_type.code if product.product_type else None,
        mass_kg=product.mass_kg,
        count=1,
        lifetime_years=product.lifetime_years,
        circular_strategy=product.strategy.code,
        end_of_life_plan=product.plan.code,
        bill_of_materials=[
            BomRow(
                component=row.component,
                material=row.material.code,
                recycled=row.recycled,
                **{"mass_kg": row.amount} if exact else {"share": row.share},
            )
            for row in materials
        ],
        use=[
            UseRow(flow=row.flow.code, quantity=row.quantity, unit=row.flow.unit, basis=row.basis, role=row.role)
            for row in use
        ],
    )
