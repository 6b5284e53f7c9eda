"""The admin only looks: whatever changes goes through a service, so that it is checked and audited."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import BinaryField, Model, Q, QuerySet
from django.http import HttpRequest

from . import models as m

NEVER_SHOWN = frozenset({"password", "sha256", "body_hmac", "receipt_hmac", "params"})


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A list and a page per row for superusers; no hashes, no secrets, no sealed bytes, no way to change."""

    list_per_page = 50
    show_full_result_count = False
    actions = None
    hidden: frozenset[str] = frozenset()

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        """All fields that may be shown."""
        return [
            field.name
            for field in self.model._meta.fields
            if field.name not in NEVER_SHOWN | self.hidden and not isinstance(field, BinaryField)
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        """The same: nothing is for editing."""
        return self.get_fields(request, obj)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Only superusers: the admin does not know organisations."""
        return bool(request.user.is_active and request.user.is_superuser)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """As for viewing."""
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never."""
        return False


@admin.register(m.Organisation)
class OrganisationAdmin(ReadOnlyAdmin):
    """Organisations."""

    list_display = ("code", "name", "kind", "parent", "national_share")
    list_select_related = ("parent",)
    search_fields = ("code", "name")


@admin.register(m.OrganisationSettings)
class OrganisationSettingsAdmin(ReadOnlyAdmin):
    """What organisations decided."""

    list_display = ("organisation", "totp_roles")
    list_select_related = ("organisation",)


@admin.register(m.Supplier)
class SupplierAdmin(ReadOnlyAdmin):
    """Suppliers."""

    list_display = ("code", "name", "registration_number")
    search_fields = ("code", "name")


@admin.register(m.User)
class UserAdmin(ReadOnlyAdmin):
    """Persons."""

    list_display = ("username", "email", "is_active", "is_superuser", "last_login")
    search_fields = ("username", "email")


@admin.register(m.Membership)
class MembershipAdmin(ReadOnlyAdmin):
    """Roles of persons."""

    list_display = ("user", "role", "organisation", "supplier", "valid_from", "valid_to")
    list_select_related = ("user", "organisation", "supplier")
    list_filter = ("role",)


@admin.register(m.ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    """Tokens, by their visible start."""

    list_display = (
        "prefix",
        "name",
        "role",
        "organisation",
        "supplier",
        "expires_at",
        "revoked_at",
        "last_used_at",
    )
    list_select_related = ("organisation", "supplier")


@admin.register(m.FailedSignIns)
class FailedSignInsAdmin(ReadOnlyAdmin):
    """Attempts to sign in that failed in this hour; those of before stand in the trail."""

    list_display = ("hour", "account", "failed", "refused")


@admin.register(m.AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """The trail, without what is about something that is still sealed."""

    list_display = ("moment", "organisation", "verb", "object_type", "object_id", "actor_key")
    list_select_related = ("organisation",)
    search_fields = ("verb", "object_id", "actor_key")
    ordering = ("-moment",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[m.AuditEntry]:
        """The entries that are not withheld."""
        opened = Q(vault__isnull=True) | Q(vault__opened_at__isnull=False)
        return super().get_queryset(request).filter(opened)


@admin.register(m.Job)
class JobAdmin(ReadOnlyAdmin):
    """Long work."""

    list_display = ("kind", "organisation", "state", "done", "total", "attempts", "created_at", "finished_at")
    list_select_related = ("organisation",)
    list_filter = ("state", "kind")


@admin.register(m.Holiday)
class HolidayAdmin(ReadOnlyAdmin):
    """On which days no legal term ends."""

    list_display = ("date", "name", "year")
    ordering = ("-date",)
