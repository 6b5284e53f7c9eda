"""How fast it is, as ratios in one run, in a scratch database beside the real one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from indicators import releases
from mvi_dashboard.benchmark import calculation, drawing, imports, recording, road, searching
from mvi_dashboard.benchmark.measuring import machine


class Command(BaseCommand):
    """`benchmark [--lines N] [--json FILE]`"""

    help = "Meet hoe snel het is, als verhoudingen in één keer, in een eigen lege database."

    def add_arguments(self, parser: CommandParser) -> None:
        """How many lines the core gets, and where the report goes."""
        parser.add_argument("--lines", type=int, default=50_000)
        parser.add_argument("--json", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        """Measure, print, and write the report."""
        real = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            releases.load_all(settings.BASE_DIR / "fixtures")
            engines, agreement = calculation.engines(options["lines"])
            drawn, drawn_agreement = drawing.engines()
            engines += drawn + road.engines()
            engines += recording.engines()
            engines += imports.engines()
            engines += searching.engines()
        finally:
            connection.creation.destroy_test_db(real, verbosity=0)
        report = {
            "machine": machine(),
            "lines": options["lines"],
            "engines": [engine.as_json() for engine in engines],
            "agreement": agreement,
            "drawnAgreement": drawn_agreement,
        }
        self._say(report)
        if options["json"]:
            Path(options["json"]).write_text(json.dumps(report, indent=1), encoding="utf-8")

    def _say(self, report: dict[str, Any]) -> None:
        self.stdout.write(f"{report['machine']}; {report['lines']} lines, agreement {report['agreement']:.1e}")
        self.stdout.write(f"draws agree within {report['drawnAgreement']:.1e}")
        for engine in report["engines"]:
            self.stdout.write(f"{engine['ratio']:>10.2f} x  {engine['seconds']:.6f} s  {engine['name']}")
