"""Items that one contract passes on and another takes over: both know the other, so they share the production.

The giver bears the part of the life that was used there, the receiver the rest instead of R. Who took over may
pass on in turn: then both parts are of what was left. Source: method, section 3. The numbers follow from the
records of who gave whenever they are read.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal

from contracts.models import Contract, Delivery, Retirement
from contracts.selectors import LIVES_ON, active_records, delivery_key, newest_of, root_of, taken_over
from indicators.calculation import calendar_time, records, service
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.problems import Problem
from tenders.selectors import sent_lines
from tenders.services import counted_lifetime

from .writing import Writing

_PATH = ("receivedFrom",)


def rests_of(deliveries: Sequence[Delivery], behind: frozenset[int] = frozenset()) -> dict[int, float]:
    """What is left of the production of one item, per delivery that another contract passed on; no query when
    there are none. A retirement that was withdrawn or names no receiver any more passes nothing on.

    `behind`: the retirements for which this is asked, so that items that come back on the day on which they left
    end somewhere.
    """
    named = {each.pk: each.received_from_id for each in deliveries if each.received_from_id is not None}
    if not named:
        return {}
    found = newest_of(set(named.values()))
    rests = {pk: _rest(each, behind) for pk, each in found.items() if _passes_on(each) and each.pk not in behind}
    return {pk: rests[root] for pk, root in named.items() if root in rests}


def receivers_of(contract: Contract) -> list[Contract]:
    """The contracts that took over what this one passed on, and those that did so from them, locked in a fixed
    order."""
    ids: set[int] = set()
    givers = {contract.pk}
    while givers:
        took = Delivery.objects.filter(received_from__contract__in=givers).values_list("contract_id", flat=True)
        givers = set(took) - ids - {contract.pk}
        ids |= givers
    locked = Contract.objects.select_for_update(of=("self",)).select_related(
        "group", "award__lot__group", "award__lot__tender"
    )
    return list(locked.filter(pk__in=ids).order_by("pk"))


def given(writing: Writing) -> Retirement | None:
    """The retirement that a delivery names, as somebody may see it."""
    public_id = writing.data.get("received_from")
    if public_id is None:
        return None
    seen = Contract.objects.visible_to(writing.actor)
    return Retirement.objects.filter(public_id=public_id, contract__in=seen).select_related("contract").first()


def check_received(writing: Writing) -> list[Problem]:
    """Who takes over names a retirement of another contract that passed on at least so many items before."""
    if writing.data.get("received_from") is None:
        return []
    named = given(writing)
    newest = newest_of({named.pk}).get(named.pk) if named is not None else None
    if named is None or newest is None or newest.contract_id == writing.contract.pk:
        return [Problem(_PATH, "does_not_exist", "Deze afvoer van een ander contract kennen wij niet.")]
    if not _passes_on(newest):
        text = "Deze afvoer noemt geen ontvanger bij wie de stuks verder worden gebruikt."
        return [Problem(_PATH, "invalid_choice", text)]
    return _check_same_goods(writing, newest) or _check_amount(writing, newest)


def check_passed_on(writing: Writing) -> list[Problem]:
    """What another contract took over stays passed on: as many items, before they came in there."""
    old = writing.replaced
    if old is None:
        return []
    taken = taken_over(_chain(old))
    if not taken:
        return []
    data, count = writing.data, sum((each.count for each in taken), Decimal(0))
    lives = data.get("destination") in LIVES_ON and bool(data.get("receiver")) and not data.get("void")
    day, given_count = data.get("date"), data.get("count")
    early = day is not None and day <= min(each.date for each in taken)
    if lives and early and given_count is not None and given_count >= count:
        return []
    many = formats.counted(count, "stuk", "stuks")
    text = f"Een ander contract nam hiervan {many} over: corrigeer eerst die levering."
    return [Problem(("replaces",), "exceeds_delivered", text)]


def _check_same_goods(writing: Writing, newest: Retirement) -> list[Problem]:
    group, own = newest.contract.group, writing.contract.group
    if group == own or group is None or own is None:
        return []
    text = f"Deze afvoer gaat over andere spullen: {group.name_nl}. Dit contract gaat over {own.name_nl}."
    return [Problem(_PATH, "invalid_choice", text)]


def _check_amount(writing: Writing, newest: Retirement) -> list[Problem]:
    problems, day, count = [], writing.data.get("date"), writing.data.get("count")
    if day is not None and day < newest.date:
        text = f"Deze stuks zijn pas op {formats.day(newest.date)} doorgegeven."
        problems.append(Problem(("date",), "before_delivery", text))
    own = writing.replaced.pk if writing.replaced is not None else None
    chain = _chain(newest)
    sent_along = [each for each in writing.book.added if each.received_from_id in chain and not each.void]
    others = [each for each in taken_over(chain) if each.pk != own] + sent_along
    left = newest.count - sum((each.count for each in others), Decimal(0))
    if count is not None and count > left:
        text = f"Van deze afvoer kunt u nog {formats.counted(max(left, Decimal(0)), 'stuk', 'stuks')} overnemen."
        problems.append(Problem(("count",), "exceeds_delivered", text))
    return problems


def _chain(record: Retirement) -> Collection[int]:
    """The ids of every record of this retirement, from the first to the newest."""
    chain = dict(Retirement.objects.filter(contract_id=record.contract_id).values_list("pk", "replaces_id"))
    root = root_of(record.pk, chain)
    return [pk for pk in chain if root_of(pk, chain) == root]


def _passes_on(record: Retirement) -> bool:
    return not record.void and record.destination.code in LIVES_ON and bool(record.receiver)


def _rest(record: Retirement, behind: frozenset[int]) -> float:
    """The mean over these items of what the giver had of their production, times 1 - the part of the promised life
    that was used there."""
    found = active_records(record.contract)
    line = record.line
    deliveries = [
        records.Delivery(str(found.roots[each.pk]), each.date, float(each.count))
        for each in found.deliveries
        if each.line_id == line.pk
    ]
    days = {each.key: each.day for each in deliveries}
    gone = {
        each.pk: records.Retirement(
            each.date,
            float(each.count),
            # A mark of its own: which pieces are of this retirement.
            float(each.pk == record.pk),
            delivery_key(each, found),
        )
        for each in found.retirements
        if each.line_id == line.pk
    }
    pieces = service.allocate_retirements(deliveries, list(gone.values()))
    promised = sent_lines([line.offered])[line.offered.pk]
    years = counted_lifetime(promised, record.contract.terms)
    own = [(key, each.count, _used(days, key, each.day, years)) for key, each in pieces if each.end_of_life_factor]
    keys = {key for key, _count, _part in own}
    came = {each.pk: str(found.roots[each.pk]) for each in found.deliveries}
    rests = rests_of([each for each in found.deliveries if came[each.pk] in keys], behind | {record.pk})
    had = {came[pk]: rest for pk, rest in rests.items()}
    left = sum(count * had.get(key, 1.0) * (1 - used) for key, count, used in own)
    return left / sum(count for _key, count, _part in own)


def _used(days: Mapping[str, date], key: str, gone: date, years: float) -> float:
    return min(1.0, (calendar_time.moment(gone) - calendar_time.moment(days[key])) / years)
