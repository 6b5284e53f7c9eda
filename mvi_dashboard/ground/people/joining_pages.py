"""The pages behind a link: accepting an invitation, and setting up a fresh installation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from mvi_dashboard.ground.act_pages import ActPage, Document
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.models import Invitation, Organisation, SetupLink, User
from mvi_dashboard.ground.problems import Kind, Problem, Refused

from . import accepting, setting_up, words
from .inviting import place_of

_SECRET = ("password", "passwordAgain")
_GONE = 410


class _BehindALink(ActPage[Any]):
    """A page that is open to who has the link; why it does not work is said on a page of its own."""

    open_to_all = True
    # A password may begin or end with a space: it is not read as what is typed in a form.
    typed = False

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
            context = {"problem": refused.problems[0], "lost": refused.kind is Kind.NOT_FOUND}
            response = render(request, "link_over.html", context, status=status)
        # The address of this page is the key to it. It goes to no other site (`same-origin`, as everywhere);
        # "no-referrer" would make browsers send the form from nowhere, which is refused as forged.
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    def named(self) -> Document:
        """The link."""
        return {"link": self.link}

    def require_possible(self) -> None:
        """It was found, so it can be used."""

    def draw(self, document: Document, problems: Sequence[Problem] = (), status: int = 200) -> HttpResponse:
        """The page, never with a password in it."""
        shown = {name: value for name, value in document.items() if name not in _SECRET}
        return super().draw(shown, problems, status)


class Accept(_BehindALink):
    """Accept an invitation."""

    act = accepting.accept
    template = "invitation.html"
    title, submit_label = "Uitnodiging", "Neem de uitnodiging aan"
    back = "start"

    def find(self, **address: Any) -> Invitation:
        """The invitation. Raises Refused when it does not work for this person."""
        return accepting.known_invitation(self.actor, self.link)

    def carry_out(self, document: Document) -> User:
        """The person with the roles. Raises Refused."""
        person: User = super().carry_out({} if self.actor.user else document)
        return person

    def said(self, outcome: User) -> str:
        """How to go on."""
        if self.actor.user is not None:
            return worded("U werkt nu mee bij {name}.", name=place_of(self.target).name)
        return worded("Uw account is klaar. Log in met {username} en uw wachtwoord.", username=outcome.username)

    def next_url(self, outcome: User) -> str:
        """To work, or to sign in first."""
        return reverse("start" if self.actor.user is not None else "login")

    def content(self) -> Document:
        """Where, as what, and whether this person is known."""
        row = self.target
        return {
            "place": place_of(row),
            "roles": words.roles_in_words(row.roles),
            "invitation": row,
            "known": self.actor.user is None and accepting.has_account(row),
            "signed_in": self.actor.user is not None,
        }


class SetUp(_BehindALink):
    """Make the first administrator and the first organisation."""

    act = setting_up.set_up
    template = "setup.html"
    title, submit_label = "Inrichten", "Richt het systeem in"
    back = "start"
    done = "Het systeem is ingericht voor {0.name}. Log in met uw e-mailadres en uw wachtwoord."

    def find(self, **address: Any) -> SetupLink:
        """The link. Raises Refused when it does not work."""
        return setting_up.known_link(self.link)

    def next_url(self, outcome: Organisation) -> str:
        """Signing in, and then what there is to do on the first day."""
        return f"{reverse('login')}?next={reverse('first-day')}"
