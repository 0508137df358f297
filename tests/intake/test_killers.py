"""Sixty files made to kill a reader: each ends in one sentence or in a read roster, soon, and in nobody's death."""

from __future__ import annotations

import io
import struct
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from .build import (
    SHEET_CLOSE,
    SHEET_OPEN,
    codes,
    csv_text,
    inline_cell,
    messages,
    person,
    raw_xlsx,
    read_one,
    roster_xlsx,
)
from .test_binary_forms import Form, table
from .test_binary_forms import _xls as write_xls
from .xlsb import Page, Raw, record, write_xlsb

Make = Callable[[Path], object]
SOON = 2.0
"""Seconds for what the first look refuses; the rest has ten."""
MIB = 1 << 20


def xlsx(body: str | bytes, **more: object) -> Make:
    return lambda path: raw_xlsx(path, body, **more)  # type: ignore[arg-type]


def rows(*cells: str) -> str:
    return SHEET_OPEN + "".join(cells) + SHEET_CLOSE


def data(content: bytes) -> Make:
    return lambda path: path.write_bytes(content)


def changed(change: Callable[[bytes], bytes]) -> Make:
    """A sound roster whose bytes are changed."""

    def make(path: Path) -> None:
        roster_xlsx(path, [person(1)])
        path.write_bytes(change(path.read_bytes()))

    return make


def part(name: str, content: bytes) -> Make:
    """A sound roster with one part replaced or added."""

    def make(path: Path) -> None:
        roster_xlsx(path, [person(1)])
        with zipfile.ZipFile(path) as package:
            parts = {each: package.read(each) for each in package.namelist()}
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
            for each, body in {**parts, name: content}.items():
                package.writestr(each, body)

    return make


def twice(path: Path) -> None:
    """Two members of one name, the second is another sheet."""
    roster_xlsx(path, [person(1)])
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(path, "a") as package:
        package.writestr("xl/worksheets/sheet1.xml", rows('<row r="1"><c r="XFD1048576"><v>1</v></c></row>'))


def overlapping(path: Path) -> None:
    """Fifield's way: two hundred entries of the directory point to one compressed part."""
    roster_xlsx(path, [person(1)])
    raw = path.read_bytes()
    end = raw.rindex(b"PK\x05\x06")
    count, size, begin = struct.unpack_from("<HII", raw, end + 10)
    first = raw[begin : begin + 46 + sum(struct.unpack_from("<HHH", raw, begin + 28))]
    directory = raw[begin : begin + size] + first * 200
    tail = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, count + 200, count + 200, len(directory), begin, 0)
    path.write_bytes(raw[:begin] + directory + tail)


def lying(path: Path) -> None:
    """The directory says 1,000 bytes, the part inflates to 64 MiB."""
    raw_xlsx(path, rows(" " * (64 * MIB)))
    raw = path.read_bytes()
    size = struct.pack("<I", len(rows()) + 64 * MIB)
    path.write_bytes(raw.replace(size, struct.pack("<I", 1000)))


def nested(path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("x", b"0" * (16 * MIB))
    part("xl/embeddings/inner.zip", inner.getvalue())(path)


def ole(chain: list[int], *, size: int = MIB, stream: bytes = b"", kinds: tuple[int, int] = (5, 2)) -> bytes:
    """An OLE file of these sector links; the stream Workbook starts at sector 1."""
    head = bytearray(b"\xff" * 512)
    head[:80] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(72)
    struct.pack_into("<HHHHH", head, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<IIIIIIIII", head, 40, 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    struct.pack_into("<I", head, 76, 0)
    links = struct.pack(f"<{len(chain)}I", *chain).ljust(512, b"\xff")
    entries = bytearray(512)
    for at, name in enumerate(["Root Entry", "Workbook"]):
        raw = name.encode("utf-16-le")
        entries[at * 128 : at * 128 + len(raw)] = raw
        struct.pack_into("<HBB", entries, at * 128 + 64, len(raw) + 2, kinds[at], 1)
        struct.pack_into("<III", entries, at * 128 + 68, 0xFFFFFFFF, 0xFFFFFFFF, 1 if at == 0 else 0xFFFFFFFF)
        struct.pack_into("<IQ", entries, at * 128 + 116, 1, size)
    return bytes(head) + links + bytes(entries) + stream.ljust(512, b"\0")


def biff(*records: tuple[int, bytes]) -> bytes:
    """A sheet of such records in an OLE file of its own."""

    def one(kind: int, body: bytes) -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    bof = struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0)
    book = one(0x0809, bof)
    bundle = struct.pack("<IBBBB", 0, 0, 0, 1, 0) + b"a"
    begin = len(book) + len(one(0x0085, bundle)) + 4
    book += one(0x0085, struct.pack("<I", begin) + bundle[4:]) + one(0x000A, b"")
    stream = book + one(0x0809, bof.replace(b"\x05\0", b"\x10\0", 1)) + b"".join(one(k, b) for k, b in records)
    stream = (stream + one(0x000A, b"")).ljust(4096, b"\0")
    sectors = len(stream) // 512
    chain = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 2 + sectors), 0xFFFFFFFE]
    raw = bytearray(ole(chain, size=len(stream), stream=stream))
    struct.pack_into("<I", raw, 1024 + 128 + 116, 2)
    return bytes(raw)


def xls_with(change: Callable[[bytes], bytes]) -> Make:
    def make(path: Path) -> None:
        write_xls(path, Form(table(person(1))))
        path.write_bytes(change(path.read_bytes()))

    return make


def ods(content: str, *, manifest: str = "") -> Make:
    def make(path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
            package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
            package.writestr("META-INF/manifest.xml", manifest or "<manifest/>")
            package.writestr("content.xml", content)

    return make


NAMES = "".join(
    f' xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in (("office", "office"), ("table", "table"), ("text", "text"))
)


def open_sheet(inside: str) -> str:
    body = f'<office:body><office:spreadsheet><table:table table:name="a">{inside}</table:table></office:spreadsheet>'
    return f"<office:document-content{NAMES}>{body}</office:body></office:document-content>"


def said(text: str, repeat: str = "") -> str:
    return f'<table:table-cell office:value-type="string" {repeat}><text:p>{text}</text:p></table:table-cell>'


ROW = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
SST = '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
LAUGHS = "<!DOCTYPE a [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {chr(98 + n)} '{('&' + chr(97 + n) + ';') * 10}'>" for n in range(9)
)
KILLERS: dict[str, tuple[Make, float]] = {
    # Cells beyond the world.
    "a cell at XFD1048576": (xlsx(rows('<row r="1">', inline_cell("XFD1048576", "x"), "</row>")), SOON),
    "two corners": (xlsx(rows('<row r="1">', inline_cell("A1", "x"), inline_cell("XFD1048576", "x"), "</row>")), SOON),
    "row 4294967295": (xlsx(rows('<row r="4294967295">', inline_cell("A4294967295", "x"), "</row>")), SOON),
    "row 0": (xlsx(rows('<row r="0">', inline_cell("A0", "x"), "</row>")), SOON),
    "row -1": (xlsx(rows('<row r="-1"><c r="A-1"><v>1</v></c></row>')), SOON),
    "column ZZZZZZZ": (xlsx(rows('<row r="1">', inline_cell("ZZZZZZZ1", "x"), "</row>")), SOON),
    "a reference of 70,000 letters": (xlsx(rows('<row r="1">', inline_cell("A" * 70_000 + "1", "x"), "</row>")), SOON),
    "a row that says so alone": (xlsx(rows('<row r="4294967295"><c><v>1</v></c></row>')), SOON),
    "20,000 cells in a row without places": (xlsx(rows('<row r="1">', "<c><v>1</v></c>" * 20_000, "</row>")), 10),
    "a dimension of the world": (
        xlsx('<worksheet xmlns="x"><dimension ref="A1:XFD1048576"/><sheetData/></worksheet>'),
        SOON,
    ),
    "a merge of the world": (
        xlsx(
            rows(ROW).replace("</sheetData>", '</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>')
        ),
        SOON,
    ),
    "100,000 merges": (
        xlsx(
            rows().replace(
                "</sheetData>", "</sheetData><mergeCells>" + '<mergeCell ref="A1:C9"/>' * 100_000 + "</mergeCells>"
            )
        ),
        10,
    ),
    "rows backwards": (xlsx(rows(*(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(5000, 0, -1)))), 10),
    # Texts.
    "a count of four billion texts": (
        xlsx(rows(ROW), strings=f'{SST} count="4000000000" uniqueCount="4000000000"><si><t>a</t></si></sst>'),
        SOON,
    ),
    "a text that is not there": (
        xlsx(rows('<row r="1"><c r="A1" t="s"><v>99999999</v></c></row>'), strings=f"{SST}><si><t>a</t></si></sst>"),
        SOON,
    ),
    "a text of number -1": (
        xlsx(rows('<row r="1"><c r="A1" t="s"><v>-1</v></c></row>'), strings=f"{SST}><si><t>a</t></si></sst>"),
        SOON,
    ),
    "20,000 cells of 30,000 characters": (
        xlsx(
            rows(*(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 20_001))),
            strings=f"{SST}><si><t>{'长' * 30_000}</t></si></sst>",
        ),
        20,
    ),
    "one text of 8 million characters": (xlsx(rows('<row r="1">', inline_cell("A1", "长" * 2_700_000), "</row>")), 10),
    "half a surrogate": (xlsx(rows('<row r="1">', inline_cell("A1", "&#xD800;"), "</row>")), SOON),
    "a null character": (xlsx(rows('<row r="1">', inline_cell("A1", "&#0;"), "</row>")), SOON),
    "100,000 formats in one text": (xlsx(rows(ROW), strings=f"{SST}><si>{'<r><t>a</t></r>' * 100_000}</si></sst>"), 10),
    # XML.
    "a billion laughs": (xlsx(LAUGHS + "]>" + rows(ROW)), SOON),
    "an entity from outside": (xlsx("<!DOCTYPE a SYSTEM 'file:///etc/passwd'>" + rows(ROW)), SOON),
    "an entity in the texts": (
        xlsx(rows(ROW), strings=f"<!DOCTYPE a [<!ENTITY b 'c'>]>{SST}><si><t>&b;</t></si></sst>"),
        SOON,
    ),
    "an entity in the relations": (part("xl/_rels/workbook.xml.rels", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"), SOON),
    "200,000 elements deep": (xlsx(rows("<a>" * 200_000 + "</a>" * 200_000)), 10),
    "an attribute of 20 MiB": (xlsx(rows(f'<row r="1" x="{"y" * (20 * MIB)}"/>')), SOON),
    "100,000 attributes": (xlsx(rows("<row r='1' " + " ".join(f'a{n}="1"' for n in range(100_000)) + "/>")), 10),
    "a sheet that never ends": (xlsx(SHEET_OPEN + '<row r="1"><c r="A1"><v>1'), SOON),
    "UTF-16": (xlsx(('<?xml version="1.0" encoding="UTF-16"?>' + rows(ROW)).encode("utf-16")), SOON),
    "bytes that are no UTF-8": (
        xlsx(rows('<row r="1">', inline_cell("A1", "x"), "</row>").encode().replace(b">x<", b">\xff\xfe<")),
        SOON,
    ),
    # Zip.
    "300 MiB of blanks": (xlsx(rows(" " * (300 * MIB))), SOON),
    "a size that lies": (lying, 10),
    "2,500 parts": (xlsx(rows(), extra={f"xl/x{n}.xml": b"" for n in range(2500)}), SOON),
    "overlapping parts": (overlapping, SOON),
    "two parts of one name": (twice, SOON),
    "a zip in the zip": (nested, 10),
    "a part that climbs out": (part("../../../tmp/out.xml", b"<a/>"), 10),
    "a part of no name": (part(" ", b"x"), 10),
    "no directory": (changed(lambda raw: raw[: raw.index(b"PK\x01\x02")]), SOON),
    "a directory far away": (changed(lambda raw: raw[:-6] + struct.pack("<IH", 0xFFFFFFF0, 0)), SOON),
    "a wrong checksum": (
        changed(
            lambda raw: (
                raw.replace(struct.pack("<I", zlib.crc32(b"")), b"1234")
                if b"PK" not in raw
                else raw[:16] + b"1234" + raw[20:]
            )
        ),
        10,
    ),
    "half a file": (changed(lambda raw: raw[: len(raw) // 2]), SOON),
    "an encrypted part": (
        changed(lambda raw: raw[: raw.index(b"PK\x01\x02") + 8] + b"\x01" + raw[raw.index(b"PK\x01\x02") + 9 :]),
        SOON,
    ),
    "the relations gone": (part("xl/_rels/workbook.xml.rels", b""), SOON),
    "styles that are none": (part("xl/styles.xml", b"<styleSheet/>"), 10),
    # Excel 97.
    "a circle of sectors": (data(ole([0xFFFFFFFD, 2, 1])), 30),
    "a directory in a circle": (data(ole([0xFFFFFFFD, 1])), 30),
    "a sector that is not there": (data(ole([0xFFFFFFFD, 0x7FFFFFFF])), 30),
    "a stream of four exabytes": (data(ole([0xFFFFFFFD, 0xFFFFFFFE], size=1 << 62)), 30),
    "a record longer than the file": (xls_with(lambda raw: raw.replace(b"\x85\x00", b"\x85\xff", 1)), 10),
    "a table of 65,536 by 65,536": (
        data(
            biff(
                (0x0200, struct.pack("<IIHHH", 0, 0xFFFFFFFF, 0, 0xFFFF, 0)),
                (0x0203, struct.pack("<HHHd", 65535, 65535, 0, 1.0)),
            )
        ),
        10,
    ),
    "a number cut short": (data(biff((0x0203, b"\0\0"))), 10),
    "many numbers in one, backwards": (data(biff((0x00BD, struct.pack("<HH6xH", 1, 9, 2)))), 10),
    "a text cut short": (data(biff((0x0204, struct.pack("<HHHH", 0, 0, 0, 60_000)))), 10),
    "a name of a sheet cut short": (xls_with(lambda raw: raw.replace("花名册".encode("utf-16-le"), b"\0" * 6, 1)), 10),
    # Binary and open workbooks.
    "an xlsb row of four billion": (lambda path: write_xlsb(path, [Page("a", [["姓名"]], first_row=2**32 - 2)]), SOON),
    "an xlsb column of four billion": (part("xl/workbook.bin", record(131)), 10),
    "an xlsb text of four billion": (lambda path: write_xlsb(path, [Page("a", [[Raw(6, b"\xff\xff\xff\xff")]])]), 10),
    "an xlsb without an end": (
        lambda path: write_xlsb(path, [Page("a", [["x"]])], extra={"xl/worksheets/sheet1.bin": b"\x81\x81"}),
        10,
    ),
    "an xlsb table of texts cut short": (
        lambda path: write_xlsb(path, [Page("a", [["x"]])], extra={"xl/sharedStrings.bin": b"\x9f\x01\x08\xff"}),
        10,
    ),
    "an ods repeated to the world": (
        ods(
            open_sheet(
                f'<table:table-row table:number-rows-repeated="1048576">{said("x", chr(34).join(("table:number-columns-repeated=", "16384", "")))}</table:table-row>'
            )
        ),
        SOON,
    ),
    "an ods error repeated": (
        ods(
            open_sheet(
                '<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:formula="of:=NA()" table:number-columns-repeated="999"/></table:table-row>'
            )
        ),
        SOON,
    ),
    "an ods without an end": (ods(open_sheet("")[:-40]), SOON),
    "an ods of laughs": (ods(LAUGHS + "]>" + open_sheet("")), SOON),
    "an ods with a password": (ods(open_sheet(""), manifest="<m><encryption-data/></m>"), SOON),
    "an ods nested in itself": (
        ods(
            open_sheet("<table:table-row><table:table-cell>" * 5_000 + "</table:table-cell></table:table-row>" * 5_000)
        ),
        10,
    ),
    # Text.
    "a quote without an end": (data(('姓名,"' + "x" * 200_000 + "\n" + csv_text([person(1)])).encode()), SOON),
    "a million columns": (data(b"," * 1_000_000 + b"\n"), 10),
    "a page spanning the world": (
        data(b"<table><tr>" + b"<td rowspan=99999 colspan=16384>x</td>" * 50 + b"</table>"),
        10,
    ),
    "100,000 tables in each other": (data(b"<table><tr><td>" * 100_000), 10),
    "only nulls": (data(b"\0" * MIB), SOON),
}


def test_there_are_sixty_of_them() -> None:
    assert len(KILLERS) >= 60


@pytest.mark.parametrize("name", KILLERS)
def test_a_killer_is_a_sentence_or_a_roster_and_soon(name: str, tmp_path: Path) -> None:
    make, seconds = KILLERS[name]
    path = tmp_path / "花名册.xlsx"
    make(path)
    before = sorted(tmp_path.iterdir()), path.read_bytes()
    began = time.process_time(), time.monotonic()
    roster = read_one(path)
    assert time.monotonic() - began[1] < 3 * seconds + 2
    assert time.process_time() - began[0] < SOON
    refusals = codes(roster)
    assert set(refusals) <= {"F01", "F02", "F03", "F04", "F06", "F07"}
    assert refusals or len(roster.frame) == 1
    for finding in roster.findings:
        if finding.severity == "file":
            assert finding.remedy
            assert len(finding.message) < 400
    for trace in ("Traceback", "Error:", "Exception", "panicked"):
        assert trace not in messages(roster)
    assert (sorted(tmp_path.iterdir()), path.read_bytes()) == before
