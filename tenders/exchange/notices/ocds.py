"""OCDS: a release, a package of releases or records, and a tender of ProZorro, read as one announcement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mvi_dashboard.ground.problems import Problem, Refused, refuse
from tenders.services.notices import Notice, NoticeItem, NoticeLot

from .parts import Sorting, object_of, objects_of, text_of

_NOT_OCDS = "Dit is geen OCDS: er staat geen release, record of tender in."
_SECTIONS = ("tender", "awards", "contracts", "planning")


def read_ocds(document: Mapping[str, Any]) -> Notice:
    """What the newest release says, with what earlier ones said of it. Raises Refused."""
    release = _release_of(document)
    sorting = Sorting()
    tender = object_of(release.get("tender")) or _of_award(release)
    title = text_of(tender.get("title")) or text_of(tender.get("description"))
    missing = [
        Problem(("text",), "required", f"{what} ontbreekt in deze OCDS.")
        for what, there in (
            ("Het kenmerk (ocid)", text_of(release.get("ocid"))),
            ("De aanbesteding (tender)", tender),
            ("De titel (tender.title)", title or not tender),
        )
        if not there
    ]
    if missing:
        raise Refused(missing)
    awards = objects_of(release.get("awards"))
    period = object_of(tender.get("tenderPeriod"))
    value = object_of(tender.get("value"))
    found = Notice(
        source="ocds",
        procedure=text_of(release["ocid"])[:200],
        key=f"{text_of(release['ocid'])} {text_of(release.get('id')) or text_of(release.get('date'))}"[:300],
        kind="award" if awards else "tender",
        title=title,
        reference=text_of(tender.get("id")) or text_of(release["ocid"]),
        buyer=text_of(object_of(release.get("buyer")).get("name")),
        deadline=sorting.moment("Uiterste datum", text_of(period.get("endDate"))),
        value=sorting.euros("Geschatte waarde", value.get("amount"), value.get("currency")),
    )
    found.lots = _lots(tender, awards, sorting)
    sorting.count("percelen", len(found.lots))
    found.facts = _winners(release, awards, sorting)
    for name, why in (
        ("planning", "Wat vooraf was gepland, heeft hier geen plaats."),
        ("bids", "Inschrijvingen zonder materialen zeggen niets over effect: lees de werkboeken in."),
    ):
        if release.get(name):
            sorting.leave(name, why)
    for name in ("documents", "milestones", "criteria", "enquiryPeriod"):
        if tender.get(name):
            sorting.leave(f"tender.{name}", "Dit heeft hier geen plaats.")
    found.read, found.left_out = sorting.read, sorting.left_out
    return found


def _of_award(release: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the first award or contract says was asked, for a release without its tender."""
    for row in (*objects_of(release.get("awards")), *objects_of(release.get("contracts"))):
        if text_of(row.get("title")) or text_of(row.get("description")):
            period = row.get("contractPeriod") or row.get("period")
            return {"title": row.get("title") or row.get("description"), "contractPeriod": period,
                    "items": row.get("items")}  # fmt: skip
    return {}


def _release_of(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """One release, in which later ones of the same procedure came over earlier ones. Raises Refused."""
    data = object_of(document.get("data"))
    if text_of(data.get("tenderID")):
        return {**data, "ocid": data["tenderID"], "id": data.get("dateModified"), "tender": data,
                "buyer": data.get("procuringEntity")}  # fmt: skip
    releases: list[Mapping[str, Any]] = objects_of(document.get("releases"))
    for record in objects_of(document.get("records")):
        compiled = object_of(record.get("compiledRelease"))
        releases += [compiled] if compiled else objects_of(record.get("releases"))
    if not releases and any(name in document for name in ("ocid", *_SECTIONS)):
        releases = [document]
    if not releases:
        raise refuse("wrong_type", _NOT_OCDS)
    names = list(dict.fromkeys(text_of(each.get("ocid")) for each in releases))
    if len(names) > 1:
        text = (
            f"Hierin staan {len(names)} procedures ({', '.join(names[:3])}): kies er een, en neem die apart over."
        )
        raise refuse("too_many", text)
    whole: dict[str, Any] = {}
    for release in sorted(releases, key=lambda each: text_of(each.get("date"))):
        tender = {**object_of(whole.get("tender")), **object_of(release.get("tender"))}
        whole |= {name: value for name, value in release.items() if value not in (None, [], {}, "")}
        whole |= {"tender": tender} if tender else {}
    return whole


def _lots(tender: Mapping[str, Any], awards: Sequence[Mapping[str, Any]], sorting: Sorting) -> list[NoticeLot]:
    rows = _once(objects_of(tender.get("lots")), "lots", sorting)
    items = _once(objects_of(tender.get("items")), "items", sorting)
    whole = object_of(tender.get("contractPeriod"))
    if not whole and len(awards) == 1:
        whole = object_of(awards[0].get("contractPeriod"))
    if not rows:
        rows = [{"id": "1", "title": tender.get("title")}] if items or whole else []
    found = []
    for row in rows:
        key = text_of(row.get("id"))
        mine = [
            each for each in items if text_of(each.get("relatedLot")) in (("", key) if len(rows) == 1 else (key,))
        ]
        period = object_of(row.get("contractPeriod")) or whole
        demand = [_item(each, sorting) for each in mine]
        found.append(
            NoticeLot(
                key,
                text_of(row.get("title")) or text_of(row.get("description")) or text_of(tender.get("title")),
                next((each.cpv for each in demand if each.cpv), ""),
                sorting.day("Begin van het contract", text_of(period.get("startDate"))),
                sorting.day("Einde van het contract", text_of(period.get("endDate"))),
                demand,
            )
        )
    return found


def _once(rows: list[Mapping[str, Any]], what: str, sorting: Sorting) -> list[Mapping[str, Any]]:
    """The rows, each id once: the first counts."""
    found: dict[str, Mapping[str, Any]] = {}
    for place, row in enumerate(rows):
        key = text_of(row.get("id")) or f"#{place}"
        if key in found:
            sorting.leave(f"tender.{what} {key}", "Dit kenmerk staat er twee keer in: de eerste telt.")
        found.setdefault(key, row)
    return list(found.values())


def _item(row: Mapping[str, Any], sorting: Sorting) -> NoticeItem:
    kind, unit = object_of(row.get("classification")), object_of(row.get("unit"))
    description = text_of(row.get("description")) or text_of(kind.get("description")) or "zonder omschrijving"
    code = text_of(unit.get("id")) or text_of(unit.get("code"))
    sorting.count("vragen")
    return NoticeItem(
        description,
        sorting.cpv(description, text_of(kind.get("id")).removesuffix(".0"), text_of(kind.get("scheme")) or "CPV"),
        sorting.pieces(description, row.get("quantity"), code, text_of(unit.get("name"))),
    )


def _winners(
    release: Mapping[str, Any], awards: Sequence[Mapping[str, Any]], sorting: Sorting
) -> list[tuple[str, str]]:
    found = []
    for award in awards:
        if text_of(award.get("status")) in ("cancelled", "unsuccessful"):
            sorting.leave("Gunning", "Een gunning die niet doorging, nemen wij niet over.")
            continue
        names = [text_of(each.get("name")) for each in objects_of(award.get("suppliers"))]
        day = text_of(award.get("date"))[:10]
        said = ", ".join(filter(None, names)) or "zonder naam"
        lot = text_of(award.get("lotID")) or ", ".join(map(text_of, award.get("relatedLots") or ()))
        found.append(("Gegund", f"{said}{f', perceel {lot}' if lot else ''}{f', op {day}' if day else ''}"))
        sorting.count("gunningen")
    sorting.count("contracten", len(objects_of(release.get("contracts"))))
    return found
