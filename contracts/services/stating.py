"""What a contract without award is about: better data takes the place of worse, and the old stays readable.

Money is replaced by an average product of the group, and that by what the supplier says. What was recorded of a
line stays with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from contracts.models import Contract, ContractLine, ReplacedLine
from contracts.models.records import Record
from contracts.selectors import active, counting_lines
from indicators import services as framework
from indicators.lines import Line
from indicators.models import BaselineProduct
from indicators.selectors import average_products, basis_arrays, current_basis, protocol_for, protocol_of
from mvi_dashboard.ground import access
from mvi_dashboard.ground.acts import ActDeclaration, Doing, Done
from mvi_dashboard.ground.problems import Problem, conflict, refuse
from mvi_dashboard.ground.shapes import Object, lift_confirmed, nearest, quoted, read
from tenders import services as tendering

from .assessing import assess_recorded
from .recording import refused_as
from .shapes import AVERAGE_LINE, MONEY_LINE, WITHDRAWAL, bill_lines
from .states import ContractAct, contract_act

Kind = ContractLine.BasisKind
KINDS = (Kind.MONEY, Kind.AVERAGE, Kind.BILL)
"""From worse to better"""
_GOODS = ("bid_line", "product", "amount_per_year", "basis_kind")


def line_shape_of(contract: Contract, kind: str) -> Object:
    """The document of a line of this kind."""
    known = {Kind.MONEY.value: MONEY_LINE, Kind.AVERAGE.value: AVERAGE_LINE}
    return known.get(kind) or bill_lines(consumed=contract.is_consumed)


class LineAct(ContractAct[Contract]):
    """The act that says what a contract is about: its document follows from the kind of line."""

    def read(self, doing: Doing[Contract]) -> None:
        """By the kind that it says. Raises Refused: no such kind, or nothing to say of this contract."""
        kind = doing.document.get("basisKind")
        if kind not in set(KINDS):
            raise refuse("invalid_choice", "Kies uit money, average of bill.", "basisKind")
        if doing.target.origin != Contract.Origin.REGISTER:
            raise conflict("awarded", "Dit contract komt uit een aanbesteding: de producten staan vast.")
        if doing.target.group is None and kind != Kind.MONEY:
            text = "Kies eerst een productgroep bij dit contract: daaruit volgt wat u kunt invullen."
            raise conflict("no_group", text)
        doing.data, doing.problems = read(
            line_shape_of(doing.target, str(kind)), doing.document, typed=doing.typed
        )


@dataclass(frozen=True)
class _Stated:
    """What lines rest on from now on."""

    kind: str
    lines: Sequence[Line] = ()
    product: BaselineProduct | None = None
    amount: Any = None


def _line_act(declaration: ActDeclaration) -> Callable[[Any], LineAct]:
    return lambda lines: LineAct(declaration, lines)


@_line_act(
    ActDeclaration(
        verb="contract_line.state",
        title="Zeg waar een contract over gaat",
        permission=access.CONTRACT_EDIT,
        reads=MONEY_LINE,
        status=201,
    )
)
def state_lines(doing: Doing[Contract]) -> Done[Contract]:
    """The contract with these lines, or with a better one in the place of another. Raises Refused."""
    contract, data = doing.target, doing.data
    kind = str(doing.document["basisKind"])
    stated = _read_lines(doing, kind)
    old = _replaced(doing, kind)
    if doing.problems:
        raise refused_as(list(doing.problems))
    rows = _made(doing, stated)
    if old is not None:
        _keep(old, doing)
        first, *rows = rows
        ContractLine.objects.filter(pk=old.pk).update(**{name: getattr(first, name) for name in _GOODS})
    ContractLine.objects.bulk_create(rows)
    assess_recorded(contract)
    changes = {"kind": kind, "replaces": old.basis_kind if old is not None else ""}
    return Done(contract, changes=changes, reason=data["reason"] or "")


@contract_act(
    ActDeclaration(
        verb="contract_line.withdraw",
        title="Haal een regel uit een contract",
        permission=access.CONTRACT_EDIT,
        reads=WITHDRAWAL,
    )
)
def withdraw_line(doing: Doing[Contract]) -> Done[Contract]:
    """The contract without this line, which stays readable. Raises Refused: something is recorded of it."""
    contract, data = doing.target, doing.data
    asked = data.get("line")
    line = None if asked is None else counting_lines(contract).filter(public_id=asked).first()
    if asked is not None and line is None:
        doing.problems.append(Problem(("line",), "does_not_exist", "Deze regel staat niet in dit contract."))
    doing.problems.refuse()
    assert line is not None
    if contract.origin != Contract.Origin.REGISTER:
        raise conflict("awarded", "Dit contract komt uit een aanbesteding: de producten staan vast.")
    if any(active(model, contract).filter(line=line).exists() for model in Record.__subclasses__()):
        raise conflict("recorded", "Bij dit product is al iets vastgelegd: laat dat eerst vervallen.")
    ContractLine.objects.filter(pk=line.pk).update(withdrawn_at=doing.now)
    assess_recorded(contract)
    return Done(contract, changes={"line": str(line.public_id)}, reason=data["reason"])


def _read_lines(doing: Doing[Contract], kind: str) -> _Stated:
    if kind == Kind.MONEY:
        return _Stated(kind, amount=doing.data.get("amount_per_year"))
    if kind == Kind.AVERAGE:
        return _average(doing)
    return _Stated(kind, _checked(doing))


def _average(doing: Doing[Contract]) -> _Stated:
    """The average product of the group, as many times as was said."""
    data, group = doing.data, doing.target.group
    assert group is not None
    products = {each.code: each for each in average_products(group)}
    product = products.get(data.get("product") or "")
    if data.get("product") is not None and product is None:
        hint = nearest(data["product"], list(products))
        text = f"{quoted(data['product'])} is geen gemiddeld product van deze groep: {hint}"
        doing.problems.append(Problem(("product",), "invalid_choice", text))
    count = data.get("count")
    if count is not None and not group.is_consumed and count != count.to_integral_value():
        doing.problems.append(Problem(("count",), "invalid", "Vul een heel aantal stuks in."))
    if doing.problems or product is None or count is None:
        return _Stated(Kind.AVERAGE)
    line = framework.product_lines([product])[0]
    return _Stated(
        Kind.AVERAGE, [replace(line, count=count, planned_delivery=data.get("planned_delivery"))], product
    )


def _checked(doing: Doing[Contract]) -> Sequence[Line]:
    """What the supplier says, with all that is wrong with it."""
    group, lines = doing.target.group, list(doing.data.get("lines") or ())
    assert group is not None
    arrays, known = basis_arrays(current_basis()), framework.known_to(doing.actor)
    found, _notices = framework.check_lines(lines, group=group, arrays=arrays, known=known)
    doing.problems += found
    doing.problems += framework.check_energy(lines, known.materials, [None] * len(lines))
    if any(line.declared_production for line in lines):
        doing.problems += framework.check_figures(lines, group, arrays, protocol_of(protocol_for(group)))
    standing, _confirmed = lift_confirmed(doing.problems, doing.data.get("confirmations"))
    doing.problems[:] = standing
    return lines


def _replaced(doing: Doing[Contract], kind: str) -> ContractLine | None:
    """The line whose place is taken: by something better, or by the same put right with a reason."""
    public_id = doing.data.get("replaces")
    if public_id is None:
        return None
    old: ContractLine | None = counting_lines(doing.target).filter(public_id=public_id).first()
    if old is None:
        doing.problems.append(Problem(("replaces",), "does_not_exist", "Deze regel staat niet in dit contract."))
        return None
    ranks = [each.value for each in KINDS]
    if ranks.index(kind) < ranks.index(old.basis_kind):
        text = "Dit is minder precies dan wat er staat. Klopt dat niet? Haal de regel dan weg met een reden."
        doing.problems.append(Problem(("replaces",), "worse", text))
    elif kind == old.basis_kind and not doing.data.get("reason"):
        doing.problems.append(Problem(("reason",), "required", "Zeg waarom u dit verbetert."))
    return old


def _made(doing: Doing[Contract], stated: _Stated) -> list[ContractLine]:
    """The lines, of which only the products are stored."""
    contract = doing.target
    common: Mapping[str, Any] = {
        "organisation_id": contract.organisation_id,
        "contract": contract,
        "basis_kind": stated.kind,
        "product": stated.product,
        "amount_per_year": stated.amount,
    }
    if stated.kind == Kind.MONEY:
        return [ContractLine(**common)]
    assert contract.group is not None
    codes = tendering.Codes.of_known(framework.known_to(doing.actor))
    rows = tendering.product_rows(contract.organisation_id, stated.lines, contract.group, codes)
    rows.store()
    return [ContractLine(**common, bid_line=line) for line in rows.lines]


def _keep(old: ContractLine, doing: Doing[Contract]) -> None:
    """What the line rested on until now."""
    ReplacedLine.objects.create(
        organisation_id=old.organisation_id,
        line=old,
        replaced_at=doing.now,
        replaced_by=doing.actor.key,
        reason=doing.data.get("reason") or "",
        **{name: getattr(old, name) for name in _GOODS},
    )
