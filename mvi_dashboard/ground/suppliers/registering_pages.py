"""The pages behind which a supplier comes in: registering a firm, and following the link of the mail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from mvi_dashboard.ground import languages, rate_limits
from mvi_dashboard.ground.act_pages import ActPage, Document
from mvi_dashboard.ground.client_addresses import address_of
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.models import Supplier, SupplierRegistration, User
from mvi_dashboard.ground.problems import Kind, Problem, Refused, too_many

from . import confirming, registering
from .numbers import HOME, countries

_SECRET = ("password", "passwordAgain")
_GONE = 410
TOO_OFTEN = "Vanaf uw adres kwamen te veel aanmeldingen."


class AskingAFirm(ActPage[Any]):
    """A page that asks for the data of a firm."""

    def require_possible(self) -> None:
        """There is no state in which it cannot be done."""

    def first(self) -> Document:
        """Most firms are Dutch."""
        return {"country": HOME, "language": "nl"}

    def frame(self) -> Document:
        """What can be chosen."""
        return {"countries": countries(languages.spoken()).items(), "languages": User.Language.choices}


class Register(AskingAFirm):
    """Register a firm."""

    act = registering.register
    template = "supplier_register.html"
    title, submit_label = "Meld uw bedrijf aan", "Stuur mij de link"
    open_to_all = True
    back = "start"

    def find(self, **address: Any) -> None:
        """There is nothing yet."""

    def named(self) -> Document:
        """Nor anything to find."""
        return {}

    def carry_out(self, document: Document) -> SupplierRegistration:
        """What was registered. Raises Refused, also when many came from this address."""
        wait = rate_limits.wait_for(rate_limits.REGISTRATION, f"address {address_of(self.request)}")
        if wait:
            raise too_many(wait, TOO_OFTEN)
        made: SupplierRegistration = super().carry_out(document)
        return made

    def said(self, outcome: SupplierRegistration) -> str:
        """The next page says it."""
        return ""

    def next_url(self, outcome: SupplierRegistration) -> str:
        """What to do now; the same for everybody."""
        return reverse("supplier-registered")


def registered(request: HttpRequest) -> HttpResponse:
    """What to do now that a mail goes out."""
    return render(request, "supplier_registered.html")


class Confirm(ActPage[SupplierRegistration]):
    """Follow the link: choose a password, take the role when signed in, or ask colleagues."""

    act = confirming.confirm
    template = "supplier_confirm.html"
    title = "Bevestig de aanmelding"
    open_to_all = True
    # A password may begin or end with a space: it is not read as what is typed in a form.
    typed = False
    back = "start"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The page, or why the link does not work (any more). It tells nothing of what it was for."""
        self.link = kwargs["link"]
        response: HttpResponseBase
        try:
            response = super().dispatch(request, *args, **kwargs)
        except Refused as refused:
            if refused.kind not in (Kind.NOT_FOUND, Kind.CONFLICT, Kind.FORBIDDEN):
                raise
            status = _GONE if refused.kind is Kind.CONFLICT else refused.kind.value
            response = render(request, "supplier_link_over.html", {"problem": refused.problems[0]}, status=status)
        # The address of this page is the key to it: no other site, no index and no log gets it.
        response._has_been_logged = True  # type: ignore[attr-defined]
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    def find(self, **address: Any) -> SupplierRegistration:
        """The registration. Raises Refused when its link does not work for this person."""
        return confirming.known_registration(self.actor, self.link)

    def named(self) -> Document:
        """The link."""
        return {"link": self.link}

    def require_possible(self) -> None:
        """It was found, so it can be used."""

    def first(self) -> Document:
        """The name that was registered."""
        return {"firstName": self.target.first_name, "lastName": self.target.last_name}

    def carry_out(self, document: Document) -> Supplier:
        """The firm. Raises Refused."""
        self.asks = confirming.firm_that_is_there(self.target) is not None
        firm: Supplier = super().carry_out({} if self.asks or self.actor.user else document)
        return firm

    def said(self, outcome: Supplier) -> str:
        """How to go on."""
        if self.asks:
            return confirming.WAITS
        if self.actor.user is not None:
            return worded("U werkt nu voor {name}.", name=outcome.name)
        return worded(
            "{name} staat klaar. Log in met {email} en uw wachtwoord.", name=outcome.name, email=self.target.email
        )

    def next_url(self, outcome: Supplier) -> str:
        """To work, or to sign in first."""
        return reverse("start" if self.asks or self.actor.user is not None else "login")

    def content(self) -> Document:
        """Which of the three it is."""
        row = self.target
        return {
            "registration": row,
            "asks": confirming.firm_that_is_there(row) is not None,
            "known": self.actor.user is None and confirming.is_known(row),
            "signed_in": self.actor.user is not None,
        }

    def draw(self, document: Document, problems: Sequence[Problem] = (), status: int = 200) -> HttpResponse:
        """The page, never with a password in it."""
        typed = dict(document)
        for name in _SECRET:
            typed.pop(name, None)
        return super().draw(typed, problems, status)
