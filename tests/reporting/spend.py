"""Files of spend for tests."""

from __future__ import annotations

from typing import Any

from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.columns import page
from mvi_dashboard.ground.columns.detecting import detect
from mvi_dashboard.ground.sent_files import Upload
from reporting.models import SpendImport, SpendPreview
from reporting.spend import importing
from reporting.spend.layout import SPEND

HEAD = "Crediteur;Bedrag;Boekdatum;Grootboek;Contractnr\n"
FILE = (
    HEAD
    + "Bouw Model B.V.;1.000.000,00;17-03-2026;434000 Onderhoud wegen;\n"
    + "Bouw Model B.V.;-100.000,00;18-03-2026;434000 Onderhoud wegen;\n"
    + "Groen Proef;50.000,00;19-03-2026;438100 Diensten derden;\n"
    + "J. Jansen;2.000,00;20-03-2026;449000 Subsidies;\n"
    + "Groen Proef;;21-03-2026;438100 Diensten derden;\n"
    + "Totaal;952.000,00;;;\n"
)
PERIOD: dict[str, Any] = {"firstDay": "2026-01-01", "lastDay": "2026-12-31"}


def read(actor: Actor, text: str = FILE, **more: Any) -> SpendPreview:
    """A file that was read, with its columns as they are recognised."""
    preview = importing.read_file(actor, upload=Upload("uitgaven.csv", text.encode()), document=PERIOD | more)
    table = importing.table_in(preview)
    found = detect(table, SPEND)
    importing.choose_columns(preview, page.document_of("", table, found.reading))
    return preview


def taken_over(actor: Actor, text: str = FILE, **more: Any) -> SpendImport:
    """An import of this file."""
    preview = read(actor, text)
    return importing.take_over(actor, preview_id=preview.public_id, document=more)
