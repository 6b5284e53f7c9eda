"""Loading what never changes once published: factor sets, the method, bases, products and protocols."""

from __future__ import annotations

import hashlib
from typing import Any

from indicators.calculation.storage import canonical_json
from indicators.factors.between import wrong_bounds
from indicators.factors.sealed_content import content_hash
from indicators.factors.version_losses import losses_between
from indicators.models import (
    BaselineMaterial,
    BaselineProduct,
    BaselineUse,
    Basis,
    BasisLayer,
    CircularStrategy,
    EndOfLifePlan,
    Factor,
    FactorSet,
    FactorSetVersion,
    Indicator,
    Material,
    MethodVersion,
    Processing,
    ProductGroup,
    ProductType,
    ProtocolVersion,
    Source,
)
from indicators.models.coded import newest_published
from indicators.selectors.protocols import incomplete, merged
from mvi_dashboard.ground import clock

from .asking import ask, ask_over_own, holding
from .files import Release, Row
from .framework import add_missing, by_code, names
from .spend import load_spend_factors


def load_factor_sets(release: Release) -> int:
    """Factor set versions with their factors and processing; a version that is there is left alone."""
    made, before = 0, holding(FactorSetVersion.objects.all(), "factor_set_id")
    for row in release.rows("factor_sets.csv"):
        code, number = row.text("code", required=True), row.text("version", required=True)
        if FactorSetVersion.objects.filter(factor_set__code=code, version=number).exists():
            continue
        defaults = {name: row.text(name) for name in ("name_nl", "name_en", "description_nl")}
        defaults["kind"] = row.text("kind") or FactorSet.Kind.MATERIAL
        factor_set, _ = FactorSet.objects.get_or_create(code=code, defaults=defaults)
        version = FactorSetVersion.objects.create(
            factor_set=factor_set, version=number, valid_from=row.day("valid_from"), created_at=clock.now()
        )
        per_euro = factor_set.kind == FactorSet.Kind.SPEND
        added = load_spend_factors(release, code, number, version) if per_euro else 0
        if not per_euro:
            added += _factors(release, row.text("file", required=True), version)
            added += _processing(release, code, number, version)
        version.content_hash = content_hash(version)
        version.state = row.text("state", required=True)
        version.published_at = clock.now()
        version.save()
        ask(release, ("factor_sets.csv", row.place), version, before.get(factor_set.pk), losses_between)
        made += 1 + added
    return made


def _factors(release: Release, file: str, version: FactorSetVersion) -> int:
    materials, indicators, sources = by_code(Material), by_code(Indicator), by_code(Source)
    new: dict[tuple[Any, ...], Factor] = {}
    for row in release.rows(file):
        material, indicator = row.one_of("material", materials), row.one_of("indicator", indicators)
        source, value = row.one_of("source", sources), row.number("value", required=True)
        if material is None or indicator is None or source is None or value is None:
            if not row.text("source"):
                row.wrong("source", "required", "Elke factor heeft een bron.")
            continue
        unit = f"{indicator.unit}/{material.unit}"
        if row.text("unit") != unit:
            row.wrong("unit", "invalid_unit", f"De eenheid moet {unit} zijn.")
        module = row.text("module", required=True)
        if value < 0 and module != Factor.Module.BEYOND:
            row.wrong("value", "range", "Een factor is alleen negatief buiten de systeemgrens.")
            continue
        key = (material.code, indicator.code, module)
        if key in new:
            row.wrong("material", "duplicate_line", f"{', '.join(key)} staat er al.")
        _check_bounds(row, "low", "value", "high")
        _check_bounds(row, "recycled_low", "recycled_value", "recycled_high")
        new[key] = Factor(
            version=version,
            material=material,
            indicator=indicator,
            module=module,
            low=row.number("low"),
            value=value,
            high=row.number("high"),
            recycled_low=row.number("recycled_low"),
            recycled_value=row.number("recycled_value"),
            recycled_high=row.number("recycled_high"),
            unit=unit,
            geometric_sd=row.number("geometric_sd"),
            biogenic=row.number("biogenic"),
            source=source,
            source_ref=row.text("source_ref")[:300],
            source_url=row.text("source_url"),
            year=row.whole("year"),
            region=row.text("region"),
            quality=row.text("quality"),
            derivation=row.text("derivation"),
        )
    Factor.objects.bulk_create(new.values(), batch_size=500)
    return len(new)


def _processing(release: Release, code: str, number: str, version: FactorSetVersion) -> int:
    groups, indicators, sources = by_code(ProductGroup), by_code(Indicator), by_code(Source)
    types = by_code(ProductType)
    new = []
    for row in release.rows("processing.csv"):
        if (row.text("factor_set"), row.text("version")) != (code, number):
            continue
        group, indicator = row.one_of("product_group", groups), row.one_of("indicator", indicators)
        kind = row.one_of("product_type", types)
        if group is None or indicator is None:
            continue
        if kind is not None and kind.group_id != group.pk:
            row.wrong("product_type", "invalid_choice", f"'{kind.code}' hoort niet bij {group.code}.")
        _check_bounds(row, "low", "value", "high")
        new.append(
            Processing(
                version=version,
                group=group,
                product_type=kind,
                indicator=indicator,
                state=row.text("state", required=True),
                low=row.number("low"),
                value=row.number("value"),
                high=row.number("high"),
                unit=row.text("unit"),
                source=row.one_of("source", sources),
                derivation=row.text("derivation"),
                to_verify=bool(row.flag("to_verify")),
            )
        )
    Processing.objects.bulk_create(new, batch_size=500)
    return len(new)


def _check_bounds(row: Row, *fields: str) -> None:
    """Note what is wrong with the bounds in these columns: low, value, high."""
    low, value, high = (row.number(name) for name in fields)
    wrong = wrong_bounds(low, value, high)
    if wrong is not None:
        field, code, text = wrong
        row.wrong(fields[("low", "value", "high").index(field)], code, text)


def load_bases(release: Release) -> int:
    """Bases with their layers; at most one is current."""
    made = 0
    for found in release.document("bases.json"):
        if Basis.objects.filter(code=found["code"]).exists():
            continue
        method = MethodVersion.objects.get(
            method__code=found["method"]["code"], version=found["method"]["version"]
        )
        layers = [
            (
                each["rank"],
                FactorSetVersion.objects.get(factor_set__code=each["factor_set"], version=each["version"]),
            )
            for each in found["layers"]
        ]
        basis = Basis.objects.create(
            code=found["code"],
            name_nl=found["name_nl"],
            method_version=method,
            indicators=found["indicators"],
            hash=_hash([found["method"], [layer.content_hash for _, layer in layers], found["indicators"]]),
            without_making=found.get("without_making", []),
            created_at=clock.now(),
        )
        BasisLayer.objects.bulk_create(
            BasisLayer(basis=basis, rank=rank, version=version) for rank, version in layers
        )
        holds = Basis.objects.filter(state=Basis.State.CURRENT)
        if found["current"] and release.fresh:
            holds.update(state=Basis.State.SUPERSEDED)
        current = found["current"] and not holds.exists()
        basis.state = Basis.State.CURRENT if current else Basis.State.SUPERSEDED
        basis.save(update_fields=["state"])
        made += 1
    return made


def load_products(release: Release) -> int:
    """Baseline and reference products, complete with bill and use."""
    groups, types, sources = by_code(ProductGroup), by_code(ProductType), by_code(Source)
    strategies, plans = by_code(CircularStrategy), by_code(EndOfLifePlan)
    products = by_code(BaselineProduct)
    there = set(products)
    rows = [
        (
            row,
            BaselineProduct(
                **names(row),
                group=row.one_of("group", groups),
                product_type=row.one_of("product_type", types),
                kind=row.text("kind", required=True),
                valid_from=row.day("valid_from"),  # type: ignore[misc]  # an empty cell is refused by the table
                description_nl=row.text("description_nl"),
                mass_kg=row.decimal("mass_kg", required=True),
                lifetime_years=row.decimal("lifetime_years", required=True),
                strategy=row.one_of("strategy", strategies),
                plan=row.one_of("plan", plans),
                quality=row.text("quality", required=True),
                source=row.one_of("source", sources),
                to_verify=bool(row.flag("to_verify")),
                note=row.text("note"),
            ),
        )
        for row in release.rows("baseline_products.csv")
    ]
    made = add_missing(BaselineProduct, rows, products)
    _supersede(release, products)
    return made + _product_parts(release, products, there)


def _supersede(release: Release, products: dict[str, Any]) -> None:
    """Products for which a later release has a better one: still there for what names them, offered no more."""
    for row in release.rows("superseded_products.csv") if release.follows else ():
        old, new = row.one_of("code", products), row.one_of("successor", products)
        if old is not None and new is not None and old.successor_id is None:
            BaselineProduct.objects.filter(pk=old.pk).update(successor=new)


def _product_parts(release: Release, products: dict[str, Any], there: set[str]) -> int:
    materials = by_code(Material)
    bill, use = [], []
    for row in release.rows("baseline_materials.csv"):
        product, material = row.one_of("product", products), row.one_of("material", materials)
        share, recycled = row.decimal("share", required=True), row.decimal("recycled", required=True)
        if product is not None and material is not None and product.code not in there:
            bill.append(
                BaselineMaterial(
                    product=product,
                    component=row.text("component"),
                    material=material,
                    share=share,
                    recycled=recycled,
                    amount=row.decimal("amount"),
                )
            )
    for row in release.rows("baseline_use.csv"):
        product, flow = row.one_of("product", products), row.one_of("flow", materials)
        if product is not None and flow is not None and product.code not in there:
            quantity, per, role = row.decimal("quantity", required=True), row.text("basis"), row.text("role")
            use.append(BaselineUse(product=product, flow=flow, quantity=quantity, basis=per, role=role))
    BaselineMaterial.objects.bulk_create(bill)
    BaselineUse.objects.bulk_create(use)
    return len(bill) + len(use)


def load_protocols(release: Release) -> int:
    """Delivery protocols, each stored with all that it inherits: what is pinned needs no other version."""
    groups, made = by_code(ProductGroup), 0
    stored = {f"{row.code} {row.version}": row.definition for row in ProtocolVersion.objects.all()}
    for file, found in _protocols(release):
        named, parent = f"{found['code']} {found['version']}", found.get("inherits")
        if named in stored:
            continue
        if (parent and parent not in stored) or (found["group"] and found["group"] not in groups):
            release.note(file, 1, "inherits", "does_not_exist", f"{parent} of {found['group']} bestaat niet.")
            continue
        own = newest_published(ProtocolVersion.objects.filter(code=found["code"]))
        definition = merged(stored[parent], found) if parent else found
        for code in incomplete(definition):
            release.note(file, 1, code, "required", "Dit veld mist een label, uitleg, soort of niveau.")
        version = ProtocolVersion.objects.create(
            code=found["code"],
            version=found["version"],
            group=groups[found["group"]] if found["group"] else None,
            name_nl=found["name_nl"],
            definition=definition,
        )
        ask_over_own(release, file, version, own)
        stored[named] = definition
        made += 1
    return made


def _protocols(release: Release) -> list[tuple[str, dict[str, Any]]]:
    """The protocols of a release with their files: general ones first, as the others inherit from them."""
    files = ["protocols.json", *release.files("protocols", ".json")]
    found = [(file, each) for file in files for each in release.document(file)]
    return sorted(found, key=lambda pair: (pair[1]["group"] is not None, pair[1]["version"]))


def _version(code: str, number: str) -> FactorSetVersion:
    return FactorSetVersion.objects.get(factor_set__code=code, version=number)


def _hash(content: object) -> str:
    return "sha256:" + hashlib.sha256(canonical_json(content).encode()).hexdigest()
