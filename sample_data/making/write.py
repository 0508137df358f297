"""Grids to files whose bytes are the same on every run."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime
from html import escape
from pathlib import Path
from typing import Any

from making.sheet import ErrorValue, Grid

CREATED = datetime(2020, 4, 1)


def xlsx(path: Path, grids: Sequence[Grid]) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(path)
    book.set_properties({"created": CREATED, "author": "培训机构"})
    plain = book.add_format({"border": 1})
    bold = book.add_format({"bold": True, "border": 1, "align": "center", "valign": "vcenter", "text_wrap": True})
    day = book.add_format({"border": 1, "num_format": "yyyy-mm-dd"})
    for one in grids:
        sheet = book.add_worksheet(one.name)
        tops = {(r, c): (r2, c2) for r, c, r2, c2 in one.merges}
        for r, line in enumerate(one.cells):
            for c, value in enumerate(line):
                if (r, c) in tops and tops[r, c] != (r, c):
                    sheet.merge_range(r, c, *tops[r, c], value, bold)
                elif isinstance(value, ErrorValue):
                    sheet.write_formula(r, c, "=NA()", plain, value.text)
                elif isinstance(value, date):
                    sheet.write_datetime(r, c, datetime(value.year, value.month, value.day), day)
                elif isinstance(value, str):
                    sheet.write_string(r, c, value, plain)
                elif value is not None:
                    sheet.write_number(r, c, value, plain)
        sheet.set_column(0, one.width, 14)
    book.close()


def xls(path: Path, grids: Sequence[Grid]) -> None:
    import xlwt

    book = xlwt.Workbook(encoding="utf-8")
    day = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for one in grids:
        sheet = book.add_sheet(one.name)
        tops = {(r, c): (r2, c2) for r, c, r2, c2 in one.merges}
        for r, line in enumerate(one.cells):
            for c, value in enumerate(line):
                if (r, c) in tops and tops[r, c] != (r, c):
                    sheet.write_merge(r, tops[r, c][0], c, tops[r, c][1], value)
                elif isinstance(value, date):
                    sheet.write(r, c, datetime(value.year, value.month, value.day), day)
                elif value is not None:
                    sheet.write(r, c, value)
    book.save(str(path))


def text(value: Any) -> str:
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)


def csv_gb18030(path: Path, one: Grid) -> None:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for line in one.cells:
        writer.writerow([text(v) for v in line] + [""] * (one.width - len(line)))
    path.write_bytes(out.getvalue().encode("gb18030"))


def html_named_xls(path: Path, one: Grid) -> None:
    """An HTML table saved with the suffix of Excel, as some systems export it."""
    covered = {
        (r, c)
        for r1, c1, r2, c2 in one.merges
        for r in range(r1, r2 + 1)
        for c in range(c1, c2 + 1)
        if (r, c) != (r1, c1)
    }
    tops = {(r, c): (r2, c2) for r, c, r2, c2 in one.merges}
    lines = []
    for r, line in enumerate(one.cells):
        tags = []
        for c in range(one.width):
            if (r, c) in covered:
                continue
            r2, c2 = tops.get((r, c), (r, c))
            shape = (f' rowspan="{r2 - r + 1}"' if r2 > r else "") + (f' colspan="{c2 - c + 1}"' if c2 > c else "")
            tags.append(f"<td{shape}>{escape(text(line[c] if c < len(line) else None))}</td>")
        lines.append("<tr>" + "".join(tags) + "</tr>")
    head = '<html><head><meta charset="utf-8"></head><body><table border="1">\n'
    path.write_text(head + "\n".join(lines) + "\n</table></body></html>\n", encoding="utf-8")
