"""Roles and permissions in the words of people: on the page "wie mag wat", beside a choice, and in mails."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from mvi_dashboard.ground import access, formats
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.models import Role

ROLE_HELP = {
    Role.PROCUREMENT_OFFICER: "Maakt aanbestedingen en ziet inschrijvingen na de opening.",
    Role.CONTRACT_MANAGER: "Beheert contracten en legt vast wat er gebeurt.",
    Role.FACILITY_MANAGER: "Legt levering, gebruik, reparatie en afvoer vast.",
    Role.POLICY_OFFICER: "Ziet alle cijfers, beheert eigen categorieën en neemt aannames over.",
    Role.CATEGORY_MANAGER: "Ziet alle cijfers en beheert de eigen categorieën.",
    Role.MVI_COORDINATOR: "Ziet alle cijfers en neemt aannames over.",
    Role.BUDGET_HOLDER: "Ziet cijfers, wijzigt niets.",
    Role.REVIEWER: "Leest aanbestedingen en geopende inschrijvingen mee.",
    Role.COMMISSIONER: "Leest aanbestedingen, contracten en cijfers, en beslist of een dossier verder mag.",
    Role.AUDITOR: "Leest alles, ook het logboek. Wijzigt niets.",
    Role.ORGANISATION_ADMINISTRATOR: "Regelt mensen en gegevens. Ziet geen inschrijvingen.",
    Role.REFERENCE_MANAGER: "Beheert factoren, methodes en productgroepen.",
    Role.NATIONAL_VIEWER: "Ziet de cijfers van het land.",
    Role.SUPPLIER: "Schrijft in op aanbestedingen en ziet de eigen contracten.",
}
_ENGLISH = {
    Role.PROCUREMENT_OFFICER: "procurement officer",
    Role.CONTRACT_MANAGER: "contract manager",
    Role.FACILITY_MANAGER: "facility manager",
    Role.POLICY_OFFICER: "policy officer",
    Role.CATEGORY_MANAGER: "category manager",
    Role.MVI_COORDINATOR: "sustainable procurement coordinator",
    Role.BUDGET_HOLDER: "budget holder",
    Role.REVIEWER: "reviewer",
    Role.COMMISSIONER: "commissioner",
    Role.AUDITOR: "auditor",
    Role.ORGANISATION_ADMINISTRATOR: "administrator",
    Role.REFERENCE_MANAGER: "reference manager",
    Role.NATIONAL_VIEWER: "national viewer",
    Role.SUPPLIER: "supplier",
}
_PERMISSIONS = {
    access.TENDER_READ: "aanbestedingen lezen",
    access.TENDER_EDIT: "aanbestedingen maken en wijzigen",
    access.TENDER_OPEN: "inschrijvingen openen (samen met een ander)",
    access.TENDER_DECIDE: "gunnen",
    access.GATE_DECIDE: "beslissen of een dossier verder mag",
    access.BID_READ: "geopende inschrijvingen lezen",
    access.BID_SUBMIT: "inschrijven",
    access.CONTRACT_READ: "contracten lezen",
    access.CONTRACT_EDIT: "contracten wijzigen",
    access.CONTRACT_LOG: "vastleggen wat er bij een contract gebeurt",
    access.REPORT_READ: "dashboards lezen",
    access.AUDIT_READ: "het logboek lezen",
    access.NATIONAL_READ: "het dashboard van het land lezen",
    access.REFERENCE_EDIT: "factoren, methodes en productgroepen beheren",
    access.CATEGORY_EDIT: "eigen categorieën beheren",
    access.SPEND_EDIT: "uitgaven inlezen en indelen",
    access.ASSUMPTIONS_ADOPT: "aannames overnemen",
    access.ADMINISTER: "mensen, rollen en gegevens van de organisatie regelen",
    access.COLLEAGUES: "collega's van de eigen leverancier uitnodigen en laten vertrekken",
}


def role_label(role: str) -> str:
    """The name of a role in Dutch."""
    return str(Role(role).label)


def roles_in_words(roles: Iterable[str], language: str = "nl") -> str:
    """These roles as part of a sentence: `inkoper en contractmanager`."""
    names = [_ENGLISH[Role(role)] if language == "en" else _inside_a_sentence(role_label(role)) for role in roles]
    *first, last = names or [""]
    return f"{', '.join(first)} {'and' if language == 'en' else 'en'} {last}" if first else last


def day_in_words(day: date, language: str = "nl") -> str:
    """This day in the language of a mail."""
    return f"{day.day} {day:%B %Y}" if language == "en" else formats.day(day)


def permissions_of(role: str) -> list[str]:
    """What this role may do, as words, in the order of the road."""
    may = access.ACTS[role]
    return [words for permission, words in _PERMISSIONS.items() if permission in may]


def permissions_in_words(role: str) -> str:
    """The same in one line, in the language of the page."""
    return ", ".join(map(worded, permissions_of(role)))


def _inside_a_sentence(label: str) -> str:
    return label[:1].lower() + label[1:]
