"""New versions of factor sets: a concept with all its factors, then published and frozen for good.

Processing is not sent: a new version keeps that of the newest published one of its set.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from indicators.calculation.storage import canonical_json
from indicators.models import Basis, Factor, FactorSet, FactorSetVersion, Indicator, Material, Processing, Source
from indicators.models.coded import State
from mvi_dashboard.ground import access, audit, clock
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.once import Once
from mvi_dashboard.ground.problems import Problem, Refused, conflict, not_found, stale
from mvi_dashboard.ground.shapes import Choice, Date, ListOf, Number, Object, Text, Year, nearest, quoted, read

from . import bases

MOST_FACTORS = 10_000
_DECIMALS = 15
_URL = re.compile(r"https?://[^\s<>\"']+").fullmatch

FACTOR = Object(
    {
        "material": Text(80, label="Materiaal"),
        "indicator": Text(80, label="Indicator"),
        "module": Choice(Factor.Module.values, required=False, default="production", label="Module"),
        "value": Number(decimals=_DECIMALS, label="Waarde", help="Per eenheid nieuw materiaal."),
        "recycled_value": Number(
            decimals=_DECIMALS, required=False, label="Waarde gerecycled", help="Leeg is onbekend, niet 0."
        ),
        "unit": Text(80, label="Eenheid", help="Eenheid van de indicator per eenheid van het materiaal."),
        "geometric_sd": Number(min=1, required=False, label="Spreiding", help="Geometrische standaarddeviatie."),
        "source": Text(300, label="Bron", help="Code of titel van de bron."),
        "source_url": Text(500, required=False, default="", label="Adres van de bron"),
        "source_reference": Text(300, required=False, default="", label="Plaats in de bron"),
        "year": Year(required=False, label="Jaar"),
        "region": Text(20, required=False, default="", label="Regio"),
        "quality": Text(20, required=False, default="", label="Kwaliteit"),
        "derivation": Text(2000, multiline=True, required=False, default="", label="Afleiding"),
    }
)
DRAFT = Object(
    {
        "version": Text(40, label="Versie"),
        "valid_from": Date(required=False, label="Geldig vanaf"),
        "factors": ListOf(FACTOR, min_items=1, max_items=MOST_FACTORS, label="Factoren"),
    }
)
_STAMPS = {State.DRAFT: 1, State.PUBLISHED: 2, State.SUPERSEDED: 3}


def stamp_of(version: FactorSetVersion) -> int:
    """The number behind its ETag: only the state of a version ever changes."""
    return _STAMPS[State(version.state)]


@transaction.atomic
def create_draft(
    actor: Actor, *, factor_set: str, document: Mapping[str, Any], once: Once | None = None
) -> FactorSetVersion:
    """The concept with its factors. Raises Refused with every problem, or 409 when the version is taken."""
    access.require(actor, access.REFERENCE_EDIT)
    owner = FactorSet.objects.filter(code=factor_set).first()
    if owner is None:
        raise not_found()
    data, problems = read(DRAFT, document)
    materials = {row.code: row for row in _public_materials()}
    indicators = {row.code: row for row in Indicator.objects.all()}
    problems += _check(data.get("factors") or (), materials, indicators)
    if problems:
        raise Refused(problems)
    _require_free(owner, data["version"])
    version = FactorSetVersion.objects.create(
        factor_set=owner, version=data["version"], valid_from=data["valid_from"], created_at=clock.now()
    )
    _store(version, data["factors"], materials, indicators)
    _keep_processing(version)
    if once is not None:
        once.remember(201, version)
    audit.record(actor, "factor_version.create", version, organisation=None, changes={"version": version.version})
    return version


@transaction.atomic
def publish_draft(
    actor: Actor, *, factor_set: str, version: str, expected: int, once: Once | None = None
) -> FactorSetVersion:
    """The version, frozen; the one before it is superseded. Raises Refused: absent, stale, published already."""
    access.require(actor, access.REFERENCE_EDIT)
    found = FactorSetVersion.objects.select_related("factor_set").select_for_update(of=("self",))
    row = found.filter(factor_set__code=factor_set, version=version).first()
    if row is None:
        raise not_found()
    if stamp_of(row) != expected:
        raise stale()
    if row.state != State.DRAFT:
        raise _frozen(row.version)
    earlier = FactorSetVersion.objects.filter(factor_set=row.factor_set, state=State.PUBLISHED)
    earlier.update(state=State.SUPERSEDED)
    row.content_hash = content_hash(row)
    row.published_at = clock.now()
    row.state = State.PUBLISHED
    row.save(update_fields=["content_hash", "published_at", "state"])
    _rebuild(actor, row)
    if once is not None:
        once.remember(200, row)
    audit.record(
        actor, "factor_version.publish", row, organisation=None, changes={"contentHash": row.content_hash}
    )
    return row


def _rebuild(actor: Actor, version: FactorSetVersion) -> None:
    """When the current basis rests on this set: build its successor beside it and recalculate."""
    rests = Basis.objects.filter(state=Basis.State.CURRENT, layers__version__factor_set=version.factor_set)
    if not rests.exists():
        return
    basis = bases.build_beside()
    if basis is not None:
        bases.start_build(actor, basis)


def content_hash(version: FactorSetVersion) -> str:
    """The hash over all factors and processing of a version, the same as the loader gives."""
    names = ("material__code", "indicator__code", "module", "value", "recycled_value")
    factors = sorted(list(row) for row in version.factors.values_list(*names))
    fields = ("group__code", "indicator__code", "state", "value")
    processing = sorted(list(row) for row in version.processing.values_list(*fields))
    return "sha256:" + hashlib.sha256(canonical_json([factors, processing]).encode()).hexdigest()


def _check(
    rows: Sequence[Mapping[str, Any]], materials: Mapping[str, Material], indicators: Mapping[str, Indicator]
) -> list[Problem]:
    problems: list[Problem] = []
    seen: dict[tuple[str, ...], int] = {}
    for number, row in enumerate(rows):
        place = ("factors", number)
        problems += _check_codes(row, place, materials, indicators) + _check_values(row, place)
        key = tuple(str(row.get(name)) for name in ("material", "indicator", "module"))
        if None in (row.get("material"), row.get("indicator")):
            continue
        if key in seen:
            text = f"{', '.join(key)} staat er al (regel {seen[key] + 1})."
            problems.append(Problem((*place, "material"), "duplicate_line", text))
        seen.setdefault(key, number)
    return problems


def _check_codes(
    row: Mapping[str, Any],
    place: tuple[str, int],
    materials: Mapping[str, Material],
    indicators: Mapping[str, Indicator],
) -> list[Problem]:
    problems = []
    for name, known, code in (
        ("material", materials, "unknown_material"),
        ("indicator", indicators, "invalid_choice"),
    ):
        value = row.get(name)
        if value is not None and value not in known:
            text = f"{quoted(value)} kennen wij niet: {nearest(value, list(known))}"
            problems.append(Problem((*place, name), code, text))
    material, indicator = materials.get(row.get("material", "")), indicators.get(row.get("indicator", ""))
    if material and indicator and row.get("unit") is not None:
        unit = f"{indicator.unit}/{material.unit}"
        if row["unit"] != unit:
            problems.append(Problem((*place, "unit"), "invalid_unit", f"De eenheid moet {unit} zijn."))
    return problems


def _check_values(row: Mapping[str, Any], place: tuple[str, int]) -> list[Problem]:
    problems = []
    if row.get("module") != Factor.Module.BEYOND:
        text = "Een factor is alleen negatief in de module beyond (buiten de systeemgrens)."
        for name, field in (("value", "value"), ("recycled_value", "recycledValue")):
            if row.get(name) is not None and row[name] < 0:
                problems.append(Problem((*place, field), "range", text))
    if row.get("source_url") and not _URL(row["source_url"]):
        text = "Begin het adres met https:// of http://."
        problems.append(Problem((*place, "sourceUrl"), "invalid", text))
    return problems


def _require_free(owner: FactorSet, version: str) -> None:
    taken = FactorSetVersion.objects.filter(factor_set=owner, version=version).first()
    if taken is None:
        return
    if taken.state == State.DRAFT:
        raise conflict("duplicate", "Van deze versie is al een concept. Kies een ander nummer.", "version")
    raise _frozen(version)


def _frozen(version: str) -> Refused:
    text = f"Versie {quoted(version)} is vastgesteld en verandert niet meer: maak een nieuwe versie."
    return conflict("frozen_version", text, "version")


def _public_materials() -> list[Material]:
    return list(Material.objects.filter(owner_organisation__isnull=True, owner_supplier__isnull=True))


def _store(
    version: FactorSetVersion,
    rows: Sequence[Mapping[str, Any]],
    materials: Mapping[str, Material],
    indicators: Mapping[str, Indicator],
) -> None:
    sources = _sources({row["source"]: row for row in rows})
    Factor.objects.bulk_create(
        [
            Factor(
                version=version,
                material=materials[row["material"]],
                indicator=indicators[row["indicator"]],
                module=row["module"],
                value=float(row["value"]),
                recycled_value=_float(row["recycled_value"]),
                unit=row["unit"],
                geometric_sd=_float(row["geometric_sd"]),
                source=sources[row["source"]],
                source_ref=row["source_reference"] or "",
                source_url=row["source_url"] or "",
                year=row["year"],
                region=row["region"] or "",
                quality=row["quality"] or "",
                derivation=row["derivation"] or "",
            )
            for row in rows
        ],
        batch_size=500,
    )


def _sources(named: Mapping[str, Mapping[str, Any]]) -> dict[str, Source]:
    """The source behind every name: found by code or title, else made."""
    found: dict[str, Source] = {}
    for source in Source.objects.filter(title__in=named).order_by("-id"):
        found[source.title] = source
    for source in Source.objects.filter(code__in=named):
        found[source.code] = source
    for name, row in named.items():
        if name not in found:
            short = hashlib.sha256(name.encode()).hexdigest()[:8]
            code = f"{slugify(name)[:60]}-{short}".lstrip("-")
            found[name] = Source.objects.create(
                code=code, title=name, url=row["source_url"] or "", year=row["year"]
            )
    return found


def _keep_processing(version: FactorSetVersion) -> None:
    earlier = (
        FactorSetVersion.objects.filter(factor_set=version.factor_set, state=State.PUBLISHED)
        .order_by("-id")
        .first()
    )
    rows = list(Processing.objects.filter(version=earlier)) if earlier else []
    for row in rows:
        row.pk, row.version = None, version
        row._state.adding = True
    Processing.objects.bulk_create(rows, batch_size=500)


def _float(number: Any) -> float | None:
    return None if number is None else float(number)
