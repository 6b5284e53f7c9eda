"""The pages of the spend scan: file, columns, taking over, categories and result, without any script."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from indicators import releases
from indicators.selectors.per_euro import spend_version
from mvi_dashboard.ground.models import ColumnProfile, Organisation, Role, User
from reporting.models import SpendEntry, SpendPreview

from .spend import FILE

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
HERE = "/dashboard/alle-inkoop/"


def test_a_file_goes_from_choosing_to_a_range_in_four_steps(
    reference: None, client: Client, new_person: Callable[..., User], organisation: Organisation
) -> None:
    if spend_version() is None:
        releases.load(settings.BASE_DIR / "fixtures" / "reference-2026.2-spend")
    client.force_login(new_person(Role.PROCUREMENT_OFFICER, organisation))
    assert "Lees uw uitgaven in" in client.get(HERE).content.decode()
    assert client.get(f"{HERE}bestand/").status_code == 200
    file = SimpleUploadedFile("uitgaven.csv", FILE.encode())
    sent = {"file": file, "firstDay": "1-1-2026", "lastDay": "31-12-2026", "vatRate": "21"}
    answer = client.post(f"{HERE}bestand/", sent)
    preview = SpendPreview.objects.get()
    columns = f"{HERE}{preview.public_id}/kolommen/"
    assert (answer.status_code, answer["Location"]) == (302, columns)
    assert b"Jansen" not in bytes(preview.content)
    shown = client.get(columns).content.decode()
    assert 'value="supplier" selected' in shown
    meant = {"kolom-0": "supplier", "kolom-1": "amount", "kolom-2": "date", "kolom-3": "category"}
    wrong = client.post(columns, meant | {"kolom-4": "supplier", "decimal": ",", "date_form": "dmy"})
    assert "al een andere kolom" in wrong.content.decode()
    chosen = meant | {"kolom-4": "contract", "decimal": ",", "date_form": "dmy", "profiel": "crediteuren"}
    take = f"{HERE}{preview.public_id}/overnemen/"
    assert client.post(columns, chosen)["Location"] == take
    assert ColumnProfile.objects.get().name == "crediteuren"
    assert "1 regel lijkt een persoon" in client.get(take).content.decode()
    assert not SpendEntry.objects.exists()
    assert client.post(take, {}).status_code == 302
    assert SpendEntry.objects.count() == 4
    categories = client.get(f"{HERE}categorieen/").content.decode()
    assert "434000 Onderhoud wegen" in categories
    said = {"soort-0": "category", "code-0": "434000 Onderhoud wegen", "betekenis-0": "wegen"}
    assert client.post(f"{HERE}categorieen/", said)["Location"] == HERE
    result = client.get(HERE).content.decode()
    assert "197 tot 318 ton" in result
    assert "schatting uit uitgaven" in result
    assert "prijspeil 2023" in result


def test_who_only_reads_sees_no_way_to_bring_a_file_in(
    reference: None, client: Client, new_person: Callable[..., User], organisation: Organisation
) -> None:
    client.force_login(new_person(Role.AUDITOR, organisation))
    assert "Lees een bestand in" not in client.get(HERE).content.decode()
    assert client.get(f"{HERE}bestand/").status_code == 403
