"""What somebody did, in words: data in `words.toml`, one line per verb of the trail."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("words.toml")


@cache
def words() -> Mapping[str, str]:
    """What follows a name, by verb."""
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def said(verb: str) -> str:
    """What somebody did by this verb; the verb itself when an earlier version of the system knew it."""
    return words().get(verb, verb)
