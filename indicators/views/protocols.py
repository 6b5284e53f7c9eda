"""What suppliers are asked, as pages: the protocols, one with its concept, publishing it and throwing it away."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from indicators import services
from indicators.factors.publishing import made_by, maker_of
from indicators.protocols import protocol_concepts as concepts
from indicators.protocols import protocol_publishing as publishing
from indicators.protocols import question_files
from indicators.protocols.completeness import criteria_of
from indicators.protocols.protocol_concepts import Place
from indicators.protocols.protocol_differences import changed_protocol, differences
from indicators.protocols.protocol_effects import effect_of
from indicators.protocols.question_checks import check_all
from indicators.protocols.questions import kinds_of
from indicators.selectors import protocol_of
from indicators.selectors.protocols import FULL
from mvi_dashboard.ground import access, formats
from mvi_dashboard.ground.act_pages import ActPage
from mvi_dashboard.ground.pages import actor_of, may
from mvi_dashboard.ground.throttling import take_export

from .catalogue import crumbs_to
from .protocol_tables import changes_shown, questions_shown

ABOVE = ("Vragen aan leveranciers", "indicators:protocols")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@may(access.REFERENCE_EDIT)
def overview(request: HttpRequest) -> HttpResponse:
    """What every product group is asked, and where a concept is open."""
    rows = [
        {
            "place": each,
            "name": each.group.name_nl if each.group else "Alle groepen zonder eigen protocol",
            "url": reverse("indicators:protocol", args=[each.code]),
        }
        for each in concepts.every_place(actor_of(request))
    ]
    context = {"rows": rows, "crumbs": crumbs_to("Vragen aan leveranciers")}
    return render(request, "indicators/protocols.html", context)


@may(access.REFERENCE_EDIT)
def protocol(request: HttpRequest, code: str) -> HttpResponse:
    """One protocol: its questions as the concept has them, what is new in it, and when a bid is complete."""
    actor = actor_of(request)
    place = concepts.get_place(actor, code)
    shown, changes = questions_shown(place), differences(place)
    read = protocol_of(place.shown)
    assert read is not None
    context = {
        **frame_of(place),
        "tables": shown,
        "count": sum(1 for table in shown for row in table.rows if row.asked and table.counted),
        "changed": len(changes) + len(changed_protocol(place)),
        "declared": read.may_declare,
        "criteria": criteria_of(read, kinds_of(place.group)),
        "standing": check_all(place.rests) if place.concept is not None else [],
        "own": place.concept is not None and made_by(actor, place.concept),
        "new_questions": [
            f"answers.{each.key}" for each in changes if each.before is None and "." not in each.key
        ],
        "shape": services.asked_line(read, consumed=kinds_of(place.group)[0] == "consumed", level=FULL),
        "document": {},
        "problems": [],
        "crumbs": crumbs_to(title_of(place), ABOVE),
    }
    return render(request, "indicators/protocol.html", context)


@require_safe
@may(access.REFERENCE_EDIT)
def download_csv(request: HttpRequest, code: str) -> HttpResponse:
    """The questions as a CSV that can be read in again."""
    place = concepts.get_place(actor_of(request), code)
    take_export(request)
    return _file("".join(question_files.file_of_protocol(place)), "text/csv; charset=utf-8", f"{code}.csv")


@require_safe
@may(access.REFERENCE_EDIT)
def download_xlsx(request: HttpRequest, code: str) -> HttpResponse:
    """The same as a workbook."""
    place = concepts.get_place(actor_of(request), code)
    take_export(request)
    return _file(question_files.workbook_of_protocol(place), _XLSX, f"{code}.xlsx")


def _file(content: str | bytes, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="vragen-{name}"'
    return answer


def title_of(place: Place) -> str:
    """What the suppliers of this are asked, in words."""
    return place.group.name_nl if place.group is not None else "Standaardprotocol"


def frame_of(place: Place) -> dict[str, Any]:
    """What all pages of a protocol have."""
    number = place.concept.version if place.concept else concepts.next_number(place)
    return {
        "place": place,
        "name": title_of(place),
        "number": number,
        "eyebrow": f"{title_of(place)}, {'komt in' if place.concept else 'opent'} concept {number}",
    }


class OfProtocol(ActPage[Place]):
    """A page of an act on a protocol."""

    def find(self, **address: Any) -> Place:
        """The protocol, with the question that the address names. Raises Refused: absent, forbidden."""
        return concepts.get_place(self.actor, address["code"], address.get("key", ""))

    def named(self) -> dict[str, Any]:
        """Its code, and the key of the question."""
        return {"code": self.target.code, **({"key": self.target.key} if self.target.key else {})}

    def version(self) -> int:
        """What holds, and what the concept says."""
        return self.target.stamp

    def back_url(self) -> str:
        """The protocol."""
        return reverse("indicators:protocol", args=[self.target.code])

    def said(self, outcome: Any) -> str:
        """That nothing changed yet."""
        return f"Het staat in concept {outcome.version}. Een tweede persoon stelt het vast."

    def frame(self) -> dict[str, Any]:
        """Which protocol it is."""
        trail = crumbs_to(self.title, ABOVE)
        own = {"label": title_of(self.target), "url": self.back_url()}
        return {**frame_of(self.target), "crumbs": [*trail[:-1], own, trail[-1]]}


class _Closing(OfProtocol):
    """What both ways to end a concept share: it is shown with what it does."""

    template = "indicators/protocol_close.html"
    publishing = False

    def require_possible(self) -> None:
        """Raises Refused 409 without a concept."""
        if self.target.concept is None:
            publishing.require_concept(self.target)

    def content(self) -> dict[str, Any]:
        """What it changes and does."""
        place = self.target
        concept = publishing.require_concept(place)
        effect = effect_of(place)
        return {
            "publishing": self.publishing,
            "eyebrow": f"{title_of(place)}, concept {concept.version}",
            "own": self.publishing and made_by(self.actor, concept),
            "outdated": place.outdated,
            "changes": changes_shown(place),
            "effect": effect,
            "group_names": [group.name_nl for group in effect.groups],
            "standing": check_all(place.rests),
            "facts": [
                {"label": "Gemaakt door", "value": maker_of(concept) or "een systeem"},
                {"label": "Groepen", "value": formats.number(len(effect.groups))},
            ],
        }


class Publish(_Closing):
    """Asks first: what it does stands there before anybody says yes."""

    act = publishing.publish_protocol
    publishing = True
    title, submit_label = "Vaststellen", "Stel vast"
    question = "Wilt u deze vragen vaststellen?"
    lead = "Nieuwe aanbestedingen vragen het dan meteen zo: formulier, werkboek, API en pagina bij de stukken."
    warning = "Een vastgestelde versie verandert nooit meer. Lopende aanbestedingen houden wat zij hadden."
    labels = {"reason": "Waarom stelt u dit vast?"}

    def said(self, outcome: Any) -> str:
        """That it holds."""
        return f"Versie {outcome.version} is vastgesteld en geldt vanaf nu."


class ThrowAway(_Closing):
    """Asks first, with a reason."""

    act = publishing.throw_away_protocol
    title, submit_label, danger = "Weggooien", "Gooi weg", True
    question = "Wilt u dit concept weggooien?"
    lead = "Er is nog nooit iets mee gevraagd. Wat nu geldt, verandert niet."
    labels = {"reason": "Waarom gooit u dit weg?"}

    def said(self, outcome: Any) -> str:
        """That it is gone."""
        return "Het concept is weggegooid. Er is niets veranderd."
