"""Who hears that an organisation stands elsewhere: the administrators of both, as others read there from now."""

from __future__ import annotations

from datetime import datetime

from mvi_dashboard.ground import access, outbox
from mvi_dashboard.ground.models import Organisation, User


def administrators(*organisations: Organisation) -> list[User]:
    """Who administers one of these now: asked before one of them ends."""
    return list(access.people_who_may(access.ADMINISTER, *(each.pk for each in organisations)))


def placed(organisation: Organisation, above: Organisation, readers: list[User], moment: datetime) -> None:
    """Who reads at the one above reads here too, and nobody of this organisation decided so."""
    outbox.tell(
        "organisation-placed",
        readers,
        about=organisation,
        facts={"organisation": organisation.name, "above": above.name},
        occasion=moment.isoformat(),
        moment=moment,
    )
