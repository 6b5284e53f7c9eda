"""The corpus of bad input: reads its rows, fills in a world, applies the patch, and sends the request."""

from __future__ import annotations

import copy
import hashlib
import json
import re
import uuid
from base64 import b64decode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.test import Client

ROWS_FILES = [Path(__file__).parent / name for name in ("more_inputs.jsonl", "bad_inputs.jsonl")]
_MOMENT = re.compile(r"^\{now([+-]\d+)d\}$")
# What may change although nothing is stored: the trail, and who asks (made on the way by the test itself).
NOT_STORED = {
    *("AuditEntry", "ChainHead", "IdempotencyRecord", "Session", "ApiToken", "User", "Membership"),
    *("Imprint", "ImprintSignature", "FailedSignIns", "SignedInSession", "Change"),
}


@cache
def all_rows() -> dict[str, dict[str, Any]]:
    """Every row of the corpus by its id."""
    lines = [line for file in ROWS_FILES for line in file.read_text(encoding="utf-8").splitlines()]
    rows = [json.loads(line) for line in lines]
    return {row["id"]: row for row in rows}


def rows_of(*families: str) -> Iterator[dict[str, Any]]:
    """The rows of these families, in the order of the file; those that send a file only by its own family."""
    found = (row for row in all_rows().values() if row["id"].split("-")[0] in families)
    return (row for row in found if row["kind"] not in ("csv", "xlsx") or not row["id"].startswith("OK"))


def files_of() -> Iterator[dict[str, Any]]:
    """Every row that sends a CSV or a workbook, good ones too."""
    return (row for row in all_rows().values() if row["kind"] in ("csv", "xlsx"))


def base_of(row: dict[str, Any]) -> dict[str, Any]:
    """The base document that a row patches, or an empty one."""
    name = row["payload"].get("base") if row.get("payload") else None
    return all_rows()[f"BASE-{name}"] if name else {}


def needs_of(row: dict[str, Any]) -> list[str]:
    """The worlds that a row asks for."""
    return row.get("needs") or base_of(row).get("needs") or []


def filled(value: Any, names: dict[str, Any], now: datetime) -> Any:
    """The value with its placeholders replaced by what the world gave."""
    if isinstance(value, dict):
        return {key: filled(item, names, now) for key, item in value.items()}
    if isinstance(value, list):
        return [filled(item, names, now) for item in value]
    if not isinstance(value, str):
        return value
    if value == "{now}":
        return now.isoformat()
    if match := _MOMENT.match(value):
        return (now + timedelta(days=int(match[1]))).isoformat()
    for name, replacement in names.items():
        if value == "{" + name + "}":
            return replacement
        value = value.replace("{" + name + "}", str(replacement))
    return value


def patched(document: Any, patch: list[dict[str, Any]]) -> Any:
    """The document after an RFC 6902 patch (add, replace, remove, copy)."""
    result = copy.deepcopy(document)
    for step in patch:
        if step["op"] == "copy":
            value = copy.deepcopy(_find(result, _parts(step["from"])))
            _put(result, _parts(step["path"]), value, insert=True)
        elif step["op"] == "remove":
            *parents, last = _parts(step["path"])
            _find(result, parents).pop(int(last) if last.isdigit() else last)
        else:
            _put(result, _parts(step["path"]), copy.deepcopy(step["value"]), insert=step["op"] == "add")
    return result


def _parts(pointer: str) -> list[str]:
    return pointer.strip("/").split("/")


def _find(document: Any, parts: list[str]) -> Any:
    for part in parts:
        document = document[int(part)] if isinstance(document, list) else document[part]
    return document


def _put(document: Any, parts: list[str], value: Any, *, insert: bool) -> None:
    parent, last = _find(document, parts[:-1]), parts[-1]
    if not isinstance(parent, list):
        parent[last] = value
    elif last == "-":
        parent.append(value)
    elif insert:
        parent.insert(int(last), value)
    else:
        parent[int(last)] = value


def document_of(row: dict[str, Any], names: dict[str, Any], now: datetime) -> Any:
    """The JSON body that a row sends."""
    payload = row["payload"]
    if "base" in payload:
        document = patched(base_of(row)["payload"], payload["patch"])
    else:
        document = payload.get("body", payload)
    return filled(document, names, now)


def bytes_of(row: dict[str, Any], names: dict[str, Any], now: datetime) -> bytes:
    """The raw body of a row of kind `body`."""
    payload = row["payload"]
    if "raw_b64" in payload:
        return b64decode(payload["raw_b64"])
    generate = payload["generate"]
    if generate.startswith("'['"):
        return b"[" * 50_000 + b"]" * 50_000
    if "100000 rows" in generate:
        document = filled(all_rows()["BASE-bid"]["payload"], names, now)
        document["lines"][0]["billOfMaterials"] *= 50_000
        return json.dumps(document).encode()
    if "gzip" in generate:
        import gzip

        return gzip.compress(b" " * 10_000_000)
    raise ValueError(f"unknown body: {generate}")


def digest() -> str:
    """A fingerprint of everything stored, but for the trail and the counters."""
    total = hashlib.sha256()
    for label in ("tenders", "contracts", "ground"):
        for model in apps.get_app_config(label).get_models():
            if model.__name__ not in NOT_STORED:
                for values in model._default_manager.order_by("pk").values_list():
                    total.update(repr((model.__name__, values)).encode())
    for name in ("FactorSetVersion", "Factor"):
        total.update(str(apps.get_model("indicators", name)._default_manager.count()).encode())
    return total.hexdigest()


def send(
    client: Client,
    method: str,
    path: str,
    body: bytes,
    headers: dict[str, str],
    content_type: str = "application/json",
) -> Any:
    """The answer to one request under /api/v1."""
    return client.generic(method, f"/api/v1{path}", body, content_type=content_type, headers=headers)


def fresh_key() -> str:
    """An Idempotency-Key that nobody used."""
    return uuid.uuid4().hex


def this_moment() -> datetime:
    """Now, to the second, so that it reads the same everywhere."""
    return datetime.now(UTC).replace(microsecond=0)
