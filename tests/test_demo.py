"""The demo: its people can do what its rows ask of them, and its command says clearly why it does not start."""

from __future__ import annotations

import socket
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from mvi_dashboard.demo import files, people, roads
from mvi_dashboard.ground import access
from mvi_dashboard.ground.models import Membership, Organisation, Role, User
from mvi_dashboard.management.commands.demo import Command

ROWS = [*files.history(), *files.current()]


@pytest.fixture
def _people(db: None) -> None:
    people.create()


def roles_at(username: str) -> set[tuple[str, str]]:
    found = Membership.objects.filter(user__username=username, organisation__isnull=False)
    return set(found.values_list("role", "organisation__code"))


@pytest.mark.usefixtures("_people")
def test_each_organisation_has_an_officer_and_a_manager_of_its_own() -> None:
    codes = set(Organisation.objects.values_list("code", flat=True))
    assert {row["organisation"] for row in ROWS} <= codes == set(roads.OFFICERS) == set(roads.MANAGERS)
    for code, (first, second) in roads.OFFICERS.items():
        assert (Role.PROCUREMENT_OFFICER, code) in roles_at(first)
        assert {role for role, _ in roles_at(second)} == {Role.PROCUREMENT_OFFICER}
        assert first != second
    for code, manager in roads.MANAGERS.items():
        assert (Role.CONTRACT_MANAGER, code) in roles_at(manager)


@pytest.mark.usefixtures("_people")
def test_each_bidder_of_the_rows_has_somebody_who_may_bid() -> None:
    bidders = {bid["supplier"] for row in ROWS for bid in row.get("bids", [])}
    assert bidders
    for code in bidders:
        actor = roads.actor(f"{code}-1")
        assert actor.may(access.BID_SUBMIT)
        assert actor.supplier_id is not None


@pytest.mark.usefixtures("_people")
def test_the_demo_holds_nobody_real_and_gives_nobody_the_admin() -> None:
    assert User.objects.count() == len(people.PERSONS)
    assert not User.objects.filter(is_superuser=True).exists()
    assert all(user.email.endswith(".invalid") for user in User.objects.all())


def test_a_port_that_is_taken_is_said_before_anything_is_loaded() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=f"Poort {port} is bezet") as refused:
            call_command("demo", port=port, stdout=StringIO())
    assert refused.value.returncode == 1


class _Pipe(StringIO):
    """A pipe that shows what was pushed through it so far."""

    def __init__(self) -> None:
        super().__init__()
        self.shown = ""

    def flush(self) -> None:
        self.shown = self.getvalue()


def test_the_command_says_every_name_that_can_log_in_also_into_a_pipe() -> None:
    pipe = _Pipe()
    Command(stdout=pipe).say_where(8123)
    assert "http://127.0.0.1:8123/" in pipe.shown
    assert people.PASSWORD in pipe.shown
    lines = {line.split()[0]: line for line in pipe.shown.splitlines() if line.startswith("  ")}
    assert set(lines) == {username for username, _role, _place, _name in people.PERSONS}
    for username, role, place, _name in people.PERSONS:
        assert Role(role).label in lines[username]
        assert lines[username].endswith(place or Role(role).label)
