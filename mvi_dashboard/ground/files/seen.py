"""Which files somebody sees, decided in one query, and what a file is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from mvi_dashboard.ground import clock, vault
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import Attachment, AttachmentDetail
from mvi_dashboard.ground.problems import not_found
from mvi_dashboard.ground.vault import Purpose

from .places import Attachable, every

ENDS_SOON = timedelta(days=60)
_WITH = ("detail", "file__vault", "added_by", "withdrawn_by", "organisation", "supplier")
_TEXTS = ("name", "media_type", "sha256", "kind", "subject", "line", "field")


def visible_files(actor: Actor) -> QuerySet[Attachment]:
    """The files that this actor may see: its supplier's own, and those of what it may read, once they are open."""
    seen = Q(pk__in=())
    for place in every().values():
        seen |= _seen_of(place, actor)
    if actor.supplier_id is not None:
        seen |= Q(supplier_id__in=actor.supplier_ids)
    return Attachment.objects.filter(seen).select_related(*_WITH)


def files_under(actor: Actor, rows: Mapping[str, QuerySet[Any] | Iterable[Any]]) -> list[Attachment]:
    """The files that hang on these rows, by code of their kind, as this actor may see them, oldest first.

    One query, however many rows and kinds.
    """
    wanted = Q(pk__in=())
    for code, found in rows.items():
        seen = _seen_of(every()[code], actor)
        if actor.supplier_id is not None:
            seen |= Q(supplier_id__in=actor.supplier_ids)
        keys = found.order_by().values("pk") if isinstance(found, QuerySet) else [row.pk for row in found]
        wanted |= Q(seen, object_type=code, object_id__in=keys)
    return list(Attachment.objects.filter(wanted).select_related(*_WITH).order_by("id"))


def get_file(actor: Actor, public_id: UUID | str) -> Attachment:
    """One file that this actor may see. Raises Refused: absent."""
    found = visible_files(actor).filter(public_id=public_id).first()
    if found is None:
        raise not_found()
    return found


def row_behind(attachment: Attachment) -> Any:
    """What this file hangs on."""
    model: type[Model] = every()[attachment.object_type].model
    return model._default_manager.get(pk=attachment.object_id)


def is_own(actor: Actor, attachment: Attachment) -> bool:
    """Whether it is of the supplier that this actor acts for."""
    return attachment.supplier_id in actor.supplier_ids


def detail_of(attachment: Attachment, actor: Actor) -> AttachmentDetail:
    """What this file is: as it stands open, or out of its seal for the supplier whose it is. Raises Unopenable."""
    found = getattr(attachment, "detail", None)
    return found if found is not None else unsealed_detail(attachment, Purpose.OWN, actor)


def unsealed_detail(attachment: Attachment, purpose: Purpose, actor: Actor | None) -> AttachmentDetail:
    """What stands in the seal of a file, as a row that is not stored. Raises Unopenable."""
    safe = attachment.file.vault
    assert safe is not None
    assert attachment.sealed is not None
    told = json.loads(
        vault.unseal(safe, bytes(attachment.sealed), seal_context(attachment), purpose=purpose, actor=actor)
    )
    until = told.pop("valid_until")
    return AttachmentDetail(
        attachment=attachment, valid_until=date.fromisoformat(until) if until else None, **told
    )


def sealed_detail(attachment: Attachment, detail: AttachmentDetail) -> bytes:
    """What a file is, sealed in one block whatever it says. Raises Unopenable."""
    safe = attachment.file.vault
    assert safe is not None
    told = {name: getattr(detail, name) for name in _TEXTS} | {
        "size": detail.size,
        "valid_until": detail.valid_until.isoformat() if detail.valid_until else None,
        "or_equivalent": detail.or_equivalent,
        "shared": detail.shared,
    }
    content = json.dumps(told, ensure_ascii=False).encode("utf-8")
    return vault.seal(safe, content, seal_context(attachment))


def seal_context(attachment: Attachment) -> str:
    """Only under this name the seal opens: what one file is cannot be put on another."""
    return f"attachment {attachment.public_id}"


def validity(until: date | None) -> tuple[str, bool]:
    """(how it stands with a date until which something holds, whether that asks for somebody)."""
    if until is None:
        return "", False
    today = clock.today()
    if until < today:
        return "verlopen", True
    return ("verloopt binnenkort", True) if until <= today + ENDS_SOON else ("geldig", False)


def _seen_of(place: Attachable, actor: Actor) -> Q:
    """What of one kind is seen: of the bids that are opened those that were opened with them."""
    if actor.is_anonymous:
        return Q(pk__in=())
    here = Q(object_type=place.code, detail__isnull=False)
    found = here & Q(object_id__in=place.seen_by(actor).order_by().values("pk"))
    if place.shared_with is not None:
        rows = place.shared_with(actor).order_by().values("pk")
        found |= here & Q(detail__shared=True, withdrawn_at__isnull=True, object_id__in=rows)
    return found
