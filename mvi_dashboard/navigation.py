"""The frame around every page: which areas this person has, and which one is open."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from mvi_dashboard.ground import access
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.columns.pages import may_look as may_look_at_layouts
from mvi_dashboard.ground.models import Message, Organisation, Supplier, User
from mvi_dashboard.ground.outbox.reading import here
from mvi_dashboard.ground.suppliers.firms import may_look as may_look_at_suppliers

Area = tuple[str, tuple[tuple[str, str], ...]]

_EXPLAIN: Area = (
    "Uitleg",
    (
        ("Uitleg", "indicators:explanation"),
        ("Begrippen", "indicators:terms"),
        ("Rekenvoorbeeld", "indicators:worked"),
        ("Reken zelf", "indicators:assess"),
    ),
)
_DATA: Area = (
    "Gegevens",
    (
        ("Productgroepen", "indicators:groups"),
        ("CPV-codes", "indicators:cpv"),
        ("Materialen", "indicators:materials"),
        ("Factoren", "indicators:factors"),
        ("Factorsets", "indicators:factor_sets"),
        ("Methodes", "indicators:methods"),
        ("Aannames", "indicators:assumptions"),
        ("Rekenbasis", "indicators:bases"),
        ("Wat ontbreekt", "indicators:gaps"),
        ("Gegevenskwaliteit", "indicators:doubts"),
    ),
)
_PROPOSALS = ("Wijzigingsvoorstellen", "indicators:proposals")
_PROTOCOLS = ("Vragen aan leveranciers", "indicators:protocols")
# Pages that have another address than the one under which the menu has them.
_UNDER = {"/referentie/": "/voorstellen/", "/organisatie/nieuwe-leverancier/": "/organisatie/leveranciers/"}
_CATEGORIES = ("Eigen categorieën", "indicators:category_schemes")
_LAYOUTS = ("Indelingen van bestanden", "column-profiles")
_TENDERS: Area = ("Aanbestedingen", (("Aanbestedingen", "tenders:list"),))
_BIDS: Area = ("Inschrijvingen", (("Mijn inschrijvingen", "tenders:bids"),))
_CONTRACTS: Area = ("Contracten", (("Contracten", "contracts:list"),))
_REPORTS: Area = (
    "Dashboard",
    (
        ("Organisatie", "reporting:organisation"),
        ("Alle inkoop", "reporting:spend"),
        ("Eigen categorieën", "reporting:own_categories"),
        ("Landelijk", "reporting:national"),
    ),
)
_PEOPLE = (
    ("Mensen", "people"),
    ("Vervanging", "deputies"),
    ("Wie mag wat", "who-may-what"),
    ("Eerste dag", "first-day"),
)
_KEYS = ("Sleutels", "keys")
_WEBHOOKS = ("Koppelingen", "webhooks")
_COLLEAGUES: Area = ("Beheer", (("Uw bedrijf", "own-supplier"), ("Mensen", "people"), _KEYS))
_TRAIL = ("Logboek", "trail")
_SECOND_FACTOR = ("Tweede factor", "second-factor-required")
_OWN_ORGANISATION = (
    ("Organisatie", "organisation-data"),
    ("Delen", "reporting:sharing"),
    ("Bewaartermijnen", "organisation-retention"),
)
_ORGANISATIONS = ("Organisaties", "organisation-list")
_SUPPLIERS = ("Leveranciers", "supplier-list")
_PRACTICE = ("Oefenomgeving", "practice")
_PRACTISING = "De gegevens van uw organisatie zijn hier bedacht. Alleen uw account is echt."
_EMPTIED = "Zij is leeggemaakt: ga terug naar echt."
_NATIONAL: Area = ("Dashboard", (("Landelijk", "reporting:national"),))


def frame(request: HttpRequest) -> dict[str, Any]:
    """`areas`, `account` and `theme` for the base template."""
    actor: Actor = getattr(request, "actor", access.NOBODY)
    areas = [*_shown(_areas(actor), request.path)]
    # Where an empty page leads to: who administers has not begun yet.
    first_day = reverse("first-day") if actor.may(access.ADMINISTER) else ""
    return {
        "areas": areas,
        "first_day_url": first_day,
        "practising": _practising(actor),
        "before_title": "Oefenen: " if actor.practice_id is not None else "",
        "practice_url": reverse("practice") if _may_practise(actor) else "",
        **_account(actor),
    }


def _practising(actor: Actor) -> str:
    """What stands above every page of who practises; empty for who is at work."""
    if actor.practice_id is None:
        return ""
    return _PRACTISING if actor.grants else _EMPTIED


def _areas(actor: Actor) -> list[Area]:
    if actor.is_anonymous:
        return [_EXPLAIN, _DATA, _NATIONAL]
    if actor.supplier_id is not None:
        return [_TENDERS, _BIDS, _CONTRACTS, _COLLEAGUES, _EXPLAIN]
    areas = []
    if actor.may(access.TENDER_READ):
        areas.append(_TENDERS)
    if actor.may(access.CONTRACT_READ):
        areas.append(_CONTRACTS)
    if actor.may(access.REPORT_READ):
        areas.append(_REPORTS)
    elif actor.may(access.NATIONAL_READ):
        areas.append(_NATIONAL)
    data = _DATA if not actor.may(access.REPORT_READ) else (_DATA[0], (*_DATA[1], _CATEGORIES))
    if may_look_at_layouts(actor):
        data = (data[0], (*data[1], _LAYOUTS))
    if actor.may(access.REFERENCE_EDIT):
        data = (data[0], (*data[1], _PROPOSALS, _PROTOCOLS))
    explain = _EXPLAIN
    if _may_practise(actor) and not actor.may(access.ADMINISTER):
        explain = (explain[0], (*explain[1], _PRACTICE))
    return [*areas, data, *_administration(actor), explain]


def _may_practise(actor: Actor) -> bool:
    return bool(actor.organisation_ids) and actor.practice_id is None


def _administration(actor: Actor) -> list[Area]:
    """What who administers an organisation, makes suppliers, or looks into what happened there, has."""
    own = [*_PEOPLE, *_OWN_ORGANISATION, _SECOND_FACTOR, _KEYS, _WEBHOOKS, _PRACTICE]
    pages = own if actor.may(access.ADMINISTER) else []
    pages += [_SUPPLIERS] if may_look_at_suppliers(actor) else []
    pages += [_TRAIL] if actor.may(access.AUDIT_READ) else []
    pages += [_ORGANISATIONS] if access.administers_installation(actor) else []
    return [("Beheer", tuple(pages))] if pages else []


def _shown(areas: list[Area], here: str) -> list[dict[str, Any]]:
    shown = []
    at = next((menu for prefix, menu in _UNDER.items() if here.startswith(prefix)), here)
    for label, pages in areas:
        found: list[dict[str, Any]] = [{"label": name, "url": url} for name, view in pages if (url := _url(view))]
        if not found:
            continue
        open_page = max((p["url"] for p in found if at.startswith(p["url"])), key=len, default="")
        for page in found:
            page["current"] = page["url"] == open_page
        shown.append({"label": label, "url": found[0]["url"], "current": bool(open_page), "pages": found})
    return shown


def _url(view: str) -> str:
    try:
        return reverse(view)
    except NoReverseMatch:
        return ""


def _account(actor: Actor) -> dict[str, Any]:
    """Who is signed in, for which place, in whose look, and how many messages wait; one query."""
    if actor.user is None:
        return {"account": {}}
    person = User.objects.filter(pk=actor.user.pk)
    unread = Message.objects.filter(here(actor), reader=OuterRef("pk"), read_at=None).order_by().values("reader")
    number = Subquery(unread.annotate(number=Count("pk")).values("number"))
    if actor.supplier_id is not None:
        place: QuerySet[Any] = Supplier.objects.filter(pk=actor.supplier_id)
        found = person.values_list(number, Subquery(place.values("name")[:1])).first()
    else:
        place = Organisation.objects.filter(pk__in=actor.organisation_ids[:1])
        names = ("name", "code", "theme__sha256")
        found = person.values_list(number, *(Subquery(place.values(name)[:1]) for name in names)).first()
    waiting, name, *look = found or (None, None)
    account = {"label": name or "Landelijk", "url": reverse("profile"), "name": actor.label}
    return {"account": account | {"unread": waiting or 0}, **_theme(*look)}


def _theme(code: str | None = None, digest: str | None = None) -> dict[str, Any]:
    """The look of an organisation, when it has one of its own."""
    if not code or not digest:
        return {}
    return {"theme": {"name": code, "url": reverse("theme", args=[code, digest])}}
