"""Edits of a sheet's and the style part's XML as text: colour cells, add a column at the right."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from xlsxwriter.utility import xl_col_to_name

from skillcli.xlsx.package import NotEditable, plain

_ROW = re.compile(rb"<row\b([^>]*?)(/?)>")
_ROW_NUMBER = re.compile(rb'\br="(\d+)"')
_CELL = re.compile(rb"<c\b([^>]*?)(?:/>|>.*?</c>)", re.DOTALL)
_XF = re.compile(r"<xf\b([^>]*?)(/>|>.*?</xf>)", re.DOTALL)
_REFERENCE = re.compile(rb'\br="([A-Z]+)\d+"')
_TEXT = re.compile(rb"<t\b[^>]*>([^<]*)</t>")
_STYLE = re.compile(rb'^(<c\b[^>]*?)\ss="(\d+)"')


class Styles:
    """The style part: cell styles cloned with another fill."""

    def __init__(self, xml: str) -> None:
        fills = re.search(r"<fills\b[^>]*>(.*?)</fills>", xml, re.DOTALL)
        formats = re.search(r"<cellXfs\b[^>]*>(.*?)</cellXfs>", xml, re.DOTALL)
        if fills is None or formats is None:
            raise NotEditable("styles without fills or cell formats")
        self._xml = xml
        self._fills = re.findall(r"<fill\b.*?</fill>|<fill\s*/>", fills[1], re.DOTALL)
        self._formats = [found[0] for found in _XF.finditer(formats[1])]
        self._made: dict[tuple[int, str], int] = {}

    def filled(self, base: int, colour: str) -> int:
        """The number of a style like ``base`` with this background (RRGGBB)."""
        if base >= len(self._formats):
            raise NotEditable(f"a cell has style {base} of {len(self._formats)}")
        if (base, colour) not in self._made:
            found = _XF.fullmatch(self._formats[base])
            if found is None:
                raise NotEditable(f"style {base} is not understood")
            attributes = re.sub(r'\s(?:fillId|applyFill)="[^"]*"', "", found[1])
            clone = f'<xf{attributes} fillId="{self._fill(colour)}" applyFill="1"{found[2]}'
            self._made[base, colour] = self.add(clone)
        return self._made[base, colour]

    def unfilled(self, colours: Collection[str]) -> dict[int, int]:
        """Number of each style with one of these backgrounds → number of the like without any."""
        ours = [n for n, fill in enumerate(self._fills) if any(f'fgColor rgb="FF{each}"' in fill for each in colours)]
        bare = {}
        for number, xf in enumerate(list(self._formats)):
            fill = re.search(r'\sfillId="(\d+)"', xf.split(">", 1)[0])
            if fill and int(fill[1]) in ours:
                bare[number] = self.add(re.sub(r'\sfillId="\d+"', ' fillId="0"', xf, count=1))
        return bare

    def add(self, xf: str) -> int:
        """Add a cell format; returns its number."""
        self._formats.append(xf)
        return len(self._formats) - 1

    def xml(self) -> str:
        """The style part with what was added."""
        fills = f'<fills count="{len(self._fills)}">{"".join(self._fills)}</fills>'
        formats = f'<cellXfs count="{len(self._formats)}">{"".join(self._formats)}</cellXfs>'
        xml = re.sub(r"<fills\b[^>]*>.*?</fills>", lambda _: fills, self._xml, count=1, flags=re.DOTALL)
        return re.sub(r"<cellXfs\b[^>]*>.*?</cellXfs>", lambda _: formats, xml, count=1, flags=re.DOTALL)

    def _fill(self, colour: str) -> int:
        fill = f'<fill><patternFill patternType="solid"><fgColor rgb="FF{colour}"/><bgColor indexed="64"/></patternFill></fill>'
        if fill not in self._fills:
            self._fills.append(fill)
        return self._fills.index(fill)


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

    def text_column(self, row: int, text: str, shared: Collection[int] = ()) -> int:
        """The column (from 1) in which ``row`` holds this text, in place or as one of these shared strings;
        0 for none."""
        wanted = {b"<v>%d</v>" % number for number in shared}
        for number, _, inside in self._each():
            if number == row:
                for at, cell in _cells(inside):
                    if _inline_text(cell) == text or any(each in cell for each in wanted):
                        return at
        return 0

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
                inside = _marked(number, inside, colours.get(number, {}), column, cells.get(number, b""), styles)
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

    def _widen(self, column: int) -> None:
        """Give a new column at the right a width, and take it into the sheet's dimension."""
        width = f'<col min="{column}" max="{column}" width="70" customWidth="1"/>'
        ends = [int(end) for end in re.findall(r'<col\b[^>]*\bmax="(\d+)"', self.before)]
        if not ends:
            self.before += f"<cols>{width}</cols>"
        elif max(ends) < column:
            self.before = self.before.replace("</cols>", width + "</cols>", 1)

        def wider(found: re.Match[str]) -> str:
            last = max(column, _column(found[2]))
            return f'<dimension ref="{found[1]}:{xl_col_to_name(last - 1)}{found[3]}"'

        self.before = re.sub(r'<dimension ref="([A-Z]+\d+):([A-Z]+)(\d+)"', wider, self.before, count=1)


def _marked(row: int, inside: bytes, colours: Mapping[int, str], column: int, added: bytes, styles: Styles) -> bytes:
    """The cells of a row, coloured, with the added one."""
    if not colours and _last_column(inside) < column:
        return inside + added
    pieces: dict[int, bytes] = dict(_cells(inside))
    pieces.pop(column, None)
    for at, colour in colours.items():
        cell = pieces.get(at, f'<c r="{xl_col_to_name(at - 1)}{row}"/>'.encode())
        style = _STYLE.search(cell)
        number = styles.filled(int(style[2]) if style else 0, colour)
        pieces[at] = _STYLE.sub(rb"\1", cell).replace(b"<c", b'<c s="%d"' % number, 1)
    if added:
        pieces[column] = added
    return b"".join(pieces[at] for at in sorted(pieces))


def _inline_text(cell: bytes) -> str:
    """The text that stands in a cell itself."""
    return plain(b"".join(_TEXT.findall(cell)).decode("utf-8")) if b"<is" in cell else ""


def _restyled(cell: bytes, numbers: Mapping[int, int]) -> bytes:
    style = _STYLE.search(cell)
    if style is None or int(style[2]) not in numbers:
        return cell
    return _STYLE.sub(rb'\1 s="%d"' % numbers[int(style[2])], cell, count=1)


def _last_column(inside: bytes) -> int:
    """The column (from 1) of a row's last cell, 0 in an empty row."""
    reference = _REFERENCE.match(inside, inside.rfind(b"<c ") + 3)
    if reference:
        return _column(reference[1].decode())
    return max((at for at, _ in _cells(inside)), default=0)


def _cells(inside: bytes) -> list[tuple[int, bytes]]:
    """Column number (from 1) and XML of every cell of a row."""
    found = []
    last = 0
    for cell in _CELL.finditer(inside):
        reference = _REFERENCE.search(cell[1])
        last = _column(reference[1].decode()) if reference else last + 1
        found.append((last, cell[0]))
    return found


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
