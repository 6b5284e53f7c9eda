"""What a file may hang on: each app registers its own, and says in the words of `access` who sees and adds.

register(Attachable(
    code="letter", model=Letter, label="brief", who="procurement-officer",
    find=lambda actor, key: selectors.get_letter(actor, key),
    require=lambda actor, letter: access.require(actor, LETTER_EDIT, letter.organisation_id),
    lock=lambda actor, key: states.lock_letter(actor, key, LETTER_EDIT),
    seen_by=lambda actor: Letter.objects.visible_to(actor),
    page=lambda letter: reverse("letters:letter", args=[letter.public_id]),
    named=lambda letter: letter.title,
))
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Model, QuerySet

from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import AttachmentDetail, Vault
from mvi_dashboard.ground.problems import Problem, not_found


def _nothing_more(row: Any, now: datetime) -> None:
    """Files may hang on it in every state."""


def _may_go(row: Any, detail: AttachmentDetail | None) -> None:
    """Every file may be withdrawn."""


def _no_vault(row: Any) -> Vault | None:
    return None


def _nothing_wrong(row: Any, data: Mapping[str, Any]) -> list[Problem]:
    return []


@dataclass(frozen=True, kw_only=True)
class Attachable:
    """One kind of thing that files hang on. A `key` is what its address calls it by."""

    code: str
    model: type[Model]
    label: str
    """what it is called in a sentence"""
    who: str
    """the roles that may add and withdraw, for the list of acts"""
    find: Callable[[Actor, str], Any]
    """the row as this actor may see it; raises Refused: absent"""
    require: Callable[[Actor, Any], None]
    """raises Refused 403 when this actor may not add to it"""
    lock: Callable[[Actor, Any], Any]
    """the same row, locked by who may add to it; raises Refused"""
    seen_by: Callable[[Actor], QuerySet[Any]]
    """the rows of which this actor sees every file"""
    shared_with: Callable[[Actor], QuerySet[Any]] | None = None
    """the rows of which it sees the files that are shared with suppliers"""
    page: Callable[[Any], str]
    named: Callable[[Any], str]
    key_of: Callable[[Any], str] = field(default=lambda row: str(row.public_id))
    possible: Callable[[Any, datetime], None] = _nothing_more
    """raises Refused 409 when nothing can be added or withdrawn now"""
    may_go: Callable[[Any, AttachmentDetail | None], None] = _may_go
    """raises Refused 409 when this very file stays; no detail: it is sealed"""
    vault_of: Callable[[Any], Vault | None] = _no_vault
    """what its files are sealed with"""
    supplier_of: Callable[[Any], int | None] = field(default=lambda row: None)
    """whose its files are, when a supplier adds them"""
    check: Callable[[Any, Mapping[str, Any]], list[Problem]] = _nothing_wrong
    """what is wrong with what is said of a file here"""


def public_id_in(key: UUID | str) -> UUID:
    """The id in the address of a thing. Raises Refused: absent."""
    try:
        return key if isinstance(key, UUID) else UUID(key)
    except ValueError:
        raise not_found() from None


_places: dict[str, Attachable] = {}


def register(place: Attachable) -> None:
    """Add a kind under its code."""
    _places[place.code] = place


def every() -> Mapping[str, Attachable]:
    """All kinds by code."""
    return _places


def place_of(code: str) -> Attachable:
    """The kind with this code. Raises Refused: absent."""
    found = _places.get(code)
    if found is None:
        raise not_found()
    return found
