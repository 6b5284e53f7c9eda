"""What factors from a file would change against a published version: counts, and the first of every kind."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from typing import Any

from indicators.factors.exchange import Factors

from .factor_checks import Codes
from .version_losses import VALUES, Key, Values

MOST_SHOWN = 100
_NOTHING: Values = (None,) * len(VALUES)

Names = tuple[str, str, str]
Change = tuple[Names, Values, Values]


def changes_of(found: Factors, codes: Codes, old: dict[Key, Values], *, supplement: bool) -> dict[str, Any]:
    """The counts and the first changes, as the summary of a preview holds them; what is found again leaves `old`.

    Factors are told apart by the ids of material and indicator and by module, which is less to hold than codes.
    """
    added: list[Change] = []
    changed: list[Change] = []
    same = 0
    columns = (found.cells[name] for name in ("material", "indicator", "module", *VALUES))
    for material, indicator, module, *values in zip(*columns, strict=True):
        known = codes.materials.get(material)
        key = (known[0] if known else 0, codes.indicators[indicator][0], module)
        after = tuple(None if each is None else float(each) for each in values)
        before = old.pop(key, None)
        if before == after:
            same += 1
        elif before is None:
            added.append(((material, indicator, module), _NOTHING, after))
        else:
            changed.append(((material, indicator, module), before, after))
    counts = {
        "added": len(added),
        "changed": len(changed),
        "removed": 0 if supplement else len(old),
        "same": same,
        "kept": len(old) if supplement else 0,
    }
    removed = () if supplement else _named(old, codes)
    kinds = (("added", added), ("changed", changed), ("removed", removed))
    lost = sum(1 for _, before, after in changed if before[1] is not None and after[1] is None)
    return {"counts": counts, "recycledLost": lost, **{kind: _first(rows, codes) for kind, rows in kinds}}


def _named(old: Mapping[Key, Values], codes: Codes) -> Iterable[Change]:
    materials = {pk: code for code, (pk, _) in codes.materials.items()}
    indicators = {pk: code for code, (pk, _) in codes.indicators.items()}
    for (material, indicator, module), values in old.items():
        yield (materials.get(material, ""), indicators[indicator], module), values, _NOTHING


def _first(rows: Iterable[Change], codes: Codes) -> list[dict[str, Any]]:
    return [_shown(row, codes) for row in heapq.nsmallest(MOST_SHOWN, rows, key=lambda row: row[0])]


def _shown(change: Change, codes: Codes) -> dict[str, Any]:
    """A row of the preview; `ratio` is new / old, None when there is no old one or it was 0."""
    (material, indicator, module), before, after = change
    return {
        "material": material,
        "indicator": indicator,
        "module": module,
        "unit": codes.unit_of(material, indicator) or "",
        "before": before[0],
        "after": after[0],
        "ratio": after[0] / before[0] if before[0] and after[0] is not None else None,
        "recycledBefore": before[1],
        "recycledAfter": after[1],
        "lowBefore": before[2],
        "highBefore": before[3],
        "lowAfter": after[2],
        "highAfter": after[3],
    }
