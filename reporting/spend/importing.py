"""Bringing in a file of spend: read and shown first, taken over whole, and taken back until the next day."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import islice
from typing import Any
from uuid import UUID

from mvi_dashboard.ground import clock, intake, vault
from mvi_dashboard.ground.access import SPEND_EDIT, Actor
from mvi_dashboard.ground.acts import Act, ActDeclaration, Doing, Done
from mvi_dashboard.ground.columns.detecting import Reading, reading_of
from mvi_dashboard.ground.columns.saving import lock_place
from mvi_dashboard.ground.idempotency import Once
from mvi_dashboard.ground.models import ColumnProfile, Organisation, Supplier
from mvi_dashboard.ground.problems import Problem, Refused, conflict, not_found, refuse
from mvi_dashboard.ground.races import unless_taken
from mvi_dashboard.ground.sent_files import ENCODING, Upload
from mvi_dashboard.ground.shapes import Boolean, Code, Date, Integer, Object, Text
from reporting.models import SpendEntry, SpendImport, SpendPreview

from .covering import link
from .entries import VAT_RATES, Entry, SpendFile
from .layout import SPEND
from .mapping import mappings_for

KEPT = timedelta(days=1)
"""so long a file that was read can be taken over, and what was taken over can be taken back"""
_AT_A_TIME = 2_000
FILE = Object(
    {
        "organisation": Code(60, required=False, label="Organisatie", help="Voor wie op meer plaatsen werkt."),
        "first_day": Date(label="Van"),
        "last_day": Date(label="Tot en met"),
        "vat_rate": Integer(
            min=0, max=21, required=False, default=21, label="Btw-tarief", unit="%",
            help="Alleen voor bedragen met btw zonder eigen tarief: 21, 9 of 0.",
        ),
        "encoding": ENCODING,
    }
)  # fmt: skip
TAKING_OVER = Object(
    {
        "only_good": Boolean(required=False, default=False, label="Neem alleen de goede regels over"),
        "replaces": Boolean(required=False, default=False, label="Vervang wat er al is over deze periode"),
        "reason": Text(1000, required=False, label="Waarom vervangt u het?"),
    }
)


@dataclass(frozen=True)
class Read:
    """A file as it would be taken over."""

    file: SpendFile
    entries: list[Entry]

    @property
    def problems(self) -> list[Problem]:
        """What is wrong in it."""
        return self.file.problems


@dataclass(frozen=True)
class Sending:
    """A file on its way to an organisation."""

    organisation: Organisation
    upload: Upload

    @property
    def organisation_id(self) -> int:
        """Where it goes."""
        return self.organisation.pk


class _Reading(Act[Sending, SpendPreview]):
    """An act at an organisation whose spend one brings in."""

    def __call__(
        self,
        actor: Actor,
        *,
        upload: Upload,
        document: Mapping[str, Any],
        typed: bool = False,
        once: Once | None = None,
    ) -> SpendPreview:
        """The preview. Raises Refused with every problem."""
        named = (document.get("organisation"), upload)
        return self.carry_out(actor, named, document=document, expected_version=None, typed=typed, once=once)

    def lock(self, actor: Actor, named: tuple[Any, Upload]) -> Sending:
        """Raises Refused: forbidden, or several organisations."""
        return Sending(lock_place(actor, SPEND_EDIT, named[0]), named[1])


@partial(
    _Reading,
    ActDeclaration(
        verb="spend.read", title="Lees een bestand met uitgaven", permission=SPEND_EDIT, reads=FILE, status=201
    ),
)
def read_file(doing: Doing[Sending]) -> Done[SpendPreview]:
    """The file, kept sealed for a day; nothing of it counts yet. Raises Refused with every problem."""
    data, place, upload = doing.data, doing.target.organisation, doing.target.upload
    first, last, rate = data.get("first_day"), data.get("last_day"), data.get("vat_rate")
    if first and last and last < first:
        doing.problems.note(("lastDay",), "order", "Het einde ligt voor het begin: kijk naar beide datums.")
    if rate is not None and rate not in VAT_RATES:
        doing.problems.note(("vatRate",), "invalid_choice", "Kies 21, 9 of 0.")
    doing.problems.refuse()
    digest = hashlib.sha256(upload.content).hexdigest()
    _refuse_again(place.pk, digest)
    table_of(upload.content, upload.name, data["encoding"] or "")
    made = SpendPreview(
        organisation=place,
        owner_key=doing.actor.key,
        created_at=doing.now,
        file_name=upload.name[:200],
        sha256=digest,
        encoding=data["encoding"] or "",
        first_day=data["first_day"],
        last_day=data["last_day"],
        vat_rate=21 if rate is None else rate,
    )
    made.key_id, made.content = vault.seal_secret(zlib.compress(upload.content, 1), _context(made))
    made.save(force_insert=True)
    return Done(made, changes={"file": made.file_name, "sha256": digest})


def table_of(content: bytes, name: str, encoding: str) -> intake.Table:
    """The table in a file of spend. Raises Refused with every problem."""
    return intake.read_table(content, name, decimal=",", encoding=encoding)


def own_preview(actor: Actor, public_id: UUID | str) -> SpendPreview:
    """One's own file that was read and is not older than a day. Raises Refused 404."""
    fresh = SpendPreview.objects.filter(owner_key=actor.key, created_at__gt=clock.now() - KEPT)
    found = fresh.filter(public_id=public_id, organisation_id__in=actor.organisations_for(SPEND_EDIT))
    preview: SpendPreview | None = found.select_related("organisation", "made").first()
    if preview is None:
        raise not_found()
    return preview


def table_in(preview: SpendPreview) -> intake.Table:
    """The table of the file that is kept."""
    content = zlib.decompress(vault.open_secret(preview.key_id, bytes(preview.content), _context(preview)))
    return table_of(content, preview.file_name, preview.encoding)


def choose_columns(preview: SpendPreview, layout: Mapping[str, Any]) -> None:
    """Remember how a person said that its columns are read: a document of a profile."""
    SpendPreview.objects.filter(pk=preview.pk).update(layout=dict(layout))
    preview.layout = dict(layout)


def read_as(preview: SpendPreview, table: intake.Table, reading: Reading) -> Read:
    """What would be taken over, and what is wrong."""
    file = SpendFile(table, reading, preview.first_day, preview.last_day, preview.vat_rate)
    return Read(file, list(file.entries()))


class _TakingOver(Act[SpendPreview, SpendImport]):
    """An act on one's own file that was read."""

    def __call__(
        self,
        actor: Actor,
        *,
        preview_id: UUID | str,
        document: Mapping[str, Any],
        typed: bool = False,
        once: Once | None = None,
    ) -> SpendImport:
        """The import. Raises Refused with every problem."""
        return self.carry_out(actor, preview_id, document=document, expected_version=None, typed=typed, once=once)

    def lock(self, actor: Actor, named: UUID | str) -> SpendPreview:
        """Raises Refused: absent. The organisation is held, so that no two files come over one period."""
        found = own_preview(actor, named)
        Organisation.objects.select_for_update().get(pk=found.organisation_id)
        return found

    def require_state(self, target: SpendPreview) -> None:
        """Raises Refused 409 before its columns were said, and when it was taken over already."""
        if target.made_id is not None:
            raise conflict("already_done", "Dit bestand is al overgenomen.")
        if not target.layout:
            raise conflict("columns", "Zeg eerst wat de kolommen betekenen.")


@partial(
    _TakingOver,
    ActDeclaration(
        verb="spend.import", title="Neem uitgaven over", permission=SPEND_EDIT, reads=TAKING_OVER, status=201
    ),
)
def take_over(doing: Doing[SpendPreview]) -> Done[SpendImport]:
    """The import with all its entries: all or nothing, unless only the good rows are asked for."""
    doing.problems.refuse()
    preview, data = doing.target, doing.data
    _refuse_again(preview.organisation_id, preview.sha256)
    replaced = _replaced(preview, data)
    table = table_in(preview)
    found = read_as(preview, table, reading_in(table, preview))
    if found.problems and not data["only_good"]:
        raise Refused(found.problems)
    if any(problem.code in ("mixed_bands", "required") and not problem.path[1:2] for problem in found.problems):
        raise Refused(found.problems)
    if not found.entries:
        raise refuse("no_rows", "In dit bestand staat geen regel die telt.", "file")
    made = _stored(doing, found, replaced)
    SpendPreview.objects.filter(pk=preview.pk).update(made=made, content=b"")
    _mark_used(preview)
    link(preview.organisation_id)
    said = {"file": made.file_name, "rows": made.rows, "replaces": len(replaced)}
    return Done(made, reason=data["reason"] or "", changes=said)


def _replaced(preview: SpendPreview, data: Mapping[str, Any]) -> list[SpendImport]:
    """What there is over the same time. Raises Refused when it is not to be replaced, with a reason."""
    there = SpendImport.objects.filter(organisation=preview.organisation_id, ended_at=None)
    found = list(there.filter(first_day__lte=preview.last_day, last_day__gte=preview.first_day).order_by("pk"))
    if found and not data["replaces"]:
        names = ", ".join(
            f"{row.file_name} ({row.first_day:%d-%m-%Y} t/m {row.last_day:%d-%m-%Y})" for row in found
        )
        text = f"Over deze periode is er al: {names}. Vervang het met een reden, of kies een andere periode."
        raise conflict("overlap", text, "replaces")
    if found and not (data["reason"] or "").strip():
        raise refuse("required", "Zeg waarom u de uitgaven van deze periode vervangt.", "reason")
    return found


def _stored(doing: Doing[SpendPreview], found: Read, replaced: list[SpendImport]) -> SpendImport:
    preview = doing.target
    taken = conflict("same_file", "Dit bestand is al ingelezen: hetzelfde bestand telt niet twee keer.", "file")
    with unless_taken(taken):
        end_imports(replaced, doing)
        made = SpendImport.objects.create(
            organisation_id=preview.organisation_id,
            file_name=preview.file_name,
            sha256=preview.sha256,
            first_day=preview.first_day,
            last_day=preview.last_day,
            vat_rate=preview.vat_rate,
            layout=preview.layout,
            rows=len(found.entries),
            total=found.file.total,
            told=found.file.told(),
            replaces=replaced[0] if replaced else None,
            reason=doing.data["reason"] or "",
            created_at=doing.now,
        )
    keys = ((entry.kind, entry.code) for entry in found.entries)
    mappings = mappings_for(preview.organisation_id, keys)
    suppliers = _suppliers({entry.supplier for entry in found.entries})
    for part in _parts(found.entries):
        SpendEntry.objects.bulk_create(_row(made, entry, mappings, suppliers) for entry in part)
    return made


def _row(
    made: SpendImport, entry: Entry, mappings: Mapping[tuple[str, str], int], suppliers: Mapping[str, int]
) -> Any:
    return SpendEntry(
        organisation_id=made.organisation_id,
        spend_import=made,
        row=entry.row,
        day=entry.day,
        year=entry.year,
        supplier_name=entry.supplier,
        supplier_id=suppliers.get(entry.supplier.casefold()),
        mapping_id=mappings[entry.kind, entry.code],
        amount=entry.amount,
        band=entry.band,
        contract_reference=entry.contract,
    )


def _suppliers(names: Iterable[str]) -> dict[str, int]:
    """The firm of each name that is exactly that of one firm, whatever its capitals."""
    wanted = {name.casefold() for name in names if name}
    found: dict[str, list[int]] = {}
    for pk, name, now in Supplier.objects.values_list("pk", "name", "merged_into"):
        if name.casefold() in wanted:
            found.setdefault(name.casefold(), []).append(now or pk)
    return {name: pks[0] for name, pks in found.items() if len(set(pks)) == 1}


def _parts(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    rows = iter(entries)
    while part := list(islice(rows, _AT_A_TIME)):
        yield part


def end_imports(rows: Iterable[SpendImport], doing: Doing[Any]) -> None:
    """Let these count no more, from the moment of the act."""
    for row in rows:
        if row.ended_at is None:
            row.ended_at = doing.now
            row.save(update_fields=["ended_at"])


def drop_expired() -> int:
    """How many files were thrown away because their day is over."""
    dropped, _ = SpendPreview.objects.filter(created_at__lte=clock.now() - KEPT).delete()
    return dropped


def _refuse_again(organisation_id: int, digest: str) -> None:
    there = SpendImport.objects.filter(organisation=organisation_id, sha256=digest, ended_at=None).first()
    if there is not None:
        text = (
            f"Dit bestand is al ingelezen op {there.created_at:%d-%m-%Y}: hetzelfde bestand telt niet twee keer."
        )
        raise conflict("same_file", text, "file")


def reading_in(table: intake.Table, preview: SpendPreview) -> Reading:
    """How the columns are read, as they were said of this very file."""
    profile = ColumnProfile(
        columns=preview.layout["columns"],
        decimal=preview.layout["decimal"],
        date_form=preview.layout["dateForm"],
        mappings=preview.layout["mappings"],
    )
    return reading_of(table, profile)


def _mark_used(preview: SpendPreview) -> None:
    name = preview.layout.get("name")
    rows = ColumnProfile.objects.filter(
        organisation=preview.organisation_id, kind=SPEND.code, ended_at=None, name=name
    )
    rows.update(used_at=clock.now())


def _context(preview: SpendPreview) -> str:
    return f"spend {preview.public_id}"
