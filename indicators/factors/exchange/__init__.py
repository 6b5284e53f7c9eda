"""Readers of factor data: each kind of file that we know has a layout, and all end in the same check and preview.

A new one: write a module with a `LAYOUT` whose reader gives `Factors`, and put it in the list below. It appears in
the form, in REST and in the OpenAPI document by itself. Readers know no database: a row names a material by our
code when a mapping in `fixtures/` says so, and proposes a `NewMaterial` otherwise.
"""

from __future__ import annotations

from . import defra, epd, ice, nl_co2, own, rivm_food
from .factors import FACTOR, Factors, Layout, NewMaterial, NewSource, Options, factors_of_list

OWN = own.LAYOUT.code
LAYOUTS: dict[str, Layout] = {
    layout.code: layout
    for layout in (own.LAYOUT, nl_co2.LAYOUT, *defra.LAYOUTS, ice.LAYOUT, rivm_food.LAYOUT, *epd.LAYOUTS)
}

__all__ = [
    "FACTOR",
    "LAYOUTS",
    "OWN",
    "Factors",
    "Layout",
    "NewMaterial",
    "NewSource",
    "Options",
    "factors_of_list",
]
