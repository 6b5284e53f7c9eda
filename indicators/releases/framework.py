"""Loading what is measured and bought: sources, indicators, groups, themes, CPV codes, materials."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Field, Model

from indicators.models import (
    Cluster,
    Cpv,
    GroupCpv,
    Indicator,
    Material,
    MaterialName,
    ProductGroup,
    ProductType,
    Source,
    Theme,
    ThemeSet,
)

from .files import Release, Row


def by_code(model: type[Model]) -> dict[str, Any]:
    """All rows of a table by their code."""
    rows: Iterable[Any] = model._default_manager.all()
    return {row.code: row for row in rows}


def add_missing(model: type[Model], rows: Sequence[tuple[Row, Model]], known: dict[str, Any]) -> int:
    """Insert the rows whose code is not there yet; a code that stands twice in the file is a problem."""
    new: dict[str, Model] = {}
    seen: set[str] = set()
    for row, instance in rows:
        code = instance.code  # type: ignore[attr-defined]  # every table that is loaded has one
        if not code or code in seen:
            row.wrong("code", "duplicate", f"Code '{code}' is leeg of staat er al.")
        elif code not in known:
            new[code] = instance
        seen.add(code)
    model._default_manager.bulk_create(new.values(), batch_size=500)
    known |= new
    return len(new)


def names(row: Row) -> dict[str, str]:
    """Code and names, as every table has them."""
    return {
        "code": row.text("code", required=True),
        "name_nl": row.text("name_nl", required=True),
        "name_en": row.text("name_en"),
    }


def load_sources(release: Release) -> int:
    """Sources; each factor names one."""
    rows = [
        (
            row,
            Source(
                code=row.text("code", required=True),
                title=row.text("title", required=True),
                publisher=row.text("publisher"),
                url=row.text("url"),
                year=row.whole("year"),
                licence=row.text("licence"),
                share_alike=bool(row.flag("share_alike")),
                note=row.text("note"),
            ),
        )
        for file in release.parts("sources.csv")
        for row in release.rows(file)
    ]
    return add_missing(Source, rows, by_code(Source))


def load_indicators(release: Release) -> int:
    """Indicators, in the order in which they are shown."""
    rows = [
        (
            row,
            Indicator(
                **names(row),
                unit=row.text("unit", required=True),
                definition_nl=row.text("definition_nl", required=True),
                definition_en=row.text("definition_en"),
                core=bool(row.flag("core")),
                kind=row.text("kind", required=True),
                position=row.whole("position") or 0,
            ),
        )
        for row in release.rows("indicators.csv")
    ]
    return add_missing(Indicator, rows, by_code(Indicator))


_RANGES = (
    "mass_min_kg",
    "mass_max_kg",
    "lifetime_min_years",
    "lifetime_max_years",
    "lifetime_usual_min_years",
    "lifetime_usual_max_years",
    "lifetime_limit_years",
    "lifetime_cap_years",
    "recycled_min",
    "recycled_max",
)


def load_groups(release: Release) -> int:
    """Clusters and their product groups."""
    clusters = by_code(Cluster)
    made = add_missing(
        Cluster,
        [
            (row, Cluster(**names(row), position=row.whole("position") or 0))
            for row in release.rows("clusters.csv")
        ],
        clusters,
    )
    rows = []
    for row in release.rows("product_groups.csv"):
        cluster = row.one_of("cluster", clusters)
        group = ProductGroup(
            **names(row),
            cluster=cluster,
            kind=row.text("kind", required=True),
            functional_unit_nl=row.text("functional_unit_nl"),
            amount_unit=row.text("amount_unit", required=True),
            bill_unit=row.text("bill_unit"),
            bill_kind=row.text("bill_kind"),
            high_impact=bool(row.flag("high_impact")),
            **{name: row.number(name) for name in _RANGES},
            valid_from=row.day("valid_from"),
            valid_to=row.day("valid_to"),
            note=row.text("note"),
        )
        if cluster is not None:
            rows.append((row, group))
    groups = by_code(ProductGroup)
    made += add_missing(ProductGroup, rows, groups)
    return made + _load_types(release, groups) + _change_groups(release, groups)


def _change_groups(release: Release, groups: dict[str, Any]) -> int:
    """Words and ranges of groups that a later release corrects; what was changed here by hand stays."""
    made = 0
    for row in release.rows("group_updates.csv") if release.follows else ():
        group, column = row.one_of("code", groups), row.text("column", required=True)
        if group is None:
            continue
        field = ProductGroup._meta.get_field(column)
        if not isinstance(field, Field):
            continue
        old, new = (field.to_python(row.text(name) or field.get_default()) for name in ("old", "new"))
        if getattr(group, column) == old != new:
            setattr(group, column, new)
            group.save(update_fields=[column])
            made += 1
    return made


def _load_types(release: Release, groups: dict[str, Any]) -> int:
    """Product types within their groups, which came with the second release."""
    rows = []
    for row in release.rows("product_types.csv") if release.follows else ():
        group = row.one_of("group", groups)
        if group is None:
            continue
        made = ProductType(
            **names(row),
            group=group,
            functional_unit_nl=row.text("functional_unit_nl"),
            **{name: row.number(name) for name in _RANGES if not name.startswith("recycled")},
            search_words=[word.strip() for word in row.text("names").split(";") if word.strip()],
            valid_from=row.day("valid_from"),
            valid_to=row.day("valid_to"),
            note=row.text("note"),
        )
        rows.append((row, made))
    return add_missing(ProductType, rows, by_code(ProductType))


def load_themes(release: Release) -> int:
    """Theme sets and their themes."""
    sets = by_code(ThemeSet)
    rows = [
        (row, ThemeSet(**names(row), valid_from=row.day("valid_from"), source=row.text("source")))
        for row in release.rows("theme_sets.csv")
    ]
    made = add_missing(ThemeSet, rows, sets)
    themes = []
    for row in release.rows("themes.csv"):
        theme_set = row.one_of("set", sets)
        theme = Theme(
            **names(row),
            theme_set=theme_set,
            position=row.whole("position") or 0,
            valid_from=row.day("valid_from"),
        )
        if theme_set is not None:
            themes.append((row, theme))
    return made + add_missing(Theme, themes, by_code(Theme))


def load_cpv(release: Release) -> int:
    """CPV codes, and which group each prefix points at."""
    fields = ("code", "check_digit", "name_nl", "name_en")
    rows = [(row, Cpv(**{name: row.text(name) for name in fields})) for row in release.rows("cpv.csv")]
    made = add_missing(Cpv, rows, by_code(Cpv))
    groups, types = by_code(ProductGroup), by_code(ProductType)
    known = set(GroupCpv.objects.values_list("prefix", flat=True))
    new = []
    for row in release.rows("group_cpv.csv"):
        group, prefix = row.one_of("group", groups), row.text("prefix", required=True)
        if group is not None and prefix not in known:
            kind = row.one_of("product_type", types)
            new.append(GroupCpv(group=group, product_type=kind, prefix=prefix, note=row.text("note")))
            known.add(prefix)
        elif group is not None and release.follows:
            kind = row.one_of("product_type", types)
            GroupCpv.objects.filter(prefix=prefix).update(group=group, product_type=kind)
    GroupCpv.objects.bulk_create(new)
    return made + len(new)


def load_materials(release: Release) -> int:
    """Materials, flows and foods with their synonyms."""
    public = Material.objects.filter(owner_organisation__isnull=True, owner_supplier__isnull=True)
    materials: dict[str, Any] = {material.code: material for material in public}
    rows = [
        (
            row,
            Material(
                **names(row),
                kind=row.text("kind", required=True),
                unit=row.text("unit", required=True),
                category=row.text("category"),
                composition=row.text("composition"),
                critical=row.flag("critical"),
                generic=bool(row.flag("generic")),
                abiotic_share=row.number("abiotic_share"),
                note=row.text("note"),
            ),
        )
        for row in release.rows("materials.csv")
    ]
    made = add_missing(Material, rows, materials)
    known = set(MaterialName.objects.values_list("material_id", "language", "name"))
    new = []
    for row in release.rows("material_names.csv"):
        material = row.one_of("material", materials)
        if material is None:
            continue
        key = (material.id, row.text("language", required=True), row.text("name", required=True))
        if key not in known:
            new.append(MaterialName(material_id=key[0], language=key[1], name=key[2]))
            known.add(key)
    MaterialName.objects.bulk_create(new, batch_size=500)
    return made + len(new)
