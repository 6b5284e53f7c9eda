"""The files of a bid: pinned by the version that is handed in, and readable from the opening on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.files.seen import unsealed_detail
from mvi_dashboard.ground.models import Attachment
from mvi_dashboard.ground.vault import Purpose
from tenders.models import Bid, BidVersion

from .sealing import FILES, unseal_whole

Pinned = list[dict[str, str]]
_OF = "bid"


def with_files(document: Mapping[str, Any], bid: Bid, actor: Actor | None) -> Mapping[str, Any]:
    """What is sealed and receipted of a bid: with the id and hash of each file, when there are any.

    The order is that of the ids, so that a supplier can make the same document again.
    """
    pinned = _pins(bid, actor)
    return {**document, FILES: pinned} if pinned else document


def files_pinned(version: BidVersion, *, purpose: Purpose, actor: Actor | None) -> Pinned:
    """The files of this version. Raises Unopenable."""
    found: Pinned = unseal_whole(version, purpose=purpose, actor=actor).get(FILES) or []
    return found


def pinned_ids(version: BidVersion | None, actor: Actor) -> set[str]:
    """The ids of the files of the own version that counts; none when nothing was handed in. Raises Unopenable."""
    return {each["id"] for each in files_pinned(version, purpose=Purpose.OWN, actor=actor)} if version else set()


def open_files(version: BidVersion) -> None:
    """Say what each file of this version is, for who reads the bid from now on. Raises Unopenable.

    What was added after it was handed in, or was not handed in again, stays sealed for good.
    """
    pinned = {each["id"]: each["sha256"] for each in files_pinned(version, purpose=Purpose.OPENING, actor=None)}
    if not pinned:
        return
    for attachment in _files_of(version.bid).filter(public_id__in=list(pinned), detail__isnull=True):
        detail = unsealed_detail(attachment, Purpose.OPENING, None)
        detail.attachment = attachment
        detail.save(force_insert=True)


def _pins(bid: Bid, actor: Actor | None) -> Pinned:
    if bid.pk is None:
        return []
    found = _files_of(bid).filter(withdrawn_at__isnull=True).order_by("public_id")
    return [
        {"id": str(each.public_id), "sha256": unsealed_detail(each, Purpose.OWN, actor).sha256} for each in found
    ]


def _files_of(bid: Bid) -> Any:
    return Attachment.objects.filter(object_type=_OF, object_id=bid.pk).select_related("file__vault")
