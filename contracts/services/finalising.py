"""The contract: born at the final award, changed by its manager."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from contracts.models import Contract, ContractLine
from contracts.resources import Promise, PromisedImpact
from contracts.selectors import first_recorded, last_delivery_of, lines_of
from indicators.calculation import impact
from indicators.calculation.known import known
from mvi_dashboard.ground import access, clock, formats
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.acts import ActDeclaration, Doing, Done
from mvi_dashboard.ground.described import as_json
from mvi_dashboard.ground.problems import Problem, conflict
from mvi_dashboard.ground.shapes import camel
from tenders import services as tendering
from tenders.models import Award, BidLine, Tender, TenderTheme

from . import states, telling
from .assessing import assess_contract, assess_recorded
from .own_data import Known, check_term, document_of
from .shapes import CLOSE, CONTRACT, FINALISE
from .states import contract_act

_OF_LOT = ("title", "product_group", "theme")


@tendering.tender_act(
    ActDeclaration(
        verb="award.finalise",
        title="Gun definitief en maak het contract",
        permission=access.TENDER_DECIDE,
        reads=FINALISE,
        person="Definitief gunnen",
        version=True,
        states=tendering.TO_FINALISE,
        otherwise="Definitief gunnen kan na een beslissing.",
        status=201,
    )
)
def finalise(doing: Doing[Tender]) -> Done[Contract]:
    """The contract of a lot whose standstill is over. Raises Refused: no decision, too early, number taken."""
    award = tendering.make_final(doing, doing.data.get("lot"))
    doing.problems.refuse()
    lot, bid = award.lot, award.bid_version.bid
    _require_free(award.organisation_id, doing.data["reference"])
    if lot.contract_start is None or lot.contract_end is None:
        raise conflict("no_term", "Deze aanbesteding heeft geen looptijd.")
    contract = Contract.objects.create(
        organisation_id=award.organisation_id,
        award=award,
        supplier_id=bid.supplier_id,
        reference=doing.data["reference"],
        title=lot.title,
        group_id=lot.group_id,
        theme=TenderTheme.objects.get(tender_id=lot.tender_id, main=True).theme,
        start=lot.contract_start,
        end=lot.contract_end,
        promised_effect=_promised(award),
        created_at=doing.now,
    )
    lines = BidLine.objects.filter(bid_version=award.bid_version).order_by("number")
    ContractLine.objects.bulk_create(
        ContractLine(organisation_id=contract.organisation_id, contract=contract, bid_line=line) for line in lines
    )
    assess_contract(contract)
    telling.contract_made(contract, lot, doing.actor)
    return Done(contract, changes={"reference": contract.reference})


@contract_act(
    ActDeclaration(
        verb="contract.change",
        title="Wijzig een contract",
        permission=access.CONTRACT_EDIT,
        reads=CONTRACT.as_partial(),
        stored=document_of,
        version=True,
    )
)
def change_contract(doing: Doing[Contract]) -> Done[Contract]:
    """The contract with other data of its own; its effect follows. Raises Refused.

    What changes nothing is no change: it leaves the version and the trail as they are.
    """
    contract, data = doing.target, _said_of(doing.target, doing.data)
    known = Known.of(contract.organisation_id, [data])
    doing.problems += [*_check_change(doing.actor, contract, data), *_check_of_lot(contract, data)]
    doing.problems += known.problems(data)
    doing.problems.refuse()
    if data.get("reference", contract.reference) != contract.reference:
        _require_free(contract.organisation_id, data["reference"])
    changes = known.columns(data)
    if "parent" in data:
        changes["parent"] = _parent(doing.actor, contract, data["parent"])
    changed = {name: value for name, value in changes.items() if value != getattr(contract, name)}
    if not changed:
        return Done(contract, unchanged=True)
    states.change(contract, doing.expected_version, changes)
    assess_recorded(contract)
    if changed.get("manager") is not None:
        telling.contract_assigned([contract], doing.actor, doing.now)
    return Done(contract, changes={name: str(value) for name, value in changed.items()})


def _said_of(contract: Contract, data: Mapping[str, Any]) -> dict[str, Any]:
    """What is said of it: null says nothing of what the lot of an awarded contract fixes."""
    fixed = _OF_LOT if contract.origin == Contract.Origin.AWARD else ()
    return {name: value for name, value in data.items() if value is not None or name not in fixed}


def _check_of_lot(contract: Contract, data: Mapping[str, Any]) -> list[Problem]:
    """Title, group and theme are those of the tender; without one the group stays while there are products."""
    stands = document_of(contract)
    other = [name for name in _OF_LOT if data.get(name, stands[name]) != stands[name]]
    if contract.origin == Contract.Origin.AWARD:
        text = "Dit staat vast door de aanbesteding."
        return [Problem((camel(name),), "fixed", text) for name in other]
    if "product_group" not in other or not lines_of(contract):
        return []
    text = "Er staan producten in dit contract: haal die eerst weg."
    return [Problem(("productGroup",), "fixed", text)]


@contract_act(
    ActDeclaration(
        verb="contract.close_deliveries",
        title="Er komen geen leveringen meer",
        permission=access.CONTRACT_EDIT,
        reads=CLOSE,
    )
)
def close_deliveries(doing: Doing[Contract]) -> Done[Contract]:
    """The contract in which nothing more is expected of a line: from now on what was delivered counts.

    Another day takes the place of the first; `reopen` undoes it. Raises Refused.
    """
    contract, data = doing.target, doing.data
    line = next((row for row in lines_of(contract) if row.public_id == data.get("line")), None)
    if "line" in data and line is None:
        doing.problems.append(Problem(("line",), "does_not_exist", "Dit product staat niet in dit contract."))
    doing.problems += _check_closing(line, data, clock.local_date(doing.now))
    doing.problems.refuse()
    assert line is not None
    line.deliveries_closed_on = data["date"]
    line.save(update_fields=["deliveries_closed_on"])
    assess_recorded(contract)
    changes = {"line": str(line.public_id), "date": str(data["date"] or "")}
    return Done(contract, changes=changes, verb="contract.reopen_deliveries" if data["reopen"] else "")


def _check_closing(line: ContractLine | None, data: Mapping[str, Any], today: date) -> list[Problem]:
    """Either a day that is not before the last delivery, or open again."""
    day = data.get("date")
    if "date" not in data or "reopen" not in data:
        return []  # unreadable, which is a problem already
    if data["reopen"]:
        text = "Laat de dag leeg als de leveringen weer open gaan."
        return [] if day is None else [Problem(("date",), "mixed", text)]
    if day is None:
        return [Problem(("date",), "required", "Vul de laatste dag in.")]
    if day > today:
        return [Problem(("date",), "future", "Kies vandaag of een dag ervoor.")]
    last = last_delivery_of(line) if line is not None else None
    if last is not None and day < last:
        text = f"De laatste levering was op {formats.day(last)}: kies die dag of een dag erna."
        return [Problem(("date",), "before_delivery", text)]
    return []


def _require_free(organisation_id: int, reference: str) -> None:
    if Contract.objects.filter(organisation_id=organisation_id, reference=reference).exists():
        raise conflict("duplicate", f"Contractnummer {reference} bestaat al.", "reference")


def _check_change(actor: Actor, contract: Contract, data: Mapping[str, Any]) -> list[Problem]:
    problems: list[Problem] = []
    start, end = data.get("start", contract.start), data.get("end", contract.end)
    problems += check_term(start, end)
    first = first_recorded(contract) if start > contract.start else None
    if first is not None and first < start:
        text = f"Op {formats.day(first)} is al iets vastgelegd: kies die dag of een eerdere."
        problems.append(Problem(("start",), "after_records", text))
    parent = data.get("parent")
    if parent is not None and parent == contract.public_id:
        problems.append(Problem(("parent",), "self_reference", "Een contract kan niet onder zichzelf vallen."))
    elif parent is not None and _parent(actor, contract, parent) is None:
        problems.append(Problem(("parent",), "does_not_exist", "Dit contract bestaat niet."))
    return problems


def _parent(actor: Actor, contract: Contract, public_id: UUID | None) -> Contract | None:
    if public_id is None:
        return None
    own = Contract.objects.visible_to(actor).filter(organisation_id=contract.organisation_id)
    found: Contract | None = own.filter(public_id=public_id, parent__isnull=True).first()
    return found


def _promised(award: Award) -> dict[str, Any]:
    """A frozen copy of the award's numbers on the basis of the tender: what was compared is what is promised."""
    comparison = tendering.compare_lot(award.lot, award.basis)
    own = next(each for each in comparison.bids if each.bid.pk == award.bid_version.bid_id)
    infos, found = comparison.arrays.indicators, own.comparison
    totals = impact.totals(own.assessed.results)
    promise = Promise(
        basis=comparison.arrays.code,
        price=None if own.price is None else format(own.price, "f"),
        reference_is_baseline=comparison.reference_is_baseline,
        impacts=[
            PromisedImpact(
                indicator=info.code,
                unit=info.unit,
                lifetime_impact=known(totals.lifetime[place]),
                per_year=known(totals.per_year[place]),
                demand_impact=known(found.demand_impact[place]),
                reference=known(found.reference[place]),
                avoided=known(found.avoided[place]),
                complete=bool(found.complete[place]),
            )
            for place, info in enumerate(infos)
        ],
    )
    return as_json(promise)
