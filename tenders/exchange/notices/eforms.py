"""eForms (SDK 1.13): contract and award notices, by the paths that the SDK gives for each business term."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from xml.etree.ElementTree import Element

from mvi_dashboard.ground.problems import Problem, Refused, refuse
from tenders.services.notices import Notice, NoticeItem, NoticeLot

from .parts import Sorting, text_of

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_EFORMS = "http://data.europa.eu/p27/eforms-ubl-extension"
_NS = {
    "cac": f"{_UBL}CommonAggregateComponents-2",
    "cbc": f"{_UBL}CommonBasicComponents-2",
    "ext": f"{_UBL}CommonExtensionComponents-2",
    "efac": f"{_EFORMS}-aggregate-components/1",
    "efbc": f"{_EFORMS}-basic-components/1",
    "efext": f"{_EFORMS}s/1",
}
_KINDS = {"ContractNotice": "tender", "ContractAwardNotice": "award"}
_EXTENSION = "ext:UBLExtensions/ext:UBLExtension/ext:ExtensionContent/efext:EformsExtension"
_RESULT = f"{_EXTENSION}/efac:NoticeResult"
_AIMS = {
    "strategic-procurement": "BT-06 strategische inkoop",
    "environmental-impact": "BT-774 groen inkopen",
    "social-objective": "BT-775 sociaal inkopen",
    "innovative-acquisition": "BT-776 innovatief inkopen",
    "gpp-criteria": "BT-805 criteria voor groen inkopen",
}
_PRIVATE, _WINNER = "efac:FieldsPrivacy/efbc:FieldIdentifierCode", "win-cho"
_DUTCH = ("NLD", "nl")


def read_eforms(root: Element) -> Notice:
    """What a contract or award notice says. Raises Refused: another kind, withdrawn, or without what is needed."""
    name = root.tag.rpartition("}")[2]
    kind = _KINDS.get(name)
    if kind is None:
        text = f"Dit is geen aankondiging van een opdracht of gunning, maar {name[:60]}: die nemen wij niet over."
        raise refuse("wrong_type", text)
    _refuse_change(root)
    sorting = Sorting()
    title = _words(root, "cac:ProcurementProject/cbc:Name")
    procedure, notice = _text(root, "cbc:ContractFolderID"), _text(root, "cbc:ID")
    lots = [each for each in root.iterfind("cac:ProcurementProjectLot", _NS) if _scheme(each) == "Lot"]
    _require(("titel (BT-21)", title), ("kenmerk van de procedure (BT-04)", procedure), ("kenmerk van de "
             "aankondiging (BT-701)", notice), ("perceel (BT-137)", "ja" if lots else ""))  # fmt: skip
    version = _text(root, "cbc:VersionID")
    amount = root.find("cac:ProcurementProject/cac:RequestedTenderTotal/cbc:EstimatedOverallContractAmount", _NS)
    found = Notice(
        source="eforms",
        procedure=procedure[:200],
        key=f"{notice} {version}".strip()[:300],
        kind=kind,
        title=title,
        reference=_text(root, "cac:ProcurementProject/cbc:ID") or notice,
        deadline=_moment(lots, "cac:TenderSubmissionDeadlinePeriod", "cbc:End", "Uiterste datum", sorting),
        opening=_moment(lots, "cac:OpenTenderEvent", "cbc:Occurrence", "Opening", sorting),
        value=None if amount is None else sorting.euros("Geschatte waarde", amount.text, amount.get("currencyID")),
    )
    found.buyer = _buyer(root)
    found.lots = [_lot(each, sorting) for each in lots]
    sorting.count("percelen", len(lots))
    found.facts = [*_aims(lots), *_vehicles(root, lots), *_winners(root, sorting)]
    sorting.count("doelen", sum(1 for what, _ in found.facts if what.startswith("BT-")))
    _note_withheld(root, sorting)
    if root.find("cac:ProcurementProjectLot/cac:TenderingTerms", _NS) is not None:
        sorting.leave("Voorwaarden en eisen", "Eisen aan leveranciers en hoe u gunt, hebben hier geen plaats.")
    found.read, found.left_out = sorting.read, sorting.left_out
    return found


def _refuse_change(root: Element) -> None:
    """Raises Refused for an announcement that withdraws one, or changes a contract."""
    changes = root.find(f"{_EXTENSION}/efac:Changes", _NS)
    if (
        _text(root, "cbc:NoticeTypeCode") == "can-modif"
        or root.find(f"{_EXTENSION}/efac:ContractModification", _NS) is not None
    ):
        text = "Deze aankondiging wijzigt een contract. Wij nemen daar niets van over: pas het contract zelf aan."
        raise refuse("contract_change", text)
    if changes is None:
        return
    reasons = [_plain(each) for each in changes.iterfind(".//cbc:ReasonCode", _NS)]
    if "cancel" in reasons:
        before = _text(changes, "efbc:ChangedNoticeIdentifier")
        text = f"Deze aankondiging trekt {before} in. Er verandert hier niets: stop zelf de aanbesteding."
        raise refuse("withdrawn", text)


def _require(*needed: tuple[str, str]) -> None:
    missing = [
        Problem(("text",), "required", f"In deze aankondiging ontbreekt: {what}.")
        for what, there in needed
        if not there
    ]
    if missing:
        raise Refused(missing)


def _lot(lot: Element, sorting: Sorting) -> NoticeLot:
    project, key = "cac:ProcurementProject", _text(lot, "cbc:ID")
    title = _words(lot, f"{project}/cbc:Name") or key
    period = f"{project}/cac:PlannedPeriod"
    cpv = sorting.cpv(title, _text(lot, f"{project}/cac:MainCommodityClassification/cbc:ItemClassificationCode"))
    start = sorting.day("Begin van het contract", _text(lot, f"{period}/cbc:StartDate"))
    end = sorting.day("Einde van het contract", _text(lot, f"{period}/cbc:EndDate"))
    duration = lot.find(f"{period}/cbc:DurationMeasure", _NS)
    if duration is not None and not (start and end):
        said = f"{_plain(duration)} {duration.get('unitCode', '')}".strip()
        sorting.leave(f"Duur van {key}", f"De duur is {said}: begin en einde van het contract vult u zelf in.")
    quantity = lot.find(f"{project}/cbc:EstimatedOverallContractQuantity", _NS)
    pieces = None
    if quantity is not None:
        pieces = sorting.pieces(f"Aantal van {key}", _plain(quantity), quantity.get("unitCode", ""), "")
    sorting.count("vragen")
    return NoticeLot(key, title, cpv, start, end, [NoticeItem(title, cpv, pieces)])


def _moment(lots: Iterable[Element], part: str, name: str, what: str, sorting: Sorting) -> datetime | None:
    """The moment that all lots share: of different ones the last, and that is said."""
    texts = []
    for lot in lots:
        found = lot.find(f"cac:TenderingProcess/{part}", _NS)
        if found is None:
            continue
        day, time = _text(found, f"{name}Date"), _text(found, f"{name}Time")
        if day and time:
            texts.append(f"{day[:10]}T{time}")
        elif day:
            sorting.leave(what, f"Bij {day[:10]} staat geen tijd.")
    moments = sorted(filter(None, (sorting.moment(what, text) for text in dict.fromkeys(texts))))
    if len(moments) > 1:
        sorting.leave(what, "Percelen hebben elk een eigen moment: wij namen het laatste.")
    return moments[-1] if moments else None


def _aims(lots: Iterable[Element]) -> Iterator[tuple[str, str]]:
    """BT-06, 774, 775, 776 and 805: the aims that were announced, each once, with the lots that have it."""
    found: dict[tuple[str, str], list[str]] = {}
    for lot in lots:
        for code in lot.iterfind(
            "cac:ProcurementProject/cac:ProcurementAdditionalType/cbc:ProcurementTypeCode", _NS
        ):
            label = _AIMS.get(code.get("listName", ""))
            if label and _plain(code) not in ("", "none"):
                found.setdefault((label, _plain(code)), []).append(_text(lot, "cbc:ID"))
    for (label, aim), keys in sorted(found.items()):
        yield label, f"{aim} ({', '.join(dict.fromkeys(keys))})"


def _vehicles(root: Element, lots: Iterable[Element]) -> Iterator[tuple[str, str]]:
    """BT-717 and 725: whether clean vehicles are asked, and how many were bought."""
    for lot in lots:
        for basis in lot.iterfind(
            f"cac:TenderingTerms/{_EXTENSION}/efac:StrategicProcurement/efbc:ApplicableLegalBasis", _NS
        ):
            if basis.get("listName") == "cvd-scope":
                yield "BT-717 schone voertuigen", f"{_plain(basis)} ({_text(lot, 'cbc:ID')})"
    for detail in root.iterfind(
        f"{_RESULT}/efac:LotResult/efac:StrategicProcurement//efac:StrategicProcurementStatistics", _NS
    ):
        code, number = detail.find("efbc:StatisticsCode", _NS), _text(detail, "efbc:StatisticsNumeric")
        if code is not None and number:
            yield "BT-725 voertuigen", f"{_plain(code)}: {number}"


def _winners(root: Element, sorting: Sorting) -> list[tuple[str, str]]:
    """Who won which lot, by the roads of the SDK: result, tender, tendering party, organisation."""
    result = root.find(_RESULT, _NS)
    if result is None:
        return []
    firms = {
        _text(each, "efac:Company/cac:PartyIdentification/cbc:ID"): _words(
            each, "efac:Company/cac:PartyName/cbc:Name"
        )
        for each in root.iterfind(f"{_EXTENSION}/efac:Organizations/efac:Organization", _NS)
    }
    parties = {
        _text(each, "cbc:ID"): [firms.get(_plain(key), "") for key in each.iterfind("efac:Tenderer/cbc:ID", _NS)]
        for each in result.iterfind("efac:TenderingParty", _NS)
    }
    won = {_plain(key) for each in result.iterfind("efac:SettledContract", _NS)
           for key in each.iterfind("efac:LotTender/cbc:ID", _NS)}  # fmt: skip
    withheld = {_text(each, "efac:TenderLot/cbc:ID") for each in result.iterfind("efac:LotResult", _NS)
                if _WINNER in {_plain(code) for code in each.iterfind(_PRIVATE, _NS)}}  # fmt: skip
    found = []
    for tender in result.iterfind("efac:LotTender", _NS):
        if _text(tender, "cbc:ID") not in won or _text(tender, "efac:TenderLot/cbc:ID") in withheld:
            continue
        names = [name for name in parties.get(_text(tender, "efac:TenderingParty/cbc:ID"), ()) if name]
        said = ", ".join(names) or "niet openbaar"
        found.append(("Gegund", f"{said}, perceel {_text(tender, 'efac:TenderLot/cbc:ID')}"))
        sorting.count("gunningen")
        if tender.find("cac:LegalMonetaryTotal/cbc:PayableAmount", _NS) is not None:
            sorting.leave("Bedrag van de gunning", "Een prijs hoort bij een inschrijving: lees het werkboek in.")
    for each in result.iterfind("efac:LotResult", _NS):
        if _text(each, "cbc:TenderResultCode") == "clos-nw":
            found.append(("Niet gegund", f"perceel {_text(each, 'efac:TenderLot/cbc:ID')}"))
    return found


def _note_withheld(root: Element, sorting: Sorting) -> None:
    """Fields that are not public yet: their value says nothing, and until when is told."""
    for each in root.iter(f"{{{_NS['efac']}}}FieldsPrivacy"):
        code, day = _text(each, "efbc:FieldIdentifierCode"), _text(each, "efbc:PublicationDate")[:10]
        until = f" tot {day}" if day else ""
        sorting.leave(f"Niet openbaar: {code[:40]}", f"Dit gegeven is achtergehouden{until}: wij lezen het niet.")


def _buyer(root: Element) -> str:
    key = _text(root, "cac:ContractingParty/cac:Party/cac:PartyIdentification/cbc:ID")
    for each in root.iterfind(f"{_EXTENSION}/efac:Organizations/efac:Organization/efac:Company", _NS):
        if _text(each, "cac:PartyIdentification/cbc:ID") == key:
            return _words(each, "cac:PartyName/cbc:Name")
    return ""


def _words(element: Element, path: str) -> str:
    """A text in Dutch where there is one, else the first."""
    found = element.findall(path, _NS)
    dutch = next((each for each in found if each.get("languageID") in _DUTCH), None)
    chosen = dutch if dutch is not None else next(iter(found), None)
    return "" if chosen is None else _plain(chosen)


def _text(element: Element, path: str) -> str:
    found = element.find(path, _NS)
    return "" if found is None else _plain(found)


def _plain(element: Element) -> str:
    return text_of(element.text or "")


def _scheme(lot: Element) -> str:
    key = lot.find("cbc:ID", _NS)
    return "" if key is None else key.get("schemeName", "")
