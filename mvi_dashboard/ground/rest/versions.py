"""ETag and If-Match over the `version` of an editable row: nobody overwrites what they have not seen."""

from __future__ import annotations

import re

from django.http import HttpRequest

from mvi_dashboard.ground.problems import Kind, refuse, stale

# Proxies that compress an answer make the tag weak; it still names the same version.
_TAG = re.compile(r'\s*(?:W/)?"([0-9]{1,9})"\s*').fullmatch


def etag_of(version: int) -> str:
    """The ETag header of a row with this version."""
    return f'"{version}"'


def required_version(request: HttpRequest) -> int:
    """The version that the client saw; raises Refused 428 without If-Match, 412 when it is no tag of ours."""
    sent = request.headers.get("If-Match")
    if sent is None:
        raise refuse(
            "precondition_required",
            "Stuur de ETag mee die u het laatst zag (If-Match). Haal anders eerst de stand op.",
            kind=Kind.PRECONDITION_REQUIRED,
        )
    match = _TAG(sent)
    if not match:
        raise stale()
    return int(match[1])
