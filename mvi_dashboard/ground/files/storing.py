"""The store of files on disk: a file is whole and safe before it has its name, and no two have the same one."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage, Storage, storages
from django.utils.deconstruct import deconstructible

STORE = "attachments"
_BEING_WRITTEN = ".part"


@deconstructible(path="mvi_dashboard.ground.files.storing.DurableFiles")
class DurableFiles(FileSystemStorage):
    """Files under MEDIA_ROOT, readable by the web server's own account only.

    Written beside their place, pressed to the disk, and then given their name in one step: a crash leaves a file
    that nobody asks for, never half of one that somebody does.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700, **options})

    def _save(self, name: str, content: Any) -> str:
        path = Path(self.path(name))
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside = path.with_name(f"{path.name}{_BEING_WRITTEN}")
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as out:
                for part in content.chunks():
                    out.write(part)
                out.flush()
                os.fsync(out.fileno())
            beside.rename(path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
        _press(path.parent)
        _press(path.parent.parent)
        return name


def store() -> Storage:
    """Where files are kept, as the environment says: the disk, or a server that speaks S3."""
    found: Storage = storages[STORE]
    return found


def fresh_name() -> str:
    """A name that tells nothing and that nobody can guess, in one of 256 folders."""
    name = secrets.token_hex(20)
    return f"{name[:2]}/{name[2:]}"


def _press(folder: Path) -> None:
    """Have the name of what was just written reach the disk too, where the system can do that."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
