"""The parts of pages: one spelling of unknown, one link per mistake, nothing inline."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.template import Context, Template
from django.template.loader import render_to_string

from mvi_dashboard import staticfinder
from mvi_dashboard.ground.charts import Bars, Column, Mark
from mvi_dashboard.ground.inputs import confirmations_of, input_of, mistakes_of, with_reasons_only
from mvi_dashboard.ground.problems import Problem
from mvi_dashboard.ground.shapes import (
    CONFIRMATIONS,
    Fraction,
    Integer,
    ListOf,
    Object,
    Text,
    document_of,
    read,
)

TEMPLATES = Path(staticfinder.__file__).parent / "templates"

ROW = Object({"material": Text(60, label="Materiaal"), "recycled_share": Fraction(label="Gerecycled")})
SHAPE = Object(
    {
        "needed_count": Integer(label="Aantal nodig", help="Tegelijk."),
        "cpv": Text(20, label="CPV-code", required=False),
        "rows": ListOf(ROW, label="Materialen"),
        "confirmations": CONFIRMATIONS,
    }
)
SENT = [("neededCount", "1,5"), ("rows.0.material", "Staal"), ("rows.0.recycledShare", "140")]


def rendered(source: str, **context: Any) -> str:
    return Template("{% load mvi %}" + source).render(Context(context))


def refused_page() -> str:
    document = document_of(SENT)
    _, problems = read(SHAPE, document, typed=True)
    source = '{% foutenlijst problems shape=shape %}{% invoer "neededCount" %}{% invoer "rows.0.recycledShare" %}'
    return rendered(source, document=document, problems=problems, shape=SHAPE)


def test_unknown_is_marked_as_unknown_wherever_a_number_stands() -> None:
    page = rendered("{{ x|getal }} {{ x|procent }} {{ x|euro }} {{ x|verandering }} {{ d|datum }}", x=None, d=None)
    assert page == " ".join(['<em class="unknown">onbekend</em>'] * 5)


def test_numbers_on_a_page_are_those_of_the_formats() -> None:
    assert rendered("{{ x|getal }}|{{ x|getal:2 }}|{{ x|verandering }}", x=12.345) == "12,3|12,35|+12,3"


def test_each_line_in_the_summary_of_errors_leads_to_its_input() -> None:
    page = refused_page()
    links = re.findall(r'href="#([^"]+)"', page)
    assert links == ["veld-neededCount", "veld-rows-0-recycledShare"]
    assert all(f'id="{link}"' in page for link in links)
    assert "Materialen, regel 1, Gerecycled:" in page


def test_what_was_typed_and_why_it_was_refused_stand_together() -> None:
    page = refused_page()
    assert 'value="1,5"' in page
    assert 'value="140"' in page
    assert 'aria-describedby="veld-neededCount-help veld-neededCount-fout"' in page
    assert page.count('aria-invalid="true"') == 2


def test_an_input_takes_its_label_unit_and_value_from_shape_and_document() -> None:
    document = {"rows": [{"recycledShare": Decimal("0.625")}]}
    share = input_of("rows.0.recycledShare", document=document, shape=SHAPE)
    assert (share.label, share.kind, share.unit, share.value) == ("Gerecycled", "percent", "%", "62,5")
    assert input_of("cpv", shape=SHAPE).optional


def test_a_summary_without_mistakes_is_not_there() -> None:
    assert rendered("{% foutenlijst problems %}", problems=[]).strip() == ""
    assert mistakes_of([]) == []


def test_what_people_typed_is_never_markup() -> None:
    page = rendered('{% invoer "cpv" %}', document={"cpv": '"><script>alert(1)</script>'}, shape=SHAPE)
    assert "<script>" not in page


def test_an_implausible_value_asks_for_a_reason_and_keeps_the_one_that_was_given() -> None:
    implausible = Problem(("neededCount",), "implausible", "40 is veel.", confirmable=True)
    document = document_of(
        [
            ("confirmations.0.attr", "rows.0.material"),
            ("confirmations.0.code", "double_discount"),
            ("confirmations.0.reason", "Klopt."),
        ]
    )
    rows = confirmations_of([implausible], document)
    assert [(row.attr, row.detail, row.reason) for row in rows] == [
        ("neededCount", "40 is veel.", ""),
        ("rows.0.material", "", "Klopt."),
    ]


def test_a_confirmation_without_a_reason_was_not_given() -> None:
    sent = {"name": "x", "confirmations": [{"code": "a", "reason": " "}, {"code": "b", "reason": "Gewogen."}]}
    assert with_reasons_only(sent)["confirmations"] == [{"code": "b", "reason": "Gewogen."}]


@pytest.mark.parametrize("split", [{"measured": 0.38, "spend": 0.62}, {"average": 1.0}])
def test_the_bar_of_data_quality_fills_the_whole_width(split: dict[str, float]) -> None:
    page = rendered("{% kwaliteitsbalk split %}", split=split)
    widths = [float(width) for width in re.findall(r'width="([0-9.]+)" height="34"', page)]
    assert sum(widths) == pytest.approx(1000, abs=3.1 * len(split))


def test_data_quality_that_nobody_knows_is_no_empty_bar() -> None:
    assert "onbekend" in rendered("{% kwaliteitsbalk split %}", split=None)


def test_a_table_scrolls_in_itself_and_has_a_name() -> None:
    page = rendered("{% tabel caption tight=True %}<tbody></tbody>{% eindtabel %}", caption="Ton & meer")
    assert 'role="region" aria-label="Tabel: Ton &amp; meer" tabindex="0"' in page
    assert "<caption>Ton &amp; meer</caption>" in page


def test_a_figure_is_drawn_and_has_its_numbers_as_a_table_of_the_same_description() -> None:
    column = Column("Ton", ["1,5", "onbekend"], [1.5, None])
    chart = Bars(
        id="a", title="A stijgt", unit="ton", names=["A <b>", "B"], marks=[Mark(column, "actual")],
        columns=[column], head="Groep", caption="Ton",
    )  # fmt: skip
    page = render_to_string("parts/figure.html", {"figure": chart})
    assert page.count('<svg class="chart chart-') == 2
    assert "A &lt;b&gt;</text>" in page
    assert page.count('<rect class="c-actual"') == 2 + 1, "wide, narrow and the legend: B is unknown, so no bar"
    assert re.search(r'<td class="num">\s*onbekend\s*</td>', page)
    assert "Bekijk de cijfers als tabel" in page


def test_a_running_job_asks_again_by_itself_and_by_a_link() -> None:
    job = {
        "id": 1,
        "title": "Import",
        "active": True,
        "fraction": 0.24,
        "poll_url": "/p",
        "refresh_url": "/r",
    }
    page = render_to_string("parts/job.html", {"job": job})
    assert 'hx-get="/p" hx-trigger="every 1s"' in page
    assert re.search(r'<a class="button button-quiet button-small" href="/r">\s*Vernieuw', page)
    assert 'width="24.0"' in page
    assert "hx-get" not in render_to_string("parts/job.html", {"job": {**job, "active": False}})


@pytest.mark.parametrize("code", ["400", "403", "403_csrf", "404", "500", "503"])
def test_an_error_page_needs_nothing_to_be_drawn(code: str) -> None:
    page = render_to_string(f"{code}.html")
    assert "<h1>" in page
    assert "<title>Fout: " in page


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_no_template_holds_script_or_style(path: Path) -> None:
    source = path.read_text()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)", source)


def test_charts_are_drawn_with_the_script_from_the_plotly_package() -> None:
    finder = staticfinder.PlotlyFinder()
    assert Path(finder.find("vendor/plotly/plotly.min.js")).stat().st_size > 1_000_000
    assert finder.find("vendor/plotly/../datasets") == []
    assert [name for name, _ in finder.list(None)] == ["vendor/plotly/plotly.min.js"]
    (_, storage), *_ = finder.list([])
    with storage.open("vendor/plotly/plotly.min.js") as script:
        assert b"plotly.js" in script.read(400)


@pytest.mark.parametrize(
    "name", ["mvi/mvi.css", "mvi/mvi.js", "mvi/explore.js", "mvi/plotly-host.css", "mvi/mvi.svg"]
)
def test_every_file_that_the_base_page_names_is_there(name: str) -> None:
    assert finders.find(name)
