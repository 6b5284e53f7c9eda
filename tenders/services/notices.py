"""What an announcement of a tender or award says, and the concept that it becomes.

Nothing is guessed: what fits no field of ours, or needs a choice, is counted as left out with why. The same
announcement twice changes nothing, and what is published here is never changed by one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings

from mvi_dashboard.ground import access
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.acts import Act, ActDeclaration, Doing, Done
from mvi_dashboard.ground.idempotency import Once
from mvi_dashboard.ground.models import Organisation
from mvi_dashboard.ground.problems import refuse
from mvi_dashboard.ground.shapes import ListOf, Number, Object, Text, camel, spelled
from tenders.models import TakenNotice, Tender
from tenders.selectors import get_tender

from .drafting import change_tender, create_tender, place_of
from .shapes import LONGEST, SHORTEST

CHOICES = Object(
    {
        "lots": ListOf(
            Object(
                {
                    "product_group": Text(
                        80,
                        required=False,
                        label="Productgroep",
                        help="Zonder productgroep komt dit perceel niet in het concept.",
                    ),
                    "needed_years": Number(
                        min=SHORTEST,
                        max=LONGEST,
                        required=False,
                        unit="jaar",
                        label="Jaren nodig",
                        help="Een aankondiging zegt dat niet. Leeg: u vult de vraag later aan.",
                    ),
                }
            ),
            max_items=50,
            required=False,
            default=(),
            label="Percelen",
        )
    }
)
LONGEST_TITLE, LONGEST_REFERENCE, LONGEST_DEMAND = 200, 60, 300


@dataclass(frozen=True)
class NoticeItem:
    """What is asked in a lot; without `pieces` its number is not in pieces, or not there."""

    description: str
    cpv: str = ""
    pieces: Decimal | None = None


@dataclass(frozen=True)
class NoticeLot:
    """A part of a tender as it was announced."""

    key: str
    title: str
    cpv: str = ""
    start: date | None = None
    end: date | None = None
    items: Sequence[NoticeItem] = ()


@dataclass
class Notice:
    """One announcement, read; `procedure` is what all announcements of one tender share, `key` this very one."""

    source: str
    procedure: str
    key: str
    kind: str
    title: str
    reference: str
    buyer: str = ""
    deadline: datetime | None = None
    opening: datetime | None = None
    value: Decimal | None = None
    lots: list[NoticeLot] = field(default_factory=list)
    facts: list[tuple[str, str]] = field(default_factory=list)
    """(what, in words) that has no field of ours and is worth keeping: aims that were announced, and who won"""
    read: dict[str, int] = field(default_factory=dict)
    left_out: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Taking:
    """An announcement for an organisation, and what it was taken into before."""

    organisation_id: int
    notice: Notice


class _Taking(Act[Taking, Tender]):
    """The act that takes an announcement over."""

    def __call__(
        self,
        actor: Actor,
        *,
        notice: Notice,
        document: Mapping[str, Any],
        organisation: str = "",
        typed: bool = False,
        once: Once | None = None,
    ) -> Tender:
        """The concept that it was taken into. Raises Refused."""
        return self.carry_out(
            actor, (organisation, notice), document=document, expected_version=None, typed=typed, once=once
        )

    def lock(self, actor: Actor, named: tuple[str, Notice]) -> Taking:
        """The organisation, of which nothing is locked: what is taken over twice is refused by its key."""
        return Taking(place_of(actor, named[0]), named[1])


@partial(
    _Taking,
    ActDeclaration(
        verb="tender.take_notice",
        title="Neem een aankondiging over",
        permission=access.TENDER_EDIT,
        reads=CHOICES,
        status=201,
    ),
)
def take_notice(doing: Doing[Taking]) -> Done[Tender]:
    """A new concept, or the concept of the same procedure with what this announcement says of it."""
    place, notice = doing.target.organisation_id, doing.target.notice
    doing.problems.refuse()
    before = taken_before(place, notice)
    if before is not None:
        return Done(before, unchanged=True)
    known = concept_of(place, notice)
    if known is None:
        document, code = _sent(_document(notice, doing.data)), _code_of(place)
        tender = create_tender(doing.actor, document=document, organisation=code)
    elif known.status != Tender.Status.DRAFT and notice.kind != "award":
        text = f"Deze aankondiging hoort bij {known.reference}, en dat is geen concept meer: er verandert niets."
        raise refuse("published", text)
    else:
        tender = _updated(doing, known, notice)
    TakenNotice.objects.create(
        organisation_id=place,
        tender=tender,
        source=notice.source,
        procedure=notice.procedure,
        notice=notice.key,
        facts=[list(each) for each in notice.facts],
        left_out=[list(each) for each in notice.left_out],
        taken_at=doing.now,
    )
    said = {"source": notice.source, "notice": notice.key, "read": notice.read, "leftOut": len(notice.left_out)}
    return Done(tender, changes=said)


def taken_before(organisation_id: int, notice: Notice) -> Tender | None:
    """The tender that holds this very announcement already: it was taken over before, or we gave it out."""
    own = own_id(notice.procedure)
    if own is not None:
        given: Tender | None = Tender.objects.filter(organisation_id=organisation_id, public_id=own).first()
        if given is not None:
            return given
    found = TakenNotice.objects.filter(organisation_id=organisation_id, source=notice.source, notice=notice.key)
    row = found.select_related("tender").first()
    return None if row is None else row.tender


def ocid_of(public_id: UUID) -> str:
    """Its name for others, of a tender or a contract without one: the prefix of this installation, then its id."""
    return f"{settings.OCDS_PREFIX}-{public_id}"


def own_id(ocid: str) -> UUID | None:
    """The id of the tender behind a name that this installation gave out."""
    start = f"{settings.OCDS_PREFIX}-"
    try:
        return UUID(ocid.removeprefix(start)) if ocid.startswith(start) else None
    except ValueError:
        return None


def concept_of(organisation_id: int, notice: Notice) -> Tender | None:
    """The tender of the same procedure, from an announcement before."""
    found = TakenNotice.objects.filter(
        organisation_id=organisation_id, source=notice.source, procedure=notice.procedure
    )
    newest = found.select_related("tender").order_by("-taken_at", "-pk").first()
    return newest.tender if newest is not None else None


def place_of_notice(actor: Actor, code: str) -> int:
    """The organisation for which this actor takes announcements over: the only one, or the one with this code."""
    return place_of(actor, code)


def facts_of(tender: Tender) -> list[TakenNotice]:
    """What was taken over into this tender, oldest first."""
    return list(TakenNotice.objects.filter(tender=tender).order_by("taken_at", "pk"))


def _updated(doing: Doing[Taking], known: Tender, notice: Notice) -> Tender:
    """The concept with title, moments and value of a later announcement; its lots stay as somebody made them."""
    if known.status != Tender.Status.DRAFT:
        return known
    tender = get_tender(doing.actor, known.public_id)
    whole = _document(notice, doing.data)
    new = {name: whole[name] for name in ("title", "deadline", "opening_at", "estimated_value") if whole[name]}
    if not tender.lots.all():
        new["lots"] = whole["lots"]
    return change_tender(
        doing.actor, tender_id=tender.public_id, document=_sent(new), expected_version=tender.version
    )


def _document(notice: Notice, data: Mapping[str, Any]) -> dict[str, Any]:
    chosen = list(data.get("lots") or ())
    lots = []
    for number, lot in enumerate(notice.lots):
        said = chosen[number] if number < len(chosen) else {}
        if not said.get("product_group"):
            continue
        years = said.get("needed_years")
        items = [
            {
                "number": place,
                "description": item.description[:LONGEST_DEMAND],
                "cpv": item.cpv or None,
                "needed_count": item.pieces,
                "needed_years": years,
            }
            for place, item in enumerate(lot.items, start=1)
            if item.pieces and years
        ]
        lots.append(
            {
                "number": number + 1,
                "title": lot.title[:LONGEST_TITLE],
                "product_group": said["product_group"],
                "contract_start": lot.start,
                "contract_end": lot.end,
                "items": items,
            }
        )
    return {
        "reference": notice.reference[:LONGEST_REFERENCE],
        "title": notice.title[:LONGEST_TITLE],
        "deadline": notice.deadline,
        "opening_at": notice.opening,
        "estimated_value": notice.value,
        "lots": lots,
    }


def _sent(value: Any) -> Any:
    """A document of ours in the words of REST; what is not known is not there."""
    if isinstance(value, Mapping):
        return {camel(name): _sent(each) for name, each in value.items() if each is not None}
    return [_sent(each) for each in value] if isinstance(value, list) else spelled(value)


def _code_of(organisation_id: int) -> str:
    return str(Organisation.objects.values_list("code", flat=True).get(pk=organisation_id))
