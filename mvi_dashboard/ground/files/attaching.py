"""Adding a file to something, and withdrawing it: one act each, for every kind of thing that files hang on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.acts import Act, ActDeclaration, Doing, Done
from mvi_dashboard.ground.idempotency import Once
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.models import Attachment, AttachmentDetail, User, Vault
from mvi_dashboard.ground.problems import Kind, Problems, Refused, conflict, refuse
from mvi_dashboard.ground.sent_files import Upload
from mvi_dashboard.ground.shapes import read
from mvi_dashboard.ground.vault import Unopenable

from .keeping import Kept, drop, keep, row_of
from .places import Attachable, place_of
from .receiving import Received, received
from .seen import get_file, row_behind, sealed_detail
from .shapes import ATTACHMENT, WITHDRAWAL

MOST_FILES = 100
"""on one thing; who needs more sends them in a zip"""
_WHO = "who may add to what it hangs on (the table of files in this document)"


@dataclass(frozen=True)
class Filing:
    """A file that was received and kept, before what it will hang on."""

    place: Attachable
    row: Any
    received: Received
    kept: Kept


class _Attaching(Act[Filing, Attachment]):
    """The act that adds a file: all that costs time is done before the transaction that makes its row."""

    def __call__(
        self,
        actor: Actor,
        *,
        object_type: str,
        key: str,
        upload: Upload | None,
        document: Mapping[str, Any],
        typed: bool = False,
        once: Once | None = None,
    ) -> Attachment:
        """The file with its row. Raises Refused with every problem of the file and of what is said of it."""
        place = place_of(object_type)
        row = place.find(actor, key)
        place.require(actor, row)
        file = _looked_at(place, row, upload, document, typed=typed)
        kept = kept_in(file, place.vault_of(row))
        try:
            attachment = self.carry_out(
                actor,
                (place, key, file, kept),
                document=document,
                expected_version=None,
                typed=typed,
                once=once,
            )
        except BaseException:
            # Refused after all, or carried out before: nothing stays behind.
            drop(kept)
            raise
        return attachment

    def lock(self, actor: Actor, named: tuple[Attachable, str, Received, Kept]) -> Filing:
        """What it will hang on. Raises Refused: absent, forbidden."""
        place, key, file, kept = named
        return Filing(place, place.lock(actor, key), file, kept)


@partial(
    _Attaching,
    ActDeclaration(verb="file.add", title="Voeg een bestand toe", who=_WHO, reads=ATTACHMENT, status=201),
)
def add_file(doing: Doing[Filing]) -> Done[Attachment]:
    """The attachment; of a sealed bid all that says what it is, is sealed too."""
    filing, place, row = doing.target, doing.target.place, doing.target.row
    place.possible(row, doing.now)
    doing.problems += place.check(row, doing.data)
    doing.problems.refuse()
    _require_room(place, row)
    organisation, supplier = getattr(row, "organisation_id", None), place.supplier_of(row)
    attachment = Attachment(
        organisation_id=organisation,
        supplier_id=supplier,
        object_type=place.code,
        object_id=row.pk,
        file=row_of(filing.kept, organisation, supplier),
        added_by=doing.actor.user,
        added_at=doing.now,
    )
    detail = _detail(attachment, filing.received, doing.data)
    safe = filing.kept.vault
    if safe is not None:
        attachment.sealed = sealed_detail(attachment, detail)
    attachment.save(force_insert=True)
    if safe is None:
        detail.save(force_insert=True)
    return Done(attachment, changes={"object": f"{place.code} {place.key_of(row)}"}, vault=safe)


class _Withdrawing(Act[Attachment, Attachment]):
    """The act that withdraws a file."""

    def __call__(
        self,
        actor: Actor,
        *,
        file_id: UUID | str,
        document: Mapping[str, Any],
        typed: bool = False,
        once: Once | None = None,
    ) -> Attachment:
        """The file, which stays readable for who saw it. Raises Refused."""
        return self.carry_out(actor, file_id, document=document, expected_version=None, typed=typed, once=once)

    def lock(self, actor: Actor, named: UUID | str) -> Attachment:
        """Raises Refused: absent, forbidden. The row that it hangs on is locked first, as when it was added."""
        found = get_file(actor, named)
        place, row = place_of(found.object_type), row_behind(found)
        place.require(actor, row)
        place.lock(actor, place.key_of(row))
        return get_file(actor, named)


@partial(
    _Withdrawing,
    ActDeclaration(verb="file.withdraw", title="Trek een bestand in", who=_WHO, reads=WITHDRAWAL),
)
def withdraw_file(doing: Doing[Attachment]) -> Done[Attachment]:
    """The file, withdrawn: it stays, with the reason; a reason about sealed content stays out of the database."""
    found = doing.target
    place, row = place_of(found.object_type), row_behind(found)
    place.possible(row, doing.now)
    place.may_go(row, getattr(found, "detail", None))
    if found.withdrawn_at is not None:
        raise conflict("withdrawn", "Dit bestand is al ingetrokken.")
    reason = None if found.sealed is not None else doing.data.get("reason")
    if found.sealed is None and not reason:
        doing.problems.note(("reason",), "required", "Schrijf waarom u dit bestand intrekt.")
    doing.problems.refuse()
    found.withdrawn_at, found.withdrawn_by, found.withdrawn_reason = doing.now, doing.actor.user, reason
    found.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    return Done(found, reason=reason or "", vault=found.file.vault)


def _looked_at(
    place: Attachable, row: Any, upload: Upload | None, document: Mapping[str, Any], *, typed: bool
) -> Received:
    """The file when nothing is wrong with it, nor with what is said of it. Raises Refused with all of that."""
    data, problems = read(ATTACHMENT, document, typed=typed)
    problems += place.check(row, data)
    kind: Kind | None = None
    file: Received | None = None
    try:
        file = received(upload)
    except Refused as refused:
        if refused.kind is Kind.UNAVAILABLE:
            raise
        kind = refused.kind
        problems += refused.problems
    if problems or file is None:
        raise Refused(Problems(problems), kind)
    return file


def kept_in(file: Received, safe: Vault | None) -> Kept:
    """The file in the store, without a row as yet. Raises Refused 503: no key, or no room."""
    try:
        return keep(file.content, file.type.media_type, safe)
    except Unopenable as closed:
        text = "De sleutel van de kluis ontbreekt. Vraag de beheerder van dit systeem."
        raise refuse("no_key", text, kind=Kind.UNAVAILABLE) from closed
    except OSError as error:
        text = "Er is nu geen plaats om dit bestand op te slaan. Probeer het later opnieuw."
        raise refuse("store_unavailable", text, "file", kind=Kind.UNAVAILABLE) from error


def hang(
    code: str, row: Any, file: Received, kept: Kept, *, said: Mapping[str, Any], by: User, at: datetime
) -> str:
    """The id of a file that an act hangs on what it makes; `said` is what it is, for who may see it there.

    It is of the organisation of who acts, also where its bytes are sealed with a bid.
    """
    attachment = Attachment(
        organisation_id=row.organisation_id,
        object_type=code,
        object_id=row.pk,
        file=row_of(kept, row.organisation_id, None),
        added_by=by,
        added_at=at,
    )
    nothing = {"valid_until": None, "or_equivalent": False, "shared": False, "line": "", "field": ""}
    attachment.save(force_insert=True)
    _detail(attachment, file, nothing | dict(said)).save(force_insert=True)
    return str(attachment.public_id)


def _require_room(place: Attachable, row: Any) -> None:
    there = Attachment.objects.filter(object_type=place.code, object_id=row.pk, withdrawn_at__isnull=True)
    if there.count() >= MOST_FILES:
        text = worded(
            "Hier hangen al {most_files} bestanden: trek er een in, of stuur er meer in een zip.",
            most_files=MOST_FILES,
        )
        raise conflict("too_many_files", text, "file")


def _detail(attachment: Attachment, file: Received, data: Mapping[str, Any]) -> AttachmentDetail:
    said = ("kind", "subject", "valid_until", "or_equivalent", "shared")
    return AttachmentDetail(
        attachment=attachment,
        name=file.name,
        media_type=file.type.media_type,
        size=len(file.content),
        sha256=file.sha256,
        line=data["line"] or "",
        field=data["field"] or "",
        **{name: data[name] for name in said},
    )
