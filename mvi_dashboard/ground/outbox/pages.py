"""The pages of messages: the list, opening one, and marking all as read."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from mvi_dashboard.ground import languages
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.models import Message
from mvi_dashboard.ground.pages import actor_of, next_page, signed_in

from . import reading

_ORDER = ("-moment", "-id")


@signed_in
def message_list(request: HttpRequest) -> HttpResponse:
    """The messages of this person, newest first, or only what is unread."""
    mine = reading.messages_of(actor_of(request))
    only_unread = request.GET.get("stand") == "ongelezen"
    found, next_url = next_page(request, mine.filter(read_at=None) if only_unread else mine, _ORDER)
    context: dict[str, Any] = {
        "found": [reading.told(each, languages.spoken()) for each in found],
        "unread": mine.filter(read_at=None).count(),
        "tabs": [
            {"label": worded("Alle"), "url": reverse("messages"), "current": not only_unread},
            {
                "label": worded("Ongelezen"),
                "url": f"{reverse('messages')}?stand=ongelezen",
                "current": only_unread,
            },
        ],
        "next_url": next_url,
    }
    return render(request, "messages.html", context)


@require_POST
@signed_in
def message_open(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Mark it as read, and go to what it is about."""
    message: Message = reading.read_message(actor_of(request), message_id=public_id)
    return redirect(message.url or "messages")


@require_POST
@signed_in
def message_read_all(request: HttpRequest) -> HttpResponse:
    """Mark all as read."""
    reading.read_all(actor_of(request))
    notices.success(request, worded("Alle berichten zijn gelezen."))
    return redirect("messages")
