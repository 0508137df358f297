"""The parts around the sheets of an xlsx: names, relations, shared strings, date formats."""

from __future__ import annotations

import posixpath
import re
import zipfile
from xml.etree import ElementTree

from msgspec import Struct

_SIMPLE = re.compile(r'<si><t(?: xml:space="preserve")?>([^<]*)</t></si>')
_ITEM = re.compile(r"<si(?:\s[^>]*)?(?:/>|>(.*?)</si>)", re.DOTALL)
_PHONETIC = re.compile(r"<rPh\b.*?</rPh>|<phoneticPr\b[^>]*/>", re.DOTALL)
_RUN = re.compile(r"<t(?:\s[^>]*)?>([^<]*)</t>")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_BUILTIN_DAYS = frozenset({*range(14, 23), *range(27, 37), *range(50, 59)})
"""Number formats that a workbook need not spell out; from 27 on those of East Asian versions."""
_BUILTIN_ODD = frozenset({45, 46, 47})
_LITERAL = re.compile(
    r'"[^"]*"|\\.|_.|\*.|\[(?:\$|Black|Blue|Cyan|Green|Magenta|Red|White|Yellow|Color|[<>=])[^\]]*\]', re.I
)

PLAIN, DAY, ODD = range(3)
"""How a style shows numbers: as numbers, as days, or in a way only the general reader settles."""


class Sheet(Struct, frozen=True):
    """A sheet of the workbook part, in order; ``part`` is the name inside the package."""

    name: str
    part: str
    hidden: bool


class Layout(Struct, frozen=True):
    """``strings`` and ``styles``: names of those parts, "" where there are none."""

    sheets: tuple[Sheet, ...]
    date1904: bool
    strings: str
    styles: str


def layout(package: zipfile.ZipFile) -> Layout | None:
    """What the workbook part says; None where it does not stand at its usual place."""
    names = {name.replace("\\", "/").lstrip("/").lower(): name for name in package.namelist()}
    try:
        book = ElementTree.fromstring(package.read(names["xl/workbook.xml"]))
        links = ElementTree.fromstring(package.read(names["xl/_rels/workbook.xml.rels"]))
    except (KeyError, ElementTree.ParseError):
        return None
    targets = {}
    by_type = {}
    for link in links:
        target = link.get("Target", "").replace("\\", "/")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        targets[link.get("Id", "")] = names.get(path.lower(), "")
        by_type[link.get("Type", "").rpartition("/")[2]] = names.get(path.lower(), "")
    sheets = []
    date1904 = False
    for element in book.iter():
        tag = element.tag.rpartition("}")[2]
        if tag == "workbookPr":
            date1904 = element.get("date1904") in ("1", "true")
        elif tag == "sheet":
            relation = next((value for key, value in element.attrib.items() if key.endswith("}id")), "")
            hidden = element.get("state", "visible") != "visible"
            sheets.append(Sheet(element.get("name", ""), targets.get(relation, ""), hidden))
    return Layout(tuple(sheets), date1904, by_type.get("sharedStrings", ""), by_type.get("styles", ""))


def shared_strings(xml: bytes) -> list[str]:
    """The texts of a shared strings part; runs of rich text joined, phonetic guides left out."""
    text = xml.decode("utf-8")
    found = _plainly_written(text) or _SIMPLE.findall(text)
    if len(found) != text.count("<si"):
        found = ["".join(_RUN.findall(_PHONETIC.sub("", item))) for item in _ITEM.findall(text)]
    if "&" in text or "_x" in text:
        found = [plain_text(each) for each in found]
    return found


def _plainly_written(text: str) -> list[str]:
    """The texts where each stands in the same two tags, as nearly always; else none."""
    text = text.replace('<t xml:space="preserve">', "<t>")
    start, end = text.find("<si><t>"), text.rfind("</t></si>")
    if start < 0 or end < start or text.find("<si") < start or text.find("<si", end) >= 0:
        return []
    found = text.split("</t></si><si><t>")
    if text.count("<", start, end) != 2 + 4 * (len(found) - 1):
        return []
    found[-1] = found[-1].partition("<")[0] if len(found) > 1 else text[:end]
    found[0] = found[0][start + len("<si><t>") :]
    return found


def plain_text(text: str) -> str:
    """Entities and Excel's ``_x000D_`` escapes resolved."""
    if "&" in text:
        import html  # with its table of two thousand entities

        text = html.unescape(text)
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def style_kinds(xml: bytes) -> list[int]:
    """For each cell style: PLAIN, DAY or ODD. Raises ElementTree.ParseError."""
    root = ElementTree.fromstring(xml)
    space = root.tag.rpartition("}")[0] + "}" if "}" in root.tag else ""
    codes = {each.get("numFmtId", ""): each.get("formatCode", "") for each in root.iter(f"{space}numFmt")}
    cells = root.find(f"{space}cellXfs")
    kinds = []
    for each in cells if cells is not None else ():
        number = each.get("numFmtId", "0")
        kinds.append(format_kind(int(number) if number.isdigit() else 0, codes.get(number)))
    return kinds


def format_kind(number: int, code: str | None) -> int:
    """PLAIN, DAY or ODD of a number format; ``code``: None where the workbook does not spell it out."""
    if code is None:
        return DAY if number in _BUILTIN_DAYS else ODD if number in _BUILTIN_ODD else PLAIN
    bare = _LITERAL.sub("", code.split(";")[0]).lower()
    if "general" in bare or not re.search(r"[ymdhs]", bare):
        return PLAIN
    return DAY if re.search(r"[yd]", bare) and "[" not in bare else ODD
