"""A chart is described once: what is drawn, what the legend says and what the table holds are the same numbers."""

from __future__ import annotations

import re
from typing import Any

import pytest

from mvi_dashboard.ground import charts
from mvi_dashboard.ground.charts import (
    Bars,
    Column,
    Crossing,
    Line,
    Lines,
    Mark,
    Reference,
    Step,
    Steps,
    Years,
)
from mvi_dashboard.ground.charts import years as lines
from mvi_dashboard.ground.charts.years import runs_of, ticks_of

RECT = re.compile(r'<rect class="([\w-]+)" x="([\d.-]+)" y="([\d.-]+)" width="([\d.]+)" height="([\d.]+)"/>')
TEXT = re.compile(r"<text [^>]*>([^<]*)</text>")


def column(*values: float | None, label: str = "Ton") -> Column:
    return Column(label, ["onbekend" if value is None else f"{value:g}" for value in values], values)


def bars(*values: float | None, **more: Any) -> Bars:
    found = column(*values)
    names = [f"Groep {place}" for place, _value in enumerate(values)]
    given = {"marks": [Mark(found, "actual")], "columns": [found], "head": "Groep", "caption": "Ton"} | more
    return Bars(id="g", title="Groep 0 weegt het zwaarst", unit="ton", names=names, **given)


def years(*values: float | None, kind: str = "actual", **more: Any) -> Years:
    found = column(*values)
    given = {
        "marks": [Mark(found, kind)],
        "columns": [found],
        "names": [str(2021 + n) for n in range(len(values))],
    }
    return Years(id="j", title="Het daalt", unit="ton", first=2021, head="Jaar", caption="Ton", **given | more)


def wide(chart: charts.Chart) -> str:
    return charts.drawings(chart).split("</svg>")[0]


def boxes(chart: charts.Chart, kind: str) -> list[tuple[float, float]]:
    """(left, width) of the boxes of this kind in the wide drawing."""
    return [(float(x), float(w)) for css, x, _y, w, _h in RECT.findall(wide(chart)) if css == f"c-{kind}"]


def test_bars_are_as_long_as_their_numbers_and_begin_at_zero() -> None:
    (first, long), (second, short) = boxes(bars(8.0, 2.0), "actual")
    assert first == second
    assert long == pytest.approx(4 * short, abs=0.2)
    (plus, _width), (minus, width) = boxes(bars(4.0, -2.0), "actual")
    assert minus + width == pytest.approx(plus, abs=0.2)


def test_what_is_unknown_has_no_bar_and_is_said() -> None:
    chart = bars(8.0, None)
    assert len(boxes(chart, "actual")) == 1
    assert TEXT.findall(wide(chart)).count("onbekend") == 1
    assert chart.table is not None
    assert chart.table["rows"][1] == ["Groep 1", "onbekend"]


def test_everything_that_is_drawn_fits_in_its_drawing() -> None:
    for chart in (bars(8.0, -3.0, 1e6), years(1.0, None, -2.0, 3.0), years(5.0, 6.0, lines=False)):
        for drawing in charts.drawings(chart).split("</svg>")[:-1]:
            width, height = map(float, re.findall(r'viewBox="0 0 (\d+) (\d+)"', drawing)[0])
            for _css, x, y, w, h in RECT.findall(drawing):
                assert float(x) >= 0
                assert float(x) + float(w) <= width
                assert float(y) >= 0
                assert float(y) + float(h) <= height


def test_what_is_beyond_the_reference_is_extra_and_hatched() -> None:
    chart = bars(8.0, 2.0, reference=Reference(4.0, "Referentie 4", "Referentie, gemiddeld"))
    [(start, width)] = boxes(chart, "extra")
    (left, whole), _other = boxes(chart, "actual")
    assert width == pytest.approx(whole / 2, abs=0.2)
    assert start == pytest.approx(left + whole / 2, abs=0.2)
    assert "c-hatch" in wide(chart)
    assert [each["kind"] for each in chart.legend] == ["actual", "extra", "reference"]


def test_steps_begin_where_the_one_before_ended() -> None:
    steps = [
        Step("Beloofd", 0, 10, "10", "estimated", strong=True),
        Step("Gebruik", 10, 13, "+3", "extra"),
        Step("Aantal", 13, 12, "−1", "neutral"),
        Step("Prognose", 0, 12, "12", "actual", strong=True),
    ]
    kinds = {"extra": "Extra (+)", "avoided": "Minder (−)", "neutral": "Volume"}
    chart = Steps(id="s", title="Gebruik", unit="ton", steps=steps, kinds=kinds)
    [(left, width)], [(start, _more)] = boxes(chart, "estimated"), boxes(chart, "extra")
    assert start == pytest.approx(left + width, abs=0.2)
    assert [each["label"] for each in chart.legend] == ["Beloofd", "Prognose", "Extra (+)", "Volume"]
    assert charts.drawings(chart).count("c-muted") == 2


def test_every_year_is_equally_wide_and_a_line_stops_where_a_year_is_unknown() -> None:
    drawn = wide(years(1.0, None, 2.0, 3.0, 5.0))
    places = [float(x) for x in re.findall(r'<circle class="c-dot-actual" cx="([\d.]+)"', drawn)]
    slot = (places[-1] - places[0]) / 4
    assert [round((x - places[0]) / slot) for x in places] == [0, 2, 3, 4]
    assert drawn.count('class="c-line-actual"') == 1, "2021 stands alone, so it is a dot only"
    assert [year for year in TEXT.findall(drawn) if year.startswith("20")] == [
        "2021",
        "2022",
        "2023",
        "2024",
        "2025",
    ]


def test_a_line_has_its_last_number_at_its_end_and_a_line_that_goes_on_as_another_has_it_once() -> None:
    found = column(1.5, 2.5, 3.5)
    marks = [
        Mark(found, "forecast", where=[False, True, True]),
        Mark(found, "actual", where=[True, True, False]),
    ]
    said = TEXT.findall(wide(years(1.5, 2.5, 3.5, marks=marks)))
    assert said.count("3.5") == 1
    assert "2.5" not in said


def test_scales_have_round_numbers_and_hold_everything() -> None:
    assert ticks_of(0, 6210) == [0, 2000, 4000, 6000, 8000]
    assert ticks_of(-0.3, 1) == [-0.5, 0, 0.5, 1]
    assert ticks_of(-0.001, 100)[0] == 0, "next to nothing needs no room of its own"
    assert ticks_of(0, 0) == pytest.approx([0, 0.25])
    assert runs_of([1.0, None, 2.0, 3.0]) == [[(0, 1.0)], [(2, 2.0), (3, 3.0)]]


@pytest.mark.parametrize("chart", [bars(None), bars(0.0), bars(), years(None, None), years()])
def test_without_any_number_nothing_is_drawn(chart: charts.Chart) -> None:
    assert charts.drawings(chart) == ""


def test_what_people_typed_is_text_in_a_drawing() -> None:
    found = column(1.0)
    chart = Bars(id="g", title="t", unit="u", names=["<script>"], marks=[Mark(found, "actual")])
    assert "&lt;script&gt;" in charts.drawings(chart)
    assert "<script>" not in charts.drawings(chart)


STRONG = re.compile(r'<text x="[\d.-]+" y="([\d.-]+)" class="t-strong">([^<]*)</text>')


def test_only_what_goes_on_to_the_end_has_its_number_there_and_above_the_years() -> None:
    closed, still, promised = column(7.0, 9.0, None), column(8.0, 9.0, 0.0), column(8.0, 8.0, 0.0)
    marks = [Mark(promised, "estimated"), Mark(still, "forecast"), Mark(closed, "actual")]
    for drawing in lines.drawings(years(8.0, 8.0, 0.0, lines=True, marks=marks)):
        said = [(float(y), text) for y, text in STRONG.findall(str(drawing.svg))]
        assert [text for _y, text in said] == ["0", "0"], "halfway a text would lie over the lines"
        assert all(y < drawing.height - 26 for y, _text in said)
        assert abs(said[0][0] - said[1][0]) >= 14


def test_a_bar_that_is_known_between_ends_is_solid_to_the_low_and_open_to_the_high_one() -> None:
    said = Column("Geschat", ["4 tot 8", "2"], [5.0, 2.0])
    mark = Mark(said, "estimated", bounds=[(4.0, 8.0), None], to_ends=True)
    chart = bars(5.0, 2.0, marks=[mark], columns=[])
    (left, solid), (_same, exact) = boxes(chart, "estimated")
    [(start, beyond)] = boxes(chart, "open")
    assert start == pytest.approx(left + solid, abs=0.2)
    assert beyond == pytest.approx(solid, abs=0.2)
    assert exact == pytest.approx(solid / 2, abs=0.2)
    assert [each["label"] for each in chart.legend] == ["Laagste waarde", "Tot de hoogste waarde"]
    for drawing in charts.drawings(chart).split("</svg>")[:-1]:
        assert {"4 tot 8", "2"} <= set(TEXT.findall(drawing)), "both ends are written, in a narrow place too"
        assert drawing.count("c-range") == 1


def crossing(*names: str) -> Lines:
    """Two lines that cross in the middle of 1 to 3."""
    return Lines(
        id="l",
        title="De lijnen kruisen bij 2",
        unit="kg",
        along="Maken: kg per kg",
        ticks=[(1.0, "1"), (2.1, "2,1"), (3.0, "3")],
        lines=[Line(names[0], 10.0, 30.0, "bid-b"), Line(names[1], 14.0, 26.0, "bid-a")],
        crossings=[Crossing(2.0, 20.0, "2")],
    )


def test_lines_over_what_they_share_meet_at_their_crossing_and_end_at_their_names() -> None:
    for drawing in charts.drawings(crossing("Leverancier-a", "Leverancier-b")).split("</svg>")[:-1]:
        ends = re.findall(r'c-line-bid-[ab]" d="M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)"', drawing)
        (x1, y1, x2, y2), (_x1, y3, _x2, y4) = [list(map(float, each)) for each in ends]
        [(at, high)] = re.findall(r'c-dot-forecast" cx="([\d.]+)" cy="([\d.]+)"', drawing)
        assert float(at) == pytest.approx((x1 + x2) / 2, abs=0.2)
        assert float(high) == pytest.approx((y1 + y2) / 2, abs=0.2)
        assert float(high) == pytest.approx((y3 + y4) / 2, abs=0.2)
        said = TEXT.findall(drawing)
        assert {"Leverancier-a", "Leverancier-b", "1", "2", "3"} <= set(said), (
            "names that begin alike are told apart"
        )
        assert "2,1" not in said, "no number lies over that of a crossing"
