"""Single values: texts, codes, choices, booleans; and what every field has in common."""

from __future__ import annotations

import difflib
import re
import unicodedata
import uuid
from collections.abc import Callable, Collection, Mapping
from typing import Any, ClassVar

from mvi_dashboard.ground import formats
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.unreadable import Unreadable

Schema = dict[str, Any]

# Control and bidi characters, line separators, the byte order mark inside a text, and lone surrogates.
_UNWANTED = "\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u202a-\u202e\u2028\u2029\u2066-\u2069\ufeff\ud800-\udfff"
_NOT_IN_A_LINE = re.compile(f"[\t\n{_UNWANTED}]").search
_NOT_IN_TEXT = re.compile(f"[{_UNWANTED}]").search
_CODE_PATTERN = "[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
_CODE = re.compile(_CODE_PATTERN).fullmatch


# Letters by their category that are drawn as nothing: Hangul fillers and the empty braille pattern.
_DRAWN_AS_NOTHING = frozenset("\u115f\u1160\u3164\uffa0\u2800")


def is_blank(text: str) -> bool:
    """Whether nobody sees anything of this text: spaces of any kind, zero-width characters, marks alone.

    >>> is_blank("\u00a0\u200b"), is_blank("\u3164"), is_blank("椅子"), is_blank("?")
    (True, True, False, False)
    """
    return all(unicodedata.category(each)[0] in "ZCM" or each in _DRAWN_AS_NOTHING for each in text)


class Field:
    """What a field says about itself, whatever it holds.

    `label` and `help` are Dutch and are shown in form, schema and data request. `messages` replaces the text
    of a code (`required`, `range`, or a variant such as `null` or `zero`). Null in an optional field is leaving
    it out: it becomes the default.
    """

    nested: ClassVar[bool] = False
    missing: ClassVar[str] = "Dit veld is verplicht."

    def __init__(
        self,
        *,
        required: bool = True,
        default: Any = None,
        label: str = "",
        help: str = "",
        messages: Mapping[str, str] | None = None,
    ) -> None:
        self.required = required
        self.default = default
        self.label = label
        self.help = help
        self.messages = dict(messages or {})

    def said(self, code: str, detail: str, variant: str = "") -> str:
        """The text for this code: the field's own where it has one."""
        own = self.messages.get(variant) if variant else None
        return own or self.messages.get(code) or detail

    def schema(self, *, live: bool = False) -> Schema:
        """The JSON Schema of this field; `live` also asks the database which choices there are now."""
        schema = self.own_schema(live=live)
        if not self.required and isinstance(schema.get("type"), str):
            schema["type"] = [schema["type"], "null"]
        elif not self.required and "type" in schema:
            schema["type"] = [*schema["type"], "null"]
        if not self.required and "enum" in schema:
            schema["enum"] = [*schema["enum"], None]
        if self.label:
            schema["title"] = self.label
        if self.help:
            schema["description"] = self.help
        return schema

    def own_schema(self, *, live: bool) -> Schema:
        """The part of the schema that follows from the kind of field."""
        raise NotImplementedError


class Scalar(Field):
    """A field that holds one value; `percent`: a form shows it times a hundred."""

    percent: ClassVar[bool] = False

    def read(self, value: Any) -> Any:
        """The value as Python; raises Unreadable."""
        raise NotImplementedError

    def read_typed(self, text: str) -> Any:
        """The value behind what a person typed in a Dutch form (never empty, spaces around it removed)."""
        return self.read(text)


class Text(Scalar):
    """A text as sent, one line unless `multiline`; an empty one counts as missing."""

    def __init__(
        self, max_length: int = 200, *, min_length: int = 1, multiline: bool = False, **common: Any
    ) -> None:
        super().__init__(**common)
        self.max_length = max_length
        self.min_length = min_length
        self._unwanted = _NOT_IN_TEXT if multiline else _NOT_IN_A_LINE

    def read(self, value: Any) -> str | None:
        """The text itself."""
        if type(value) is not str:
            raise Unreadable("invalid", "Hier hoort een tekst.")
        if len(value) > self.max_length:
            raise Unreadable(
                "max_length",
                worded(
                    "Deze tekst is te lang: {value}, hoogstens {max_length}.",
                    value=_signs(len(value)),
                    max_length=self.max_length,
                ),
            )
        if self._unwanted(value):
            if "\x00" in value:
                raise Unreadable("null_characters", "Haal het ongeldige teken (NUL) uit deze tekst.")
            raise Unreadable("control_characters", "Haal het ongeldige of onzichtbare teken uit deze tekst.")
        if self.min_length and is_blank(value):
            if value and not self.required:
                raise Unreadable("blank", "In deze tekst is niets te zien: vul iets in, of laat het veld weg.")
            if not self.required:
                return None
            raise Unreadable("required", self.missing)
        if len(value) < self.min_length:
            raise Unreadable(
                "min_length",
                worded("Deze tekst is te kort: minstens {min_length}.", min_length=_signs(self.min_length)),
            )
        return value

    def own_schema(self, *, live: bool) -> Schema:
        """Length limits; an optional text may be empty."""
        schema: Schema = {"type": "string", "maxLength": self.max_length}
        return {**schema, "minLength": self.min_length} if self.required and self.min_length else schema


class Secret(Text):
    """A password as it was typed, spaces included; what stood in its input is never drawn again."""

    def __init__(self, max_length: int = 4096, **common: Any) -> None:
        super().__init__(max_length, **common)

    def own_schema(self, *, live: bool) -> Schema:
        """A password."""
        return {**super().own_schema(live=live), "format": "password"}


_A_WORD = re.compile(r"[^\W\d_]{3,}")


def says_something(text: str) -> bool:
    """Whether there is a word in it: a full stop, `x` or `ok` is nothing that somebody can follow later.

    >>> says_something("Waterschade"), says_something("-"), says_something("x 12")
    (True, False, False)
    """
    return _A_WORD.search(text) is not None


class Reason(Text):
    """Why somebody does something, in words that another person can read later."""

    def read(self, value: Any) -> str | None:
        """The text itself."""
        text = super().read(value)
        if text and not says_something(text):
            raise Unreadable("no_words", "Schrijf in woorden waarom: hier staat nog geen reden.")
        return text


class Code(Text):
    """A name of somebody's own that can stand in an address, such as that of a version: `2026.1`, `v2-concept`."""

    def read(self, value: Any) -> str | None:
        """The text itself."""
        text = super().read(value)
        if text is not None and not _CODE(text):
            raise Unreadable(
                "invalid",
                "Gebruik alleen letters zonder accent, cijfers, punten en streepjes (- en _). "
                "Begin en eindig met een letter of cijfer.",
            )
        return text

    def own_schema(self, *, live: bool) -> Schema:
        """With the pattern."""
        return {**super().own_schema(live=live), "pattern": f"^{_CODE_PATTERN}$"}


class Uuid(Scalar):
    """The public id of something; what is not an id answers like an id that does not exist."""

    def read(self, value: Any) -> uuid.UUID:
        """The UUID; only the usual spelling with hyphens."""
        if type(value) is str and len(value) == 36:
            try:
                return uuid.UUID(value)
            except ValueError:
                pass
        raise Unreadable("does_not_exist", "Dit bestaat niet.")

    def own_schema(self, *, live: bool) -> Schema:
        """A string in UUID format."""
        return {"type": "string", "format": "uuid"}


class Boolean(Scalar):
    """True or false, as JSON writes them."""

    def read(self, value: Any) -> bool:
        """The boolean; 1, 0 and texts are refused."""
        if type(value) is not bool:
            raise Unreadable("invalid", "Hier hoort true of false.")
        return value

    def read_typed(self, text: str) -> bool:
        """What a tick box or a yes/no question sends."""
        if text.lower() in ("on", "true", "ja", "1"):
            return True
        if text.lower() in ("off", "false", "nee", "0"):
            return False
        raise Unreadable("invalid", "Kies ja of nee.")

    def own_schema(self, *, live: bool) -> Schema:
        """A boolean."""
        return {"type": "boolean"}


class Choice(Scalar):
    """One of a closed list of codes, given as a collection or as a callable that finds them.

    `refused` explains codes that exist but may not be chosen here; `names` are the words that people choose from.
    """

    def __init__(
        self,
        values: Collection[str] | Callable[[], Collection[str]],
        *,
        refused: Mapping[str, str] | None = None,
        names: Mapping[str, str] | None = None,
        **common: Any,
    ) -> None:
        super().__init__(**common)
        self._values = values
        self.refused = dict(refused or {})
        self.names = dict(names or {})

    def values(self) -> Collection[str]:
        """The codes that may be chosen now."""
        return self._values() if callable(self._values) else self._values

    def read(self, value: Any) -> str:
        """The code."""
        if type(value) is str:
            if value in self.refused:
                raise Unreadable("invalid_choice", self.refused[value], value)
            values = self.values()
            if value in values:
                return value
            raise Unreadable(
                "invalid_choice",
                lambda: worded(
                    "Onbekende keuze {value}; {hint}", value=quoted(value), hint=nearest(value, values)
                ),
            )
        raise Unreadable(
            "invalid_choice", lambda: worded("Hier hoort een tekst; {nearest}", nearest=nearest("", self.values()))
        )

    def own_schema(self, *, live: bool) -> Schema:
        """The list itself, unless only the database knows it."""
        if callable(self._values) and not live:
            return {"type": "string"}
        schema: Schema = {"type": "string", "enum": list(self.values())}
        return {**schema, "x-codes": self.names} if self.names else schema


def _signs(number: int) -> str:
    return formats.counted(number, "teken", "tekens")


def quoted(value: object, *, length: int = 40) -> str:
    """What somebody sent, safe to repeat in a message: cut short and without tricky characters."""
    text = "".join(character if character.isprintable() else "?" for character in str(value)[: length + 1])
    return f"'{text[:length]}…'" if len(text) > length else f"'{text}'"


def nearest(value: str, known: Collection[str], *, shown: int = 12) -> str:
    """A closing half sentence: what was probably meant, else what there is to choose from.

    >>> nearest("STEEL ", ["steel", "wood"])
    "bedoelde u 'steel'?"
    >>> nearest("schuim", ["schuim (hard)", "schuim (zacht)", "staal"])
    "bedoelde u 'schuim (hard)' of 'schuim (zacht)'?"
    """
    typed = value[:80].strip().lower()
    close = difflib.get_close_matches(typed, known, n=1, cutoff=0.75) or _with_its_first_word(typed, known)
    if close:
        *first, last = (f"'{name}'" for name in close)
        return (
            worded("bedoelde u {first} of {last}?", first=", ".join(first), last=last)
            if first
            else worded("bedoelde u {last}?", last=last)
        )
    more = ", …" if len(known) > shown else ""
    return worded("kies uit: {known}{more}.", known=", ".join(sorted(known)[:shown]), more=more)


def _with_its_first_word(typed: str, known: Collection[str]) -> list[str]:
    """Up to three names that hold the first word of what was typed; a word of a letter or two says nothing."""
    word = re.split(r"[\s,;(]", typed, maxsplit=1)[0]
    return sorted(name for name in known if word in name.lower())[:3] if len(word) > 2 else []
