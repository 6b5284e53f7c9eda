"""The first command of the README: everything with made-up data, on one machine, without a server beside it."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from indicators import releases
from mvi_dashboard import demo
from mvi_dashboard.demo.people import PASSWORD, PERSONS
from mvi_dashboard.ground.models import Role
from mvi_dashboard.server import serve

ADDRESS = "127.0.0.1"


class Command(BaseCommand):
    """`demo [--port N] [--no-server]`"""

    help = "Start het dashboard met verzonnen voorbeeldgegevens."

    def add_arguments(self, parser: CommandParser) -> None:
        """The port, and whether to serve at all."""
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--no-server", action="store_true", help="Alleen de gegevens laden.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load once, say where it is and who can sign in, and serve."""
        port = options["port"]
        if not options["no_server"]:
            _require_free(port)
        call_command("migrate", verbosity=0)
        releases.load(settings.BASE_DIR / "fixtures" / "reference-2026.1")
        demo.load(lambda line: self.stdout.write(f"Voorbeeld laden: {line}"))
        self.say_where(port)
        if not options["no_server"]:
            # WhiteNoise warns when there is no folder of collected files, which the demo does not need.
            Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
            from mvi_dashboard.wsgi import application

            serve(ADDRESS, port, application)

    def say_where(self, port: int) -> None:
        """Print the address, the password and every name with its role and place."""
        self.stdout.write(f"\nOpen http://{ADDRESS}:{port}/ (stoppen: Ctrl+C)")
        self.stdout.write(f"Log in met een van deze namen en het wachtwoord {PASSWORD}")
        for username, role, place, _name in PERSONS:
            self.stdout.write(f"  {username:<18} {Role(role).label:<26} {place}".rstrip())
        # Into a pipe nothing would be seen before the server stops.
        self.stdout.flush()


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except OSError:
            raise CommandError(
                f"Poort {port} is bezet. Kies een andere: manage.py demo --port {port + 1}"
            ) from None
