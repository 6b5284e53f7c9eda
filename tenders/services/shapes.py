"""What tenders, bids and decisions look like as documents: one definition for form and REST."""

from __future__ import annotations

from indicators.selectors import LEVELS, Protocol
from indicators.selectors.protocols import LIGHT, STANDARD
from indicators.services import DECLARED, asked_line, asked_row, energy_to_choose, purpose_names
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.shapes import (
    CONFIRMATIONS,
    Boolean,
    Choice,
    Date,
    Integer,
    ListOf,
    Moment,
    Money,
    Number,
    Object,
    Reason,
    Text,
    Uuid,
)
from tenders.models import StandstillGround
from tenders.models.awards import LEGAL_STANDSTILL_DAYS

DEFAULT_STANDSTILL_DAYS = LEGAL_STANDSTILL_DAYS
LONGEST_STANDSTILL_DAYS = 180
SHORTEST, LONGEST = "0.002", 100
"""years that something is needed: no shorter than most of a day, no longer than a century"""
_COUNT = "Hoeveel stuks u nodig heeft. Bij verbruik: hoeveel per jaar."
_YEARS = "Hoeveel jaar u ze nodig heeft."

_ENERGY_NAMES = purpose_names()
USE_ENERGY = Object(
    {
        purpose: Choice(flows, required=False, label=formats.capital(_ENERGY_NAMES[purpose]))
        for purpose, flows in energy_to_choose().items()
    },
    required=False,
    label="Energie in het gebruik",
    help="Welke energie u zelf inkoopt. Daarmee rekenen wij bij elke inschrijving. Leeg is gewoon: de mix van net "
    "en pomp.",
)
ITEM = Object(
    {
        "number": Integer(min=1, max=999, label="Nummer"),
        "description": Text(300, label="Wat heeft u nodig?"),
        "cpv": Text(10, required=False, label="CPV-code", help="Acht cijfers, bijvoorbeeld 39112000."),
        "product_type": Text(
            80,
            required=False,
            label="Soort product",
            help="Bijvoorbeeld laptop of beeldscherm. Bij een productgroep met soorten kiest u er een.",
        ),
        "needed_count": Number(min=0, exclusive_min=True, label="Aantal nodig", help=_COUNT),
        "needed_years": Number(min=SHORTEST, max=LONGEST, unit="jaar", label="Jaren nodig", help=_YEARS),
        "reference_product": Text(
            80,
            required=False,
            label="Referentieproduct",
            help="Wat wet en markt nu leveren. Daarmee vergelijken wij.",
        ),
        "baseline_product": Text(
            80, required=False, label="Basisproduct", help="Het gemiddelde product, als er geen referentie is."
        ),
        "use_energy": USE_ENERGY,
    }
)
LOT = Object(
    {
        "number": Integer(min=1, max=999, label="Nummer"),
        "title": Text(200, label="Naam van het perceel"),
        "product_group": Text(80, label="Productgroep"),
        "contract_start": Date(required=False, label="Begin van het contract"),
        "contract_end": Date(required=False, label="Einde van het contract"),
        "fewer_items_allowed": Boolean(
            required=False,
            default=False,
            label="Minder stuks aanbieden mag",
            help="Bij een functionele vraag: een leverancier mag het met minder oplossen.",
        ),
        "request_level": Choice(
            list(LEVELS),
            names=LEVELS,
            required=False,
            default=STANDARD,
            label="Hoeveel vraagt u?",
            help="Licht: alleen wat nodig is om te rekenen. Volledig: ook bewijs. Leeg is standaard.",
        ),
        "items": ListOf(ITEM, max_items=200, required=False, default=(), label="Vraag"),
        "needed_count": Number(min=0, exclusive_min=True, required=False, label="Aantal nodig", help=_COUNT),
        "needed_years": Number(
            min=SHORTEST, max=LONGEST, required=False, unit="jaar", label="Jaren nodig", help=_YEARS
        ),
    }
)
AMBITION = Object(
    {
        "theme": Text(80, label="Thema"),
        "level": Integer(min=0, max=3, label="Ambitie", help="Van 0 (geen) tot 3 (voorop lopen)."),
        "motivation": Text(2000, multiline=True, required=False, default="", label="Toelichting"),
        "main": Boolean(
            required=False, default=False, label="Hoofdthema", help="Precies één thema telt mee in totalen."
        ),
    }
)
TENDER = Object(
    {
        "reference": Text(60, label="Kenmerk", help="Uw eigen nummer van deze aanbesteding."),
        "title": Text(200, label="Titel"),
        "bidding_starts_at": Moment(required=False, label="Inschrijven kan vanaf"),
        "deadline": Moment(required=False, label="Inschrijven kan tot"),
        "opening_at": Moment(required=False, label="Openen kan vanaf"),
        "estimated_value": Money(required=False, label="Geschatte waarde zonder btw"),
        "lots": ListOf(LOT, max_items=50, required=False, default=(), label="Percelen"),
        "ambitions": ListOf(AMBITION, max_items=20, required=False, default=(), label="Ambities"),
    }
)

# What is consumed counts for the years of the contract, so a supplier may leave this open.
_CONTRACT_YEARS = Number(
    min=0,
    exclusive_min=True,
    required=False,
    unit="jaar",
    label="Levensduur",
    help="Mag leeg: wij nemen het contract.",
)


def bid_shape(*, consumed: bool, protocol: Protocol | None = None, level: str = LIGHT) -> Object:
    """The shape of a bid on a lot of a durable or of a consumed group, as its protocol asks at this level."""
    line = asked_line(protocol, consumed=consumed, level=level).with_fields(
        ({"lifetime_years": _CONTRACT_YEARS} if consumed else {})
        | {
            "item": Integer(
                min=1,
                max=999,
                required=False,
                label="Voor vraag",
                help="Het nummer van de vraag waar dit product een antwoord op is.",
            )
        }
    )
    return Object(
        {
            "lot": Uuid(required=False, label="Perceel"),
            "client_reference": Text(
                100, required=False, default="", label="Uw kenmerk", help="Uw eigen nummer voor deze inschrijving."
            ),
            "price": Money(label="Prijs zonder btw"),
            "currency": Choice(("EUR",), required=False, default="EUR", label="Munt"),
            "lines": ListOf(line, min_items=1, max_items=500, label="Producten"),
            "declared_results": ListOf(
                asked_row(DECLARED, "declared", protocol),
                max_items=500,
                required=False,
                default=(),
                label="Eigen resultaten",
            ),
            "confirmations": CONFIRMATIONS,
        }
    )


_LOT = Uuid(required=False, label="Perceel")
DECISION = Object(
    {
        "lot": _LOT,
        "bid": Uuid(label="Inschrijving"),
        "reason": Reason(5000, multiline=True, label="Waarom deze inschrijving?"),
        "standstill_days": Integer(
            min=0,
            max=LONGEST_STANDSTILL_DAYS,
            required=False,
            default=DEFAULT_STANDSTILL_DAYS,
            label="Wachttijd in dagen",
            help="Andere leveranciers kunnen dan bezwaar maken. Gewoon is 20 hele dagen na vandaag. Eindigt "
            "dat op een zaterdag, zondag of feestdag? Dan wordt het de volgende werkdag.",
        ),
        "standstill_ground": Choice(
            StandstillGround.values,
            names=dict(StandstillGround.choices),
            required=False,
            default="",
            label="Op welke grond mag de wachttijd korter?",
            help="Bij 0 dagen moet een tweede persoon van uw organisatie hetzelfde beslissen.",
        ),
        "standstill_reason": Text(
            2000, multiline=True, required=False, default="", label="Waarom een kortere wachttijd?"
        ),
        "decided_at": Moment(
            required=False,
            label="Wanneer besliste u?",
            help="Alleen bij een aanbesteding die elders loopt: het moment van de brieven daar. Leeg is nu.",
        ),
        "confirmations": CONFIRMATIONS,
    }
)
WITHDRAWAL = Object({"lot": _LOT, "reason": Reason(5000, multiline=True, label="Reden")})
CANCELLATION = Object({"reason": Reason(5000, multiline=True, label="Reden")})
