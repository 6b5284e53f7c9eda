"""`manage.py verify`: a line per difference; exit 1 when there is one."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from mvi_dashboard.ground import verification


class Command(BaseCommand):
    """Checks what must always hold."""

    help = "Check what must always hold; print a line per difference and exit 1 when there is one."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which checks; all without one."""
        parser.add_argument("check", nargs="*", help=", ".join(verification.names()))

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the checks."""
        unknown = set(options["check"]) - set(verification.names())
        found = [f"verify: no check is called {name}" for name in sorted(unknown)]
        if not unknown:
            found = list(verification.differences(options["check"]))
        for line in found:
            self.stdout.write(line)
        if found:
            sys.exit(1)
        self.stdout.write(f"0 differences in {len(options['check'] or verification.names())} checks")
