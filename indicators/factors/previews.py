"""A preview of an import as it is told: what was stored of it, read once into what pages and REST both show."""

from __future__ import annotations

from indicators.models import ImportPreview
from indicators.resources.imports import FactorImport

from . import declarations
from .factor_imports import expires_at


def answer_of(preview: ImportPreview) -> FactorImport:
    """What would change, what was left out, and what asks for a reason."""
    return FactorImport.of(preview, declarations.problems_in(preview.summary), expires_at(preview))
