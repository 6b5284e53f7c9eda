"""The pages on which two suppliers are merged, and taken apart again."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from mvi_dashboard.ground import clock
from mvi_dashboard.ground.act_pages import ActPage, Document
from mvi_dashboard.ground.models import Supplier
from mvi_dashboard.ground.problems import Problem

from . import duplicates, firms, merging, touching
from .numbers import countries

_CHOOSE = "Vul de code in van de leverancier die blijft."


class _OnASupplier(ActPage[Supplier]):
    """An act of who administers the installation on one supplier."""

    template = "supplier_merge.html"
    other: Supplier | None

    def find(self, **address: Any) -> Supplier:
        """The one that goes. Raises Refused: forbidden, absent."""
        merging.require_right(self.actor)
        found = firms.get_firm(address["code"])
        self.other = self._other(found)
        return found

    def named(self) -> Document:
        """By its code."""
        return {"code": self.target.code}

    def back_url(self) -> str:
        """The supplier."""
        return reverse("supplier", args=[self.target.code])

    def content(self) -> Document:
        """Both sides, with what hangs on each."""
        both = [("Gaat op in de andere", self.target), ("Blijft", self.other)]
        return {
            "other": self.other,
            "sides": [_side(title, firm) for title, firm in both if firm is not None] if self.other else [],
        }

    def _other(self, found: Supplier) -> Supplier | None:
        return found.merged_into


class Merge(_OnASupplier):
    """Merge this one into another."""

    act = merging.merge
    title, submit_label, danger = "Samenvoegen", "Voeg samen", True
    question = "Zijn deze twee hetzelfde bedrijf?"
    lead = (
        "De mensen van de ene leverancier werken daarna voor de andere, en zien wat onder beide staat. Lijsten en "
        "totalen tonen alleen wie blijft. U kunt dit later terugdraaien."
    )
    done = "{0.name} is samengevoegd."

    def given(self) -> Document:
        """Which one was chosen."""
        return {"into": self.other.code} if self.other else {}

    def content(self) -> Document:
        """Both sides; or, as long as none was chosen, those that are alike."""
        if self.other is not None:
            return super().content()
        people = firms.people_of(self.target, clock.today())
        return {
            "alike": duplicates.alike_to(self.target, people),
            "firm": self.target,
            "other": None,
            "typed": self.request.GET.get("met", "").replace("\x00", ""),
            "problems": [*self.problems, *self.wrong],
        }

    def _other(self, found: Supplier) -> Supplier | None:
        """The one that was typed; what is wrong with it stands beside its field."""
        self.wrong: list[Problem] = []
        if "met" not in self.request.GET:
            return None
        code = self.request.GET["met"].replace("\x00", "").strip()
        stays = Supplier.objects.filter(practice=None, code=code).first() if code else None
        self.wrong = merging.check(found, stays) if code else [Problem(("into",), "required", _CHOOSE)]
        return None if self.wrong else stays


class Split(_OnASupplier):
    """Take it apart again."""

    act = merging.split
    title, submit_label, danger = "Losmaken", "Maak weer los", True
    question = "Zijn dit toch twee bedrijven?"
    lead = (
        "Elk heeft daarna weer zijn eigen mensen. Wat sinds het samenvoegen is ingeschreven, blijft bij wie bleef."
    )
    done = "{0.name} staat weer op zichzelf."


def _side(title: str, firm: Supplier) -> Document:
    facts = [
        ("Naam", firm.name),
        ("Code", firm.code),
        ("Land", countries().get(firm.country)),
        ("Nummer", firm.registration_number or None),
        ("Mensen", len(firms.people_of(firm, clock.today()))),
        *touching.counted(firm.pk),
    ]
    return {"title": title, "facts": facts}
