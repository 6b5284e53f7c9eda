"""New versions of factor sets: a concept with all its factors, then published and frozen for good.

Processing is not sent: a new version keeps that of the newest published one of its set.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import date
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
_MOST_GUESSES = 50
_BATCH = 500
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
    codes = Codes()
    problems += check_factors(data.get("factors") or (), codes)
    if problems:
        raise Refused(problems)
    version = store_draft(owner, data["factors"], codes, version=data["version"], valid_from=data["valid_from"])
    remember_draft(actor, version, once)
    return version


def store_draft(
    owner: FactorSet,
    rows: Sequence[Mapping[str, Any]],
    codes: Codes,
    *,
    version: str,
    valid_from: date | None,
    kept_from: FactorSetVersion | None = None,
) -> FactorSetVersion:
    """The concept with these factors (checked), and those of `kept_from` that are not among them.

    Raises Refused (409) when the version is taken. Follow it by `remember_draft`, in the same transaction.
    """
    require_free(owner, version)
    draft = FactorSetVersion.objects.create(
        factor_set=owner, version=version, valid_from=valid_from, created_at=clock.now()
    )
    _store(draft, rows, codes, kept_from)
    _keep_processing(draft)
    return draft


def remember_draft(actor: Actor, version: FactorSetVersion, once: Once | None) -> None:
    """The last statements of making a concept: what came of the request, and the audit entry."""
    if once is not None:
        once.remember(201, version)
    audit.record(actor, "factor_version.create", version, organisation=None, changes={"version": version.version})


def newest_published(owner: FactorSet) -> FactorSetVersion | None:
    """The version of this set that holds now."""
    return owner.versions.filter(state=State.PUBLISHED).order_by("-id").first()


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


class Codes:
    """The materials and indicators that a factor may name, and what to say of a name that is none of them."""

    def __init__(self) -> None:
        public = Material.objects.filter(owner_organisation__isnull=True, owner_supplier__isnull=True)
        self.materials = {row.code: row for row in public}
        self.indicators = {row.code: row for row in Indicator.objects.all()}
        self._said: dict[tuple[str, str], str] = {}

    def unit_of(self, row: Mapping[str, Any]) -> str | None:
        """The unit that this factor must have; None when its material or indicator is not known."""
        material = self.materials.get(row.get("material", ""))
        indicator = self.indicators.get(row.get("indicator", ""))
        return f"{indicator.unit}/{material.unit}" if material and indicator else None

    def unknown(self, name: str, value: str) -> str:
        """The message for a code that we do not know; looking for what was meant is slow, so not for ever."""
        known = self.materials if name == "material" else self.indicators
        if (name, value) not in self._said:
            meant = nearest(value, list(known)) if len(self._said) < _MOST_GUESSES else "zie de lijst op de site."
            self._said[name, value] = f"{quoted(value)} kennen wij niet: {meant}"
        return self._said[name, value]


def check_factors(
    rows: Sequence[Mapping[str, Any]], codes: Codes, numbers: Sequence[int] | None = None
) -> list[Problem]:
    """What is wrong with these rows beyond their shape, each at `("factors", index, field)`.

    `numbers` are the rows as the sender counts them (default 1, 2, ...).
    """
    problems: list[Problem] = []
    seen: dict[tuple[str, str, str], int] = {}
    for number, row in enumerate(rows):
        place = ("factors", number)
        problems += _check_codes(row, place, codes)
        problems += _check_values(row, place)
        if row.get("material") is None or row.get("indicator") is None:
            continue
        key = (row["material"], row["indicator"], row.get("module") or "")
        first = seen.setdefault(key, number)
        if first != number:
            text = f"{', '.join(key)} staat er al (regel {numbers[first] if numbers else first + 1})."
            problems.append(Problem((*place, "material"), "duplicate_line", text))
    return problems


def _check_codes(row: Mapping[str, Any], place: tuple[str, int], codes: Codes) -> list[Problem]:
    problems = []
    for name, known, code in (
        ("material", codes.materials, "unknown_material"),
        ("indicator", codes.indicators, "invalid_choice"),
    ):
        value = row.get(name)
        if value is not None and value not in known:
            problems.append(Problem((*place, name), code, codes.unknown(name, value)))
    unit = codes.unit_of(row)
    if unit and row.get("unit") is not None and row["unit"] != unit:
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


def require_free(owner: FactorSet, version: str) -> None:
    """Raises Refused (409) when this set has such a version already."""
    taken = FactorSetVersion.objects.filter(factor_set=owner, version=version).first()
    if taken is None:
        return
    if taken.state == State.DRAFT:
        raise conflict("duplicate", "Van deze versie is al een concept. Kies een ander nummer.", "version")
    raise _frozen(version)


def _frozen(version: str) -> Refused:
    text = f"Versie {quoted(version)} is vastgesteld en verandert niet meer: maak een nieuwe versie."
    return conflict("frozen_version", text, "version")


def _store(
    version: FactorSetVersion,
    rows: Sequence[Mapping[str, Any]],
    codes: Codes,
    kept_from: FactorSetVersion | None,
) -> None:
    sources = _sources({row["source"]: row for row in rows})
    made = [
        Factor(
            version=version,
            material=codes.materials[row["material"]],
            indicator=codes.indicators[row["indicator"]],
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
    ]
    if kept_from is not None:
        made += _kept(version, kept_from, {(row.material_id, row.indicator_id, row.module) for row in made})
    Factor.objects.bulk_create(made, batch_size=_BATCH)


def _kept(
    version: FactorSetVersion, earlier: FactorSetVersion, replaced: set[tuple[int, int, str]]
) -> list[Factor]:
    """The factors of the earlier version that are not replaced, to the last digit, as rows of the new one."""
    kept = [
        row
        for row in earlier.factors.order_by("pk")
        if (row.material_id, row.indicator_id, row.module) not in replaced
    ]
    for row in kept:
        row.pk, row.version = None, version
        row._state.adding = True
    return kept


def _sources(named: Mapping[str, Mapping[str, Any]]) -> dict[str, Source]:
    """The source behind every name: found by code or title, else made."""
    found: dict[str, Source] = {}
    names = list(named)
    parts = [names[start : start + _BATCH] for start in range(0, len(names), _BATCH)]
    for part in parts:
        found |= {source.title: source for source in Source.objects.filter(title__in=part).order_by("-id")}
    for part in parts:
        found |= {source.code: source for source in Source.objects.filter(code__in=part)}
    new = []
    for name in names:
        if name not in found:
            short = hashlib.sha256(name.encode()).hexdigest()[:8]
            code, row = f"{slugify(name)[:60]}-{short}".lstrip("-"), named[name]
            new.append(Source(code=code, title=name, url=row["source_url"] or "", year=row["year"]))
    found |= {source.title: source for source in Source.objects.bulk_create(new, batch_size=_BATCH)}
    return found


def _keep_processing(version: FactorSetVersion) -> None:
    earlier = newest_published(version.factor_set)
    rows = list(Processing.objects.filter(version=earlier)) if earlier else []
    for row in rows:
        row.pk, row.version = None, version
        row._state.adding = True
    Processing.objects.bulk_create(rows, batch_size=500)


def _float(number: Any) -> float | None:
    return None if number is None else float(number)
