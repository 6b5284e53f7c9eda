"""Data quality in one sentence, the same wherever a number stands."""

from __future__ import annotations

from collections.abc import Mapping

from indicators.services import worst_of
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.templatetags.mvi import QUALITY_CLASSES

FACTOR_NAMES = {
    "definition": "volgt uit de definitie",
    "good": "goed",
    "fair": "redelijk",
    "poor": "matig",
    "assumption": "aanname",
    "unstated": "niet genoemd",
}
CLASS_NAMES = {code: name.lower().replace("epd", "EPD") for code, name in QUALITY_CLASSES}


def quality_sentence(split: Mapping[str, float], *, assumed: bool) -> str:
    """How much is measured, what the weakest data are, whether R or E is an assumption; empty without impact."""
    if not split:
        return ""
    said = worded("Niets daarvan komt van een meter.")
    if split.get("measured"):
        # Rounded as in the list of all classes, which adds up to 100 %.
        names = [name for name, _ in QUALITY_CLASSES]
        texts = formats.shares([split.get(name, 0.0) for name in names])
        said = worded("{texts} gemeten.", texts=texts[names.index("measured")])
    worst = worst_of(split)
    if worst is not None and worst != "measured":
        said += worded(" Het zwakste gegeven is: {class_names}.", class_names=worded(CLASS_NAMES[worst]))
    return said + (worded(" R of E is een aanname.") if assumed else "")
