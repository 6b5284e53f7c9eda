"""The page of a list: its rows in the order that was asked, and all of them as a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase

from mvi_dashboard.ground import clock, keyset, pages, table_files
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.ordering import ASKED, Chosen, Orders
from mvi_dashboard.ground.problems import Problem, Refused, refuse
from mvi_dashboard.ground.throttling import take_export

from .columns import Cell, Column, Head, decimals_per_unit

AS_FILE = "als"
MOST_IN_FILE = 100_000
_AT_ONCE = 500
_KINDS = ("csv", "xlsx")
Prepare = Callable[[Sequence[Any]], Sequence[Any]]


class Listing:
    """A list by its name in files, its title, its orders and its columns; described once for page and files."""

    def __init__(self, name: str, title: str, orders: Orders, *columns: Column) -> None:
        self.name, self.title, self.orders, self.columns = name, title, orders, columns
        unknown = [column.order for column in columns if column.order and column.order not in orders]
        if unknown:
            raise ValueError(f"{name}: no such order {unknown}")

    def page(
        self,
        request: HttpRequest,
        found: QuerySet[Any],
        *,
        prepare: Prepare | None = None,
        about: Callable[[], Mapping[str, Any]] = dict,
        off_page: Iterable[str] = (),
        withheld: Iterable[str] = (),
        order: Chosen | None = None,
    ) -> ListPage:
        """What this address asks of these rows. Raises Refused for an order or a kind of file that is none.

        `prepare` reads for some rows together what each of them shows. `about` gives what is said in every row of
        a file: organisation, basis. Columns by their heads: those `off_page` stand in the files only, those
        `withheld` this reader gets nowhere. `order` goes before the default one.
        """
        wanted = wanted_file(request)
        chosen = self.orders.asked_in(request)
        if not chosen.asked and order is not None:
            chosen = order
        aside, left_out = set(off_page), set(withheld)
        columns = tuple(
            replace(column, on_page=False) if column.head in aside else column
            for column in self.columns
            if column.head not in left_out
        )
        rows, fields = self.orders.arranged(found, chosen)
        return ListPage(self, request, rows, fields, chosen, columns, prepare or list, about, wanted)


@dataclass(frozen=True)
class ListPage:
    """One page of a list, or all of it as a file."""

    listing: Listing
    request: HttpRequest
    found: QuerySet[Any]
    fields: tuple[str, ...]
    chosen: Chosen
    columns: tuple[Column, ...]
    prepare: Prepare
    about: Callable[[], Mapping[str, Any]]
    wanted: str

    @property
    def wants_file(self) -> bool:
        """Whether a file was asked."""
        return bool(self.wanted)

    @cached_property
    def _asked(self) -> tuple[list[Any], str | None]:
        rows, next_url = pages.next_page(self.request, self.found, self.fields)
        return list(self.prepare(rows)), next_url

    @property
    def rows(self) -> list[Any]:
        """The rows of this page."""
        return self._asked[0]

    def context(self) -> dict[str, Any]:
        """For `parts/listing.html` and `parts/pager.html`."""
        shown = [column for column in self.columns if column.on_page]
        decimals = decimals_per_unit(shown, self.rows)
        return {
            "listing": {
                "caption": worded(self.listing.title),
                "heads": [self._head(column) for column in shown],
                "rows": [[(column, self._cell(column, row, decimals)) for column in shown] for row in self.rows],
                "files": self.files(),
            },
            "rows": self.rows,
            "next_url": self._asked[1],
            "first_url": self._address() if self.request.GET.get("cursor") else "",
            "kept": [(ASKED, self.request.GET[ASKED])] if self.request.GET.get(ASKED) else [],
        }

    def files(self) -> list[tuple[str, str]]:
        """The kinds of file with their addresses, for `parts/listing_files.html`."""
        return file_links(self.request)

    def file(self) -> HttpResponseBase:
        """All rows that this address asks, as CSV or XLSX. Raises Refused: too often, or too many rows."""
        take_export(self.request)
        columns = [column for column in self.columns if column.in_file]
        about = {**self.about(), "Gemaakt op": clock.now()}
        heads = [*about, *(column.file_head for column in columns)]
        rows = ([*about.values(), *(column.in_file_of(row) for column in columns)] for row in self._all())
        return sent_as_file(self.wanted, self.listing.name, self.listing.title, heads, rows, self.found)

    def _all(self) -> Iterator[Any]:
        cursor: str | None = None
        while True:
            rows, cursor = keyset.slice_after(self.found, order=self.fields, limit=_AT_ONCE, cursor=cursor)
            yield from self.prepare(rows)
            if cursor is None:
                return

    def _cell(self, column: Column, row: Any, decimals: Mapping[str, int]) -> Cell:
        return column.cell(row, decimals.get(column.unit))

    def _head(self, column: Column) -> Head:
        if not column.order:
            return Head(worded(column.head), worded(column.unit), column.numeric, column.term)
        here = self.chosen.key == column.order
        # What counts most stands first when somebody sorts by a number.
        turned = not self.chosen.turned if here else column.numeric
        return Head(
            worded(column.head),
            worded(column.unit),
            column.numeric,
            column.term,
            url=self._address(**{ASKED: self.listing.orders.text(column.order, turned=turned)}),
            sorted=("descending" if self.chosen.turned else "ascending") if here else "none",
        )

    def _address(self, **changed: str) -> str:
        return _address(self.request, **changed)


def wanted_file(request: HttpRequest) -> str:
    """The kind of file that is asked of this page; empty for the page itself. Raises Refused for another kind."""
    wanted = request.GET.get(AS_FILE, "")
    if wanted and wanted not in _KINDS:
        said = f"Kies csv of xlsx: {AS_FILE}={' of '.join(_KINDS)}."
        raise Refused([Problem((AS_FILE,), "invalid_choice", said)])
    return wanted


def file_links(request: HttpRequest) -> list[tuple[str, str]]:
    """The kinds of file of this page with their addresses, for `parts/listing_files.html`."""
    return [(kind.upper(), _address(request, **{AS_FILE: kind})) for kind in _KINDS]


def _address(request: HttpRequest, **changed: str) -> str:
    """This list from its start, asked otherwise."""
    query = request.GET.copy()
    for name in ("cursor", AS_FILE, *changed):
        query.pop(name, None)
    for name, value in changed.items():
        query[name] = value
    return f"{request.path}?{query.urlencode()}" if query else request.path


def sent_as_file(
    kind: str,
    name: str,
    title: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[Any]],
    found: QuerySet[Any] | None = None,
) -> HttpResponseBase:
    """The file to send, row by row. Raises Refused when there are more rows than a file may have."""
    if found is not None and found.order_by()[MOST_IN_FILE : MOST_IN_FILE + 1].exists():
        raise refuse("too_many_rows", "Dit zijn meer dan 100.000 regels: kies eerst een filter.", AS_FILE)
    file_name = f"{name}-{clock.today():%Y-%m-%d}.{kind}"
    if kind == "xlsx":
        book = table_files.workbook(title, heads, rows)
        return FileResponse(book, as_attachment=True, filename=file_name, content_type=table_files.XLSX)
    lines = table_files.csv_lines(heads, rows)
    answer = StreamingHttpResponse(lines, content_type=f"{table_files.CSV}; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return answer
