"""/column-profiles: how an organisation lays out the files that it brings in."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request

from mvi_dashboard.ground.columns import saving
from mvi_dashboard.ground.columns.signs import DATE_FORMS
from mvi_dashboard.ground.described import Described, OneOf
from mvi_dashboard.ground.intake import DECIMALS
from mvi_dashboard.ground.models import ColumnProfile
from mvi_dashboard.ground.rest.endpoint import Endpoint
from mvi_dashboard.ground.rest.operations import acting, operation
from mvi_dashboard.ground.shapes import Code

TAG = ("indelingen",)


class ProfileColumn(Described):
    """A column of a file and what it is."""

    header: str
    field: Annotated[str, "Code van het veld"]


class ProfileMapping(Described):
    """A word of the file that means one of ours."""

    field: str
    theirs: str
    ours: str


class ColumnProfileRow(Described):
    """How one kind of file is laid out; used by its name."""

    id: UUID
    organisation: Annotated[str, "Code"]
    kind: Annotated[str, "Code van de soort bestand"]
    name: str
    columns: list[ProfileColumn]
    decimal: Annotated[str, OneOf(DECIMALS)]
    date_form: Annotated[str, OneOf(DATE_FORMS)]
    mappings: list[ProfileMapping]
    version: int
    created_at: datetime
    used_at: Annotated[datetime | None, "Wanneer er het laatst een bestand mee is gelezen"]
    ended_at: Annotated[datetime | None, "Null = nog in gebruik"]

    @classmethod
    def of(cls, row: ColumnProfile) -> Self:
        """Of this profile."""
        return cls(
            id=row.public_id,
            organisation=row.organisation.code,
            kind=row.kind,
            name=row.name,
            columns=[ProfileColumn(header=each["header"], field=each["field"]) for each in row.columns],
            decimal=row.decimal,
            date_form=row.date_form,
            mappings=[
                ProfileMapping(field=each["field"], theirs=each["theirs"], ours=each["ours"])
                for each in row.mappings
            ],
            version=row.version,
            created_at=row.created_at,
            used_at=row.used_at,
            ended_at=row.ended_at,
        )


class _Profiles(Endpoint):
    def profile(self, found: ColumnProfile) -> HttpResponse:
        """The profile, with its version and place."""
        place = f"/api/v1/column-profiles/{found.public_id}"
        return self.answer(ColumnProfileRow.of(found), version=found.version, location=place)


class ColumnProfiles(_Profiles):
    """The profiles of the organisations that one reads."""

    @operation(
        "Indelingen van bestanden",
        query={"kind": Code(40, required=False, help="Alleen van deze soort bestand.")},
        paged=True,
        answers={200: ColumnProfileRow},
        tags=TAG,
        name="column_profiles_list",
    )
    def get(self, request: Request) -> HttpResponse:
        """One page, by name; also of those that ended."""
        rows = saving.profiles_visible_to(self.actor)
        if self.parameters["kind"]:
            rows = rows.filter(kind=self.parameters["kind"])
        return self.page(rows, order=("name", "id"), row=ColumnProfileRow.of)

    @acting(saving.create_profile, answers={201: ColumnProfileRow}, tags=TAG, name="column_profiles_create")
    def post(self, request: Request) -> HttpResponse:
        """A new one."""
        return self.carry_out(saving.create_profile, answer=self.profile)


class OneColumnProfile(_Profiles):
    """One profile."""

    @operation("Een indeling", answers={200: ColumnProfileRow}, tags=TAG, name="column_profiles_read")
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """As the list has it."""
        return self.profile(saving.get_profile(self.actor, public_id))

    @acting(saving.change_profile, answers={200: ColumnProfileRow}, tags=TAG, name="column_profiles_change")
    def put(self, request: Request, public_id: UUID) -> HttpResponse:
        """This document instead of what there was."""
        return self.carry_out(saving.change_profile, answer=self.profile, profile_id=public_id)


class End(_Profiles):
    """Ending a profile."""

    @acting(saving.end_profile, answers={200: ColumnProfileRow}, tags=TAG, name="column_profiles_end")
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """It is offered no more."""
        return self.carry_out(saving.end_profile, answer=self.profile, profile_id=public_id)
