"""What the start page says to each role: a question, and the steps that its work has."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mvi_dashboard.ground import access
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import Role


@dataclass(frozen=True)
class Step:
    """One step of somebody's work, the page where it is done (a name of an address), and the act that it takes."""

    title: str
    text: str
    view: str
    act: str = ""


@dataclass(frozen=True)
class Welcome:
    """Title, lead and steps of the start page."""

    title: str
    lead: str
    steps: tuple[Step, ...]


_GROUPS = Step(
    "Zie waar het getal vandaan komt", "Elke factor heeft een bron, een jaar en een licentie.", "indicators:groups"
)
_TRY = Step("Reken zelf", "Vul een product in en zie elke stap van de berekening.", "indicators:assess")
_ORGANISATION = Step(
    "Bekijk het dashboard",
    "Beloofd, tot nu en prognose van uw organisatie.",
    "reporting:organisation",
    access.REPORT_READ,
)
_NATIONAL = Step(
    "Vergelijk met het land", "De som van alle organisaties.", "reporting:national", access.NATIONAL_READ
)
_CONTRACTS = Step(
    "Leg vast wat er gebeurt",
    "Levering, gebruik, reparatie en afvoer. Dan ziet u of het gaat zoals beloofd.",
    "contracts:list",
)
_TENDERS = Step("Lees mee met aanbestedingen", "Van de vraag tot de gunning.", "tenders:list", access.TENDER_READ)
_BY_ROLE = {
    Role.SUPPLIER: Welcome(
        "Waar wilt u op inschrijven?",
        "Aanbestedingen die openstaan, en uw inschrijvingen.",
        (
            _TRY,
            Step("Schrijf in", "Uw inschrijving is verzegeld tot de opening.", "tenders:list"),
            Step("Bekijk uw inschrijvingen", "Met uw ontvangstbewijs en uw eigen uitkomst.", "tenders:bids"),
        ),
    ),
    Role.PROCUREMENT_OFFICER: Welcome(
        "Wat moet er met uw aanbestedingen gebeuren?",
        "Van vraag naar gunning, met effect.",
        (
            Step("Maak uw aanbesteding", "Hoeveel is er nodig, en hoe lang?", "tenders:new"),
            Step("Vergelijk en gun", "Per inschrijving het effect, en waar het vandaan komt.", "tenders:list"),
            Step("Volg het contract", "Zie of het gaat zoals beloofd.", "contracts:list"),
        ),
    ),
    Role.CONTRACT_MANAGER: Welcome(
        "Wat is er echt gebeurd?",
        "Leg levering, gebruik en afvoer vast bij uw contracten.",
        (_CONTRACTS, _ORGANISATION, _GROUPS),
    ),
    Role.FACILITY_MANAGER: Welcome(
        "Wat is er geleverd en afgevoerd?", "Leg het vast bij het contract.", (_CONTRACTS, _GROUPS)
    ),
    Role.COMMISSIONER: Welcome(
        "Wat koopt u in, en wat doet het?",
        "Lees mee met aanbestedingen en contracten, en zie het effect.",
        (
            _TENDERS,
            Step("Bekijk uw contracten", "Zie of het gaat zoals beloofd.", "contracts:list", access.CONTRACT_READ),
            _ORGANISATION,
            _GROUPS,
        ),
    ),
    Role.ORGANISATION_ADMINISTRATOR: Welcome(
        "Kan iedereen aan het werk?",
        "Regel wie er bij uw organisatie mag werken, en wat er voor het begin nodig is.",
        (
            Step("Eerste dag", "Vijf stappen. Daarna kan iedereen aan het werk.", "first-day", access.ADMINISTER),
            Step("Mensen en rollen", "Nodig collega's uit en geef hun een rol.", "people", access.ADMINISTER),
            Step("Vervanging", "Leg vast wie een collega vervangt.", "deputies", access.ADMINISTER),
            _ORGANISATION,
            _GROUPS,
        ),
    ),
    Role.NATIONAL_VIEWER: Welcome(
        "Wat doet de inkoop van het land?",
        "Beloofd, tot nu en prognose, voor alle organisaties.",
        (Step("Bekijk het land", "Per productgroep, thema en jaar.", "reporting:national"), _GROUPS),
    ),
}
_OTHERS = Welcome(
    "Wat doet uw inkoop?",
    "Beloofd effect, effect tot nu en prognose, per productgroep.",
    (_ORGANISATION, _NATIONAL, _GROUPS, _TRY),
)


def welcome_for(actor: Actor) -> Welcome:
    """The words for the first role that somebody has, in the order of the road, with the steps open to them."""
    words = next((words for role, words in _BY_ROLE.items() if role in actor.roles), _OTHERS)
    return replace(words, steps=tuple(step for step in words.steps if not step.act or actor.may(step.act)))
