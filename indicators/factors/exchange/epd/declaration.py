"""What an environmental product declaration says, in plain values and as the file has it; nothing is computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

MODULES = (
    *("A1", "A2", "A3", "A1-A3", "A4", "A5", "B1", "B2", "B3", "B4", "B5", "B6", "B7", "B1-B7"),
    *("C1", "C2", "C3", "C4", "C1-C4", "D"),
)
"""The modules of EN 15804 in their order; a range is a sum that the declaration gives itself."""


@dataclass(frozen=True)
class Amount:
    """The value of one module in one scenario (empty: the module has none); None = not declared, never zero."""

    module: str
    scenario: str
    value: Decimal | None


@dataclass(frozen=True)
class Result:
    """One indicator with its modules. `key` identifies it in its format, `name` is for people, `unit` as sent."""

    key: str
    name: str
    unit: str
    amounts: tuple[Amount, ...]
    unit_group: str = ""
    method: str = ""


@dataclass(frozen=True)
class Quantity:
    """A measure of the declared product: its flow property or material property, the amount, and the unit.

    `reference`: the declaration counts in this one.
    """

    name: str
    value: Decimal | None
    unit: str
    key: str = ""
    unit_group: str = ""
    reference: bool = False


@dataclass(frozen=True)
class Scenario:
    """A way in which a module can go; of each group one may be the default."""

    name: str
    group: str = ""
    default: bool = False
    description: str = ""


@dataclass(frozen=True)
class Part:
    """A part of the product as declared; shares in percent of its weight, empty when not given."""

    name: str
    kind: str
    packaging: bool | None = None
    weight: Mapping[str, str] = field(default_factory=dict)
    mass_kg: Mapping[str, str] = field(default_factory=dict)
    renewable: str = ""
    recycled: str = ""
    recyclable: str = ""


@dataclass(frozen=True)
class Declaration:
    """A declaration as it was read.

    `names` by language; `quantities` has the flow properties, `properties` what is told of the material beside it;
    `declared_amount` counts the reference property. `standards` are the rules it claims to follow, `standard` is
    `A1` or `A2` of EN 15804, empty when the file does not say. `valid_until` is the last day.
    """

    key: str
    version: str
    names: Mapping[str, str]
    owner: str
    publisher: str
    registration: str
    url: str
    licence: str
    subtype: str
    standards: tuple[str, ...]
    standard: str
    year: int | None
    published: date | None
    valid_until: date | None
    geography: str
    declared_amount: Decimal | None
    declared_text: str
    quantities: tuple[Quantity, ...]
    properties: tuple[Quantity, ...]
    scenarios: tuple[Scenario, ...]
    results: tuple[Result, ...]
    content: tuple[Part, ...] = ()

    @property
    def name(self) -> str:
        """The name in Dutch, else in English, else in whatever language there is."""
        found = self.names.get("nl") or self.names.get("en") or next(iter(self.names.values()), "")
        return found or self.registration or self.key

    @property
    def default_scenarios(self) -> frozenset[str]:
        """The scenarios that hold when nobody chooses."""
        return frozenset(scenario.name for scenario in self.scenarios if scenario.default)
