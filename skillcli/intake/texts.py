"""csv, tab-separated text and HTML tables, also under the name of a workbook."""

from __future__ import annotations

import csv
import io
import re
from html.parser import HTMLParser

from skillcli.intake.grid import Grid, Range, Refused, Workbook, columns_of
from skillcli.intake.sniff import broken

MAX_CELLS = 20_000_000
MAX_COLUMNS = 16_384
_MIXED = "文字编码混杂（一部分是 UTF-8，一部分是 GBK），无法可靠还原。"
_AGAIN = "请用 Excel 或 WPS 打开，确认没有乱码后另存为 xlsx，再提交。"
_QUOTED = re.compile(r'="(.*)"')


def read(data: bytes, form: str, sha256: str) -> Workbook:
    """A workbook of one sheet (HTML: one a table). Raises Refused (F01, F06)."""
    text = decode(data)
    if form == "html":
        return Workbook("html", sha256, _html_sheets(text))
    if "\0" in text:
        raise broken()
    delimiter = _delimiter(text)
    rows = []
    cells = 0
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            cells += len(row)
            if cells > MAX_CELLS or len(row) > MAX_COLUMNS:
                raise Refused("F06", "文字表格超过两千万个单元格或 16,384 列，不读取。", "请拆成几个文件。")
            rows.append([_plain(cell) for cell in row] if '="' in "".join(row) else row)
    except csv.Error:
        raise Refused("F06", "文字表格里有一个单元格长得不正常，不读取。", _AGAIN) from None
    columns, height = columns_of(rows, {})
    return Workbook("tsv" if delimiter == "\t" else "csv", sha256, [Grid("", columns, height)])


def decode(data: bytes) -> str:
    """Text by its byte order mark, else UTF-8, else GB18030. Raises Refused on a mixture."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                raise Refused("F01", _MIXED, _AGAIN) from None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if _holds_utf8(data):
        raise Refused("F01", _MIXED, _AGAIN)
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError:
        raise Refused("F01", "既不是表格文件，也不是可识别的文字（UTF-8、GBK）。", _AGAIN) from None


def _holds_utf8(data: bytes) -> bool:
    """Whether some line of bytes that are not UTF-8 as a whole reads as Chinese in UTF-8."""
    for line in data.splitlines():
        if line.isascii():
            continue
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError:
            continue
        if sum("\u4e00" <= char <= "\u9fff" for char in text) >= 2:
            return True
    return False


def _delimiter(text: str) -> str:
    """The separator that stands most often in the first lines."""
    head = "\n".join(text.split("\n", 31)[:30])
    return max("\t,;|", key=lambda mark: (head.count(mark), mark == ","))


def _plain(cell: str) -> str:
    """``="0123"``, a spreadsheet's way to keep a text in csv, is the text."""
    found = _QUOTED.fullmatch(cell)
    return found[1].replace('""', '"') if found else cell


def _html_sheets(text: str) -> list[Grid]:
    parser = _Tables()
    try:
        parser.feed(text)
        parser.close()
    except (AssertionError, ValueError):
        raise broken() from None
    if not parser.tables:
        raise Refused("F01", "这是网页文件，里面没有表格。", _AGAIN)
    sheets = []
    for number, table in enumerate(parser.tables, 1):
        columns, height = columns_of(table.rows, {})
        name = "" if len(parser.tables) == 1 else f"表{number}"
        sheets.append(Grid(name, columns, height, merges=table.merges))
    return sheets


class _Table:
    def __init__(self) -> None:
        self.rows: list[list[str]] = []
        self.merges: list[Range] = []
        self.taken: set[tuple[int, int]] = set()


class _Tables(HTMLParser):
    """Rows of every outermost table; spans become merges."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[_Table] = []
        self.depth = 0
        self.cell: list[str] | None = None
        self.span = (1, 1)
        self.cells = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.depth += 1
            if self.depth == 1:
                self.tables.append(_Table())
        elif self.depth == 1 and tag == "tr":
            self._end_cell()
            self.tables[-1].rows.append([])
        elif self.depth == 1 and tag in ("td", "th"):
            self._end_cell()
            given = {key: value or "" for key, value in attrs}
            self.span = (_span(given.get("rowspan", "")), _span(given.get("colspan", "")))
            self.cell = []
        elif tag == "br" and self.cell is not None:
            self.cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "tr") and self.depth == 1:
            self._end_cell()
        elif tag == "table":
            self._end_cell()
            self.depth = max(self.depth - 1, 0)

    def handle_data(self, data: str) -> None:
        if self.cell is not None:
            self.cell.append(data)

    def _end_cell(self) -> None:
        if self.cell is None:
            return
        table, text, (high, wide) = self.tables[-1], "".join(self.cell).strip(), self.span
        self.cell = None
        if not table.rows:
            table.rows.append([])
        row, cells = len(table.rows) - 1, table.rows[-1]
        while (row, len(cells)) in table.taken:
            cells.append("")
        left = len(cells)
        self.cells += high * wide
        if self.cells > MAX_CELLS or left + wide > MAX_COLUMNS:
            raise Refused("F06", "网页表格超过两千万个单元格或 16,384 列，不读取。", "请拆成几个文件。")
        cells.extend([text] + [""] * (wide - 1))
        if high > 1:
            table.taken.update((row + down, left + right) for down in range(1, high) for right in range(wide))
        if high > 1 or wide > 1:
            table.merges.append((row, left, row + high - 1, left + wide - 1))


def _span(text: str) -> int:
    return min(max(int(text), 1), 16_384) if text.isascii() and text.isdigit() and len(text) < 8 else 1
