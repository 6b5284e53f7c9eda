"""The profile and what hangs on it: e-mail address, open sessions, and signing out everywhere."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from mvi_dashboard.ground import clock, formats, taking_back
from mvi_dashboard.ground.act_pages import ActPage, Document
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.memberships import holds_on
from mvi_dashboard.ground.models import Membership, SignedInSession, User
from mvi_dashboard.ground.pages import actor_of, signed_in
from mvi_dashboard.ground.problems import not_found

from . import ending, history, profile, second_factor, sessions

_SELF = "Zelf overal uitgelogd."


def crumbs(*after: tuple[str, str]) -> list[dict[str, str]]:
    """Where a page of the profile stands."""
    first = [(worded("Start"), "/"), (worded("Profiel"), reverse("profile"))]
    return [{"label": label, "url": url} for label, url in (*first, *after)]


class OwnPage(ActPage[User]):
    """A page of an act about oneself."""

    back = "profile"

    def find(self, **address: Any) -> User:
        """Who is signed in."""
        if self.actor.user is None:
            raise not_found()
        return self.actor.user

    def named(self) -> Document:
        """By who acts."""
        return {}

    def frame(self) -> Document:
        """Below the profile."""
        return {"crumbs": crumbs((self.title, ""))}


class ProvenPage(OwnPage):
    """A page of an act that asks for the password; what is typed there is taken as it is, spaces included."""

    typed = False

    def named(self) -> Document:
        """By who acts, from where."""
        return {"request": self.request}

    def content(self) -> Document:
        """Whether there is a password to ask for."""
        return {"has_password": self.target.has_usable_password()}


class Profile(OwnPage):
    """Who somebody is here."""

    act = profile.change_profile
    template = "account/profile.html"
    title = "Uw profiel"
    submit_label = "Opslaan"
    done = "Uw profiel is opgeslagen."

    def first(self) -> Document:
        """As it is now."""
        return profile.stored_profile(self.target)

    def frame(self) -> Document:
        """Itself."""
        return {"crumbs": crumbs()}

    def content(self) -> Document:
        """Roles, the ways in, and what happened lately."""
        user = self.target
        happened = history.recent(user)
        rows = [[formats.moment(each.moment), each.words] for each in happened]
        columns = [{"label": worded("Wanneer")}, {"label": worded("Wat")}]
        return {
            "roles": _roles(user),
            "person": user,
            "has_password": user.has_usable_password(),
            "required": self.actor.requires_second_factor,
            "codes_left": second_factor.codes_left(user) if user.second_factor_at else 0,
            "sessions_open": sessions.open_of(user).count(),
            "happened": {
                "caption": worded("De laatste {shown} keer", shown=history.SHOWN),
                "columns": columns,
                "rows": rows,
            },
        }


class Email(ProvenPage):
    """Asking for another e-mail address."""

    act = profile.ask_email
    template = "account/email.html"
    title = "E-mailadres wijzigen"
    done = (
        "Kijk in de mail van uw nieuwe adres: met de link daarin bevestigt u het. Tot dan blijft het oude gelden."
    )


class ConfirmEmail(OwnPage):
    """Behind the link in the mail."""

    act = profile.confirm_email
    title, question = "E-mailadres bevestigen", "Wilt u dit adres vanaf nu gebruiken?"
    lead = "Mails gaan daarna naar uw nieuwe adres. Uw oude adres krijgt daar één keer bericht van."
    submit_label = "Gebruik dit adres"
    done = "Uw e-mailadres is gewijzigd."

    def named(self) -> Document:
        """By the link."""
        return {"public_id": self.kwargs["public_id"], "token": self.kwargs["token"]}


@signed_in
def session_list(request: HttpRequest) -> HttpResponse:
    """Where this person is signed in, and since when."""
    user = _person(request)
    here = request.session.get(sessions.KEY)
    rows = [{"row": row, "here": row.pk == here} for row in sessions.open_of(user)]
    context = {"rows": rows, "crumbs": crumbs((worded("Waar u bent ingelogd"), ""))}
    return render(request, "account/sessions.html", context)


class EndSession(ActPage[SignedInSession]):
    """Signing out on another device."""

    act = ending.end_session
    back = "profile-sessions"
    title, question = "Uitloggen op een apparaat", "Wilt u op dit apparaat uitloggen?"
    submit_label = "Log daar uit"
    done = "Op dat apparaat bent u uitgelogd."

    def find(self, **address: Any) -> SignedInSession:
        """The own session."""
        found = sessions.open_of(_person(self.request)).filter(public_id=address["public_id"]).first()
        if found is None:
            raise not_found()
        return found

    def named(self) -> Document:
        """By its id."""
        return {"session_id": self.target.public_id}

    def frame(self) -> Document:
        """Which one it is."""
        row = self.target
        where = f"{row.browser}, {row.address}" if row.address else row.browser
        facts = [
            {"label": worded("Waar"), "value": where},
            {"label": worded("Ingelogd op"), "value": formats.moment(row.began_at)},
        ]
        above = (worded("Waar u bent ingelogd"), reverse("profile-sessions"))
        return {"facts": facts, "crumbs": crumbs(above, (self.title, ""))}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """End all sessions of this person, this one too."""
    if request.method == "POST":
        taking_back.sign_out_everywhere(actor_of(request), user=_person(request), reason=_SELF)
        messages.success(request, worded("U bent overal uitgelogd. Log opnieuw in om verder te gaan."))
        response = redirect("login")
        response.headers["Clear-Site-Data"] = '"cache"'
        return response
    context = {
        "title": worded("Overal uitloggen"),
        "question": worded("Wilt u overal uitloggen?"),
        "lead": worded("Op elk apparaat waarop u bent ingelogd, ook op dit. Sleutels voor de API blijven werken."),
        "submit_label": worded("Log overal uit"),
        "back_url": reverse("profile-sessions"),
        "crumbs": crumbs((worded("Overal uitloggen"), "")),
    }
    return render(request, "confirm.html", context)


def _person(request: HttpRequest) -> User:
    user = actor_of(request).user
    if user is None:
        raise not_found()
    return user


def _roles(user: User) -> list[dict[str, Any]]:
    """The roles of this person that hold or will, with begin and end."""
    today = clock.today()
    rows = Membership.objects.filter(user=user, ended_at=None).select_related("organisation", "supplier")
    found = []
    for row in rows.exclude(valid_to__lt=today).order_by("role", "pk"):
        place = row.organisation or row.supplier
        parts = [place.name if place else worded("hele installatie")]
        parts += [worded("vanaf {valid_from}", valid_from=formats.day(row.valid_from))] if row.valid_from else []
        parts.append(
            worded("tot en met {valid_to}", valid_to=formats.day(row.valid_to))
            if row.valid_to
            else worded("geen einddatum")
        )
        label = worded(row.get_role_display())
        found.append({"label": label, "active": holds_on(row, today), "text": ", ".join(parts)})
    return found
