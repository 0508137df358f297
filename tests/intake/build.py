"""Real files for the reader's tests: synthetic people of the area 990000, written by several programs."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from skillcli.core.identity import check_digit
from skillcli.intake import read_rosters
from skillcli.schema.inputs import ROSTER
from skillcli.schema.roster import Roster

KEYS = [
    "name",
    "id_number",
    "categories",
    "institution",
    "training_kind",
    "occupation",
    "level",
    "start",
    "end",
    "result",
    "certificate_kind",
    "certificate_no",
    "issued_on",
]
TITLES = [ROSTER[key].title for key in KEYS]


def number(n: int, birth: str = "19850304") -> str:
    """The n-th synthetic identity number of a birth date, check digit right."""
    first17 = f"990000{birth}{n:03d}"
    return first17 + check_digit(first17)


def person(n: int, **changes: Any) -> dict[str, Any]:
    """A clean roster row."""
    row: dict[str, Any] = {
        "name": f"学员{'甲乙丙丁戊己庚辛壬癸'[n % 10]}",
        "id_number": number(n % 1000, f"19{60 + n // 1000 % 40}0304"),
        "categories": "企业职工",
        "institution": "第一职业培训学校",
        "training_kind": "岗位技能提升培训",
        "occupation": "焊工",
        "level": "中级工",
        "start": datetime.date(2020, 3, 1),
        "end": datetime.date(2020, 3, 15),
        "result": "合格",
        "certificate_kind": "职业技能等级证书",
        "certificate_no": f"S000199000000204{n:06d}",
        "issued_on": datetime.date(2020, 4, 1),
    }
    return row | changes


def put(sheet: Worksheet, row: int, column: int, values: Sequence[Any]) -> None:
    """Write values into a row of an openpyxl sheet, from a column on (both from 1)."""
    for at, value in enumerate(values):
        if value is not None:
            sheet.cell(row, column + at).value = value


def roster_xlsx(
    path: Path,
    people: Sequence[Mapping[str, Any]],
    *,
    keys: Sequence[str] = KEYS,
    titles: Mapping[str, str] | None = None,
    at: tuple[int, int] = (1, 1),
    touch: Callable[[Worksheet], None] | None = None,
    sheet: str = "花名册",
) -> Path:
    """An xlsx roster whose header stands at row and column ``at``; ``touch`` may alter the sheet."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    row, column = at
    put(page, row, column, [(titles or {}).get(key, ROSTER[key].title) for key in keys])
    for down, each in enumerate(people, 1):
        put(page, row + down, column, [each.get(key) for key in keys])
    if touch:
        touch(page)
    book.save(path)
    return path


def text_rows(people: Sequence[Mapping[str, Any]], keys: Sequence[str] = KEYS) -> list[list[str]]:
    """Header and rows as text, for csv and HTML."""
    return [[ROSTER[key].title for key in keys], *([str(each[key]) for key in keys] for each in people)]


def csv_text(people: Sequence[Mapping[str, Any]], delimiter: str = ",") -> str:
    return "".join(delimiter.join(row) + "\r\n" for row in text_rows(people))


def read_one(path: Path, **options: Any) -> Roster:
    return read_rosters([path], **options)


def codes(roster: Roster, severity: str = "file") -> list[str]:
    """Codes of the findings of one severity."""
    return [finding.code for finding in roster.findings if finding.severity == severity]


def messages(roster: Roster) -> str:
    return "\n".join(f"{finding.place} {finding.message} {finding.remedy}" for finding in roster.findings)


def faults(roster: Roster) -> list[tuple[int, str, str]]:
    """(Excel row, key, fault) of every cell fault."""
    rows = roster.frame["row"].to_numpy()
    return [
        (int(rows[rid]), key, fault)
        for rid, key, fault in zip(roster.faults["rid"], roster.faults["key"], roster.faults["fault"], strict=True)
    ]


SHEET_OPEN = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
SHEET_CLOSE = "</sheetData></worksheet>"


def raw_xlsx(
    path: Path, sheet_xml: str | bytes, *, strings: str | bytes = "", extra: Mapping[str, bytes] | None = None
) -> Path:
    """The smallest xlsx around a given sheet part, byte for byte."""
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/xl/workbook.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"'
        ' Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"'
        ' Target="worksheets/sheet1.xml"/>'
        '<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"'
        ' Target="sharedStrings.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": sheet_xml,
    }
    if strings:
        parts["xl/sharedStrings.xml"] = strings
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, body in {**parts, **(extra or {})}.items():
            package.writestr(name, body)
    return path


def inline_cell(ref: str, text: str) -> str:
    return f'<c r="{ref}" t="inlineStr"><is><t>{text}</t></is></c>'


def zip_bytes(parts: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, body in parts.items():
            package.writestr(name, body)
    return buffer.getvalue()
