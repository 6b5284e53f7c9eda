"""What is said of a file that is attached, for form and REST."""

from __future__ import annotations

from mvi_dashboard.ground.models import AttachmentDetail
from mvi_dashboard.ground.shapes import Boolean, Choice, Date, Object, Reason, Text

ATTACHMENT = Object(
    {
        "kind": Choice(
            AttachmentDetail.Kind.values, names=dict(AttachmentDetail.Kind.choices), label="Wat is het?"
        ),
        "subject": Text(200, label="Waarover gaat het?", help="Bijvoorbeeld: gerecycled staal, 90 %."),
        "valid_until": Date(required=False, label="Geldig tot", help="Staat er geen datum op? Laat dit leeg."),
        "or_equivalent": Boolean(
            required=False,
            default=False,
            label="Of gelijkwaardig",
            help="Dit is niet het gevraagde keurmerk, maar bewijst hetzelfde.",
        ),
        "shared": Boolean(
            required=False,
            default=False,
            label="Leveranciers mogen dit zien",
            help="Van een aanbesteding: iedere leverancier, vanaf de publicatie. Van een contract: de leverancier "
            "ervan.",
        ),
        "line": Text(100, required=False, default="", label="Product", help="Het kenmerk van het product."),
        "field": Text(80, required=False, default="", label="Bewijs voor", help="De vraag die dit bewijst."),
    }
)
WITHDRAWAL = Object(
    {
        "reason": Reason(
            required=False,
            label="Waarom trekt u dit bestand in?",
            help="Niet nodig voor een bestand bij uw eigen inschrijving.",
        )
    }
)
