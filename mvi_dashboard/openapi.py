"""What the description of the API says of this installation, as plain data: settings read it."""

from __future__ import annotations

from typing import Any

from mvi_dashboard.ground.rest.configuration import SPECTACULAR_SETTINGS as OF_ANY_API

SPECTACULAR_SETTINGS: dict[str, Any] = {
    **OF_ANY_API,
    "TITLE": "MVI-effectendashboard",
    "VERSION": "1.0.0",
    "DESCRIPTION": (
        "Van inkoop naar effect: aanbestedingen, inschrijvingen, contracten en hun milieueffect. "
        "Namen zijn Engels en volgen OCDS en eForms. Getallen zijn fracties en SI-eenheden, momenten UTC. "
        "Onbekend is null, nooit 0. Fouten zijn application/problem+json met alle problemen tegelijk."
    ),
    "CONTACT": {
        "name": "Beheer MVI-effectendashboard",
        "url": "https://example.org/mvi-effectendashboard",
        "email": "beheer@example.org",
    },
    "LICENSE": {"name": "EUPL-1.2", "url": "https://eupl.eu/1.2/nl/"},
    "TAGS": [
        {"name": "wie", "description": "Wie vraagt, en wie er meedoen: organisaties en leveranciers."},
        {"name": "referentie", "description": "Waarmee wordt gerekend: voor iedereen te lezen, ook zonder token."},
        {
            "name": "referentie-herstellen",
            "description": "Referentiegegevens wijzigen: voorstellen en vaststellen.",
        },
        {"name": "mensen", "description": "Wie waar werkt: rollen, uitnodigingen en vervanging."},
        {"name": "indelingen", "description": "Hoe een organisatie bestanden indeelt die zij inleest."},
        {"name": "eigen-indelingen", "description": "Hoe een organisatie de eigen inkoop indeelt."},
        {"name": "rekenen", "description": "Het effect van producten, zonder iets op te slaan."},
        {"name": "aanbestedingen", "description": "Wat er wordt gevraagd, van concept tot gunning."},
        {"name": "inschrijvingen", "description": "Wat er wordt aangeboden: dicht tot de opening."},
        {"name": "contracten", "description": "Wat er is beloofd, wat er gebeurde en wat dat doet."},
        {"name": "rapporten", "description": "Wat het bij elkaar is."},
        {"name": "taken", "description": "Werk dat langer duurt dan een verzoek."},
        {"name": "bestanden", "description": "Bestanden bij wat u mag zien, en hun inhoud."},
        {"name": "logboek", "description": "Wie wat deed."},
        {"name": "koppelingen", "description": "Waar uw systemen horen dat er iets is gebeurd."},
        {"name": "berichten", "description": "Wat u aangaat en wat u daarvan las."},
        {"name": "algemeen", "description": "Wat bij alles hoort, zoals de sleutels van ontvangstbewijzen."},
    ],
}
