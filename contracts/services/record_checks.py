"""Whether a record can be right: every problem at once, with what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from contracts.models import Contract, ContractLine, Delivery, Retirement
from contracts.selectors import lines_that_use, promised_flows
from indicators.calculation import calendar_time, service
from indicators.models import Material
from indicators.selectors import MaterialInfo, basis_arrays, current_basis, strategies
from indicators.services import OTHER_ENERGY, check_amount, counts_in_use, flow_that_counts, unit_of_bill
from indicators.services.bill_checks import check_bill
from indicators.services.suggestions import choosing, suggest, unknown_material
from mvi_dashboard.ground import clock, formats
from mvi_dashboard.ground.problems import Problem
from mvi_dashboard.ground.shapes import nearest, quoted

from .core_lines import core_contract
from .receiving import check_passed_on, check_received
from .stock import stock_of

if TYPE_CHECKING:
    from .recording import Writing

_MOST_TIMES = Decimal(5)
CONFLICTS = frozenset({"duplicate", "exceeds_delivered", "after_retirement"})


def check_delivery(writing: Writing) -> list[Problem]:
    """A delivery lies in the contract and in the past, and is not more than was promised unless confirmed."""
    data, problems = writing.data, []
    problems += in_past(writing, "date") + _after_start(writing, "date") + _after_start(writing, "period_start")
    problems += _period(writing)
    code = data.get("circular_strategy")
    if code is not None and writing.consumed:
        text = "Wat wordt verbruikt, heeft geen circulaire strategie: laat dit leeg."
        problems.append(Problem(("circularStrategy",), "not_applicable", text))
    elif code is not None and (code not in strategies() or not strategies()[code].purchase_allowed):
        allowed = [each for each, row in strategies().items() if row.purchase_allowed]
        text = f"{quoted(code)} kan hier niet: {nearest(code, allowed)}"
        problems.append(Problem(("circularStrategy",), "invalid_choice", text))
    if data.get("bill_of_materials"):
        problems += _check_bill(writing)
    if writing.line is not None and data.get("count") is not None:
        problems += _check_more(writing)
    problems += _check_retired(writing) + _check_delivered_mass(writing) + check_received(writing)
    if writing.consumed:
        problems += in_past(writing, "period_end") + _check_per_unit(writing)
        problems += _no_overlap_of_deliveries(writing)
    return problems


def delivered_mass(data: Mapping[str, Any]) -> Decimal | None:
    """The mass of one item or unit as delivered: as it was said, or the sum of a bill in kg."""
    rows = data.get("bill_of_materials") or ()
    said: Decimal | None = data.get("mass_kg")
    if said is not None or not rows or any(row.get("mass_kg") is None for row in rows):
        return said
    return sum((row["mass_kg"] for row in rows), Decimal(0))


def check_use(writing: Writing) -> list[Problem]:
    """A use record names a flow in its own unit and a past period in which something was in use."""
    data = writing.data
    problems = _check_flow(writing) + _period(writing) + in_past(writing, "period_end")
    problems += _after_start(writing, "period_start")
    if data.get("flow") is not None and not problems:
        problems += _no_overlap_of_use(writing)
    if not problems:
        problems += _something_in_use(writing)
        problems += _check_promised(writing)
    return problems


def check_repair(writing: Writing) -> list[Problem]:
    """A repair names a material that fits the goods, in kg, and a past day after the first delivery."""
    code = writing.data.get("material")
    found = writing.materials.get(code or "")
    problems = in_past(writing, "date") + (_after_start(writing, "date") or _after_delivery(writing, "date"))
    if code is not None and (found is None or not fits_goods(found, consumed=writing.consumed)):
        solids = {each for each, info in writing.materials.items() if fits_goods(info, consumed=writing.consumed)}
        choices = suggest(code, writing.materials, among=solids)
        problems.append(choosing(unknown_material(("material",), code), choices))
    return problems + _check_repaired_mass(writing)


def fits_goods(info: MaterialInfo, *, consumed: bool) -> bool:
    """Whether goods can be made of or mended with this: something solid, and food only where it is used up."""
    return info.unit == "kg" and not info.is_flow and (consumed or info.kind != Material.Kind.FOOD)


def _check_delivered_mass(writing: Writing) -> list[Problem]:
    """A mass far from what was promised (or from what is usual in the group) is confirmed with a reason."""
    line, mass = writing.line, delivered_mass(writing.data)
    if line is None or mass is None:
        return []
    promised, group = line.bid_line.mass_kg, writing.contract.award.lot.group
    if promised:
        odd = not 1 / _MOST_TIMES <= mass / promised <= _MOST_TIMES
        said = f"Er is {_n(promised)} kg per stuk beloofd"
    else:
        low, high = group.mass_min_kg or 0, group.mass_max_kg
        odd = high is not None and not low <= float(mass) <= high
        said = f"Gewoon is {_n(low)} tot en met {_n(high or 0)} kg per stuk"
    if not odd:
        return []
    text = f"{said}. Klopt {_n(mass)} kg? Bevestig het met een reden."
    return [Problem(("massKg",), "implausible", text, confirmable=True)]


def _check_repaired_mass(writing: Writing) -> list[Problem]:
    """More material than everything that was delivered weighs is possible, and is confirmed with a reason."""
    line, mass = writing.line, writing.data.get("mass_kg")
    if line is None or mass is None:
        return []
    promised = line.bid_line.mass_kg
    own = [each for each in writing.found.deliveries if each.line_id == line.pk]
    masses = [each.mass_kg if each.mass_kg is not None else promised for each in own]
    if not own or any(each is None for each in masses):
        return []
    whole = sum((each.count * kg for each, kg in zip(own, masses, strict=True)), Decimal(0))
    if mass <= whole:
        return []
    text = f"Alles wat is geleverd weegt samen {_n(whole)} kg. Klopt {_n(mass)} kg? Bevestig het met een reden."
    return [Problem(("massKg",), "implausible", text, confirmable=True)]


def check_repair_period(writing: Writing) -> list[Problem]:
    """A declared period lies in the past and does not overlap another."""
    problems = _period(writing) + in_past(writing, "period_end") + _after_start(writing, "period_start")
    if problems or writing.line is None:
        return problems
    rows = [each for each in writing.found.repair_periods if each.line_id == writing.line.pk]
    return _overlapping(writing, rows)


def check_void(writing: Writing, model: type[Any]) -> list[Problem]:
    """A delivery of which items were retired cannot be withdrawn."""
    if model is Retirement:
        return check_passed_on(writing)
    if model is not Delivery or stock_of(writing.found, writing.replaced.line, changed=writing.replaced).holds():
        return []
    text = "Van deze levering is al afgevoerd: corrigeer eerst die afvoer."
    return [Problem(("replaces",), "exceeds_delivered", text)]


def plain_bill(rows: Sequence[Mapping[str, Any]] | None) -> list[dict[str, Any]] | None:
    """A delivered bill of materials as it is kept: Decimals as text, so that nothing is rounded."""
    if not rows:
        return None
    return [
        {key: format(value, "f") if isinstance(value, Decimal) else value for key, value in row.items()}
        for row in rows
    ]


def _check_bill(writing: Writing) -> list[Problem]:
    line = {"bill_of_materials": writing.data["bill_of_materials"], "mass_kg": delivered_mass(writing.data)}
    if line["mass_kg"] is None and writing.line is not None:
        line["mass_kg"] = writing.line.bid_line.mass_kg
    problems, _notices = check_bill(line, (), writing.contract.award.lot.group, writing.materials)
    return problems


def _check_per_unit(writing: Writing) -> list[Problem]:
    """What one unit was made of, as for a bid: 1 in its own unit, plausible in any other."""
    mass, line, group = writing.data.get("mass_kg"), writing.line, writing.contract.award.lot.group
    if mass is None or line is None:
        return []
    delivered = writing.data.get("bill_of_materials")
    promised = line.bid_line.materials.values_list("material__code", flat=True)
    rows = delivered or [{"material": code} for code in promised]
    return check_amount(mass, unit_of_bill(group, rows, writing.materials), group, ("massKg",))


def _check_more(writing: Writing) -> list[Problem]:
    """More than was contracted is possible, and is confirmed with a reason."""
    line = writing.line
    assert line is not None
    promised = line.bid_line.count
    if writing.consumed:
        promised = units_in_term(writing.contract, promised)
    before = writing.replaced.count if writing.replaced is not None else Decimal(0)
    total = line.delivered_count - before + Decimal(writing.data["count"])
    if total <= promised:
        return []
    text = f"Hiermee is {_n(total)} geleverd en {_n(promised)} afgesproken. Klopt dat? Bevestig het met een reden."
    return [Problem(("count",), "above_contracted", text, confirmable=True)]


def units_in_term(contract: Contract, per_year: Decimal) -> Decimal:
    """Units of a consumed group in the contract's time as it is now, by the promise per year."""
    first, last = calendar_time.span(contract.start, contract.end)
    return (per_year * Decimal(repr(last - first))).quantize(Decimal("0.000001"))


def _check_retired(writing: Writing) -> list[Problem]:
    """A corrected delivery still holds what was retired from it, and came before that."""
    old, count, day = writing.replaced, writing.data.get("count"), writing.data.get("date")
    if old is None or count is None or day is None or writing.line is None or old.line_id != writing.line.pk:
        return []

    def holds(day: date, count: Decimal) -> bool:
        return stock_of(writing.found, old.line, changed=old, day=day, count=count).holds()

    count = Decimal(count)
    if holds(day, count):
        return []
    problems = []
    if not holds(old.date, count) or holds(day, old.count):
        text = "Van deze levering is al meer afgevoerd: minder kan niet. Corrigeer eerst die afvoer."
        problems.append(Problem(("count",), "exceeds_delivered", text))
    if not holds(day, old.count):
        text = "Van deze levering is voor die dag al afgevoerd: corrigeer eerst die afvoer."
        problems.append(Problem(("date",), "after_retirement", text))
    return problems


def _check_flow(writing: Writing) -> list[Problem]:
    code = writing.data.get("flow")
    if code is None:
        return []
    found = writing.materials.get(code)
    if found is None or not found.is_flow:
        flows = [each for each, info in writing.materials.items() if info.is_flow]
        return [Problem(("flow",), "unknown_flow", f"{quoted(code)} kennen wij niet: {nearest(code, flows)}")]
    if writing.data.get("unit") is not None and writing.data["unit"] != found.unit:
        text = f"{formats.capital(found.name)} vult u in als {found.unit}: reken eerst om."
        return [Problem(("unit",), "unit_mismatch", text)]
    return _check_energy(writing, code)


def _check_energy(writing: Writing, flow: str) -> list[Problem]:
    """Energy in use is the one of the tender, in what happens as in what was promised."""
    chosen = energy_of([writing.line] if writing.line is not None else writing.lines)
    wanted = "" if chosen is None or counts_in_use(flow, chosen) else flow_that_counts(flow, chosen[0])
    if wanted not in writing.materials:
        return []
    name = writing.materials[wanted].name
    text = f"Dit contract rekent met '{name}', zoals in de aanbesteding staat. Vul de hoeveelheid daar bij in."
    return [Problem(("flow",), OTHER_ENERGY, text, choices=(wanted,))]


def energy_of(lines: Sequence[ContractLine]) -> list[Any] | None:
    """The energy in use of the demand behind each line; None when the tender was from before it was asked."""
    found = [line.bid_line.item.use_energy for line in lines]
    return None if None in found else found


def _check_promised(writing: Writing) -> list[Problem]:
    """A flow that nobody promised is possible, and is confirmed with a reason."""
    code = writing.data.get("flow")
    if code is None or code in promised_flows(writing.contract):
        return []
    name = formats.capital(writing.materials[code].name)
    text = f"{name} was niet beloofd. Klopt dat? Bevestig het met een reden."
    return [Problem(("flow",), "implausible", text, confirmable=True)]


def _period(writing: Writing) -> list[Problem]:
    first, last = writing.data.get("period_start"), writing.data.get("period_end")
    if first and last and last < first:
        return [Problem(("periodEnd",), "before_start", "De laatste dag moet na de eerste dag liggen.")]
    return []


def in_past(writing: Writing, name: str) -> list[Problem]:
    """A problem when this day still has to come."""
    day = writing.data.get(name)
    if day is None or day <= clock.local_date(writing.now):
        return []
    text = "Dit ligt in de toekomst: gemeten kan het dan nog niet zijn."
    return [Problem((_json(name),), "future", text)]


def _after_start(writing: Writing, name: str) -> list[Problem]:
    day = writing.data.get(name)
    if day is None or day >= writing.contract.start:
        return []
    text = f"Dit ligt voor de start van het contract ({formats.day(writing.contract.start)})."
    return [Problem((_json(name),), "before_contract", text)]


def _after_delivery(writing: Writing, name: str) -> list[Problem]:
    day, line = writing.data.get(name), writing.line
    if day is None or line is None:
        return []
    first = _first_delivery(writing, line.pk)
    if first is not None and day >= first:
        return []
    said = f" (eerste levering {formats.day(first)})" if first else ""
    return [Problem((_json(name),), "before_delivery", f"Dit ligt voor de levering{said}.")]


def _first_delivery(writing: Writing, line_id: int | None) -> date | None:
    days = [each.date for each in writing.found.deliveries if line_id is None or each.line_id == line_id]
    return min(days, default=None)


def _no_overlap_of_use(writing: Writing) -> list[Problem]:
    """Nothing counts twice: not of one line, and not of a line and of the whole contract that it has part in."""
    data = writing.data
    line_id = writing.line.pk if writing.line is not None else None
    rows = [
        each
        for each in writing.found.use_records
        if each.flow.code == data["flow"] and each.meter == (data.get("meter") or "")
    ]
    same = _overlapping(writing, [each for each in rows if each.line_id == line_id])
    if same:
        return same
    others = [each for each in rows if None in (each.line_id, line_id) and each.line_id != line_id]
    sharing = lines_that_use(writing.contract, data["flow"]) if others else set()
    others = [each for each in others if not sharing or {each.line_id, line_id} & sharing]
    return _overlapping(
        writing, others, " voor een van de producten" if line_id is None else " voor het hele contract"
    )


def _no_overlap_of_deliveries(writing: Writing) -> list[Problem]:
    if writing.line is None:
        return []
    rows = [each for each in writing.found.deliveries if each.line_id == writing.line.pk]
    return _overlapping(writing, rows)


def _overlapping(writing: Writing, rows: Sequence[Any], of: str = "") -> list[Problem]:
    """A problem when a period overlaps one of these records, which are said to be `of` something else."""
    first, last = writing.data.get("period_start"), writing.data.get("period_end")
    if first is None or last is None:
        return []
    replaced = writing.replaced.pk if writing.replaced is not None else None
    for each in rows:
        if each.pk != replaced and each.period_start <= last and first <= each.period_end:
            said = f"{formats.day(each.period_start)} tot en met {formats.day(each.period_end)}"
            text = f"Voor deze periode staat er al iets{of} ({said}): corrigeer die regel."
            return [Problem(("periodStart",), "duplicate", text)]
    return []


def _something_in_use(writing: Writing) -> list[Problem]:
    """A quantity over 0 item-years says nothing: it is refused (method, section 5)."""
    first, last = writing.data.get("period_start"), writing.data.get("period_end")
    if first is None or last is None:
        return []
    arrays = basis_arrays(current_basis())
    core = core_contract(writing.contract, arrays, found=writing.found)
    lines = [
        line
        for row, line in zip(core.rows, core.lines, strict=True)
        if writing.line is None or row.pk == writing.line.pk
    ]
    period = calendar_time.span(first, last)
    today = clock.local_date(writing.now)
    if any(service.standing(line, today).elapsed.within(period) > 0 for line in lines):
        return _check_items(writing)
    earliest = _first_delivery(writing, writing.line.pk if writing.line else None)
    said = f" (eerste levering {formats.day(earliest)})" if earliest else ": leg eerst de levering vast"
    return [Problem(("periodStart",), "no_item_years", f"In deze periode was nog niets in gebruik{said}.")]


def _check_items(writing: Writing) -> list[Problem]:
    items = writing.data.get("items")
    rows = [writing.line] if writing.line is not None else writing.lines
    delivered = sum((row.delivered_count for row in rows), Decimal(0))
    if items is None or writing.consumed or items <= delivered:
        return []
    text = f"Geleverd: {formats.counted(delivered, 'stuk', 'stuks')}. Meer dan dat kunt u niet meten."
    return [Problem(("items",), "range", text)]


def _json(name: str) -> str:
    return {"period_start": "periodStart", "period_end": "periodEnd"}.get(name, name)


def _n(number: Decimal | float) -> str:
    return formats.number(float(number))
