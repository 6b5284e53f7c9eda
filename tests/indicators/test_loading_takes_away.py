"""A release that takes away or bends what holds here is loaded only with a reason."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from indicators.models import FactorSetVersion, MethodVersion, WeightingSetVersion
from mvi_dashboard.ground.models import AuditEntry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]
SHIPPED = settings.BASE_DIR / "fixtures" / "reference-2026.1"


def _add(file: Path, wanted: Callable[[list[str]], bool], change: Callable[[list[str]], list[str]]) -> None:
    """Adds a changed copy of the rows that are wanted."""
    with file.open(encoding="utf-8", newline="") as text:
        rows = list(csv.reader(text))
    more = [change(row) for row in rows[1:] if wanted(row)]
    assert more
    with file.open("w", encoding="utf-8", newline="") as text:
        csv.writer(text).writerows([*rows, *more])


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """What ships, with a second version of the national set that has one factor."""
    folder = tmp_path / "uitgave"
    shutil.copytree(SHIPPED, folder)
    source = folder / "factors-nl-open-2026.csv"
    (folder / "nieuw.csv").write_text(
        "\n".join(source.read_text(encoding="utf-8").splitlines()[:2]), encoding="utf-8"
    )

    def second(cells: list[str]) -> list[str]:
        return ["2" if cell == "1" else "nieuw.csv" if cell == source.name else cell for cell in cells]

    _add(folder / "factor_sets.csv", lambda cells: cells[0] == "nl-open-2026", second)
    return folder


def test_a_release_that_drops_the_national_factors_is_asked_about(release: Path) -> None:
    said = StringIO()
    with pytest.raises(CommandError):
        call_command("load_reference_data", str(release), stderr=said)
    assert "verdwijnen er" in said.getvalue()
    assert FactorSetVersion.objects.filter(factor_set__code="nl-open-2026").count() == 1
    call_command("load_reference_data", str(release), "--reason", "Besluit.", stdout=StringIO())
    assert FactorSetVersion.objects.filter(factor_set__code="nl-open-2026").count() == 2
    assert AuditEntry.objects.get(verb="reference.load").reason == "Besluit."


def test_a_release_with_prices_that_jump_is_asked_about(tmp_path: Path) -> None:
    folder = tmp_path / "uitgave"
    shutil.copytree(SHIPPED, folder)
    known = WeightingSetVersion.objects.order_by("id").first()
    assert known is not None

    def is_own(cells: list[str]) -> bool:
        return cells[0] == known.code

    def newer(cells: list[str]) -> list[str]:
        return [cells[0], "99", *cells[2:]]

    header = (folder / "weights.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    euro = header.index("eur")

    def dearer(cells: list[str]) -> list[str]:
        return [cells[0], "99", *cells[2:euro], str(float(cells[euro]) * 1000), *cells[euro + 1 :]]

    _add(folder / "weighting_sets.csv", is_own, newer)
    _add(folder / "weights.csv", is_own, dearer)
    said = StringIO()
    with pytest.raises(CommandError):
        call_command("load_reference_data", str(folder), stderr=said)
    assert "meer dan 10 keer zo groot of zo klein" in said.getvalue()
    assert not WeightingSetVersion.objects.filter(version="99").exists()


def test_loading_what_ships_again_asks_nothing() -> None:
    call_command("load_reference_data", stdout=StringIO())
    before = MethodVersion.objects.count()
    call_command("load_reference_data", stdout=StringIO())
    assert MethodVersion.objects.count() == before
