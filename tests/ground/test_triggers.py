"""The database refuses what the rules forbid, and says when a guard is gone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction

from indicators.models import Cluster, FactorSet, FactorSetVersion, ProductGroup
from mvi_dashboard.ground import audit, clock, triggers
from mvi_dashboard.ground.models import AuditEntry, Organisation
from tenders.models import Lot, Tender

pytestmark = pytest.mark.django_db


@pytest.fixture
def tender(organisation: Organisation) -> Tender:
    return Tender.objects.create(
        organisation=organisation, reference="T-1", title="Banken", created_at=clock.now()
    )


@pytest.fixture
def version(db: None) -> FactorSetVersion:
    factor_set = FactorSet.objects.create(code="proef", name_nl="Proef")
    return FactorSetVersion.objects.create(factor_set=factor_set, version="1")


def refused(act: Callable[[], object]) -> bool:
    try:
        with transaction.atomic():
            act()
    except IntegrityError:
        return True
    return False


def test_all_guards_stand_after_migrate() -> None:
    assert triggers.missing() == []


def test_an_entry_of_the_trail_is_never_changed_or_removed(organisation: Organisation) -> None:
    entries = AuditEntry.objects.filter(organisation=organisation)
    assert refused(lambda: entries.update(reason="anders"))
    assert refused(entries.delete)
    assert entries.count() == 1


def test_a_published_version_is_frozen_except_for_its_state(version: FactorSetVersion) -> None:
    rows = FactorSetVersion.objects.filter(pk=version.pk)
    rows.update(content_hash="a")
    rows.update(state="published")
    assert refused(lambda: rows.update(content_hash="b"))
    assert refused(rows.delete)
    assert rows.update(state="superseded") == 1


def test_a_child_stays_in_the_organisation_of_its_parent(tender: Tender, other_organisation: Organisation) -> None:
    cluster = Cluster.objects.create(code="c", name_nl="C")
    group = ProductGroup.objects.create(code="g", name_nl="G", cluster=cluster)
    fields = {"tender": tender, "number": 1, "title": "Perceel", "group": group}
    lot = Lot.objects.create(organisation=tender.organisation, **fields)
    assert refused(lambda: Lot.objects.create(organisation=other_organisation, **{**fields, "number": 2}))
    assert refused(lambda: Lot.objects.filter(pk=lot.pk).update(organisation=other_organisation))
    assert refused(lambda: Tender.objects.filter(pk=tender.pk).update(organisation=other_organisation))


def test_a_guard_that_was_taken_away_is_noticed_and_put_back(db: None) -> None:
    with triggers.suspended():
        assert any("ground_auditentry" in line for line in triggers.missing())
    assert triggers.missing() == []


def test_a_guard_whose_rule_changed_replaces_the_old_one(monkeypatch: pytest.MonkeyPatch) -> None:
    loose = triggers.append_only(AuditEntry, allow=("reason",))
    table = AuditEntry._meta.db_table
    kept = {name: guard for name, guard in triggers._registered.items() if guard.table != table}
    monkeypatch.setattr(triggers, "_registered", kept | {guard.name: guard for guard in loose})
    triggers.install()
    with transaction.atomic():
        entry = audit.record(None, "test", Organisation(pk=1), organisation=None)
    assert AuditEntry.objects.filter(pk=entry.pk).update(reason="mag") == 1
    assert refused(lambda: AuditEntry.objects.filter(pk=entry.pk).update(verb="mag niet"))


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no TRUNCATE")
def test_the_trail_cannot_be_emptied_at_once() -> None:
    def truncate() -> None:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE ground_auditentry CASCADE")

    assert refused(truncate)


@pytest.mark.django_db(transaction=True)
def test_a_test_with_real_transactions_can_be_cleaned_up(organisation: Organisation) -> None:
    assert AuditEntry.objects.filter(organisation=organisation).exists()
