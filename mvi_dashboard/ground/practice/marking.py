"""Every file that somebody takes along while practising says so in its name."""

from __future__ import annotations

import re

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from mvi_dashboard.ground.access import NOBODY

PREFIX = "oefenomgeving-"
_NAME = re.compile(r"""(filename\*?=(?:utf-8'[^']*')?"?)""", re.IGNORECASE)


def mark_file(request: HttpRequest, response: HttpResponseBase) -> None:
    """Put it before the name of the file that is sent, if one is."""
    disposition = response.headers.get("Content-Disposition")
    if disposition and getattr(request, "actor", NOBODY).practice_id is not None:
        response.headers["Content-Disposition"] = _NAME.sub(rf"\g<1>{PREFIX}", disposition)
