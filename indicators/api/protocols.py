"""/protocols: what suppliers are asked, changed in a concept by reference managers only."""

from __future__ import annotations

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from indicators.models import ProtocolVersion
from indicators.protocols import protocol_concepts as concepts
from indicators.protocols import protocol_publishing as publishing
from indicators.protocols import question_files
from indicators.protocols.completeness import criteria_of
from indicators.protocols.protocol_differences import differences, shown_questions
from indicators.protocols.protocol_effects import answered_in, effect_of
from indicators.protocols.question_checks import check_all
from indicators.protocols.questions import kinds_of
from indicators.resources import protocols as answered
from indicators.selectors import protocol_of
from mvi_dashboard.ground.problems import refuse
from mvi_dashboard.ground.rest.endpoint import Endpoint
from mvi_dashboard.ground.rest.operations import acting, operation

TAG = ("referentie-herstellen",)


class _Protocols(Endpoint):
    def whole(self, found: ProtocolVersion) -> Response:
        """The protocol that this version is of, with its questions and its ETag."""
        return self.told(concepts.get_place(self.actor, found.code))

    def told(self, place: concepts.Place) -> Response:
        """A protocol with its questions and its ETag."""
        told = answered.ProtocolWhole.of_place(place, shown_questions(place), answered_in(place))
        return self.answer(told, version=place.stamp, location=f"/api/v1/protocols/{place.code}")


class Protocols(_Protocols):
    """Protocols."""

    @operation("Protocollen", answers={200: answered.ProtocolList}, name="protocols_list", tags=TAG)
    def get(self, request: Request) -> HttpResponse:
        """The general one, and what every product group is asked."""
        found = [answered.ProtocolLine.of(each) for each in concepts.every_place(self.actor)]
        return self.answer(answered.ProtocolList(protocols=found))


class OneProtocol(_Protocols):
    """One protocol."""

    @operation(
        "Een protocol",
        answers={200: answered.ProtocolWhole},
        files=("text/csv",),
        name="protocols_get",
        tags=TAG,
    )
    def get(self, request: Request, code: str) -> HttpResponseBase:
        """As its concept has it, with what holds beside it; with `Accept: text/csv` as a file to read in again."""
        place = concepts.get_place(self.actor, code)
        if "text/csv" in request.headers.get("Accept", ""):
            self.count_export()
            lines = question_files.file_of_protocol(place)
            return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        return self.told(place)

    @acting(concepts.change_protocol, answers={200: answered.ProtocolWhole}, name="protocols_change", tags=TAG)
    def patch(self, request: Request, code: str) -> HttpResponse:
        """In the concept: its name, and of which indicators a maker may give a figure."""
        return self.carry_out(concepts.change_protocol, answer=self.whole, code=code)


class Questions(_Protocols):
    """Questions of a protocol."""

    @acting(concepts.add_question, answers={201: answered.ProtocolWhole}, name="protocol_questions_add", tags=TAG)
    def post(self, request: Request, code: str) -> HttpResponse:
        """In the concept, which is made when there is none."""
        return self.carry_out(concepts.add_question, answer=self.whole, code=code)


class OneQuestion(_Protocols):
    """One question of a protocol."""

    @acting(
        concepts.change_question,
        body=concepts.CHANGED.as_partial(),
        answers={200: answered.ProtocolWhole},
        name="protocol_questions_change",
        tags=TAG,
    )
    def patch(self, request: Request, code: str, key: str) -> HttpResponse:
        """In the concept: what is not sent stays. The ETag is that of the protocol."""
        return self.carry_out(concepts.change_question, answer=self.whole, code=code, key=key)

    @acting(
        concepts.drop_question,
        answers={200: answered.ProtocolWhole},
        name="protocol_questions_drop",
        tags=TAG,
    )
    def delete(self, request: Request, code: str, key: str) -> HttpResponse:
        """In the concept: that it is asked no more. Not when the calculation needs it."""
        return self.carry_out(concepts.drop_question, answer=self.whole, code=code, key=key)


class ImportQuestions(_Protocols):
    """_import."""

    takes_file = True

    @operation(
        "Lees een bestand met vragen in",
        form=question_files.FILE,
        answers={201: answered.ProtocolWhole},
        once=True,
        name="protocols_import",
        tags=TAG,
    )
    def post(self, request: Request, code: str) -> HttpResponse:
        """What differs, in the concept: all of it or nothing."""
        sent = self.file
        if sent is None:
            raise refuse("required", "Stuur één bestand mee, in het veld `file`.", "file")
        return self.once(
            lambda once: question_files.import_questions(
                self.actor, code=code, document=sent.fields, name=sent.name, content=sent.content, once=once
            ),
            answer=self.whole,
        )


class ConsequencesOfProtocol(_Protocols):
    """What publishing the concept would do."""

    @operation(
        "Gevolgen van vaststellen",
        answers={200: answered.ProtocolConsequences},
        name="protocols_consequences",
        tags=TAG,
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        """For groups and tenders; running tenders keep what they were published with."""
        place = concepts.get_place(self.actor, code)
        protocol = protocol_of(place.shown)
        criteria = criteria_of(protocol, kinds_of(place.group)) if protocol is not None else []
        problems = check_all(place.rests) if place.concept is not None else []
        told = answered.ProtocolConsequences.of(differences(place), effect_of(place), criteria, problems)
        return self.answer(told)


class PublishProtocol(_Protocols):
    """_publish."""

    @acting(
        publishing.publish_protocol,
        answers={200: answered.ProtocolWhole},
        name="protocols_publish",
        tags=TAG,
    )
    def post(self, request: Request, code: str) -> HttpResponse:
        """By somebody else than who made it; 409 when another version was published meanwhile."""
        return self.carry_out(publishing.publish_protocol, answer=self.whole, code=code)


class ThrowAwayProtocol(_Protocols):
    """_throw-away."""

    @acting(
        publishing.throw_away_protocol,
        answers={200: answered.ProtocolLine},
        name="protocols_throw_away",
        tags=TAG,
    )
    def post(self, request: Request, code: str) -> HttpResponse:
        """The concept is gone; nothing that holds changes."""
        return self.carry_out(
            publishing.throw_away_protocol,
            answer=lambda _: answered.ProtocolLine.of(concepts.get_place(self.actor, code)),
            code=code,
        )
