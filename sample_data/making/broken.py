"""Files that cannot be used (F codes), each as an institution might send it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random
from unittest.mock import patch

from making.office import sheet
from making.write import CREATED, xlsx

HEADER = (
    "姓名",
    "身份证号",
    "人员类别",
    "培训机构",
    "培训类型",
    "职业（工种）",
    "技能等级",
    "开班日期",
    "结课日期",
    "考核结果",
    "证书类型",
    "证书编号",
    "发证日期",
)
PERSON = (
    "王丽华",
    "231025198505050026",
    "农村转移就业劳动者",
    "林口县职业技术学校",
    "就业技能培训",
    "家政服务员",
    "初级工",
    date(2020, 2, 17),
    date(2020, 3, 6),
    "合格",
    "职业技能等级证书",
    "S000023000101205009001",
    date(2020, 3, 16),
)


def build(folder: Path) -> Iterator[tuple[str, str]]:
    """Write the files; yields (file name, code)."""
    folder.mkdir(parents=True, exist_ok=True)
    name = "压缩包损坏.xlsx"
    xlsx(folder / name, [sheet("花名册", HEADER, [PERSON])])
    (folder / name).write_bytes((folder / name).read_bytes()[:900])
    yield name, "F01"
    (folder / "空文件.xlsx").write_bytes(b"")
    yield "空文件.xlsx", "F01"
    _locked(folder / "有密码.xlsx")
    yield "有密码.xlsx", "F02"
    xlsx(folder / "没有表头.xlsx", [sheet("Sheet1", ("说明",), [("请各单位于月底前报送",)])])
    yield "没有表头.xlsx", "F03"
    xlsx(folder / "缺发证日期列.xlsx", [sheet("花名册", HEADER[:-1], [PERSON[:-1]])])
    yield "缺发证日期列.xlsx", "F04"
    twice = sheet("花名册", [*HEADER, "工种"], [[*PERSON, "美发师"]])
    xlsx(folder / "两列工种不一致.xlsx", [twice])
    yield "两列工种不一致.xlsx", "F05"
    _huge(folder / "表格过大.xlsx")
    yield "表格过大.xlsx", "F06"
    xlsx(folder / "只有表头.xlsx", [sheet("花名册", HEADER, [])])
    yield "只有表头.xlsx", "F07"


def _huge(path: Path) -> None:
    """A roster with one stray cell in the last corner of the sheet."""
    import xlsxwriter

    book = xlsxwriter.Workbook(path)
    book.set_properties({"created": CREATED})
    page = book.add_worksheet("花名册")
    page.write_row(0, 0, HEADER)
    page.write_row(1, 0, [v.isoformat() if isinstance(v, date) else v for v in PERSON])
    page.write_string(1_048_575, 16_383, " ")
    book.close()


def _locked(path: Path) -> None:
    """A roster with the password 123456. Salts come from a seed and times are fixed, so that the bytes stay the same."""
    import msoffcrypto.method.container.ecma376_encrypted as container
    import msoffcrypto.method.ecma376_agile as agile
    from msoffcrypto.format.ooxml import OOXMLFile

    plain = path.with_suffix(".tmp")
    xlsx(plain, [sheet("花名册", HEADER, [PERSON])])
    out = io.BytesIO()
    with (
        patch.object(agile, "_random_buffer", Random("salt").randbytes),
        patch.object(container, "datetime2filetime", lambda _: 132300000000000000),
    ):
        OOXMLFile(io.BytesIO(plain.read_bytes())).encrypt("123456", out)
    plain.unlink()
    path.write_bytes(out.getvalue())
