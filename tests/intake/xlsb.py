"""The smallest .xlsb that Excel's own layout ([MS-XLSB]) allows, record by record, for the reader's tests."""

from __future__ import annotations

import datetime
import struct
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_TYPES = "http://schemas.openxmlformats.org/package/2006"
_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_EPOCH = {False: datetime.date(1899, 12, 30), True: datetime.date(1904, 1, 1)}
_DAY_STYLE = 1


@dataclass(frozen=True)
class Raw:
    """A cell record as it is: type, what follows column and style, and the style."""

    kind: int
    content: bytes
    style: int = 0


ERROR_NA = Raw(3, b"\x2a")
FORMULA_REF = Raw(11, b"\x17" + struct.pack("<HII", 0, 0, 0))
FORMULA_UNCALCULATED = Raw(9, struct.pack("<dHII", 0.0, 0x0002, 0, 0))
FORMULA_SEVEN = Raw(9, struct.pack("<dHII", 7.0, 0, 0, 0))
SHORT_CELL = Raw(13, b"\0\0\0\0")


@dataclass(frozen=True)
class Page:
    """A sheet: rows of cells (None is no cell), Excel numbers of hidden rows, merges (first row, last row,
    first column, last column, from 0) and ``state``: 0 visible, 1 hidden, 2 very hidden."""

    name: str
    rows: Sequence[Sequence[Any]]
    hidden_rows: Iterable[int] = ()
    merges: Sequence[tuple[int, int, int, int]] = ()
    state: int = 0
    first_row: int = 0
    texts: list[str] = field(default_factory=list)


def record(kind: int, content: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size = len(content)
    length = b""
    while True:
        length += bytes([size & 0x7F | (0x80 if size > 0x7F else 0)])
        size >>= 7
        if not size:
            return head + length + content


def _wide(text: str) -> bytes:
    raw = text.encode("utf-16-le")
    return struct.pack("<I", len(raw) // 2) + raw


def _cell(column: int, value: Any, texts: list[str], date1904: bool) -> bytes:
    style = value.style if isinstance(value, Raw) else _DAY_STYLE if isinstance(value, datetime.date) else 0
    head = struct.pack("<II", column, style)
    if isinstance(value, Raw):
        return record(value.kind, head + value.content)
    if isinstance(value, bool):
        return record(4, head + bytes([value]))
    if isinstance(value, datetime.date):
        # As other programs than Excel do: a whole number in thirty bits.
        return record(2, head + struct.pack("<I", (value - _EPOCH[date1904]).days << 2 | 2))
    if isinstance(value, (int, float)):
        return record(5, head + struct.pack("<d", value))
    if value not in texts:
        texts.append(value)
    return record(7, head + struct.pack("<I", texts.index(value)))


def _sheet(page: Page, texts: list[str], date1904: bool) -> bytes:
    width = max(map(len, page.rows), default=1)
    body = record(129) + record(148, struct.pack("<IIII", 0, max(len(page.rows) - 1, 0), 0, width - 1)) + record(145)
    for number, row in enumerate(page.rows, page.first_row):
        flags = 0x10 if number + 1 in set(page.hidden_rows) else 0
        body += record(0, struct.pack("<IIHBBBI", number, 0, 300, 0, flags, 0, 0))
        body += b"".join(_cell(at, value, texts, date1904) for at, value in enumerate(row) if value is not None)
    body += record(146)
    if page.merges:
        body += record(177, struct.pack("<I", len(page.merges)))
        body += b"".join(record(176, struct.pack("<IIII", *merge)) for merge in page.merges) + record(178)
    return body + record(130)


def _styles() -> bytes:
    """Two cell formats: General and a day (number format 14)."""
    formats = b"".join(record(47, struct.pack("<HHHHHBBI", 0, code, 0, 0, 0, 0, 0, 0)) for code in (0, 14))
    return record(278) + record(617, struct.pack("<I", 2)) + formats + record(618) + record(279)


def write_xlsb(
    path: Path, pages: Sequence[Page], *, date1904: bool = False, extra: Mapping[str, bytes] | None = None
) -> Path:
    """Write the workbook; ``extra`` adds or replaces parts."""
    texts: list[str] = []
    sheets = [_sheet(page, texts, date1904) for page in pages]
    bundle = b"".join(
        record(156, struct.pack("<II", page.state, number) + _wide(f"rId{number}") + _wide(page.name))
        for number, page in enumerate(pages, 1)
    )
    settings = record(153, struct.pack("<III", int(date1904), 0, 0))
    strings = b"".join(record(19, b"\0" + _wide(text)) for text in texts)
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{_LINK}/worksheet" Target="worksheets/sheet{n}.bin"/>'
        for n in range(1, len(pages) + 1)
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_TYPES}/content-types"><Default Extension="bin" '
        'ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_TYPES}/relationships"><Relationship Id="rId1" '
        f'Type="{_LINK}/officeDocument" Target="xl/workbook.bin"/></Relationships>',
        "xl/_rels/workbook.bin.rels": f'<Relationships xmlns="{_TYPES}/relationships">{links}'
        f'<Relationship Id="rIdS" Type="{_LINK}/sharedStrings" Target="sharedStrings.bin"/>'
        f'<Relationship Id="rIdY" Type="{_LINK}/styles" Target="styles.bin"/></Relationships>',
        "xl/workbook.bin": record(131) + settings + record(143) + bundle + record(144) + record(132),
        "xl/sharedStrings.bin": record(159, struct.pack("<II", len(texts), len(texts))) + strings + record(160),
        "xl/styles.bin": _styles(),
        **{f"xl/worksheets/sheet{n}.bin": sheet for n, sheet in enumerate(sheets, 1)},
        **(extra or {}),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, body in parts.items():
            package.writestr(name, body)
    return path
