"""Giving a file back: its bytes are checked first, and reading what somebody else offered leaves a trace."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from mvi_dashboard.ground import audit
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.intake.apart import read_apart
from mvi_dashboard.ground.models import Attachment, AttachmentDetail
from mvi_dashboard.ground.problems import not_found
from mvi_dashboard.ground.vault import Purpose, Unopenable

from .keeping import content_of
from .seen import detail_of, is_own
from .types import PICTURES

# Nothing in it runs, also when somebody opens it in the browser after all.
_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"
_PREVIEWED = {each.media_type for each in PICTURES}


@dataclass(frozen=True)
class Given:
    """A file as it was sent, with what it is."""

    detail: AttachmentDetail
    content: bytes


@transaction.atomic
def give(actor: Actor, attachment: Attachment) -> Given:
    """The file. Raises Refused: destroyed with its vault (404), or no longer what was stored (503)."""
    own = is_own(actor, attachment)
    detail = known_detail(attachment, actor)
    safe = attachment.file.vault
    if safe is not None and safe.destroyed_at is not None:
        raise not_found()
    purpose = Purpose.OWN if own else Purpose.OPENING
    content = content_of(attachment.file, detail.size, purpose=purpose, actor=actor)
    if safe is not None and not own:
        audit.record(actor, "file.read", attachment, organisation=attachment.organisation_id, vault=safe)
    return Given(detail, content)


@transaction.atomic
def note_told(actor: Actor, told: Iterable[Attachment]) -> None:
    """The trace of being told which files somebody else's bid has; the last statement of a request."""
    others = [each for each in told if each.file.vault_id is not None and not is_own(actor, each)]
    if others:
        first = others[0]
        audit.record(
            actor, "files.list", first, organisation=first.organisation_id, changes={"files": len(others)}
        )


def known_detail(attachment: Attachment, actor: Actor) -> AttachmentDetail:
    """What the file is. Raises Refused 404 when nobody can say that any more."""
    try:
        return detail_of(attachment, actor)
    except Unopenable:
        raise not_found() from None


def has_preview(detail: AttachmentDetail) -> bool:
    """Whether a picture of it can be shown."""
    return detail.media_type in _PREVIEWED


def download(given: Given) -> HttpResponse:
    """The file to save: of exactly its type, under its own name, and never shown inside a page of ours."""
    answer = HttpResponse(given.content, content_type=given.detail.media_type)
    answer.headers["Content-Disposition"] = content_disposition_header(True, given.detail.name) or "attachment"
    return _safe(answer)


def preview(given: Given) -> HttpResponse:
    """A picture of the picture, made anew in a process of its own. Raises Refused: none, or too much work."""
    if not has_preview(given.detail):
        raise not_found()
    made = base64.b64decode(read_apart("preview", given.content, lambda part: None))
    return _safe(HttpResponse(made, content_type="image/jpeg"))


def _safe(answer: HttpResponse) -> HttpResponse:
    answer.headers["Content-Security-Policy"] = _POLICY
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "no-store"
    return answer
