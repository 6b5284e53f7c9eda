"""The list of people by its columns: for the table of the page, the CSV and the workbook."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.db.models import Value
from django.db.models.functions import Concat
from django.urls import reverse

from mvi_dashboard.ground import formats
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.listing import DAY, Cell, Column, Listing, Tag
from mvi_dashboard.ground.ordering import Order, Orders

from .listing import Listed

_SPACE = Value(" ")


def _by_name() -> Any:
    return Concat("last_name", _SPACE, "first_name", _SPACE, "username")


ORDERS = Orders(
    "naam",
    name=Order("naam", "Naam", _by_name, ""),
    email=Order("email", "E-mail", "email"),
    signed_in=Order("ingelogd", "Laatst ingelogd", "last_login", datetime(1, 1, 1, tzinfo=UTC)),
)


def _name(row: Listed) -> Cell:
    person = row.person
    tags = () if person.is_active else (Tag("geblokkeerd", "tag-warning"),)
    below = (person.email,) if person.email else ()
    return Cell(str(person), url=reverse("person", args=[person.actor_key]), tags=tags, below=below)


def _roles(row: Listed) -> str:
    return ", ".join(worded(role.get_role_display()) for role in row.roles) or worded("geen rol meer")


def _ends(row: Listed) -> Cell:
    tags = (Tag("eindigt binnenkort", "tag-warning"),) if row.ends_soon else ()
    none = worded("geen einddatum") if row.roles else ""
    return Cell(formats.day(row.ends) if row.ends else none, tags=tags)


def _second_factor(row: Listed) -> str:
    return worded("aan") if row.person.second_factor_at else worded("nog niet")


LIST = Listing(
    "mensen",
    "Mensen en rollen",
    ORDERS,
    Column("Naam", lambda row: str(row.person), order="name", shown=_name),
    Column("E-mail", lambda row: row.person.email, order="email", on_page=False),
    Column("Rollen", _roles),
    Column("Tot en met", lambda row: row.ends, DAY, shown=_ends),
    Column("Laatst ingelogd", lambda row: row.person.last_login, DAY, order="signed_in", none="nog nooit"),
    Column("Tweede factor", _second_factor),
)
