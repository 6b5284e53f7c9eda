"""The list of acts, and the frame that all of them share."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path
from typing import Any

import pytest

from mvi_dashboard.ground import access, acts
from mvi_dashboard.ground.acts import ActDeclaration
from mvi_dashboard.ground.models import Role

from .test_architecture import modules

SECURITY = Path(__file__).resolve().parent.parent / "docs/security.md"
# The frame, and what it writes with.
OUTSIDE = {"mvi_dashboard.ground.acts", "mvi_dashboard.ground.audit"}

# Looking leaves a trace without being an act, and so does signing in and out.
READS: dict[str, list[str]] = {
    "contracts.services.reading": ["contract.read"],
    "mvi_dashboard.ground.files.reading": ["file.read", "files.list"],
    "mvi_dashboard.ground.signing_in": ["user.signin", "user.signout"],
    "mvi_dashboard.ground.vault": ["vault.read"],
    "tenders.services.answers": ["bid.read"],
    "tenders.services.certainty": ["bids.certainty"],
    "tenders.services.comparing": ["bids.read"],
    "tenders.services.reading": ["bids.list"],
}
ENTRIES = {"audit.record", "taking_back.note", "note", "_note"}

# Commands that change nothing, and those that make made-up data, by the acts of others.
READING = {
    *("acts", "data_model", "endpoints", "guarded_columns", "list_api_tokens", "list_memberships", "verify"),
    "texts",
}
MADE_UP = {"benchmark", "demo"}


def test_the_table_of_all_acts_is_true() -> None:
    text = SECURITY.read_text(encoding="utf-8")
    made, stands = acts.table().splitlines(), text.splitlines()
    assert [line for line in made if line not in stands] == [], "write `manage.py acts` into docs/security.md"
    assert acts.table() in text


def test_every_act_is_somebodys() -> None:
    nobodys = [each.verb for each in acts.declared() if not (each.roles or each.who or each.commands)]
    assert nobodys == []
    decide = next(each for each in acts.declared() if each.verb == "award.decide")
    assert decide.roles == (Role.PROCUREMENT_OFFICER,)


def _entries_of_people() -> dict[str, list[str]]:
    """Entries outside of the frame by module, without those of commands: those of the system say None."""
    by_command = {each.verb for each in acts.declared() if each.commands}
    found: dict[str, list[str]] = {}
    for name, path in modules().items():
        if name in OUTSIDE or ".management." in name:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ENTRIES and len(node.args) > 1:
                who, verb = node.args[:2]
                if ast.unparse(who) != "None" and isinstance(verb, ast.Constant) and verb.value not in by_command:
                    found.setdefault(name, []).append(str(verb.value))
    return found


def test_every_command_that_changes_something_is_declared() -> None:
    commands = {name.rpartition(".")[2] for name in modules() if ".management.commands." in name}
    declared = [command for each in acts.declared() for command in each.commands]
    assert sorted(set(declared)) == sorted(commands - READING - MADE_UP)


def test_what_people_do_goes_through_the_frame() -> None:
    assert _entries_of_people() == {
        **READS,
        # Publishing takes the assumptions over on the way: an entry inside of another act.
        "indicators.methods.adoption": ["assumptions.adopt"],
        # Inviting a first administrator again ends the link of before.
        "mvi_dashboard.ground.organisations.making": ["invitation.withdraw"],
    }


# Forms with rows of their own, and a button without a page.
BY_HAND = {
    "tenders.views.bidding": ["bid.replace", "bid.submit"],
    "tenders.views.drafting": ["tender.change", "tender.create"],
    "tenders.views.notices": ["tender.take_notice"],
    "mvi_dashboard.ground.job_pages": ["job.cancel"],
    "reporting.views.spend": ["column_profile.create"],
}


def _acts_called(name: str, path: Path) -> list[str]:
    """The acts that a module calls by itself."""
    module, found = importlib.import_module(name), set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            called: Any = module
            for part in ast.unparse(node.func).split("."):
                called = getattr(called, part, None)
            if isinstance(called, acts.Act):
                found.add(called.declaration.verb)
    return sorted(found)


def test_a_page_of_an_act_is_declared_from_it() -> None:
    pages = {name: path for name, path in modules().items() if ".views." in name or name.endswith("_pages")}
    called = {name: verbs for name, path in pages.items() if (verbs := _acts_called(name, path))}
    assert called == BY_HAND


def test_two_acts_cannot_have_one_name() -> None:
    class Nothing(acts.Act[Any, Any]):
        def __call__(self, *args: Any, **kwargs: Any) -> Any:
            return None

        def lock(self, actor: access.Actor, named: Any) -> Any:
            return None

    with pytest.raises(RuntimeError, match="two acts"):
        Nothing(ActDeclaration(verb="award.decide", title=""), lambda doing: acts.Done(doing.target))
    with pytest.raises(RuntimeError, match="does not have"):
        Nothing(ActDeclaration(verb="nothing", title="", version=True), lambda doing: acts.Done(doing.target))
