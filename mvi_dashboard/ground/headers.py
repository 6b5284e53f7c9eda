"""What every answer says to the browser, whoever made it: pages, the API, static files, downloads and errors."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

_NOT_NEEDED = (
    *("accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen", "geolocation"),
    *("gyroscope", "hid", "magnetometer", "microphone", "midi", "payment", "picture-in-picture"),
    *("publickey-credentials-get", "screen-wake-lock", "serial", "usb", "web-share", "xr-spatial-tracking"),
)
_EVERYWHERE = {
    # A page has a policy of its own (django-csp); what is no page may load and run nothing at all.
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _NOT_NEEDED),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class SafeHeaders:
    """Stands first in the list of middleware, so that no answer gets past it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer with all headers that it has not set itself; what is downloaded stays in no cache."""
        answer = self.get_response(request)
        for name, value in _EVERYWHERE.items():
            answer.headers.setdefault(name, value)
        if "Content-Disposition" in answer.headers:
            answer.headers["Cache-Control"] = "no-store"
        return answer
