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
    "SECURITY": [{"token": []}, {"session": []}],
    "POSTPROCESSING_HOOKS": ["mvi_dashboard.ground.rest.openapi.add_what_all_share"],
    "SORT_OPERATION_PARAMETERS": False,
}
