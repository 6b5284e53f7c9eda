"""The lists of the framework by their columns: for the table of the page, the CSV and the workbook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from indicators.models import Cpv, Factor, Material, ProductGroup, ProductType
from indicators.selectors import Prefixes
from indicators.selectors.orders import CPV_ORDER, FACTORS_ORDER, GROUPS_ORDER, MATERIALS_ORDER, VERSIONS_ORDER
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.listing import COUNT, MOMENT, NUMBER, Cell, Column, Listing

QUALITIES = {
    "good": "goed",
    "fair": "redelijk",
    "poor": "matig",
    "definition": "volgt uit de definitie",
    "average": "gemiddelde",
}


def synonyms(row: Material) -> list[str]:
    """What else a material is called in Dutch."""
    return sorted({name.name for name in row.names.all() if name.language == "nl"})


def declaration_url(row: Factor) -> str:
    """The page with the modules behind this factor; empty when it comes from another kind of source."""
    if not hasattr(row.source, "declaration"):
        return ""
    return reverse("indicators:declaration", args=[row.source.code])


MATERIALS_LIST = Listing(
    "materialen",
    "Materialen, verbruik en voedsel",
    MATERIALS_ORDER,
    Column(
        "Naam",
        lambda row: row.name_nl,
        order="name",
        shown=lambda row: Cell(row.name_nl, url=reverse("indicators:material", args=[row.code])),
    ),
    Column("Soort", lambda row: row.get_kind_display(), order="kind"),
    Column("Eenheid", lambda row: row.unit, order="unit"),
    Column("Andere namen", lambda row: ", ".join(synonyms(row))),
    Column("Code", lambda row: row.code, order="code", shown=lambda row: Cell(row.code, code=True)),
)


@dataclass(frozen=True)
class FactorRow:
    """A factor, and where this person may change it."""

    factor: Factor
    edit_url: str = ""


def _source(row: FactorRow) -> Cell:
    factor = row.factor
    below: list[str | Cell] = [each for each in (factor.source_ref, factor.derivation) if each]
    if modules := declaration_url(factor):
        below.insert(0, Cell("Alle modules", url=modules))
    if row.edit_url:
        named = f"{factor.indicator.name_nl} van {factor.material.name_nl}"
        below.append(Cell("Wijzig", url=row.edit_url, hidden=named))
    return Cell(factor.source.title, url=factor.source_url or factor.source.url, below=below)


def _bounds(low: float | None, high: float | None) -> Cell:
    return Cell() if low is None else Cell(below=(f"{formats.number(low)} tot {formats.number(high)}",))


def _of_factor(name: str, none: str = formats.UNKNOWN) -> dict[str, Any]:
    return {"value": lambda row: getattr(row.factor, name), "none": none}


FACTORS_LIST = Listing(
    "factoren",
    "Factoren met hun bron",
    FACTORS_ORDER,
    Column(
        "Materiaal",
        lambda row: row.factor.material.name_nl,
        order="material",
        shown=lambda row: Cell(
            row.factor.material.name_nl, url=reverse("indicators:material", args=[row.factor.material.code])
        ),
    ),
    Column("Indicator", lambda row: row.factor.indicator.name_nl, order="indicator", term="indicator"),
    Column("Module", lambda row: row.factor.get_module_display(), on_page=False),
    Column("Eenheid", **_of_factor("unit"), order="unit"),
    Column(
        "Nieuw",
        **_of_factor("value"),
        kind=NUMBER,
        order="value",
        shown=lambda row: _bounds(row.factor.low, row.factor.high),
    ),
    Column("Nieuw, laagste", **_of_factor("low"), kind=NUMBER, on_page=False),
    Column("Nieuw, hoogste", **_of_factor("high"), kind=NUMBER, on_page=False),
    Column(
        "Gerecycled",
        **_of_factor("recycled_value"),
        kind=NUMBER,
        order="recycled",
        term="gerecycled-deel",
        shown=lambda row: _bounds(row.factor.recycled_low, row.factor.recycled_high),
    ),
    Column("Bron", lambda row: row.factor.source.title, order="source", shown=_source),
    Column("Plaats in de bron", **_of_factor("source_ref"), on_page=False),
    Column("Jaar", **_of_factor("year"), order="year"),
    Column("Regio", lambda row: row.factor.region or None),
    Column(
        "Kwaliteit", lambda row: QUALITIES.get(row.factor.quality, row.factor.quality) or None, term="pedigree"
    ),
    Column("Licentie", lambda row: row.factor.source.licence or None),
)


@dataclass(frozen=True)
class CpvRow:
    """A code with the group and the type that claim it."""

    code: Cpv
    group: ProductGroup | None
    type: ProductType | None
    prefix: str = ""

    @classmethod
    def of(cls, code: Cpv, prefixes: Prefixes) -> CpvRow:
        """The code among the prefixes that groups claim."""
        prefix, group = prefixes.match(code.code) or ("", None)
        return cls(code, group, prefixes.type_of(code.code), prefix)


def _claimed(row: CpvRow) -> Cell:
    if row.group is None:
        return Cell("geen")
    below = []
    if row.type is not None:
        place = reverse("indicators:group", args=[row.type.group.code])
        below.append(Cell(row.type.name_nl, url=f"{place}#soort-{row.type.code}"))
    return Cell(row.group.name_nl, url=reverse("indicators:group", args=[row.group.code]), below=below)


GROUPS_LIST = Listing(
    "productgroepen",
    "Productgroepen",
    GROUPS_ORDER,
    Column(
        "Productgroep",
        lambda row: row.name_nl,
        order="name",
        shown=lambda row: Cell(row.name_nl, url=reverse("indicators:group", args=[row.code])),
    ),
    Column("Code", lambda row: row.code, order="code"),
    Column("Cluster", lambda row: row.cluster.name_nl, order="cluster"),
    Column("Soort", lambda row: row.get_kind_display(), order="kind"),
    Column("Wij tellen per", lambda row: row.functional_unit_nl or "stuk"),
    Column("Gewone levensduur, minst", lambda row: row.lifetime_usual_min_years, NUMBER, "jaar", order="life"),
    Column("Gewone levensduur, meest", lambda row: row.lifetime_usual_max_years, NUMBER, "jaar"),
    Column("Grote impact", lambda row: "ja" if row.high_impact else "nee", order="impact"),
)
VERSIONS_LIST = Listing(
    "factorsets",
    "Factorsets en hun versies",
    VERSIONS_ORDER,
    Column("Factorset", lambda row: row.factor_set.name_nl, order="name"),
    Column("Versie", lambda row: row.version, order="made"),
    Column("Stand", lambda row: row.get_state_display()),
    Column("Factoren", lambda row: row.factor_count, COUNT),
    Column("Vastgesteld op", lambda row: row.published_at, MOMENT),
)
CPV_LIST = Listing(
    "cpv-codes",
    "CPV-codes",
    CPV_ORDER,
    Column("Code", lambda row: row.code.code, order="code", shown=lambda row: Cell(row.code.code, code=True)),
    Column("Omschrijving", lambda row: row.code.name_nl, order="name"),
    Column("Productgroep en soort", lambda row: row.group and row.group.name_nl, shown=_claimed, in_file=False),
    Column("Productgroep", lambda row: row.group and row.group.name_nl, on_page=False),
    Column("Soort product", lambda row: row.type and row.type.name_nl, on_page=False),
    Column("Door het begin", lambda row: row.prefix, shown=lambda row: Cell(row.prefix, code=bool(row.prefix))),
)
