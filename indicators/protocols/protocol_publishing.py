"""The end of a concept of a protocol: a second person publishes it, or somebody throws it away."""

from __future__ import annotations

from indicators.factors import publishing
from indicators.groups.row_shapes import CLOSING
from indicators.models import ProtocolVersion
from indicators.models.coded import State
from mvi_dashboard.ground.access import REFERENCE_EDIT
from mvi_dashboard.ground.acts import ActDeclaration, Doing, Done
from mvi_dashboard.ground.problems import Problems, conflict

from .protocol_concepts import Place, on_protocol
from .protocol_differences import differs
from .question_checks import check_all


@on_protocol(
    ActDeclaration(
        verb="protocol.publish",
        title="Stel een versie van een protocol vast",
        permission=REFERENCE_EDIT,
        reads=CLOSING,
        person="Vaststellen",
        version=True,
    )
)
def publish_protocol(doing: Doing[Place]) -> Done[ProtocolVersion]:
    """The version, frozen: tenders that are published from now on pin it. By somebody else than who made it.

    Raises Refused: stale, no concept, outdated, one's own, nothing in it (409), or every rule that a question
    breaks now.
    """
    place, row = doing.target, require_concept(doing.target)
    publishing.require_latest(place.held, row)
    publishing.require_second_person(doing.actor, row)
    doing.problems.refuse()
    if not differs(place):
        raise conflict("empty", "In dit concept staat niets anders dan wat al geldt: gooi het weg.")
    Problems(check_all(place.rests)).refuse()
    ProtocolVersion.objects.filter(code=row.code, state=State.PUBLISHED).update(state=State.SUPERSEDED)
    row.definition = {**row.definition, "valid_from": doing.now.date().isoformat()}
    row.state, row.published_at = State.PUBLISHED, doing.now
    row.save(update_fields=["definition", "state", "published_at"])
    said = {"protocol": row.code, "version": row.version}
    return Done(row, changes=said, reason=doing.data["reason"])


@on_protocol(
    ActDeclaration(
        verb="protocol.throw_away",
        title="Gooi een concept van een protocol weg",
        permission=REFERENCE_EDIT,
        reads=CLOSING,
        person="Weggooien",
        version=True,
    )
)
def throw_away_protocol(doing: Doing[Place]) -> Done[ProtocolVersion]:
    """What holds, without the concept: nothing was ever asked with it. Raises Refused: stale, no concept (409)."""
    place, row = doing.target, require_concept(doing.target)
    doing.problems.refuse()
    said = {"protocol": row.code, "version": row.version, "madeBy": publishing.maker_of(row) or "-"}
    row.delete()
    return Done(place.held, changes=said, reason=doing.data["reason"])


def require_concept(place: Place) -> ProtocolVersion:
    """Its concept. Raises Refused 409 when there is none."""
    if place.concept is None:
        raise conflict("wrong_state", "Er is geen concept van dit protocol.")
    return place.concept
