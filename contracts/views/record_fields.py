"""Which inputs each kind of record has, what can be chosen in them, and what stands in them at first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from contracts import services
from contracts.models import Contract, ContractLine, Delivery, Repair, RepairPeriod, Retirement, UseRecord
from contracts.models.records import Record
from contracts.selectors import batch_of, passed_on
from contracts.services import shapes
from contracts.services.record_checks import energy_of, fits_goods
from indicators.models import Destination, ProductGroup
from indicators.selectors import MaterialInfo, materials_visible_to, reference_stamp, strategies
from indicators.services import EnergyInUse, counts_in_use, fits_bill
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.shapes import Object

Document = dict[str, Any]
Options = list[tuple[str, str]]
LEAST_BILL_ROWS = 10


@dataclass(frozen=True)
class Kind:
    """One kind of record: its service, its words and its inputs (rows of names; two stand beside each other)."""

    model: type[Record]
    log: Callable[..., Any]
    title: str
    lead: str
    done: str
    what: str
    rows: Sequence[Sequence[str]]

    def shape(self, *, consumed: bool) -> Object:
        """The shape of the document that the service reads."""
        if self.model is Delivery:
            return shapes.delivery_shape(consumed=consumed)
        found: Object = {
            UseRecord: shapes.USE,
            Repair: shapes.REPAIR,
            RepairPeriod: shapes.REPAIR_PERIOD,
            Retirement: shapes.RETIREMENT,
        }[self.model]
        return found


DELIVERY = Kind(
    Delivery,
    services.log_delivery,
    "Wat is er geleverd?",
    "Vul in wat er echt is geleverd. Is het anders dan beloofd? Dan rekenen wij met de levering.",
    "De levering is vastgelegd.",
    "deze levering",
    (
        ("line",),
        ("date", "count"),
        ("massKg", "circularStrategy"),
        ("receivedFrom",),
        ("location", "sourceReference"),
    ),
)
USE = Kind(
    UseRecord,
    services.log_use,
    "Wat is er gebruikt?",
    "Vul een meterstand of factuur in, van de eerste tot en met de laatste dag.",
    "Het gebruik is vastgelegd.",
    "dit gebruik",
    (
        ("line",),
        ("flow",),
        ("quantity", "unit"),
        ("periodStart", "periodEnd"),
        ("items", "meter"),
        ("sourceReference",),
    ),
)
REPAIR = Kind(
    Repair,
    services.log_repair,
    "Wat is er gerepareerd?",
    "Vul in hoeveel materiaal er nieuw in ging.",
    "De reparatie is vastgelegd.",
    "deze reparatie",
    (("line",), ("date",), ("material", "massKg"), ("sourceReference",)),
)
REPAIR_PERIOD = Kind(
    RepairPeriod,
    services.log_repair_period,
    "Liggen alle reparaties vast?",
    "Verklaar voor welke periode u alle reparaties hebt ingevuld. Anders telt wat is beloofd, als dat hoger is.",
    "De verklaring is vastgelegd.",
    "deze verklaring",
    (("line",), ("periodStart", "periodEnd"), ("sourceReference",)),
)
RETIREMENT = Kind(
    Retirement,
    services.log_retirement,
    "Wat is er afgevoerd?",
    "Vul in hoeveel stuks weg zijn en waar ze heen gingen. Verplaatsen binnen de organisatie is geen afvoer.",
    "De afvoer is vastgelegd.",
    "deze afvoer",
    (("line",), ("delivery",), ("date", "count"), ("destination", "receiver"), ("sourceReference",)),
)
_CONSUMED_DELIVERY = (("line",), ("count",), ("periodStart", "periodEnd"), ("location", "sourceReference"))


def rows_of(kind: Kind, *, consumed: bool) -> Sequence[Sequence[str]]:
    """The names of the inputs, row by row."""
    return _CONSUMED_DELIVERY if kind.model is Delivery and consumed else kind.rows


def offered(names: Sequence[Sequence[str]], choices: Mapping[str, Options]) -> Sequence[Sequence[str]]:
    """The same without a list in which there is nothing to choose and that nobody needs."""
    return [row for row in names if row != ("receivedFrom",) or choices.get("receivedFrom")]


def drawn(names: Sequence[Sequence[str]], choices: Mapping[str, Options], items: str) -> list[list[Document]]:
    """What `{% invoer %}` is given for each input."""
    return [[_field(name, choices, items) for name in row] for row in names]


def choices_of(
    kind: Kind,
    actor: Actor,
    lines: Sequence[ContractLine],
    deliveries: Iterable[Delivery],
    promised: set[str],
    *,
    group: ProductGroup,
    bill_unit: str,
) -> dict[str, Options]:
    """What can be chosen in each list; what was promised stands first. `bill_unit`: of the promised bills."""
    found: dict[str, Options] = {"line": [(str(row.public_id), str(row.bid_line)) for row in lines]}
    if kind.model is Delivery and not group.is_consumed:
        found["receivedFrom"] = _passed_on(actor, lines, group)
    if kind.model in (Delivery, Repair, UseRecord):
        found |= _from_framework(kind, actor, promised, energy=energy_of(lines), group=group, bill_unit=bill_unit)
    if kind.model is Retirement:
        found["destination"] = list(Destination.objects.order_by("rank", "code").values_list("code", "name_nl"))
        found["delivery"] = [
            (str(each.public_id), f"{formats.day(each.date)}: {formats.counted(each.count, 'stuk', 'stuks')}")
            for each in deliveries
        ]
    return found


def first_document(kind: Kind, lines: Sequence[ContractLine], promised_flows: Mapping[str, str]) -> Document:
    """What stands in an empty form: the line when there is one, the flow and its unit when one was promised."""
    document: Document = {}
    if len(lines) == 1:
        document["line"] = str(lines[0].public_id)
    if kind.model is UseRecord and len(promised_flows) == 1:
        document["flow"], document["unit"] = next(iter(promised_flows.items()))
    return document


def document_of_record(record: Any) -> Document:
    """A record as its form had it, to correct it."""
    line = record.line
    document: Document = {
        "line": str(line.public_id) if line is not None else "",
        "replaces": str(record.public_id),
        "confirmations": record.confirmations,
    }
    plain = {
        "date": "date",
        "count": "count",
        "mass_kg": "massKg",
        "location": "location",
        "period_start": "periodStart",
        "period_end": "periodEnd",
        "quantity": "quantity",
        "items": "items",
        "meter": "meter",
        "receiver": "receiver",
        "source_reference": "sourceReference",
    }
    document |= {typed: getattr(record, name) for name, typed in plain.items() if hasattr(record, name)}
    return document | _coded(record)


def with_unit_of_flow(document: Document, actor: Actor) -> Document:
    """The document with the unit of its flow where none was typed."""
    info = materials_visible_to(actor).get(str(document.get("flow") or ""))
    if info is None or str(document.get("unit") or "").strip():
        return document
    return document | {"unit": info.unit}


def bill_rows(document: Mapping[str, Any]) -> list[str]:
    """The paths of the rows of a delivered bill of materials that the form draws."""
    given = document.get("billOfMaterials")
    count = max(LEAST_BILL_ROWS, len(given) + 2 if isinstance(given, list) else 0)
    return [f"billOfMaterials.{number}" for number in range(count)]


def consumed_in(contract: Contract) -> bool:
    """Whether the contract is about units that are used up."""
    return bool(contract.award.lot.group.is_consumed)


def _field(name: str, choices: Mapping[str, Options], items: str) -> Document:
    options = choices.get(name)
    kind = "select" if options is not None else ""
    field: Document = {"name": name, "options": options, "kind": kind, "unit": None, "help": None}
    if name == "count":
        field["unit"] = items
    if name == "unit":
        field["help"] = "Leeg: de eenheid die bij het verbruik staat."
        field["optional"] = True
    return field


def _coded(record: Any) -> Document:
    if isinstance(record, Delivery):
        code = record.strategy.code if record.strategy else ""
        giver = str(record.received_from.public_id) if record.received_from else ""
        bill = [_bill_row(row) for row in record.bill or ()]
        return {"circularStrategy": code, "billOfMaterials": bill, "receivedFrom": giver}
    if isinstance(record, UseRecord):
        return {"flow": record.flow.code, "unit": record.flow.unit}
    if isinstance(record, Repair):
        return {"material": record.material.code}
    if isinstance(record, Retirement):
        # Rows that were made together are corrected as the one retirement that somebody typed.
        rows = batch_of(record)
        total = sum((each.count for each in rows), Decimal(0))
        named = record.delivery if len(rows) == 1 else None
        delivery = _as_it_stands(named) if named is not None else ""
        found: Document = {"destination": record.destination.code, "delivery": delivery, "count": total}
        return found | {
            "sourceReference": next((each.source_reference for each in rows if each.source_reference), None)
        }
    return {}


def _as_it_stands(delivery: Delivery) -> str:
    """The id of the newest record of a delivery: the one that the list of deliveries offers."""
    while (successor := getattr(delivery, "replaced_by", None)) is not None:
        delivery = successor
    return str(delivery.public_id)


def _bill_row(row: Mapping[str, Any]) -> Document:
    """A stored row as its inputs had it: numbers as numbers, so that they are written the Dutch way."""
    numbers = {"share": "share", "mass_kg": "massKg", "recycled": "recycled"}
    found: Document = {"material": row["material"], "component": row.get("component") or ""}
    found |= {typed: Decimal(row[name]) for name, typed in numbers.items() if row.get(name) is not None}
    return found | ({"added": True} if row.get("added") else {})


def _passed_on(actor: Actor, lines: Sequence[ContractLine], group: ProductGroup) -> Options:
    """What other contracts for such goods that the actor sees passed on to a receiver who is known."""
    others = Contract.objects.visible_to(actor).exclude(pk__in={row.contract_id for row in lines})
    others = others.filter(award__lot__group=group)
    return [
        (
            str(each.public_id),
            f"{formats.day(each.date)}: {formats.counted(each.count, 'stuk', 'stuks')} {each.line.bid_line}"
            f" uit contract {each.contract.reference}",
        )
        for each in passed_on(others)
    ]


def _from_framework(
    kind: Kind,
    actor: Actor,
    promised: set[str],
    *,
    energy: Sequence[EnergyInUse] | None,
    group: ProductGroup,
    bill_unit: str,
) -> dict[str, Options]:
    stamp = reference_stamp()
    known = materials_visible_to(actor, stamp).values()
    if kind.model is UseRecord:
        flows = [each for each in known if each.is_flow and (energy is None or counts_in_use(each.code, energy))]
        return {"flow": _by_name(flows, promised, with_unit=True)}
    if kind.model is Delivery:
        # All rows of one bill have one unit: that of what was promised.
        solid = [each for each in known if fits_bill(each, group) and each.unit == bill_unit]
    else:
        solid = [each for each in known if fits_goods(each, consumed=group.is_consumed)]
    allowed = [(code, row.name_nl) for code, row in strategies(stamp).items() if row.purchase_allowed]
    return {"material": _by_name(solid, promised, with_unit=False), "circularStrategy": allowed}


def _by_name(found: Iterable[MaterialInfo], first: set[str], *, with_unit: bool) -> Options:
    ordered = sorted(found, key=lambda each: (each.code not in first, each.name.lower()))
    return [(each.code, f"{each.name} ({each.unit})" if with_unit else each.name) for each in ordered]
