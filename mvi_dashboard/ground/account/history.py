"""When somebody signed in, and how often it failed: for the person itself, from the trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mvi_dashboard.ground import formats
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.models import AuditEntry, FailedSignIns, User

SHOWN = 20
_VERBS = {
    "user.signin": "Ingelogd",
    "user.signin-failed": "",
    "user.password": "Wachtwoord gewijzigd",
    "user.password-link": "Link voor een nieuw wachtwoord gevraagd",
    "second_factor.confirm": "Tweede factor aangezet",
    "second_factor.off": "Tweede factor uitgezet",
    "second_factor.reset": "Tweede factor uitgezet door een beheerder",
    "second_factor.recovery-used": "Herstelcode gebruikt",
}


@dataclass(frozen=True)
class Happened:
    """One line: when, and what in words."""

    moment: datetime
    words: str
    failed: bool = False


def recent(user: User) -> list[Happened]:
    """The last twenty times that somebody signed in on this account or tried to, the newest first."""
    entries = AuditEntry.objects.filter(object_type="ground.user", object_id=str(user.pk), verb__in=_VERBS)
    # A person who works at several organisations has an entry in the chain of each, of one moment.
    told = entries.order_by("-moment").values("moment", "verb", "changes").distinct()[:SHOWN]
    found = [_happened(row["moment"], row["verb"], row["changes"]) for row in told]
    for row in FailedSignIns.objects.filter(account=str(user.actor_key)):
        found.append(_attempts(row.hour, row.failed + row.refused))
    return sorted(found, key=lambda each: each.moment, reverse=True)[:SHOWN]


def _happened(moment: datetime, verb: str, changes: dict[str, object]) -> Happened:
    if verb != "user.signin-failed":
        return Happened(moment, _VERBS[verb])
    hour = datetime.fromisoformat(str(changes.get("hour"))) if changes.get("hour") else moment
    return _attempts(hour, sum(int(str(changes.get(name) or 0)) for name in ("failed", "refused")))


def _attempts(hour: datetime, number: int) -> Happened:
    tried = formats.counted(number, "mislukte poging", "mislukte pogingen")
    return Happened(hour, worded("{tried} in het uur dat toen begon", tried=tried), failed=True)
