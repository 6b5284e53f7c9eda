"""Spend as pages: file, columns, categories and what comes of it; nothing counts before it is taken over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from indicators.models import ProductGroup
from indicators.selectors.per_euro import per_euro
from mvi_dashboard.ground import access, formats
from mvi_dashboard.ground.access import SPEND_EDIT
from mvi_dashboard.ground.act_pages import ActPage, Document
from mvi_dashboard.ground.columns import detecting, page, saving
from mvi_dashboard.ground.columns.detecting import Found
from mvi_dashboard.ground.intake import Table
from mvi_dashboard.ground.models import Organisation
from mvi_dashboard.ground.pages import actor_of, may, redrawn
from mvi_dashboard.ground.problems import Problem, Refused, refuse
from mvi_dashboard.ground.sent_files import Upload
from mvi_dashboard.ground.uploads import file_in
from reporting.models import SpendImport, SpendMapping, SpendPreview
from reporting.spend import importing, mapping, undoing
from reporting.spend.layout import SPEND

_STEPS = ("Bestand", "Kolommen", "Categorieën", "Resultaat")
RESULT = "reporting:spend"
_MOST_PROBLEMS, _MOST_CATEGORIES = 50, 50


def steps(at: int) -> list[dict[str, Any]]:
    """The four steps, with where one is."""
    return [{"label": label, "done": number < at, "current": number == at} for number, label in enumerate(_STEPS)]


def crumbs(*own: tuple[str, str]) -> list[dict[str, str]]:
    """The way back."""
    above = [("Dashboard", reverse("reporting:organisation")), ("Alle inkoop", reverse(RESULT))]
    return [{"label": label, "url": url} for label, url in (*above, *own)]


class Read(ActPage[Organisation]):
    """Step 1: which file, over which time."""

    act = importing.read_file
    template = "reporting/spend_file.html"
    title, question = "Uitgaven inlezen", "Welk bestand met uitgaven?"
    lead = "Een export uit uw administratie is genoeg. U hoeft niets op te maken."
    submit_label = "Lees het bestand"
    back = RESULT

    def find(self, **address: Any) -> Organisation:
        """The organisation: the one in the address, or the first. Raises Refused."""
        access.require(self.actor, SPEND_EDIT)
        rows = Organisation.objects.filter(pk__in=self.actor.own_for(SPEND_EDIT)).order_by("name", "pk")
        self.places = list(rows)
        code = self.request.GET.get("plaats", "")
        found = next((place for place in self.places if not code or place.code == code), None)
        if found is None:
            raise refuse("does_not_exist", "Deze organisatie kennen wij niet.", "organisation")
        return found

    def require_right(self) -> None:
        """Said when the organisation was found."""

    def require_possible(self) -> None:
        """Always."""

    def named(self) -> Document:
        """The file. Raises Refused without one."""
        sent = file_in(self.request)
        if sent is None:
            raise refuse("required", "Kies een bestand.", "file")
        return {"upload": Upload(*sent)}

    def given(self) -> Document:
        """The organisation that was chosen."""
        return {"organisation": self.target.code}

    def said(self, outcome: SpendPreview) -> str:
        """Nothing is stored yet."""
        return ""

    def next_url(self, outcome: SpendPreview) -> str:
        """Its columns."""
        return reverse("reporting:spend-columns", args=[outcome.public_id])

    def content(self) -> Document:
        """The places, and where one is."""
        found: Document = {"steps": steps(0), "place": self.target, "places": self.places}
        return found | {"crumbs": crumbs(("Uitgaven inlezen", ""))}


@require_http_methods(["GET", "HEAD", "POST"])
@may(SPEND_EDIT)
def columns(request: HttpRequest, public_id: Any) -> HttpResponse:
    """Step 2: what each column is; with a name it is kept for the next file."""
    preview = importing.own_preview(actor_of(request), public_id)
    table = importing.table_in(preview)
    found, profiles = _found(request, preview, table)
    problems: Sequence[Problem] = ()
    status = 200
    if request.method == "POST":
        try:
            reading = page.chosen(request.POST, table, SPEND)
            name = request.POST.get("profiel", "").strip()
            document = page.document_of(name, table, reading)
            if name:
                _keep(request, preview, document)
            importing.choose_columns(preview, document)
            return redirect("reporting:spend-take", public_id=preview.public_id)
        except Refused as refused:
            problems, status = refused.problems, redrawn(refused)
    context = {
        "preview": preview,
        "number": len(table.rows),
        "profiles": profiles,
        "problems": problems,
        "profile_name": request.POST.get("profiel", ""),
        "steps": steps(1),
        "crumbs": crumbs(("Kolommen", "")),
        **page.shown(found, SPEND, request.POST if request.method == "POST" else {}, problems),
    }
    return render(request, "reporting/spend_columns.html", context, status=status)


def _found(request: HttpRequest, preview: SpendPreview, table: Table) -> tuple[Found, list[Any]]:
    """What is recognised: as a profile says when one fits or was chosen, else by names and values."""
    found = detecting.detect(table, SPEND)
    rows = saving.profiles_for(preview.organisation_id, SPEND)
    fitting = detecting.profiles_that_fit(table, rows)
    asked = request.GET.get("profiel", "")
    chosen = next((each for each in fitting if str(each.public_id) == asked), None)
    if chosen is None and len(fitting) == 1 and not asked:
        chosen = fitting[0]
    if chosen is not None:
        reading = detecting.reading_of(table, chosen)
        meant = {place: code for code, place in reading.columns.items()}
        columns_ = detecting.columns_of(table, meant)
        found = replace(
            found, columns=columns_, decimal=reading.decimal, date_form=reading.date_form, questions=()
        )
    return found, fitting


def _keep(request: HttpRequest, preview: SpendPreview, document: dict[str, Any]) -> None:
    sent = document | {"kind": SPEND.code, "organisation": preview.organisation.code}
    try:
        saving.create_profile(actor_of(request), document=sent)
    except Refused as refused:
        raise Refused([replace(each, path=("profiel",)) for each in refused.problems], refused.kind) from None


class TakeOver(ActPage[SpendPreview]):
    """Between step 2 and 3: what would be taken over, every problem by row and column, and the button."""

    act = importing.take_over
    template = "reporting/spend_take.html"
    title, question, submit_label = "Uitgaven overnemen", "Neemt u deze uitgaven over?", "Neem over"
    done = "De uitgaven zijn overgenomen. Zeg nu wat uw categorieën zijn. Terugnemen kan tot morgen."

    def find(self, **address: Any) -> SpendPreview:
        """The file that was read. Raises Refused: absent."""
        return importing.own_preview(self.actor, address["public_id"])

    def named(self) -> Document:
        """The file."""
        return {"preview_id": self.target.public_id}

    def back_url(self) -> str:
        """Its columns."""
        return reverse("reporting:spend-columns", args=[self.target.public_id])

    def next_url(self, outcome: SpendImport) -> str:
        """What its categories are."""
        return reverse("reporting:spend-categories")

    def content(self) -> Document:
        """What would be taken over."""
        table = importing.table_in(self.target)
        read = importing.read_as(self.target, table, importing.reading_in(table, self.target))
        told = read.file.told()
        return {
            "preview": self.target,
            "told": told,
            "total": formats.euros(read.file.total),
            "rows": len(read.entries),
            "wrong": read.problems[:_MOST_PROBLEMS],
            "wrong_rows": told["wrong"],
            "steps": steps(1),
            "crumbs": crumbs(("Overnemen", "")),
        }


class Categories(ActPage[None]):
    """Step 3: what each category is; what we think stands ready, and counts when it is saved."""

    act = mapping.map_categories
    template = "reporting/spend_categories.html"
    title, question, submit_label = "Categorieën", "Waar geeft u aan uit?", "Opslaan en verder"
    back = RESULT
    sees = access.REPORT_READ
    typed = False
    done = "Uw keuzes zijn opgeslagen. Ze gelden ook voor het volgende bestand."

    def find(self, **address: Any) -> None:
        """All of them together."""
        access.require(self.actor, SPEND_EDIT)
        places = Organisation.objects.filter(pk__in=self.actor.own_for(SPEND_EDIT)).order_by("name", "pk")
        self.places = list(places)
        code = self.request.GET.get("plaats", "")
        self.place = next((each for each in self.places if each.code == code), self.places[0])
        everything = self.request.GET.get("stand") == "alles"
        self.rows = mapping.by_amount([self.place.pk], only_open=not everything)[:_MOST_CATEGORIES]

    def named(self) -> Document:
        """Its document says where."""
        return {}

    def require_possible(self) -> None:
        """Always."""

    def posted(self) -> Document:
        """What was chosen of the categories on the page; what is left open stays open."""
        sent = self.request.POST
        chosen = []
        for place in range(_MOST_CATEGORIES):
            meaning = sent.get(f"betekenis-{place}", "")
            if meaning:
                kind, code = sent.get(f"soort-{place}", ""), sent.get(f"code-{place}", "")
                chosen.append({"kind": kind, "code": code, "meaning": meaning})
        return {"organisation": self.place.code, "mappings": chosen}

    def next_url(self, outcome: Organisation) -> str:
        """What comes of it."""
        return reverse(RESULT)

    def content(self) -> Document:
        """Each category with what was paid, what it may be, and the range of that."""
        factors = per_euro()
        groups = ProductGroup.objects.order_by("name_nl").values_list("code", "name_nl")
        divisions = sorted(factors.divisions)
        meanings = [
            ("", "Kies een categorie"),
            (mapping.OUTSIDE, "Telt niet mee: geen inkoop"),
            *groups,
            *((f"{mapping.DIVISION}{code}", f"CPV-afdeling {code}") for code in divisions),
        ]
        counted = mapping.by_amount([self.place.pk])
        still = counted.exclude(state=SpendMapping.State.CONFIRMED).count()
        return {
            "rows": [
                {
                    "place": place,
                    "row": row,
                    "chosen": mapping.meaning_of(row),
                    "range": _range(factors.of(row.group_id, row.cpv_division)),
                }
                for place, row in enumerate(self.rows)
            ],
            "meanings": meanings,
            "still": still,
            "all": counted.count(),
            "steps": steps(2),
            "crumbs": crumbs(("Categorieën", "")),
        }


def _range(factor: Any) -> str:
    if factor is None:
        return ""
    return f"{formats.number(factor.low, 2)} tot {formats.number(factor.high, 2)}"


class Undo(ActPage[SpendImport]):
    """Take it back."""

    act = undoing.undo
    title, question = "Uitgaven terugnemen", "Wilt u deze uitgaven terugnemen?"
    lead = "Ze tellen dan nergens meer mee. Wat dit bestand verving, komt niet terug."
    submit_label, danger = "Neem terug", True
    done = "De uitgaven tellen niet meer mee."
    back = RESULT

    def find(self, **address: Any) -> SpendImport:
        """The import. Raises Refused: absent."""
        return undoing.get_import(self.actor, address["public_id"])

    def named(self) -> Document:
        """The import."""
        return {"import_id": self.target.public_id}

    def frame(self) -> Document:
        """Which one it is."""
        first, last = formats.day(self.target.first_day), formats.day(self.target.last_day)
        facts = [
            {"label": "Bestand", "value": self.target.file_name},
            {"label": "Periode", "value": f"{first} tot en met {last}"},
            {"label": "Regels", "value": formats.number(self.target.rows)},
        ]
        return {"facts": facts, "crumbs": crumbs((self.title, ""))}
