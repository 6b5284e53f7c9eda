"""The first day of an organisation: five steps, which tick themselves from what is there."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse

from contracts.models import Contract
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.access import ADMINISTER
from mvi_dashboard.ground.models import Organisation
from mvi_dashboard.ground.pages import actor_of, may
from mvi_dashboard.ground.people import listing
from mvi_dashboard.ground.people.places import Place, chosen_place, require_places
from tenders.models import Tender

DONE, OPEN, LATER = "done", "todo", "later"
ORGANISATION_PAGE = "organisation-data"
"""The name of the address where name and theme of an organisation are changed"""


@dataclass(frozen=True)
class FirstStep:
    """One step: what it is, how far it is, and where it is done."""

    title: str
    text: str
    state: str
    link: str = ""
    url: str = ""


@may(ADMINISTER)
def first_day(request: HttpRequest) -> HttpResponse:
    """The five steps of an organisation that this person administers."""
    places = [place for place in require_places(actor_of(request)) if place.organisation]
    place = chosen_place(places, request.GET.get("plaats", ""))
    steps = steps_of(place)
    context = {
        "place": place,
        "places": places,
        "steps": steps,
        "open": sum(step.state == OPEN for step in steps),
        "crumbs": [{"label": "Eerste dag", "url": ""}],
    }
    return render(request, "first_day.html", context)


def steps_of(place: Place) -> list[FirstStep]:
    """The steps of an organisation, as they are now; at most four queries."""
    assert place.organisation is not None
    return [
        _organisation(place.organisation),
        _people(place),
        FirstStep(
            "3. Register of inkoopbestand inlezen",
            "Dat kan nog niet. Tot die tijd komen contracten uit aanbestedingen die u hier gunt.",
            LATER,
        ),
        _first_work(place.organisation),
        FirstStep(
            "5. Doelen kiezen", "Dat kan nog niet. Het dashboard laat het effect al zien zonder doel.", LATER
        ),
    ]


def _organisation(organisation: Organisation) -> FirstStep:
    named = organisation.name != organisation.code
    text = f"{organisation.name}. Code: {organisation.code}."
    if not named:
        text = f"De naam is nog gelijk aan de code: {organisation.code}."
    try:
        url = f"{reverse(ORGANISATION_PAGE)}?plaats={organisation.code}"
    except NoReverseMatch:
        url = ""
    return FirstStep("1. Gegevens van de organisatie", text, DONE if named else OPEN, "Bekijk", url)


def _people(place: Place) -> FirstStep:
    number, waiting = listing.people_at([place]).count(), listing.open_invitations([place]).count()
    access = f"{formats.counted(number, 'persoon heeft', 'personen hebben')} toegang"
    text = f"{access}. {formats.counted(waiting, 'uitnodiging staat', 'uitnodigingen staan')} open."
    text += " Inschrijvingen openen doen altijd twee inkopers samen."
    url = f"{reverse('people')}?plaats={place.code}"
    done = number > 1
    return FirstStep("2. Mensen uitnodigen", text, DONE if done else OPEN, "Bekijk" if done else "Nodig uit", url)


def _first_work(organisation: Organisation) -> FirstStep:
    title = "4. Eerste aanbesteding of eerste contract"
    if Contract.objects.filter(organisation=organisation).exists():
        return FirstStep(title, "Er is een contract.", DONE, "Bekijk", reverse("contracts:list"))
    if Tender.objects.filter(organisation=organisation).exists():
        return FirstStep(title, "Er is een aanbesteding.", DONE, "Bekijk", reverse("tenders:list"))
    text = "Een inkoper maakt de eerste aanbesteding. Nodig daarvoor iemand uit met de rol inkoper."
    return FirstStep(title, text, OPEN, "Bekijk", reverse("tenders:list"))
