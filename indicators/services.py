"""What is done with the framework: loading it, checking lines against it, calculating with it."""

from __future__ import annotations

from indicators.lines import lines_to_arrays
from indicators.lines.arrays import keeps_parts
from indicators.lines.assessment import Assessed, assess_document, assess_lines, quality_split, remarks_on
from indicators.lines.assessment_answers import assessment_answer, totals_answer, trace_rows, use_trace_rows
from indicators.lines.data_quality import FACTOR_CLASSES, DataQuality, quality_of, rests_on_assumption, worst_of
from indicators.lines.energy_in_use import (
    OTHER_ENERGY,
    EnergyInUse,
    amount_of,
    check_energy,
    counts_in_use,
    energy_of_demand,
    energy_to_choose,
    flow_that_counts,
    megajoules_of,
    other_than_usual,
    purpose_names,
    purpose_of,
)
from indicators.lines.line_checks import Known, check_lines, check_type, known_to
from indicators.lines.line_names import with_codes
from indicators.lines.maker_figures import check_figures
from indicators.lines.named_ranges import NamedRange
from indicators.lines.per_unit import check_amount, is_one, said_unit, unit_of_bill
from indicators.lines.product_lines import product_line, product_lines, with_energy
from indicators.lines.ranged import RangedFactors
from indicators.lines.shapes import DECLARED, DECLARED_KINDS, assessment_shape, line_shape
from indicators.lines.suggestions import fits_bill, materials_meant
from indicators.lines.worked import Sofa, assess_sofa, new_sofa, source_sofa
from indicators.protocols.asked_shapes import asked_line, asked_row, check_answers, unanswered, without_answers
from indicators.protocols.data_request import data_request

__all__ = [
    "DECLARED",
    "DECLARED_KINDS",
    "FACTOR_CLASSES",
    "OTHER_ENERGY",
    "Assessed",
    "DataQuality",
    "EnergyInUse",
    "Known",
    "NamedRange",
    "RangedFactors",
    "Sofa",
    "amount_of",
    "asked_line",
    "asked_row",
    "assess_document",
    "assess_lines",
    "assess_sofa",
    "assessment_answer",
    "assessment_shape",
    "check_amount",
    "check_answers",
    "check_energy",
    "check_figures",
    "check_lines",
    "check_type",
    "counts_in_use",
    "data_request",
    "energy_of_demand",
    "energy_to_choose",
    "fits_bill",
    "flow_that_counts",
    "is_one",
    "keeps_parts",
    "known_to",
    "line_shape",
    "lines_to_arrays",
    "materials_meant",
    "megajoules_of",
    "new_sofa",
    "other_than_usual",
    "product_line",
    "product_lines",
    "purpose_names",
    "purpose_of",
    "quality_of",
    "quality_split",
    "remarks_on",
    "rests_on_assumption",
    "said_unit",
    "source_sofa",
    "totals_answer",
    "trace_rows",
    "unanswered",
    "unit_of_bill",
    "use_trace_rows",
    "with_codes",
    "with_energy",
    "without_answers",
    "worst_of",
]
