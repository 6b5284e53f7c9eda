"""Which materials somebody may mean by a name of their own: one pure ranking, used in every door.

A name is cut into words; each word is compared with the words of every known name: the same, a plural, a part of
a Dutch compound (`spaanplaat` in `spaanplaatdelen`), or nearly the same (a typing error). A grade is one word
however it is written: `PA 6`, `PA-6` and `PA6`, `1.4301`, `S235 JR`. Rare words count more than common ones. It
only suggests: nothing is ever filled in for somebody.
"""

from __future__ import annotations

import difflib
import math
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

MOST = 5
LONGEST = 200
_LEAST = 0.34
_TYPING_ERROR = 0.78
_SAME_STEM, _NEARLY = 0.95, 0.9
_SHORTEST_PART = 3
_ENDINGS = ("en", "es", "s", "e", "n")
_MOST_PARTS, _LONGEST_LETTERS = 3, 4
"""A grade has at most so many parts, and letters in a part: `EN AW-6060`, `AISI 304`."""
# Letters that have no accent to take off, as they are written without them.
_UNFOLDED = str.maketrans({"ß": "ss", "ø": "o", "Ø": "o", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "ł": "l"})
# Words that say how something was made, bought or treated and not what it is.
_TREATMENTS = """
van de het een met en of voor uit in op the of and with from new nieuw nieuwe gerecycled gerecyclede recycled
virgin post consumer pcr kg gram mm cm stuk stuks ca circa kleur zwart wit grijs blank black white grey based soort
type materiaal material gemiddeld average overig overige diverse onbekend unspecified unknown ral gepoedercoat
powder coated
"""
_SAYS_NOTHING = frozenset(_TREATMENTS.split())


@dataclass(frozen=True)
class Names:
    """What materials are called: pairs of a code and a name, every name of a material in a pair of its own."""

    pairs: tuple[tuple[str, str], ...]

    @cached_property
    def words(self) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
        """(code, normalised name, its words) of every name that has any."""
        cut = ((code, normalised(name)) for code, name in self.pairs)
        return tuple((code, name, _grade(name) or tuple(words_of(name))) for code, name in cut if name)

    @cached_property
    def weight(self) -> Mapping[str, float]:
        """How much a word says: the fewer materials are called by it, the more."""
        owners: dict[str, set[str]] = {}
        for code, _, words in self.words:
            for word in words:
                owners.setdefault(word, set()).add(code)
        total = len({code for code, _ in self.pairs}) or 1
        return {word: math.log(1 + total / len(codes)) for word, codes in owners.items()}


def normalised(text: str) -> str:
    """Lower case without accents and signs: `Polypropyleen (PP)` is `polypropyleen pp`."""
    folded = unicodedata.normalize("NFKD", text[:LONGEST].translate(_UNFOLDED))
    plain = folded.encode("ascii", "ignore").decode().lower()
    return " ".join(re.findall(r"[a-z0-9]+", plain))


def words_of(name: str) -> list[str]:
    """The words of a normalised name that say what something is; all of them when none does."""
    words = name.split()
    return [word for word in words if word not in _SAYS_NOTHING and not word.isdecimal()] or words


def _grade(name: str) -> tuple[str, ...]:
    """The one word that a normalised name is when it is a grade (`pa 6`, `1 4301`); none when it is a name.

    >>> _grade("pa 6"), _grade("1 4301"), _grade("en aw 6060"), _grade("mortel 1 4"), _grade("staal")
    (('pa6',), ('14301',), ('enaw6060',), (), ())
    """
    parts = name.split()
    numbered = len(parts) > 1 and any(part.isdecimal() for part in parts)
    short = all(part.isdecimal() or len(part) <= _LONGEST_LETTERS for part in parts)
    return ("".join(parts),) if numbered and short and len(parts) <= _MOST_PARTS else ()


def _with_grades(name: str, known: Collection[str]) -> list[str]:
    """The words of what was typed, where parts that are a known grade together stand as one word."""
    parts, words = name.split(), []
    while parts:
        for many in range(min(_MOST_PARTS, len(parts)), 1, -1):
            joined = "".join(parts[:many])
            if joined in known and not joined.isalpha():
                words.append(joined)
                del parts[:many]
                break
        else:
            words.append(parts.pop(0))
    said = [word for word in words if word in known and not word.isalpha()]
    return list(dict.fromkeys([*words_of(" ".join(words)), *said]))


def rank(typed: str, names: Names, *, among: Collection[str] | None = None, most: int = MOST) -> list[str]:
    """The codes of at most `most` materials that were probably meant, the likeliest first; none when nothing fits.

    `among` are the codes that may be suggested; without it all.

    >>> names = Names((("steel", "staal"), ("wood", "hout"), ("board", "spaanplaat")))
    >>> rank("gemelamineerde spaanplaten", names)
    ['board']
    """
    whole = normalised(typed)
    asked = _with_grades(whole, names.weight)
    if not asked:
        return []
    like = {word: _alike(word, names.weight) for word in asked}
    rarest = max(names.weight.values(), default=1.0)
    weights = {word: _weight_asked(word, like[word], names.weight, rarest) for word in asked}
    liked = set().union(*like.values())
    best: dict[str, tuple[float, float]] = {}
    for code, name, words in names.words:
        if among is not None and code not in among:
            continue
        if name != whole and liked.isdisjoint(words):
            continue
        score = 2.0 if name == whole else _score(weights, words, like, names.weight)
        if score >= _LEAST:
            best[code] = max(best.get(code, (0.0, 0.0)), (score, -len(name)))
    return sorted(best, key=lambda code: (*(-part for part in best[code]), code))[:most]


def _score(
    asked: Mapping[str, float],
    words: tuple[str, ...],
    like: Mapping[str, Mapping[str, float]],
    weight: Mapping[str, float],
) -> float:
    """From 0 to 1: what part of what was typed is in this name, and what part of this name was typed.

    `asked` are the words that were typed, with how much each weighs.
    """
    forth = sum(heavy * max(like[word].get(own, 0.0) for own in words) for word, heavy in asked.items())
    if not forth:
        return 0.0
    back = sum(weight[own] * max(like[word].get(own, 0.0) for word in asked) for own in words)
    return 0.65 * forth / sum(asked.values()) + 0.35 * back / sum(weight[own] for own in words)


def _weight_asked(word: str, like: Mapping[str, float], weight: Mapping[str, float], rarest: float) -> float:
    """A typed word weighs as the known word that it is most like; one that is like nothing weighs little."""
    if not like:
        return rarest / 4
    nearest = max(like, key=lambda own: like[own])
    return weight[nearest]


def _alike(word: str, known: Iterable[str]) -> dict[str, float]:
    """How much known words are like this one, where it is more than by chance."""
    # The matcher keeps what it found out about its second text, so that stays the same.
    matcher = difflib.SequenceMatcher(None, "", word, autojunk=False)
    stems = _stems(word)
    return {own: score for own in known if (score := _likeness(word, own, stems, matcher))}


def _likeness(word: str, own: str, stems: frozenset[str], matcher: difflib.SequenceMatcher[str]) -> float:
    if word == own:
        return 1.0
    if not stems.isdisjoint(_stems(own)):
        return _SAME_STEM
    short, long = sorted((word, own), key=len)
    if len(short) <= _SHORTEST_PART:
        return 0.0
    if short in long:
        # In a Dutch compound the last part says what it is, the first part what kind.
        return (0.85 if long.endswith(short) else 0.75) * (0.7 + 0.3 * len(short) / len(long))
    if 2 * len(short) < _TYPING_ERROR * (len(short) + len(long)):
        return 0.0
    matcher.set_seq1(own)
    if matcher.quick_ratio() < _TYPING_ERROR:
        return 0.0
    ratio = matcher.ratio()
    return _NEARLY * ratio if ratio >= _TYPING_ERROR else 0.0


@lru_cache(maxsize=8192)
def _stems(word: str) -> frozenset[str]:
    """The word with and without the endings of a Dutch or English plural or adjective; `platen` is `plaat`."""
    stems = {word}
    for ending in _ENDINGS:
        bare = word.removesuffix(ending)
        if bare == word or len(bare) < _SHORTEST_PART:
            continue
        stems.add(bare)
        if ending == "en" and re.search(r"[^aeiou][aeou][^aeiou]$", bare):
            stems.add(bare[:-1] + bare[-2] + bare[-1])
        if len(bare) > _SHORTEST_PART and bare[-1] == bare[-2]:
            stems.add(bare[:-1])
    return frozenset(stems)
