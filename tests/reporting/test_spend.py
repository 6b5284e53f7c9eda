"""The spend scan: read by cell, taken over whole, estimated as a range, and replaced by contracts."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings

from indicators import releases
from indicators.models import FactorSetVersion, ProductGroup, SpendFactor
from indicators.selectors.per_euro import spend_version
from mvi_dashboard.ground import clock
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import Organisation, Role
from mvi_dashboard.ground.problems import Kind, Refused
from reporting.models import SpendEntry, SpendImport, SpendMapping, SpendPreview
from reporting.selectors import scope_of
from reporting.spend import importing, mapping, undoing
from reporting.spend.bands import MIDDLES
from reporting.spend.footprint import Purchasing, all_purchasing

from .spend import FILE, HEAD, read, taken_over

pytestmark = pytest.mark.django_db
RELEASE = settings.BASE_DIR / "fixtures" / "reference-2026.2-spend"


@pytest.fixture
def factors(reference: None) -> None:
    """The factors per euro beside the reference data."""
    if spend_version() is None:
        releases.load(RELEASE)


@pytest.fixture
def actor(factors: None, organisation: Organisation, actor_as: Callable[..., Actor]) -> Actor:
    """A policy officer, who brings spend in."""
    return actor_as(Role.POLICY_OFFICER, organisation)


def refused(act: Callable[..., Any], *args: Any, **named: Any) -> list[tuple[Any, str]]:
    with pytest.raises(Refused) as found:
        act(*args, **named)
    return [(problem.attr, problem.code) for problem in found.value.problems]


def say(actor: Actor, *said: tuple[str, str]) -> None:
    rows = [{"kind": "category", "code": code, "meaning": meaning} for code, meaning in said]
    mapping.map_categories(actor, document={"mappings": rows})


def purchasing(actor: Actor, year: int = 2026) -> Purchasing:
    return all_purchasing(scope_of(actor), year)


def test_every_range_per_euro_has_its_source_and_says_at_which_prices(factors: None) -> None:
    rows = SpendFactor.objects.select_related("source")
    assert rows.filter(group=None).count() == 42
    assert rows.exclude(group=None).count() == 44
    assert {row.price_year for row in rows} == {2023}
    assert all(row.low <= row.value <= row.high and row.source.share_alike and row.boundary for row in rows)
    roads = rows.get(group__code="wegen")
    assert (roads.low, roads.value, roads.high, roads.unit) == (0.219, 0.219, 0.353, "kg CO2-eq/EUR")
    left_out = {"elektriciteit", "gas-en-warmte"}
    assert not rows.filter(group__code__in=left_out).exists()
    assert not rows.filter(cpv_division__in=["09", "41", "65"]).exists()
    version = FactorSetVersion.objects.get(factor_set__code="uitgaven-nl-2026")
    assert version.state == "published"
    assert releases.load(RELEASE).total == 0


def test_a_file_becomes_entries_and_what_does_not_count_is_told(actor: Actor) -> None:
    made = taken_over(actor)
    assert (made.rows, made.total) == (4, Decimal("952000.00"))
    assert made.told == {
        "rows": 4, "negative": 1, "persons": 1, "open_ended": 0, "without_amount": 1, "totals": 1, "wrong": 0,
    }  # fmt: skip
    assert set(SpendEntry.objects.values_list("supplier_name", flat=True)) == {
        "Bouw Model B.V.", "Groen Proef", "particulier",
    }  # fmt: skip
    assert SpendPreview.objects.get().content == b""


def test_what_is_suggested_counts_for_nothing_until_a_person_says_so(actor: Actor) -> None:
    taken_over(actor)
    states = dict(SpendMapping.objects.values_list("code", "state"))
    assert states["449000 Subsidies"] == "suggested"
    before = purchasing(actor)
    assert (before.euros["spend"], before.euros["none"]) == (0.0, 952_000.0)
    say(actor, ("434000 Onderhoud wegen", "wegen"), ("449000 Subsidies", "buiten"))
    after = purchasing(actor)
    assert (after.euros["spend"], after.euros["none"], after.outside) == (900_000.0, 50_000.0, 2_000.0)
    # A credit note is taken off the same category: 900,000 euros times 0.219 to 0.353 kg.
    assert [(part.name, part.low, part.high) for part in after.estimated] == [
        ("Wegen", pytest.approx(197_100.0), pytest.approx(317_700.0))
    ]
    assert after.coverage["spend"] == pytest.approx(900 / 950)
    assert [(part.name, part.euros) for part in after.without] == [("438100 Diensten derden", 50_000.0)]
    assert after.narrowing[0].width == pytest.approx(120_600.0)


def test_a_choice_is_used_again_in_the_next_file(actor: Actor) -> None:
    taken_over(actor)
    say(actor, ("434000 Onderhoud wegen", "wegen"))
    next_year = HEAD + "Bouw Model B.V.;10,00;17-03-2027;434000 Onderhoud wegen;\n"
    later = read(actor, next_year, firstDay="2027-01-01", lastDay="2027-12-31")
    importing.take_over(actor, preview_id=later.public_id, document={})
    assert purchasing(actor, 2027).euros["spend"] == 10.0


def test_a_cpv_code_says_itself_what_was_bought(actor: Actor) -> None:
    text = "Leverancier;Bedrag;Datum;CPV\nA B.V.;100,00;17-03-2026;80500000-9\nB B.V.;100,00;18-03-2026;09310000\n"
    taken_over(actor, text)
    found = purchasing(actor)
    assert [(part.name, part.euros) for part in found.estimated] == [("CPV-afdeling 80", 100.0)]
    assert found.euros["none"] == 100.0


@pytest.mark.parametrize(
    ("row", "attr", "code"),
    [
        ("A B.V.;12.5;17-03-2026;X;", "rows.2.Bedrag", "mixed_decimal"),
        ("A B.V.;$ 12;17-03-2026;X;", "rows.2.Bedrag", "currency"),
        ("A B.V.;12,00;17-03-2025;X;", "rows.2.Boekdatum", "outside_period"),
        ("A B.V.;12,00;31-02-2026;X;", "rows.2.Boekdatum", "invalid_date"),
    ],
)
def test_what_is_wrong_stops_the_whole_file_unless_only_good_rows_are_asked(
    actor: Actor, row: str, attr: str, code: str
) -> None:
    good = "B B.V.;1.250,50;17-03-2026;X;\nC B.V.;7,00;19-03-2026;X;\n"
    preview = read(actor, f"{HEAD}{row}\n{good}")
    told = importing.read_as(preview, table := importing.table_in(preview), importing.reading_in(table, preview))
    assert [(problem.attr, problem.code) for problem in told.problems] == [(attr, code)]
    take = {"preview_id": preview.public_id}
    assert refused(importing.take_over, actor, **take, document={}) == [(attr, code)]
    assert not SpendImport.objects.exists()
    made = importing.take_over(actor, **take, document={"onlyGood": True})
    assert (made.rows, made.told["wrong"]) == (2, 1)


def test_another_currency_is_refused_by_row(actor: Actor) -> None:
    text = "Leverancier;Bedrag;Datum;Categorie;Valuta\nA;1,50;17-03-2026;X;EUR\nB;1,50;17-03-2026;X;SEK\n"
    preview = read(actor, text)
    assert refused(importing.take_over, actor, preview_id=preview.public_id, document={}) == [
        ("rows.3.Valuta", "currency")
    ]


def test_vat_is_taken_out_as_the_row_says_or_as_was_declared(actor: Actor) -> None:
    head = "Leverancier;Bedrag incl. btw;Datum;Categorie;Btw-tarief\n"
    taken_over(actor, head + "A;121,00;17-03-2026;X;\nB;109,00;17-03-2026;X;9\nC;50,00;17-03-2026;X;0\n")
    amounts = list(SpendEntry.objects.order_by("row").values_list("amount", flat=True))
    assert amounts == [Decimal("100.00"), Decimal("100.00"), Decimal("50.00")]


def test_bands_count_with_their_middle_and_never_beside_amounts(actor: Actor) -> None:
    head = "Categorie;Klasse;Bedrag\n"
    mixed = read(actor, head + "X;3;\nY;;100,00\nZ;14;\n")
    take = {"preview_id": mixed.public_id, "document": {}}
    assert refused(importing.take_over, actor, **take) == [("rows.4.Klasse", "range"), ("rows.2", "mixed_bands")]
    made = taken_over(actor, "Categorie;Klasse\nX;3\nY;13\nZ;0\n")
    assert (made.total, made.told["open_ended"], made.told["without_amount"]) == (Decimal("150075002.00"), 1, 1)


def test_the_same_file_is_refused_and_a_period_is_replaced_with_a_reason_only(actor: Actor) -> None:
    first = taken_over(actor)
    assert refused(read, actor, FILE) == [("file", "same_file")]
    other = read(actor, HEAD + "A B.V.;12,50;17-03-2026;X;\n")
    take = {"preview_id": other.public_id}
    assert refused(importing.take_over, actor, **take, document={}) == [("replaces", "overlap")]
    assert refused(importing.take_over, actor, **take, document={"replaces": True}) == [("reason", "required")]
    made = importing.take_over(actor, **take, document={"replaces": True, "reason": "Nieuwe export."})
    first.refresh_from_db()
    assert (first.ended_at is None, made.replaces) == (False, first)
    assert purchasing(actor).paid == 12.5


def test_what_was_taken_over_can_be_taken_back_until_the_next_day(actor: Actor) -> None:
    made = taken_over(actor)
    with clock.set_to(clock.now() + timedelta(days=1, minutes=1)):
        assert refused(undoing.undo, actor, import_id=made.public_id, document={"reason": "Fout."}) == [
            (None, "too_late")
        ]
    undoing.undo(actor, import_id=made.public_id, document={"reason": "Verkeerd bestand."})
    assert purchasing(actor).rows == 0
    assert read(actor).made is None


def test_spend_is_of_one_organisation(
    actor: Actor, organisation: Organisation, other_organisation: Organisation, actor_as: Callable[..., Actor]
) -> None:
    made, preview = taken_over(actor), read(actor, HEAD + "A;1,50;17-03-2026;X;\n")
    outsider = actor_as(Role.POLICY_OFFICER, other_organisation)
    reader = actor_as(Role.AUDITOR, organisation)
    assert list(undoing.imports_visible_to(outsider)) == []
    assert list(undoing.imports_visible_to(reader)) == [made]
    for who, kind in ((outsider, Kind.NOT_FOUND), (reader, Kind.FORBIDDEN)):
        with pytest.raises(Refused) as found:
            undoing.undo(who, import_id=made.public_id, document={"reason": "Weg."})
        assert found.value.kind is kind
    for who in (outsider, reader, actor_as(Role.POLICY_OFFICER, organisation)):
        with pytest.raises(Refused) as hidden:
            importing.own_preview(who, preview.public_id)
        assert hidden.value.kind is Kind.NOT_FOUND


def test_a_meaning_that_there_is_not_is_named(actor: Actor) -> None:
    taken_over(actor)
    rows = [
        {"kind": "category", "code": "434000 Onderhoud wegen", "meaning": "weegen"},
        {"kind": "category", "code": "onbekend", "meaning": "wegen"},
        {"kind": "category", "code": "449000 Subsidies", "meaning": "cpv-09"},
    ]
    assert refused(mapping.map_categories, actor, document={"mappings": rows}) == [
        ("mappings.0.meaning", "invalid_choice"),
        ("mappings.1.code", "does_not_exist"),
        ("mappings.2.meaning", "invalid_choice"),
    ]
    assert ProductGroup.objects.filter(code="wegen").exists()


def rows_of(name: str) -> list[dict[str, str]]:
    path = settings.BASE_DIR / "tests" / "worked_examples" / name
    with path.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def test_the_printed_totals_of_the_government_leave_out_what_they_do() -> None:
    rows = rows_of("spend_government_2019.csv")
    carbon, material = (sum(int(row[name]) for row in rows) for name in ("co2_kton", "material_kton"))
    assert (carbon, material) == (2_272, 4_955)
    roads = next(row for row in rows if row["category"] == "GWW")
    # Printed are 1.8 and 3 Mton: the sums without roads and waterways.
    assert carbon - int(roads["co2_kton"]) == 1_823
    assert material - int(roads["material_kton"]) == 3_002


def test_the_bands_have_the_middles_of_the_source() -> None:
    assert {int(row["band"]): Decimal(row["middle"]) for row in rows_of("spend_bands.csv")} == MIDDLES
