"""Which contract replaces the estimate of a row: by its reference, or by supplier and group as a person said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum

from contracts.models import Contract
from contracts.selectors import visible_contracts
from mvi_dashboard.ground.access import SPEND_EDIT, Actor
from mvi_dashboard.ground.acts import Act, ActDeclaration, Doing, Done
from mvi_dashboard.ground.idempotency import Once
from mvi_dashboard.ground.models import Organisation
from mvi_dashboard.ground.problems import conflict, forbidden, not_found
from mvi_dashboard.ground.races import unless_taken
from mvi_dashboard.ground.shapes import Object, Reason, Uuid
from reporting.models import SpendEntry, SpendRule

RULE = Object({"contract": Uuid(label="Contract", help="De leverancier en de productgroep volgen daaruit.")})
ENDING = Object({"reason": Reason(1000, label="Waarom?", help="De reden komt in het logboek.")})


def link(organisation_id: int) -> int:
    """How many rows got the contract that they are paid under. Two statements, whatever the number of rows."""
    rows = SpendEntry.objects.filter(organisation_id=organisation_id, covered_by=None)
    contracts = Contract.objects.filter(organisation_id=organisation_id)
    named = contracts.filter(reference=OuterRef("contract_reference")).values("pk")[:1]
    there = contracts.values("reference")
    by_name: int = rows.filter(contract_reference__in=there).update(covered_by=Subquery(named))
    rules = SpendRule.objects.filter(organisation_id=organisation_id, ended_at=None)
    for rule in rules:
        fitting = rows.filter(supplier=rule.supplier_id, mapping__group=rule.group_id, mapping__state="confirmed")
        by_name += fitting.update(covered_by=rule.contract_id)
    return by_name


def link_all() -> int:
    """The same everywhere that rows name a contract that was not there yet; what a timer does."""
    waiting = SpendEntry.objects.filter(covered_by=None).exclude(contract_reference="")
    waiting = waiting.filter(
        contract_reference__in=Contract.objects.filter(organisation_id=OuterRef("organisation_id")).values(
            "reference"
        )
    )
    places = list(waiting.order_by().values_list("organisation_id", flat=True).distinct())
    return sum(map(link, places))


def rules_visible_to(actor: Actor) -> QuerySet[SpendRule]:
    """What was confirmed at the organisations that this actor reads."""
    rows = SpendRule.objects.visible_to(actor).filter(ended_at=None)
    found: QuerySet[SpendRule] = rows.select_related("supplier", "group", "contract", "organisation")
    return found


def possible(actor: Actor, organisation_ids: Iterable[int]) -> list[dict[str, Any]]:
    """Contracts under which rows without one may be paid: same supplier and group; the largest amount first."""
    rows = SpendEntry.objects.filter(
        organisation_id__in=list(organisation_ids), covered_by=None, spend_import__ended_at=None,
        mapping__state="confirmed", supplier__isnull=False, mapping__group__isnull=False,
    )  # fmt: skip
    paid = rows.values("organisation_id", "supplier_id", "mapping__group_id").annotate(
        paid=Sum("amount"), rows=Count("pk")
    )
    amounts = {(row["organisation_id"], row["supplier_id"], row["mapping__group_id"]): row for row in paid}
    suppliers = {key[1] for key in amounts}
    contracts = visible_contracts(actor).filter(supplier__in=suppliers).select_related("supplier")
    found = []
    for contract in contracts:
        row = amounts.get((contract.organisation_id, contract.supplier_id, contract.group_id))
        if row is not None:
            found.append({"contract": contract, "paid": row["paid"], "rows": row["rows"]})
    return sorted(found, key=lambda each: -each["paid"])


class _Covering(Act[Contract, SpendRule]):
    """An act on a contract of an organisation whose spend one looks after."""

    def __call__(
        self, actor: Actor, *, document: Mapping[str, Any], typed: bool = False, once: Once | None = None
    ) -> SpendRule:
        """The rule. Raises Refused with every problem."""
        named = document.get("contract")
        return self.carry_out(actor, named, document=document, expected_version=None, typed=typed, once=once)

    def lock(self, actor: Actor, named: Any) -> Contract:
        """Raises Refused: absent, forbidden."""
        found = None
        if _is_uuid(named):
            rows = visible_contracts(actor)
            found = rows.filter(public_id=str(named)).first()
        if found is None:
            raise not_found()
        if not actor.may(SPEND_EDIT, found.organisation_id):
            raise forbidden()
        Organisation.objects.select_for_update().get(pk=found.organisation_id)
        contract: Contract = found
        return contract


@partial(
    _Covering,
    ActDeclaration(
        verb="spend.cover", title="Koppel uitgaven aan een contract", permission=SPEND_EDIT, reads=RULE, status=201
    ),
)
def cover(doing: Doing[Contract]) -> Done[SpendRule]:
    """What is paid to this supplier for this group is paid under this contract, also in what comes."""
    doing.problems.refuse()
    contract = doing.target
    if contract.group_id is None:
        raise conflict("no_group", "Dit contract heeft geen productgroep: kies die eerst bij het contract.")
    taken = conflict("duplicate", "Deze uitgaven horen al bij een contract: beëindig eerst die koppeling.")
    with unless_taken(taken):
        made = SpendRule.objects.create(
            organisation_id=contract.organisation_id,
            supplier_id=contract.supplier_id,
            group_id=contract.group_id,
            contract=contract,
            confirmed_by=doing.actor.key,
            confirmed_at=doing.now,
        )
    linked = link(contract.organisation_id)
    return Done(made, changes={"contract": contract.reference, "rows": linked})


class _OnARule(Act[SpendRule, SpendRule]):
    """An act on one rule."""

    def __call__(
        self,
        actor: Actor,
        *,
        rule_id: UUID | str,
        document: Mapping[str, Any],
        typed: bool = False,
        once: Once | None = None,
    ) -> SpendRule:
        """The rule. Raises Refused."""
        return self.carry_out(actor, rule_id, document=document, expected_version=None, typed=typed, once=once)

    def lock(self, actor: Actor, named: UUID | str) -> SpendRule:
        """Raises Refused: absent, forbidden."""
        seen = rules_visible_to(actor).filter(public_id=named).first()
        if seen is None:
            raise not_found()
        if not actor.may(SPEND_EDIT, seen.organisation_id):
            raise forbidden()
        Organisation.objects.select_for_update().get(pk=seen.organisation_id)
        return seen


@partial(
    _OnARule,
    ActDeclaration(
        verb="spend.uncover", title="Beëindig een koppeling van uitgaven", permission=SPEND_EDIT, reads=ENDING
    ),
)
def uncover(doing: Doing[SpendRule]) -> Done[SpendRule]:
    """The rule, which holds no more: its rows are estimated again, unless they name the contract themselves."""
    doing.problems.refuse()
    rule = doing.target
    rule.ended_at = doing.now
    rule.save(update_fields=["ended_at"])
    rows = SpendEntry.objects.filter(organisation_id=rule.organisation_id, covered_by=rule.contract_id)
    rows.filter(~Q(contract_reference=F("covered_by__reference"))).update(covered_by=None)
    return Done(rule, reason=doing.data["reason"])


def _is_uuid(text: Any) -> bool:
    try:
        UUID(str(text))
    except ValueError:
        return False
    return True
