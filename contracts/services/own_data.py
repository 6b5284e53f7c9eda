"""What an organisation says of a contract itself: the rows behind its codes, and what is wrong with them.

Everything is looked up once for any number of contracts, so that a register costs as many statements as one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from contracts.models import Contract
from indicators.models import ProductGroup, Theme
from mvi_dashboard.ground import access
from mvi_dashboard.ground.models import Organisation, Supplier, User
from mvi_dashboard.ground.problems import Problem
from mvi_dashboard.ground.shapes import camel, nearest, quoted
from mvi_dashboard.ground.suppliers.duplicates import name_key

PEOPLE = ("manager", "category_manager", "commissioner")
PLAIN = ("department", "category", "value", "options", "notice_months", "place")
_TEXTS = frozenset({"department", "category", "options", "place"})
Document = Mapping[str, Any]


@dataclass(frozen=True)
class Known:
    """What the documents of an organisation name, by the words in which they name it."""

    groups: Mapping[str, ProductGroup]
    themes: Mapping[str, Theme]
    readers: Mapping[str, User]
    managers: frozenset[int]
    suppliers: Mapping[str, Sequence[Supplier]]
    taken: frozenset[str]
    """contract numbers that are there already"""

    @classmethod
    def of(cls, organisation_id: int, documents: Sequence[Document]) -> Known:
        """Of these documents; seven queries, and none for what no document names."""
        groups, themes = _named(documents, "product_group"), _named(documents, "theme")
        names = {name for field in PEOPLE for name in _named(documents, field)}
        found = _suppliers(organisation_id, _named(documents, "supplier"))
        contracts = Contract.objects.filter(
            organisation_id=organisation_id, reference__in=_named(documents, "reference")
        )
        readers = access.people_who_may(access.CONTRACT_READ, organisation_id).filter(username__in=names)
        managers = access.people_who_may(access.CONTRACT_EDIT, organisation_id).filter(username__in=names)
        return cls(
            {each.code: each for each in ProductGroup.objects.filter(code__in=groups)} if groups else {},
            {each.code: each for each in Theme.objects.filter(code__in=themes)} if themes else {},
            {each.username: each for each in readers} if names else {},
            frozenset(each.pk for each in managers) if names else frozenset(),
            found,
            frozenset(contracts.values_list("reference", flat=True)),
        )

    def columns(self, data: Document) -> dict[str, Any]:
        """The columns of a contract that this document fills, of one that is right."""
        found: dict[str, Any] = {
            name: data[name] for name in ("reference", "title", "start", "end") if name in data
        }
        found |= {name: (data[name] or "") if name in _TEXTS else data[name] for name in PLAIN if name in data}
        found |= {name: self.readers.get(data[name] or "") for name in PEOPLE if name in data}
        if "product_group" in data:
            found["group"] = self.groups.get(data["product_group"] or "")
        if "theme" in data:
            found["theme"] = self.themes[data["theme"]]
        return found

    def problems(self, data: Document) -> list[Problem]:
        """What it names that is not there or may not be named."""
        return [*self._of_codes(data), *self._of_people(data), *self._of_supplier(data)]

    def supplier(self, data: Document) -> Supplier:
        """Who delivers."""
        return self.suppliers[data["supplier"]][0]

    def _of_codes(self, data: Document) -> Iterable[Problem]:
        asked = (("product_group", self.groups, ProductGroup), ("theme", self.themes, Theme))
        for name, known, model in asked:
            code = data.get(name)
            if code is not None and code not in known:
                codes = list(model.objects.order_by("pk").values_list("code", flat=True))
                yield Problem((camel(name),), "invalid_choice", f"{quoted(code)}: {nearest(code, codes)}")

    def _of_people(self, data: Document) -> Iterable[Problem]:
        for name in PEOPLE:
            username = data.get(name)
            if username is None:
                continue
            person = self.readers.get(username)
            if person is None:
                text = f"{quoted(username)} ziet geen contracten van deze organisatie: nodig deze persoon uit."
                yield Problem((camel(name),), "does_not_exist", text)
            elif name == "manager" and person.pk not in self.managers:
                text = f"{quoted(username)} heeft de rol contractmanager niet: geef die rol, of kies een ander."
                yield Problem((camel(name),), "invalid_choice", text)

    def _of_supplier(self, data: Document) -> Iterable[Problem]:
        name = data.get("supplier")
        if name is None:
            return
        found = self.suppliers.get(name, ())
        if not found:
            text = f"{quoted(name)} kennen wij niet: kies een ander, of voeg deze leverancier eerst toe."
            yield Problem(("supplier",), "does_not_exist", text)
        elif len(found) > 1:
            codes = ", ".join(each.code for each in found)
            yield Problem(("supplier",), "several", f"Er zijn er meer met deze naam: kies een code ({codes}).")


def check_term(start: date | None, end: date | None) -> list[Problem]:
    """A contract ends after it starts."""
    if start is None or end is None or end >= start:
        return []
    return [Problem(("end",), "before_start", "De einddatum moet na de begindatum liggen.")]


def document_of(contract: Contract) -> dict[str, Any]:
    """What its own data say, in the words in which they are read."""
    people = {name: getattr(contract, name) for name in PEOPLE}
    return {
        **{name: getattr(contract, name) for name in ("reference", "title", "start", "end")},
        "product_group": contract.group.code if contract.group else None,
        "theme": contract.theme.code,
        "parent": contract.parent.public_id if contract.parent else None,
        **{name: getattr(contract, name) or None if name in _TEXTS else getattr(contract, name) for name in PLAIN},
        **{name: person.username if person else None for name, person in people.items()},
    }


def _named(documents: Sequence[Document], field: str) -> set[str]:
    return {document[field] for document in documents if document.get(field)}


def _suppliers(organisation_id: int, names: set[str]) -> dict[str, list[Supplier]]:
    """The firms by each of these words: a code, a number, or else the name without its legal form."""
    if not names:
        return {}
    practice = (
        organisation_id if Organisation.objects.filter(pk=organisation_id).exclude(practice_of=None) else None
    )
    keys = {name: name_key(name) for name in names}
    which = Q(code__in=names) | Q(registration_number__in=names) | Q(name_key__in=set(keys.values()) - {""})
    rows = Supplier.objects.filter(which, practice=practice).select_related("merged_into").order_by("name", "pk")
    by_code: dict[str, list[Supplier]] = {}
    by_name: dict[str, list[Supplier]] = {}
    for row in rows:
        now = row.merged_into or row
        for word in filter(None, (row.code, row.registration_number)):
            by_code[word] = [now]
        alike = by_name.setdefault(row.name_key, [])
        if now not in alike:
            alike.append(now)
    return {name: by_code.get(name) or by_name.get(keys[name], []) for name in names}
