"""Distinct cells → values of each kind; faults by the cell's type before its text."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillcli.intake.cells import convert
from skillcli.intake.grid import Special, blanks
from skillcli.intake.guarded import repaired
from skillcli.intake.plain import BLANKS, Reading, as_text
from skillcli.schema.inputs import ROSTER
from skillcli.schema.roster import CellFault

ID = "990000198503040115"


def one(key: str, cell: object, **reading: object) -> tuple[object, str]:
    """Value (None when missing) and fault of a single cell."""
    done = convert(ROSTER[key], ["", cell], Reading(**reading))  # type: ignore[list-item,arg-type]
    value = done.values[1]
    return (None if pd.isna(value) else value), done.faults.get(1, ("", ""))[0]


@pytest.mark.parametrize("key", [column.key for column in ROSTER.columns])
def test_every_kind_gives_its_dtype_and_a_blank_is_missing(key: str) -> None:
    column = ROSTER[key]
    done = convert(column, ["", "  ", "\u3000"])
    assert str(done.values.dtype) == column.kind.dtype
    assert done.values.isna().all()
    assert not done.faults


@pytest.mark.parametrize("key", [column.key for column in ROSTER.columns])
@pytest.mark.parametrize("fault", [CellFault.ERROR_VALUE, CellFault.FORMULA])
def test_an_error_value_is_never_a_blank(key: str, fault: str) -> None:
    assert one(key, Special(fault, "#N/A")) == (None, fault)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (ID, ID),
        (" 990000 19850304 0115 ", ID),
        ("９９００００１９８５０３０４０１１５", ID),
        ("'990000198503040115", ID),
        ("\ufeff990000198503040115\u200b\u200e", ID),
        ("990000\u00a0198503040115", ID),
        ("99000019850304008x", "99000019850304008X"),
        ("99000019850304008Ｘ", "99000019850304008X"),
        ("9900001985030401l5", "9900001985030401L5"),
        ("99OOOO198503040115", "99OOOO198503040115"),
        ("990000850304011", "990000850304011"),
    ],
)
def test_numbers_are_repaired_of_typing_but_never_guessed(written: str, kept: str) -> None:
    assert one("id_number", written) == (kept, "")


def test_each_repair_is_named_once() -> None:
    assert repaired("'９90000 19850304008x\u200b")[1] == [
        "去掉不可见字符",
        "全角转为半角",
        "去掉空格",
        "去掉引号",
        "小写 x 改为 X",
    ]
    assert repaired(ID) == (ID, [])


@pytest.mark.parametrize(
    ("key", "cell", "value", "fault"),
    [
        ("id_number", 2.31025197004089e17, None, "number"),
        ("id_number", 990000850304011.0, None, "number"),
        ("id_number", "2.31025E+17", None, "scientific"),
        ("id_number", "2.31025e17", None, "scientific"),
        ("id_number", datetime.date(2020, 1, 1), None, "number"),
        ("id_number", "/", None, ""),
        ("account", 6.22848e18, None, "number"),
        ("account", 622848.0, None, "number"),
        ("account", "6.22848E+18", None, "scientific"),
        ("account", "6228 4800 0000 0000 001", "6228480000000000001", ""),
        ("certificate_no", 1234567890123456.0, None, "number"),
        ("certificate_no", 123456789012345.0, "123456789012345", ""),
        ("certificate_no", 1.5, None, "number"),
        ("certificate_no", -5.0, None, "number"),
        ("certificate_no", "1.9E+15", None, "scientific"),
        ("certificate_no", "s0001 99", "s0001 99", ""),
        ("certificate_no", "待发", "待发", ""),
        ("certificate_no", "/", None, ""),
        ("phone", 13800000001.0, "13800000001", ""),
        ("phone", 1.38e16, None, "number"),
        ("phone", "1.38E+10", None, "scientific"),
        ("employer_uscc", " 91230000ma1abcde0x", "91230000MA1ABCDE0X", ""),
        ("employer_uscc", 9.12300001234567e17, None, "number"),
    ],
)
def test_guarded_cells_are_judged_by_type_before_text(key: str, cell: object, value: object, fault: str) -> None:
    assert one(key, cell) == (value, fault)


def test_ten_thousand_numeric_identities_none_is_accepted() -> None:
    rng = np.random.default_rng(7)
    floats = [float(n) for n in rng.integers(110000_1900_0101_000_0, 659000_2020_1231_999_9, 10_000)]
    for key in ("id_number", "account"):
        done = convert(ROSTER[key], ["", *floats])
        assert done.values.isna().all()
        assert len(done.faults) == len(floats)


def test_a_fault_never_shows_a_whole_number() -> None:
    for key, cell in (("id_number", 231025197004089876.0), ("account", 6228480000000000123.0)):
        shown = convert(ROSTER[key], ["", cell]).faults[1][1]
        assert "*" in shown
        assert "97004" not in shown
        assert "48000" not in shown


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("张伟", "张伟"),
        ("张 伟", "张 伟"),
        ("李　娜", "李　娜"),
        ("\u00a0王芳\u3000", "王芳"),
        ("阿卜杜拉·买买提", "阿卜杜拉·买买提"),
        ("阿依古丽•艾山", "阿依古丽•艾山"),
        ("𠮷䶮㛃\u9fd0", "𠮷䶮㛃\u9fd0"),
        ("王\ue863", "王\ue863"),
        ("NA", "NA"),
        ("None", "None"),
        ("null", "null"),
        ("nan", "nan"),
        ("赵\r\n六", "赵 六"),
        ("赵\t六", "赵 六"),
        ("赵_x000D_六", "赵 六"),
        ("赵\x07六", "赵六"),
        ("=cmd|'/c calc'!A1", "=cmd|'/c calc'!A1"),
        ("+1", "+1"),
        ("@SUM(A1)", "@SUM(A1)"),
        ("ＡＢＣ", "ＡＢＣ"),
        ("/", None),
        (12.0, "12"),
        (1.5, "1.5"),
        ("TRUE", "TRUE"),
        (datetime.date(2020, 3, 1), "2020-03-01"),
    ],
)
def test_names_stay_as_written(written: object, kept: object) -> None:
    assert one("name", written) == (kept, "")


@pytest.mark.parametrize(
    ("key", "cell", "word", "fault"),
    [
        ("sex", "男性", "男", ""),
        ("sex", 1.0, "男", ""),
        ("sex", "未知", None, "unknown"),
        ("level", "五级/初级工", "初级工", ""),
        ("level", "初级（五级）", "初级工", ""),
        ("level", "高级", "高级工", ""),
        ("level", "一级", "高级技师", ""),
        ("level", 5.0, "初级工", ""),
        ("level", "/", "无等级", ""),
        ("level", "六级", None, "unknown"),
        ("result", 2.0, "不合格", ""),
        ("training_kind", "企业新型学徒制", "企业新型学徒制培训", ""),
        ("certificate_kind", "等级证", "职业技能等级证书", ""),
        ("payer", "自费", "个人缴费", ""),
        ("pension", "√", True, ""),
        ("pension", "无", False, ""),
        ("pension", "TRUE", True, ""),
        ("pension", "/", None, ""),
        ("pension", "不详", None, "unknown"),
    ],
)
def test_words_are_canonical_and_unknown_ones_are_faults(key: str, cell: object, word: object, fault: str) -> None:
    assert one(key, cell) == (word, fault)


@pytest.mark.parametrize(
    ("written", "words", "fault"),
    [
        ("两后生", "两后生", ""),
        ("农民工,两后生", "两后生、农村转移就业劳动者", ""),
        ("农民工，两后生", "两后生、农村转移就业劳动者", ""),
        ("残疾人;退伍军人", "退役军人、残疾人", ""),
        ("残疾人/退役军人|两后生", "两后生、退役军人、残疾人", ""),
        ("两后生 残疾人", "两后生、残疾人", ""),
        ("两后生\n残疾人", "两后生、残疾人", ""),
        ("就业困难人员（含残疾人）", "就业困难人员", ""),
        ("两后生、两后生", "两后生", ""),
        ("两后生、外星人", "两后生", "unknown"),
        ("外星人", None, "unknown"),
    ],
)
def test_categories_are_split_and_put_in_order(written: str, words: object, fault: str) -> None:
    assert one("categories", written) == (words, fault)


@pytest.mark.parametrize(
    ("cell", "day", "fault"),
    [
        (datetime.datetime(2019, 7, 1, 23, 59, 59, 999000), "2019-07-01", ""),
        (datetime.date(2019, 7, 1), "2019-07-01", ""),
        (43647.0, "2019-07-01", ""),
        (0.0, None, "unreadable"),
        (60.0, None, "unreadable"),
        (datetime.date(1899, 12, 31), None, "unreadable"),
        (datetime.date(1900, 2, 28), None, "unreadable"),
        (datetime.time(0, 0), None, "unreadable"),
        (datetime.timedelta(days=2), None, "unreadable"),
        ("2019.02.30", None, "unreadable"),
        ("/", None, ""),
        ("无", None, ""),
    ],
)
def test_date_cells(cell: object, day: str | None, fault: str) -> None:
    assert one("start", cell) == (pd.Timestamp(day) if day else None, fault)


def test_both_days_come_out_of_one_cell() -> None:
    assert one("start", "2020.3.1-3.15", part="first") == (pd.Timestamp("2020-03-01"), "")
    assert one("end", "2020.3.1-3.15", part="last") == (pd.Timestamp("2020-03-15"), "")
    assert one("end", "2020.3.1", part="last") == (None, "unreadable")
    assert one("start", datetime.date(2020, 3, 1), part="first") == (None, "unreadable")


def test_a_true_or_false_cell_is_no_amount() -> None:
    assert one("fee", "TRUE") == (None, "unreadable")


_CELLS = st.lists(
    st.one_of(
        st.text(max_size=6),
        st.text(alphabet=" \t\u3000\u00a0\u200b/-—'_x0Aa\x7f\x85甲、", max_size=6),
        st.floats(allow_nan=False),
        st.just(Special("error_value", "#N/A")),
    ),
    max_size=8,
)


@given(_CELLS)
def test_texts_are_tidied_whatever_is_among_them(cells: list[Any]) -> None:
    read = convert(ROSTER["name"], ["", *cells]).values
    slowly = [None if isinstance(cell, Special) or as_text(cell) in BLANKS else as_text(cell) for cell in cells]
    assert [None if pd.isna(value) else value for value in read[1:]] == slowly


@given(_CELLS)
def test_blank_cells_are_found_whatever_is_among_them(cells: list[Any]) -> None:
    assert blanks(cells) == [at for at, cell in enumerate(cells) if isinstance(cell, str) and not cell.strip()]
