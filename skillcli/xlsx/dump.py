"""A book as text a person can review line by line: what golden tests compare."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from skillcli.xlsx.book import Book, Sheet, Table
from skillcli.xlsx.cells import shown_text
from skillcli.xlsx.layout import shown_total


def dump(book: Book) -> str:
    """The whole book: sheets, titles, tables as ``a | b``, totals, notes, who signs."""
    lines = [f"# {book.title}"]
    for sheet in book.sheets:
        lines += ["", *_sheet(sheet)]
    return "\n".join(lines) + "\n"


def _sheet(sheet: Sheet) -> Iterator[str]:
    yield f"== {sheet.name} ({'横向' if sheet.landscape else '纵向'})"
    if sheet.title:
        yield f"《{sheet.title}》"
    yield from (f"> {line}" for line in sheet.lines)
    for table in sheet.tables:
        yield from _table(table)
    yield from (f"* {note}" for note in sheet.notes)
    if sheet.signatures:
        yield "签字：" + "、".join(sheet.signatures)
    if sheet.opinion:
        yield f"意见栏：{sheet.opinion}"


def _table(table: Table) -> Iterator[str]:
    if table.caption:
        yield f"-- {table.caption}"
    yield " | ".join(head.title for head in table.heads)
    yield " | ".join(f"{head.kind}{'' if head.span == 1 else f'×{head.span}'}" for head in table.heads)
    columns = [shown_text(table.frame[head.title], head.kind).fill_null("") for head in table.heads]
    yield from (" | ".join(cells).replace("\n", "⏎") for cells in zip(*map(pa.Array.to_pylist, columns), strict=True))
    if table.totals:
        totals = [table.totals.get(head.title) for head in table.heads]
        cells = ["" if v is None else shown_total(v, h.kind) for v, h in zip(totals, table.heads, strict=True)]
        yield "= " + " | ".join(cells)
