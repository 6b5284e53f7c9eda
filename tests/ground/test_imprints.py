"""Imprints: what the guards let through, kept beside the rows and signed outside the database."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection

from mvi_dashboard.ground import imprint_signatures, imprints, migrating, triggers
from mvi_dashboard.ground.models import Imprint, Membership, Organisation, Role, User

pytestmark = pytest.mark.django_db
TABLE = Membership._meta.db_table


def wrong() -> list[str]:
    return [line for line in imprints.differences() if line.startswith(TABLE)]


def migrate() -> None:
    """What every migrate does around its migrations; between the two stands what a migration does."""
    for config in apps.get_app_configs():
        migrating.after(config, verbosity=0)


def test_a_change_around_the_guards_is_named_with_its_column(officer: User) -> None:
    row = Membership.objects.get(user=officer)
    with triggers.suspended():
        Membership.objects.filter(pk=row.pk).update(role=Role.AUDITOR)
    assert wrong() == [f"{TABLE} {row.pk}: role changed around the guards"]


def test_a_row_that_was_removed_or_added_around_the_guards_is_named(officer: User, second_officer: User) -> None:
    row = Membership.objects.get(user=officer)
    with triggers.suspended():
        Membership.objects.filter(pk=row.pk).delete()
        new = Membership.objects.create(user=officer, role=Role.NATIONAL_VIEWER)
    assert wrong() == [
        f"{TABLE} {new.pk}: was not written through the guards",
        f"{TABLE} {row.pk}: was removed around the guards",
    ]


def test_who_changes_the_imprint_too_is_named_by_its_signature(officer: User) -> None:
    imprint_signatures.sign()
    assert list(imprint_signatures.differences()) == []
    row = Membership.objects.get(user=officer)
    with triggers.suspended():
        Membership.objects.filter(pk=row.pk).update(role=Role.AUDITOR)
        mine = Imprint.objects.get(table_name=TABLE, row_id=row.pk)
        text = (mine.content or "").replace("procurement-officer", "auditor")
        Imprint.objects.filter(pk=mine.pk).update(content=text)
    assert wrong() == []
    found = list(imprint_signatures.differences())
    assert len(found) == 1
    assert "not as they were signed" in found[0]


def test_a_signature_that_is_gone_is_missed_by_the_next(officer: User, second_officer: User) -> None:
    first = imprint_signatures.sign()
    Membership.objects.filter(user=officer).update(valid_to="2030-01-01")
    last = imprint_signatures.sign()
    assert first is not None
    assert last is not None
    assert last.pk > first.pk
    with triggers.suspended():
        Imprint.objects.filter(signature=first).update(signature=None)
        first.delete()
    assert list(imprint_signatures.differences()) != []


def test_what_a_migration_changes_gets_its_imprint_and_what_was_wrong_stays_wrong(
    officer: User, second_officer: User
) -> None:
    bad, good = Membership.objects.get(user=officer), Membership.objects.get(user=second_officer)
    with triggers.suspended():
        Membership.objects.filter(pk=bad.pk).update(role=Role.AUDITOR)
    migrating.before(apps.get_app_config("ground"))
    triggers.remove()
    Membership.objects.filter(pk=good.pk).update(role=Role.REVIEWER)
    migrate()
    assert wrong() == [f"{TABLE} {bad.pk}: role changed around the guards"]
    assert triggers.missing() == []


def test_an_installation_without_imprints_gets_them_when_it_is_upgraded(officer: User) -> None:
    with triggers.suspended():
        Imprint.objects.all().delete()
    assert wrong() == [f"{TABLE}: no imprints are kept of these columns"]
    migrating.before(apps.get_app_config("ground"))
    migrate()
    assert list(imprints.differences()) == []
    assert Imprint.objects.filter(table_name=TABLE, row_id__gt=0).count() == Membership.objects.count()


def test_a_row_of_a_draft_that_may_go_leaves_no_difference(organisation: Organisation) -> None:
    from mvi_dashboard.ground import clock
    from tenders.models import Tender

    Tender.objects.create(
        organisation=organisation, reference="T", title="Banken", created_at=clock.now()
    ).delete()
    assert [line for line in imprints.differences() if "tender" in line] == []


def test_only_tests_and_migrations_can_lift_the_guards() -> None:
    tops = ("mvi_dashboard", "indicators", "tenders", "contracts", "reporting")
    files = (path for top in tops for path in (settings.BASE_DIR / top).rglob("*.py"))
    using = {path.name for path in files if "migrations" not in path.parts and _lifts(path)}
    assert using == {"triggers.py", "migrating.py"}
    assert connection.vendor in ("sqlite", "postgresql")


def _lifts(path: Path) -> bool:
    text = path.read_text(encoding="utf-8")
    return "suspended(" in text or "triggers.remove(" in text or "lift_before_migrate" in text
