"""What an organisation pays: files that were brought in, their entries, and what each category of them is."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from contracts.models import Contract
from indicators.models import ProductGroup
from mvi_dashboard.ground.access import REPORT_READ
from mvi_dashboard.ground.models import Supplier, Tenant, money_field


class SpendPreview(Tenant):
    """A file that was read and is not taken over yet: one's own, for a day; nothing rests on it.

    `content` is the file, packed and sealed with VAULT_KEYS, as there may be persons and accounts in it.
    """

    read_act = REPORT_READ

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner_key = models.CharField(max_length=64, db_index=True)
    created_at = models.DateTimeField(db_index=True)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    encoding = models.CharField(max_length=20, blank=True)
    key_id = models.CharField(max_length=32)
    content = models.BinaryField()
    first_day = models.DateField()
    last_day = models.DateField()
    vat_rate = models.PositiveSmallIntegerField()
    """Percent, of amounts with VAT in rows that do not say theirs"""
    layout = models.JSONField(default=dict)
    """How its columns are read, as the document of a profile; empty until a person said so"""
    made = models.ForeignKey("SpendImport", models.CASCADE, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return self.file_name


class SpendImport(Tenant):
    """One file of spend over one period, with how it was read; what was ended counts nowhere."""

    read_act = REPORT_READ

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    first_day = models.DateField()
    last_day = models.DateField()
    vat_rate = models.PositiveSmallIntegerField()
    layout = models.JSONField(default=dict)
    rows = models.PositiveIntegerField()
    total = money_field()
    """Euros without VAT"""
    told = models.JSONField(default=dict)
    """How many rows were what: without amount, negative, persons, totals, wrong and left out"""
    replaces = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=1000, blank=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "sha256"], condition=Q(ended_at=None), name="spend_file_once"
            ),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="spend_import_in_order"),
        ]

    def __str__(self) -> str:
        return self.file_name


class SpendMapping(Tenant):
    """What a category, CPV code or supplier of the files is: a group, a division of CPV, or no purchase at all.

    What is only suggested counts for nothing; what a person confirmed holds for every file.
    """

    class Kind(models.TextChoices):
        CATEGORY = "category", "Categorie"
        CPV = "cpv", "CPV-code"
        SUPPLIER = "supplier", "Leverancier"

    class State(models.TextChoices):
        OPEN = "open", "Nog te kiezen"
        SUGGESTED = "suggested", "Voorstel"
        CONFIRMED = "confirmed", "Bevestigd"

    read_act = REPORT_READ

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    code = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    group = models.ForeignKey(ProductGroup, models.PROTECT, null=True, blank=True, related_name="+")
    cpv_division = models.CharField(max_length=2, blank=True)
    outside = models.BooleanField(default=False)
    """No purchase: wages, subsidies, taxes"""
    confirmed_by = models.CharField(max_length=64, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "kind", "code"], name="spend_mapping_once"),
            models.CheckConstraint(
                condition=Q(outside=False) | Q(group__isnull=True, cpv_division=""),
                name="spend_mapping_one_meaning",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class SpendEntry(Tenant):
    """One row of a file: what was paid, to whom, for what. Descriptions and accounts of banks are not kept.

    `amount` is in euros without VAT, negative for a credit note, and the middle of a `band` where only that is
    known. `covered_by` is the contract that the row is paid under; from the first year in which that contract has
    an effect of its own the row counts 0.
    """

    read_act = REPORT_READ

    spend_import = models.ForeignKey(SpendImport, models.CASCADE, related_name="entries")
    row = models.PositiveIntegerField()
    day = models.DateField(null=True, blank=True)
    year = models.PositiveSmallIntegerField()
    supplier_name = models.CharField(max_length=200, blank=True)
    supplier = models.ForeignKey(Supplier, models.PROTECT, null=True, blank=True, related_name="+")
    mapping = models.ForeignKey(SpendMapping, models.PROTECT, related_name="entries")
    amount = money_field()
    band = models.PositiveSmallIntegerField(null=True, blank=True)
    contract_reference = models.CharField(max_length=60, blank=True)
    covered_by = models.ForeignKey(Contract, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["organisation", "year"], name="spend_entry_year")]

    def __str__(self) -> str:
        return f"{self.spend_import_id}:{self.row}"


class SpendRule(Tenant):
    """What a person confirmed: what is paid to this supplier for this group is paid under this contract."""

    read_act = REPORT_READ

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    supplier = models.ForeignKey(Supplier, models.PROTECT, related_name="+")
    group = models.ForeignKey(ProductGroup, models.PROTECT, null=True, blank=True, related_name="+")
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+")
    confirmed_by = models.CharField(max_length=64)
    confirmed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "supplier", "group"],
                condition=Q(ended_at=None, group__isnull=False),
                name="spend_rule_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.supplier_id} {self.group_id} {self.contract_id}"
