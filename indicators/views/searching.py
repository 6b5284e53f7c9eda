"""What can be looked for in the lists of the framework."""

from __future__ import annotations

from indicators.models import Material
from mvi_dashboard.ground.filters import Filter, Filters, Sought

_KINDS = {str(code): str(label) for code, label in Material.Kind.choices}
_SEARCH = Filter("zoek", "Zoeken", shape=Sought(100, required=False), typed=True)
SEARCH = Filters(search=_SEARCH)
MATERIALS = Filters(search=_SEARCH, kind=Filter("soort", "Soort", choices=_KINDS))
FACTORS = Filters(search=_SEARCH, version=Filter("versie", "Versie"), indicator=Filter("indicator", "Indicator"))
