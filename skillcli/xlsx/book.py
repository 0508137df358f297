"""A workbook before Excel: sheets of tables, each table a frame with a head for every column.

Whoever makes a ``Book`` says what is to be read; how it looks is ``xlsx/style.py``, how it becomes
bytes ``xlsx/write.py``. ``dump`` shows a book as text, which is what golden tests compare.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Literal

import pandas as pd
from msgspec import Struct, field


class Kind(StrEnum):
    """How the values of a column are written.

    ===========  ====================================================  ==========================
    kind         values                                                shown as
    ===========  ====================================================  ==========================
    text         text                                                  wrapped text
    id           text: identity, account, certificate numbers, hashes  text, never wrapped
    money        integer fen                                           yuan, thousands, two decimals
    whole        integers                                              thousands, no decimals
    date         ``datetime64``                                        2020-03-01
    percent      integers, hundredths of a percent (80 % = 8000)       80.00%
    wan          integer fen                                           万元, two decimals
    link         text; where it leads is ``Table.links``               underlined text
    ===========  ====================================================  ==========================

    A missing value is an empty cell.
    """

    TEXT = "text"
    ID = "id"
    MONEY = "money"
    WHOLE = "whole"
    DATE = "date"
    PERCENT = "percent"
    WAN = "wan"
    LINK = "link"

    @property
    def numeric(self) -> bool:
        """Whether cells of this kind hold numbers."""
        return self in (Kind.MONEY, Kind.WHOLE, Kind.DATE, Kind.PERCENT, Kind.WAN)


class Head(Struct, frozen=True):
    """One column of a table.

    ``width`` in characters of the usual font (a Chinese character is two), 0 = as the values
    need it. ``span``: how many grid columns of the sheet it takes (tables of one sheet share
    the grid).
    """

    title: str
    kind: Kind = Kind.TEXT
    width: float = 0
    span: int = 1


class Table(Struct, frozen=True):
    """Heads and rows. The frame's columns are the heads' titles, in order.

    ``totals``: title → value of a row printed under the others, in the column's kind (text may
    stand in any column). ``links``: title of a link column → places in this workbook such as
    ``问题清单!A5`` (missing or "": no link), positions as in the frame. ``new_page``: a page begins with it.
    """

    heads: tuple[Head, ...]
    frame: pd.DataFrame
    caption: str = ""
    totals: Mapping[str, object] = field(default_factory=dict)
    links: Mapping[str, pd.Series] = field(default_factory=dict)
    new_page: bool = False

    def __post_init__(self) -> None:
        titles = [head.title for head in self.heads]
        if list(self.frame.columns) != titles:
            raise ValueError(f"table columns {list(self.frame.columns)} are not the heads {titles}")
        unknown = (set(self.totals) | set(self.links)) - set(titles)
        if unknown:
            raise ValueError(f"totals or links of unknown columns: {sorted(unknown)}")

    @property
    def span(self) -> int:
        """Grid columns the table takes."""
        return sum(head.span for head in self.heads)


class Chart(Struct, frozen=True):
    """A picture of some columns of a table of the same sheet, drawn under its notes.

    ``table``: position among the sheet's tables; ``category``: title of the column that names the bars or points;
    ``series``: titles of number columns; ``rows``: only the first so many (0: all). ``kind``: standing columns, lying
    bars (for long names; the first row on top), or a line over time. ``axis``: the unit of the numbers.
    """

    title: str
    category: str
    series: tuple[str, ...]
    kind: Literal["column", "bar", "line"] = "column"
    axis: str = ""
    table: int = 0
    rows: int = 0


class Sheet(Struct, frozen=True):
    """Tables one under the other, with what is printed around them.

    ``title`` stands large above, ``lines`` small below it, ``notes`` under the last table.
    ``signatures``: who signs, on one line; ``opinion``: heading of a box for another office.
    The first table's header is frozen, filtered and repeated on every page; a sheet of several
    tables freezes and filters nothing.
    """

    name: str
    tables: tuple[Table, ...]
    title: str = ""
    lines: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    signatures: tuple[str, ...] = ()
    opinion: str = ""
    landscape: bool = True
    charts: tuple[Chart, ...] = ()

    def __post_init__(self) -> None:
        for chart in self.charts:
            titles = set(self.tables[chart.table].frame.columns)
            if not {chart.category, *chart.series} <= titles or not chart.series:
                raise ValueError(f"chart {chart.title} shows columns that its table has not")
        if not 0 < len(self.name) <= 31 or re.search(r"[\[\]:*?/\\]", self.name) or self.name.strip("'") != self.name:
            raise ValueError(f"not a sheet name Excel takes: {self.name!r}")
        if not self.tables:
            raise ValueError(f"sheet {self.name} has no table")


class Book(Struct, frozen=True):
    """A workbook. ``title`` goes into the document's properties."""

    title: str
    sheets: tuple[Sheet, ...]

    def __post_init__(self) -> None:
        names = [sheet.name for sheet in self.sheets]
        if len(set(names)) != len(names) or not names:
            raise ValueError(f"sheet names repeat or are none: {names}")

    def __getitem__(self, name: str) -> Sheet:
        for sheet in self.sheets:
            if sheet.name == name:
                return sheet
        raise KeyError(name)
