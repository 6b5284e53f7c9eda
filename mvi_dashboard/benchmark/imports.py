"""Bringing in 100,000 factors beside the least that a database can do: one copy of the same rows, committed."""

from __future__ import annotations

import itertools
import tracemalloc
from collections.abc import Callable

from django.db import connection, transaction

from indicators.factors import factor_drafts, factor_imports
from indicators.factors.acting import stamp_of
from indicators.models import Factor, FactorSet, FactorSetVersion, ImportPreview, Indicator, Material
from mvi_dashboard.ground import access, accounts, audit
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import Role
from mvi_dashboard.ground.sent_files import Upload

from .measuring import Engine, medians

ROWS, ROUNDS = 100_000, 3
SET = "meting"
_INDICATORS = ("climate", "water", "land", "energy_nonrenewable")
_VERSIONS = itertools.count(1)
_MEBIBYTE = 2**20
_COLUMNS = [field.column or "" for field in Factor._meta.concrete_fields if not field.primary_key]


def engines() -> list[Engine]:
    """Preview and confirmation of a CSV of 100,000 rows, held against a published version of as many.

    Memory is what Python holds at most during the act, measured apart because that is slower.
    """
    stage = _Stage()
    stage.publish(stage.confirm(stage.preview()))
    copied = _Copy()
    held: list[ImportPreview] = []
    made: list[FactorSetVersion] = []
    taken = medians(
        {
            "copy": copied.act,
            "preview": lambda: held.append(stage.preview()),
            "confirm": lambda: made.append(stage.confirm(held.pop())),
            "clean": lambda: copied.drop(made),
        },
        ROUNDS,
    )
    previewing = _peak(lambda: held.append(stage.preview()))
    confirming = _peak(lambda: made.append(stage.confirm(held.pop())))
    size, copy = len(stage.content) / _MEBIBYTE, taken["copy"]
    return [
        Engine(f"copy {ROWS} factors into their table, with commit", copy, 1.0),
        Engine(
            f"preview a CSV of {size:.1f} MiB against {ROWS} factors; peak {previewing:.0f} MiB",
            taken["preview"],
            taken["preview"] / copy,
        ),
        Engine(f"confirm it; peak {confirming:.0f} MiB", taken["confirm"], taken["confirm"] / copy),
    ]


def _peak(act: Callable[[], object]) -> float:
    """The most that Python held at once during this, in MiB."""
    tracemalloc.start()
    try:
        act()
        return tracemalloc.get_traced_memory()[1] / _MEBIBYTE
    finally:
        tracemalloc.stop()


class _Copy:
    """The rows of the published version in the form in which the database takes them fastest."""

    def __init__(self) -> None:
        published = FactorSetVersion.objects.get(factor_set__code=SET)
        self.draft = FactorSetVersion.objects.create(factor_set=published.factor_set, version="kopie")
        self.rows = [
            (self.draft.pk, *rest)
            for _, *rest in Factor.objects.filter(version=published).values_list("version_id", *_COLUMNS[1:])
        ]
        self.text = "".join(
            "\t".join("\\N" if cell is None else str(cell) for cell in row) + "\n" for row in self.rows
        )

    def act(self) -> None:
        """The least that a database can do with these rows."""
        table, names = Factor._meta.db_table, ", ".join(_COLUMNS)
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                    copy.write(self.text)
            else:
                marks = ", ".join("%s" for _ in _COLUMNS)
                cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", self.rows)  # noqa: S608

    def drop(self, made: list[FactorSetVersion]) -> None:
        """Away with what a round left: every round then writes into a table of the same size."""
        Factor.objects.filter(version__in=[self.draft, *made])._raw_delete("default")
        made.clear()


def _manager(username: str) -> Actor:
    user = accounts.create_user(audit.SYSTEM, username=username)
    accounts.add_membership(audit.SYSTEM, user=user, role=Role.REFERENCE_MANAGER)
    return access.actor_of_user(user)


class _Stage:
    """A set of its own with 25,000 materials, a reference manager, and a file with a factor per indicator."""

    def __init__(self) -> None:
        self.manager, self.second = (_manager(name) for name in ("meting-factoren", "meting-tweede"))
        FactorSet.objects.create(code=SET, name_nl="Meting")
        count = ROWS // len(_INDICATORS)
        codes = [f"meting-{number:05d}" for number in range(count)]
        Material.objects.bulk_create(
            (Material(code=code, kind="material", unit="kg", name_nl=code) for code in codes), batch_size=2_000
        )
        units = dict(Indicator.objects.filter(code__in=_INDICATORS).values_list("code", "unit"))
        lines = ["materiaal;indicator;waarde;gerecycled;eenheid;bron;plaats;jaar;regio;kwaliteit"]
        for number, (code, indicator) in enumerate(itertools.product(codes, _INDICATORS)):
            value, recycled = f"{number % 977},{number % 8999 + 1:05d}", f"{number % 89},5"
            lines.append(
                f"{code};{indicator};{value};{recycled};{units[indicator]}/kg;Meting;rij {number};2026;NL;good"
            )
        self.content = "\n".join(lines).encode()

    def preview(self) -> ImportPreview:
        """The preview of the file."""
        document = {"factorSet": SET, "version": str(next(_VERSIONS)), "mode": "replace", "decimal": ","}
        return factor_imports.preview_factors(
            self.manager, document=document, upload=Upload("meting.csv", self.content)
        )

    def confirm(self, preview: ImportPreview) -> FactorSetVersion:
        """The concept that comes of it."""
        return factor_imports.confirm_import(self.manager, preview.public_id)

    def publish(self, version: FactorSetVersion) -> None:
        """Makes it the version that the next preview is held against."""
        stamp = stamp_of(version)
        factor_drafts.publish_draft(self.second, owner=SET, version=version.version, expected_version=stamp)
