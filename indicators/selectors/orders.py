"""In which order the lists of the framework can be asked, on their pages and over REST."""

from __future__ import annotations

from mvi_dashboard.ground.ordering import Order, Orders

MATERIALS_ORDER = Orders(
    "naam",
    name=Order("naam", "Naam", "name_nl"),
    kind=Order("soort", "Soort", "kind"),
    unit=Order("eenheid", "Eenheid", "unit"),
    code=Order("code", "Code", "code"),
)
FACTORS_ORDER = Orders(
    "materiaal",
    material=Order("materiaal", "Materiaal", "material__name_nl"),
    indicator=Order("indicator", "Indicator", "indicator__position"),
    unit=Order("eenheid", "Eenheid", "unit"),
    value=Order("nieuw", "Nieuw", "value"),
    recycled=Order("gerecycled", "Gerecycled", "recycled_value", 0.0, parameter="recycledValue"),
    source=Order("bron", "Bron", "source__title"),
    year=Order("jaar", "Jaar", "year", 0),
)
PROPOSALS_ORDER = Orders(
    "-gemaakt",
    created=Order("gemaakt", "Gemaakt op", "created_at", parameter="createdAt"),
    state=Order("stand", "Stand", "state"),
)
SCHEMES_ORDER = Orders(
    "naam",
    name=Order("naam", "Indeling", "name"),
    organisation=Order("organisatie", "Organisatie", "organisation__name"),
)
GROUPS_ORDER = Orders(
    "naam",
    name=Order("naam", "Productgroep", "name_nl"),
    code=Order("code", "Code", "code"),
    cluster=Order("cluster", "Cluster", "cluster__name_nl"),
    kind=Order("soort", "Soort", "kind"),
    life=Order("levensduur", "Gewone levensduur", "lifetime_usual_min_years", 0),
    impact=Order("impact", "Grote impact", "high_impact"),
)
VERSIONS_ORDER = Orders(
    "-gemaakt", name=Order("naam", "Factorset", "factor_set__name_nl"), made=Order("gemaakt", "Versie", "id")
)
CPV_ORDER = Orders("code", key="code", code=Order("code", "Code", "code"), name=Order("naam", "Naam", "name_nl"))
