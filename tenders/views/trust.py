"""How far the numbers of a comparison can be trusted, in words: their data, and what the ranking hangs on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from indicators.calculation.quality import CLASSES
from indicators.calculation.sensitivity import LIFETIME_STEP, VARIATIONS
from indicators.services import FACTOR_CLASSES
from indicators.views.quality_words import CLASS_NAMES, FACTOR_NAMES, quality_sentence
from mvi_dashboard.ground import formats
from tenders.services import Certainty, DataQuality

_STEP = formats.percentage(LIFETIME_STEP)
_MEASURED = CLASSES[0]
LABELS = {
    "no-strategy-discount": "Zonder R (R = 1)",
    "no-end-of-life-discount": "Zonder E (E = 1)",
    "no-discounts": "Zonder R en E",
    "shorter-life": f"Levensduur {_STEP} korter",
    "longer-life": f"Levensduur {_STEP} langer",
}
_WHEN_SHARED = {
    "no-strategy-discount": "R niet telt",
    "no-end-of-life-discount": "E niet telt",
    "no-discounts": "R en E allebei niet tellen",
}
_WHEN_ALONE = {"shorter-life": "korter", "longer-life": "langer"}


def data_of(rows: Sequence[dict[str, Any]], place: int) -> dict[str, Any]:
    """The split of each bid over the classes that occur, with a sentence when it is the same for all."""
    qualities: list[DataQuality] = [row["each"].quality(place) for row in rows]
    present = [name for name in CLASSES if name == _MEASURED or any(name in q.split for q in qualities)]
    sentences = [quality_sentence(each.split, assumed=each.assumed) for each in qualities]
    of_factors = [name for name in FACTOR_CLASSES if any(name in each.factors for each in qualities)]
    return {
        "factor_classes": [formats.capital(FACTOR_NAMES[name]) for name in of_factors],
        "classes": [formats.capital(CLASS_NAMES[name]) for name in present],
        "rows": [
            {
                "supplier": row["supplier"],
                "parts": _shares(each.split, present),
                "factors": _shares(each.factors, of_factors),
                "worst": CLASS_NAMES[each.worst] if each.worst else None,
                "assumed": each.assumed,
                "sentence": sentence,
            }
            for row, each, sentence in zip(rows, qualities, sentences, strict=True)
        ],
        "all": sentences[0] if sentences and len(set(sentences)) == 1 else "",
    }


def _shares(split: Mapping[str, float], names: Sequence[str]) -> list[str | None]:
    """In percent; of a split without impact unknown."""
    return [*formats.shares([split.get(name, 0.0) for name in names])] if split else [None for _ in names]


def hangs_on(rows: Sequence[dict[str, Any]], certainty: Certainty, *, consumed: bool) -> dict[str, Any]:
    """Each bid under each variation, and in sentences which of them turn the order."""
    if consumed:
        return {
            "sentences": ["Wat wordt verbruikt, heeft geen R, E of levensduur die anders kan zijn."],
            "rows": [],
        }
    drawn = [row for row in rows if row["each"].bid.pk in certainty.sensitivity]
    found = []
    for row in drawn:
        varied = {each.variation: each for each in certainty.sensitivity[row["each"].bid.pk]}
        cells = [
            {
                "text": formats.in_column(varied[name].demand_impact, row["decimals"]),
                "turns": varied[name].changes_place,
            }
            for name in VARIATIONS
        ]
        found.append({"supplier": row["supplier"], "impact_text": row["impact_text"], "cells": cells})
    return {
        "labels": [LABELS[name] for name in VARIATIONS],
        "rows": found,
        "sentences": _turns(found, left_out=len(rows) - len(drawn)),
    }


def _turns(rows: Sequence[dict[str, Any]], left_out: int) -> list[str]:
    if len(rows) < 2:
        return ["Er is maar één volledige inschrijving: er is geen volgorde."] if rows else []
    said = []
    for number, name in enumerate(VARIATIONS):
        who = [row["supplier"] for row in rows if row["cells"][number]["turns"]]
        if who and name in _WHEN_SHARED:
            said.append(f"De volgorde verandert als {_WHEN_SHARED[name]}.")
        elif name in _WHEN_ALONE:
            said += [
                f"De volgorde verandert als alleen de levensduur van {each} {_STEP} {_WHEN_ALONE[name]} is."
                for each in who
            ]
    if said or not left_out:
        return said or ["Geen van deze veranderingen draait de volgorde om."]
    return ["Van de volledige inschrijvingen draait geen van deze veranderingen de volgorde om."]
