"""What suppliers are asked, as a reference manager sees and changes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Self

from mvi_dashboard.ground.described import Described

from .proposals import InTheWay

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indicators.protocols.completeness import Completeness
    from indicators.protocols.protocol_concepts import Place
    from indicators.protocols.protocol_differences import Difference
    from indicators.protocols.protocol_effects import Answered, ProtocolEffect
    from mvi_dashboard.ground.problems import Problem

_VALUES = "De vraag in dezelfde velden als waarmee u die wijzigt; wat leeg is, staat er niet"


class ProtocolLine(Described):
    """A protocol in the list of all."""

    code: Annotated[str, "Die van de productgroep, of algemeen"]
    name: str
    version: Annotated[str, "Wat nu geldt"]
    own: Annotated[bool, "Of dit een eigen protocol is; anders geldt het standaardprotocol"]
    concept: Annotated[str | None, "De versie van het concept, als dat er is"]

    @classmethod
    def of(cls, place: Place, **more: Any) -> Self:
        """Of this protocol."""
        return cls(
            code=place.code,
            name=place.held.name_nl,
            version=place.held.version,
            own=place.own,
            concept=None if place.concept is None else place.concept.version,
            **more,
        )


class ProtocolList(Described):
    """What is asked, by product group."""

    protocols: list[ProtocolLine]


class Question(Described):
    """A question of a protocol, as the concept has it; without a concept as it holds."""

    key: str
    values: Annotated[dict[str, Any] | None, _VALUES + "; null als zij vervalt"]
    before: Annotated[dict[str, Any] | None, "Zoals zij nu geldt; null als zij nieuw is"]
    asked_bids: Annotated[
        int | None, "Hoeveel inschrijvingen zij had die in de laatste 12 maanden opengingen; null: niet geteld"
    ]
    answered_bids: Annotated[int | None, "Hoeveel daarvan deze vraag bij elk product beantwoordden"]


class ProtocolWhole(ProtocolLine):
    """A protocol with its questions."""

    declared_production: Annotated[list[str], "Indicatoren waarvan een maker een eigen getal mag geven"]
    questions: list[Question]

    @classmethod
    def of_place(
        cls,
        place: Place,
        questions: Sequence[tuple[str, dict[str, Any] | None, dict[str, Any] | None]],
        answered: Mapping[str, Answered],
    ) -> Self:
        """Of this protocol with these questions: key, as it is shown, as it holds."""
        return cls.of(
            place,
            declared_production=list(place.shown.definition.get("declared_production") or ()),
            questions=[_question(key, values, before, answered.get(key)) for key, values, before in questions],
        )


def _question(
    key: str, values: dict[str, Any] | None, before: dict[str, Any] | None, counted: Answered | None
) -> Question:
    return Question(
        key=key,
        values=values,
        before=before,
        asked_bids=None if counted is None else counted.asked,
        answered_bids=None if counted is None else counted.answered,
    )


class QuestionChange(Described):
    """One question that the concept adds, changes, drops or moves."""

    key: str
    before: Annotated[dict[str, Any] | None, "null als zij nieuw is"]
    after: Annotated[dict[str, Any] | None, "null als zij vervalt"]
    moved: Annotated[bool, "Of zij op een andere plaats komt"]


class CompleteAt(Described):
    """When a bid is complete at one level."""

    level: str
    needed: Annotated[list[str], "Zonder deze antwoorden wordt een inschrijving geweigerd"]
    may_be_empty: Annotated[list[str], "Gevraagd; wat openblijft is onbekend"]
    evidence: Annotated[list[str], "Hierbij wordt een document gevraagd"]


class ProtocolConsequences(Described):
    """What publishing a concept does."""

    questions: list[QuestionChange]
    groups: Annotated[list[str], "Codes van de productgroepen die dit vragen"]
    keeping: Annotated[list[str], "Codes van de groepen met een eigen protocol: dat blijft zoals het is"]
    draft_tenders: Annotated[int, "Aanbestedingen in concept: zij vragen dit als zij worden gepubliceerd"]
    running_tenders: Annotated[int, "Lopende aanbestedingen: zij houden wat is gepubliceerd"]
    organisations: Annotated[int, "Van hoeveel organisaties die lopende aanbestedingen zijn"]
    complete: list[CompleteAt]
    in_the_way: Annotated[list[InTheWay], "Wat het vaststellen nu in de weg staat"]

    @classmethod
    def of(
        cls,
        changes: Sequence[Difference],
        effect: ProtocolEffect,
        criteria: Sequence[Completeness],
        problems: Sequence[Problem],
    ) -> Self:
        """Of these differences and this effect."""
        return cls(
            questions=[
                QuestionChange(key=each.key, before=each.before, after=each.after, moved=each.moved)
                for each in changes
            ],
            groups=[group.code for group in effect.groups],
            keeping=[group.code for group in effect.keeping],
            draft_tenders=effect.tenders.drafts,
            running_tenders=effect.tenders.running,
            organisations=effect.tenders.organisations,
            complete=[
                CompleteAt(
                    level=each.level,
                    needed=list(each.needed),
                    may_be_empty=list(each.may_be_empty),
                    evidence=list(each.evidence),
                )
                for each in criteria
            ],
            in_the_way=[InTheWay(attr=each.attr, code=each.code, detail=each.detail) for each in problems],
        )
