"""How a service says no: all problems at once, as data, in the words of the user.

Form, REST and workbook show the same problems; each only translates the path to its own field name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum

Path = tuple[str | int, ...]


class Kind(Enum):
    """Why something is refused; REST gives each its own status (api.md)."""

    INVALID = 400
    NOT_AUTHENTICATED = 401
    FORBIDDEN = 403
    NOT_FOUND = 404
    CONFLICT = 409
    STALE = 412
    TOO_LARGE = 413
    UNSUPPORTED_MEDIA_TYPE = 415
    PRECONDITION_REQUIRED = 428
    TOO_MANY = 429
    UNAVAILABLE = 503


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong.

    `path` names the field in the terms of the document (`("lines", 0, "massKg")`), empty for the whole.
    `detail` is a Dutch sentence that says what to do. `confirmable` = implausible but possible.
    `choices` are codes that may have been meant: to choose from, never filled in.
    """

    path: Path
    code: str
    detail: str
    confirmable: bool = False
    choices: tuple[str, ...] = ()

    @property
    def attr(self) -> str | None:
        """The path as one dotted name, or None for the whole document."""
        return ".".join(str(part) for part in self.path) or None

    def under(self, *prefix: str | int) -> Problem:
        """The same problem, seen from one or more levels higher in the document."""
        return replace(self, path=(*prefix, *self.path))


class Refused(Exception):
    """A service did nothing, and these are all the reasons."""

    retry_after: int | None = None
    """After how many seconds it may be asked again, where that is known."""

    def __init__(self, problems: Iterable[Problem], kind: Kind | None = None) -> None:
        self.problems = list(problems)
        if not self.problems:
            raise ValueError("a refusal names at least one problem")
        # Only confirmable problems left: a conflict that the sender can lift (409), never 400.
        only_confirmable = all(problem.confirmable for problem in self.problems)
        self.kind = kind or (Kind.CONFLICT if only_confirmable else Kind.INVALID)
        super().__init__("; ".join(f"{p.attr or '*'}: {p.code}" for p in self.problems))


def refuse(code: str, detail: str, *path: str | int, kind: Kind = Kind.INVALID) -> Refused:
    """A refusal with one problem, ready to raise."""
    return Refused([Problem(path, code, detail)], kind)


def not_found() -> Refused:
    """The one answer for what is absent and for what belongs to somebody else."""
    return refuse("not_found", "Dit bestaat niet, of u mag het niet zien.", kind=Kind.NOT_FOUND)


def forbidden(detail: str = "U mag dit niet doen met uw rol.") -> Refused:
    """An act that one may not do on an object that one may see."""
    return refuse("permission_denied", detail, kind=Kind.FORBIDDEN)


def conflict(code: str, detail: str, *path: str | int) -> Refused:
    """The state of the world does not allow it (late, opened, taken)."""
    return refuse(code, detail, *path, kind=Kind.CONFLICT)


def too_many(seconds: int, detail: str = "U stuurt te veel verzoeken.") -> Refused:
    """Asked too often: again after so many seconds."""
    refused = refuse("rate_limited", f"{detail} Probeer het over {seconds} s opnieuw.", kind=Kind.TOO_MANY)
    refused.retry_after = seconds
    return refused


def busy(seconds: int, detail: str) -> Refused:
    """The house is full for a moment: again after so many seconds."""
    refused = refuse("unavailable", detail, kind=Kind.UNAVAILABLE)
    refused.retry_after = seconds
    return refused


def stale(detail: str = "") -> Refused:
    """Somebody else changed it meanwhile; say who and when where that is known."""
    return refuse(
        "precondition_failed",
        detail or "Dit is intussen gewijzigd. Haal de nieuwe stand op en probeer het opnieuw.",
        kind=Kind.STALE,
    )
