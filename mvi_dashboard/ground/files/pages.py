"""Pages of files: one file with its preview, downloading, adding and withdrawing; and the list on other pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.act_pages import ActPage, Document
from mvi_dashboard.ground.idempotency import Once, fingerprint
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.models import Attachment, AttachmentDetail
from mvi_dashboard.ground.pages import actor_of, signed_in
from mvi_dashboard.ground.problems import Refused, not_found
from mvi_dashboard.ground.sent_files import Upload, size_in_words
from mvi_dashboard.ground.uploads import file_in

from . import reading
from .attaching import add_file, withdraw_file
from .places import Attachable, place_of
from .seen import files_under, get_file, row_behind, validity
from .types import NAMED


@dataclass(frozen=True)
class Shown:
    """A file as a page tells it."""

    attachment: Attachment
    detail: AttachmentDetail
    url: str
    download_url: str
    kind: str
    state: str
    asks: bool
    """whether its date asks for somebody"""
    gone: bool
    """whether it was withdrawn and counts no more"""
    withdraw_url: str = ""


@dataclass(frozen=True)
class Listed:
    """The files of one thing, and where to add one; no address for who may not."""

    files: list[Shown]
    add_url: str


def listed(actor: Actor, code: str, row: Any) -> Listed:
    """The files of this row as this actor may see them, for `parts/files.html`; one query."""
    place = place_of(code)
    found = files_under(actor, {code: [row]})
    may = may_add(place, actor, row)
    return Listed(_shown_of(found, actor, may=may), add_url(place, row) if may else "")


def shown_under(actor: Actor, rows: Mapping[str, Any]) -> dict[tuple[str, int], list[Shown]]:
    """The files of many rows, by the code of their kind and their key; one query."""
    found: dict[tuple[str, int], list[Shown]] = {}
    for each in files_under(actor, rows):
        found.setdefault((each.object_type, each.object_id), []).extend(_shown_of([each], actor))
    return found


def shown(attachment: Attachment, actor: Actor, *, may: bool = False) -> Shown:
    """One file in words. Raises Refused: destroyed with its vault."""
    detail = reading.known_detail(attachment, actor)
    # What was opened with a bid belongs to it, whatever its supplier did with the file after handing in.
    gone = attachment.withdrawn_at is not None and (detail.pk is None or attachment.sealed is None)
    state, asks = ("ingetrokken", False) if gone else validity(detail.valid_until)
    key = [attachment.public_id]
    return Shown(
        attachment=attachment,
        detail=detail,
        url=reverse("file", args=key),
        download_url=reverse("file-download", args=key),
        kind=AttachmentDetail.Kind(detail.kind).label,
        state=state,
        asks=asks,
        gone=gone,
        withdraw_url=reverse("file-withdraw", args=key) if may and not gone else "",
    )


def _shown_of(found: Iterable[Attachment], actor: Actor, *, may: bool = False) -> list[Shown]:
    """These files in words, but for those of which nobody can say any more what they are."""
    told = []
    for each in found:
        try:
            told.append(shown(each, actor, may=may))
        except Refused:
            continue
    return told


def may_add(place: Attachable, actor: Actor, row: Any) -> bool:
    """Whether this actor is offered to add a file here."""
    try:
        place.require(actor, row)
    except Refused:
        return False
    return True


def add_url(place: Attachable, row: Any) -> str:
    """Where a file is added to this row."""
    return reverse("file-add", args=[place.code, place.key_of(row)])


@signed_in
def one_file(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What a file is, whose, how long it holds, and a preview of a picture."""
    actor = actor_of(request)
    found = get_file(actor, public_id)
    place, row = place_of(found.object_type), row_behind(found)
    told = shown(found, actor, may=may_add(place, actor, row))
    page_url = _page_of(place, actor, row)
    context = {
        "file": told,
        "has_preview": reading.has_preview(told.detail),
        "place": place,
        "named": place.named(row),
        "page_url": page_url,
        "size": size_in_words(told.detail.size),
        "crumbs": _crumbs(place, row, told.detail.name, page_url),
    }
    page = render(request, "files/file.html", context)
    reading.note_told(actor, [found])
    return page


@signed_in
def files_of_one(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """The files of one thing, for what has no page of its own to show them on."""
    actor, place = actor_of(request), place_of(code)
    row = place.find(actor, key)
    found = listed(actor, code, row)
    context = {
        "list": found,
        "place": place,
        "named": place.named(row),
        "page_url": place.page(row),
        "crumbs": _crumbs(place, row, worded("Bestanden"), place.page(row)),
    }
    page = render(request, "files/files.html", context)
    reading.note_told(actor, [each.attachment for each in found.files])
    return page


@signed_in
def download(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The file itself."""
    actor = actor_of(request)
    return reading.download(reading.give(actor, get_file(actor, public_id)))


@signed_in
def preview(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A picture of a picture, without what a camera hid in it."""
    actor = actor_of(request)
    return reading.preview(reading.give(actor, get_file(actor, public_id)))


class AddFile(ActPage[Any]):
    """Adding a file to something."""

    act = add_file
    template = "files/add.html"
    title = "Bestand toevoegen"
    done = "Het bestand is opgeslagen."
    keyed = True
    beside = ("sleutel", "file")

    def find(self, **address: Any) -> Any:
        """What it will hang on. Raises Refused: absent."""
        self.place = place_of(address["code"])
        self.key = address["key"]
        return self.place.find(self.actor, self.key)

    def require_right(self) -> None:
        """Raises Refused 403."""
        self.place.require(self.actor, self.target)

    def named(self) -> Document:
        """What it hangs on, and the file that was sent."""
        return {"object_type": self.place.code, "key": self.key, "upload": self._upload()}

    def back_url(self) -> str:
        """The page of what it hangs on."""
        return self.place.page(self.target)

    def first(self) -> Document:
        """What the link said: which product and question it proves."""
        asked = {"line": self.request.GET.get("regel", ""), "field": self.request.GET.get("vraag", "")}
        return {name: text[:100] for name, text in asked.items() if text}

    def carry_out(self, document: Document) -> Attachment:
        """The file; another file in the same form is another request. Raises Refused."""
        named = self.named()
        upload: Upload | None = named["upload"]
        said = [document, upload.name, sha256(upload.content).hexdigest()] if upload else [document]
        once = Once(self.actor.key, self._key(), fingerprint("POST", self.request.path, said))
        found = once.press(lambda: add_file(self.actor, **named, document=document, typed=True, once=once))
        assert isinstance(found, Attachment)
        return found

    def content(self) -> Document:
        """What may be sent, and what is asked of it here."""
        place, row = self.place, self.target
        return {
            "place": place,
            "named_as": place.named(row),
            "types": NAMED,
            "largest": size_in_words(settings.FILES_LARGEST),
            "may_share": place.shared_with is not None,
            "sealed": place.vault_of(row) is not None,
            "proves": bool(self.document.get("line") or self.document.get("field")),
            "crumbs": _crumbs(place, row, self.title, place.page(row)),
        }

    def _upload(self) -> Upload | None:
        sent = file_in(self.request, most=settings.FILES_LARGEST)
        return Upload(*sent) if sent else None


class WithdrawFile(ActPage[Attachment]):
    """Withdrawing a file."""

    act = withdraw_file
    title, question = "Bestand intrekken", "Wilt u dit bestand intrekken?"
    lead = "Het blijft staan, met de reden. Wie het mag zien, ziet ook dat het is ingetrokken."
    warning = "Een ingetrokken bestand telt niet meer mee. Voeg het opnieuw toe als u zich bedenkt."
    submit_label = "Bestand intrekken"
    danger = True
    done = "Het bestand is ingetrokken."

    def find(self, **address: Any) -> Attachment:
        """The file. Raises Refused: absent."""
        found = get_file(self.actor, address["public_id"])
        self.place, self.row = place_of(found.object_type), row_behind(found)
        return found

    def require_right(self) -> None:
        """Raises Refused 403."""
        self.place.require(self.actor, self.row)
        if self.target.withdrawn_at is not None:
            raise not_found()

    def named(self) -> Document:
        """The file."""
        return {"file_id": self.target.public_id}

    def back_url(self) -> str:
        """The page of what it hangs on."""
        return self.place.page(self.row)

    def inputs(self) -> list[Document]:
        """A reason, but not for what is sealed."""
        return [] if self.target.sealed is not None else super().inputs()

    def content(self) -> Document:
        """Which file."""
        detail = reading.known_detail(self.target, self.actor)
        return {
            "facts_title": worded("Dit bestand"),
            "facts": [
                {"label": worded("Naam"), "value": detail.name},
                {"label": worded("Waarover"), "value": detail.subject},
            ],
            "crumbs": _crumbs(self.place, self.row, self.title, self.back_url()),
        }


def _page_of(place: Attachable, actor: Actor, row: Any) -> str:
    """The page of what it hangs on; nothing for who sees the file alone."""
    try:
        place.find(actor, place.key_of(row))
    except Refused:
        return ""
    return place.page(row)


def _crumbs(place: Attachable, row: Any, label: str, url: str) -> list[dict[str, str]]:
    return [
        {"label": worded("Start"), "url": "/"},
        {"label": place.named(row), "url": url},
        {"label": label},
    ]
