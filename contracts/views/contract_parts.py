"""What the pages of all contracts have: what is counted, what can be recorded, and what its organisation keeps."""

from __future__ import annotations

from typing import Any

from django.http.response import HttpResponseBase
from django.urls import reverse

from contracts import selectors
from contracts.kinds import kinds_for
from contracts.models import Contract
from contracts.selectors import ActiveRecords
from contracts.services.own_data import PEOPLE
from indicators.lines.per_unit import said_units
from indicators.models import ProductGroup
from indicators.selectors import themes
from mvi_dashboard.ground import access, formats
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.listing import sent_as_file
from mvi_dashboard.ground.models import User
from mvi_dashboard.ground.shapes import camel

from .happenings import Rows, as_table

Options = list[tuple[str, str]]


def items_of(found: Contract) -> str:
    """What is counted: pieces, or the units of a group that is used up, such as `maaltijden`."""
    group = found.group
    return worded(said_units(group.amount_unit) if group is not None and group.is_consumed else "stuks")


def to_record(contract: Contract, coverage: list[dict[str, Any]]) -> dict[str, Any]:
    """What can be recorded: most by a button, with what is known of it already, the rest by a link."""
    delivered, used, _retired = coverage
    known = used["value"] if used["fraction"] is None else worded("{value} bekend", value=used["value"])
    notes = {"delivery": delivered["text"], "use": known}
    kinds = [
        (kind.form, reverse(f"contracts:{kind.form.page}", args=[contract.public_id]), notes.get(kind.name))
        for kind in kinds_for(contract)
    ]
    return {
        "buttons": [{"label": form.button, "url": url, "note": note} for form, url, note in kinds if form.button],
        "links": [{"label": form.link, "url": url} for form, url, _note in kinds if form.link],
    }


def counting(rows: Rows) -> ActiveRecords:
    """Of these records those that count."""
    return selectors.active_among({kind.model: found for kind, found in rows.items()})


def page_of(found: Contract) -> str:
    """Where it is shown."""
    return reverse("contracts:contract", args=[found.public_id])


def as_file(kind: str, found: Contract, context: dict[str, Any]) -> HttpResponseBase:
    """What happened under this contract as CSV or XLSX."""
    heads, rows = as_table(context["happenings"], [found.reference, found.organisation.name])
    return sent_as_file(kind, f"gebeurtenissen-{found.public_id}", "Wat er gebeurde", heads, rows)


def own_data(actor: Actor, found: Contract) -> list[dict[str, str]]:
    """What the organisation says of it, for who works there; what is left open is not told."""
    if not actor.may(access.CONTRACT_READ, found.organisation_id):
        return []
    notice = found.notice_months
    facts = [
        ("Contractmanager", _name(found.manager) or "nog niemand"),
        ("Categoriemanager", _name(found.category_manager)),
        ("Opdrachtgever", _name(found.commissioner)),
        ("Afdeling", found.department),
        ("Categorie", found.category),
        ("Waarde zonder btw", "" if found.value is None else formats.euros(found.value)),
        ("Verlengen", found.options),
        ("Opzegtermijn", "" if notice is None else formats.counted(notice, "maand", "maanden")),
        ("Plaats van levering", found.place),
    ]
    return [{"label": label, "value": value} for label, value in facts if value]


def _name(person: User | None) -> str:
    return "" if person is None else person.get_full_name() or person.username


def own_options(organisation_id: int) -> dict[str, Options]:
    """What can be chosen for a contract of this organisation, by input."""
    groups = ProductGroup.objects.filter(successor__isnull=True).order_by("name_nl")
    readers = _named(access.people_who_may(access.CONTRACT_READ, organisation_id))
    options: dict[str, Options] = {camel(name): readers for name in PEOPLE}
    return options | {
        "manager": _named(access.people_who_may(access.CONTRACT_EDIT, organisation_id)),
        "productGroup": list(groups.values_list("code", "name_nl")),
        "theme": [(code, row.name_nl) for code, row in themes().items()],
    }


def _named(people: Any) -> Options:
    return [(each.username, _name(each)) for each in people.order_by("last_name", "first_name", "username")]
