"""Every way a roster goes wrong that we know of, and what becomes of the row.

``refused``: the row has an error; ``asked``: it waits for a person; ``taken``: neither, and the codes named
are only told. Every case states a word of the sentence the clerk reads. Cases of a sheet, a header or a form are in
``tests/intake/test_bad_files.py``; those of several files, months and policies in ``tests/jobs/test_bad_runs.py``.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from intake.build import KEYS, number, person, roster_xlsx
from skillcli.core.identity import check_digit
from skillcli.jobs.outcome import Outcome
from skillcli.jobs.progress import Silent
from skillcli.jobs.validate import Check
from skillcli.policy.load import load_policy
from skillcli.schema.roster import Roster

COLUMNS = [*KEYS, "sex", "phone", "hours", "days", "fee", "payer", "bank", "account", "employer"]
DAY = datetime.date(2020, 6, 1)
USUAL = frozenset({"A05", "A12", "E13", "P09", "P14", "E09"})
"""What the clean row below is told anyway: no catalogue and no fund are on record here."""


def clean(n: int, **changes: Any) -> dict[str, Any]:
    row = person(n, id_number=number(n, "19850304"), employer="龙山煤业", hours=40, days=5)
    return row | {"phone": f"138{n:08d}"} | changes


def valid(first17: str) -> str:
    return first17 + check_digit(first17)


@dataclass(frozen=True)
class Case:
    """``number``: of the catalogue; ``change``: what differs from a clean row."""

    number: int
    what: str
    change: Mapping[str, Any]
    outcome: str
    codes: str = ""
    words: str = ""
    read: Mapping[str, Any] | None = None


FIRST, SECOND = number(901), number(902)
AGAIN = {"name": "丙三", "certificate_no": "S000199000000204900032"}
OTHER = {"occupation": "电工", "certificate_no": "S000199000000204777777"}
SMALL_X = next(number(n) for n in range(400, 500) if number(n).endswith("X"))
ROWS = [
    Case(0, "a clean row", {}, "taken"),
    Case(21, "ID as a number", {"id_number": 231025197004089876}, "refused", "P06", "丢失"),
    Case(22, "ID in scientific notation", {"id_number": "2.31025E+17"}, "refused", "P06", "丢失"),
    Case(23, "small x", {"id_number": SMALL_X.lower()}, "taken", read={"id_number": SMALL_X}),
    Case(
        23,
        "full-width digits",
        {"id_number": "９９００００１９８５０３０４６６６" + number(666)[-1]},
        "taken",
        read={"id_number": number(666)},
    ),
    Case(
        24,
        "zero-width, BOM, NBSP, LRM, apostrophe",
        {"id_number": "'\u200b\ufeff" + number(24)[:6] + "\u00a0\u200e" + number(24)[6:]},
        "taken",
        read={"id_number": number(24)},
    ),
    Case(25, "15 digits", {"id_number": "990000850304025"}, "asked", "P07", "18 位"),
    Case(
        26,
        "wrong check digit",
        {"id_number": number(26)[:17] + ("1" if number(26)[17] != "1" else "2")},
        "refused",
        "P04",
    ),
    Case(27, "born on 31 February", {"id_number": valid("99000019850231027")}, "refused", "P05"),
    Case(28, "17 digits", {"id_number": number(28)[:17]}, "refused", "P03", "17"),
    Case(28, "19 digits", {"id_number": number(28) + "0"}, "refused", "P03", "19"),
    Case(29, "O for 0", {"id_number": number(29).replace("0", "O", 1)}, "refused", "P03"),
    Case(29, "l for 1", {"id_number": number(29).replace("1", "l", 1)}, "refused", "P03"),
    Case(30, "passport", {"id_number": "E12345678"}, "refused", "P03"),
    Case(30, "permit of a Hong Kong resident", {"id_number": valid("81000019850304030")}, "taken"),
    Case(31, "one ID, a name", {"id_number": FIRST, "name": "甲一"}, "asked", "P10", "姓名"),
    Case(31, "one ID, another name", {"id_number": FIRST, "name": "乙二", **OTHER}, "asked", "P10", "姓名"),
    Case(32, "a person", {"id_number": SECOND, **AGAIN}, "taken"),
    Case(
        32,
        "the same, disguised",
        {"id_number": "\u200b" + SECOND + " ", **AGAIN},
        "refused",
        "D01",
    ),
    Case(33, "same name, other ID", {"name": "学员甲"}, "taken"),
    Case(34, "sex against the ID", {"sex": "男", "id_number": number(934)}, "taken", "P08"),
    Case(35, "nine years old", {"id_number": number(35, "20110101")}, "asked", "P13"),
    Case(35, "born 1880", {"id_number": number(35, "18800101")}, "refused", "P05", "140 岁"),
    Case(36, "a certificate", {"certificate_no": "S000199000000204900036"}, "refused", "C03"),
    Case(36, "the same, disguised", {"certificate_no": "ｓ000199000000204\u200b 900036"}, "refused", "C03"),
    Case(37, "certificate as a number", {"certificate_no": 1234567890123456}, "refused", "C07"),
    Case(38, "certificate blank", {"certificate_no": None}, "refused", "C01"),
    Case(38, "certificate a stroke", {"certificate_no": "/"}, "refused", "C01"),
    Case(38, "certificate to come", {"certificate_no": "待发"}, "refused", "C01"),
    Case(39, "level in the number against 技能等级", {"certificate_no": "S000199000000203900039"}, "taken", "C08"),
    Case(40, "thirteen digits, perhaps 000 left out", {"certificate_no": "1990002049040"}, "taken"),
    Case(43, "2020.3.1", {"start": "2020.3.1"}, "taken", read={"start": "2020-03-01"}),
    Case(43, "2020年3月1日", {"start": "2020年3月1日"}, "taken", read={"start": "2020-03-01"}),
    Case(43, "2020/3/1", {"start": "2020/3/1"}, "taken", read={"start": "2020-03-01"}),
    Case(43, "20200301 as text", {"start": "20200301"}, "taken", read={"start": "2020-03-01"}),
    Case(43, "20200301 as a number", {"start": 20200301}, "taken", read={"start": "2020-03-01"}),
    *(
        Case(44, text, {"start": text}, "refused", "T01", text[:3])
        for text in ("2020-02-30", "2020-13-01", "2020年3月", "七月", "20.3.1", "03/01/2020", "2020.3.1-3.5", "待定")
    ),
    Case(46, "serial number", {"start": 43891}, "taken", read={"start": "2020-03-01"}),
    Case(47, "结课 before 开班", {"end": datetime.date(2020, 2, 1)}, "refused", "T02"),
    Case(
        47, "year 2109", {"start": datetime.date(2109, 3, 1), "end": datetime.date(2109, 3, 5)}, "refused, asked", "T03"
    ),
    Case(47, "year 1919", {"start": datetime.date(1919, 3, 1)}, "asked", "P13"),
    Case(48, "issued before 结课", {"issued_on": datetime.date(2020, 3, 10)}, "taken", "C06"),
    Case(
        49,
        "with a time of day",
        {"start": datetime.datetime(2020, 3, 1, 23, 59, 59, 999000)},
        "taken",
        read={"start": "2020-03-01"},
    ),
    Case(50, "serial 0", {"start": 0}, "refused", "T01"),
    Case(50, "serial 60", {"start": 60}, "refused", "T01"),
    Case(51, "1,000元", {"fee": "1,000元"}, "taken", read={"fee": 100_000}),
    Case(51, "￥1000.00", {"fee": "￥1000.00"}, "taken", read={"fee": 100_000}),
    Case(51, "１０００", {"fee": "１０００"}, "taken", read={"fee": 100_000}),
    Case(51, "1 000", {"fee": "1 000"}, "taken", read={"fee": 100_000}),
    *(
        Case(52, f"fee {text}", {"fee": text}, "taken", "F10", str(text)[:2], {"fee": None})
        for text in ("-500", 0, "1000.005", "1O00", "1e9", "一千元", "0.1万")
    ),
    Case(54, "formula without a value", {"name": '="甲"'}, "refused", "F08", "公式"),
    Case(55, "#REF!", {"certificate_no": "#REF!"}, "refused", "F08", "#REF!"),
    Case(55, "#N/A", {"id_number": "#N/A"}, "refused", "F08", "#N/A"),
    Case(55, "#VALUE!", {"start": "#VALUE!"}, "refused", "F08", "#VALUE!"),
    Case(56, "-2 as a name", {"name": "-2"}, "refused", "P01"),
    Case(56, "@SUM as a name", {"name": "@SUM(1+1)"}, "refused", "P01"),
    Case(
        57,
        "a web address",
        {"employer": "https://example.invalid/a"},
        "taken",
        read={"employer": "https://example.invalid/a"},
    ),
    Case(57, "a path on a share", {"employer": "\\\\server\\share"}, "taken", read={"employer": "\\\\server\\share"}),
    Case(58, "a line end inside", {"name": "学员\n甲"}, "taken", read={"name": "学员 甲"}),
    Case(
        58,
        "Excel's own line end",
        {"institution": "第一职业_x000D_\n培训学校"},
        "taken",
        read={"institution": "第一职业 培训学校"},
    ),
    Case(59, "a name of 32,767 characters", {"name": "长" * 32_767}, "refused", "P01", "50"),
    Case(60, "rare characters", {"name": "𠮷䶮㛃鿐"}, "taken", read={"name": "𠮷䶮㛃鿐"}),
    Case(60, "a minority name", {"name": "阿卜杜拉·买买提"}, "taken", read={"name": "阿卜杜拉·买买提"}),
    Case(61, "a private character", {"name": "张\ue863"}, "refused", "P01", "不可能的字符"),
    Case(61, "a replacement character", {"name": "张\ufffd"}, "refused", "P01"),
    Case(61, "another dot", {"name": "阿依古丽•买买提"}, "taken", read={"name": "阿依古丽•买买提"}),
    Case(62, "blanks in a name", {"name": "李　娜"}, "taken"),
    Case(63, "null as an employer", {"employer": "null"}, "taken", read={"employer": "null"}),
    Case(63, "NA as a name", {"name": "NA"}, "taken", read={"name": "NA"}),
    Case(
        64,
        "telephone and hours as numbers",
        {"phone": 13900000064, "hours": 40.0},
        "taken",
        read={"phone": "13900000064", "hours": 40},
    ),
    Case(65, "card with a wrong digit", {"account": "6228480402564890019"}, "taken", "A09"),
    Case(66, "another word for the level", {"level": "四级/中级工"}, "taken", read={"level": "中级工"}),
    Case(66, "a level no policy knows", {"level": "十级"}, "refused", "T13", "十级"),
    Case(66, "no level", {"level": None}, "refused", "T13"),
    Case(67, "a group no policy knows", {"categories": "企业工职"}, "refused", "T15", "企业职工"),
    Case(67, "no group", {"categories": None}, "refused", "T15"),
]
IDS = [f"{case.number} {case.what}" for case in ROWS]


def judged(paths: list[Path], policy: str = "linkou-2019") -> tuple[Roster, Outcome]:
    law = load_policy(policy)
    roster, heard, _ = Check(paths, law, DAY).judge(Silent())
    return roster, Outcome("validate", law, DAY, roster, heard.decision)


@dataclass(frozen=True)
class Judged:
    roster: Roster
    by_row: Mapping[int, list[Mapping[str, Any]]]


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    """All rows of the table in one roster, in order from row 2."""
    people = [clean(n, **case.change) for n, case in enumerate(ROWS, 100)]
    path = roster_xlsx(tmp_path_factory.mktemp("rows") / "r.xlsx", people, keys=COLUMNS)
    roster, outcome = judged([path])
    by_row: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for finding in outcome.all_findings():
        by_row[finding["row"]].append(finding)
    return Judged(roster, by_row)


@pytest.mark.parametrize("at", range(len(ROWS)), ids=IDS)
def test_what_becomes_of_a_row(table: Judged, at: int) -> None:
    case, row = ROWS[at], at + 2
    found = [f for f in table.by_row[row] if f["code"] not in USUAL]
    said = "\n".join(f"{f['code']} {f['severity']} {f['column']}：{f['message']}" for f in found)
    grave = {f["severity"] for f in found} & {"error", "hold"}
    assert (
        grave
        == {"refused": {"error"}, "asked": {"hold"}, "taken": set(), "refused, asked": {"error", "hold"}}[case.outcome]
    ), said
    if case.codes:
        (finding, *_) = [f for f in found if f["code"] == case.codes] or pytest.fail(said or "nothing said")
        assert case.words in finding["message"], said
        assert finding["column"]
    read = table.roster.frame.set_index("row").loc[row]
    for key, value in (case.read or {}).items():
        got = None if read.isna()[key] else str(read[key])[:10] if key == "start" else read[key]
        assert got == value, key


def test_every_row_of_the_table_was_read(table: Judged) -> None:
    assert list(table.roster.frame["row"]) == list(range(2, len(ROWS) + 2))
    assert [sheet.rows for sheet in table.roster.sheets] == [len(ROWS)]


def test_no_number_of_a_person_is_whole_in_any_sentence(table: Judged) -> None:
    import re

    for findings in table.by_row.values():
        for finding in findings:
            said = " ".join(str(value) for value in finding.values())
            assert not re.search(r"(?<![0-9A-Z])\d{17}[\dXx]", said), said
