"""Hostile, broken and foreign files: one sentence, quickly, and nobody dies."""

from __future__ import annotations

import io
import os
import struct
import time
import zipfile
import zlib
from pathlib import Path

import msoffcrypto.format.ooxml
import pytest

from skillcli.intake.grid import Refused
from skillcli.intake.prescan import scan
from skillcli.intake.worker import open_workbook

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
    zip_bytes,
)

PEOPLE = [person(1)]


def refused(path: Path, code: str, *words: str, seconds: float = 6) -> None:
    """One file finding of this code, in time, with a remedy and no trace of our own code."""
    began = time.monotonic()
    roster = read_one(path)
    assert time.monotonic() - began < seconds
    assert codes(roster) == [code], messages(roster)
    finding = next(f for f in roster.findings if f.severity == "file")
    assert finding.remedy
    assert finding.place.file == str(path)
    for word in words:
        assert word in finding.message, finding.message
    for trace in ("Traceback", "Error", "Exception", "/skillcli/"):
        assert trace not in finding.message


def sheet(*cells: str) -> str:
    return SHEET_OPEN + "".join(cells) + SHEET_CLOSE


@pytest.mark.parametrize(
    "body",
    [
        sheet('<row r="1">', inline_cell("A1", "姓名"), inline_cell("XFD1048576", "x"), "</row>"),
        sheet(
            '<row r="1">',
            inline_cell("A1", "姓名"),
            '</row><row r="4294967295">',
            inline_cell("A4294967295", "x"),
            "</row>",
        ),
        sheet('<row r="1">', inline_cell("A1", "姓名"), inline_cell("ZZZZZZZ1", "x"), "</row>"),
        sheet(
            '<row r="1">', inline_cell("A1", "x"), '</row><row r="1048576">', inline_cell("ZZ1048576", "x"), "</row>"
        ),
        sheet("<row r='1'><c r='XFD1048576' t='str'><v>x</v></c></row>"),
        sheet('<row r="1"><c  s="0"  r = "XFD1048576" t="str"><v>x</v></c></row>'),
        sheet('<row r="4294967295"><c><v>1</v></c></row>'),
        sheet('<row r="1048576"><c><v>1</v></c></row>', '<row r="1">', *["<c/>"] * 16_000, "</row>"),
    ],
    ids=["last cell", "row 2^32-1", "column ZZZZZZZ", "area", "single quotes", "odd blanks", "row only", "many cells"],
)
def test_far_cells_are_refused_or_read_but_never_allocate_the_world(tmp_path: Path, body: str) -> None:
    path = raw_xlsx(tmp_path / "r.xlsx", body)
    began = time.monotonic()
    roster = read_one(path)
    assert time.monotonic() - began < 6
    assert codes(roster) in (["F06"], ["F01"], ["F03"]), messages(roster)
    if "XFD1048576" in body:
        assert codes(roster) == ["F06"]
        assert "XFD1048576" in messages(roster) or "1048576" in messages(roster)


def test_a_shared_string_count_of_four_billion(tmp_path: Path) -> None:
    strings = '<sst xmlns="x" count="4000000000" uniqueCount="4000000000"><si><t>a</t></si></sst>'
    path = raw_xlsx(tmp_path / "r.xlsx", sheet('<row r="1"><c r="A1" t="s"><v>0</v></c></row>'), strings=strings)
    refused(path, "F06")


@pytest.mark.parametrize("declaration", ["<!DOCTYPE a [<!ENTITY b 'c'>]>", "<!doctype a SYSTEM 'file:///etc/passwd'>"])
def test_entities_are_refused(tmp_path: Path, declaration: str) -> None:
    path = raw_xlsx(tmp_path / "r.xlsx", declaration + sheet('<row r="1"><c r="A1"><v>1</v></c></row>'))
    refused(path, "F06", "DOCTYPE")


def test_a_zip_bomb_is_refused_while_inflating(tmp_path: Path) -> None:
    body = sheet().replace("<sheetData>", "<sheetData>" + " " * (300 << 20))
    path = raw_xlsx(tmp_path / "r.xlsx", body)
    assert path.stat().st_size < 2 << 20
    refused(path, "F06", "解压")


def test_a_bomb_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = raw_xlsx(tmp_path / "r.xlsx", sheet(" " * (64 << 20)))
    data = bytearray(path.read_bytes())
    real = struct.pack("<I", len(sheet(" " * (64 << 20))))
    assert real in data
    path.write_bytes(bytes(data).replace(real, struct.pack("<I", 1000)))
    roster = read_one(path)
    assert codes(roster) in (["F06"], ["F01"])


def test_many_parts_and_overlapping_parts_are_refused(tmp_path: Path) -> None:
    raw_xlsx(tmp_path / "r.xlsx", sheet(), extra={f"xl/x{n}.xml": b"" for n in range(2500)})
    refused(tmp_path / "r.xlsx", "F06", "部件")


def test_thousands_of_long_cells_end_in_time(tmp_path: Path) -> None:
    strings = (
        f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>{"长" * 30_000}</t></si></sst>'
    )
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 20_001))
    roster = read_one(raw_xlsx(tmp_path / "r.xlsx", sheet(cells), strings=strings))
    assert codes(roster) in (["F01"], ["F03"], ["F06"])


def _loop_xls() -> bytes:
    """An OLE file whose sector chain runs in a circle."""
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<IIIIIIIII", header, 40, 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    struct.pack_into("<I", header, 76, 0)
    for at in range(80, 512, 4):
        struct.pack_into("<I", header, at, 0xFFFFFFFF)
    fat = struct.pack("<I", 0xFFFFFFFD) + struct.pack("<I", 2) + struct.pack("<I", 1) + b"\xff" * (512 - 12)
    entry = bytearray(512)
    for at, (name, kind) in enumerate([("Root Entry", 5), ("Workbook", 2)]):
        raw = name.encode("utf-16-le")
        entry[at * 128 : at * 128 + len(raw)] = raw
        struct.pack_into("<HBB", entry, at * 128 + 64, len(raw) + 2, kind, 1)
        struct.pack_into("<III", entry, at * 128 + 68, 0xFFFFFFFF, 0xFFFFFFFF, 1 if kind == 5 else 0xFFFFFFFF)
        struct.pack_into("<IQ", entry, at * 128 + 116, 1, 1 << 20)
    return bytes(header) + fat + bytes(entry) + bytes(entry)


def test_an_ole_loop_kills_only_the_reader(tmp_path: Path) -> None:
    (tmp_path / "r.xls").write_bytes(_loop_xls())
    refused(tmp_path / "r.xls", "F01", seconds=30)


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.9, 0.999])
def test_a_truncated_workbook(tmp_path: Path, keep: float) -> None:
    path = roster_xlsx(tmp_path / "r.xlsx", PEOPLE)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * keep)])
    refused(path, "F01")


def test_a_workbook_with_a_flipped_byte_never_gives_other_values(tmp_path: Path) -> None:
    path = roster_xlsx(tmp_path / "r.xlsx", PEOPLE)
    whole = read_one(path)
    data = path.read_bytes()
    for at in range(60, len(data), len(data) // 12):
        path.write_bytes(data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :])
        roster = read_one(path)
        if not codes(roster):
            assert roster.frame["id_number"].equals(whole.frame["id_number"])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "0 字节"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "图片"),
        (b"\xff\xd8\xff\xe0abc", "图片"),
        (b"Rar!\x1a\x07\x00", "RAR"),
        (b"{\\rtf1 }", "RTF"),
        (zip_bytes({"word/document.xml": b"<a/>", "[Content_Types].xml": b"<a/>"}), "Word"),
        (zip_bytes({"花名册.xlsx": b"PK"}), "压缩包"),
        (b"PK\x03\x04 broken", "损坏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "损坏"),
        (b"<html><body>404 Not Found</body></html>", "网页"),
        (b"<?xml version='1.0'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'/>", "XML 表格 2003"),
        (b"\0\0\0\0\0\0\0\0", "损坏"),
        (bytes(range(128, 256)) * 3, "文字"),
    ],
)
@pytest.mark.parametrize("name", ["r.xlsx", "r.xls", "r.csv"])
def test_what_it_really_is(tmp_path: Path, content: bytes, words: str, name: str) -> None:
    (tmp_path / name).write_bytes(content)
    refused(tmp_path / name, "F01", words)


def test_a_password_is_said_to_be_one(tmp_path: Path) -> None:
    plain = roster_xlsx(tmp_path / "plain.xlsx", PEOPLE)
    with plain.open("rb") as source, (tmp_path / "r.xlsx").open("wb") as target:
        msoffcrypto.format.ooxml.OOXMLFile(source).encrypt("secret", target)
    refused(tmp_path / "r.xlsx", "F02", "密码")


def test_an_owner_file_is_refused_when_named_and_skipped_in_a_folder(tmp_path: Path) -> None:
    roster_xlsx(tmp_path / "花名册.xlsx", PEOPLE)
    (tmp_path / "~$花名册.xlsx").write_bytes(b"\x05wang" + b" " * 160)
    refused(tmp_path / "~$花名册.xlsx", "F01", "临时文件")
    assert codes(read_one(tmp_path)) == []


def test_a_missing_file_and_an_unreadable_one(tmp_path: Path) -> None:
    refused(tmp_path / "没有.xlsx", "F01", "找不到")
    path = roster_xlsx(tmp_path / "r.xlsx", PEOPLE)
    path.chmod(0)
    if not os.access(path, os.R_OK):
        refused(path, "F01", "打不开")


def test_every_bad_file_is_told_and_the_good_one_is_read(tmp_path: Path) -> None:
    good = roster_xlsx(tmp_path / "a.xlsx", PEOPLE)
    (tmp_path / "b.xlsx").write_bytes(b"")
    (tmp_path / "c.xlsx").write_bytes(b"%PDF")
    from skillcli.intake import read_rosters

    roster = read_rosters([tmp_path / "b.xlsx", good, tmp_path / "c.xlsx"])
    assert codes(roster) == ["F01", "F01"]
    assert len(roster.frame) == 1


def test_the_limits_are_counted_not_believed() -> None:
    body = zip_bytes({"xl/workbook.xml": b"<a/>", "xl/worksheets/sheet1.xml": b"<worksheet>" + b"x" * (40 << 20)})
    with pytest.raises(Refused) as refusal:
        scan(body)
    assert refusal.value.code == "F06"


def test_an_unknown_compression_is_a_sentence(tmp_path: Path) -> None:
    path = roster_xlsx(tmp_path / "r.xlsx", PEOPLE)
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as out:
        for name in source.namelist():
            out.writestr(name, source.read(name))
    assert codes(read_one(path)) in ([], ["F01"])


def test_the_reader_itself_raises_only_refusals_on_noise(tmp_path: Path) -> None:
    path = tmp_path / "r"
    seed = zlib.crc32(b"noise")
    for size in (1, 2, 7, 100, 5000):
        for head in (
            b"",
            b"PK\x03\x04",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            b"<table>",
            b"\xff\xfe",
            b"\x09\x08\x10\x00",
        ):
            seed = zlib.crc32(head, seed)
            path.write_bytes(head + bytes((seed >> (n % 24)) * n & 0xFF for n in range(size)))
            try:
                book = open_workbook(path)
            except Refused:
                continue
            assert book.form in ("csv", "tsv", "html")


def test_a_csv_field_without_an_end(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text('姓名,"' + "x" * 200_000 + "\n" + csv_text(PEOPLE), encoding="utf-8")
    refused(tmp_path / "r.csv", "F06")
