"""What the commands share: codes become rows, and a refusal becomes lines on the screen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.core.management.base import CommandError, CommandParser
from django.db.models import QuerySet

from mvi_dashboard.ground.models import ApiToken, Membership, Organisation, Role, Supplier, User
from mvi_dashboard.ground.problems import Refused

Row = TypeVar("Row", Organisation, Supplier, User)
Model = TypeVar("Model", ApiToken, Membership)


@contextmanager
def refusals_on_screen() -> Iterator[None]:
    """Inside this block a refusal ends the command, with a line per problem."""
    try:
        yield
    except Refused as refused:
        lines = (
            f"{problem.attr}: {problem.detail}" if problem.attr else problem.detail for problem in refused.problems
        )
        raise CommandError("\n".join(lines)) from None


def add_place(parser: CommandParser, *, role_required: bool) -> None:
    """The options that say which role where."""
    parser.add_argument("--organisation", metavar="CODE")
    parser.add_argument("--supplier", metavar="CODE")
    parser.add_argument("--role", metavar="ROLE", required=role_required, help=", ".join(Role.values))


def add_reason(parser: CommandParser, *, even_the_last: bool = False) -> None:
    """The option that says why, and the one that confirms that nobody is left to administer."""
    parser.add_argument("--reason", required=True, help="why; it stands in the audit trail")
    if even_the_last:
        parser.add_argument(
            "--even-the-last", action="store_true", help="also when the organisation is left without administrator"
        )


def add_person(parser: CommandParser) -> None:
    """Whom it is done to, and why."""
    parser.add_argument("username", metavar="NAME")
    add_reason(parser)


def known_user(name: str) -> User:
    """The person with this name. Raises CommandError."""
    found = find_user(name)
    if found is None:
        raise CommandError("Give the name of a person.")
    return found


def known_token(prefix: str) -> ApiToken:
    """The one token that starts like this. Raises CommandError."""
    found = list(ApiToken.objects.filter(prefix__startswith=prefix[:12])[:2]) if len(prefix) >= 8 else []
    if len(found) != 1:
        raise CommandError(f"{'No' if not found else 'More than one'} token starts with {prefix[:12]}.")
    return found[0]


def at_place(
    rows: QuerySet[Model], organisation: Organisation | None, supplier: Supplier | None
) -> QuerySet[Model]:
    """Those of these rows that belong to this place; all of them without one."""
    if organisation is not None:
        rows = rows.filter(organisation=organisation)
    return rows if supplier is None else rows.filter(supplier=supplier)


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
