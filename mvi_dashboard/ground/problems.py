"""How a service says no: all problems at once, as data, in the words of the user.

Form, REST and workbook show the same problems; each only translates the path to its own field name.
Nobody reads more than a thousand of them: what comes after those is only counted, in every door.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property
from typing import Self, SupportsIndex

from mvi_dashboard.ground import formats
from mvi_dashboard.ground.languages import english, worded

Path = tuple[str | int, ...]
MOST_PROBLEMS = 1_000
_MOST_IN_TEXT = 20


class Kind(Enum):
    """Why something is refused; REST gives each its own status (docs/rest.md)."""

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
    `detail` is a sentence that says what to do: Dutch in the sources, here in the language of now.
    `confirmable` = implausible but possible.
    `choices` are codes that may have been meant: to choose from, never filled in.
    """

    path: Path
    code: str
    detail: str
    confirmable: bool = False
    choices: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if english():
            object.__setattr__(self, "detail", worded(self.detail))

    @cached_property
    def attr(self) -> str | None:
        """The path as one dotted name, or None for the whole document."""
        return ".".join(str(part) for part in self.path) or None

    def under(self, *prefix: str | int) -> Problem:
        """The same problem, seen from one or more levels higher in the document."""
        return replace(self, path=(*prefix, *self.path))


@dataclass(frozen=True)
class More(Problem):
    """How many problems there are beside the ones that are named."""

    count: int = 0


class Problems(list[Problem]):
    """Problems as they are found: the first thousand are kept, the others counted.

    Going through them gives the kept ones, and then one with code `more` that says how many there are beside them.
    Adding such a one to others adds its count, so nothing is lost on the way to whoever sent the document.
    """

    def __init__(self, problems: Iterable[Problem] = ()) -> None:
        super().__init__()
        self.more = 0
        self.extend(problems)

    @property
    def full(self) -> bool:
        """Whether a further problem is only counted, so that no words need be found for it."""
        return super().__len__() >= MOST_PROBLEMS

    def __iter__(self) -> Iterator[Problem]:
        yield from super().__iter__()
        if self.more:
            more = formats.counted(self.more, "ander probleem", "andere problemen")
            text = worded("En nog {more}: herstel eerst wat hier staat.", more=more)
            yield More((), "more", text, count=self.more)

    def append(self, problem: Problem) -> None:
        """Keep or count it."""
        if isinstance(problem, More):
            self.counted(problem.count)
        elif self.full:
            self.counted()
        else:
            super().append(problem)

    add = append

    def extend(self, problems: Iterable[Problem]) -> None:
        """Keep or count each of them."""
        for problem in problems:
            self.append(problem)

    def __iadd__(self, problems: Iterable[Problem]) -> Self:  # type: ignore[override,misc]  # a list takes any
        self.extend(problems)
        return self

    def insert(self, place: SupportsIndex, problem: Problem) -> None:
        """Put it here when there is room, else count it."""
        if self.full:
            self.append(problem)
        else:
            super().insert(place, problem)

    def counted(self, number: int = 1) -> None:
        """So many more were found, for which there is no room."""
        self.more += number

    def note(self, path: Path, code: str, detail: str) -> None:
        """Keep or count a new one."""
        self.append(Problem(path, code, detail))

    def refuse(self) -> None:
        """Raise Refused with all of them, when there are any."""
        if self:
            raise Refused(self)


class Refused(Exception):
    """A service did nothing, and these are all the reasons: at most a thousand, and how many more there are."""

    retry_after: int | None = None
    """After how many seconds it may be asked again, where that is known."""

    def __init__(self, problems: Iterable[Problem], kind: Kind | None = None) -> None:
        self.problems = list(Problems(problems))
        if not self.problems:
            raise ValueError("a refusal names at least one problem")
        # Only confirmable problems left: a conflict that the sender can lift (409), never 400.
        only_confirmable = all(problem.confirmable for problem in self.problems)
        self.kind = kind or (Kind.CONFLICT if only_confirmable else Kind.INVALID)
        named = (f"{p.attr or '*'}: {p.code}" for p in self.problems[:_MOST_IN_TEXT])
        super().__init__("; ".join(named))


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
    refused = refuse(
        "rate_limited",
        worded("{detail} Probeer het over {seconds} s opnieuw.", detail=detail, seconds=seconds),
        kind=Kind.TOO_MANY,
    )
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
