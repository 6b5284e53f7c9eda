"""Before a version takes the place of the one that holds now: what it takes away is asked, of a second person.

One call can replace every factor of the country. So more than one factor in a hundred that disappears, or any
value that becomes ten times larger or smaller, is confirmed with a reason, and who made the concept does not
publish it.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from indicators.models import FactorSetVersion, MethodVersion, ProtocolVersion
from mvi_dashboard.ground import audit, formats
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.acts import Doing
from mvi_dashboard.ground.models import User
from mvi_dashboard.ground.problems import Problem, conflict
from mvi_dashboard.ground.shapes import lift_confirmed, quoted

from .version_losses import MOST_TIMES, Losses

Made = FactorSetVersion | MethodVersion | ProtocolVersion
MADE: dict[type[Made], tuple[str, ...]] = {
    FactorSetVersion: ("factor_version.create", "factor.change", "making.change", "making.import"),
    MethodVersion: ("method.create",),
    ProtocolVersion: (
        *("protocol_question.add", "protocol_question.change", "protocol_question.drop", "protocol.change"),
        "protocol.import",
    ),
}
"""the acts by which somebody had a hand in a version"""
_PLACE = "factors"
_UUID_LENGTH = 36


def require_latest(newest: Made | None, version: Made) -> None:
    """Raises Refused 409 `outdated` when another version was published since this concept was made.

    What that one changed would be undone without a word.
    """
    if newest is not None and version.base_id is not None and newest.pk != version.base_id:
        text = f"Versie {quoted(newest.version)} is intussen vastgesteld. Maak uw wijziging opnieuw op die versie."
        raise conflict("outdated", text)


def require_second_person(actor: Actor, version: Made) -> None:
    """Raises Refused 409 `second_officer` for who made this concept or changed anything in it."""
    if made_by(actor, version):
        text = "U maakte dit concept. Een tweede persoon kijkt het na en stelt het vast."
        raise conflict("second_officer", text)


def made_by(actor: Actor, version: Made) -> bool:
    """Whether this person made the concept or changed anything in it, as the audit trail knows it."""
    return actor.key in audit.who_had_a_hand(MADE[type(version)], version)


def own_drafts(actor: Actor, model: type[Made]) -> set[int]:
    """The ids of the versions that this actor made or changed, which somebody else publishes; a query per act."""
    return {int(found) for verb in MADE[model] for found in audit.done_by(actor, verb)}


def maker_of(version: Made) -> str:
    """The names of the people who made and changed this concept; empty when the trail knows none."""
    keys = [UUID(key) for key in audit.who_had_a_hand(MADE[type(version)], version) if len(key) == _UUID_LENGTH]
    people = {person.actor_key: str(person) for person in User.objects.filter(actor_key__in=keys)}
    return ", ".join(people[key] for key in keys if key in people)


def problems_of_losses(losses: Losses) -> list[Problem]:
    """What has to be confirmed before this is published; empty when little changes."""
    found = []
    if losses.loses_much:
        found.append(Problem((_PLACE,), "factors_removed", _said_of_removed(losses), confirmable=True))
    if losses.making_lost:
        found.append(Problem(("processing",), "making_removed", _said_of_making(losses), confirmable=True))
    if losses.jump_count:
        found.append(Problem((_PLACE,), "plausibility", _said_of_jumps(losses), confirmable=True))
    return found


def confirmed(losses: Losses, doing: Doing[Any]) -> str:
    """The reasons that the document gives for what disappears and jumps, as one text.

    Raises Refused with everything that nobody gave a reason for.
    """
    standing, used = lift_confirmed(problems_of_losses(losses), doing.data.get("confirmations"))
    doing.problems += standing
    doing.problems.refuse()
    return "; ".join(f"{row['code']}: {row['reason']}" for row in used)


def _said_of_removed(losses: Losses) -> str:
    before, removed = formats.counted(losses.before, "factor", "factoren"), formats.number(losses.removed)
    said = f"Van de {before} die nu gelden, verdwijnen er {removed}"
    if losses.recycled_lost:
        said += f" en verliezen er {formats.number(losses.recycled_lost)} hun waarde voor gerecycled"
    said += "."
    if losses.material_count:
        more = ", …" if losses.material_count > len(losses.materials) else ""
        lost = formats.counted(losses.material_count, "materiaal", "materialen")
        said += f" Zonder factor: {lost} ({', '.join(losses.materials)}{more})."
    if losses.indicators:
        said += f" Zonder indicator: {', '.join(losses.indicators)}."
    return f"{said} Wat daarmee is berekend, wordt onvolledig. Klopt het? Bevestig het met een reden."


def _said_of_making(losses: Losses) -> str:
    more = ", …" if losses.making_lost > len(losses.makings) else ""
    lost = formats.counted(losses.making_lost, "rij over het maken is", "rijen over het maken zijn")
    return (
        f"{lost} nu bekend en straks niet meer ({', '.join(losses.makings)}{more}). Producten daarvan krijgen "
        "geen volledig getal. Klopt het? Bevestig het met een reden."
    )


def _said_of_jumps(losses: Losses) -> str:
    first = "; ".join(jump.said for jump in losses.jumps)
    more = f"; en nog {losses.jump_count - len(losses.jumps)}" if losses.jump_count > len(losses.jumps) else ""
    times = f"meer dan {MOST_TIMES} keer zo groot of zo klein"
    one = formats.counted(losses.jump_count, "waarde wordt", "waarden worden")
    return f"{one} {times}: {first}{more}. Klopt het? Bevestig het met een reden."
