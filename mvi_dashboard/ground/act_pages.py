"""Pages on which somebody does an act, each declared from that act: a page says only what is its own.

class Withdraw(ActPage[Letter]):
    act = services.withdraw_letter
    title, question, submit_label = "Intrekken", "Wilt u deze brief intrekken?", "Trek de brief in"
    labels = {"reason": "Waarom trekt u de brief in?"}
    done = "De brief is ingetrokken."

    def find(self, **address):
        return selectors.get_letter(self.actor, address["public_id"])

    def named(self):
        return {"letter_id": self.target.public_id}

The act declares who gets the page, in which state it is asked at all, which inputs it has, whether the version
that was seen is sent along, and what is refused beside which input. The order is that of the frame of acts: signed
in, the target, the right, then the state. What was typed is drawn again with what is wrong.
"""

from __future__ import annotations

import re
import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views import View
from django.views.decorators.http import require_http_methods

from . import access
from .access import Actor
from .acts import Act
from .idempotency import Once, fingerprint
from .inputs import with_reasons_only
from .languages import worded
from .pages import actor_of, posted_document, posted_number, redrawn, signed_in
from .problems import Problem, Refused
from .shapes import Object, camel

Target = TypeVar("Target")
Document = dict[str, Any]
_NOTHING = Object({})
_KEY = re.compile(r"[0-9a-f]{32}").fullmatch


class ActPage(View, ABC, Generic[Target]):
    """The page of one act: `get` asks, `post` does it and goes on, or draws again what was typed."""

    http_method_names = ["get", "head", "post"]
    act: Act[Any, Any]
    template = "confirm.html"
    title = ""
    """in the tab and at the end of the crumbs"""
    question = ""
    lead = ""
    warning = ""
    submit_label = ""
    danger = False
    """whether something is lost by it"""
    labels: Mapping[str, str] = {}
    """of inputs that are called otherwise here than in the document"""
    done = ""
    """what is said afterwards; `{0}` is what came of it"""
    back = ""
    """the name of the page where the button Terug leads, where that has no arguments"""
    sees = ""
    """the permission to look, where more people may do that than may do the act"""
    open_to_all = False
    """whether anybody may look"""
    typed = True
    """whether its document is read as a person types it"""
    keyed = False
    """whether a second press of the same form gives the first answer: for what makes something"""
    beside: tuple[str, ...] = ("sleutel",)
    """inputs that are no part of the document"""
    keeps_typed = True
    """whether what was typed is drawn again although the state of the target does not allow the act any more"""

    target: Target
    document: Document
    problems: Sequence[Problem] = ()

    @classmethod
    def as_view(cls, **given: Any) -> Callable[..., HttpResponseBase]:
        """The view, after signing in unless it is open to all."""
        view: Callable[..., Any] = super().as_view(**given)
        return require_http_methods(["GET", "HEAD", "POST"])(view if cls.open_to_all else signed_in(view))

    # What a page says of itself.
    @abstractmethod
    def find(self, **address: Any) -> Target:
        """What the act is done to, as this person may see it. Raises Refused: absent."""

    @abstractmethod
    def named(self) -> Mapping[str, Any]:
        """What the act is called with to find it, beside document and version."""

    def back_url(self) -> str:
        """Where the button Terug leads, and who is done."""
        return reverse(self.back)

    def frame(self) -> Document:
        """What all pages about such a target have: where it stands."""
        return {}

    def content(self) -> Document:
        """What this page has of its own, for `document` with `problems`."""
        return {}

    def first(self) -> Document:
        """What stands in the inputs at first."""
        return {}

    def given(self) -> Document:
        """What the page itself says in the document."""
        return {}

    def version(self) -> int:
        """The version that is seen."""
        return int(self.target.version)  # type: ignore[attr-defined]

    def require_right(self) -> None:
        """Raises Refused 403 for who may not do this here."""
        permission = self.act.declaration.permission
        if permission:
            access.require(self.actor, permission, getattr(self.target, "organisation_id", None))

    def require_possible(self) -> None:
        """Raises Refused 409 with when it can be done, in a state in which it cannot."""
        self.act.require_state(self.target)

    def said(self, outcome: Any) -> str:
        """What is said when it is done; nothing when empty."""
        return worded(self.done).format(outcome)

    def next_url(self, outcome: Any) -> str:
        """Where who did it goes on."""
        return self.back_url()

    # What all of them share.
    @property
    def actor(self) -> Actor:
        """Who asks."""
        return actor_of(self.request)

    @property
    def shape(self) -> Object:
        """What the act reads."""
        return self.act.declaration.reads or _NOTHING

    def get(self, request: HttpRequest, **address: Any) -> HttpResponseBase:
        """Asks."""
        self._enter(address)
        self.require_possible()
        return self.draw(self.first())

    def post(self, request: HttpRequest, **address: Any) -> HttpResponse:
        """Does it."""
        self._enter(address)
        if not self.keeps_typed:
            self.require_possible()
        document = self.posted()
        try:
            outcome = self.carry_out(document)
        except Refused as refused:
            return self.refused(document, refused)
        if text := self.said(outcome):
            messages.success(request, text)
        return redirect(self.next_url(outcome))

    def posted(self) -> Document:
        """What was typed, without what the page itself sends along."""
        version = ("version",) if self.act.declaration.version else ()
        return posted_document(self.request, *self.beside, *version) | self.given()

    def carry_out(self, document: Document) -> Any:
        """What came of the act. Raises Refused."""
        asked, named = self.act.declaration, dict(self.named())
        if self.shape.fields:
            document = with_reasons_only(document)
            named |= {"document": document, "typed": self.typed}
        if asked.version:
            named["expected_version"] = posted_number(self.request, "version")
        if not self.keyed:
            return self.act(self.actor, **named)
        once = Once(self.actor.key, self._key(), fingerprint("POST", self.request.path, document))
        return once.press(lambda: self.act(self.actor, once=once, **named))

    def refused(self, document: Document, refused: Refused) -> HttpResponse:
        """The page with what was typed, and with what is wrong beside its inputs."""
        return self.draw(document, refused.problems, redrawn(refused))

    def draw(self, document: Document, problems: Sequence[Problem] = (), status: int = 200) -> HttpResponse:
        """The page with this in its inputs."""
        self.document, self.problems = document, list(problems)
        context = {
            "title": worded(self.title),
            "question": worded(self.question),
            "lead": worded(self.lead),
            "warning": worded(self.warning),
            "submit_label": worded(self.submit_label),
            "danger": self.danger,
            "hidden": self._hidden(),
            "inputs": self.inputs(),
            "shape": self.shape,
            "document": self.document,
            "problems": self.problems,
            "back_url": self.back_url(),
            **self.frame(),
            **self.content(),
        }
        return render(self.request, self.template, context, status=status)

    def inputs(self) -> list[Document]:
        """What `{% invoer %}` is given for each part of the document that is asked here."""
        fields = {camel(name): field for name, field in self.shape.fields.items() if name != "confirmations"}
        return [
            {"name": name, "label": self.labels.get(name, ""), "optional": not field.required}
            for name, field in fields.items()
            if name not in self.given()
        ]

    def _enter(self, address: Mapping[str, Any]) -> None:
        if self.sees:
            access.require(self.actor, self.sees)
        self.target = self.find(**address)
        if not self.open_to_all and not self.sees:
            self.require_right()

    def _hidden(self) -> dict[str, Any]:
        """What a form sends along unseen."""
        found: dict[str, Any] = {"sleutel": self._key()} if self.keyed else {}
        if self.act.declaration.version:
            seen = posted_number(self.request, "version") if self.request.method == "POST" else self.version()
            found["version"] = seen
        return found

    def _key(self) -> str:
        """The key of this form: the one that it was sent with, or a new one."""
        key = self.request.POST.get("sleutel", "")
        return key if _KEY(key) else uuid.uuid4().hex
