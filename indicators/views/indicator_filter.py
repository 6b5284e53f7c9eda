"""The choice of one indicator on a page, as a filter in its address."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from indicators.models import CLIMATE
from indicators.selectors import BasisArrays, IndicatorInfo
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.filters import Filter, Filters

_CHOICE = Filters(indicator=Filter("indicator", "Indicator"))


def chosen_indicator(request: HttpRequest, arrays: BasisArrays) -> IndicatorInfo:
    """The indicator in the address, else climate. Raises Refused (absent) for one that the basis does not have."""
    return arrays.indicators[arrays.position(_CHOICE.asked_in(request).texts["indicator"] or CLIMATE)]


def indicator_filter(request: HttpRequest, arrays: BasisArrays, info: IndicatorInfo) -> dict[str, Any]:
    """What `parts/filters.html` needs to let somebody choose another one."""
    options = [(each.code, formats.capital(each.name)) for each in arrays.indicators]
    return _CHOICE.asked_in(request).form({"indicator": options}, shown={"indicator": info.code})
