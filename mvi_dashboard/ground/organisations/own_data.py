"""What an organisation says of itself: its name and kind, and its own look."""

from __future__ import annotations

import hashlib
from functools import partial

from mvi_dashboard.ground.access import ADMINISTER
from mvi_dashboard.ground.acts import ActDeclaration, Doing, Done
from mvi_dashboard.ground.models import Organisation, OrganisationTheme
from mvi_dashboard.ground.problems import conflict
from mvi_dashboard.ground.shapes import Object, Text

from . import themes, tree
from .acting import ByAdministrator
from .making import KIND, NAME

_CSS = Text(
    themes.LONGEST,
    multiline=True,
    label="Bestand met kleuren en letters",
    help="Een CSS-bestand met tokens, bijvoorbeeld uit uw huisstijl op basis van NL Design System.",
)


@partial(
    ByAdministrator,
    ActDeclaration(
        verb="organisation.change",
        title="Wijzig de gegevens van een organisatie",
        permission=ADMINISTER,
        reads=Object({"name": NAME, "kind": KIND}),
    ),
)
def change(doing: Doing[Organisation]) -> Done[Organisation]:
    """The organisation with this name and kind; its code stays."""
    doing.problems.refuse()
    organisation = doing.target
    after = {"name": doing.data["name"], "kind": doing.data.get("kind") or ""}
    changes = tree.changes_of({"name": organisation.name, "kind": organisation.kind}, after)
    organisation.name, organisation.kind = after["name"], after["kind"]
    organisation.save(update_fields=["name", "kind"])
    return Done(organisation, changes=changes, unchanged=not changes)


@partial(
    ByAdministrator,
    ActDeclaration(
        verb="organisation.theme",
        title="Geef een organisatie een eigen uiterlijk",
        permission=ADMINISTER,
        reads=Object({"css": _CSS}),
    ),
)
def set_theme(doing: Doing[Organisation]) -> Done[Organisation]:
    """The organisation, whose people see these colours and letters from now on."""
    doing.problems.refuse()
    found = themes.read_theme(doing.data["css"])
    doing.problems += found.problems
    doing.problems.refuse()
    digest = hashlib.sha256(themes.stylesheet(found.tokens).encode()).hexdigest()
    values = {"tokens": dict(found.tokens), "sha256": digest}
    OrganisationTheme.objects.update_or_create(organisation=doing.target, defaults=values)
    return Done(doing.target, changes={"tokens": sorted(found.tokens), "sha256": digest})


class _WithTheme(ByAdministrator):
    """An act on the look that an organisation has."""

    def require_state(self, target: Organisation) -> None:
        """Raises Refused 409 without one."""
        if theme_of(target) is None:
            raise conflict("wrong_state", "Er is geen eigen uiterlijk.")


@partial(
    _WithTheme,
    ActDeclaration(
        verb="organisation.theme_remove",
        title="Haal het eigen uiterlijk van een organisatie weg",
        permission=ADMINISTER,
        reads=Object({}),
    ),
)
def remove_theme(doing: Doing[Organisation]) -> Done[Organisation]:
    """The organisation, whose people see the usual colours and letters again."""
    OrganisationTheme.objects.filter(organisation=doing.target).delete()
    return Done(doing.target)


def theme_of(organisation: Organisation) -> OrganisationTheme | None:
    """Its own look, if it has one."""
    return OrganisationTheme.objects.filter(organisation=organisation).first()
