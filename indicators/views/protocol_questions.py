"""One question of a protocol as a form, and a file with all of them; both go into the concept."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from indicators.groups.row_shapes import typed_values
from indicators.models import Indicator
from indicators.protocols import protocol_concepts as concepts
from indicators.protocols import question_files
from indicators.protocols.protocol_concepts import Place
from indicators.protocols.question_files import COLUMNS, FILE
from indicators.protocols.questions import document_of, questions_in, shape_of
from mvi_dashboard.ground import access
from mvi_dashboard.ground.pages import actor_of, may, posted_document, redrawn
from mvi_dashboard.ground.problems import Problem, Refused, refuse
from mvi_dashboard.ground.shapes import Object, camel, read
from mvi_dashboard.ground.uploads import file_in

from .catalogue import crumbs_to
from .in_files import place_in, told_of_file
from .protocols import ABOVE, OfProtocol, frame_of, title_of
from .row_pages import Untouched, WithMoreLines

_PAIRS = {"min": "max", "requiredFrom": "evidenceFrom"}
_EMPTY_OPTIONS, _MORE_OPTIONS = 3, 10


class _QuestionForm(WithMoreLines[Place], OfProtocol):
    """The form of a question."""

    template = "indicators/protocol_question.html"
    submit_label = "Zet in het concept"

    def content(self) -> dict[str, Any]:
        """The inputs, and the choices of a list."""
        names = [camel(name) for name in self.shape.fields if name != "choices"]
        seconds = set(_PAIRS.values())
        given = self.document.get("choices")
        count = (len(given) if isinstance(given, list) else 0) + (
            _MORE_OPTIONS if "more" in self.request.POST else _EMPTY_OPTIONS
        )
        return {
            "places": [
                [name, *([_PAIRS[name]] if _PAIRS.get(name) in names else [])]
                for name in names
                if name not in seconds
            ],
            "options": [f"choices.{number}" for number in range(count)] if "choices" in self.shape.fields else [],
            "is_field": "." in self.target.key,
        }


class AddQuestion(_QuestionForm):
    """The form of a new question."""

    act = concepts.add_question
    title = "Vraag toevoegen"
    question = "Wat wilt u leveranciers vragen?"

    def first(self) -> dict[str, Any]:
        """Asked from the level at which most is asked."""
        return {"askedFrom": "standard", "appliesTo": "both"}


class ChangeQuestion(Untouched[Place], _QuestionForm):
    """The form of a question that is there."""

    act = concepts.change_question
    title = "Vraag wijzigen"

    @property
    def shape(self) -> Object:
        """What can be changed of this one."""
        key = self.target.key
        code = concepts.CHANGED.fields["code"]
        asked_before = "." in key or key in questions_in(self.target.held.definition)
        return shape_of(key) if asked_before else shape_of(key).with_fields({"code": code})

    def first(self) -> dict[str, Any]:
        """The question as the concept has it."""
        found = document_of(self.target.shown.definition, self.target.key) or {}
        values = typed_values(read(shape_of(self.target.key), found)[0])
        return {**values, "code": self.target.key} if "code" in self.shape.fields else values

    def content(self) -> dict[str, Any]:
        """The form, and where it is dropped."""
        shown = document_of(self.target.shown.definition, self.target.key) or {}
        key = self.target.key
        drop = "" if "." in key else reverse("indicators:drop_question", args=[self.target.code, key])
        return super().content() | {"question": f"Vraag: {shown.get('labelNl', key)}", "drop_url": drop}


class DropQuestion(OfProtocol):
    """Asks whether a question goes."""

    act = concepts.drop_question
    title, submit_label, danger = "Vraag laten vervallen", "Laat vervallen", True
    lead = "Wie al een aanbesteding heeft gepubliceerd, blijft die vragen. Antwoorden van eerder blijven staan."

    def content(self) -> dict[str, Any]:
        """Which question."""
        shown = document_of(self.target.shown.definition, self.target.key) or {}
        return {"question": f"Wilt u “{shown.get('labelNl', self.target.key)}” niet meer vragen?"}


class ChangeProtocol(Untouched[Place], OfProtocol):
    """Its name, and of what a maker may give a figure."""

    act = concepts.change_protocol
    template = "indicators/protocol_change.html"
    title = "Naam en eigen getallen"
    question = "Waarvan mag een maker een eigen getal geven?"
    lead = (
        "Dat getal telt in plaats van ons getal voor het maken, als het binnen de grenzen valt van wat het maken "
        "van zo'n product kan doen."
    )
    submit_label = "Zet in het concept"

    def first(self) -> dict[str, Any]:
        """As the concept has it."""
        return concepts.said_of(self.target)

    def content(self) -> dict[str, Any]:
        """The indicators to choose from."""
        found = list(Indicator.objects.order_by("position", "code").values_list("code", "name_nl"))
        given = self.document.get("declaredProduction")
        count = min((len(given) if isinstance(given, list) else 0) + 2, 20)
        return {"indicators": found, "places": [f"declaredProduction.{number}" for number in range(count)]}


@require_http_methods(["GET", "HEAD", "POST"])
@may(access.REFERENCE_EDIT)
def upload(request: HttpRequest, code: str) -> HttpResponse:
    """A file in; what is wrong stands in a table by row and column, and then nothing is stored."""
    place = concepts.get_place(actor_of(request), code)
    document: dict[str, Any] = {"decimal": ","}
    problems: list[Problem] = []
    status = 200
    if request.method == "POST":
        document = posted_document(request, "file")
        try:
            _brought_in(request, code, document)
        except Refused as refused:
            problems, status = refused.problems, redrawn(refused)
        else:
            messages.success(request, "Wat verschilt staat in het concept. Er is verder niets veranderd.")
            return redirect("indicators:protocol", code=code)
    context = {
        **frame_of(place),
        "document": document,
        **told_of_file(FILE, problems, lambda problem: place_in(problem, COLUMNS)),
        "shape": FILE,
        "columns": COLUMNS.items(),
        "back_url": reverse("indicators:protocol", args=[code]),
        "crumbs": crumbs_to(f"Vragen inlezen: {title_of(place)}", ABOVE),
    }
    return render(request, "indicators/import_questions.html", context, status=status)


def _brought_in(request: HttpRequest, code: str, document: dict[str, Any]) -> None:
    file = file_in(request)
    if file is None:
        raise refuse("required", "Kies een bestand.", "file")
    name, content = file
    actor = actor_of(request)
    question_files.import_questions(actor, code=code, document=document, name=name, content=content, typed=True)
