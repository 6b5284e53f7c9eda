"""Every column of every table: what the guards refuse, and what `verify` names when somebody goes around them.

Generated from the models: a model of which nothing is said fails, and a new column counts as frozen.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, IntegrityError, connection, models, transaction
from django.test import override_settings

from contracts.kinds import kind_named
from contracts.models import FactorChange, SentRecords
from indicators.groups import proposals
from indicators.models import CategoryScheme, Declaration, OwnCategory, Source
from indicators.selectors import current_basis
from mvi_dashboard.ground import clock, column_rules, imprint_signatures, imprints, outbox, triggers, verification
from mvi_dashboard.ground.account import requiring
from mvi_dashboard.ground.column_rules import Guarded
from mvi_dashboard.ground.files.attaching import add_file, withdraw_file
from mvi_dashboard.ground.models import (
    ColumnProfile,
    CosigningConsent,
    Deputy,
    Invitation,
    Membership,
    OrganisationTheme,
    Role,
    SetupLink,
    SupplierRegistration,
)
from mvi_dashboard.ground.sent_files import Upload
from mvi_dashboard.ground.webhooks import making as webhooks
from reporting.services.cells import put_right
from reporting.services.shared import derive_shared
from tenders.models import AwardProposal, TakenNotice
from tests import corpus, worlds
from tests.contracts.conftest import ARM_REST, CHAIR, ITEM
from tests.contracts.reading import history
from tests.files_made import PDF
from tests.guarded_rows import registered, spent
from tests.worlds import World

pytestmark = pytest.mark.django_db
OWN = ("mvi_dashboard", "indicators", "tenders", "contracts", "reporting")


REFUSALS = ("append-only", "is frozen", "said once", "stays", "only goes forward", "belongs to")
REFUSALS += ("bid stands", "no more rows")


class Undone(Exception):
    """What was tried is taken back."""


def own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.split(".")[0] in OWN]


def rules() -> list[Guarded]:
    return sorted(column_rules.declared().values(), key=lambda rule: rule.model._meta.db_table)


@contextmanager
def tried() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
            raise Undone
    except Undone:
        pass


def run(sql: str, *values: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.rowcount


def other_values(field: models.Field[Any, Any], value: Any) -> list[Any]:
    """Values of this column that differ from this one, the likely ones first; written as its database does."""
    if field.is_relation:
        ids = field.related_model._base_manager.exclude(pk=value).values_list("pk", flat=True)[:2]
        return [*ids, (value or 0) + 1000]
    if isinstance(field, models.JSONField):
        return [json.dumps({"anders": 1}), json.dumps(["anders"])]
    if isinstance(field, models.BooleanField):
        return [not value]
    if isinstance(field, models.UUIDField):
        return [field.get_db_prep_value(uuid.uuid4(), connection)]
    if isinstance(field, models.BinaryField):
        return [bytes(value or b"") + b"12345678"]
    if isinstance(field, models.DateTimeField):
        moment = value or clock.now()
        return [field.get_db_prep_value(moment + timedelta(days=days), connection) for days in (1, -1)]
    if isinstance(field, models.DateField):
        day = value or date(2024, 1, 1)
        return [field.get_db_prep_value(day + timedelta(days=days), connection) for days in (1, -1)]
    if isinstance(field, models.DecimalField):
        return [each for each in (Decimal("0.5"), Decimal(7), Decimal(0)) if each != value]
    if isinstance(field, models.FloatField):
        return [each for each in (0.5, 7.0, 0.0) if each != value]
    if isinstance(field, models.IntegerField):
        return [(value or 0) + 1, max((value or 0) - 1, 0)]
    choices = [code for code, _label in field.choices or () if code != value]
    return [*choices, f"x{value or ''}"[: field.max_length]]


def fill(world: World) -> None:
    """At least one row of every table, made by the services where there is one."""
    world.names["bidDocument"] = worlds.bid_document(
        "",
        lines=[CHAIR, ARM_REST | {"lifetimeYears": "7"}],
        declaredResults=[{"line": "stoel", "name": "MKI", "kind": "mki", "value": "1.5", "unit": "euro"}],
        confirmations=[{"attr": "lines.0.massKg", "code": "implausible", "reason": "Zo gewogen."}],
    )
    contract = worlds._contract_from(world, "C-1", items=[ITEM])
    lines = {row.bid_line.reference: str(row.public_id) for row in contract.lines.select_related("bid_line")}
    world.names |= {"contract": str(contract.public_id), "line": lines["stoel"]}

    def log(kind: str, **document: Any) -> Any:
        act = kind_named(kind).log
        if act.shape.fields["line"].required:
            document = {"line": world.names["line"]} | document
        return act(world.manager, contract_id=world.names["contract"], document=document)

    history(log)
    del world.names["bidDocument"]
    world.names.pop("tender")
    world.build(["own-bid"])
    world.token("leverancier-a")
    source = Source.objects.create(code="proef-epd", title="Proef")
    Declaration.objects.create(source=source, key="k", content={"a": "1"})
    now = clock.now()
    attach(world)
    scheme = CategoryScheme.objects.create(organisation=world.city, code="s", name="S")
    OwnCategory.objects.create(organisation=world.city, scheme=scheme, position=1, code="1", name="Een")
    effect = contract.effects.select_related("basis").first()
    FactorChange.objects.create(
        organisation=world.city, contract=contract, before=effect.basis, after=effect.basis,
        indicator=effect.indicator, as_of=effect.as_of, supplier=effect.supplier, group=effect.group,
        theme=effect.theme, year=effect.year,
    )  # fmt: skip
    award = contract.award
    AwardProposal.objects.create(
        organisation=world.city, lot=award.lot, bid_version=award.bid_version, proposed_at=now,
        proposed_by=award.decided_by, standstill_ground="one-tenderer", standstill_reason="Enige.",
        reason="Goed.",
    )  # fmt: skip
    TakenNotice.objects.create(
        organisation=world.city, tender=award.lot.tender, source="ocds", procedure="p", notice="n", taken_at=now
    )
    CosigningConsent.objects.create(organisation=world.city, partner=world.water, agreed_at=now)
    OrganisationTheme.objects.create(organisation=world.city, tokens={"--mvi-page": "#ffffff"}, sha256="4" * 64)
    SupplierRegistration.objects.create(
        name="F", email="a@firma.example", sha256="3" * 64, created_at=now, expires_at=now
    )
    with override_settings(WEBHOOK_HOSTS=["haak.example"]):
        webhooks.make_webhook(
            world.actor(Role.ORGANISATION_ADMINISTRATOR, world.city, "beheerder-1"),
            document={"url": "https://haak.example/", "events": ["tender.opened"]},
        )
    ColumnProfile.objects.create(
        organisation=world.city, kind="k", name="n", decimal=",", date_form="dmy", created_at=now, used_at=now,
        ended_at=now,
    )  # fmt: skip
    SentRecords.objects.create(
        organisation=world.city, contract=contract, kind="delivery", recorded_at=now, recorded_by="x", rows=[]
    )
    registered(world, now)
    spent(world, now)
    readers = [Membership.objects.filter(organisation=world.city)[0].user]
    outbox.tell("bids-to-open", readers, about=contract, facts={"tender": "Stoelen"}, url="/", occasion="1")
    join(world, now)
    requiring.require_second_factor(
        world.actor(Role.ORGANISATION_ADMINISTRATOR, world.city, "beheerder-1"),
        organisation=world.city.pk,
        document={"organisationAdministrator": True},
    )
    repair_reference(world)
    put_right()
    derive_shared(current_basis(), [world.city.pk])
    imprint_signatures.sign()


def join(world: World, now: Any) -> None:
    """A link to set up, an invitation, and somebody who stands in for a colleague."""
    SetupLink.objects.create(sha256="1" * 64, created_at=now, expires_at=now, used_at=now)
    Invitation.objects.create(
        organisation=world.city, email="a@voorbeeld.example", roles=["auditor"], sha256="2" * 64, created_at=now,
        sent_at=now, expires_at=now, withdrawn_at=now,
    )  # fmt: skip
    Deputy.objects.create(
        organisation=world.city, person=world.officer.user, deputy=world.manager.user, first_day=now.date(),
        last_day=now.date(), created_at=now, ended_at=now,
    )  # fmt: skip


def attach(world: World) -> None:
    """A file of a tender that was withdrawn, and one of a sealed bid."""
    said = {"kind": "other", "subject": "Proef"}
    places = {"tender": world.officer, "bid": world.supplier_actor("leverancier-a")}
    for code, actor in places.items():
        found = add_file(
            actor, object_type=code, key=world.names[code], upload=Upload("a.pdf", PDF), document=said
        )
        if code == "tender":
            withdraw_file(actor, file_id=found.public_id, document={"reason": "Het klopt niet."})


def repair_reference(world: World) -> None:
    """A proposal with a new product type, published by a second person."""
    maker, second = (world.actor(Role.REFERENCE_MANAGER, None, f"referentie-{each}") for each in (1, 2))
    values = {"nameNl": "Bureaustoel", "group": "kantoormeubilair"}
    made = proposals.add_row(maker, kind="product-types", document={"code": "proef-stoel", "values": values})
    document = {"reason": "Ontbrak nog."}
    proposals.publish_proposal(second, made.public_id, expected_version=made.version, document=document)


@pytest.fixture
def filled(reference: None) -> World:
    made = World(corpus.this_moment())
    made.build(["reference"])
    fill(made)
    return made


def test_of_every_column_it_is_said_what_may_happen_to_it() -> None:
    assert {model._meta.label for model in own_models()} - {rule.model._meta.label for rule in rules()} == set()
    for rule in rules():
        said = {*rule.always, *rule.once, *rule.emptied, *rule.forward, *rule.changing, *rule.free, *rule.derived}
        assert said - set(rule.columns) - {column_rules.ALL} == set(), rule.model
        for name in rule.columns:
            allowed = rule.rule(name) in ("changing", "free")
            assert bool(rule.reason(name)) or not allowed, f"{rule.model._meta.label}.{name}: why may it change?"
            assert rule.seen_by(name) in (*verification.names(), ""), (rule.model, name)


def test_every_column_is_refused_with_guards_and_named_without_them(filled: World) -> None:
    assert list(verification.differences()) == []
    wrong: list[str] = []
    for rule in rules():
        for name in rule.columns:
            wrong += refused(rule, name)
        wrong += added(rule)
    with triggers.suspended():
        for rule in rules():
            for name in rule.columns:
                if rule.seen_by(name):
                    wrong += named(rule, name)
            wrong += removed(rule)
    assert not wrong, "\n".join(wrong)
    assert list(verification.differences()) == []


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no TRUNCATE")
def test_no_guarded_table_can_be_emptied_at_once(db: None) -> None:
    kept = [rule.model._meta.db_table for rule in rules() if rule.never_removed != "FALSE"]
    assert [table for table in kept if not stopped(lambda table=table: run(f'TRUNCATE "{table}" CASCADE'))] == []


def test_the_table_in_the_documentation_is_the_one_that_holds() -> None:
    text = (settings.BASE_DIR / "docs" / "security.md").read_text(encoding="utf-8")
    assert column_rules.table() in text, "write the output of `manage.py guarded_columns` into docs/security.md"


def sample(rule: Guarded, condition: str) -> Any:
    """A row of this table for which SQL over OLD holds."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT OLD.id FROM "{rule.model._meta.db_table}" OLD WHERE {condition} ORDER BY id')
        found = cursor.fetchone()
    return None if found is None else rule.model._base_manager.get(pk=found[0])


def refused(rule: Guarded, name: str) -> Iterator[str]:
    """A line when the guards let something through that they should not."""
    field, kind = rule.columns[name], rule.rule(name)
    if kind in ("changing", "free"):
        return
    condition = {"frozen_when": rule.frozen_when, "once": f'OLD."{field.column}" IS NOT NULL'}.get(kind, "TRUE")
    if kind == "once" and isinstance(field, models.BooleanField):
        condition = f'OLD."{field.column}"'
    if kind == "forward":
        ended = [state for state, after in rule.forward[name].items() if not after]
        later = [state for state in rule.forward[name] if state != next(iter(rule.forward[name]))]
        condition = f'OLD."{field.column}" IN ({", ".join(repr(each) for each in later or ended)})'
    row = sample(rule, condition)
    if row is None:
        yield from () if kind == "once" else [f"{rule.model._meta.label}.{name}: no row to try"]
        return
    values = other_values(field, getattr(row, field.attname))
    if kind == "forward":
        values = [next(iter(rule.forward[name]))]
    for value in values:
        if not stopped(lambda value=value: change(row, field, value)):
            yield f"{rule.model._meta.label}.{name}: {kind} and changed"


def added(rule: Guarded) -> Iterator[str]:
    """A line when a row can be added where no row may come any more, or removed where none may go."""
    table = rule.model._meta.db_table
    columns = ", ".join(f'"{field.column}"' for field in rule.columns.values())
    if rule.closed:
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT NEW.id FROM "{table}" NEW WHERE {rule.closed} ORDER BY id')
            row = cursor.fetchone()
        if row is None:
            yield f"{table}: no row to add again"
        elif not stopped(
            lambda: run(f'INSERT INTO "{table}" ({columns}) SELECT {columns} FROM "{table}" WHERE id = %s', *row)
        ):
            yield f"{table}: takes a row after all"
    if rule.never_removed != "FALSE":
        found = sample(rule, rule.never_removed)
        if found is None:
            yield f"{table}: no row to remove"
        elif not stopped(lambda: run(f'DELETE FROM "{table}" WHERE id = %s', found.pk)):
            yield f"{table}: lets a row go"


def change(row: models.Model, field: models.Field[Any, Any], value: Any) -> None:
    run(f'UPDATE "{row._meta.db_table}" SET "{field.column}" = %s WHERE id = %s', value, row.pk)


def stopped(act: Callable[[], object]) -> bool:
    """Whether a trigger refuses this (and not another constraint)."""
    try:
        with tried():
            act()
    except IntegrityError as error:
        said = str(error)
        return any(word in said for word in REFUSALS)
    return False


def named(rule: Guarded, name: str) -> Iterator[str]:
    """A line when verify does not name a change around the guards."""
    field, label = rule.columns[name], f"{rule.model._meta.label}.{name}"
    row = rule.model._base_manager.order_by("-pk").first()
    if row is None:
        yield f"{label}: no row to change"
        return
    for value in other_values(field, getattr(row, field.attname)):
        try:
            with tried():
                change(row, field, value)
                found = seen(rule, rule.seen_by(name))
        except (IntegrityError, DatabaseError):
            continue  # refused by another constraint
        if not found:
            yield f"{label}: {rule.seen_by(name)} does not see it"
        if rule.seen_by(name) == "imprints" and field.column not in " ".join(found):
            yield f"{label}: not named in {found}"
        return


def seen(rule: Guarded, check: str) -> list[str]:
    if check == "imprints":
        return list(imprints.differences(tables=[rule.model._meta.db_table]))
    return list(verification.differences([check]))


def removed(rule: Guarded) -> Iterator[str]:
    """A line when verify does not name a row that is gone."""
    checks = {rule.seen_by(name) for name in rule.columns} - {"", "places"}
    row = rule.model._base_manager.order_by("-pk").first()
    if row is None or not checks or (rule.never_removed == "FALSE" and not rule.shape()):
        return
    with tried():
        run(f'DELETE FROM "{row._meta.db_table}" WHERE id = %s', row.pk)
        try:
            found = [line for check in sorted(checks) for line in seen(rule, check)]
        except models.ObjectDoesNotExist:
            found = ["something else leans on it"]
        if not found:
            yield f"{rule.model._meta.label}: nobody misses a row"
