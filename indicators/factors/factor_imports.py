"""Factors from a file or a list into a concept: first a preview of what would change, then all of it or nothing.

The preview keeps the factors that were read, so confirming needs no file. What is confirmed becomes a concept
by the same rules as one that is sent over REST; nobody calculates with it before it is published.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from functools import partial
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import transaction

from indicators.factors.exchange import (
    FACTOR,
    LAYOUTS,
    OWN,
    Factors,
    NewMaterial,
    NewSource,
    Options,
    factors_of_list,
)
from indicators.factors.exchange.epd import KG_PER_UNIT, UNITS_PER_KG
from indicators.models import FactorSet, FactorSetVersion, ImportPreview
from indicators.models.coded import newest_published
from mvi_dashboard.ground import access, clock, intake, timers
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.acts import Act, ActDeclaration, Doing, Done
from mvi_dashboard.ground.idempotency import Once, first_time
from mvi_dashboard.ground.problems import Problem, Refused, conflict
from mvi_dashboard.ground.sent_files import ENCODING, Upload
from mvi_dashboard.ground.shapes import CONFIRMED, Choice, ListOf, Object, Text, nearest, quoted, read

from . import declarations, factor_drafts
from .factor_changes import changes_of
from .factor_checks import Codes, check_factors, check_shapes, convert_units
from .factor_columns import pack, unpack
from .factor_drafts import DRAFT, MOST_FACTORS
from .factor_jumps import note_jumps
from .factor_outliers import note_outliers
from .kept_previews import drop_expired, own_preview
from .version_losses import values_in

LARGEST_FILE = intake.LARGEST_FILE
MOST_MATERIALS_SHOWN = 500
_COMMON = {
    "factor_set": Text(80, label="Factorset"),
    "version": DRAFT.fields["version"],
    "valid_from": DRAFT.fields["valid_from"],
    "mode": Choice(ImportPreview.Mode.values, label="Wat moet er met de rest van de set gebeuren?"),
}
FILE = Object(
    {
        **_COMMON,
        "layout": Choice(
            LAYOUTS,
            required=False,
            default=OWN,
            label="Soort bestand",
            help="Onze eigen kolommen, of een bestand zoals een bron het zelf uitgeeft.",
        ),
        "decimal": Choice(
            intake.DECIMALS,
            required=False,
            default="",
            label="Decimaalteken",
            help="Zoals getallen in het bestand staan. Alleen nodig bij onze eigen kolommen.",
        ),
        "encoding": ENCODING,
        "material": Text(
            80,
            required=False,
            default="",
            label="Materiaal",
            help="Alleen bij een milieuverklaring: de code van ons materiaal. Leeg maakt een nieuw materiaal.",
        ),
        "conversion_factor": Choice(
            (KG_PER_UNIT, UNITS_PER_KG),
            required=False,
            default="",
            label="Omrekenfactor",
            help="Alleen bij een milieuverklaring waarin alleen een omrekenfactor het gewicht zegt.",
        ),
    }
)
DECLARATION = Object({**_COMMON, **{name: FILE.fields[name] for name in ("material", "conversion_factor")}})
LIST = Object({**_COMMON, "factors": ListOf(FACTOR, min_items=1, max_items=MOST_FACTORS, label="Factoren")})


def preview_factors(
    actor: Actor,
    *,
    document: Mapping[str, Any],
    upload: Upload | None = None,
    typed: bool = False,
    once: Once | None = None,
) -> ImportPreview:
    """The preview of this file, or of `factors` in the document; raises Refused with every problem.

    `typed`: the document comes from a form.
    """
    preview = _prepared(actor, document, upload, once, typed=typed)
    with transaction.atomic():
        preview.save()
        if once is not None:
            once.remember(200, preview)
    return preview


def import_factors(
    actor: Actor, *, document: Mapping[str, Any], upload: Upload | None = None, once: Once | None = None
) -> FactorSetVersion:
    """The concept at once, for who needs no preview. Raises Refused with every problem and every warning."""
    return _store_read(actor, _prepared(actor, document, upload, once, typed=False), once)


class _Storing(Act[ImportPreview, FactorSetVersion]):
    """An act on what was read before, outside of its transaction: no file is read while others wait."""

    def __call__(self, actor: Actor, preview: ImportPreview, once: Once | None) -> FactorSetVersion:
        """The concept. Raises Refused."""
        return self.carry_out(actor, preview, document=None, expected_version=None, typed=False, once=once)

    def lock(self, actor: Actor, named: ImportPreview) -> ImportPreview:
        """Raises Refused: forbidden. A version that is taken is refused by its key."""
        access.require(actor, self.declaration.permission)
        return named


@partial(
    _Storing,
    ActDeclaration(
        verb="factor_version.import",
        title="Lees factoren in",
        permission=access.REFERENCE_EDIT,
        reads=LIST,
        status=201,
    ),
)
def _store_read(doing: Doing[ImportPreview]) -> Done[FactorSetVersion]:
    """The concept of what was read, when nothing in it is unusual."""
    declarations.confirmed(doing.target.summary, {})
    version, materials = _stored(doing.target)
    return factor_drafts.made(doing.actor, version, new_materials=materials)


def problems_of_form(document: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with the fields of a form that came without its file."""
    data, problems = read(FILE, document, typed=True)
    _owner_of(data, problems)
    _check_decimal(data, problems)
    return problems


class _Confirmation(Act[ImportPreview, FactorSetVersion]):
    """An act on one's own preview."""

    def __call__(
        self,
        actor: Actor,
        public_id: UUID,
        *,
        document: Mapping[str, Any] | None = None,
        typed: bool = False,
        once: Once | None = None,
    ) -> FactorSetVersion:
        """The concept. Raises Refused."""
        return self.carry_out(actor, public_id, document=document, expected_version=None, typed=typed, once=once)

    def lock(self, actor: Actor, named: UUID) -> ImportPreview:
        """Raises Refused: forbidden, absent."""
        return own_preview(actor, named, for_update=True)


@partial(
    _Confirmation,
    ActDeclaration(
        verb="factor_version.confirm",
        title="Maak van een voorbeeld een concept",
        permission=access.REFERENCE_EDIT,
        reads=CONFIRMED,
        status=201,
    ),
)
def confirm_import(doing: Doing[ImportPreview]) -> Done[FactorSetVersion]:
    """The concept that comes of a preview, in one go; its document has the reasons for what is unusual in it.

    Raises Refused: absent (404), confirmed already, made against a version that no longer holds, or without a
    reason where one is asked (409).
    """
    preview = doing.target
    if preview.made is not None:
        raise conflict("confirmed", f"Dit is al bevestigd: versie {quoted(preview.made.version)} staat klaar.")
    newest = newest_published(preview.factor_set.versions.all())
    if (newest.pk if newest else None) != preview.base_id:
        raise conflict(
            "outdated", "De set is intussen gewijzigd. Lees het bestand opnieuw in voor een nieuw voorbeeld."
        )
    doing.problems.refuse()
    reason = declarations.confirmed(preview.summary, doing.data)
    version, materials = _stored(preview)
    preview.made, preview.content = version, b""
    preview.save(update_fields=["made", "content"])
    return factor_drafts.made(doing.actor, version, reason=reason, new_materials=materials)


def get_preview(actor: Actor, public_id: UUID) -> ImportPreview:
    """One's own preview, without its rows. Raises Refused when it is absent, somebody else's or too old."""
    return own_preview(actor, public_id)


def register() -> None:
    """The timer that throws old previews away."""
    timers.register("indicators.old_previews", timedelta(hours=1), drop_expired)


def _prepared(
    actor: Actor, document: Mapping[str, Any], upload: Upload | None, once: Once | None, *, typed: bool
) -> ImportPreview:
    """The preview, not stored yet. Every problem of the document and of the file at once."""
    access.require(actor, access.REFERENCE_EDIT)
    first_time(once)
    data, problems = read(LIST if upload is None else FILE, document, typed=typed)
    owner = _owner_of(data, problems)
    if upload is not None:
        _check_decimal(data, problems)
    found, codes = _found(data, upload, problems)
    if problems or owner is None:
        raise Refused(problems)
    base = newest_published(owner.versions.all())
    old = values_in(base) if base is not None else {}
    note_jumps(found, codes, old)
    note_outliers(found, codes, old)
    preview = ImportPreview(
        owner_key=actor.key,
        created_at=clock.now(),
        factor_set=owner,
        base=base,
        mode=data["mode"],
        version=data["version"],
        valid_from=data["valid_from"],
        layout=data.get("layout", ""),
        content=pack(found.cells),
    )
    preview.proposed = {
        "materials": [asdict(new) for new in found.materials.values()],
        "sources": [asdict(new) for new in found.sources.values()],
    }
    preview.summary = _summary(found) | changes_of(found, codes, old, supplement=_supplements(preview))
    return preview


def _found(data: Mapping[str, Any], upload: Upload | None, problems: list[Problem]) -> tuple[Factors, Codes]:
    """The factors of the file or the list, in our units; what is wrong with them is noted."""
    if upload is None:
        found = factors_of_list(data.get("factors") or ())
    elif {"layout", "decimal", "encoding", "material", "conversion_factor"} <= set(data):
        layout = LAYOUTS[data["layout"]]
        material = declarations.material_of(data["material"], problems, asked=layout.asks_material)
        decimal, encoding, conversion = (data[name] or "" for name in ("decimal", "encoding", "conversion_factor"))
        options = Options(decimal, encoding, material, conversion)
        try:
            found = layout.read(upload.content, upload.name, options)
        except Refused as refused:
            if not problems:
                raise
            problems += refused.problems
            return Factors(), Codes()
    else:
        return Factors(), Codes()
    codes = Codes(found.materials)
    if upload is not None:
        check_shapes(found)
        convert_units(found, codes)
    check_factors(found, codes, leave_same=True)
    problems += found.problems
    named = set(found.cells["material"])
    found.materials = {code: new for code, new in codes.proposed.items() if code in named}
    found.sources = {code: found.sources[code] for code in set(found.cells["source"]) & set(found.sources)}
    return found, codes


def _check_decimal(data: dict[str, Any], problems: list[Problem]) -> None:
    """Notes that the decimal sign must be told, when the layout does not say it."""
    if "layout" in data and data.get("decimal") == "" and LAYOUTS[data["layout"]].asks_decimal:
        problems.append(Problem(("decimal",), "required", "Kies het decimaalteken van uw bestand."))
        del data["decimal"]


def _owner_of(data: Mapping[str, Any], problems: list[Problem]) -> FactorSet | None:
    """The set that the document names; an unknown one or a version that is taken is noted."""
    code = data.get("factor_set")
    if code is None:
        return None
    owner = FactorSet.objects.filter(code=code).first()
    if owner is None:
        known = list(FactorSet.objects.values_list("code", flat=True))
        text = f"De factorset {quoted(code)} kennen wij niet: {nearest(code, known)}"
        problems.append(Problem(("factorSet",), "does_not_exist", text))
    elif "version" in data:
        try:
            factor_drafts.require_free(owner, data["version"])
        except Refused as refused:
            problems += refused.problems
    return owner


def _stored(preview: ImportPreview) -> tuple[FactorSetVersion, list[str]]:
    """The concept behind a preview, and the codes of the materials that were made for it.

    Checked once more: materials and indicators may have changed.
    """
    found = Factors(cells=unpack(bytes(preview.content)))
    found.numbers = list(range(1, len(found.cells["material"]) + 1))
    codes = Codes(
        {row["code"]: NewMaterial(**row) for row in preview.proposed.get("materials", ())},
        {row["code"]: NewSource(**row) for row in preview.proposed.get("sources", ())},
    )
    check_factors(found, codes)
    found.problems.refuse()
    made = sorted(set(found.cells["material"]) & set(codes.proposed))
    version = factor_drafts.store_draft(
        preview.factor_set,
        found.cells,
        codes,
        version=preview.version,
        valid_from=preview.valid_from,
        kept_from=preview.base if _supplements(preview) else None,
    )
    declarations.store_declarations(preview.summary.get("declarations", ()))
    return version, made


def _supplements(preview: ImportPreview) -> bool:
    return preview.mode == ImportPreview.Mode.SUPPLEMENT


def _summary(found: Factors) -> dict[str, Any]:
    """What the preview tells about the reading."""
    return {
        "read": len(found),
        "fileRows": found.file_rows,
        "leftOut": found.left_out(),
        "units": [
            {"from": given, "to": wanted, "times": times, "rows": count}
            for (given, wanted, times), count in found.units.items()
        ],
        "columns": [{"column": header, "field": name} for header, name in found.columns],
        "newMaterials": [
            {"code": new.code, "kind": new.kind, "unit": new.unit, "name": new.name_nl, "category": new.category}
            for new in islice(found.materials.values(), MOST_MATERIALS_SHOWN)
        ],
        "newMaterialCount": len(found.materials),
        "file": found.file or None,
        "delimiter": found.delimiter or None,
        "encoding": found.encoding or None,
        **declarations.summary_of(found),
    }
