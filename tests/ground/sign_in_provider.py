"""A provider of OpenID Connect on loopback: as the specification has it, and as somebody would abuse it."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT, SECRET = "mvi", "geheim-van-de-provider-en-deze-site"


class Provider:
    """Who it says somebody is stands in `claims`; what it does wrong in the other attributes."""

    def __init__(self) -> None:
        self.issuer = ""
        self.key = RSAKey.generate_key(2048, parameters={"kid": "een"})
        self.claims: dict[str, Any] = {}
        self.userinfo: dict[str, Any] = {}
        self.spoiled: dict[str, Any] = {}
        """claims that come in the place of the right ones, in the id token"""
        self.signs_with: str = "RS256"
        self.another_key = False
        self.calls_itself = ""
        self.away = False
        self.asked: list[dict[str, str]] = []
        self.tokens: list[dict[str, str]] = []
        self._codes: dict[str, dict[str, str]] = {}

    def metadata(self) -> dict[str, Any]:
        """What it says of itself."""
        issuer = self.calls_itself or self.issuer
        return {
            "issuer": issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            "code_challenge_methods_supported": ["S256"],
        }

    def authorize(self, query: dict[str, str]) -> str:
        """Where the browser goes with a code, after somebody signed in here."""
        self.asked.append(query)
        code = secrets.token_urlsafe(16)
        self._codes[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def token(self, form: dict[str, str], authorization: str) -> dict[str, Any] | None:
        """The tokens for a code, once, for who began with it; None for anybody else."""
        self.tokens.append(form)
        query = self._codes.pop(form.get("code", ""), None)
        known = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if query is None or authorization != f"Basic {known}":
            return None
        hashed = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(hashed).decode().rstrip("=")
        if challenge != query.get("code_challenge") or form.get("redirect_uri") != query["redirect_uri"]:
            return None
        now = int(time.time())
        own = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": query["nonce"]}
        claims = {**own, **self.claims, **self.spoiled}
        return {
            "access_token": "toegang",
            "token_type": "Bearer",
            "expires_in": 300,
            "id_token": self._signed({name: value for name, value in claims.items() if value is not None}),
        }

    def _signed(self, claims: dict[str, Any]) -> str:
        if self.signs_with == "HS256":
            key = OctKey.import_key(SECRET)
            return jwt.encode({"alg": "HS256", "kid": "een"}, claims, key)
        if self.signs_with == "none":
            parts = (json.dumps(part).encode() for part in ({"alg": "none"}, claims))
            return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + "."
        key = RSAKey.generate_key(2048, parameters={"kid": "een"}) if self.another_key else self.key
        return jwt.encode({"alg": "RS256", "kid": "een"}, claims, key)


class _Server(ThreadingHTTPServer):
    provider: Provider
    daemon_threads = True


class _Answers(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        """Metadata, keys, the page to sign in, and who somebody is."""
        place, provider = urlsplit(self.path), self.server.provider
        if provider.away:
            self._send({}, 503)
        elif place.path == "/.well-known/openid-configuration":
            self._send(provider.metadata())
        elif place.path == "/keys":
            self._send({"keys": [provider.key.as_dict(private=False)]})
        elif place.path == "/authorize":
            self.send_response(302)
            self.send_header("Location", provider.authorize(dict(parse_qsl(place.query))))
            self.end_headers()
        elif place.path == "/userinfo" and self.headers.get("Authorization") == "Bearer toegang":
            self._send(provider.userinfo)
        else:
            self._send({}, 404)

    def do_POST(self) -> None:
        """The tokens for a code."""
        length = int(self.headers.get("Content-Length", 0))
        form = {name: values[0] for name, values in parse_qs(self.rfile.read(length).decode()).items()}
        found = self.server.provider.token(form, self.headers.get("Authorization", ""))
        self._send(found or {"error": "invalid_grant"}, 200 if found else 400)

    def _send(self, content: Any, status: int = 200) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Nothing."""


@contextmanager
def running() -> Iterator[Provider]:
    """A provider that answers."""
    provider = Provider()
    with _Server(("127.0.0.1", 0), _Answers) as server:
        server.provider = provider
        provider.issuer = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield provider
        finally:
            server.shutdown()
            thread.join()
