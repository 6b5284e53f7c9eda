"""What the commands share: codes become rows, and a refusal becomes lines on the screen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.core.management.base import CommandError, CommandParser

from mvi_dashboard.ground.models import Organisation, Role, Supplier, User
from mvi_dashboard.ground.problems import Refused

Row = TypeVar("Row", Organisation, Supplier, User)


@contextmanager
def refusals_on_screen() -> Iterator[None]:
    """Inside this block a refusal ends the command, with a line per problem."""
    try:
        yield
    except Refused as refused:
        lines = (f"{problem.attr or '-'}: {problem.detail}" for problem in refused.problems)
        raise CommandError("\n".join(lines)) from None


def add_place(parser: CommandParser, *, role_required: bool) -> None:
    """The options that say which role where."""
    parser.add_argument("--organisation", metavar="CODE")
    parser.add_argument("--supplier", metavar="CODE")
    parser.add_argument("--role", metavar="ROLE", required=role_required, help=", ".join(Role.values))


def find_organisation(code: str | None) -> Organisation | None:
    """The organisation with this code; None without a code. Raises CommandError."""
    return _find(Organisation, "code", code)


def find_supplier(code: str | None) -> Supplier | None:
    """The supplier with this code; None without a code. Raises CommandError."""
    return _find(Supplier, "code", code)


def find_user(name: str | None) -> User | None:
    """The person with this name; None without a name. Raises CommandError."""
    return _find(User, "username", name)


def _find(model: type[Row], field: str, value: str | None) -> Row | None:
    if value is None:
        return None
    found = model._default_manager.filter(**{field: value}).first()
    if found is None:
        raise CommandError(f"{model.__name__} {value} is not known.")
    return found
