"""A delivery protocol as data: what a supplier is asked, at which level, in which unit, and where that comes from.

A published version holds all its fields, those it inherits too: what a tender pinned never changes, also when the
protocol that it was derived from gets a next version.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from indicators.models import ProtocolVersion

Definition = Mapping[str, Any]

LIGHT, STANDARD, FULL = "light", "standard", "full"
LEVELS = {LIGHT: "licht", STANDARD: "standaard", FULL: "volledig"}
_RANK = {level: rank for rank, level in enumerate(LEVELS)}
PLACES = {
    "bid": "De inschrijving",
    "line": "Per product",
    "material": "Per materiaal",
    "use": "Per verbruik",
    "answers": "Meer over het product",
    "declared": "Eigen resultaten",
}


@dataclass(frozen=True)
class AskedField:
    """One thing that is asked. `asked_from`, `required_from` and `evidence_from` are request levels or None.

    `weighs` is False for what is only followed and may never decide an award; `printed` is how the source of
    the protocol names it; `first` are the codes that stand on top of a list.
    """

    place: str
    code: str
    label: str
    help: str
    type: str
    unit: str
    asked_from: str
    required_from: str | None
    evidence_from: str | None
    choices: tuple[tuple[str, str], ...]
    applies_to: tuple[str, ...]
    weighs: bool
    source: str
    printed: str
    first: tuple[str, ...]
    minimum: str | None
    maximum: str | None
    decimals: int | None

    @property
    def asked_word(self) -> str:
        """The request level from which this is asked, in Dutch."""
        return LEVELS[self.asked_from]

    def asked_at(self, level: str) -> bool:
        """Whether this is asked at this level: a level asks what the lighter ones ask, and more."""
        return _RANK[self.asked_from] <= _RANK[level]

    @property
    def always_required(self) -> bool:
        """Whether nothing can be calculated without it, so that every level asks it."""
        return self.required_from == LIGHT

    def required_at(self, level: str) -> bool:
        """Whether a bid without it is refused at this level."""
        return self.required_from is not None and _RANK[self.required_from] <= _RANK[level]

    def evidence_at(self, level: str) -> bool:
        """Whether evidence is asked at this level; evidence that misses is told, never a reason to refuse."""
        return self.evidence_from is not None and _RANK[self.evidence_from] <= _RANK[level]


@dataclass(frozen=True)
class Protocol:
    """All fields of one protocol version; `sums` are groups of fractions that together are the whole."""

    code: str
    version: str
    name: str
    inherits: str
    fields: tuple[AskedField, ...]
    sums: tuple[tuple[str, tuple[str, ...]], ...]
    may_declare: tuple[str, ...] = ()
    """the indicators of which a line may carry the maker's own figure for production"""

    def of(self, place: str, kind: str) -> list[AskedField]:
        """The fields in this place for durable or consumed goods, in the order in which they are shown."""
        return [field for field in self.fields if field.place == place and kind in field.applies_to]

    def answers(self, kind: str) -> list[AskedField]:
        """What is asked beside the fields that the calculation needs."""
        return self.of("answers", kind)

    def with_evidence(self, kind: str) -> list[AskedField]:
        """The fields of a product, with its materials, for which a document can be named."""
        places = ("line", "material", "answers")
        found = [field for place in places for field in self.of(place, kind) if field.evidence_from]
        return list({field.code: field for field in found}.values())


def protocol_of(version: ProtocolVersion | None) -> Protocol | None:
    """The fields of a version, or None without one."""
    if version is None:
        return None
    definition = version.definition
    return Protocol(
        version.code,
        version.version,
        version.name_nl,
        definition.get("inherits") or "",
        tuple(_field(row) for row in fields_of(definition)),
        tuple((each["label_nl"], tuple(each["fields"])) for each in definition.get("sums", ())),
        tuple(definition.get("declared_production", ())),
    )


def fields_of(definition: Definition) -> list[dict[str, Any]]:
    """The fields of a definition, also of one that still has them by place (the first general protocol)."""
    if "fields" in definition:
        return list(definition["fields"])
    return [
        {**row, "place": place, "asked_from": LIGHT, "required_from": LIGHT if row["required"] else None}
        for place, rows in definition["levels"].items()
        for row in rows
    ]


def merged(parent: Definition, child: Definition) -> dict[str, Any]:
    """The child with everything that it inherits: its own words for a field come before those of the parent."""
    rows = {(row["place"], row["code"]): row for row in fields_of(parent)}
    for row in child["fields"]:
        key = (row["place"], row["code"])
        given = {name: value for name, value in row.items() if value is not None or name.endswith("_from")}
        rows[key] = {**rows.get(key, {}), **given}
    sums = [*parent.get("sums", ()), *child.get("sums", ())]
    return {**child, "fields": list(rows.values()), "sums": sums}


def incomplete(definition: Definition) -> Iterable[str]:
    """The codes of fields in a merged definition that lack what every face shows."""
    needed: Sequence[str] = ("label_nl", "help_nl", "type", "applies_to", "asked_from")
    for row in fields_of(definition):
        if any(not row.get(name) for name in needed) or row["place"] not in PLACES:
            yield f"{row.get('place')}.{row.get('code')}"


def _field(row: Mapping[str, Any]) -> AskedField:
    return AskedField(
        place=row["place"],
        code=row["code"],
        label=row["label_nl"],
        help=row["help_nl"],
        type=row["type"],
        unit=row.get("unit") or "",
        asked_from=row["asked_from"],
        required_from=row.get("required_from"),
        evidence_from=row.get("evidence_from"),
        choices=tuple((each["code"], each["label_nl"]) for each in row.get("choices") or ()),
        applies_to=tuple(row["applies_to"]),
        weighs=row.get("weighs", True),
        source=row.get("source") or "",
        printed=row.get("printed") or "",
        first=tuple(row.get("first") or ()),
        minimum=row.get("min"),
        maximum=row.get("max"),
        decimals=row.get("decimals"),
    )
