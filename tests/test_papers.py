"""What the papers list is what the house has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.apps import apps

from mvi_dashboard.ground import tables_of_models
from mvi_dashboard.ground.rest import lists

from .test_architecture import ROOT, TOPS

DOCS = ROOT / "docs"
NAMED = re.compile(r"`([\w./*-]*(?:/|\.(?:py|md|csv|toml|html|css)))`")
CITED = re.compile(r"docs/([\w/-]+\.md)")


def test_every_table_stands_in_the_data_model() -> None:
    text = (DOCS / "data-model.md").read_text(encoding="utf-8")
    assert tables_of_models.table() in text, "write the output of `manage.py data_model` into docs/data-model.md"


def test_an_environment_in_the_project_adds_no_table(monkeypatch: pytest.MonkeyPatch) -> None:
    sessions = apps.get_app_config("sessions")
    monkeypatch.setattr(sessions, "path", str(ROOT / ".venv" / "lib" / "django" / "contrib" / "sessions"))
    assert "### sessions" not in tables_of_models.table()
    assert "### contracts" in tables_of_models.table()


def test_every_endpoint_stands_in_the_rest_contract() -> None:
    text = (DOCS / "rest.md").read_text(encoding="utf-8")
    assert lists.table() in text, "write the output of `manage.py endpoints` into docs/rest.md"


def test_code_cites_no_text_that_is_not_there() -> None:
    cited = {
        (name, path.relative_to(ROOT).as_posix())
        for top in TOPS
        for path in (ROOT / top).rglob("*.py")
        for name in CITED.findall(path.read_text(encoding="utf-8"))
    }
    assert {(name, path) for name, path in cited if not (DOCS / name).is_file()} == set()
    texts = "".join(Path(path).read_text(encoding="utf-8") for top in TOPS for path in (ROOT / top).rglob("*.py"))
    assert not re.search(r"\b(codes|api|house)\.md\b", texts)


def test_the_way_in_names_files_that_are_there() -> None:
    named = set(NAMED.findall((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")))
    assert len(named) > 50
    absent = {name for name in named if not next(ROOT.glob(f"**/{name.replace('SET', '*').rstrip('/')}"), None)}
    assert absent == set()
    ground = ROOT / "mvi_dashboard" / "ground"
    table = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("| subject | files |")[1].split("\n\n")[0]
    names = set(re.findall(r"`([a-z_]+)(?:/)?`", table))
    assert len(names) > 30
    assert {
        name for name in names if not (ground / name).is_dir() and not (ground / f"{name}.py").is_file()
    } == set()
