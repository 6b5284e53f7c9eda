"""Load a release of reference data; a second time changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from indicators import releases
from mvi_dashboard.ground.problems import Refused

DEFAULT = "fixtures/reference-2026.1"


class Command(BaseCommand):
    """`load_reference_data [folder]`"""

    help = "Laad een uitgave van de referentiegegevens (een tweede keer verandert niets)."

    def add_arguments(self, parser: CommandParser) -> None:
        """The folder of the release, and the reason for what it takes away."""
        parser.add_argument("folder", nargs="?", default=str(settings.BASE_DIR / DEFAULT))
        parser.add_argument("--reason", default="", help="Waarom er factoren mogen verdwijnen of springen.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and print what was added or what is wrong."""
        try:
            report = releases.load(Path(options["folder"]), reason=options["reason"])
        except Refused as refused:
            for problem in refused.problems:
                file, row, column = problem.path
                self.stderr.write(f"{file} rij {row} kolom {column}: {problem.detail}")
            raise CommandError("Niets geladen.") from None
        for name, count in report.added.items():
            self.stdout.write(f"{name}: {count} toegevoegd")
