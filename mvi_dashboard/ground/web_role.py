"""The role of PostgreSQL by which web and worker connect: owner of nothing, with no more rights than they need.

What it may change follows from what is said of every column (`ground.column_rules`): where a column never changes
there is no right to change it, beside the trigger that refuses it.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection
from psycopg import sql
from psycopg.sql import Composable, Composed

from . import column_rules
from .acts import ActDeclaration, by_command
from .models import Change, Imprint, ImprintSignature, SearchText

_EVERYTHING = ("SELECT", "INSERT", "UPDATE", "DELETE")


class Unfit(Exception):
    """This role is not there, or may go around the guards whatever it is granted."""


@by_command(
    ActDeclaration(verb="web_role.grant", title="Geef de rol van het web rechten", commands=("grant_web_role",))
)
def grant(role: str) -> int:
    """Give an existing role its rights anew, as the owner of the tables; how many. Raises Unfit."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper OR rolcreaterole OR rolbypassrls OR pg_has_role(rolname, tableowner, 'MEMBER')"
            " FROM pg_roles, pg_tables WHERE rolname = %s AND tablename = %s AND schemaname = current_schema()",
            [role, Imprint._meta.db_table],
        )
        found = cursor.fetchone()
        if found is None:
            raise Unfit(f"There is no role {role}: make it first, without any rights.")
        if found[0]:
            raise Unfit(f"{role} owns the tables, or may do what no web may: take another role.")
        rights = list(_rights(role))
        for each in rights:
            _run(cursor, each)
    return len(rights)


def _run(cursor: object, statement: Composable) -> None:
    # The cursor of Django takes text; quoting is done here, on the connection below it.
    text = statement.as_string(connection.connection)
    cursor.execute(text)  # type: ignore[attr-defined]


def _rights(role: str) -> Iterator[Composed]:
    named, schema = sql.Identifier(role), sql.Identifier(_schema())
    # Anew: a right that was given before and is not in the list any more goes.
    yield sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA {} FROM {}").format(schema, named)
    yield sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(schema, named)
    yield sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {} TO {}").format(schema, named)
    for table, rights in _of_tables().items():
        for right, columns in rights.items():
            listed = sql.SQL(", ").join(map(sql.Identifier, columns))
            what = sql.SQL(right + " ({})").format(listed) if columns else sql.SQL(right)
            yield sql.SQL("GRANT {} ON {} TO {}").format(what, sql.Identifier(table), named)


def _of_tables() -> dict[str, dict[str, tuple[str, ...]]]:
    """Rights per table; with columns where not all of them may be written."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for table in connection.introspection.table_names():
        own = table == "django_session" or table.startswith("ground_user_")
        found[table] = dict.fromkeys(_EVERYTHING if own else ("SELECT",), ())
    for rule in column_rules.declared().values():
        found[rule.model._meta.db_table] = _of_rule(rule)
    # Imprints are written by triggers with the rights of the owner; the web only signs them.
    found[Imprint._meta.db_table] = {"SELECT": (), "UPDATE": ("signature_id",)}
    found[ImprintSignature._meta.db_table] = {"SELECT": (), "INSERT": ()}
    # So is what is kept beside rows.
    found |= {model._meta.db_table: {"SELECT": ()} for model in (Change, SearchText)}
    return found


def _of_rule(rule: column_rules.Guarded) -> dict[str, tuple[str, ...]]:
    rights: dict[str, tuple[str, ...]] = {"SELECT": (), "INSERT": ()}
    loose = tuple(rule.column(name) for name in rule.columns if rule.rule(name) != "frozen")
    if loose:
        rights["UPDATE"] = loose
    if rule.never_removed != "TRUE":
        rights["DELETE"] = ()
    return rights


def _schema() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        return str(cursor.fetchone()[0])
