"""What a webhook can be told: a closed list."""

from __future__ import annotations

from enum import StrEnum


class Event(StrEnum):
    """The code of each event, as it stands in `type`."""

    BID_RECEIVED = "bid.received"
    TENDER_OPENED = "tender.opened"
    AWARD_DECIDED = "award.decided"
    CONTRACT_MADE = "contract.made"
    RECORD_ADDED = "record.added"
    BASIS_SWITCHED = "basis.switched"


TEST = "test"
"""What the button "Stuur een proefbericht" sends"""

WORDS = {
    Event.BID_RECEIVED: "Er kwam een inschrijving binnen",
    Event.TENDER_OPENED: "De inschrijvingen zijn geopend",
    Event.AWARD_DECIDED: "Er is voorlopig gegund",
    Event.CONTRACT_MADE: "Er is een contract gemaakt",
    Event.RECORD_ADDED: "Er is iets vastgelegd bij een contract",
    Event.BASIS_SWITCHED: "De rekenbasis is gewisseld",
    TEST: "Proefbericht",
}
