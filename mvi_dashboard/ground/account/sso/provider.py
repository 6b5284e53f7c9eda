"""Asking the provider who somebody is: authorization code with PKCE, state and nonce, by Authlib.

Its answer counts only when it is signed by a key of the provider, for this site, for this attempt, and lately.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from .configuration import Configuration

logger = logging.getLogger(__name__)

_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signed by a key that only the provider has: never `none`, never with the secret that this site has too."""
_TIMEOUT = 10
_LEEWAY = 60


class ProviderFailed(Exception):
    """The provider did not answer, or not in a way that counts."""


@dataclass(frozen=True)
class Attempt:
    """One attempt to sign in: where it begins, and what only this browser knows of it."""

    url: str
    state: str
    nonce: str
    verifier: str


def begin(configuration: Configuration, redirect_uri: str) -> Attempt:
    """Where the browser goes. Raises ProviderFailed."""
    made = _asking(lambda: _application(configuration).create_authorization_url(redirect_uri))
    return Attempt(made["url"], made["state"], made["nonce"], made["code_verifier"])


def finish(
    configuration: Configuration, *, code: str, nonce: str, verifier: str, redirect_uri: str
) -> Mapping[str, Any]:
    """What the provider says of who came back with this code. Raises ProviderFailed."""

    def ask() -> Mapping[str, Any]:
        application = _application(configuration)
        token = application.fetch_access_token(redirect_uri=redirect_uri, code=code, code_verifier=verifier)
        expected = {"iss": configuration.issuer, "aud": configuration.client_id}
        options = {name: {"essential": True, "value": value} for name, value in expected.items()}
        claims = application.parse_id_token(token, nonce=nonce, claims_options=options, leeway=_LEEWAY)
        if not claims:
            raise ProviderFailed("there is no id token in the answer")
        if "email" in claims or not application.server_metadata.get("userinfo_endpoint"):
            return dict(claims)
        more = application.userinfo(token=token)
        if more.get("sub") != claims["sub"]:
            raise ProviderFailed("the user info is of somebody else")
        return {**more, **claims}

    found: Mapping[str, Any] = _asking(ask)
    return found


def _asking(ask: Any) -> Any:
    """What comes of it; whatever goes wrong on the way is one failure, with its reason in the log."""
    from authlib.common.errors import AuthlibBaseError  # type: ignore[import-untyped]  # ships no types
    from joserfc.errors import JoseError
    from requests import RequestException

    try:
        return ask()
    except (AuthlibBaseError, JoseError, RequestException, ValueError, KeyError, RuntimeError) as error:
        logger.warning("the sign-in provider failed: %s: %s", type(error).__name__, error)
        raise ProviderFailed(str(error)) from error


def _application(configuration: Configuration) -> Any:
    application = _made(
        configuration.issuer, configuration.client_id, configuration.client_secret, configuration.scope
    )
    metadata = application.load_server_metadata()
    if metadata.get("issuer") != configuration.issuer:
        raise ProviderFailed("the provider calls itself otherwise")
    offered = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
    metadata["id_token_signing_alg_values_supported"] = [each for each in offered if each in _ALGORITHMS]
    return application


@lru_cache(maxsize=4)
def _made(issuer: str, client_id: str, client_secret: str, scope: str) -> Any:
    from authlib.integrations.django_client import OAuth  # type: ignore[import-untyped]  # the same

    return OAuth().register(
        "sso",
        client_id=client_id,
        client_secret=client_secret,
        server_metadata_url=f"{issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={"scope": scope, "code_challenge_method": "S256", "default_timeout": _TIMEOUT},
    )
