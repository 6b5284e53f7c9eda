"""The pages of the second factor: for who has it, and for administrators who decide who must."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from mvi_dashboard.ground import access
from mvi_dashboard.ground.act_pages import ActPage, Document
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.models import Organisation, OrganisationSettings, TotpDevice
from mvi_dashboard.ground.pages import actor_of, may, next_page, redrawn
from mvi_dashboard.ground.problems import Problem, Refused, conflict, not_found
from mvi_dashboard.ground.shapes import Object, Text

from . import codes, entering, requiring, second_factor
from .profile_pages import OwnPage, ProvenPage

_REASON = Object({"reason": Text(1000, label="Reden", help="De persoon leest dit in een mail.")})


def _wanted(request: HttpRequest) -> str:
    """The page of ours to which somebody was on the way; empty without one."""
    page = request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    return page if ours else ""


def _with_wanted(request: HttpRequest, address: str) -> str:
    page = _wanted(request)
    return f"{address}?{urlencode({'next': page})}" if page else address


class _ShowsCodes(OwnPage):
    """A page that ends with recovery codes, shown once."""

    made: TotpDevice | None = None

    def carry_out(self, document: Document) -> TotpDevice:
        """What came of it; the session at hand goes on."""
        made: TotpDevice = super().carry_out(document)
        entering.stay(self.request)
        self.made = made
        return made

    def post(self, request: HttpRequest, **address: Any) -> HttpResponse:
        """The codes, or the form again with what is wrong; kept by no browser."""
        answer = super().post(request, **address)
        if self.made is not None:
            further = _wanted(request) or reverse("profile")
            context = {"codes": self.made.codes, "further_url": further}
            answer = render(request, "account/recovery_codes.html", context)
        answer.headers["Cache-Control"] = "no-store"
        return answer


class Begin(ProvenPage):
    """Coupling an app begins with the password."""

    act = second_factor.begin
    template = "account/second_factor_begin.html"
    title = "Tweede factor aanzetten"

    def next_url(self, outcome: TotpDevice) -> str:
        """Where the picture is."""
        return _with_wanted(self.request, reverse("second-factor-confirm"))

    def content(self) -> Document:
        """Whether this must come before anything else."""
        return super().content() | {"owes": entering.owes_second_factor(self.request)}


class Confirm(_ShowsCodes):
    """The picture to read with an app, and its first code."""

    act = second_factor.confirm
    template = "account/second_factor_confirm.html"
    title = "Koppel uw app"

    def content(self) -> Document:
        """The secret as a picture and as text. Raises Refused when no app waits."""
        device = second_factor.pending(self.target)
        if device is None:
            raise conflict("not_begun", "Begin opnieuw: er wacht geen app om te koppelen.")
        secret = second_factor.secret_of(device)
        uri = codes.address(secret, self.target.get_username())
        return {"picture": codes.picture(uri), "secret": codes.spaced(secret)}


class Off(ProvenPage):
    """Switching it off."""

    act = second_factor.switch_off
    template = "account/second_factor_proof.html"
    title, question = "Tweede factor uitzetten", "Wilt u uw tweede factor uitzetten?"
    lead = "Daarna is uw wachtwoord genoeg om in te loggen. Ook uw herstelcodes werken dan niet meer."
    submit_label, danger = "Zet uit", True
    done = "Uw tweede factor staat uit."

    def carry_out(self, document: Document) -> Any:
        """What came of it; the session at hand goes on."""
        outcome = super().carry_out(document)
        entering.stay(self.request)
        return outcome


class NewCodes(_ShowsCodes, ProvenPage):
    """New recovery codes in the place of the old ones."""

    act = second_factor.renew_codes
    template = "account/second_factor_proof.html"
    title, question = "Nieuwe herstelcodes", "Wilt u nieuwe herstelcodes?"
    lead = "De oude werken daarna niet meer."
    submit_label = "Maak nieuwe codes"


class Required(ActPage[OrganisationSettings]):
    """For whom it is required, and who has it."""

    act = requiring.require_second_factor
    template = "account/second_factor_required.html"
    title = "Tweede factor"
    back = "second-factor-required"
    done = "Opgeslagen. Wie de tweede factor nog niet heeft, stelt die in bij de volgende pagina."

    def find(self, **address: Any) -> OrganisationSettings:
        """Of the organisation in the address, or the first that one administers. Raises Refused."""
        access.require(self.actor, access.ADMINISTER)
        own = Organisation.objects.filter(pk__in=self.actor.own_for(access.ADMINISTER)).order_by("name", "pk")
        self.places = list(own)
        code = self.request.GET.get("plaats", "")
        self.place = next((each for each in self.places if not code or each.code == code), None)
        if self.place is None:
            raise not_found()
        return requiring.settings_of(self.place.pk)

    def back_url(self) -> str:
        """The same page, of the same organisation."""
        return f"{super().back_url()}?plaats={self.place.code}" if self.place else super().back_url()

    def named(self) -> Document:
        """By the organisation."""
        return {"organisation": self.target.organisation_id}

    def first(self) -> Document:
        """As it is now."""
        return requiring.stored_roles(self.target)

    def content(self) -> Document:
        """The people, by name."""
        people = requiring.people_of(self.target.organisation_id)
        found, next_url = next_page(self.request, people, ("last_name", "username", "id"))
        return {"people": found, "next_url": next_url, "places": self.places, "place": self.place}


@require_http_methods(["GET", "HEAD", "POST"])
@may(access.ADMINISTER)
def reset(request: HttpRequest, actor_key: UUID) -> HttpResponse:
    """Switch off the second factor of somebody who lost it."""
    actor = actor_of(request)
    person = requiring.get_person(actor, actor_key)
    problems: list[Problem] = []
    status, reason = 200, str(request.POST.get("reason", ""))
    if request.method == "POST":
        try:
            second_factor.reset(actor, user=person, reason=reason)
            messages.success(
                request,
                worded("De tweede factor van {person} staat uit. {person} krijgt een mail.", person=person),
            )
            return redirect("second-factor-required")
        except Refused as refused:
            problems, status = refused.problems, redrawn(refused)
    context = {
        "title": worded("Tweede factor uitzetten"),
        "question": worded("Wilt u de tweede factor van {person} uitzetten?", person=person),
        "lead": worded("Doe dit als iemand de app en de herstelcodes kwijt is. U weet zeker wie het vraagt."),
        "warning_title": worded("Alle sessies van deze persoon eindigen"),
        "warning": worded("Daarna is het wachtwoord genoeg om in te loggen, tot er een nieuwe tweede factor is."),
        "submit_label": worded("Zet uit"),
        "danger": True,
        "shape": _REASON,
        "document": {"reason": reason},
        "problems": problems,
        "inputs": [{"name": "reason", "label": "", "optional": False}],
        "back_url": reverse("second-factor-required"),
    }
    return render(request, "confirm.html", context, status=status)
