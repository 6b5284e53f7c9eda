"""Build a basis and make it current, with everything recalculated."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from indicators.factors import bases
from mvi_dashboard.ground import jobs
from mvi_dashboard.ground.audit import SYSTEM
from mvi_dashboard.ground.models import Job


class Command(BaseCommand):
    """`recalculate`"""

    help = "Neem de nieuwste versies of een rekenbasis die klaarstaat, herreken alles en maak die geldig."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which basis, when it is one that a release brought."""
        parser.add_argument("--basis", default="", help="een rekenbasis die klaarstaat, zoals nl-open-2026-2")

    def handle(self, *args: Any, **options: Any) -> None:
        """Carry out the job here and say how it ended; a job that somebody else holds is left to them."""
        wanted = options["basis"]
        ready = [each.code for each in bases.released_bases()]
        if wanted and wanted not in ready:
            raise CommandError(f"{wanted} staat niet klaar; wel: {', '.join(ready) or 'geen'}.")
        with transaction.atomic():
            basis = bases.build(wanted)
            if basis is None:
                self.stdout.write("De geldige rekenbasis rust al op de nieuwste versies.")
                return
            job = bases.start_build(SYSTEM, basis)
        jobs.run(job.pk)
        job.refresh_from_db()
        if job.state != Job.State.DONE:
            raise CommandError(f"Niet klaar ({job.get_state_display().lower()}): {job.problems}")
        self.stdout.write(f"{basis.code} is geldig; {job.done} delen herrekend.")
