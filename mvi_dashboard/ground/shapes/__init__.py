"""What a document must look like, said once for REST, form and workbook.

A shape is written as data, reads a document completely and names everything that is wrong with it:

    MATERIAL_ROW = Object({
        "material": Text(60, label="Materiaal"),
        "share": Fraction(exclusive_min=True, required=False, label="Aandeel"),
        "recycled": Fraction(label="Gerecycled deel"),
    })
    data, problems = read(Object({"rows": ListOf(MATERIAL_ROW, max_items=200)}), document)

A shape knows nothing of the database; whether a material exists is a question for the service.
"""

from .composites import ListOf, Object, UnknownObject
from .confirmations import CONFIRMATIONS, lift_confirmed
from .forms import document_of
from .leaves import Boolean, Choice, Code, Leaf, Text, Unreadable, Uuid, is_blank, nearest, quoted
from .moments import Date, Moment, Year
from .quantities import Fraction, Integer, Money, Number
from .reading import read, read_or_refuse, schema_of
from .shown import shown, spelled

__all__ = [
    "CONFIRMATIONS",
    "Boolean",
    "Choice",
    "Code",
    "Date",
    "Fraction",
    "Integer",
    "Leaf",
    "ListOf",
    "Moment",
    "Money",
    "Number",
    "Object",
    "Text",
    "UnknownObject",
    "Unreadable",
    "Uuid",
    "Year",
    "document_of",
    "is_blank",
    "lift_confirmed",
    "nearest",
    "quoted",
    "read",
    "read_or_refuse",
    "schema_of",
    "shown",
    "spelled",
]
