"""What forms of rows share: a button for more empty lines, and what was sent back untouched."""

from __future__ import annotations

from typing import Any, TypeVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from mvi_dashboard.ground.act_pages import ActPage
from mvi_dashboard.ground.problems import Refused

Target = TypeVar("Target")


class WithMoreLines(ActPage[Target]):
    """A form with a list in it, which can be drawn with more empty lines."""

    beside = ("sleutel", "more")

    def post(self, request: HttpRequest, **address: Any) -> HttpResponse:
        """Saves, or draws the form with more empty lines."""
        if "more" not in request.POST:
            return super().post(request, **address)
        self._enter(address)
        return self.draw(self.posted())


class Untouched(ActPage[Target]):
    """A form that may be sent back as it was."""

    def refused(self, document: dict[str, Any], refused: Refused) -> HttpResponse:
        """What was sent back untouched is no mistake: nothing is in the concept that was not there."""
        if [problem.code for problem in refused.problems] == ["nothing_changed"]:
            messages.info(self.request, "U wijzigde niets.")
            return redirect(self.back_url())
        return super().refused(document, refused)
