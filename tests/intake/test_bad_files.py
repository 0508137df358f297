"""What becomes of a file as a whole: the cases of the catalogue that concern a sheet, a header or a form.

``rows``: Excel's numbers of the persons read, none where the file is refused with ``code``; ``words`` stand
in what the clerk reads. Rows by themselves are in ``tests/jobs/test_bad_rosters.py``, several files, months and
policies in ``tests/jobs/test_bad_runs.py``.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msoffcrypto.format.ooxml
import openpyxl
import pytest
import xlsxwriter
from openpyxl.styles import Font, PatternFill
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from skillcli.schema.roster import CellFault

from .build import KEYS, TITLES, codes, csv_text, messages, number, person, put, read_one, roster_xlsx
from .test_binary_forms import WRITERS, Form

PEOPLE = [person(n) for n in range(3)]
Make = Callable[[Path], Path]


@dataclass(frozen=True)
class Case:
    number: int
    what: str
    make: Make
    rows: tuple[int, ...] = ()
    code: str = ""
    words: str = ""


def sheet(touch: Callable[[Any], None] | None = None, people: Any = None, **how: Any) -> Make:
    return lambda folder: roster_xlsx(folder / "花名册.xlsx", PEOPLE if people is None else people, touch=touch, **how)


def content(name: str, data: bytes) -> Make:
    def make(folder: Path) -> Path:
        (folder / name).write_bytes(data)
        return folder / name

    return make


def book(touch: Callable[[openpyxl.Workbook], None]) -> Make:
    def make(folder: Path) -> Path:
        path = sheet()(folder)
        opened = openpyxl.load_workbook(path)
        touch(opened)
        opened.save(path)
        return path

    return make


def _title(page: Any) -> None:
    page["A1"] = "2020年3月培训花名册"
    page.merge_cells("A1:M1")


def _foot(page: Any) -> None:
    put(page, 5, 1, ["合计", 3])
    put(page, 6, 1, ["制表人：王", None, "2020年4月1日"])


def _gap(page: Any) -> None:
    page.insert_rows(3, 2)


def _two_rows(page: Any) -> None:
    page.insert_rows(1)
    start, end = KEYS.index("start") + 1, KEYS.index("end") + 1
    for at, title in enumerate(TITLES, 1):
        page.cell(1, at).value = title
        page.cell(2, at).value = None
        if at not in (start, end):
            page.merge_cells(start_row=1, end_row=2, start_column=at, end_column=at)
    page.cell(1, end).value = None
    page.cell(1, start).value = "培训时间"
    page.merge_cells(start_row=1, end_row=1, start_column=start, end_column=end)
    put(page, 2, start, ["开始", "结束"])


def _hide(page: Any) -> None:
    page.auto_filter.ref = "A1:M4"
    page.row_dimensions[3].hidden = True


def _twice(page: Any) -> None:
    page.cell(1, 20).value = "身份证号码"
    for row in range(2, 5):
        page.cell(row, 20).value = number(row + 500)


def _again(page: Any) -> None:
    page.insert_rows(3)
    put(page, 3, 1, TITLES)


def _far(page: Any) -> None:
    page["XFD1048576"] = "x"


def _dressed(page: Any) -> None:
    put(page, 1, 1, [f" *{title[:2]}\n{title[2:]}（必填）" for title in TITLES])


def _struck(page: Any) -> None:
    page["A3"].font = Font(strike=True)
    page["B3"].fill = PatternFill("solid", fgColor="FFFF0000")


def _mac(page: Any) -> None:
    page.parent.epoch = CALENDAR_MAC_1904


def _merged(page: Any) -> None:
    at = KEYS.index("institution") + 1
    page.cell(3, at).value = page.cell(4, at).value = None
    page.merge_cells(start_row=2, end_row=4, start_column=at, end_column=at)


def _two_rosters(opened: openpyxl.Workbook) -> None:
    opened.copy_worksheet(opened.worksheets[0]).title = "二班"


def _explained(opened: openpyxl.Workbook) -> None:
    opened.create_sheet("填表说明 ", 0)["A1"] = "身份证号按文本填写"


def _very_hidden(opened: openpyxl.Workbook) -> None:
    copy = opened.copy_worksheet(opened.worksheets[0])
    copy.title, copy.sheet_state = "旧名单", "veryHidden"


def _emptied(opened: openpyxl.Workbook) -> None:
    opened.worksheets[0].delete_rows(1, 9)


def named(name: str, program: str) -> Make:
    """The roster as ``program`` (an ending) writes it, in a file of another name."""
    rows = [TITLES, *([each[key] for key in KEYS] for each in PEOPLE)]
    return lambda folder: WRITERS[program](folder / name, Form(rows))


def _locked(folder: Path) -> Path:
    plain = sheet()(folder)
    with plain.open("rb") as source, (folder / "密.xlsx").open("wb") as target:
        msoffcrypto.format.ooxml.OOXMLFile(source).encrypt("secret", target)
    return folder / "密.xlsx"


CSV = csv_text(PEOPLE)
FOUND = (2, 3, 4)
CASES = [
    Case(1, "merged title, header on row 3", sheet(_title, at=(3, 1)), (4, 5, 6), words="表头在第 3 行"),
    Case(2, "合计 and signatures below", sheet(_foot), FOUND, words="合计行 1"),
    Case(3, "blank rows in the middle", sheet(_gap), (2, 5, 6), words="空行 2"),
    Case(4, "培训时间 over 开始 and 结束", sheet(_two_rows), (3, 4, 5), words="培训时间"),
    Case(5, "a very hidden sheet with people", book(_very_hidden), FOUND, words="旧名单"),
    Case(6, "rows hidden by a filter", sheet(_hide), FOUND, words="1 行数据在 Excel 中被隐藏"),
    Case(7, "two rosters in one workbook", book(_two_rosters), (*FOUND, *FOUND)),
    Case(8, "a sheet of explanations first", book(_explained), FOUND),
    Case(9, "nothing at all", book(_emptied), code="F03", words="没有找到花名册表头"),
    Case(9, "header only", sheet(people=[]), code="F07"),
    Case(10, "no header", content("r.csv", CSV.split("\r\n", 1)[1].encode()), code="F03", words="身份证号"),
    Case(11, "a column is missing", sheet(keys=[k for k in KEYS if k != "end"]), code="F04", words="结课日期"),
    Case(12, "a header twice", sheet(_twice), code="F05", words="身份证号码"),
    Case(13, "an unknown column", sheet(lambda page: put(page, 1, 14, ["申报金额"])), FOUND, words="申报金额"),
    Case(14, "stars, notes and line ends in headers", sheet(_dressed), FOUND),
    Case(
        15,
        "other names",
        sheet(titles={"id_number": "公民身份号码", "occupation": "工种"}),
        FOUND,
        words="公民身份号码",
    ),
    Case(16, "merged data cells", sheet(_merged), FOUND, words="首格补齐 2 个"),
    Case(17, "shuffled, from C4 on", sheet(keys=KEYS[::-1], at=(4, 3)), (5, 6, 7)),
    Case(18, "the header inside again", sheet(_again), (2, 4, 5), words="重复的表头 1"),
    Case(19, "a stray cell at the last corner", sheet(_far), code="F06", words="1048576"),
    Case(45, "days since 1904", sheet(_mac), FOUND),
    Case(
        53,
        "an amount claimed, which the policy decides",
        sheet(lambda page: put(page, 1, 14, ["申报补贴"])),
        FOUND,
        words="申报补贴",
    ),
    Case(68, "struck out and coloured", sheet(_struck), FOUND),
    Case(69, "csv in UTF-8 with a mark", content("r.csv", CSV.encode("utf-8-sig")), FOUND),
    Case(69, "csv in GBK", content("r.csv", CSV.encode("gbk")), FOUND),
    Case(69, "text with tabs in UTF-16", content("r.txt", CSV.replace(",", "\t").encode("utf-16")), FOUND),
    Case(
        70,
        "half UTF-8, half GBK",
        content("r.csv", CSV[:300].encode() + CSV[300:].encode("gbk")),
        code="F01",
        words="编码混杂",
    ),
    Case(71, "0 bytes", content("r.xlsx", b""), code="F01", words="网盘"),
    Case(71, "a web page without a table", content("r.xls", b"<html>404</html>"), code="F01", words="网页"),
    Case(71, "a zip named xlsx", content("r.xlsx", b"PK\x05\x06" + b"\0" * 18), code="F01", words="压缩包"),
    Case(72, "an owner file", content("~$r.xlsx", b"\x05wang"), code="F01", words="临时文件"),
    Case(73, "a copy of a last version", named("副本【最终版】(1) - 副本.xlsx", "r.xlsx"), FOUND),
    Case(75, "a workbook with macros", named("r.xlsm", "r.xlsx"), FOUND),
    Case(75, "an xls", named("r.xls", "r.xls"), FOUND),
    Case(75, "an xls named xlsx", named("r.xlsx", "r.xls"), FOUND),
    Case(75, "an xlsx named xls", named("r.xls", "r.xlsx"), FOUND),
    Case(75, "an et of WPS", named("r.et", "r.et"), FOUND),
    Case(75, "an xlsb named xlsx", named("r.xlsx", "r.xlsb"), FOUND),
    Case(75, "an ods named xlsx", named("r.xlsx", "r.ods"), FOUND),
    Case(76, "a password to open", _locked, code="F02", words="密码"),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.number} {case.what}")
def test_what_becomes_of_a_file(case: Case, tmp_path: Path) -> None:
    roster = read_one(case.make(tmp_path))
    said = messages(roster)
    assert set(codes(roster)) == ({case.code} if case.code else set()), said
    assert case.words in said
    if not case.code:
        assert tuple(roster.frame["row"]) == case.rows
        once = roster.frame["id_number"].tolist()[:3]
        assert once == [each["id_number"] for each in PEOPLE]
        assert str(roster.frame["start"].iloc[0].date()) == "2020-03-01"
        assert roster.frame["institution"].tolist()[:3] == ["第一职业培训学校"] * 3
        assert len(roster.faults) == 0


def test_ten_thousand_identity_numbers_typed_as_numbers_are_all_refused(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "r.xlsx"), {"constant_memory": True})
    page = book.add_worksheet("花名册")
    page.write_row(0, 0, TITLES)
    row = {**person(1), **dict.fromkeys(("start", "end", "issued_on"), "2020-03-01")}
    for down in range(1, 10_001):
        digits = number(down % 1000, f"{1950 + down // 1000 * 3}0304").replace("X", "0")
        page.write_row(down, 0, [float(digits) if key == "id_number" else row[key] for key in KEYS])
    book.close()
    roster = read_one(tmp_path / "r.xlsx")
    assert len(roster.frame) == 10_000
    assert roster.frame["id_number"].isna().all()
    refused = roster.faults[roster.faults["key"].eq("id_number")]
    assert len(refused) == 10_000
    assert set(refused["fault"]) == {CellFault.NUMBER}
    assert datetime.date(2020, 3, 1) in set(roster.frame["start"].dt.date)
