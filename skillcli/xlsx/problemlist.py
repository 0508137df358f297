"""The sheet of problems that a marked workbook gets, as XML."""

from __future__ import annotations

from xml.sax.saxutils import escape

import numpy as np
from xlsxwriter.utility import xl_col_to_name

from skillcli.xlsx.body import table_rows
from skillcli.xlsx.book import Sheet, Table
from skillcli.xlsx.cells import inline_text
from skillcli.xlsx.cellstyles import Styles
from skillcli.xlsx.layout import LINE_HEIGHT, MOST_LINES, lay_out, lines_needed, row_lines, table_texts
from skillcli.xlsx.unmark import LIST_HEADER, kept_name

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_MOST_LINKS = 65_000


def list_xml(name: str, table: Table, summary: str, styles: Styles) -> str:
    """The added sheet ``name``: the line ``summary``, header, rows, filter, links. Columns out of sight keep, behind the
    last one, what stood below the marks (see ``cellstyles``)."""
    layout = lay_out(Sheet(name, (table,)))
    text = styles.add(
        '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1">'
        '<alignment vertical="center" wrapText="1"/></xf>'
    )
    head = styles.painted(text, "EDEDED")
    number = styles.add(
        '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1">'
        '<alignment horizontal="center" vertical="center"/></xf>'
    )
    kinds = tuple(str(number if each.kind.numeric else text) for each in table.heads)
    widths = "".join(
        f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>' for n, width in enumerate(layout.widths, start=1)
    )
    heads = "".join(_text_cell(n, LIST_HEADER, each.title, head) for n, each in enumerate(table.heads, start=1))
    kept = list(styles.keepsakes().items())
    hidden = len(table.heads) + 1
    heads += "".join(
        _text_cell(n, LIST_HEADER, kept_name(shade), style) for n, (shade, style) in enumerate(kept, start=hidden)
    )
    if kept:
        widths += f'<col min="{hidden}" max="{hidden + len(kept) - 1}" width="9" hidden="1" customWidth="1"/>'
    texts = table_texts(table)
    lines: np.ndarray[tuple[int], np.dtype[np.int64]] = row_lines(table, layout.widths, texts)
    rows = "".join(
        bytes(block).decode("utf-8") for block in table_rows(table, LIST_HEADER + 1, kinds, lines, None, texts)
    )
    last = xl_col_to_name(len(table.heads) - 1)
    end = len(table.frame) + LIST_HEADER
    height = LINE_HEIGHT * min(lines_needed(summary, sum(layout.widths)), MOST_LINES)
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet xmlns="{_MAIN}">'
        f'<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><dimension ref="A1:{last}{end}"/>'
        f'<sheetViews><sheetView workbookViewId="0"><pane ySplit="{LIST_HEADER}" topLeftCell="A{LIST_HEADER + 1}" '
        'activePane="bottomLeft"'
        ' state="frozen"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/>'
        f'<cols>{widths}</cols><sheetData><row r="1" ht="{height:g}" customHeight="1">{_text_cell(1, 1, summary, text)}</row>'
        f'<row r="{LIST_HEADER}">{heads}</row>{rows}</sheetData>'
        f'<autoFilter ref="A{LIST_HEADER}:{last}{end}"/><mergeCells count="1"><mergeCell ref="A1:{last}1"/></mergeCells>'
        f"{_links_xml(table)}"
        '<pageMargins left="0.35" right="0.35" top="0.6" bottom="0.7" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
        "<headerFooter><oddFooter>&amp;C第 &amp;P 页 共 &amp;N 页</oddFooter></headerFooter></worksheet>"
    )


def _links_xml(table: Table) -> str:
    links = []
    for column, head in enumerate(table.heads):
        if head.title in table.links:
            name = xl_col_to_name(column)
            for row, target in enumerate(table.links[head.title].fillna(""), start=LIST_HEADER + 1):
                if target:
                    place = escape(str(target), {'"': "&quot;"})
                    links.append(f'<hyperlink ref="{name}{row}" location="{place}" display="{place}"/>')
    return f"<hyperlinks>{''.join(links[:_MOST_LINKS])}</hyperlinks>" if links else ""


def _text_cell(column: int, row: int, text: str, style: int) -> str:
    return f'<c r="{xl_col_to_name(column - 1)}{row}" s="{style}"{inline_text(text)}'
