"""The bid form: a sealed concept, a preliminary calculation, and the bid itself; nothing typed is ever lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from indicators.selectors import protocol_of, reference_stamp
from indicators.services import Assessed, known_to, remarks_on
from indicators.views import line_forms
from indicators.views.asked_inputs import AskedInputs, asked_of
from indicators.views.results import result_of
from mvi_dashboard.ground import access, formats
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.idempotency import Once, fingerprint
from mvi_dashboard.ground.inputs import field_at, with_reasons_only
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.numbers import read_typed, typed_again
from mvi_dashboard.ground.pages import actor_of, may, posted_number, redrawn
from mvi_dashboard.ground.problems import Problem, Refused, not_found, refuse
from mvi_dashboard.ground.shapes import Object
from mvi_dashboard.ground.unreadable import Unreadable
from mvi_dashboard.ground.uploads import file_in
from tenders import selectors, services
from tenders.models import Bid, BidVersion, Lot, LotItem, Tender
from tenders.services.bid_documents import BidContent, arrays_of, items_of, read_bid, shape_of

from . import workbooks
from .bids import is_open
from .declared import ADD, ADDED, NAME, declared_rows, new_row, typed_declared
from .energy import energy_sentences
from .opened import as_counted
from .words import crumbs, price_in_words, tender_url

Document = dict[str, Any]
_SAVE, _COMPUTE, _SUBMIT, _UPLOAD, _PROVE = "save", "compute", "submit", "upload", "prove"
_READ = "U ziet wat in het werkboek staat. Er is nog niets opgeslagen. Controleer het en dien het dan in."
_FORM_KEY = "sleutel"
_NOT_DATA = {"version", _FORM_KEY, _SAVE, _COMPUTE, _SUBMIT, _UPLOAD, _PROVE, ADD, "file"}
_CENTS = 2


@dataclass(frozen=True)
class _Asked:
    """The lot that this form is about, with the own bid on it."""

    tender: Tender
    lot: Lot
    items: Sequence[LotItem]
    bid: Bid | None

    @property
    def is_new(self) -> bool:
        """Whether nothing counts yet: submitting makes the first version."""
        return self.bid is None or self.bid.state == Bid.State.CONCEPT


@require_http_methods(["GET", "HEAD", "POST"])
@may(access.BID_SUBMIT)
def bid_form(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The form of one lot; of several lots a choice first."""
    actor = actor_of(request)
    tender = selectors.get_tender(actor, public_id)
    lots = sorted(tender.lots.all(), key=lambda lot: lot.number)
    named = request.GET.get("perceel", "")
    if not named and len(lots) > 1:
        context = {"tender": tender, "lots": lots, "crumbs": _crumbs(tender)}
        return render(request, "tenders/choose_lot.html", context)
    asked = _asked(actor, tender, lots, named)
    if request.method != "POST":
        return _page(request, asked, _known_document(actor, asked))
    return _posted(request, actor, asked)


def _posted(request: HttpRequest, actor: Actor, asked: _Asked) -> HttpResponse:
    if request.POST.get(_UPLOAD):
        return _uploaded(request, actor, asked)
    kept = {name: str(value) for name, value in request.POST.items() if name not in _NOT_DATA}
    document = line_forms.posted(kept, actor)
    changed = document if request.POST.get(ADD) else line_forms.edited(document, kept, actor)
    if changed is not None:
        if request.POST.get(ADD):
            return _page(request, asked, changed, note=ADDED, focus=new_row(changed))
        return _page(
            request, asked, changed, note=line_forms.note_of(kept), focus=line_forms.focus_of(changed, kept)
        )
    try:
        if request.POST.get(_COMPUTE):
            return _page(request, asked, document, assessed=_computed(actor, asked, document))
        if request.POST.get(_SUBMIT):
            return _submitted(request, actor, asked, document)
        return _saved(request, actor, asked, document)
    except Refused as refused:
        return _page(request, asked, document, problems=refused.problems, status=redrawn(refused))


def _saved(request: HttpRequest, actor: Actor, asked: _Asked, document: Document) -> HttpResponse:
    bid = services.save_draft(
        actor,
        tender_id=asked.tender.public_id,
        lot_id=asked.lot.public_id,
        document=document,
        expected_version=posted_number(request, "version") if asked.bid is not None else None,
    )
    messages.success(request, worded("Uw concept is opgeslagen en verzegeld. Het telt nog niet mee."))
    if request.POST.get(_PROVE):
        return redirect("tenders:bid_files", public_id=bid.public_id)
    return redirect(request.get_full_path())


def _uploaded(request: HttpRequest, actor: Actor, asked: _Asked) -> HttpResponse:
    """The form filled with what the workbook holds, every problem with its cell; nothing is stored."""
    try:
        sent = file_in(request)
        if sent is None:
            raise refuse("required", "Kies eerst het werkboek dat u heeft ingevuld.", "file")
        read = workbooks.read_for_lot(actor, asked.lot, *sent)
    except Refused as refused:
        document = _known_document(actor, asked)
        return _page(request, asked, document, problems=refused.problems, status=redrawn(refused))
    content = _content(actor, asked, read.document)
    problems = read.named(content.problems)
    status = redrawn(Refused(problems)) if problems else 200
    note = worded(
        "U ziet wat in het werkboek staat. Er is nog niets opgeslagen. Controleer het en dien het dan in."
    )
    notes = [note, *read.notes]
    return _page(request, asked, read.document, problems=problems, note=" ".join(notes), status=status)


def _submitted(request: HttpRequest, actor: Actor, asked: _Asked, document: Document) -> HttpResponse:
    content = with_reasons_only(document) | {"lot": str(asked.lot.public_id)}
    once = _once_of(request, actor, content)
    version = once.press(lambda: _stored(request, actor, asked, content, once))
    assert isinstance(version, BidVersion)
    messages.success(
        request,
        worded("Wij ontvingen uw inschrijving op {received_at}.", received_at=formats.moment(version.received_at)),
    )
    return redirect(reverse("tenders:bid", args=[version.bid.public_id]))


def _once_of(request: HttpRequest, actor: Actor, content: Document) -> Once:
    """One press of the button; after a change of what was typed it is another one."""
    pressed = fingerprint("POST", request.path, [_form_key(request), content])
    return Once(actor.key, pressed, pressed)


def _form_key(request: HttpRequest) -> str:
    return request.POST.get(_FORM_KEY) or uuid4().hex


def _stored(request: HttpRequest, actor: Actor, asked: _Asked, content: Document, once: Once) -> BidVersion:
    if asked.bid is None or asked.is_new:
        tender_id = asked.tender.public_id
        return services.submit_bid(actor, tender_id=tender_id, document=content, typed=True, once=once)
    return services.replace_bid(
        actor,
        bid_id=asked.bid.public_id,
        document=content,
        expected_version=posted_number(request, "version"),
        typed=True,
        once=once,
    )


def _computed(actor: Actor, asked: _Asked, document: Document) -> Assessed:
    """What this bid would do, from memory. Raises Refused with every problem."""
    content = _content(actor, asked, document)
    if content.problems:
        raise Refused(content.problems)
    answered = items_of(content.lines, asked.items)
    assessed = services.assess_bid(content.lines, answered, asked.lot, arrays_of(asked.tender))
    return replace(as_counted(assessed), notices=[*content.notices, *remarks_on(assessed)])


def _content(actor: Actor, asked: _Asked, document: Document) -> BidContent:
    """What was typed, read by every rule of a bid."""
    return read_bid(
        with_reasons_only(document) | {"lot": str(asked.lot.public_id)},
        asked.lot,
        asked.items,
        arrays=arrays_of(asked.tender),
        known=known_to(actor),
        typed=True,
    )


def _asked(actor: Actor, tender: Tender, lots: Sequence[Lot], named: str) -> _Asked:
    lot = next((each for each in lots if not named or str(each.public_id) == named), None)
    if lot is None or tender.basis is None:
        raise not_found()
    own = selectors.own_bids_on(actor, [tender]).filter(lot=lot).exclude(state=Bid.State.WITHDRAWN)
    bid = own.select_related("lot__tender__vault", "lot__tender__price_vault").first()
    items = sorted(lot.items.all(), key=lambda item: item.number)
    return _Asked(tender, lot, items, bid)


def _known_document(actor: Actor, asked: _Asked) -> Document:
    """The concept as it was typed, else what was submitted last, else a line per demand item."""
    if asked.bid is not None:
        draft = services.draft_of(actor, asked.bid)
        if draft is not None:
            return draft
        if not asked.is_new:
            bid = selectors.get_bid(actor, asked.bid.public_id)
            return _as_typed(services.bid_answer(actor, bid).document, asked.lot)
    return {
        "lines": [
            {"item": str(item.number), "count": formats.field_value(item.needed_count)} for item in asked.items
        ]
    }


def _asked_of(lot: Lot) -> AskedInputs | None:
    protocol = protocol_of(lot.protocol)
    return asked_of(protocol, consumed=lot.group.is_consumed, level=lot.request_level)


def _as_typed(document: Mapping[str, Any], lot: Lot) -> Document:
    """A bid as it was sealed, in the words of the form."""
    lines = field_at(shape_of(lot), ["lines", "0"])
    typed = line_forms.as_typed(document, lines if isinstance(lines, Object) else None)
    price = str(document.get("price") or "")
    return typed | {"price": typed_again(price.replace(".", ",")), NAME: typed_declared(document, shape_of(lot))}


def _page(
    request: HttpRequest,
    asked: _Asked,
    document: Document,
    *,
    problems: Sequence[Problem] = (),
    assessed: Assessed | None = None,
    note: str = "",
    focus: str = "",
    status: int = 200,
) -> HttpResponse:
    actor, several, stamp = actor_of(request), len(asked.items) > 1, reference_stamp()
    items = [(str(item.number), f"{item.number}. {item.description}") for item in asked.items] if several else []
    seen = (
        posted_number(request, "version") if request.method == "POST" else (asked.bid.version if asked.bid else 0)
    )
    context = {
        "tender": asked.tender,
        "lot": asked.lot,
        "items": asked.items,
        "typed": any(item.product_type for item in asked.items),
        "bid": asked.bid,
        "is_new": asked.is_new,
        "is_open": is_open(asked.tender),
        "document": document,
        "shape": shape_of(asked.lot),
        "version": seen,
        "form_key": _form_key(request),
        "note": note,
        "focus": focus,
        "result": result_of(assessed) if assessed is not None else None,
        "price_text": _price_text(document),
        **declared_rows(document, arrays_of(asked.tender, stamp)),
        "energy": energy_sentences(asked.items),
        "opens_declared": ADD in request.POST,
        "crumbs": _crumbs(asked.tender),
        **line_forms.line_form_context(
            actor,
            document,
            asked.lot.group_as_asked,
            problems,
            items=items,
            asked=_asked_of(asked.lot),
            stamp=stamp,
            energy=[item.use_energy for item in asked.items],
            asked_types={str(item.number): _type_name(item) for item in asked.items},
        ),
    }
    return render(request, "tenders/bid_form.html", context, status=status)


def _type_name(item: LotItem) -> str | None:
    return item.product_type.name_nl if item.product_type else None


def _price_text(document: Mapping[str, Any]) -> str:
    """The typed price as an amount, to read back; empty when it cannot be read."""
    try:
        return price_in_words(read_typed(str(document.get("price") or ""), decimals=_CENTS))
    except Unreadable:
        return ""


def _crumbs(tender: Tender) -> list[dict[str, str]]:
    return crumbs((tender.title, tender_url(tender)), (worded("Inschrijven"), ""))
