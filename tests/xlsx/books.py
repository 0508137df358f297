"""Small books that hold every kind of cell."""

from __future__ import annotations

import pandas as pd

from skillcli.xlsx.book import Book, Head, Kind, Sheet, Table

HEADS = (
    Head("序号", Kind.WHOLE),
    Head("姓名"),
    Head("身份证号", Kind.ID),
    Head("金额（元）", Kind.MONEY),
    Head("日期", Kind.DATE),
    Head("出勤率", Kind.PERCENT),
)


def frame(names: list[str | None]) -> pd.DataFrame:
    """One row a name; every third row is blank but for it."""
    count = len(names)
    blank = pd.Series(range(count)) % 3 == 2
    return pd.DataFrame(
        {
            "序号": pd.Series(range(1, count + 1), dtype="Int64"),
            "姓名": pd.Series(names, dtype="str"),
            "身份证号": pd.Series([f"99000019900101{n % 10_000:04d}" for n in range(count)], dtype="str").mask(blank),
            "金额（元）": pd.Series([n * 12_345 - 5 for n in range(count)], dtype="Int64").mask(blank),
            "日期": pd.Series(pd.date_range("2020-02-28", periods=count)).dt.as_unit("s").mask(blank),
            "出勤率": pd.Series([(8_000 + n) % 10_001 for n in range(count)], dtype="Int64").mask(blank),
        }
    )


def book(names: list[str | None]) -> Book:
    """A sheet with title, totals, notes and signatures, and one of two tables with merged cells."""
    data = frame(names)
    total = int(data["金额（元）"].sum())
    table = Table(HEADS, data, totals={"序号": "合计", "姓名": "大写", "金额（元）": total})
    pairs = pd.DataFrame({"项目": ["政策", "备注"], "内容": ["很长的说明" * 40, "第一行\n第二行"], "数": [1, 2]})
    other = Table((Head("项目", span=2), Head("内容", span=3), Head("数", Kind.MONEY)), pairs, caption="说明")
    first = Sheet(
        "拨付表",
        (table,),
        "职业技能培训补贴拨付表",
        ("批次：1", "第二行"),
        ("注：说明。",),
        ("经办人", "科室负责人", "分管领导", "单位负责人（盖章）"),
        "财政部门意见",
    )
    return Book("样例", (first, Sheet("两张表", (table, other), landscape=False)))
