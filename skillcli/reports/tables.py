"""From the schema's columns and a frame by keys to a table of a book."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from skillcli.schema.column import Column, Kind
from skillcli.schema.column import Table as Columns
from skillcli.xlsx import book

_KINDS = {
    Kind.ID: book.Kind.ID,
    Kind.ACCOUNT: book.Kind.ID,
    Kind.CERTIFICATE: book.Kind.ID,
    Kind.PHONE: book.Kind.ID,
    Kind.USCC: book.Kind.ID,
    Kind.DATE: book.Kind.DATE,
    Kind.WHOLE: book.Kind.WHOLE,
    Kind.PERCENT: book.Kind.PERCENT,
    Kind.MONEY: book.Kind.MONEY,
}

SIGNATURES = ("经办人", "科室负责人", "分管领导", "单位负责人（盖章）")
"""Who signs what an office prints."""
INSTITUTION_SIGNATURES = ("填表人", "联系电话", "培训机构负责人（盖章）")
"""Who signs what an institution prints."""

WIDTHS: Mapping[str, float] = {
    "number": 7,
    "line_no": 18,
    "institution": 18,
    "line_title": 14,
    "rule": 8,
    "reason": 36,
    "problem": 40,
    "remedy": 26,
    "found": 18,
    "file": 14,
    "sheet": 10,
    "row": 7,
    "fund": 14,
    "clause": 12,
}
"""Columns of free text that would otherwise grow too wide or too narrow, in characters."""


def printed(
    columns: Columns | tuple[Column, ...],
    frame: pd.DataFrame,
    *,
    caption: str = "",
    totals: Mapping[str, object] | None = None,
    links: Mapping[str, pd.Series] | None = None,
    spans: Mapping[str, int] | None = None,
    widths: Mapping[str, float] = WIDTHS,
    kinds: Mapping[str, book.Kind] | None = None,
) -> book.Table:
    """A table with these columns; the frame, totals, links, spans and widths go by key, and so do ``kinds``, where a
    column is shown otherwise than it is read.

    Raises KeyError when the frame lacks a column.
    """
    wanted = columns.columns if isinstance(columns, Columns) else columns
    links, spans = links or {}, spans or {}
    heads = tuple(
        book.Head(
            column.title,
            book.Kind.LINK
            if column.key in links
            else (kinds or {}).get(column.key) or _KINDS.get(column.kind, book.Kind.TEXT),
            widths.get(column.key, 0),
            spans.get(column.key, 1),
        )
        for column in wanted
    )
    titles = {column.key: column.title for column in wanted}
    return book.Table(
        heads,
        pd.DataFrame({title: frame[key].array for key, title in titles.items()}, copy=False),
        caption,
        {titles[key]: value for key, value in (totals or {}).items()},
        {titles[key]: series for key, series in links.items()},
    )


def numbered(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with a column ``number`` counting its rows from 1."""
    return frame.assign(number=range(1, len(frame) + 1))
