"""What a document must look like, said once for REST, form and workbook.

A shape is written as data, reads a document completely and names everything that is wrong with it:

    PART = Object({
        "name": Text(60, label="Naam"),
        "share": Fraction(exclusive_min=True, required=False, label="Aandeel"),
    })
    data, problems = read(Object({"parts": ListOf(PART, max_items=200)}), document)

A shape knows nothing of the database; whether something of that name exists is a question for the service.
"""

from .confirmations import CONFIRMATIONS, CONFIRMED, lift_confirmed
from .forms import document_of
from .moments import Date, Moment, Year
from .objects import ListOf, Object, UnknownObject, camel, given_elsewhere, snake
from .quantities import Fraction, Integer, Money, Number
from .reading import read, read_or_refuse, schema_of
from .scalars import (
    Boolean,
    Choice,
    Code,
    Field,
    Reason,
    Scalar,
    Secret,
    Text,
    Uuid,
    is_blank,
    nearest,
    quoted,
    says_something,
)
from .shown import shown, spelled

__all__ = [
    "CONFIRMATIONS",
    "CONFIRMED",
    "Boolean",
    "Choice",
    "Code",
    "Date",
    "Field",
    "Fraction",
    "Integer",
    "ListOf",
    "Moment",
    "Money",
    "Number",
    "Object",
    "Reason",
    "Scalar",
    "Secret",
    "Text",
    "UnknownObject",
    "Uuid",
    "Year",
    "camel",
    "document_of",
    "given_elsewhere",
    "is_blank",
    "lift_confirmed",
    "nearest",
    "quoted",
    "read",
    "read_or_refuse",
    "says_something",
    "schema_of",
    "shown",
    "snake",
    "spelled",
]
