"""Organisations in their tree, suppliers, and who plays which role where."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q


class Role(models.TextChoices):
    """The roles (docs/security.md); a supplier's people have the role supplier."""

    PROCUREMENT_OFFICER = "procurement-officer", "Inkoper"
    CONTRACT_MANAGER = "contract-manager", "Contractmanager"
    FACILITY_MANAGER = "facility-manager", "Facilitair manager"
    POLICY_OFFICER = "policy-officer", "Beleidsmedewerker"
    CATEGORY_MANAGER = "category-manager", "Categoriemanager"
    MVI_COORDINATOR = "mvi-coordinator", "Coördinator MVI"
    BUDGET_HOLDER = "budget-holder", "Budgethouder"
    REVIEWER = "reviewer", "Beoordelaar"
    COMMISSIONER = "commissioner", "Opdrachtgever"
    AUDITOR = "auditor", "Auditor"
    REFERENCE_MANAGER = "reference-manager", "Referentiebeheerder"
    ORGANISATION_ADMINISTRATOR = "organisation-administrator", "Beheerder"
    NATIONAL_VIEWER = "national-viewer", "Landelijk beleid"
    SUPPLIER = "supplier", "Leverancier"


REAL = Q(practice_of__isnull=True)
"""Of organisations: that they are no practice organisation. Only these count in totals and lists of others."""


class Organisation(models.Model):
    """A public body; `path` ("/12/40/") holds its place in the tree and is kept by the service.

    One that was merged or split has ended, keeps its rows, and stands below the one that goes on with its history.
    """

    class NationalShare(models.TextChoices):
        TOTALS = "totals", "Alleen totalen"
        CONTRACTS = "contracts", "Ook effecten per contract"
        PUBLIC = "public", "Ook op de open pagina"

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=40, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=255, unique=True)
    successor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="predecessors")
    """Which one goes on with its history after merging or splitting"""
    carried_by = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="carried")
    """Whose people act here too, since running work was handed over; always the last one of a row of successors"""
    carries_on = models.BooleanField(default=False, db_default=False)
    """Whether it carries the work of others, so that whoever has no such work costs no query"""
    split_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")
    """Which one was split to make it"""
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    national_share = models.CharField(max_length=10, choices=NationalShare.choices, default=NationalShare.TOTALS)
    practice_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="practices")
    """The organisation whose people practise here; nothing of it counts or is seen anywhere else"""
    practice_emptied_at = models.DateTimeField(null=True, blank=True)
    """From then on nobody works here any more; its rows stay, as nothing that was fixed is removed"""

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(parent=models.F("id")), name="organisation_not_own_parent"),
            models.UniqueConstraint(
                fields=["practice_of"],
                condition=Q(practice_of__isnull=False, practice_emptied_at__isnull=True),
                name="organisation_one_practice",
            ),
            models.CheckConstraint(
                condition=Q(practice_of__isnull=True, practice_emptied_at__isnull=True)
                | (Q(practice_of__isnull=False, parent__isnull=True) & ~Q(practice_of=models.F("id"))),
                name="organisation_practice_apart",
            ),
            models.CheckConstraint(
                condition=Q(successor=None) | (~Q(successor=models.F("id")) & Q(valid_to__isnull=False)),
                name="organisation_with_successor_ended",
            ),
            models.CheckConstraint(
                condition=Q(carried_by=None) | Q(successor__isnull=False), name="organisation_carried_by_successor"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def organisation_id(self) -> int:
        """Where an act on it belongs: to itself, as of every other row of an organisation."""
        return int(self.pk)


class CosigningConsent(models.Model):
    """One organisation lets officers of another help to open its tenders, and helps them, as long as it stands.

    Each of the two has a row of its own: only while both stand may they co-sign for each other.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    partner = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "partner"],
                condition=Q(withdrawn_at__isnull=True),
                name="cosigning_consent_stands_once",
            ),
            models.CheckConstraint(
                condition=~Q(organisation=models.F("partner")), name="cosigning_consent_with_another"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=models.F("agreed_at")),
                name="cosigning_consent_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} met {self.partner_id}"


class Supplier(models.Model):
    """A market party that bids and delivers."""

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2, blank=True, default="", db_default="")
    """ISO 3166 code of where the number is from; empty when that is not known"""
    registration_number = models.CharField(max_length=40, blank=True)
    name_key = models.CharField(max_length=200, blank=True, default="", db_default="")
    """The name without what people write in different ways: alike names have one key"""
    number_key = models.CharField(max_length=60, blank=True, default="", db_default="")
    """Country and number as one spelling; empty when the number is not known"""
    practice = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="practice_suppliers"
    )
    """The practice organisation for which it was made up; empty for a firm that is there"""
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    """The firm that it turned out to be; what was done under this row keeps it"""

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(merged_into=models.F("id")), name="supplier_not_into_itself"),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | Q(practice__isnull=True), name="supplier_merged_is_real"
            ),
            models.UniqueConstraint(
                fields=["number_key"], condition=~Q(number_key=""), name="supplier_number_once"
            ),
        ]
        indexes = [
            models.Index(fields=["name", "id"], name="supplier_list"),
            models.Index(fields=["name_key"], name="supplier_alike"),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """One role of one person, at an organisation or a supplier, for a time."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True)
    supplier = models.ForeignKey(Supplier, models.PROTECT, null=True, blank=True)
    role = models.CharField(max_length=40, choices=Role.choices)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    """Set when the role was ended on the spot: days are too coarse for that."""
    from_sso = models.BooleanField(default=False, db_default=False)
    """Given by what the sign-in provider says, and taken back by it."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="membership_one_place",
                condition=(
                    Q(role__in=[Role.NATIONAL_VIEWER, Role.REFERENCE_MANAGER])
                    & Q(organisation__isnull=True, supplier__isnull=True)
                )
                | (Q(role=Role.SUPPLIER) & Q(organisation__isnull=True, supplier__isnull=False))
                | (
                    ~Q(role__in=[Role.NATIONAL_VIEWER, Role.REFERENCE_MANAGER, Role.SUPPLIER])
                    & Q(organisation__isnull=False, supplier__isnull=True)
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.role}"
