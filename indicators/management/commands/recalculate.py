"""Build a basis on the newest published versions and make it current, with everything recalculated."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from indicators.factors import bases
from mvi_dashboard.ground import jobs
from mvi_dashboard.ground.audit import SYSTEM
from mvi_dashboard.ground.models import Job


class Command(BaseCommand):
    """`recalculate`"""

    help = "Bouw een rekenbasis op de nieuwste versies, herreken alles en maak die geldig."

    def handle(self, *args: Any, **options: Any) -> None:
        """Carry out the job here and say how it ended; a job that somebody else holds is left to them."""
        with transaction.atomic():
            basis = bases.build_beside()
            if basis is None:
                self.stdout.write("De geldige rekenbasis rust al op de nieuwste versies.")
                return
            job = bases.start_build(SYSTEM, basis)
        jobs.run(job.pk)
        job.refresh_from_db()
        if job.state != Job.State.DONE:
            raise CommandError(f"Niet klaar ({job.get_state_display().lower()}): {job.problems}")
        self.stdout.write(f"{basis.code} is geldig; {job.done} delen herrekend.")
