"""Saving how an organisation lays out a kind of file, putting that right, and ending it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from mvi_dashboard.ground import access
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.acts import Act, ActDeclaration, Doing, Done
from mvi_dashboard.ground.idempotency import Once
from mvi_dashboard.ground.intake import DECIMALS
from mvi_dashboard.ground.models import ColumnProfile, Organisation
from mvi_dashboard.ground.problems import Problems, conflict, forbidden, not_found, refuse, stale
from mvi_dashboard.ground.races import unless_taken
from mvi_dashboard.ground.shapes import Choice, Code, ListOf, Object, Reason, Text, nearest, quoted, read

from .fields import Layout, folded, layout_of, layouts
from .signs import DATE_FORMS

MOST = 200
"""profiles in use at one organisation"""
WHO = "who may bring such a file in"
_COLUMN = Object(
    {
        "header": Text(200, label="Kolom", help="De naam zoals hij in het bestand staat."),
        "field": Code(40, label="Betekenis"),
    }
)
_MAPPING = Object(
    {
        "field": Code(40, label="Veld"),
        "theirs": Text(200, label="In het bestand"),
        "ours": Text(200, label="Betekent"),
    }
)
PROFILE = Object(
    {
        "name": Text(100, label="Naam", help="Bijvoorbeeld: crediteuren uit ons boekhoudprogramma."),
        "columns": ListOf(_COLUMN, min_items=1, max_items=100, label="Kolommen"),
        "decimal": Choice(list(DECIMALS), required=False, default=",", label="Decimaalteken"),
        "date_form": Choice(list(DATE_FORMS), required=False, default="dmy", label="Datums"),
        "mappings": ListOf(_MAPPING, required=False, max_items=500, label="Woorden"),
    }
)
NEW = PROFILE.with_fields(
    {
        "organisation": Code(
            60, required=False, label="Organisatie", help="Alleen voor wie op meer plaatsen werkt."
        ),
        "kind": Code(40, label="Soort bestand"),
        **PROFILE.fields,
    }
)
ENDING = Object({"reason": Reason(1000, label="Waarom?", help="De reden komt in het logboek.")})


def profiles_visible_to(actor: Actor) -> QuerySet[ColumnProfile]:
    """The profiles of the kinds that this actor may read, at the organisations where it may."""
    found = ColumnProfile.objects.none()
    for layout in layouts():
        places = actor.organisations_for(layout.reads)
        if places:
            found |= ColumnProfile.objects.filter(kind=layout.code, organisation_id__in=places)
    return found.select_related("organisation")


def profiles_for(organisation_id: int, layout: Layout) -> QuerySet[ColumnProfile]:
    """What is in use there for this kind of file, last used first."""
    rows = ColumnProfile.objects.filter(organisation_id=organisation_id, kind=layout.code, ended_at=None)
    return rows.order_by("-used_at", "name")


def get_profile(actor: Actor, public_id: UUID | str) -> ColumnProfile:
    """One profile. Raises Refused 404."""
    found = profiles_visible_to(actor).filter(public_id=public_id).first()
    if found is None:
        raise not_found()
    return found


def profile_named(organisation_id: int, layout: Layout, name: str) -> ColumnProfile:
    """The profile in use with this name. Raises Refused 400 with the ones that there are."""
    rows = profiles_for(organisation_id, layout)
    found = rows.filter(name=name).first()
    if found is None:
        text = (
            f"U heeft geen profiel {quoted(name)} voor dit soort bestand: {nearest(name, [p.name for p in rows])}"
        )
        raise refuse("does_not_exist", text, "profile")
    return found


class _Making(Act[Organisation, ColumnProfile]):
    """An act at an organisation where one may bring such a file in."""

    def __call__(
        self, actor: Actor, *, document: Mapping[str, Any], typed: bool = False, once: Once | None = None
    ) -> ColumnProfile:
        """The profile. Raises Refused with every problem."""
        named = (document.get("kind"), document.get("organisation"))
        return self.carry_out(actor, named, document=document, expected_version=None, typed=typed, once=once)

    def lock(self, actor: Actor, named: tuple[Any, Any]) -> Organisation:
        """Raises Refused: forbidden, or several organisations. Held, so that there are never too many."""
        permission = layout_of(str(named[0] or "")).permission
        return lock_place(actor, permission, named[1])


def lock_place(actor: Actor, permission: str, code: Any) -> Organisation:
    """The organisation with this code, or the only one, at which this actor may begin that. Raises Refused."""
    access.require(actor, permission)
    rows = Organisation.objects.filter(pk__in=actor.own_for(permission))
    if isinstance(code, str) and code:
        rows = rows.filter(code=code.replace("\x00", ""))
    found = list(rows.order_by("pk").select_for_update(of=("self",))[:2])
    if not found:
        raise refuse("does_not_exist", "Deze organisatie kennen wij niet, of u mag dit daar niet.", "organisation")
    if len(found) > 1:
        raise refuse("required", "U werkt voor meer organisaties: kies voor welke u dit doet.", "organisation")
    return found[0]


@partial(
    _Making,
    ActDeclaration(verb="column_profile.create", title="Sla een indeling op", who=WHO, reads=NEW, status=201),
)
def create_profile(doing: Doing[Organisation]) -> Done[ColumnProfile]:
    """A new profile under a name of its own."""
    data, place = doing.data, doing.target
    layout = layout_of(str(doing.document.get("kind")))
    _check(layout, data, doing.problems)
    doing.problems.refuse()
    if ColumnProfile.objects.filter(organisation=place, ended_at=None).count() >= MOST:
        raise conflict("too_many", f"Een organisatie heeft hoogstens {MOST} indelingen: beëindig er eerst een.")
    with unless_taken(_taken(data["name"])):
        made = ColumnProfile.objects.create(
            organisation=place,
            kind=layout.code,
            made_by=doing.actor.user,
            created_at=doing.now,
            **_columns_of(data),
        )
    return Done(made, changes={"kind": layout.code, "name": made.name})


class _OnAProfile(Act[ColumnProfile, ColumnProfile]):
    """An act on one profile that is in use."""

    def __call__(
        self,
        actor: Actor,
        *,
        profile_id: UUID | str,
        document: Mapping[str, Any],
        expected_version: int | None = None,
        typed: bool = False,
        once: Once | None = None,
    ) -> ColumnProfile:
        """The profile. Raises Refused with every problem."""
        return self.carry_out(
            actor, profile_id, document=document, expected_version=expected_version, typed=typed, once=once
        )

    def lock(self, actor: Actor, named: UUID | str) -> ColumnProfile:
        """Raises Refused: absent, forbidden."""
        seen = get_profile(actor, named)
        if not actor.may(layout_of(seen.kind).permission, seen.organisation_id):
            raise forbidden()
        rows = ColumnProfile.objects.select_for_update(of=("self",)).select_related("organisation")
        found: ColumnProfile = rows.get(pk=seen.pk)
        return found

    def require_version(self, target: ColumnProfile, expected: int) -> None:
        """Raises Refused 412 when somebody else changed it."""
        if target.version != expected:
            raise stale()

    def require_state(self, target: ColumnProfile) -> None:
        """Raises Refused 409 when it is over."""
        if target.ended_at is not None:
            raise conflict("already_ended", "Deze indeling is beëindigd: sla een nieuwe op.")


def document_of_profile(row: ColumnProfile) -> dict[str, Any]:
    """The profile in the words of a document."""
    return {
        "name": row.name,
        "columns": row.columns,
        "decimal": row.decimal,
        "dateForm": row.date_form,
        "mappings": row.mappings,
    }


@partial(
    _OnAProfile,
    ActDeclaration(
        verb="column_profile.change", title="Pas een indeling aan", who=WHO, reads=PROFILE, version=True
    ),
)
def change_profile(doing: Doing[ColumnProfile]) -> Done[ColumnProfile]:
    """The profile with this document instead of what there was; its name too. The same again is no change."""
    row, data = doing.target, doing.data
    _check(layout_of(row.kind), data, doing.problems)
    doing.problems.refuse()
    if data == read(PROFILE, document_of_profile(row))[0]:
        return Done(row, unchanged=True)
    with unless_taken(_taken(data["name"])):
        for name, value in _columns_of(data).items():
            setattr(row, name, value)
        row.version += 1
        row.save(update_fields=["name", "columns", "decimal", "date_form", "mappings", "version"])
    return Done(row, changes={"name": row.name, "version": row.version})


@partial(
    _OnAProfile,
    ActDeclaration(verb="column_profile.end", title="Beëindig een indeling", who=WHO, reads=ENDING),
)
def end_profile(doing: Doing[ColumnProfile]) -> Done[ColumnProfile]:
    """The profile, which is offered no more; what was read with it stays as it is."""
    doing.problems.refuse()
    doing.target.ended_at = doing.now
    doing.target.save(update_fields=["ended_at"])
    return Done(doing.target, reason=doing.data["reason"])


def _columns_of(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": data["name"],
        "columns": [dict(row) for row in data["columns"]],
        "decimal": data["decimal"] or ",",
        "date_form": data["date_form"] or "dmy",
        "mappings": [dict(row) for row in data["mappings"] or ()],
    }


def _check(layout: Layout, data: Mapping[str, Any], problems: Problems) -> None:
    """Note every field that there is not, and every field or column that stands there twice."""
    rows: Iterable[Any] = data.get("columns") or ()
    headers: set[str] = set()
    fields: set[str] = set()
    for place, row in enumerate(rows):
        header, field = folded(row.get("header") or ""), row.get("field")
        if field and field not in layout.by_code:
            text = f"Onbekend veld {quoted(field)}: {nearest(field, list(layout.by_code))}"
            problems.note(("columns", place, "field"), "invalid_choice", text)
        elif field in fields:
            label = layout.by_code[field].label
            problems.note(("columns", place, "field"), "duplicate_line", f"{label} is al een andere kolom.")
        if header and header in headers:
            problems.note(("columns", place, "header"), "duplicate_line", "Deze kolom staat er al.")
        headers.add(header)
        fields.add(field or "")
    for place, row in enumerate(data.get("mappings") or ()):
        if row.get("field") and row["field"] not in layout.by_code:
            text = f"Onbekend veld {quoted(row['field'])}: {nearest(row['field'], list(layout.by_code))}"
            problems.note(("mappings", place, "field"), "invalid_choice", text)


def _taken(name: str) -> Any:
    return refuse("duplicate", f"U heeft al een indeling {quoted(name)}: kies een andere naam.", "name")
