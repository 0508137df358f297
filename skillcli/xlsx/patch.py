"""Edits of a sheet's and the style part's XML as text: colour cells, add a column at the right."""

from __future__ import annotations

import re
from collections.abc import Mapping

from xlsxwriter.utility import xl_col_to_name

from skillcli.xlsx.package import NotEditable

_ROW = re.compile(r"<row\b([^>]*?)(?:/>|>(.*?)</row>)", re.DOTALL)
_CELL = re.compile(r"<c\b([^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
_XF = re.compile(r"<xf\b([^>]*?)(/>|>.*?</xf>)", re.DOTALL)
_REFERENCE = re.compile(r'\br="([A-Z]+)(\d*)"')


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
    """A worksheet part, cut before and behind its rows."""

    def __init__(self, xml: str) -> None:
        found = re.search(r"<sheetData\s*/>|<sheetData\b[^>]*>(.*?)</sheetData>", xml, re.DOTALL)
        if found is None:
            raise NotEditable("a sheet without rows or with prefixed names")
        self.before, self.rows, self.after = xml[: found.start()], found[1] or "", xml[found.end() :]

    def xml(self) -> str:
        return f"{self.before}<sheetData>{self.rows}</sheetData>{self.after}"

    def last_column(self) -> int:
        """The rightmost column (from 1) that has a cell."""
        most = 0
        for row in _ROW.finditer(self.rows):
            for column, _ in _cells(row[2] or ""):
                most = max(most, column)
        return most

    def inline_column(self, row: int, text: str) -> int:
        """The column (from 1) in which ``row`` holds this text as an inline string, 0 for none."""
        for found in _ROW.finditer(self.rows):
            if re.search(rf'\br="{row}"', found[1]):
                inline = [at for at, cell in _cells(found[2] or "") if f">{text}</t></is>" in cell]
                return inline[0] if inline else 0
        return 0

    def mark(
        self, colours: Mapping[int, Mapping[int, str]], column: int, cells: Mapping[int, str], styles: Styles
    ) -> None:
        """Colour cells (row → column → RRGGBB) and set the cells of one column (row → XML of the
        cell), in place of what stood there."""
        wanted = set(colours) | set(cells)

        def edited(found: re.Match[str]) -> str:
            number = int(row[1]) if (row := re.search(r'\br="(\d+)"', found[1])) else 0
            if not number:
                raise NotEditable("rows without numbers")
            if number not in wanted:
                return found[0]
            wanted.discard(number)
            attributes = re.sub(r'\sspans="[^"]*"', "", found[1])
            inside = _marked(number, found[2] or "", colours.get(number, {}), column, cells.get(number, ""), styles)
            return f"<row{attributes}>{inside}</row>"

        self.rows = _ROW.sub(edited, self.rows)
        if wanted:
            raise NotEditable(f"{len(wanted)} rows are not in the sheet")
        self._widen(column)

    def _widen(self, column: int) -> None:
        """Give a new column at the right a width, and take it into the sheet's dimension."""
        width = f'<col min="{column}" max="{column}" width="70" customWidth="1"/>'
        ends = [int(end) for end in re.findall(r'<col\b[^>]*\bmax="(\d+)"', self.before)]
        if not ends:
            cols = "" if "<cols>" in self.before else f"<cols>{width}</cols>"
            self.before += cols
        elif max(ends) < column:
            self.before = self.before.replace("</cols>", width + "</cols>", 1)

        def wider(found: re.Match[str]) -> str:
            last = max(column, _column(found[2]))
            return f'<dimension ref="{found[1]}:{xl_col_to_name(last - 1)}{found[3]}"'

        self.before = re.sub(r'<dimension ref="([A-Z]+\d+):([A-Z]+)(\d+)"', wider, self.before, count=1)

    def add_drawing(self, tag: str) -> None:
        """Put a ``legacyDrawing`` element where the schema wants it."""
        later = r"<(?:legacyDrawingHF|drawingHF|picture|oleObjects|controls|webPublishItems|tableParts|mc:AlternateContent)\b"
        found = re.search(later, self.after)
        place = found.start() if found else self.after.rfind("<extLst")
        if place < 0 or place < self.after.rfind("</conditionalFormatting>"):
            place = self.after.rfind("</worksheet>")
        self.after = self.after[:place] + tag + self.after[place:]


def _marked(row: int, inside: str, colours: Mapping[int, str], column: int, added: str, styles: Styles) -> str:
    """The cells of a row, coloured, with the added one."""
    pieces: dict[int, str] = dict(_cells(inside))
    pieces.pop(column, None)
    for at, colour in colours.items():
        cell = pieces.get(at, f'<c r="{xl_col_to_name(at - 1)}{row}"/>')
        style = re.search(r'^<c\b[^>]*?\ss="(\d+)"', cell)
        number = styles.filled(int(style[1]) if style else 0, colour)
        bare = re.sub(r'^(<c\b[^>]*?)\ss="\d+"', r"\1", cell)
        pieces[at] = bare.replace("<c", f'<c s="{number}"', 1)
    if added:
        pieces[column] = added
    return "".join(pieces[at] for at in sorted(pieces))


def _cells(inside: str) -> list[tuple[int, str]]:
    """Column number (from 1) and XML of every cell of a row."""
    found = []
    last = 0
    for cell in _CELL.finditer(inside):
        reference = _REFERENCE.search(cell[1])
        last = _column(reference[1]) if reference else last + 1
        found.append((last, cell[0]))
    return found


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
