"""From a declaration to factors per kg: our indicators only, by stage, with a reason for all that stays out."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from indicators.factors.exchange.factors import Factors, NewMaterial, NewSource, Options
from mvi_dashboard.ground.problems import Problem, refuse

from . import openepd, tables
from .biogenic import biogenic_of, is_biogenic
from .declaration import Declaration, Result
from .doubles import check_doubles
from .mass import Conversion, conversion_of
from .stages import Stage, disagreement, stages_of, without_stage
from .tables import Known
from .units import in_dutch, indicator_ratio, ratio

CATEGORY = "milieuverklaring"
_DIGITS = 15
_REGION = 20
_QUALITY = {"specific": "good", "average": "fair", "representative": "fair", "generic": "fair"}
_ADDRESS = re.compile(r"https?://[^\s<>\"']{1,480}").fullmatch
_NEVER_NEGATIVE = "Negatief: een voordeel telt alleen in module D, buiten de systeemgrens."
_UPTAKE_INSIDE = (
    "Negatief: zo telt de opname door planten mee, en die staat niet apart. Wij tellen die niet mee, "
    "dus dit maken is onbekend."
)
_UPTAKE_OUT = "De opname door planten is eruit gehaald: die staat apart, als biogeen."
_RELEASE_OUT = "Wat planten opnamen en hier vrijkomt, is eruit gehaald: dat staat apart, als biogeen."
_NO_PRODUCTION = "Zonder het maken geen factor: een andere fase komt daar niet voor in de plaats."
_PRODUCTION, _BEYOND = "production", "beyond"


@dataclass(frozen=True)
class _Taken:
    """A result that is one of our indicators, and what turns its unit into ours."""

    result: Result
    known: Known
    times: Decimal


def factors_of(declaration: Declaration, name: str, options: Options, found: Factors) -> None:
    """Puts the factors of this declaration in `found`, with its material, source and the exact modules.

    Problems are noted, so that all come at once. Raises Refused for a template, which declares nothing.
    """
    if declaration.subtype.startswith("template"):
        raise refuse("template", "Dit is een leeg voorbeeld (template dataset), geen verklaring van een product.")
    before = len(found)
    conversion = conversion_of(declaration, found.problems, options.conversion_factor)
    check_doubles(declaration, found)
    taken = list(_ours(declaration, found))
    if conversion is None:
        return
    source = _source(declaration)
    material = options.material or _material(declaration, found)
    found.sources[source.code] = source
    used = {}
    for place, each in enumerate(taken, start=1):
        stages = list(_usable(each, declaration, found))
        used[each.result.name] = {stage.module: stage.made_of for stage in stages}
        for stage in stages:
            _add(found, place, each, stage, declaration, conversion, material, source)
    found.left_parts = _grouped(found.left_parts)
    if len(found) == before:
        found.problems.note((), *_nothing_in(declaration))
    found.declarations[source.code] = _document(declaration, conversion, taken, used, name)


def _nothing_in(declaration: Declaration) -> tuple[str, str]:
    """Why no factor came of it."""
    others = sorted({each.method for each in declaration.results if each.method} - set(openepd.METHODS))
    if not others:
        return "no_factors", "In deze verklaring staat niets dat wij per kg kunnen gebruiken."
    known = ", ".join(openepd.METHODS)
    text = f"Deze verklaring rekent met {', '.join(others)}. Dat is geen EN 15804: wij lezen {known}."
    return "other_method", f"{text} Vraag de uitgever om resultaten volgens EN 15804."


def _ours(declaration: Declaration, found: Factors) -> Iterator[_Taken]:
    """The results that are one of our indicators, one each; the others are named with the reason."""
    fitting: dict[str, list[tuple[tuple[int, ...], _Taken]]] = {}
    for result in declaration.results:
        known = known_of(result, declaration.standard)
        if known is None:
            method = result.method and not openepd.method_standard(result.method)
            why = "De methode is geen EN 15804." if method else "Deze indicator kennen wij niet."
            found.left_parts.append((result.name, why))
        elif not known.same_quantity:
            found.left_parts.append((result.name, known.reason))
        elif (times := _times(result, known, found)) is not None:
            order = (known.standard != declaration.standard, openepd.method_rank(result.method), known.place)
            fitting.setdefault(known.indicator, []).append((order, _Taken(result, known, times)))
    for rows in fitting.values():
        first, *others = [each for _, each in sorted(rows, key=lambda row: row[0])]
        found.left_parts += [
            (each.result.name, f"Staat er ook in als {first.result.name}: die nemen wij over.") for each in others
        ]
        yield first


def known_of(result: Result, standard: str) -> Known | None:
    """The indicator of EN 15804 that this result is, by identifier first and by name after that."""
    if result.method:
        wanted = openepd.method_standard(result.method)
        return tables.by_openepd(result.key, wanted) if wanted else None
    return tables.by_key(result.key) or tables.by_openepd(result.key, standard) or _by_name(result, standard)


def _by_name(result: Result, standard: str) -> Known | None:
    # An identifier that we do not know is another indicator, whatever its name; only without one the name counts.
    return (
        None
        if re.search(r"[1-9a-f]", result.key) and len(set(result.key)) > 2
        else tables.by_name(result.name, standard)
    )


def _times(result: Result, known: Known, found: Factors) -> Decimal | None:
    """What turns the unit of this result into ours; a unit that does not fit is noted."""
    times = indicator_ratio(result.unit, known.unit)
    _, of_group = tables.units_of_keys().get(result.unit_group, ("", ""))
    if times is None:
        given = result.unit or "een onbekende eenheid"
        text = f"{result.name} staat in {given}, maar hoort in {known.unit} te staan."
    elif of_group and indicator_ratio(result.unit, of_group) is None and ratio(result.unit, of_group) is None:
        text = f"{result.name} staat in {result.unit}, maar de groep van eenheden telt in {of_group}."
    else:
        if result.unit != known.unit:
            found.units[result.unit, known.unit, format(times, "f")] += 1
        return times
    found.problems.note(("indicators", result.name, "unit"), "invalid_unit", text)
    return None


def _usable(each: _Taken, declaration: Declaration, found: Factors) -> Iterator[Stage]:
    """The stages that become a factor; the others are named with the reason."""
    name = each.result.name
    wrong = disagreement(each.result.amounts)
    if wrong:
        found.problems.note(("indicators", name, "A1-A3"), "modules_disagree", f"{wrong}. Welke klopt?")
    for module in without_stage(each.result.amounts):
        found.left_parts.append((f"{name} {module}", "Deze module heeft bij ons geen plaats in een factor."))
    stages = stages_of(each.result.amounts, declaration.default_scenarios)
    made = [stage for stage in stages if _counts(each, stage, declaration, found)]
    production = any(stage.module == _PRODUCTION for stage in made)
    for stage in made:
        if production or stage.module == _BEYOND:
            yield stage
        else:
            found.left_parts.append((f"{name} {stage.made_of}", _NO_PRODUCTION))


def _counts(each: _Taken, stage: Stage, declaration: Declaration, found: Factors) -> bool:
    """Whether this stage has a number that counts; what is left out of it is named with the reason."""
    what = f"{each.result.name} {stage.made_of}"
    if stage.value is None:
        found.left_parts.append((each.result.name, stage.why))
        return False
    biogenic = _biogenic(each, stage, declaration)
    if stage.value - biogenic < 0 and stage.module != _BEYOND:
        uptake = each.known.indicator == "climate" and stage.module == _PRODUCTION and not biogenic
        found.left_parts.append((what, _UPTAKE_INSIDE if uptake else _NEVER_NEGATIVE))
        return False
    if biogenic:
        found.left_parts.append((what, _UPTAKE_OUT if biogenic < 0 else _RELEASE_OUT))
    return True


def _biogenic(each: _Taken, stage: Stage, declaration: Declaration) -> Decimal:
    """The carbon of plants in this stage: our climate indicator has none in it, it stands apart in no total."""
    same = (result for result in declaration.results if result.method == each.result.method)
    apart = next((result for result in same if is_biogenic(known_of(result, declaration.standard))), None)
    return biogenic_of(each.result, each.known, stage, declaration, apart)


def _add(
    found: Factors,
    place: int,
    each: _Taken,
    stage: Stage,
    declaration: Declaration,
    conversion: Conversion,
    material: str,
    source: NewSource,
) -> None:
    biogenic = _biogenic(each, stage, declaration)
    per_kg = each.times / conversion.kg
    value = _rounded(((stage.value or Decimal(0)) - biogenic) * per_kg)
    most = each.known.most_per_kg
    if most is not None and abs(value) > most:
        text = (
            f"{each.known.code} ({stage.made_of}) is {_plain(value, digits=6)} {each.known.unit} per kg. "
            f"Meer dan {_plain(most)} is ongewoon."
        )
        path = ("factors", material, each.known.indicator, stage.module)
        found.warnings.append(Problem(path, "implausible", text, confirmable=True))
    unit = f"per {_plain(conversion.amount)} {in_dutch(conversion.unit)}"
    derivation = (
        f"{each.result.name}, {stage.made_of}: {_plain(stage.value or Decimal(0))} {each.result.unit} {unit}"
    )
    if biogenic < 0:
        derivation += f", zonder de opname door planten van {_plain(-biogenic)}"
    elif biogenic:
        derivation += f", zonder de {_plain(biogenic)} die planten opnamen en die hier vrijkomt"
    derivation += f"; {_plain(conversion.kg)} kg {unit} ({conversion.how})"
    found.add(
        place,
        material=material,
        indicator=each.known.indicator,
        module=stage.module,
        value=value,
        biogenic=_rounded(biogenic * per_kg) if biogenic else None,
        unit=f"{each.known.unit}/kg",
        source=source.code,
        source_url=source.url,
        source_reference=f"{each.known.code}, {stage.made_of}"[:300],
        year=declaration.year,
        region=declaration.geography if len(declaration.geography) <= _REGION else "",
        quality=_QUALITY.get(declaration.subtype.partition(" ")[0], ""),
        derivation=derivation[:2000],
    )


def _source(declaration: Declaration) -> NewSource:
    """The declaration as a source; another content under the same number is another source."""
    said = repr(asdict(declaration)).encode()
    stamp = hashlib.sha256(said).hexdigest()[:8]
    title = f"{declaration.name} ({declaration.registration})" if declaration.registration else declaration.name
    notes = [declaration.subtype, *declaration.standards, declaration.publisher]
    return NewSource(
        code=f"epd-{_slug(declaration.key or declaration.registration)[:60]}-{stamp}",
        title=title[:300],
        publisher=declaration.owner[:200],
        url=declaration.url if _ADDRESS(declaration.url) else "",
        year=declaration.published.year if declaration.published else declaration.year,
        licence=declaration.licence[:200],
        note="; ".join(note for note in notes if note),
    )


def _material(declaration: Declaration, found: Factors) -> str:
    """The code of the material that the declaration is about, proposed as a new one."""
    code = f"epd-{_slug(declaration.registration or declaration.key).removeprefix('epd-')}"[:80]
    found.materials[code] = NewMaterial(
        code=code,
        kind="material",
        unit="kg",
        name_nl=declaration.name[:200],
        name_en=declaration.names.get("en", "")[:200],
        category=CATEGORY,
        note=f"Milieuverklaring van {declaration.owner}" if declaration.owner else "",
    )
    return code


def _document(
    declaration: Declaration,
    conversion: Conversion,
    taken: Iterable[_Taken],
    used: dict[str, dict[str, str]],
    file: str,
) -> dict[str, Any]:
    """The declaration as it is kept and shown: every module value to its last digit, as text."""
    codes = {each.result.name: each.known.indicator for each in taken}
    results = [
        {
            "name": result.name,
            "key": result.key,
            "unit": result.unit,
            "indicator": codes.get(result.name, ""),
            "used": used.get(result.name, {}),
            "amounts": [
                [each.module, each.scenario, None if each.value is None else str(each.value)]
                for each in result.amounts
            ],
        }
        for result in declaration.results
    ]
    days = {name: getattr(declaration, name) for name in ("published", "valid_until")}
    texts = ("key", "version", "owner", "publisher", "registration", "url", "licence", "subtype", "standard")
    return {
        **{name: getattr(declaration, name) for name in texts},
        **{name: day.isoformat() if day else None for name, day in days.items()},
        "name": declaration.name,
        "names": dict(declaration.names),
        "file": file,
        "standards": list(declaration.standards),
        "year": declaration.year,
        "geography": declaration.geography,
        "declared": {
            "amount": f"{conversion.amount.normalize():f}",
            "unit": conversion.unit,
            "text": declaration.declared_text,
        },
        "conversion": {"kg": f"{conversion.kg.normalize():f}", "how": conversion.how, "remark": conversion.remark},
        "scenarios": [asdict(scenario) for scenario in declaration.scenarios],
        "results": results,
        "content": [asdict(part) for part in declaration.content],
    }


def _grouped(parts: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """What was left out, once for every reason: a declaration has dozens of indicators."""
    reasons: dict[str, list[str]] = {}
    for what, why in parts:
        reasons.setdefault(why, []).append(_short(what))
    return [(", ".join(names), why) for why, names in reasons.items()]


def _short(name: str) -> str:
    """The abbreviation in a name, with what stands behind it.

    >>> _short("Total use of energy (PENRT) A5"), _short("Biogenic carbon"), _short("gwp (TRACI 2.1)")
    ('PENRT A5', 'Biogenic carbon', 'gwp (TRACI 2.1)')
    """
    found = re.fullmatch(r".* \(([A-Z][A-Za-z0-9/-]{1,19})\)(.*)", name)
    return found[1] + found[2] if found else name


def _rounded(number: Decimal) -> Decimal:
    """To as many digits as a stored number can hold."""
    return Decimal(f"{number:.{_DIGITS}g}")


def _plain(number: Decimal, *, digits: int = _DIGITS) -> str:
    return f"{Decimal(f'{number:.{digits}g}').normalize():f}".replace(".", ",")


def _slug(text: str) -> str:
    """Letters, digits and dashes only, without accents."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "zonder-nummer"
