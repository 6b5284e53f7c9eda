"""A list, described once: the table of its page, its CSV and its workbook come from the same columns.

LETTERS_TABLE = Listing(
    "brieven", "Brieven", LETTERS_ORDER,
    Column("Brief", lambda row: row.title, order="title", shown=lambda row: Cell(row.title, url=...)),
    Column("Massa", lambda row: row.mass, kind=NUMBER, unit="kg", order="mass"),
)

def letters(request):
    page = LETTERS_TABLE.page(request, found, about={"Organisatie": ...})
    if page.wants_file:
        return page.file()
    return render(request, "letters.html", page.context() | {...})
"""

from __future__ import annotations

from .columns import COUNT, DAY, MOMENT, MONEY, NUMBER, SHARE, TEXT, Cell, Column, Tag
from .pages import AS_FILE, Listing, ListPage, file_links, sent_as_file, wanted_file

__all__ = [
    "AS_FILE",
    "COUNT",
    "DAY",
    "MOMENT",
    "MONEY",
    "NUMBER",
    "SHARE",
    "TEXT",
    "Cell",
    "Column",
    "ListPage",
    "Listing",
    "Tag",
    "file_links",
    "sent_as_file",
    "wanted_file",
]
