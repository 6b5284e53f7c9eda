"""How much an organisation shares with the country: its administrator decides, for all that it has."""

from __future__ import annotations

from functools import partial

from mvi_dashboard.ground import jobs
from mvi_dashboard.ground.access import ADMINISTER
from mvi_dashboard.ground.acts import ActDeclaration, Doing, Done
from mvi_dashboard.ground.models import Organisation
from mvi_dashboard.ground.organisations.acting import ByAdministrator
from mvi_dashboard.ground.shapes import Choice, Object, Reason
from reporting.models import SharedCell

LEVELS = {str(code): str(label) for code, label in Organisation.NationalShare.choices}


@partial(
    ByAdministrator,
    ActDeclaration(
        verb="organisation.share",
        title="Kies wat een organisatie met het land deelt",
        permission=ADMINISTER,
        reads=Object(
            {
                "level": Choice(list(LEVELS), names=LEVELS, label="Wat deelt u?"),
                "reason": Reason(1000, label="Waarom?", help="Dit staat in het logboek."),
            }
        ),
    ),
)
def set_share(doing: Doing[Organisation]) -> Done[Organisation]:
    """The organisation with another level, which holds at once; its shared parts are divided anew."""
    doing.problems.refuse()
    organisation, level = doing.target, doing.data["level"]
    before = organisation.national_share
    if before == level:
        return Done(organisation, unchanged=True)
    organisation.national_share = level
    organisation.save(update_fields=["national_share"])
    SharedCell.objects.filter(organisation=organisation).delete()
    jobs.wake_after_commit()
    return Done(organisation, reason=doing.data["reason"], changes={"national_share": [before, level]})
