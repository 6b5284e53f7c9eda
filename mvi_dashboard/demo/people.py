"""The demo's organisations, suppliers and persons: all made up."""

from __future__ import annotations

from mvi_dashboard.ground import accounts, audit, cosigning
from mvi_dashboard.ground.models import Organisation, Role, Supplier

PASSWORD = "Voorbeeld-Wachtwoord-1"  # noqa: S105 - exists only in the demo, which prints it

# code, name, kind, parent, national share
_ORGANISATIONS = (
    ("voorbeeldstad", "Gemeente Voorbeeldstad", "gemeente", "", "public"),
    ("voorbeeldprovincie", "Provincie Voorbeeldprovincie", "provincie", "", "contracts"),
    ("omgevingsdienst-voorbeeld", "Omgevingsdienst Voorbeeld", "dienst", "voorbeeldprovincie", "contracts"),
    ("waterschap-voorbeeld", "Waterschap Voorbeeld", "waterschap", "", "totals"),
)
_SUPPLIERS = {
    "leverancier-a": "Leverancier A (fictief)",
    "leverancier-b": "Leverancier B (fictief)",
    "leverancier-c": "Leverancier C (fictief)",
    "leverancier-d": "Leverancier D (fictief)",
    "leverancier-e": "Leverancier E (fictief)",
    "leverancier-f": "Leverancier F (fictief)",
}
# username, role, place, name on the screen
PERSONS = (
    ("inkoper-1", Role.PROCUREMENT_OFFICER, "voorbeeldstad", "Inkoper Een"),
    ("inkoper-2", Role.PROCUREMENT_OFFICER, "voorbeeldstad", "Inkoper Twee"),
    ("contractmanager-1", Role.CONTRACT_MANAGER, "voorbeeldstad", "Contractmanager Een"),
    ("facilitair-1", Role.FACILITY_MANAGER, "voorbeeldstad", "Facilitair Een"),
    ("beleid-1", Role.POLICY_OFFICER, "voorbeeldstad", "Beleid Een"),
    ("coordinator-1", Role.MVI_COORDINATOR, "voorbeeldstad", "Coördinator Een"),
    ("auditor-1", Role.AUDITOR, "voorbeeldstad", "Auditor Een"),
    ("beheerder-1", Role.ORGANISATION_ADMINISTRATOR, "voorbeeldstad", "Beheerder Een"),
    ("inkoper-3", Role.PROCUREMENT_OFFICER, "voorbeeldprovincie", "Inkoper Drie"),
    ("contractmanager-2", Role.CONTRACT_MANAGER, "voorbeeldprovincie", "Contractmanager Twee"),
    ("inkoper-5", Role.PROCUREMENT_OFFICER, "omgevingsdienst-voorbeeld", "Inkoper Vijf"),
    ("contractmanager-3", Role.CONTRACT_MANAGER, "omgevingsdienst-voorbeeld", "Contractmanager Drie"),
    ("inkoper-4", Role.PROCUREMENT_OFFICER, "waterschap-voorbeeld", "Inkoper Vier"),
    ("contractmanager-4", Role.CONTRACT_MANAGER, "waterschap-voorbeeld", "Contractmanager Vier"),
    ("referentie-1", Role.REFERENCE_MANAGER, "", "Referentie Een"),
    ("referentie-2", Role.REFERENCE_MANAGER, "", "Referentie Twee"),
    ("landelijk-1", Role.NATIONAL_VIEWER, "", "Landelijk Een"),
    *((f"{code}-1", Role.SUPPLIER, code, f"Verkoper {code[-1].upper()}") for code in _SUPPLIERS),
)


# Who has but one officer agreed with a neighbour to open each other's tenders.
_CO_SIGN = (
    ("voorbeeldstad", "voorbeeldprovincie"),
    ("voorbeeldstad", "waterschap-voorbeeld"),
    ("voorbeeldprovincie", "omgevingsdienst-voorbeeld"),
)


def create() -> None:
    """Make them all; the demo is empty before."""
    places: dict[str, Organisation | Supplier] = {}
    for code, name, kind, parent, share in _ORGANISATIONS:
        above = places.get(parent)
        places[code] = accounts.create_organisation(
            audit.SYSTEM,
            code=code,
            name=name,
            kind=kind,
            parent=above if isinstance(above, Organisation) else None,
            national_share=share,
        )
    for code, name in _SUPPLIERS.items():
        places[code] = accounts.create_supplier(audit.SYSTEM, code=code, name=name)
    for username, role, place, shown in PERSONS:
        first, _, last = shown.rpartition(" ")
        user = accounts.create_user(
            audit.SYSTEM, username=username, password=PASSWORD, first_name=first, last_name=last
        )
        where = places.get(place)
        accounts.add_membership(
            audit.SYSTEM,
            user=user,
            role=role,
            organisation=where if isinstance(where, Organisation) else None,
            supplier=where if isinstance(where, Supplier) else None,
        )


def agree_to_cosign() -> None:
    """What the neighbours agreed, as far as they did not yet."""
    places = {row.code: row for row in Organisation.objects.filter(code__in=[row[0] for row in _ORGANISATIONS])}
    for pair in _CO_SIGN:
        for one, other in (pair, pair[::-1]):
            if not cosigning.stands(places[one], places[other]):
                cosigning.agree(audit.SYSTEM, organisation=places[one], partner=places[other])
