"""`verify` is silent when all holds, and says what does not."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import call_command

from mvi_dashboard.ground import triggers, verification
from mvi_dashboard.ground.models import Organisation

pytestmark = pytest.mark.django_db


def verify(*checks: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("verify", *checks, stdout=out)
    except SystemExit as ended:
        return int(str(ended.code)), out.getvalue()
    return 0, out.getvalue()


def test_a_sound_installation_has_no_differences(organisation: Organisation) -> None:
    code, text = verify()
    assert (code, text.split(" ")[0]) == (0, "0")


def test_an_absent_guard_is_a_difference(organisation: Organisation) -> None:
    with triggers.suspended():
        code, text = verify("guards")
    assert code == 1
    assert "ground_auditentry" in text


def test_an_organisation_outside_its_tree_is_a_difference(
    organisation: Organisation, new_organisation: Callable[..., Organisation]
) -> None:
    child = new_organisation(code="dienst", parent=organisation)
    Organisation.objects.filter(pk=child.pk).update(path="/elders/")
    assert verify("organisations") == (1, "organisations: dienst is not where its parent says\n")


def test_each_app_adds_checks_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "_checks", {})
    verification.register("cells", lambda: ["one total is off"])
    assert verify() == (1, "cells: one total is off\n")
    assert verify("unknown")[0] == 1
