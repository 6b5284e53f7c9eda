"""The base of every REST endpoint; an app says which service it calls and how the answer looks.

class Letters(Endpoint):
    @operation("Brieven", query=FILTERS, paged=True, answers={200: LetterRow})
    def get(self, request):
        letters = selectors.visible_letters(self.actor, **self.parameters)
        return self.page(letters, order=("-created_at", "id"), row=LetterRow.of)

    @operation("Schrijf een brief", body=LETTER, answers={201: Letter}, once=True)
    def post(self, request):
        return self.once(
            lambda once: services.write_letter(self.actor, document=self.body, once=once),
            answer=self.letter_answer,
        )
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.acts import Act
from mvi_dashboard.ground.described import Described, as_json
from mvi_dashboard.ground.idempotency import Once, fingerprint
from mvi_dashboard.ground.kept import changed_since
from mvi_dashboard.ground.keyset import slice_after
from mvi_dashboard.ground.models import ApiToken
from mvi_dashboard.ground.problems import refuse
from mvi_dashboard.ground.shapes import Object, read_or_refuse
from mvi_dashboard.ground.table_files import CSV
from mvi_dashboard.ground.throttling import give_back_place, take_export, take_place

from . import files
from .answers import JsonAnswer, handle, not_signed_in
from .authentication import BearerToken, Session
from .bodies import FORM, LARGEST_FILE, SentFile, StrictJSONParser, as_object, read_file, read_json
from .negotiation import AnyAcceptable
from .parameters import CHANGED, Parameters
from .versions import etag_of, required_version

_NO_PARAMETERS = Parameters({}, paged=False)
_LONGEST_KEY = 200


class Endpoint(APIView):
    """One path of the API. Only those who are signed in come in; what is `open_to_all` anybody may read.

    With `takes_file` a form with a file may be sent instead of JSON: then it stands in `self.file`.
    """

    open_to_all = False
    takes_file = False

    authentication_classes = (BearerToken, Session)
    permission_classes = ()
    parser_classes = (StrictJSONParser,)
    renderer_classes = (JsonAnswer,)
    content_negotiation_class = AnyAcceptable
    metadata_class = None

    def get_exception_handler(self) -> Callable[..., HttpResponse]:
        """Everything raised becomes problem+json, whatever the settings say."""
        return handle

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Sign-in first, then the closed list of query parameters."""
        super().initial(request, *args, **kwargs)
        if self.actor.is_anonymous and not (self.open_to_all and request.method in SAFE_METHODS):
            raise not_signed_in()
        self._handler: Any = getattr(self, (request.method or "").lower(), None)
        parameters: Parameters = getattr(self._handler, "parameters", _NO_PARAMETERS)
        self.parameters: dict[str, Any] = parameters.read(self.http_request)

    def check_throttles(self, request: Request) -> None:
        """A place in the bucket of who asks, after it is known who that is; raises Refused 429."""
        self._counted = take_place(self.http_request, _token_of(request), self._does_not_count)

    def never_too_many(self) -> bool:
        """Whether this request is let by although its bucket is empty: for what cannot wait."""
        return False

    def wants_whole_file(self) -> bool:
        """Whether all of a list is asked as the CSV that can be read in again, which has an order of its own."""
        asked = self.parameters.get(CHANGED) is None and not self.parameters.get("sort")
        return asked and files.wanted(self.http_request) == CSV

    def count_export(self) -> None:
        """Say that a file is made for who asks; raises Refused 429."""
        take_export(self.http_request, _token_of(self.request))

    def _does_not_count(self) -> bool:
        may_be_resent = self.http_request.method == "POST" and "Idempotency-Key" in self.http_request.headers
        return (may_be_resent and self._once().is_known()) or self.never_too_many()

    @property
    def http_request(self) -> HttpRequest:
        """Django's own request."""
        return self.request._request

    @property
    def actor(self) -> Actor:
        """Who asks."""
        return self.http_request.actor  # type: ignore[attr-defined,no-any-return]

    @cached_property
    def body(self) -> dict[str, Any]:
        """The JSON object as sent (camelCase, numbers as int or Decimal), for services that read a shape."""
        return self.file.document if self.file else as_object(self._json)

    @property
    def rows(self) -> list[Any] | None:
        """The JSON array that was sent instead of one object, where an operation takes one; else None."""
        return self._json if isinstance(self._json, list) else None

    @cached_property
    def _json(self) -> Any:
        return read_json(self.http_request)

    @cached_property
    def file(self) -> SentFile | None:
        """The file that was sent with its fields; None when this is no form."""
        is_form = self.takes_file and self.http_request.content_type == FORM
        return read_file(self.http_request, self.largest_file()) if is_form else None

    def largest_file(self) -> int:
        """Of how many bytes a file may be that is sent here."""
        return LARGEST_FILE

    def document(self, shape: Object) -> dict[str, Any]:
        """The body read by this shape (snake_case); raises Refused with all problems."""
        return read_or_refuse(shape, self.body)

    def expected_version(self) -> int:
        """The version in If-Match; raises Refused 428 or 412."""
        return required_version(self.http_request)

    def answer(
        self,
        data: Described | None,
        *,
        status: int = 200,
        version: int | None = None,
        location: str | None = None,
    ) -> Response:
        """An answer with, for what can be edited, its ETag, and for what was made, its place."""
        answer = Response(None if data is None else as_json(data), status=status)
        if version is not None:
            answer["ETag"] = etag_of(version)
        if location is not None:
            answer["Location"] = location
        return answer

    def page(
        self,
        queryset: QuerySet[Any],
        *,
        row: Callable[[Any], Described],
        order: Sequence[str] = (),
        at_once: bool = False,
    ) -> HttpResponse:
        """One page of these rows, for an operation that is `paged`: `results` and `next`; or all as a file.

        `order`: where the operation has no `orders`, or nothing was asked of those. `at_once`: also of a file
        every row is read before this returns, as it is noted who read them.
        """
        handler = self._handler
        if handler.orders is not None and (self.parameters["sort"] or not order):
            chosen = handler.orders.of_parameter(self.parameters["sort"])
            queryset, order = handler.orders.arranged(queryset, chosen)
        if self.parameters[CHANGED] is not None:
            queryset = changed_since(queryset, self.parameters[CHANGED])
        if kind := files.wanted(self.http_request):
            self.count_export()
            named = {"resource": handler.row, "name": handler.operation_name or "list", "at_once": at_once}
            return files.file_of(kind, queryset, order=order, row=row, **named)  # type: ignore[return-value]
        limit, cursor = self.parameters["limit"], self.parameters["cursor"]
        rows, following = slice_after(queryset, order=order, limit=limit, cursor=cursor)
        found = [as_json(row(item)) for item in rows]
        return Response({"results": found, "next": self._address_of(following)})

    def once(
        self, act: Callable[[Once], Any], *, answer: Callable[[Any], HttpResponse | Described]
    ) -> HttpResponse:
        """The answer to a POST that creates or acts, carried out once per Idempotency-Key.

        `act` calls the service with the `Once`: it judges the rights, stops when this was done before, and
        remembers what came of it. `answer` builds the answer from that object, now or when it comes again.
        """
        once = self._once()
        built = answer(once.carry_out(lambda: act(once)))
        if once.replayed and self._counted:
            give_back_place(self.http_request, _token_of(self.request))
        response = built if isinstance(built, HttpResponse) else self.answer(built)
        response.status_code = once.status
        return response

    def carry_out(self, act: Act[Any, Any], *, answer: Callable[[Any], Any], **named: Any) -> HttpResponse:
        """The answer to an act that a POST (once per key) or a PATCH asks for; `named` says what it is done to.

        The document and the version that was seen are sent along where the act declares that it asks for them.
        """
        asked = act.declaration.reads
        if asked is not None and asked.fields:
            named["document"] = self.body
        elif asked is not None:
            self.document(asked)
        if act.declaration.version:
            named["expected_version"] = self.expected_version()
        if self.http_request.method == "POST":
            return self.once(lambda once: act(self.actor, once=once, **named), answer=answer)
        built = answer(act(self.actor, **named))
        return built if isinstance(built, HttpResponse) else self.answer(built)

    def told_apart_by(self) -> Any:
        """What makes a request another one than one that was sent before under the same key."""
        return self.body

    def _once(self) -> Once:
        key = self.http_request.headers.get("Idempotency-Key", "")
        if not key:
            raise refuse(
                "idempotency_required",
                "Stuur een Idempotency-Key mee: dan kunt u veilig opnieuw sturen.",
            )
        if len(key) > _LONGEST_KEY or not (key.isascii() and key.isprintable()):
            raise refuse("invalid", f"Gebruik een Idempotency-Key van hoogstens {_LONGEST_KEY} gewone tekens.")
        print_ = fingerprint(self.http_request.method or "", self.http_request.path, self.told_apart_by())
        return Once(self.actor.key, key, print_)

    def _address_of(self, cursor: str | None) -> str | None:
        if cursor is None:
            return None
        query = self.http_request.GET.copy()
        query["cursor"] = cursor
        return self.http_request.build_absolute_uri(f"{self.http_request.path}?{query.urlencode()}")


def _token_of(request: Request) -> ApiToken | None:
    token: Any = request.auth
    return token if isinstance(token, ApiToken) else None
