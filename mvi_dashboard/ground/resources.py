"""What the floor answers: who asks, who takes part, long work, the trail and the keys of receipts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from mvi_dashboard.ground.access import Actor, Grant
from mvi_dashboard.ground.described import LEFT_OUT, Described, LeftOut, OneOf
from mvi_dashboard.ground.jobs import title_of
from mvi_dashboard.ground.models import AuditEntry, Job, Organisation, Supplier, User


class OrganisationRow(Described):
    """A public body."""

    code: str
    name: str
    kind: Annotated[str | None, "De soort overheid"]
    parent: Annotated[str | None, "De organisatie waar zij onder valt"]

    @classmethod
    def of(cls, row: Organisation) -> Self:
        """Of this organisation."""
        parent = row.parent.code if row.parent else None
        return cls(code=row.code, name=row.name, kind=row.kind or None, parent=parent)


class SupplierRow(Described):
    """A market party."""

    code: str
    name: str
    merged_into: Annotated[str | None, "De leverancier die dit nu is, als zij is samengevoegd"]

    @classmethod
    def of(cls, row: Supplier) -> Self:
        """Of this supplier."""
        merged_into = row.merged_into.code if row.merged_into else None
        return cls(code=row.code, name=row.name, merged_into=merged_into)


class RoleRow(Described):
    """A role, and where it holds."""

    role: str
    organisation: Annotated[str | None, "Code; null = niet bij een organisatie"]
    supplier: Annotated[str | None, "Code; null = niet bij een leverancier"]

    @classmethod
    def of(cls, grant: Grant, organisations: dict[int, str], suppliers: dict[int, str]) -> Self:
        """Of this grant, with the codes of its places by their keys."""
        return cls(
            role=grant.role,
            organisation=organisations.get(grant.organisation_id or 0),
            supplier=suppliers.get(grant.supplier_id or 0),
        )


class Me(Described):
    """Who a token or a session is."""

    name: str
    is_person: Annotated[bool, "Waar als er een persoon achter staat: sommige handelingen vragen dat"]
    roles: list[RoleRow]
    acts: Annotated[list[str], "Wat deze rollen mogen"]
    language: Annotated[str | None, OneOf(User.Language.values), "Van de persoon; null = niet gekozen"]
    second_factor: Annotated[bool | None, "Of inloggen een code vraagt; null = er staat geen persoon achter"]

    @classmethod
    def of(cls, actor: Actor) -> Self:
        """Of this actor."""
        places = {grant.organisation_id for grant in actor.grants if grant.organisation_id}
        firms = {grant.supplier_id for grant in actor.grants if grant.supplier_id}
        organisations = dict(Organisation.objects.filter(pk__in=places).values_list("pk", "code"))
        suppliers = dict(Supplier.objects.filter(pk__in=firms).values_list("pk", "code"))
        return cls(
            name=actor.label,
            is_person=actor.is_person,
            roles=[RoleRow.of(grant, organisations, suppliers) for grant in actor.grants],
            acts=sorted(actor.acts),
            language=(actor.user.language or None) if actor.user else None,
            second_factor=actor.user.second_factor_at is not None if actor.user else None,
        )


class JobProblem(Described):
    """Why long work stopped, in words for people."""

    code: str
    detail: str
    part: Annotated[int | LeftOut, "Het deel van het werk dat mislukte"] = LEFT_OUT

    @classmethod
    def of(cls, stored: dict[str, Any]) -> Self:
        """Of what the runner wrote down."""
        return cls(code=stored["code"], detail=stored["detail"], part=stored.get("part", LEFT_OUT))


class JobRow(Described):
    """Long work, how far it is and what came of it."""

    id: UUID
    kind: Annotated[str, "De soort werk"]
    title: str
    state: Annotated[str, OneOf(Job.State.values)]
    done: Annotated[int, "Zoveel delen zijn klaar"]
    total: Annotated[int, "Van zoveel delen"]
    problems: list[JobProblem]
    result: Annotated[dict[str, Any], "Wat eruit kwam; per soort werk anders, leeg tot het klaar is"]

    @classmethod
    def of(cls, job: Job) -> Self:
        """Of this job."""
        return cls(
            id=job.public_id,
            kind=job.kind,
            title=title_of(job),
            state=job.state,
            done=job.done,
            total=job.total,
            problems=[JobProblem.of(each) for each in job.problems],
            result=job.result,
        )


class TrailEntry(Described):
    """Who did what."""

    hash: Annotated[str, "Zegel van deze regel en alle eerdere"]
    moment: datetime
    organisation: Annotated[str | None, "Code; null = van geen organisatie"]
    actor: Annotated[str, "Het kenmerk van de persoon of het systeem"]
    verb: Annotated[str, "De handeling"]
    object_type: str
    object: Annotated[str, "Het kenmerk van wat is gewijzigd of gelezen"]
    reason: str | None
    changes: Annotated[dict[str, Any], "Wat erbij hoort; per handeling anders"]

    @classmethod
    def of(cls, entry: AuditEntry) -> Self:
        """Of this entry."""
        return cls(
            hash=entry.hash,
            moment=entry.moment,
            organisation=entry.organisation.code if entry.organisation else None,
            actor=entry.actor_key,
            verb=entry.verb,
            object_type=entry.object_type,
            object=entry.object_id,
            reason=entry.reason or None,
            changes=entry.changes,
        )


class ReceiptKey(Described):
    """The public half of a key that signs receipts."""

    id: Annotated[str, "Wat voor de dubbele punt van een handtekening staat"]
    algorithm: str
    public_key: Annotated[str, "32 bytes, in hex"]


class ReceiptKeys(Described):
    """All keys, the newest first."""

    results: list[ReceiptKey]
