"""/files, and the files of each thing that files hang on."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework.request import Request

from mvi_dashboard.ground.described import Described
from mvi_dashboard.ground.files import reading
from mvi_dashboard.ground.files.attaching import add_file, withdraw_file
from mvi_dashboard.ground.files.places import every, place_of
from mvi_dashboard.ground.files.resources import FileRow
from mvi_dashboard.ground.files.seen import get_file, visible_files
from mvi_dashboard.ground.files.shapes import ATTACHMENT
from mvi_dashboard.ground.files.types import ALL, JSON
from mvi_dashboard.ground.filters import Filter, Filters
from mvi_dashboard.ground.models import Attachment
from mvi_dashboard.ground.rest.endpoint import Endpoint
from mvi_dashboard.ground.rest.operations import acting, operation
from mvi_dashboard.ground.sent_files import Upload
from mvi_dashboard.ground.shapes import Choice, Date, Moment

TAG = ("bestanden",)
_BOOLEANS = ("orEquivalent", "shared")
FILES = Filters(
    object_type=Filter("", where="object_type", shape=Choice(lambda: list(every()), required=False)),
    ends_before=Filter("", where="detail__valid_until__lt", shape=Date(required=False)),
    added_since=Filter("", where="added_at__gte", shape=Moment(required=False)),
)


class _Files(Endpoint):
    def row(self, attachment: Attachment) -> Described:
        """One file as this actor may see it."""
        return FileRow.of(attachment, self.actor)

    def told(self, found: QuerySet[Attachment], order: tuple[str, ...]) -> HttpResponse:
        """One page of files; with those of a bid of others in it, that leaves a trace."""
        seen: list[Attachment] = []

        def row(attachment: Attachment) -> Described:
            seen.append(attachment)
            return self.row(attachment)

        answer = self.page(found, order=order, row=row)
        reading.note_told(self.actor, seen)
        return answer


class Files(_Files):
    """Every file that one may see."""

    @operation(
        "Bestanden", query=FILES.parameters, paged=True, answers={200: FileRow}, name="files_list", tags=TAG
    )
    def get(self, request: Request) -> HttpResponse:
        """One page, newest first; what was destroyed with its vault is left out."""
        whole = visible_files(self.actor).filter(file__vault__destroyed_at__isnull=True)
        found = FILES.narrowed(whole, FILES.of_parameters(self.parameters))
        return self.told(found, ("-added_at", "id"))


class OneFile(_Files):
    """One file."""

    @operation("Een bestand", answers={200: FileRow}, name="files_get", tags=TAG)
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """What it is; `content` says where it can be had."""
        found = get_file(self.actor, public_id)
        answer = self.answer(self.row(found))
        reading.note_told(self.actor, [found])
        return answer


class FileContent(_Files):
    """The file itself."""

    @operation(
        "De inhoud van een bestand",
        answers={},
        # A file of JSON is answered too: that it is no answer of ours, its Content-Disposition says.
        files=tuple(each.media_type for each in ALL if each is not JSON),
        name="files_content",
        tags=TAG,
    )
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """As it was sent, after its hash was checked."""
        self.count_export()
        return reading.download(reading.give(self.actor, get_file(self.actor, public_id)))


class Withdraw(_Files):
    """_withdraw."""

    @acting(withdraw_file, answers={200: FileRow}, name="files_withdraw", tags=TAG)
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """It stays, with who withdrew it and why."""
        return self.carry_out(withdraw_file, answer=self.row, file_id=public_id)


class _FilesOfOne(_Files):
    takes_file = True
    of = ""

    def largest_file(self) -> int:
        """As the installation says."""
        return int(settings.FILES_LARGEST)

    def listed(self, address: dict[str, Any]) -> HttpResponse:
        """One page of the files of one thing, oldest first."""
        place = place_of(self.of)
        row = place.find(self.actor, _key(address))
        whole = visible_files(self.actor).filter(file__vault__destroyed_at__isnull=True)
        return self.told(whole.filter(object_type=self.of, object_id=row.pk), ("added_at", "id"))

    def added(self, address: dict[str, Any]) -> HttpResponse:
        """The file that was sent, added to one thing."""
        sent = self.file
        document = _document(sent.fields if sent else self.body)
        upload = Upload(sent.name, sent.content) if sent else None
        named: dict[str, Any] = {
            "object_type": self.of,
            "key": _key(address),
            "upload": upload,
            "document": document,
        }
        return self.once(
            lambda once: add_file(self.actor, **named, once=once),
            answer=lambda found: self.answer(self.row(found), location=f"/api/v1/files/{found.public_id}"),
        )


def files_endpoint(of: str, name: str, label: str, tags: tuple[str, ...]) -> type[_FilesOfOne]:
    """The endpoint of the files of one kind of thing; `name` begins its operationIds."""

    class FilesOfOne(_FilesOfOne):
        @operation(f"Bestanden van {label}", paged=True, answers={200: FileRow}, name=f"{name}_files", tags=tags)
        def get(self, request: Request, **address: Any) -> HttpResponse:
            """Those that one may see."""
            return self.listed(address)

        @operation(
            f"Voeg een bestand toe aan {label}",
            form=ATTACHMENT,
            answers={201: FileRow},
            once=True,
            name=f"{name}_add_file",
            tags=tags,
        )
        def post(self, request: Request, **address: Any) -> HttpResponse:
            """Multipart, with the file in `file`."""
            return self.added(address)

    FilesOfOne.of = of
    FilesOfOne.__doc__ = f"The files of {of}."
    return cast("type[_FilesOfOne]", FilesOfOne)


def _key(address: dict[str, Any]) -> str:
    return ":".join(str(part) for part in address.values())


def _document(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields of a form, in which yes and no are texts, as JSON would say them."""
    said = {"true": True, "false": False}
    return {name: said.get(value, value) if name in _BOOLEANS else value for name, value in fields.items()}
