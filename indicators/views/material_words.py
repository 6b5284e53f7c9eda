"""Words for materials that came from lists of others: their groups, where the list names those in English."""

from __future__ import annotations

_GROUPS = {
    "aggregate": "zand en grind",
    "aluminium": "aluminium",
    "asphalt": "asfalt",
    "bitumen": "bitumen",
    "brass": "messing",
    "bricks": "baksteen",
    "bronze": "brons",
    "carpet": "tapijt",
    "cement": "cement",
    "ceramics": "keramiek",
    "clay": "klei",
    "concrete": "beton",
    "copper": "koper",
    "glass": "glas",
    "insulation": "isolatie",
    "iron": "ijzer",
    "lead": "lood",
    "lime": "kalk",
    "linoleum": "linoleum",
    "miscellaneous": "diversen",
    "paint": "verf",
    "paper": "papier",
    "plaster": "gips",
    "plastics": "plastic",
    "rubber": "rubber",
    "sand": "zand",
    "sealants and adhesives": "kit en lijm",
    "silicon": "silicium",
    "soil": "grond",
    "steel": "staal",
    "stone": "natuursteen",
    "timber": "hout",
    "tin": "tin",
    "titanium": "titanium",
    "vinyl flooring": "vinylvloer",
    "zinc": "zink",
}


def category_word(category: str) -> str:
    """The group of a material in Dutch; what is Dutch already, or what we do not know, as it is.

    >>> category_word("Timber"), category_word("metalen"), category_word("")
    ('hout', 'metalen', '')
    """
    return _GROUPS.get(category.strip().lower(), category)
