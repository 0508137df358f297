"""The good script: what a skilled colleague writes in a week with pandas, and stops there.

Reads with pandas and calamine, checks the ID's digit, repetitions and amounts over whole columns,
keeps history in SQLite, writes with XlsxWriter. It knows a tenth of the rules, keeps no chain, and tells
nobody where a fault stands. ``python -m tests.bench.good_script LEDGER CATALOGUE OUT ROSTER…``
"""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import xlsxwriter

WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
STAFF_AMOUNT = {"初级工": 1000, "中级工": 1500, "高级工": 2000, "技师": 2500, "高级技师": 3000}
FIXED = {"岗前培训": 1000, "安全技能培训": 1000, "转岗转业培训": 1500}
LIVING = "贫困劳动力|就业困难人员|零就业家庭成员|两后生"
SHOWN = [
    *["姓名", "身份证号", "乡镇", "培训机构", "班级编号", "培训类型", "职业（工种）", "技能等级", "证书编号"],
    *["补贴项目", "标准", "数量", "金额", "开户银行", "银行账号", "缴费方式", "依据条款", "来源文件", "行号", "原因"],
]


def main(ledger: Path, catalogue: Path, out: Path, rosters: list[Path]) -> None:
    frame = read(rosters)
    lines = price(frame, catalogue)
    lines["原因"] = ""
    refuse(lines, ~valid_id(lines["身份证号"]), "身份证号有误")
    refuse(lines, lines["考核结果"].ne("合格"), "考核不合格")
    refuse(lines, lines["证书编号"].eq("") | lines["发证日期"].isna(), "没有证书")
    refuse(lines, lines["结课日期"].lt(lines["开班日期"]), "日期有误")
    refuse(lines, lines["金额"].isna(), "没有标准")
    refuse(lines, lines.duplicated(["身份证号", "证书编号", "补贴项目"]), "重复申报")
    refuse(lines, lines.groupby("证书编号")["身份证号"].transform("nunique").gt(1), "证书编号重复")
    with sqlite3.connect(ledger) as connection:
        limits(lines, connection)
        keep(lines, connection)
    write(lines, out)


def read(rosters: list[Path]) -> pd.DataFrame:
    parts = []
    for path in rosters:
        part = pd.read_excel(
            path, engine="calamine", header=1, dtype={"身份证号": str, "证书编号": str, "银行账号": str}
        )
        parts.append(part.assign(来源文件=path.name, 行号=np.arange(3, len(part) + 3)))
    frame = pd.concat(parts, ignore_index=True)
    for title in ("开班日期", "结课日期", "发证日期"):
        frame[title] = pd.to_datetime(frame[title], errors="coerce", format="mixed")
    for title in ("身份证号", "证书编号", "银行账号", "技能等级", "人员类别", "考核结果"):
        frame[title] = frame[title].fillna("").astype(str).str.strip()
    return frame


def valid_id(numbers: pd.Series) -> pd.Series:
    formed = numbers.str.fullmatch(r"\d{17}[\dX]")
    chars = np.frombuffer("".join(numbers[formed]).encode(), dtype=np.uint8).reshape(-1, 18)
    expected = np.frombuffer(b"10X98765432", dtype=np.uint8)[(chars[:, :17] - 48) @ WEIGHTS % 11]
    valid = formed.copy()
    valid[formed] = chars[:, 17] == expected
    return valid


def price(frame: pd.DataFrame, catalogue: Path) -> pd.DataFrame:
    items = pd.read_excel(catalogue, sheet_name="培训项目", engine="calamine", dtype=str, keep_default_na=False)
    prices = items.drop_duplicates(["职业（工种）", "技能等级"])[["职业（工种）", "技能等级", "收费标准"]]
    blank = prices[prices["技能等级"].eq("")].drop(columns="技能等级").rename(columns={"收费标准": "不分等级"})
    frame = frame.merge(prices, how="left", on=["职业（工种）", "技能等级"]).merge(blank, how="left", on="职业（工种）")
    listed = pd.to_numeric(frame["收费标准"].fillna(frame["不分等级"]))
    staff = frame["人员类别"].str.contains("企业职工")
    by_level = frame["技能等级"].map(STAFF_AMOUNT)
    amount = listed.where(~staff, frame["培训类型"].map(FIXED).fillna(by_level))
    fee = frame.assign(补贴项目="培训补贴", 标准=amount, 数量=1, 金额=amount, 依据条款="四（一）1")
    poor = frame[frame["人员类别"].str.contains(LIVING)]
    days = pd.to_numeric(poor["培训天数"], errors="coerce")
    living = poor.assign(补贴项目="生活费补贴", 标准=15, 数量=days, 金额=15 * days, 依据条款="四（三）")
    return pd.concat([fee, living], ignore_index=True)


def refuse(lines: pd.DataFrame, where: pd.Series, reason: str) -> None:
    lines.loc[where & lines["原因"].eq(""), "原因"] = reason


def limits(lines: pd.DataFrame, connection: sqlite3.Connection) -> None:
    """Three a year, one occupation and level once, over the run and the history."""
    ids = [(number,) for number in lines["身份证号"].unique()]
    connection.execute("CREATE TEMP TABLE run (id_number TEXT PRIMARY KEY)")
    connection.executemany("INSERT INTO run VALUES (?)", ids)
    past = pd.read_sql_query(
        "SELECT p.id_number, p.occupation, p.level, p.certificate, p.year FROM run CROSS JOIN paid p USING (id_number)",
        connection,
    )
    fees = lines["补贴项目"].eq("培训补贴") & lines["原因"].eq("")
    key = lines["身份证号"] + lines["职业（工种）"].astype(str) + lines["技能等级"]
    refuse(lines, fees & key.isin(past["id_number"] + past["occupation"] + past["level"]), "以前已补贴")
    refuse(lines, fees & lines["证书编号"].isin(past["certificate"]), "以前已补贴")
    refuse(
        lines, fees & lines.assign(k=key)[fees].duplicated("k").reindex(lines.index, fill_value=False), "同一等级重复"
    )
    year = lines["发证日期"].dt.year.fillna(0).astype(int).astype(str)
    before = (lines["身份证号"] + year).map((past["id_number"] + past["year"].astype(str)).value_counts()).fillna(0)
    order = lines[fees].assign(y=year).groupby(["身份证号", "y"]).cumcount().reindex(lines.index).fillna(0)
    refuse(lines, fees & (before + order).ge(3), "超过每年三次")


def keep(lines: pd.DataFrame, connection: sqlite3.Connection) -> None:
    paid = lines[lines["原因"].eq("")]
    year = paid["发证日期"].dt.year.astype(int)
    rows = zip(
        *(paid[key].tolist() for key in ("身份证号", "职业（工种）", "技能等级", "证书编号")),
        year.tolist(),
        paid["金额"].astype(float).tolist(),
        strict=True,
    )
    connection.executemany("INSERT INTO paid VALUES (?, ?, ?, ?, ?, ?)", rows)


def write(lines: pd.DataFrame, out: Path) -> None:
    with xlsxwriter.Workbook(str(out), {"constant_memory": True, "strings_to_formulas": False}) as book:
        cell = book.add_format({"border": 1, "font_name": "宋体", "font_size": 10})
        money = book.add_format({"border": 1, "num_format": "#,##0.00"})
        head = book.add_format({"border": 1, "bold": True})
        paid = lines["原因"].eq("")
        for name, rows in (("拨付明细", lines[paid]), ("不予补贴", lines[~paid]), ("公示", lines[paid])):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, SHOWN, head)
            columns = [rows[title].astype(object).where(rows[title].notna(), None).tolist() for title in SHOWN]
            for number, values in enumerate(zip(*columns, strict=True), 1):
                for column, value in enumerate(values):
                    if value is None:
                        sheet.write_blank(number, column, None, cell)
                    elif isinstance(value, str):
                        sheet.write_string(number, column, value, cell)
                    else:
                        sheet.write_number(number, column, value, money)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), [Path(path) for path in sys.argv[4:]])
