"""Bringing in bids that were opened on another platform: checked as any bid, sealed, and opened by two persons.

Who brings them in has seen them there. They count, and can be read here, only when two persons opened them here
too: so the second one looks at what was brought in before it is compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from mvi_dashboard.ground import access, formats
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.acts import Act, ActDeclaration, Doing, Done
from mvi_dashboard.ground.files.attaching import hang, kept_in
from mvi_dashboard.ground.files.keeping import Kept, drop
from mvi_dashboard.ground.files.receiving import Received
from mvi_dashboard.ground.idempotency import Once
from mvi_dashboard.ground.models import AttachmentDetail
from mvi_dashboard.ground.problems import Problem, Problems, conflict
from mvi_dashboard.ground.shapes import CONFIRMATIONS, ListOf, Moment, Object, Text, UnknownObject, read
from tenders.models import Bid, Tender
from tenders.selectors import get_tender

from . import states
from .inviting import hold_firm
from .received import ReceivedBid, read_received
from .sealing import FILES, keep_version

OF_FILE = {
    "platform_reference": Text(100, required=False, default="", label="Nummer van de inschrijving daar"),
    "file_sha256": Text(
        64,
        label="Hash van het bestand",
        help="SHA-256 van het bestand zoals het daar is geopend: 64 tekens. Van een werkboek rekenen wij die uit.",
    ),
}
BESIDE = ("platformReference", "fileSha256")
"""the same, as a document names them"""
LOAD = Object(
    {
        "opened_at": Moment(
            label="Geopend op het platform op", help="Zoals het in het proces-verbaal van opening staat."
        ),
        "first_opener": Text(140, label="Wie opende daar?", help="Naam zoals in het proces-verbaal."),
        "second_opener": Text(140, label="Wie opende daar als tweede?", help="Naam zoals in het proces-verbaal."),
        "bids": ListOf(
            UnknownObject(),
            min_items=1,
            max_items=200,
            label="Inschrijvingen",
            help="Elk een inschrijving, met supplier (naam, KvK-nummer of code), lot (nummer van het perceel), "
            "platformReference en fileSha256.",
        ),
        "confirmations": CONFIRMATIONS,
    }
)
_HEX = frozenset("0123456789abcdef")


@dataclass(frozen=True)
class Loading:
    """A tender that is held elsewhere, and the file of each bid that is brought in; none when they are data."""

    tender: Tender
    files: Sequence[tuple[Received, Kept]]


class _LoadingAct(Act[Loading, Tender]):
    """The act that brings bids in: files are sealed and kept before the transaction that makes their rows."""

    def __call__(
        self,
        actor: Actor,
        *,
        tender_id: UUID | str,
        document: Mapping[str, Any],
        files: Sequence[Received] = (),
        typed: bool = False,
        once: Once | None = None,
    ) -> Tender:
        """The tender with these bids, sealed until two persons open it. `files`: of each bid, in their order.

        Raises Refused with every problem, and then nothing is stored.
        """
        tender = get_tender(actor, tender_id)
        access.require(actor, self.declaration.permission, tender.organisation_id)
        require_loadable(tender)
        kept: list[tuple[Received, Kept]] = []
        try:
            kept += [(each, kept_in(each, tender.vault)) for each in files]
            return self.carry_out(
                actor, (tender_id, kept), document=document, expected_version=None, typed=typed, once=once
            )
        except BaseException:
            # Refused after all, or carried out before: nothing stays behind.
            for _, file in kept:
                drop(file)
            raise

    def lock(self, actor: Actor, named: tuple[UUID | str, Sequence[tuple[Received, Kept]]]) -> Loading:
        """Raises Refused: absent, forbidden."""
        return Loading(states.lock_tender(actor, named[0], self.declaration.permission), named[1])

    def require_state(self, target: Loading) -> None:
        """Raises Refused 409 for a tender of which no bids come from elsewhere now."""
        require_loadable(target.tender)


@partial(
    _LoadingAct,
    ActDeclaration(
        verb="tender.load_bids",
        title="Lees inschrijvingen in van een ander platform",
        permission=access.TENDER_EDIT,
        reads=LOAD,
        person="Inschrijvingen inlezen",
        status=201,
    ),
)
def load_bids(doing: Doing[Loading]) -> Done[Tender]:
    """The tender with these bids: sealed, each marked with where it came from, its openers and its file."""
    tender, data = doing.target.tender, doing.data
    files = list(doing.target.files)
    require_time(tender, doing.now)
    doing.problems += check_opening(tender, data, doing.now)
    documents = with_confirmations(data.get("bids") or (), data.get("confirmations") or ())
    if files:
        documents = [{**each, "fileSha256": file.sha256} for each, (file, _) in zip(documents, files, strict=True)]
    found, wrong = check_bids(doing.actor, tender, documents, doing.now, typed=bool(files))
    doing.problems += wrong
    doing.problems.refuse()
    for number, bid in enumerate(found):
        assert bid is not None
        _store(doing, bid, documents[number], files[number] if files else None)
    said = {"bids": len(found), "openedThereAt": data["opened_at"], "openers": _openers(data)}
    return Done(tender, changes=said)


def check_bids(
    actor: Actor, tender: Tender, documents: Sequence[Mapping[str, Any]], now: datetime, *, typed: bool
) -> tuple[list[ReceivedBid | None], Problems]:
    """Each bid as it was read, and every problem: of what is in it, and of what is there already."""
    numbers = range(len(documents)) if typed else ()
    found, problems = read_received(actor, tender, documents, now, beside=BESIDE, typed=numbers)
    counting = Bid.objects.filter(lot__tender=tender).exclude(state=Bid.State.WITHDRAWN)
    there = list(counting.values_list("lot", "supplier", "platform_file_sha256"))
    firms, files = {(lot, firm) for lot, firm, _ in there}, {(lot, digest) for lot, _, digest in there}
    for number, (bid, document) in enumerate(zip(found, documents, strict=True)):
        wrong = _check_file(document)
        if bid is not None:
            wrong += _check_first(bid, document, firms, files, {(lot, firm) for lot, firm, _ in there})
        problems += [each.under("bids", number) for each in wrong]
    return found, problems


def _check_file(document: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with what is said of its file."""
    said, wrong = read(Object(OF_FILE), {name: document[name] for name in BESIDE if name in document})
    digest = said.get("file_sha256") or ""
    if digest and (len(digest) != 64 or not set(digest) <= _HEX):
        text = "Een SHA-256 heeft 64 tekens: cijfers en de kleine letters a tot en met f."
        wrong.add(Problem(("fileSha256",), "invalid", text))
    return list(wrong)


def _check_first(
    bid: ReceivedBid,
    document: Mapping[str, Any],
    firms: set[tuple[int, int]],
    files: set[tuple[int, str]],
    there: set[tuple[int, int]],
) -> list[Problem]:
    """Whether it is the only one of its firm and of its file on its lot; from now on it is there."""
    found, firm, file = [], (bid.lot.pk, bid.supplier.pk), (bid.lot.pk, str(document.get("fileSha256") or ""))
    name = bid.supplier.name
    if firm in there:
        text = f"Van {name} is op dit perceel al een inschrijving ingelezen. Haal die eerst weg."
        found.append(Problem(("supplier",), "duplicate_bid", text))
    elif firm in firms:
        text = f"Van {name} staan er twee op dit perceel: kies welke telt, en laat de andere weg."
        found.append(Problem(("supplier",), "duplicate_bid", text))
    if file[1] and file in files:
        text = "Dit bestand is op dit perceel al ingelezen: elke inschrijving heeft een eigen bestand."
        found.append(Problem(("fileSha256",), "duplicate_file", text))
    firms.add(firm)
    files.add(file)
    return found


def check_opening(tender: Tender, data: Mapping[str, Any], now: datetime) -> list[Problem]:
    """What is wrong with what is said of the opening on the platform."""
    found, moment = [], data.get("opened_at")
    if moment is not None and moment > now:
        found.append(Problem(("openedAt",), "future", "Dit ligt in de toekomst: lees in wat daar al open is."))
    elif moment is not None and tender.deadline is not None and moment < tender.deadline:
        text = f"Inschrijven kon tot {formats.moment(tender.deadline)}: daarvoor kan er niet zijn geopend."
        found.append(Problem(("openedAt",), "before_deadline", text))
    first, second = (str(data.get(name) or "").strip().casefold() for name in ("first_opener", "second_opener"))
    if first and first == second:
        text = "Vul twee verschillende personen in: openen doet u ook daar met zijn tweeën."
        found.append(Problem(("secondOpener",), "same_person", text))
    return found


def require_loadable(tender: Tender) -> None:
    """Raises Refused 409 unless bids of this tender come from elsewhere, and were not opened here yet."""
    if not tender.held_elsewhere:
        text = "Deze aanbesteding loopt hier: inschrijvingen komen van leveranciers zelf."
        raise conflict("not_elsewhere", text)
    states.require_status(tender, (Tender.Status.PUBLISHED,), "Inlezen kan tot de opening hier.")
    if tender.vault is not None and tender.vault.opened_at is not None:
        raise conflict("wrong_state", "De inschrijvingen zijn hier al geopend: inlezen kan niet meer.")


def require_time(tender: Tender, now: datetime) -> None:
    """Raises Refused 409 before the moment from which the platform opens."""
    begins = max(filter(None, (tender.deadline, tender.opening_at)))
    if now < begins:
        raise conflict("too_early", f"Het platform opent vanaf {formats.moment(begins)}: lees daarna in.")


def with_confirmations(
    documents: Sequence[Mapping[str, Any]], confirmations: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The bids, each with what was confirmed about it beside what it holds itself."""
    found = [dict(each) for each in documents]
    for number, document in enumerate(found):
        start = f"bids.{number}."
        mine = [
            {**each, "attr": str(each["attr"]).removeprefix(start)}
            for each in confirmations
            if str(each.get("attr") or "").startswith(start)
        ]
        own = document.get("confirmations")
        if mine:
            document["confirmations"] = [*(own if isinstance(own, list) else ()), *mine]
    return found


def _store(
    doing: Doing[Loading], bid: ReceivedBid, document: Mapping[str, Any], file: tuple[Received, Kept] | None
) -> None:
    """The bid, sealed as one of a supplier here, with its file."""
    tender, data, now = doing.target.tender, doing.data, doing.now
    hold_firm(bid.supplier.pk)
    row = Bid.objects.create(
        organisation_id=tender.organisation_id,
        lot=bid.lot,
        supplier=bid.supplier,
        state=Bid.State.SUBMITTED,
        channel=Bid.Channel.OFFICER,
        platform=tender.platform,
        platform_reference=document.get("platformReference") or "",
        platform_opened_at=data["opened_at"],
        platform_openers=_openers(data),
        platform_file_sha256=document["fileSha256"],
        created_at=now,
    )
    sealed = bid.sealed
    if file is not None:
        said = {"kind": AttachmentDetail.Kind.TENDER, "subject": f"Inschrijving van {tender.platform}"}
        key = hang("bid", row, *file, said=said, by=doing.person, at=now)
        sealed |= {FILES: [{"id": key, "sha256": file[0].sha256}]}
    keep_version(row, 1, sealed, now)


def _openers(data: Mapping[str, Any]) -> str:
    return f"{data['first_opener']}, {data['second_opener']}"
