"""What belongs to an organisation, and what changes under a version number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models

from .organisations import Organisation

if TYPE_CHECKING:
    from mvi_dashboard.ground.access import Actor


class TenantQuerySet(models.QuerySet[Any]):
    """Rows of organisations; `visible_to` is the one place that decides who sees which."""

    def visible_to(self, actor: Actor, act: str = "") -> Self:
        """The rows that this actor may read: those of the organisations where `act` is granted.

        Without an act: the model's own `read_act`.
        """
        wanted = act or self.model.read_act
        return self.filter(organisation_id__in=actor.organisations_for(wanted))


class Tenant(models.Model):
    """A row that belongs to one organisation, also when it is a deep child (docs/data-model.md, rule 1)."""

    read_act = ""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")

    objects = TenantQuerySet.as_manager()

    class Meta:
        abstract = True


class Versioned(models.Model):
    """A row that people edit: services write `UPDATE ... WHERE version = expected`."""

    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True
