"""The mail of the day: at seven o'clock, what somebody was told since the one before and did not read yet."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from mvi_dashboard.ground import clock, timers
from mvi_dashboard.ground.models import Message, User
from mvi_dashboard.ground.time_zone import AMSTERDAM

from .telling import has_address, mail
from .texts import words_of

HOUR = time(7)
AT_A_TIME = 200
MOST_NAMED = 20
"""so many messages are named in one mail; it says how many more there are"""


def sum_up() -> int:
    """How many mails of the day were written now; each person gets one a day at most."""
    now = clock.now()
    until = _last_seven(now)
    people = User.objects.filter(_waits(until), mail_preference=User.MailPreference.DAILY, is_active=True)
    return sum(_sum_up(key, until, now) for key in list(people.values_list("pk", flat=True)[:AT_A_TIME]))


def _sum_up(person_id: int, until: datetime, now: datetime) -> bool:
    """Whether this person got one: who changes the row first writes it."""
    with transaction.atomic():
        person = User.objects.select_for_update(of=("self",)).get(pk=person_id)
        since = person.summed_up_until
        if since is not None and since >= until:
            return False
        person.summed_up_until = until
        person.save(update_fields=["summed_up_until"])
        told = _of_the_day(until).filter(reader=person)
        told = told.filter(moment__gte=since) if since else told
        messages = list(told.order_by("moment", "id"))
        if not messages or not has_address(person):
            return False
        language = person.language or "nl"
        names = [
            words_of(each.kind, {**each.facts, "link": ""}, language).subject for each in messages[:MOST_NAMED]
        ]
        facts = {"count": len(messages), "list": "\n".join(f"- {name}" for name in names)}
        mail("summary", person.email, language=language, facts=facts, url="/berichten/", moment=now)
    return True


def _of_the_day(until: datetime) -> QuerySet[Message]:
    """What was told before this moment, was not read and not mailed; what is practised is never mailed."""
    return Message.objects.filter(organisation__practice_of=None, read_at=None, mail=None, moment__lt=until)


def _waits(until: datetime) -> Q:
    """Somebody who was told something before this moment and was not sent it yet."""
    since = Coalesce(OuterRef("summed_up_until"), OuterRef("date_joined"))
    told = _of_the_day(until).filter(reader=OuterRef("pk"), moment__gte=since)
    return (Q(summed_up_until=None) | Q(summed_up_until__lt=until)) & Q(Exists(told))


def _last_seven(now: datetime) -> datetime:
    """The last time that it was seven o'clock in the Netherlands."""
    local = now.astimezone(AMSTERDAM)
    today = datetime.combine(local.date(), HOUR, AMSTERDAM)
    return today if local >= today else datetime.combine(local.date() - timedelta(days=1), HOUR, AMSTERDAM)


def register_timer() -> None:
    """Have this done now and then by whatever runs jobs."""
    timers.register("mail-of-the-day", timedelta(minutes=5), sum_up)
