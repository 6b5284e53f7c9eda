"""In which language the house speaks now, and how a reader of it types numbers and dates.

Texts in the sources are Dutch; `mvi_dashboard/locale/en` has the English of what an English page can show
(docs/look.md, Languages). A text with values in it is `worded` where it is made, as it is not found any more once
it is filled in. One without is found where it is shown: by a `Problem`, an input, a page of an act.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

DUTCH: Final = "nl"
ENGLISH: Final = "en"
LANGUAGES: Final = {DUTCH: "Nederlands", ENGLISH: "English"}
COOKIE: Final = "taal"
UNKNOWN: Final = "onbekend"
_UNKNOWN_IN_ENGLISH: Final = "unknown"
_LONGEST_HEADER = 200
# Our own, beside Django's: also where there are no settings, as in the process that looks at files.
_spoken: ContextVar[str] = ContextVar("spoken", default=DUTCH)
# What comes in over REST or in a file is written in one way, whatever language its problems are said in.
_types_english: ContextVar[bool] = ContextVar("types_english", default=False)


def english() -> bool:
    """Whether the house speaks English now; a thread or command that was told nothing speaks Dutch."""
    return _spoken.get() == ENGLISH


def spoken() -> str:
    """The language that is spoken now."""
    return _spoken.get()


def types_english() -> bool:
    """Whether what is typed and what stands in inputs is written in English: a point before the decimals."""
    return _types_english.get()


def worded(text: str, /, **values: object) -> str:
    """A text of the house in the language of now, with these values at their names between braces.

    What has no English, or is no text of the house, stays as it is.

    >>> worded("Vul minstens {least} in.", least=3)
    'Vul minstens 3 in.'
    """
    found = _in_catalogue(text) if text and english() else text
    return found.format_map(values) if values else found


def _in_catalogue(text: str) -> str:
    # Django comes in here only: the process that looks at files knows none of it, and speaks Dutch.
    from django.utils import translation

    return translation.gettext(text)


def unknown() -> str:
    """The word for what is not known."""
    return _UNKNOWN_IN_ENGLISH if english() else UNKNOWN


def says_unknown(text: object) -> bool:
    """Whether this is that word."""
    return text in (UNKNOWN, _UNKNOWN_IN_ENGLISH)


@contextmanager
def speaking(language: str, *, typing: bool = False) -> Iterator[None]:
    """Speak this language inside; `typing`: what people type is written in it too, and else in Dutch."""
    from django.utils import translation

    before, spoken_before = _types_english.set(typing and language == ENGLISH), _spoken.set(language)
    try:
        with translation.override(language):
            yield
    finally:
        _spoken.reset(spoken_before)
        _types_english.reset(before)


@contextmanager
def typed_in_dutch() -> Iterator[None]:
    """Read and write what is typed as the Dutch do, whatever is spoken: the cells of a file, for instance."""
    before = _types_english.set(False)
    try:
        yield
    finally:
        _types_english.reset(before)


def change_to(language: str, *, typing: bool) -> None:
    """Speak this language until the `speaking` around it ends."""
    from django.utils import translation

    translation.activate(language)
    _spoken.set(language)
    _types_english.set(typing and language == ENGLISH)


def asked_by_browser(header: str) -> str:
    """The language of ours that an Accept-Language header likes most; Dutch when it names neither.

    >>> asked_by_browser("en-GB,en;q=0.9,nl;q=0.8"), asked_by_browser("de, nl;q=0.5, en;q=0.3")
    ('en', 'nl')
    """
    from django.utils.translation.trans_real import parse_accept_lang_header

    found = parse_accept_lang_header(header[:_LONGEST_HEADER].lower())
    return next((code[:2] for code, _ in found if code[:2] in LANGUAGES), DUTCH)
