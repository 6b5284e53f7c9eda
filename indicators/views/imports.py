"""Factors from a file as pages: choose the file, see what would change, and only then make the concept."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from indicators import selectors
from indicators.factors import factor_imports, previews
from indicators.factors.exchange import FACTOR, LAYOUTS, OWN
from indicators.factors.exchange.epd import KG_PER_UNIT, UNITS_PER_KG
from indicators.factors.factor_changes import MOST_SHOWN
from indicators.factors.factor_imports import FILE
from indicators.models import Factor, ImportPreview, Material
from indicators.resources.factors import ImportedChange
from indicators.resources.imports import FactorImport
from mvi_dashboard.ground import access, formats
from mvi_dashboard.ground.act_pages import ActPage, Document
from mvi_dashboard.ground.numbers import dutch
from mvi_dashboard.ground.pages import actor_of, may, posted_document, redrawn
from mvi_dashboard.ground.problems import Problem, Refused, refuse
from mvi_dashboard.ground.sent_files import Upload
from mvi_dashboard.ground.shapes import camel
from mvi_dashboard.ground.uploads import file_in

from .catalogue import crumbs_to
from .declarations import declaration_tables
from .in_files import place_in, told_of_file
from .material_words import category_word

_ABOVE = ("Factorsets", "indicators:factor_sets")
_FIELDS = {camel(name) for name in FILE.fields} | {"file"}
_LABELS = {camel(name): field.label for name, field in FACTOR.fields.items()}
_MODES = (
    ("supplement", "Aanvullen: wat niet in het bestand staat, blijft zoals het is"),
    ("replace", "Vervangen: alleen wat in het bestand staat, komt in de nieuwe versie"),
)
DECIMALS = ((",", "Een komma: 1,5"), (".", "Een punt: 1.5"))
_CONVERSIONS = (
    (KG_PER_UNIT, "Hij zegt hoeveel kg 1 eenheid weegt"),
    (UNITS_PER_KG, "Hij zegt hoeveel eenheden in 1 kg gaan"),
)
ENCODINGS = (
    ("utf-8", "UTF-8"),
    ("utf-16", "UTF-16"),
    ("windows-1252", "Windows-1252 (uit oudere Excel)"),
    ("macintosh", "Macintosh (uit oudere Excel op een Mac)"),
)
_DELIMITERS = {";": "puntkomma", ",": "komma", "\t": "tab"}


@require_http_methods(["GET", "HEAD", "POST"])
@may(access.REFERENCE_EDIT)
def upload(request: HttpRequest) -> HttpResponse:
    """The form with the file; what is wrong stands at its field, or in a table by row and column."""
    document: dict[str, Any] = {"factorSet": request.GET.get("set", ""), "layout": OWN}
    problems: list[Problem] = []
    status = 200
    if request.method == "POST":
        # A browser sends an empty `file` as text when none was chosen.
        document = posted_document(request, "file")
        try:
            preview = _previewed(request, document)
        except Refused as refused:
            problems, status = refused.problems, redrawn(refused)
        else:
            return redirect("indicators:import_preview", public_id=preview.public_id)
    context = {
        "document": document,
        **told_of_file(FILE, problems, place_of),
        "shape": FILE,
        "sets": [(row.code, row.name_nl) for row in selectors.factor_sets().order_by("name_nl")],
        "modes": _MODES,
        "layouts": [(layout.code, layout.label) for layout in LAYOUTS.values()],
        "decimals": DECIMALS,
        "encodings": ENCODINGS,
        "conversions": _CONVERSIONS,
        "columns": [
            {"name": camel(name), "label": field.label, "help": field.help, "required": field.required}
            for name, field in FACTOR.fields.items()
        ],
        "crumbs": crumbs_to("Factoren inlezen", _ABOVE),
    }
    return render(request, "indicators/import_upload.html", context, status=status)


class Preview(ActPage[ImportPreview]):
    """What would change, and the button that makes the concept."""

    act = factor_imports.confirm_import
    template = "indicators/import_preview.html"
    back = "indicators:factor_sets"
    done = "Versie {0.version} staat klaar als concept. Bekijk het verschil en stel de versie vast."

    def find(self, **address: Any) -> ImportPreview:
        """The own preview. Raises Refused: absent."""
        return factor_imports.get_preview(self.actor, address["public_id"])

    def named(self) -> Document:
        """The preview."""
        return {"public_id": self.target.public_id}

    def content(self) -> Document:
        """What was read, and what would change."""
        found = previews.answer_of(self.target)
        return {
            "preview": self.target,
            **_shown(found),
            "warnings": found.warnings,
            "declarations": [declaration_tables(each) for each in found.declarations],
            "crumbs": crumbs_to("Voorbeeld", _ABOVE, ("Factoren inlezen", "indicators:import_factors")),
        }


def place_of(problem: Problem) -> str:
    """Where in the file this is, in words.

    >>> place_of(Problem(("rows", 3, "recycledValue"), "x", "")), place_of(Problem(("cells", "B3"), "x", ""))
    ('Rij 3, kolom Waarde gerecycled', 'Cel B3')
    """
    kind, *rest = problem.path or ("",)
    if kind == "indicators" and rest:
        return ", ".join(str(part) for part in rest)
    if kind == "results" and rest:
        return f"Indicator {rest[0]}"
    if kind == "declaredUnit":
        return "Gedeclareerde eenheid"
    return place_in(problem, _LABELS)


def _previewed(request: HttpRequest, document: Mapping[str, Any]) -> ImportPreview:
    sent = file_in(request)
    if sent is None:
        # An empty upload still gets the messages of the other fields.
        missing = refuse("required", "Kies een bestand.", "file").problems
        missing += factor_imports.problems_of_form(document)
        raise Refused(missing)
    upload = Upload(*sent)
    return factor_imports.preview_factors(actor_of(request), document=document, upload=upload, typed=True)


def _shown(found: FactorImport) -> dict[str, Any]:
    """What was read and what would change in words, with names instead of codes."""
    kinds = (found.changed, found.added, found.removed)
    names = selectors.names_of_codes(
        {row.material for rows in kinds for row in rows}, {row.indicator for rows in kinds for row in rows}
    )
    names[0].update((row.code, row.name) for row in found.new_materials)
    changed, added, removed = ([_row(row, *names) for row in rows] for rows in kinds)
    reading = (
        ("Bestand", found.file),
        ("Soort bestand", LAYOUTS[found.layout].label if found.layout in LAYOUTS else ""),
        ("Codering", (found.encoding or "").upper()),
        ("Scheidingsteken", _DELIMITERS.get(found.delimiter or "", "")),
    )
    return {
        "counts": [{"label": label, "value": value} for label, value in _counts(found)],
        "reading": [{"label": label, "value": value} for label, value in reading if value],
        "recycled_lost": found.recycled_lost,
        "changed": changed,
        "added": added,
        "removed": removed,
        "units": [{"unit": unit, "times": dutch(Decimal(unit.times))} for unit in found.units],
        "left_out": found.left_out,
        "new_materials": [
            {"row": row, "kind": Material.Kind(row.kind).label, "category": category_word(row.category)}
            for row in found.new_materials
        ],
        "columns": [{"column": row.column, "label": FACTOR.fields[row.field].label} for row in found.columns],
        "most": MOST_SHOWN,
        "most_materials": factor_imports.MOST_MATERIALS_SHOWN,
        "expires": found.expires_at,
    }


def _counts(found: FactorImport) -> list[tuple[str, int]]:
    """What was counted, in the order of the page; what cannot occur in this kind of file is not named."""
    counts = found.counts
    if found.declarations:
        labels = [("Indicatoren in de verklaring", found.file_rows), ("Factoren gelezen", found.read)]
    else:
        labels = [("Rijen in het bestand", found.file_rows), ("Factoren gelezen", found.read)]
        labels.append(("Rijen niet overgenomen", sum(row.rows for row in found.left_out)))
    labels += [("Gewijzigd", counts.changed), ("Erbij", counts.added)]
    labels += [("Eruit", counts.removed), ("Gelijk", counts.same)]
    if found.new_material_count:
        labels.append(("Nieuwe materialen", found.new_material_count))
    if found.mode == ImportPreview.Mode.SUPPLEMENT:
        labels.append(("Niet in het bestand, blijft", counts.kept))
    return labels


def _row(row: ImportedChange, materials: Mapping[str, str], indicators: Mapping[str, str]) -> dict[str, Any]:
    return {
        "row": row,
        "material": materials.get(row.material, row.material),
        "indicator": indicators.get(row.indicator, row.indicator),
        "stage": "" if row.module == Factor.Module.PRODUCTION else Factor.Module(row.module).label,
        "percentage": formats.percentage_change(None if row.ratio is None else row.ratio - 1),
    }
