"""The page of the practice organisation, and the way in and out."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from mvi_dashboard.ground import access, job_pages
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.act_pages import ActPage, Document
from mvi_dashboard.ground.models import Job, Organisation
from mvi_dashboard.ground.pages import PRACTICE, actor_of, signed_in
from mvi_dashboard.ground.people.places import Place, chosen_place
from mvi_dashboard.ground.problems import forbidden

from . import acting
from .places import practice_of


@signed_in
def practice(request: HttpRequest) -> HttpResponse:
    """What practising is, the way in, and for who administers: making it and emptying it."""
    actor = actor_of(request)
    places = _places(actor)
    place = chosen_place(places, request.GET.get("plaats", ""))
    assert place.organisation is not None
    there = practice_of(place.organisation)
    job = acting.filling_of(there) if there else None
    administers = actor.may(access.ADMINISTER, place.organisation.pk)
    context = {
        "places": places,
        "place": place,
        "practice_there": there,
        "job": job_pages.shown(job, actor) if job and administers else None,
        "is_filled": job is None or job.state not in Job.ACTIVE,
        "administers": administers,
        "crumbs": [{"label": "Oefenomgeving", "url": ""}],
    }
    return render(request, "practice.html", context)


@require_POST
@signed_in
def enter(request: HttpRequest) -> HttpResponse:
    """Work in the practice organisation from now on."""
    place = chosen_place(_places(actor_of(request)), request.POST.get("plaats", ""))
    assert place.organisation is not None
    there = practice_of(place.organisation)
    if there is None:
        return redirect(f"{reverse('practice')}?plaats={place.code}")
    request.session[PRACTICE] = there.pk
    return redirect("start")


@require_POST
@signed_in
def leave(request: HttpRequest) -> HttpResponse:
    """Back to what counts."""
    request.session.pop(PRACTICE, None)
    return redirect("start")


class _OfAnOrganisation(ActPage[Organisation]):
    """An act on the practice organisation of an organisation that this person administers."""

    def find(self, **address: str) -> Organisation:
        """The real one. Raises Refused: absent."""
        found = chosen_place(_places(self.actor), address["code"]).organisation
        assert found is not None
        return found

    def require_right(self) -> None:
        """Raises Refused 403."""
        access.require(self.actor, access.ADMINISTER, self.target.pk)

    def named(self) -> Document:
        """By its key."""
        return {"organisation": self.target.pk}

    def back_url(self) -> str:
        """The page of practising."""
        return f"{reverse('practice')}?plaats={self.target.code}"

    def frame(self) -> Document:
        """For which organisation."""
        return {"eyebrow": self.target.name}


class Start(_OfAnOrganisation):
    """Make it."""

    act = acting.start
    title, submit_label = "Oefenomgeving maken", "Maak de oefenomgeving"
    question = "Wilt u een oefenomgeving maken?"
    lead = (
        "Er komen bedachte aanbestedingen, inschrijvingen en contracten. Wie bij uw organisatie werkt, heeft er "
        "dezelfde rollen. Niets ervan telt mee, en niemand anders ziet het."
    )
    done = "De oefenomgeving is gemaakt. Het vullen duurt ongeveer een minuut."


class Empty(_OfAnOrganisation):
    """Empty it."""

    act = acting.empty
    title, submit_label, danger = "Oefenomgeving leegmaken", "Maak de oefenomgeving leeg", True
    question = "Wilt u de oefenomgeving leegmaken?"
    lead = "Wie nu oefent, ziet daar niets meer. Daarna kunt u een nieuwe maken, met nieuwe bedachte gegevens."
    warning = "Wat in deze oefenomgeving staat, ziet niemand terug."
    done = "De oefenomgeving is leeg."


def _places(actor: Actor) -> list[Place]:
    """The organisations where this person works. Raises Refused 403 for who works at none, or practises."""
    if actor.practice_id is not None:
        raise forbidden("U oefent nu. Ga eerst terug naar echt.")
    if not actor.organisation_ids:
        raise forbidden()
    rows = Organisation.objects.filter(pk__in=actor.organisation_ids).order_by("name", "pk")
    return [Place(organisation=row) for row in rows]
