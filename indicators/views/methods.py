"""Methods as pages: what each version assumes, making and publishing a new one, and taking assumptions over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from indicators import selectors
from indicators.factors import publishing
from indicators.factors.version_losses import Losses, method_losses
from indicators.methods import adoption, method_drafts
from indicators.methods.method_versions import problems_of_method
from indicators.models import DestinationFactor, MethodVersion
from indicators.models.coded import State, newest_published
from mvi_dashboard.ground import access, formats
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.act_pages import ActPage, Document
from mvi_dashboard.ground.models import Organisation
from mvi_dashboard.ground.pages import actor_of, posted_number
from mvi_dashboard.ground.problems import Kind, Refused

from .catalogue import crumbs_to
from .publishing import PublishPage

_TAGS = {State.DRAFT: "", State.PUBLISHED: "tag-ok", State.SUPERSEDED: "tag-info"}
_ABOVE = ("Methodes", "indicators:methods")
_TITLES = (
    ("strategies", "R: circulaire strategie"),
    ("plans", "E: plan na gebruik"),
    ("destinations", "E: echte bestemming"),
)


def methods(request: HttpRequest) -> HttpResponse:
    """Every method with its versions, the newest first, and what each assumes; concepts for who makes them."""
    actor = actor_of(request)
    manages = actor.may(access.REFERENCE_EDIT)
    used = selectors.current_basis().method_version_id
    own = publishing.own_drafts(actor, MethodVersion) if manages else set()
    found: dict[str, dict[str, Any]] = {}
    for version in selectors.method_versions(actor).order_by("method_id", "-id"):
        entry = found.setdefault(version.method.code, {"method": version.method, "versions": []})
        draft = manages and version.state == State.DRAFT
        entry["versions"].append(
            {
                "version": version,
                "tag": _TAGS[State(version.state)],
                "used": version.pk == used,
                "own": version.pk in own,
                "url": reverse("indicators:method", args=[version.method.code, version.version]),
                "publish_url": _address("publish_method", version) if draft else "",
            }
        )
    context = {"methods": list(found.values()), "manages": manages, "crumbs": crumbs_to("Methodes")}
    return render(request, "indicators/methods.html", context)


def method(request: HttpRequest, code: str, version: str) -> HttpResponse:
    """One version: its formula, its assumed factors and, where it has them, its parameters per material."""
    actor = actor_of(request)
    found = selectors.get_method_version(actor, code, version)
    draft = found.state == State.DRAFT
    context = {
        "version": found,
        "formula": [(name, text) for name, text in found.formula.items() if name != "kind"],
        "tables": factor_tables(found),
        "parameters": list(
            found.material_parameters.select_related(
                "material", "source", "recovery_flow", "disposal_flow"
            ).order_by("material__name_nl")
        ),
        "standing": problems_of_method(found) if draft else [],
        "publish_url": _address("publish_method", found) if draft else "",
        "own": draft and publishing.made_by(actor, found),
        "crumbs": crumbs_to(f"{found.method.name_nl}, versie {found.version}", _ABOVE),
    }
    return render(request, "indicators/method.html", context)


class Draft(ActPage[MethodVersion]):
    """A concept from the newest published version; every factor can be changed."""

    act = method_drafts.create_method_draft
    template = "indicators/method_draft.html"
    back = "indicators:methods"
    done = "Versie {0.version} staat klaar als concept. Kijk die na en stel die vast."

    def find(self, **address: Any) -> MethodVersion:
        """The version that holds now. Raises Refused: absent."""
        return selectors.get_method_version(self.actor, address["code"])

    def named(self) -> Document:
        """The method."""
        return {"owner": self.target.method.code}

    def first(self) -> Document:
        """The factors as they are now."""
        return _document_of(self.target)

    def next_url(self, outcome: MethodVersion) -> str:
        """The concept."""
        return _address("method", outcome)

    def content(self) -> Document:
        """The tables of factors."""
        return {
            "base": self.target,
            "tables": _inputs(self.target),
            "treatments": [("", "niet van toepassing"), *DestinationFactor.Treatment.choices],
            "crumbs": crumbs_to("Nieuwe versie", _ABOVE),
        }


class Publish(PublishPage[MethodVersion]):
    """Asks first, and says which rules still stand in the way."""

    act = method_drafts.publish_method
    question = "Wilt u deze versie van de methode vaststellen?"
    lead = "Is dit de geldige methode? Dan bouwen wij een nieuwe rekenbasis en herrekenen alles."
    warning = "Een vastgestelde versie verandert nooit meer. Organisaties nemen de aannames opnieuw over."

    def find(self, **address: Any) -> MethodVersion:
        """The version. Raises Refused: absent."""
        return selectors.get_method_version(self.actor, address["code"], address["version"])

    def named(self) -> Document:
        """The method and the version."""
        return {"owner": self.target.method.code, "version": self.target.version}

    def losses(self) -> Losses:
        """Factors that jump."""
        return method_losses(newest_published(self.target.method.versions.all()), self.target)

    def back_url(self) -> str:
        """The concept."""
        return _address("method", self.target)

    def next_url(self, outcome: MethodVersion) -> str:
        """All methods."""
        return reverse("indicators:methods")

    def content(self) -> Document:
        """What it comes to."""
        found = self.target
        return super().content() | {
            "eyebrow": f"{found.method.name_nl}, versie {found.version}",
            "facts": [
                {"label": "Methode", "value": found.method.name_nl},
                {"label": "Versie", "value": found.version},
                {"label": "Gemaakt door", "value": publishing.maker_of(found) or "een systeem"},
            ],
            "crumbs": crumbs_to("Vaststellen", _ABOVE),
        }


class Assumptions(ActPage[MethodVersion]):
    """What our numbers assume, and which of your organisations took that over."""

    act = adoption.adopt_assumptions
    template = "indicators/assumptions.html"
    back = "indicators:assumptions"
    open_to_all = True
    beside = ("organisation",)
    done = "Uw organisatie heeft de aannames overgenomen."

    def find(self, **address: Any) -> MethodVersion:
        """The method of the basis that holds now."""
        return selectors.current_basis().method_version

    def named(self) -> Document:
        """The organisation for which somebody speaks."""
        return {"organisation": posted_number(self.request, "organisation")}

    def refused(self, document: Document, refused: Refused) -> HttpResponse:
        """Only what is typed is asked again."""
        if refused.kind is not Kind.INVALID:
            raise refused
        return super().refused(document, refused)

    def content(self) -> Document:
        """The assumptions."""
        return {
            "version": self.target,
            "tables": factor_tables(self.target),
            "places": _places(self.actor, self.target),
            "crumbs": crumbs_to("Aannames"),
        }


def factor_tables(version: MethodVersion) -> list[dict[str, Any]]:
    """The assumed factors of a version: R, E of the plan, E of the destination."""
    ends = version.formula.get("kind") == "pef-cff"
    return [
        {"title": title, "ends": ends and kind != "strategies", "kind": kind, "rows": _rows(version, kind)}
        for kind, title in _TITLES
    ]


def _rows(version: MethodVersion, kind: str) -> list[dict[str, Any]]:
    related, name = {
        "strategies": (version.strategy_factors, "strategy"),
        "plans": (version.plan_factors, "plan"),
        "destinations": (version.destination_factors, "destination"),
    }[kind]
    found = related.select_related(name, "source").order_by("id")  # type: ignore[attr-defined]
    return [
        {
            "name": getattr(row, name).name_nl,
            "code": getattr(row, name).code,
            "row": row,
            "end": _end_of(row),
        }
        for row in found
    ]


def _end_of(row: Any) -> str:
    """Where the mass goes, in words, for a method that calculates the end of life."""
    if isinstance(row, DestinationFactor):
        return str(row.get_treatment_display()) if row.treatment else ""
    recycled, recovered = getattr(row, "recycled", None), getattr(row, "recovered", None)
    if recycled is None or recovered is None:
        return ""
    return f"{formats.percentage(recycled)} gerecycled, {formats.percentage(recovered)} verbrand"


def _places(actor: Actor, version: MethodVersion) -> list[dict[str, Any]]:
    """The organisations that this person may speak for, with what they took over."""
    ids = actor.organisations_for(access.ASSUMPTIONS_ADOPT) | actor.organisations_for(access.REPORT_READ)
    adopted = adoption.adoptions_of(ids, version)
    return [
        {
            "organisation": each,
            "adopted": adopted.get(each.pk),
            "may": actor.may(access.ASSUMPTIONS_ADOPT, each.pk),
        }
        for each in Organisation.objects.filter(pk__in=ids).order_by("name")
    ]


def _inputs(base: MethodVersion) -> list[dict[str, Any]]:
    """The tables of the form: names of inputs beside what they stand for."""
    ends = base.formula.get("kind") == "pef-cff"
    return [
        {
            "title": table["title"],
            "kind": table["kind"],
            "ends": ends,
            "rows": [{**row, "place": f"{table['kind']}.{number}"} for number, row in enumerate(table["rows"])],
        }
        for table in factor_tables(base)
    ]


def _document_of(base: MethodVersion) -> dict[str, Any]:
    """The factors of a version as a form shows them."""
    found: dict[str, Any] = {}
    for table in factor_tables(base):
        rows: Sequence[dict[str, Any]] = table["rows"]
        found[table["kind"]] = [
            {"code": row["code"], "factor": formats.exact(row["row"].factor)}
            | {
                name: formats.exact(value)
                for name in ("recycled", "recovered")
                if (value := getattr(row["row"], name, None)) is not None
            }
            | ({"treatment": row["row"].treatment} if table["kind"] == "destinations" else {})
            for row in rows
        ]
    return found


def _address(name: str, version: MethodVersion) -> str:
    return reverse(f"indicators:{name}", args=[version.method.code, version.version])
