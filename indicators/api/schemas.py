"""The answers of the framework as JSON Schema, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
MAYBE_TEXT: Schema = {"type": ["string", "null"]}
NUMBER: Schema = {"type": "number"}
MAYBE_NUMBER: Schema = {"type": ["number", "null"]}
MAYBE_YEAR: Schema = {"type": ["integer", "null"]}
BOOLEAN: Schema = {"type": "boolean"}
MAYBE_BOOLEAN: Schema = {"type": ["boolean", "null"]}
MAYBE_DAY: Schema = {"type": ["string", "null"], "format": "date"}
MAYBE_MOMENT: Schema = {"type": ["string", "null"], "format": "date-time"}
ANY: Schema = {"type": "object"}


def row(**properties: Schema) -> Schema:
    """An object in which all of these always stand."""
    return {"type": "object", "required": list(properties), "properties": properties}


def many(item: Schema) -> Schema:
    """A list of these."""
    return {"type": "array", "items": item}


NAMED = row(code=TEXT, name=TEXT, nameEn=MAYBE_TEXT)


def named(**properties: Schema) -> Schema:
    """An object with a code and names and these."""
    return row(**NAMED["properties"], **properties)


VERSION_OF = row(code=TEXT, version=TEXT)
INDICATOR = named(unit=TEXT, definition=TEXT, core=BOOLEAN, kind=TEXT)
LISTING = row(
    list=TEXT, name=TEXT, regulation=TEXT, validFrom=MAYBE_DAY, listedAs=TEXT, strategic=BOOLEAN, note=MAYBE_TEXT
)
MATERIAL = named(
    kind=TEXT,
    unit=TEXT,
    category=MAYBE_TEXT,
    composition=MAYBE_TEXT,
    critical=MAYBE_BOOLEAN,
    criticalLists=many(LISTING),
    synonyms=many(TEXT),
    own=BOOLEAN,
)
SCHEME_ROW = row(
    id=TEXT,
    organisation=TEXT,
    code=TEXT,
    name=TEXT,
    validFrom=MAYBE_DAY,
    validTo=MAYBE_DAY,
    categoryCount={"type": "integer"},
    mappedCount={"type": "integer"},
)
SCHEME = row(**SCHEME_ROW["properties"], categories=many(row(code=TEXT, name=TEXT, productGroup=MAYBE_TEXT)))
GROUP_SUGGESTIONS = row(name=TEXT, suggestions=many(TEXT))
CPV = named(productGroup=MAYBE_TEXT, prefix=MAYBE_TEXT)
SUGGESTIONS = row(name=TEXT, suggestions=many(MATERIAL))
FALLBACK = row(label=TEXT, indicator=TEXT, value=NUMBER, unit=TEXT, source=TEXT, year=MAYBE_YEAR, note=MAYBE_TEXT)
GROUP = named(
    cluster=TEXT,
    kind=TEXT,
    functionalUnit=MAYBE_TEXT,
    amountUnit=TEXT,
    highImpact=BOOLEAN,
    validFrom=MAYBE_DAY,
    validTo=MAYBE_DAY,
    successor=MAYBE_TEXT,
    clusterFallback=many(FALLBACK),
)
PRODUCT = named(
    kind=TEXT,
    validFrom=MAYBE_DAY,
    quality=TEXT,
    source=TEXT,
    toVerify=BOOLEAN,
    completeness=many(row(indicator=TEXT, complete=BOOLEAN, missing=many(TEXT))),
    line=ANY,
)
THEME = named(themeSet=TEXT)
ASSUMED = named(factor=MAYBE_NUMBER, assumption=MAYBE_BOOLEAN)
METHOD = named(version=TEXT, state=TEXT, formula=ANY, parameters=ANY, source=TEXT, validFrom=MAYBE_DAY)
METHOD_DETAIL = named(
    version=TEXT, state=TEXT, formula=ANY, parameters=ANY, source=TEXT, validFrom=MAYBE_DAY,
    strategies=many(ANY), plans=many(ANY), destinations=many(ANY),
)  # fmt: skip
ADOPTION = row(organisation=TEXT, method=TEXT, version=TEXT, adoptedAt=TEXT, adoptedBy=TEXT, reason=TEXT)
WEIGHTING = row(
    code=TEXT,
    version=TEXT,
    name=TEXT,
    state=TEXT,
    source=TEXT,
    categories=many(
        row(
            code=TEXT,
            name=TEXT,
            unit=TEXT,
            eurPerUnit=NUMBER,
            verified=BOOLEAN,
            mapping=many(
                row(indicator=TEXT, factor=MAYBE_NUMBER, sameQuantity=BOOLEAN, source=TEXT, note=MAYBE_TEXT)
            ),
        )
    ),
)
BASIS = row(
    code=TEXT,
    name=TEXT,
    state=TEXT,
    current=BOOLEAN,
    method=VERSION_OF,
    factorSets=many(row(rank={"type": "integer"}, code=TEXT, version=TEXT)),
    indicators=many(TEXT),
    hash=TEXT,
)
FACTOR_SET = named(description=MAYBE_TEXT, versions=many(row(version=TEXT, state=TEXT, validFrom=MAYBE_DAY)))
VERSION = row(
    factorSet=TEXT,
    version=TEXT,
    state=TEXT,
    contentHash=MAYBE_TEXT,
    validFrom=MAYBE_DAY,
    createdAt=MAYBE_MOMENT,
    publishedAt=MAYBE_MOMENT,
    factors={"type": "integer"},
)
FACTOR = row(
    material=TEXT,
    indicator=TEXT,
    module=TEXT,
    value=NUMBER,
    recycledValue=MAYBE_NUMBER,
    unit=TEXT,
    geometricSd=MAYBE_NUMBER,
    biogenic=MAYBE_NUMBER,
    source=TEXT,
    sourceUrl=MAYBE_TEXT,
    year=MAYBE_YEAR,
    region=MAYBE_TEXT,
    quality=MAYBE_TEXT,
)
DIFFERENCES = row(
    added=many(FACTOR),
    removed=many(FACTOR),
    changed=many(
        row(
            material=TEXT, indicator=TEXT, module=TEXT, unit=TEXT, before=NUMBER, after=NUMBER, ratio=MAYBE_NUMBER,
            recycledBefore=MAYBE_NUMBER, recycledAfter=MAYBE_NUMBER,
        )
    ),
    same={"type": "integer"},
)  # fmt: skip
_CHANGE = row(
    material=TEXT, indicator=TEXT, module=TEXT, unit=TEXT, before=MAYBE_NUMBER, after=MAYBE_NUMBER,
    ratio=MAYBE_NUMBER, recycledBefore=MAYBE_NUMBER, recycledAfter=MAYBE_NUMBER,
)  # fmt: skip
_COUNT: Schema = {"type": "integer"}
_PAIR = row(before=MAYBE_NUMBER, after=MAYBE_NUMBER)
CONSEQUENCES = row(
    factors=_COUNT,
    removed=_COUNT,
    recycledLost=_COUNT,
    materialsRemoved=_COUNT,
    jumps=_COUNT,
    firstJumps=many(row(name=TEXT, before=NUMBER, after=NUMBER, unit=TEXT)),
    toConfirm=many(row(attr=TEXT, code=TEXT, detail=TEXT)),
    effect={
        **row(
            contracts=_COUNT,
            counted=_COUNT,
            incomplete=_COUNT,
            failed=_COUNT,
            totals=many(row(indicator=TEXT, unit=TEXT, contracts=_COUNT, estimated=_PAIR, forecast=_PAIR)),
        ),
        "type": ["object", "null"],
    },
)
IMPORT = row(
    id={"type": "string", "format": "uuid"},
    read=_COUNT,
    fileRows=_COUNT,
    leftOut=many(row(what=TEXT, why=TEXT, rows=_COUNT)),
    warnings=many(row(attr=TEXT, code=TEXT, detail=TEXT, confirmable=BOOLEAN)),
    declarations=many(ANY),
    newMaterialCount=_COUNT,
    newMaterials=many(row(code=TEXT, kind=TEXT, unit=TEXT, name=TEXT, category=TEXT)),
    errors=many(ANY),
    factorSet=TEXT,
    version=TEXT,
    mode=TEXT,
    layout=MAYBE_TEXT,
    comparedWith=MAYBE_TEXT,
    counts=row(added=_COUNT, changed=_COUNT, removed=_COUNT, same=_COUNT, kept=_COUNT),
    recycledLost=_COUNT,
    added=many(_CHANGE),
    changed=many(_CHANGE),
    removed=many(_CHANGE),
    units=many(row(**{"from": TEXT, "to": TEXT, "times": TEXT, "rows": _COUNT})),
    columns=many(row(column=TEXT, field=TEXT)),
    file=MAYBE_TEXT,
    delimiter=MAYBE_TEXT,
    encoding=MAYBE_TEXT,
    expiresAt=MAYBE_MOMENT,
    made=MAYBE_TEXT,
)
MISSING = row(material=TEXT, shareOfMass=MAYBE_NUMBER)
IMPACT = row(
    indicator=TEXT,
    unit=TEXT,
    complete=BOOLEAN,
    missingFactors=many(MISSING),
    weightedPerKg=MAYBE_NUMBER,
    production=MAYBE_NUMBER,
    use=MAYBE_NUMBER,
    lifetimeImpact=MAYBE_NUMBER,
    perYear=MAYBE_NUMBER,
    clusterFallback={"type": ["object", "null"]},
)
COST = row(
    weightingSet=TEXT,
    weightingSetVersion=TEXT,
    name=TEXT,
    source=TEXT,
    value=MAYBE_NUMBER,
    unit=TEXT,
    categories={"type": "integer"},
    of={"type": "integer"},
    missing=many(TEXT),
    parts=many(
        row(category=TEXT, name=TEXT, amount=NUMBER, unit=TEXT, eurPerUnit=NUMBER, verified=BOOLEAN, value=NUMBER)
    ),
) | {"type": ["object", "null"]}
ASSESSMENT = row(
    basis=TEXT,
    method=VERSION_OF,
    factorSet=VERSION_OF,
    inputHash=TEXT,
    lines=many(
        row(
            reference=TEXT,
            rFactor=NUMBER,
            eolFactor=NUMBER,
            dataQuality=ANY,
            billUnit=TEXT,
            impacts=many(IMPACT),
            traced=BOOLEAN,
            trace=many(ANY),
        )
    ),
    totals=many(
        row(indicator=TEXT, unit=TEXT, lifetimeImpact=MAYBE_NUMBER, perYear=MAYBE_NUMBER, complete=BOOLEAN)
    ),
    environmentalCost=COST,
    warnings=many(row(attr=MAYBE_TEXT, code=TEXT, detail=TEXT, confirmable=BOOLEAN)),
)
