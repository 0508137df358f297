"""A look at the content of an .ods for what the reader loses.

The reader turns error values into blanks and tells nothing of hidden rows, merged cells and the
year from which days are counted. OpenDocument 1.3, part 3.
"""

from __future__ import annotations

from xml.parsers import expat

from skillcli.intake.grid import Special
from skillcli.intake.losses import BookScan, SheetScan, formula_cell
from skillcli.intake.prescan import MAX_ROWS, Budget, check_area, opened, windows
from skillcli.intake.sniff import broken, password, unprovable
from skillcli.schema.cellfault import CellFault

_MANIFEST = "META-INF/manifest.xml"
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 "
_PARAGRAPH = "urn:oasis:names:tc:opendocument:xmlns:text:1.0 p"
_VALUES = tuple(f"{_OFFICE}{name}" for name in ("value", "date-value", "time-value", "boolean-value"))
_ERRORS = ("#", "Err:")
_EPOCHS = {"1899-12-30": False, "1904-01-01": True}


def scan(data: bytes) -> BookScan:
    """Every sheet in the order of the workbook. Raises Refused: F01 damaged, or with days that cannot be
    read with certainty; F02 encrypted; F06 beyond a limit."""
    budget = Budget()
    content = _Content()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = content.start
    parser.EndElementHandler = content.end
    parser.CharacterDataHandler = content.text
    parser.buffer_text = True
    with opened(data) as package:
        # The list of parts tells of a password, and must be seen before what it has made unreadable.
        for part in sorted(package.infolist(), key=lambda part: part.filename != _MANIFEST):
            for window in windows(package, part, budget, (b"</table:table-row>",)):
                if part.filename == _MANIFEST and b"encryption-data" in window:
                    raise password()
                if part.filename == "content.xml":
                    try:
                        parser.Parse(window, False)
                    except (expat.ExpatError, ValueError):
                        raise broken() from None
    for sheet in content.book.sheets:
        check_area(sheet.last_row, sheet.last_column)
    return content.book


class _Content:
    """Follows the elements of content.xml."""

    def __init__(self) -> None:
        self.book = BookScan()
        self.sheet: SheetScan | None = None
        self.tables = 0
        self.row = self.rows = 0
        self.column = self.columns = 0
        self.folded = 0
        self.hidden: list[tuple[int, int]] = []
        self.given: dict[str, str] | None = None
        self.notes = 0
        self.paragraph = False
        self.said = ""

    def start(self, name: str, given: dict[str, str]) -> None:
        if name == f"{_TABLE}null-date":
            day = given.get(f"{_TABLE}date-value", "1899-12-30")
            if day not in _EPOCHS:
                raise unprovable()
            self.book.date1904 = _EPOCHS[day]
        elif name == f"{_TABLE}table":
            self.tables += 1
            if self.tables == 1:
                self._begin_sheet()
        elif self.sheet is None or self.tables > 1:
            return
        elif name == f"{_TABLE}table-row-group":
            self.folded += self.folded > 0 or given.get(f"{_TABLE}display") == "false"
        elif name == f"{_TABLE}table-row":
            self.rows = _times(given, f"{_TABLE}number-rows-repeated")
            if self.folded or given.get(f"{_TABLE}visibility", "visible") != "visible":
                self.hidden.append((self.row, self.rows))
            self.column = 0
        elif name in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            self.columns = _times(given, f"{_TABLE}number-columns-repeated")
            self.given, self.paragraph, self.said, self.notes = given, False, "", 0
        elif name == f"{_OFFICE}annotation":
            self.notes += 1
        elif name == _PARAGRAPH and self.given is not None and not self.notes:
            self.paragraph = True

    def text(self, text: str) -> None:
        if self.given is not None and not self.notes and len(self.said) < 20:
            self.said += text

    def end(self, name: str) -> None:
        if name == f"{_TABLE}table":
            self.tables -= 1
            if self.tables == 0 and self.sheet is not None:
                self._end_sheet(self.sheet)
        elif self.sheet is None or self.tables > 1:
            return
        elif name == f"{_TABLE}table-row-group":
            self.folded -= self.folded > 0
        elif name == f"{_TABLE}table-row":
            self.row += self.rows
        elif name == f"{_OFFICE}annotation":
            self.notes -= 1
        elif name in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            self._cell(self.sheet, self.given or {})
            self.column += self.columns
            self.given = None

    def _begin_sheet(self) -> None:
        self.sheet = SheetScan(merges=[])
        self.row = self.folded = 0
        self.hidden = []
        self.book.sheets.append(self.sheet)

    def _end_sheet(self, sheet: SheetScan) -> None:
        for first, count in self.hidden:
            sheet.hidden_rows.extend(range(first + 1, min(first + count, sheet.last_row) + 1))
        self.sheet = None

    def _cell(self, sheet: SheetScan, given: dict[str, str]) -> None:
        formula = f"{_TABLE}formula" in given
        if not self.said and not formula and f"{_OFFICE}value-type" not in given:
            return
        sheet.reach(self.row + self.rows - 1, self.column + self.columns - 1)
        high = _times(given, f"{_TABLE}number-rows-spanned")
        wide = _times(given, f"{_TABLE}number-columns-spanned")
        if (high > 1 or wide > 1) and sheet.merges is not None:
            sheet.merges.append((self.row, self.column, self.row + high - 1, self.column + wide - 1))
        lost = self._lost(given, formula)
        if lost is not None:
            check_area(sheet.last_row, sheet.last_column)
            for row in range(self.row, self.row + self.rows):
                for column in range(self.column, self.column + self.columns):
                    sheet.specials[row, column] = lost

    def _lost(self, given: dict[str, str], formula: bool) -> Special | None:
        said = self.said.strip()
        if _is_error(given, formula, said):
            return Special(CellFault.ERROR_VALUE, said[:20] or "#ERROR")
        has_value = any(name in given for name in _VALUES) or bool(given.get(f"{_OFFICE}string-value"))
        return formula_cell() if formula and not has_value and not self.paragraph else None


def _is_error(given: dict[str, str], formula: bool, said: str) -> bool:
    """Newer programs name the type of the value; older ones only show #N/A or Err:502."""
    named = any(key.endswith(" value-type") and value == "error" for key, value in given.items())
    return named or (formula and said.startswith(_ERRORS))


def _times(given: dict[str, str], name: str) -> int:
    """A count of repetitions or of cells spanned; no more than a sheet has rows."""
    text = given.get(name, "1")
    return min(max(int(text), 1), MAX_ROWS) if text.isascii() and text.isdigit() and len(text) < 12 else 1
