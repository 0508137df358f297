"""The marks of an earlier check, known again however the workbook was saved since.

A marked copy is mended, saved by Excel and checked again: colours of cells that are right by now must go, and the
column of remarks must be known again although Excel stores its texts elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from skillcli.xlsx.cellstyles import Styles
from skillcli.xlsx.package import Package, plain
from skillcli.xlsx.patch import SheetXml

_ITEM = re.compile(r"<si\b[^>]*?(?:/>|>(.*?)</si>)", re.DOTALL)
_TEXT = re.compile(r"<t\b[^>]*>([^<]*)</t>")
_KEPT = re.compile("底色([0-9A-F]{6})")


LIST_HEADER = 2
"""The row of the sheet of problems in which its columns are named."""


def kept_name(shade: str) -> str:
    """What stands in the cell that keeps the background below a mark of this colour."""
    return f"底色{shade}"


def shared_texts(package: Package, numbers: set[int]) -> dict[int, str]:
    """The shared strings of these numbers; numbers that there are none of are left out."""
    part = package.related("xl/workbook.xml", "sharedStrings")
    if part not in package.parts:
        return {}
    found: dict[int, str] = {}
    for number, item in enumerate(_ITEM.finditer(package.text(part))):
        if number in numbers:
            found[number] = plain("".join(_TEXT.findall(item[1] or "")))
            if len(found) == len(numbers):
                break
    return found


def row_texts(package: Package, sheet: SheetXml, row: int) -> dict[int, tuple[str, int]]:
    """Column (from 1) → text and style of the cells of a row that hold text."""
    return sheet.texts(row, lambda numbers: shared_texts(package, numbers))


def text_column(package: Package, sheet: SheetXml, row: int, text: str) -> int:
    """The last column (from 1) in which a row holds this text; 0 for none."""
    return max((at for at, (found, _) in row_texts(package, sheet, row).items() if found == text), default=0)


def list_sheet(package: Package, name: str, titles: Sequence[str]) -> tuple[str, dict[int, tuple[str, int]]]:
    """What the sheet of problems is called, and the texts of its header, if it is there already. A number goes
    behind the name where the workbook has a sheet of that name that is not ours."""
    number, found = 1, name
    while found in package.sheets:
        texts = row_texts(package, SheetXml(package.parts[package.sheets[found]]), LIST_HEADER)
        if [texts.get(at, ("", 0))[0] for at in range(1, len(titles) + 1)] == list(titles):
            return found, texts
        number += 1
        found = f"{name}({number})"
    return found, {}


def kept_shades(texts: dict[int, tuple[str, int]], styles: Styles) -> dict[str, str]:
    """Colour of each earlier mark → the background below it, from the header of the sheet of problems."""
    return {
        kept[1]: styles.background(style)
        for text, style in texts.values()
        if (kept := _KEPT.fullmatch(text)) is not None
    }
