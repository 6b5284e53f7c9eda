"""`manage.py sign_imprints`: sign what the timer has not signed yet, and print the last signature."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from mvi_dashboard.ground import imprint_signatures


class Command(BaseCommand):
    """Signs imprints."""

    help = "Sign all imprints that have no signature yet; print the last signature, to be kept elsewhere."

    def handle(self, *args: Any, **options: Any) -> None:
        """Sign, and print."""
        last = imprint_signatures.sign()
        self.stdout.write(f"{last.pk} {last.key_id} {last.hmac}" if last else "nothing to sign")
