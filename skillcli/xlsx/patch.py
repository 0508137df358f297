"""Edits of a sheet's XML as text: colour cells, add a column at the right."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from xlsxwriter.utility import xl_col_to_name

from skillcli.xlsx.cellstyles import Styles
from skillcli.xlsx.package import NotEditable, plain

_ROW = re.compile(rb"<row\b([^>]*?)(/?)>")
_ROW_NUMBER = re.compile(rb'\br="(\d+)"')
_CELL = re.compile(rb"<c\b([^>]*?)(?:/>|>.*?</c>)", re.DOTALL)
_REFERENCE = re.compile(rb'\br="([A-Z]+)\d+"')
_TEXT = re.compile(rb"<t\b[^>]*>([^<]*)</t>")
_VALUE = re.compile(rb"<v>(\d+)</v>")
_COLUMNS = re.compile(r"<col\s[^>]*/>")
_WIDTH = 70
"""Characters across the added column."""
_STYLE = re.compile(rb'^(<c\b[^>]*?)\ss="(\d+)"')


class SheetXml:
    """A worksheet part, cut before and behind its rows. Bytes and one pass a job: a sheet may be
    some hundred megabytes."""

    def __init__(self, xml: bytes) -> None:
        found = re.search(rb"<sheetData\s*(/?)>", xml)
        if found is None:
            raise NotEditable("a sheet without rows or with prefixed names")
        end = found.end() if found[1] else xml.find(b"</sheetData>")
        self.before = xml[: found.start()].decode("utf-8")
        self.rows = [b"" if found[1] else xml[found.end() : end]]
        self.after = xml[end:].removeprefix(b"</sheetData>").decode("utf-8")

    def parts(self) -> list[bytes]:
        """The part, in pieces."""
        return [self.before.encode(), b"<sheetData>", *self.rows, b"</sheetData>", self.after.encode()]

    def last_column(self) -> int:
        """The rightmost column (from 1) that has a cell."""
        return max((_last_column(inside) for _, _, inside in self._each()), default=0)

    def texts(self, row: int, shared: Callable[[set[int]], Mapping[int, str]]) -> dict[int, tuple[str, int]]:
        """Column (from 1) → text and style of each cell of a row that holds text; ``shared`` gives shared strings
        by their numbers."""
        inside = next((inside for number, _, inside in self._each() if number == row), b"")
        cells = _cells(inside)
        numbers = {at: int(found[1]) for at, cell in cells if b't="s"' in cell and (found := _VALUE.search(cell))}
        known = shared(set(numbers.values())) if numbers else {}
        texts = {at: known.get(numbers[at], "") if at in numbers else _inline_text(cell) for at, cell in cells}
        return {at: (texts[at], _style_of(cell)) for at, cell in cells if texts[at]}

    def clear(self, first_row: int, column: int, bare: Mapping[int, int]) -> None:
        """Empty a column from a row on, and change the styles of cells by number."""
        made = []
        for number, attributes, inside in self._each():
            kept = [(at, cell) for at, cell in _cells(inside) if at != column or number < first_row]
            inside = b"".join(_restyled(cell, bare) for _, cell in kept)
            made.append(b"<row%b>%b</row>" % (attributes, inside))
        self.rows = made

    def mark(
        self, colours: Mapping[int, Mapping[int, str]], column: int, cells: Mapping[int, bytes], styles: Styles
    ) -> None:
        """Colour cells (row → column → RRGGBB) and set the cells of one column (row → XML of the
        cell), in place of what stood there."""
        wanted = set(colours) | set(cells)
        made = []
        for number, attributes, inside in self._each():
            if number in wanted:
                wanted.discard(number)
                bases = self._bases(attributes)
                inside = _marked(number, inside, colours.get(number, {}), column, cells.get(number, b""), styles, bases)
                attributes = re.sub(rb'\sspans="[^"]*"', b"", attributes)
            made.append(b"<row%b>%b</row>" % (attributes, inside))
        if wanted:
            raise NotEditable(f"{len(wanted)} rows are not in the sheet")
        self.rows = made
        self._widen(column)

    def add_drawing(self, tag: str) -> None:
        """Put a ``legacyDrawing`` element where the schema wants it."""
        later = "legacyDrawingHF|drawingHF|picture|oleObjects|controls|webPublishItems|tableParts|mc:AlternateContent"
        found = re.search(rf"<(?:{later})\b", self.after)
        place = found.start() if found else self.after.rfind("<extLst")
        if place < 0 or place < self.after.rfind("</conditionalFormatting>"):
            place = self.after.rfind("</worksheet>")
        self.after = self.after[:place] + tag + self.after[place:]

    def _each(self) -> Iterator[tuple[int, bytes, bytes]]:
        """Number, attributes and content of every row. Raises NotEditable on rows without numbers."""
        for block in self.rows:
            place = 0
            while found := _ROW.search(block, place):
                number = _ROW_NUMBER.search(found[1])
                if number is None:
                    raise NotEditable("rows without numbers")
                end = found.end() if found[2] else block.find(b"</row>", found.end())
                yield int(number[1]), found[1], b"" if found[2] else block[found.end() : end]
                place = end

    def _bases(self, row_attributes: bytes) -> Callable[[int], int]:
        """The style that a blank cell without a place in the file has in a row: the row's, else its column's."""
        style = re.search(rb'\ss="(\d+)"', row_attributes)
        if style and b'customFormat="1"' in row_attributes:
            number = int(style[1])
            return lambda _: number
        return self._column_style

    def _column_style(self, column: int) -> int:
        for tag in _COLUMNS.findall(self.before):
            first, last, style = (_number(tag, name) for name in ("min", "max", "style"))
            if first <= column <= last:
                return style
        return 0

    def _widen(self, column: int) -> None:
        """Give the added column a width, and take it into the sheet's dimension."""
        width = f'<col min="{column}" max="{column}" width="{_WIDTH}" customWidth="1"/>'
        tags = _COLUMNS.findall(self.before)
        made = [part for tag in tags for part in _split(tag, column)]
        at = sum(_number(tag, "min") < column for tag in made)
        columns = "".join([*made[:at], width, *made[at:]])
        if "<cols>" in self.before:
            self.before = re.sub(r"<cols>.*?</cols>", lambda _: f"<cols>{columns}</cols>", self.before, flags=re.DOTALL)
        else:
            self.before += f"<cols>{columns}</cols>"

        def wider(found: re.Match[str]) -> str:
            last = max(column, column_of(found[2]))
            return f'<dimension ref="{found[1]}:{xl_col_to_name(last - 1)}{found[3]}"'

        self.before = re.sub(r'<dimension ref="([A-Z]+\d+):([A-Z]+)(\d+)"', wider, self.before, count=1)


def _number(tag: str, name: str) -> int:
    found = re.search(rf'\s{name}="(\d+)"', tag)
    return int(found[1]) if found else 0


def _split(tag: str, column: int) -> list[str]:
    """A ``col`` element without one of its columns."""
    first, last = _number(tag, "min"), _number(tag, "max")
    if not first <= column <= last:
        return [tag]
    halves = [(low, high) for low, high in ((first, column - 1), (column + 1, last)) if low <= high]
    return [
        re.sub(r'\smin="\d+"', f' min="{low}"', re.sub(r'\smax="\d+"', f' max="{high}"', tag, count=1), count=1)
        for low, high in halves
    ]


def _marked(
    row: int,
    inside: bytes,
    colours: Mapping[int, str],
    column: int,
    added: bytes,
    styles: Styles,
    blank: Callable[[int], int],
) -> bytes:
    """The cells of a row, coloured, with the added one."""
    if not colours and _last_column(inside) < column:
        return inside + added
    pieces: dict[int, bytes] = dict(_cells(inside))
    pieces.pop(column, None)
    for at, colour in colours.items():
        cell = pieces.get(at, f'<c r="{xl_col_to_name(at - 1)}{row}"/>'.encode())
        number = styles.filled(_style_of(cell) if at in pieces else blank(at), colour)
        pieces[at] = _STYLE.sub(rb"\1", cell).replace(b"<c", b'<c s="%d"' % number, 1)
    if added:
        pieces[column] = added
    return b"".join(pieces[at] for at in sorted(pieces))


def _inline_text(cell: bytes) -> str:
    """The text that stands in a cell itself."""
    return plain(b"".join(_TEXT.findall(cell)).decode("utf-8")) if b"<is" in cell else ""


def _style_of(cell: bytes) -> int:
    style = _STYLE.search(cell)
    return int(style[2]) if style else 0


def _restyled(cell: bytes, numbers: Mapping[int, int]) -> bytes:
    style = _STYLE.search(cell)
    if style is None or int(style[2]) not in numbers:
        return cell
    return _STYLE.sub(rb'\1 s="%d"' % numbers[int(style[2])], cell, count=1)


def _last_column(inside: bytes) -> int:
    """The column (from 1) of a row's last cell, 0 in an empty row."""
    reference = _REFERENCE.match(inside, inside.rfind(b"<c ") + 3)
    if reference:
        return column_of(reference[1].decode())
    return max((at for at, _ in _cells(inside)), default=0)


def _cells(inside: bytes) -> list[tuple[int, bytes]]:
    """Column number (from 1) and XML of every cell of a row."""
    found = []
    last = 0
    for cell in _CELL.finditer(inside):
        reference = _REFERENCE.search(cell[1])
        last = column_of(reference[1].decode()) if reference else last + 1
        found.append((last, cell[0]))
    return found


def column_of(letters: str) -> int:
    """A column's number (from 1)."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
