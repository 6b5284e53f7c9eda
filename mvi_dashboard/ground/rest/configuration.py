"""What the settings say about REST, as plain data (nothing is imported, so settings may read it)."""

from __future__ import annotations

from typing import Any

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": (),
    "DEFAULT_PERMISSION_CLASSES": (),
    "DEFAULT_PARSER_CLASSES": ("mvi_dashboard.ground.rest.bodies.StrictJSONParser",),
    "DEFAULT_RENDERER_CLASSES": ("mvi_dashboard.ground.rest.answers.JsonAnswer",),
    "DEFAULT_SCHEMA_CLASS": "mvi_dashboard.ground.rest.descriptions.Operations",
    "EXCEPTION_HANDLER": "mvi_dashboard.ground.rest.answers.handle",
    "UNAUTHENTICATED_USER": None,
}

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "OAS_VERSION": "3.1.0",
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
    "SERVERS": [{"url": "/api/v1", "description": "Versie 1"}],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SCHEMA_PATH_PREFIX_TRIM": True,
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": (),
    "SERVE_AUTHENTICATION": (),
    "AUTHENTICATION_WHITELIST": (),
    "APPEND_COMPONENTS": {
        "securitySchemes": {
            "token": {"type": "http", "scheme": "bearer"},
            "session": {"type": "apiKey", "in": "cookie", "name": "sessionid"},
        }
    },
    "TAGS": [
        {"name": "wie", "description": "Wie vraagt, en wie er meedoen: organisaties en leveranciers."},
        {"name": "referentie", "description": "Waarmee wordt gerekend: voor iedereen te lezen, ook zonder token."},
        {"name": "eigen-indelingen", "description": "Hoe een organisatie de eigen inkoop indeelt."},
        {"name": "rekenen", "description": "Het effect van producten, zonder iets op te slaan."},
        {"name": "aanbestedingen", "description": "Wat er wordt gevraagd, van concept tot gunning."},
        {"name": "inschrijvingen", "description": "Wat er wordt aangeboden: dicht tot de opening."},
        {"name": "contracten", "description": "Wat er is beloofd, wat er gebeurde en wat dat doet."},
        {"name": "rapporten", "description": "Wat het bij elkaar is."},
        {"name": "taken", "description": "Werk dat langer duurt dan een verzoek."},
        {"name": "logboek", "description": "Wie wat deed."},
        {"name": "algemeen", "description": "Wat bij alles hoort, zoals de sleutels van ontvangstbewijzen."},
    ],
    "SECURITY": [{"token": []}, {"session": []}],
    "POSTPROCESSING_HOOKS": ["mvi_dashboard.ground.rest.openapi.add_what_all_share"],
    "SORT_OPERATION_PARAMETERS": False,
}
