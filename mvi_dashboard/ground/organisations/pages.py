"""The pages on which an administrator looks after the own organisation: data, look, and how long things stay."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from mvi_dashboard.ground import formats
from mvi_dashboard.ground.act_pages import ActPage, Document
from mvi_dashboard.ground.models import Organisation, OrganisationTheme
from mvi_dashboard.ground.pages import actor_of
from mvi_dashboard.ground.people.places import Place, chosen_place, require_places
from mvi_dashboard.ground.problems import forbidden, not_found
from mvi_dashboard.ground.shapes import Object, camel

from . import own_data, retention, themes

DATA, TERMS = "organisation-data", "organisation-retention"
_FOR_GOOD = "private, max-age=31536000, immutable"
_STAYS = (
    ("Gepubliceerde aanbestedingen, inschrijvingen en gunningen", "altijd",
     "Een dossier moet minstens 3 jaar na de gunning blijven (richtlijn 2014/24/EU, artikel 84). De selectielijst "
     "van uw organisatie vraagt vaak langer."),
    ("Contracten en wat erbij is vastgelegd", "altijd", "Zonder deze gegevens klopt geen enkel totaal meer."),
    ("Het logboek, ook van inloggen", "altijd", "Elke regel sluit aan op de vorige: een regel minder valt op."),
    ("Bestanden", "altijd", "Een bestand is bewijs. Intrekken kan, met een reden."),
    ("Open sessies", "12 uur", "Daarna bent u uitgelogd."),
)  # fmt: skip


class OwnPage(ActPage[Organisation]):
    """A page about an organisation that this person administers: the one that is asked, else the first."""

    back = DATA

    def find(self, **address: Any) -> Organisation:
        """The organisation. Raises Refused: forbidden, absent."""
        self.places = own_places(self.request)
        self.place = chosen_place(self.places, self.request.GET.get("plaats", ""))
        assert self.place.organisation is not None
        return self.place.organisation

    def named(self) -> Document:
        """By its code."""
        return {"code": self.target.code}

    def back_url(self) -> str:
        """The page of the same organisation."""
        return address_of(self.back, self.target)

    def frame(self) -> Document:
        """For which organisation, and which others there are."""
        crumbs = [{"label": "Organisatie", "url": address_of(DATA, self.target)}, {"label": self.title, "url": ""}]
        return {
            "eyebrow": self.target.name,
            "organisation": self.target,
            "place": self.place,
            "places": self.places,
            "crumbs": crumbs if self.title else [],
        }


def own_places(request: HttpRequest) -> list[Place]:
    """The organisations that this person administers. Raises Refused: forbidden."""
    found = [place for place in require_places(actor_of(request)) if place.organisation]
    if not found:
        raise forbidden()
    return found


def address_of(name: str, organisation: Organisation) -> str:
    """The page with this name, about this organisation."""
    return f"{reverse(name)}?plaats={organisation.code}"


class Data(OwnPage):
    """Name and kind, and where the rest is arranged."""

    act = own_data.change
    template = "organisations/data.html"
    submit_label = "Opslaan"
    done = "De gegevens van {0.name} zijn opgeslagen."

    def first(self) -> Document:
        """As they are now."""
        return {"name": self.target.name, "kind": self.target.kind}

    def content(self) -> Document:
        """The look, and what was before."""
        theme = own_data.theme_of(self.target)
        return {
            "own_theme": theme,
            "swatches": len(theme.tokens) if theme else 0,
            "predecessors": self.target.predecessors.order_by("-valid_to", "name"),
        }


class SetTheme(OwnPage):
    """The file with a look of one's own."""

    act = own_data.set_theme
    template = "organisations/theme.html"
    title, question = "Uiterlijk", "Welke kleuren en letters heeft uw organisatie?"
    submit_label = "Gebruik dit uiterlijk"
    done = "Het uiterlijk is opgeslagen. Iedereen van {0.name} ziet het nu."
    beside = ("sleutel", "css")

    def posted(self) -> Document:
        """What stands in the file."""
        sent = self.request.FILES.get("css")
        if sent is None:
            return {}
        text = sent.read(4 * themes.LONGEST).decode("utf-8-sig", "replace")
        return {"css": text.replace("\r\n", "\n").replace("\r", "\n")}

    def content(self) -> Document:
        """Which tokens there are."""
        names = [(f"--mvi-{name}", ", ".join(slot.reads), slot.kind) for name, slot in themes.slots().items()]
        return {"names": names}


class RemoveTheme(OwnPage):
    """Back to the usual look."""

    act = own_data.remove_theme
    title, question = "Uiterlijk weghalen", "Wilt u het eigen uiterlijk weghalen?"
    lead = "Iedereen van uw organisatie ziet dan weer de gewone kleuren en letters."
    submit_label = "Haal weg"
    done = "Het eigen uiterlijk is weg."


class Terms(OwnPage):
    """How long things are kept."""

    act = retention.choose_terms
    back = TERMS
    template = "organisations/retention.html"
    title, question = "Bewaartermijnen", "Hoe lang blijft iets staan?"
    submit_label = "Opslaan"
    done = "De bewaartermijnen zijn opgeslagen. Wat te oud is, gaat binnen zes uur weg."

    @property
    def shape(self) -> Object:
        """A term for every kind of thing that may go, and why."""
        return retention.document()

    def first(self) -> Document:
        """As they are now."""
        return retention.stored(self.target)

    def content(self) -> Document:
        """What would go under each term that can be chosen, and what always stays."""
        return {"kinds": [_kind_shown(kind, self.target) for kind in retention.kinds()], "stays": _STAYS}


def theme_css(request: HttpRequest, code: str, digest: str) -> HttpResponse:
    """The stylesheet with the look of an organisation, for its own people. Raises Refused: absent."""
    rows = OrganisationTheme.objects.filter(organisation__in=actor_of(request).organisation_ids)
    found = rows.filter(organisation__code=code, sha256=digest).first()
    if found is None:
        raise not_found()
    answer = HttpResponse(themes.stylesheet(found.tokens), content_type="text/css; charset=utf-8")
    answer.headers["Cache-Control"] = _FOR_GOOD
    return answer


def _kind_shown(kind: retention.Kind, organisation: Organisation) -> Document:
    one, more = kind.words.split(",")
    options = []
    for months in kind.terms:
        old = formats.counted(retention.number_older(kind, organisation, months), one, more)
        goes = f"nu {old} te oud" if months else "niets gaat vanzelf weg"
        options.append((str(months), f"{formats.capital(retention.term_in_words(months))}: {goes}"))
    return {"name": camel(kind.code), "options": options}
