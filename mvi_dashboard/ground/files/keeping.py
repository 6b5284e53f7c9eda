"""The bytes of a file: into the store before any row names them, and out again only when their hash is right.

What belongs to a sealed bid is cut into parts that are sealed one by one under the key of its vault, and filled up
to one of few sizes. So neither the store nor the database tells what it is or how large it was.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from django.core.files.base import ContentFile, File
from django.db.models import Q

from mvi_dashboard.ground import clock, vault
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import StoredFile, Vault
from mvi_dashboard.ground.problems import Kind, refuse
from mvi_dashboard.ground.vault import Purpose, Unopenable

from .storing import fresh_name, store

PART = 256 * 1024
SMALLEST = PART
SEALED_TYPE = "application/octet-stream"
ORPHAN_AFTER = timedelta(days=7)
"""Younger ones may be on their way to their row, or belong to a newer backup of the database."""
_ROOM = PART - 1  # the end mark of the seal takes one byte
_AT_A_TIME = 500
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Kept:
    """Bytes that lie in the store without a row as yet."""

    storage_name: str
    sha256: str
    size: int
    media_type: str
    vault: Vault | None = None


@dataclass
class _Sizes:
    """The hash and size of bytes that pass by."""

    digest: hashlib._Hash = field(default_factory=hashlib.sha256)
    size: int = 0

    def add(self, part: bytes) -> bytes:
        self.digest.update(part)
        self.size += len(part)
        return part


class _Passing(File):  # type: ignore[type-arg]
    """A file that is made while it is written: the store takes it part by part."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        super().__init__(None)
        self.parts = parts

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        """Each part once."""
        yield from self.parts


def keep(content: bytes, media_type: str, safe: Vault | None = None) -> Kept:
    """The content in the store under a fresh name; sealed with this vault. Raises Unopenable without its key."""
    name, sizes = fresh_name(), _Sizes()
    parts = iter((content,)) if safe is None else _sealed(content, safe, name)
    counted = (sizes.add(part) for part in parts)
    if safe is None:
        stored = store().save(name, ContentFile(b"".join(counted)))
    else:
        stored = store().save(name, _stream(counted))
    shown = media_type if safe is None else SEALED_TYPE
    return Kept(stored, sizes.digest.hexdigest(), sizes.size, shown, safe)


def row_of(kept: Kept, organisation_id: int | None, supplier_id: int | None) -> StoredFile:
    """The row of what was kept, in the transaction of the act that asks for it."""
    return StoredFile.objects.create(
        organisation_id=organisation_id,
        owner_supplier_id=supplier_id,
        vault=kept.vault,
        sha256=kept.sha256,
        size=kept.size,
        media_type=kept.media_type,
        storage_name=kept.storage_name,
        created_at=clock.now(),
    )


def drop(kept: Kept) -> None:
    """Take bytes away that got no row; when that fails the sweep does it later."""
    try:
        store().delete(kept.storage_name)
    except Exception as error:  # the store may be anything, and the refusal that is on its way matters more
        logger.warning("a file without a row stays for the sweep: %s", type(error).__name__)


def content_of(file: StoredFile, size: int, *, purpose: Purpose, actor: Actor | None) -> bytes:
    """The content as it was sent; `size` as it was then. Raises Refused 503 when it is not what was stored."""
    try:
        raw = _raw(file)
    except OSError as error:
        raise _not_there(file, type(error).__name__) from error
    if hashlib.sha256(raw).hexdigest() != file.sha256:
        raise _not_there(file, "its hash differs")
    if file.vault is None:
        return raw
    try:
        return b"".join(_unsealed(raw, file, purpose, actor))[:size]
    except Unopenable as closed:
        raise _not_there(file, str(closed)) from closed


def differences() -> Iterator[str]:
    """A line per row whose bytes are absent or changed; what was destroyed with its vault is not asked for."""
    for file in StoredFile.objects.filter(_alive()).order_by("pk").iterator(chunk_size=200):
        try:
            raw = _raw(file)
        except Exception as error:  # each store has its own way of saying that something is not there
            yield f"file {file.public_id}: its bytes cannot be read ({type(error).__name__})"
            continue
        if hashlib.sha256(raw).hexdigest() != file.sha256 or len(raw) != file.size:
            yield f"file {file.public_id}: its bytes are not those that were stored"


def sweep() -> int:
    """How many files were taken away: those without a row for a week, and those whose vault was destroyed."""
    taken, limit = 0, clock.host_now() - ORPHAN_AFTER
    for names in _batches():
        rows = StoredFile.objects.filter(storage_name__in=names)
        known = set(rows.values_list("storage_name", flat=True))
        dead = set(rows.exclude(_alive()).values_list("storage_name", flat=True))
        for name in names:
            if name in dead or (name not in known and store().get_modified_time(name) < limit):
                store().delete(name)
                taken += 1
    return taken


def size_class(size: int) -> int:
    """The size up to which so many sealed bytes are filled: a power of two, so that it tells next to nothing.

    >>> size_class(1) == size_class(200_000), size_class(300_000), size_class(20 * 1024 * 1024)
    (True, 524288, 33554432)
    """
    return max(SMALLEST, 1 << (max(size, 1) - 1).bit_length())


def _alive() -> Q:
    return Q(vault__isnull=True) | Q(vault__destroyed_at__isnull=True)


def _raw(file: StoredFile) -> bytes:
    with store().open(file.storage_name) as source:
        content: bytes = source.read()
        return content


def _stream(parts: Iterator[bytes]) -> File:  # type: ignore[type-arg]
    """What the store takes: part by part on disk, in one piece where a server wants to know its length."""
    from .storing import DurableFiles

    return _Passing(parts) if isinstance(store(), DurableFiles) else ContentFile(b"".join(parts))


def _sealed(content: bytes, safe: Vault, name: str) -> Iterator[bytes]:
    """Parts of one length, each sealed for its own place in this file."""
    whole = size_class(len(content))
    total = -(-whole // _ROOM)
    for number in range(total):
        part = content[number * _ROOM : (number + 1) * _ROOM]
        yield vault.seal(safe, part.ljust(_ROOM, b"\0"), _context(name, number, total))


def _unsealed(raw: bytes, file: StoredFile, purpose: Purpose, actor: Actor | None) -> Iterator[bytes]:
    assert file.vault is not None
    length = vault.sealed_length(_ROOM)
    total = len(raw) // length
    for number in range(total):
        part = raw[number * length : (number + 1) * length]
        context = _context(file.storage_name, number, total)
        yield vault.unseal(file.vault, part, context, purpose=purpose, actor=actor)


def _context(name: str, number: int, total: int) -> str:
    return f"file {name} part {number + 1} of {total}"


def _batches() -> Iterator[list[str]]:
    """The names in the store, some at a time, whatever else lies beside them left alone."""
    found: list[str] = []
    try:
        folders, _files = store().listdir("")
    except FileNotFoundError:
        return  # nobody attached anything yet
    for folder in sorted(folders):
        if len(folder) != 2:
            continue
        found += [f"{folder}/{name}" for name in store().listdir(folder)[1]]
        if len(found) >= _AT_A_TIME:
            yield found
            found = []
    if found:
        yield found


def _not_there(file: StoredFile, why: str) -> Exception:
    logger.error("file %s cannot be given back: %s", file.public_id, why)
    text = "Dit bestand kan nu niet worden gegeven: het is weg of veranderd. Vraag uw beheerder."
    return refuse("file_unavailable", text, kind=Kind.UNAVAILABLE)
