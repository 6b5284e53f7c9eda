"""The trail is one unbroken chain per organisation, and keeps silent about what is sealed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection, connections, transaction

from mvi_dashboard.ground import audit, triggers, vault
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import AuditEntry, ChainHead, Organisation, Role, Supplier

pytestmark = pytest.mark.django_db


def note(organisation: Organisation | None, obj: Organisation | Supplier, **more: object) -> AuditEntry:
    with transaction.atomic():
        return audit.record(audit.SYSTEM, "thing.do", obj, organisation=organisation, **more)


def test_each_organisation_has_a_chain_of_its_own(
    organisation: Organisation, other_organisation: Organisation, supplier: Supplier
) -> None:
    second = note(organisation, organisation, changes={"count": Decimal("1.50"), "names": ["a", None, True]})
    first = AuditEntry.objects.get(organisation=organisation, seq=1)
    assert (second.seq, second.previous_hash) == (2, first.hash)
    assert AuditEntry.objects.filter(organisation=other_organisation).count() == 1
    assert ChainHead.objects.filter(organisation__isnull=True).count() == 1
    assert audit.check_chains() == []


@pytest.mark.parametrize(
    "change", ["UPDATE ground_auditentry SET reason = 'anders'", "DELETE FROM ground_auditentry"]
)
def test_a_changed_or_absent_entry_breaks_the_chain(organisation: Organisation, change: str) -> None:
    for _ in range(3):
        note(organisation, organisation)
    triggers.remove()
    with connection.cursor() as cursor:
        cursor.execute(f"{change} WHERE organisation_id = %s AND seq = 2", [organisation.pk])
    triggers.install()
    assert any("2" in line or "3" in line for line in audit.check_chain(organisation.pk))


def test_cutting_off_the_end_of_the_chain_is_noticed(organisation: Organisation) -> None:
    last = note(organisation, organisation)
    triggers.remove()
    AuditEntry.objects.filter(pk=last.pk).delete()
    triggers.install()
    assert audit.check_chain(organisation.pk) != []


@pytest.mark.django_db(transaction=True)
def test_an_entry_outside_a_transaction_is_refused(organisation: Organisation) -> None:
    with pytest.raises(RuntimeError, match="one transaction"):
        audit.record(audit.SYSTEM, "thing.do", organisation, organisation=organisation)


def test_an_entry_costs_three_statements(
    organisation: Organisation, django_assert_num_queries: Callable[..., object]
) -> None:
    moment = AuditEntry.objects.get(organisation=organisation).moment
    with django_assert_num_queries(3):
        audit.record(audit.SYSTEM, "thing.do", organisation, organisation=organisation, moment=moment)


def test_what_is_sealed_stays_out_of_sight_until_the_opening(
    organisation: Organisation, actor_as: Callable[..., Actor]
) -> None:
    auditor, officer = actor_as(Role.AUDITOR, organisation), actor_as(Role.PROCUREMENT_OFFICER, organisation)
    sealed = vault.create(organisation)
    entry = note(organisation, organisation, vault=sealed)
    assert entry not in audit.entries_visible_to(auditor)
    vault.mark_opened(sealed)
    assert entry in audit.entries_visible_to(auditor)
    assert not audit.entries_visible_to(officer).exists()


def test_an_auditor_reads_the_children_and_nobody_else(
    organisation: Organisation,
    other_organisation: Organisation,
    new_organisation: Callable[..., Organisation],
    actor_as: Callable[..., Actor],
) -> None:
    child = new_organisation(parent=organisation)
    visible = audit.entries_visible_to(actor_as(Role.AUDITOR, organisation))
    assert set(visible.values_list("organisation_id", flat=True)) == {organisation.pk, child.pk}


@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_moment_make_one_chain(organisation: Organisation) -> None:
    def write() -> None:
        try:
            for _ in range(5):
                note(organisation, organisation)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert AuditEntry.objects.filter(organisation=organisation).count() == 21
    assert audit.check_chain(organisation.pk) == []
