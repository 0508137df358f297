"""The plain script: what most offices have. pandas with openpyxl, one Python call a row, ``to_excel``.

``python -m tests.bench.plain_script CATALOGUE OUT ROSTER…``
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

from tests.bench.good_script import FIXED, LIVING, SHOWN, STAFF_AMOUNT

CHECK = "10X98765432"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def main(catalogue: Path, out: Path, rosters: list[Path]) -> None:
    frame = pd.concat(
        [pd.read_excel(path, header=1, dtype=str).assign(来源文件=path.name, 行号=0) for path in rosters],
        ignore_index=True,
    )
    frame = frame.fillna("")
    items = pd.read_excel(catalogue, sheet_name="培训项目", dtype=str, keep_default_na=False)
    prices = {(row["职业（工种）"], row["技能等级"]): float(row["收费标准"]) for _, row in items.iterrows()}
    seen: set[tuple[str, str]] = set()

    def reason(row: pd.Series) -> str:
        number, certificate = row["身份证号"].strip(), row["证书编号"]
        if len(number) != 18 or not number[:17].isdigit():
            return "身份证号有误"
        if CHECK[sum(int(d) * w for d, w in zip(number[:17], WEIGHTS, strict=True)) % 11] != number[17]:
            return "身份证号有误"
        if row["考核结果"] != "合格" or not certificate:
            return "不合格或没有证书"
        if (number, certificate) in seen:
            return "重复申报"
        seen.add((number, certificate))
        return ""

    def amount(row: pd.Series) -> float:
        if "企业职工" in row["人员类别"]:
            return FIXED.get(row["培训类型"], STAFF_AMOUNT.get(row["技能等级"], 0))
        occupation = row["职业（工种）"]
        return prices.get((occupation, row["技能等级"]), prices.get((occupation, ""), 0.0))

    def living(row: pd.Series) -> float:
        poor = any(word in row["人员类别"] for word in LIVING.split("|"))
        return 15 * float(row["培训天数"] or 0) if poor else 0.0

    frame["原因"] = frame.apply(reason, axis=1)
    fee = frame.assign(补贴项目="培训补贴", 标准=0, 数量=1, 依据条款="四（一）1", 金额=frame.apply(amount, axis=1))
    days = frame.assign(补贴项目="生活费补贴", 标准=15, 数量=1, 依据条款="四（三）", 金额=frame.apply(living, axis=1))
    lines = pd.concat([fee, days[days["金额"] > 0]])
    with pd.ExcelWriter(out, engine="openpyxl") as writer:
        paid = lines["原因"].eq("")
        for name, rows in (("拨付明细", lines[paid]), ("不予补贴", lines[~paid]), ("公示", lines[paid])):
            rows[SHOWN].to_excel(writer, sheet_name=name, index=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), [Path(path) for path in sys.argv[3:]])
