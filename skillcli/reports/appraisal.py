"""绩效自评表 of a year: what the ledger can fill in; weights and marks are the office's."""

from __future__ import annotations

import pandas as pd

from skillcli.core.money import yuan_text
from skillcli.reports.breakdowns import measures
from skillcli.reports.counting import Counted, Slice
from skillcli.reports.identities import REFUSED
from skillcli.reports.period_facts import PeriodFacts
from skillcli.reports.sheets import report_sheet, report_table
from skillcli.reports.targets import OPEN, progress
from skillcli.schema.periodic import APPRAISAL
from skillcli.xlsx.book import Sheet

_MISSING = "未填"


def appraisal_sheet(facts: PeriodFacts, counted: Counted, cut: Slice) -> Sheet:
    """The sheet."""
    rows = [*_quantity(facts, counted), *_quality(cut), *_timing(facts, counted, cut), *_cost(cut), *_effect(cut)]
    frame = pd.DataFrame(rows, columns=["first", "second", "third", "goal", "done", "rate", "remark"])
    frame = frame.assign(weight="", score="").astype({"rate": "Int64"})
    notes = ("注：分值和自评得分由单位填写；年度指标值没有文件依据的写“未填”。",)
    widths = {"third": 30, "goal": 20, "done": 24, "remark": 30}
    return report_sheet(facts, APPRAISAL.title, (report_table(APPRAISAL, frame, widths=widths),), notes)


def _quantity(facts: PeriodFacts, counted: Counted) -> list[list[object]]:
    return [
        [
            "产出指标",
            "数量指标",
            f"{each['title']}（人次）",
            OPEN if each["goal"] is None else f"{each['goal']:,}",
            f"本年 {each['year']:,}，累计 {each['done']:,}",
            each["rate"],
            f"依据 {each['clause']}",
        ]
        for each in progress(facts, counted)
    ]


def _quality(cut: Slice) -> list[list[object]]:
    found = measures(cut)
    return [
        ["产出指标", "质量指标", title, _MISSING, *_share(found[part], found["submitted"]), remark]
        for title, part, remark in (
            ("培训合格率", "passed", "合格人次÷申报人次"),
            ("取证率", "certified", "取证人次÷申报人次"),
        )
    ]


def _timing(facts: PeriodFacts, counted: Counted, cut: Slice) -> list[list[object]]:
    paid, amount = int(cut.paid["paid_fen"].sum()), cut.amount_fen
    refused = int(cut.lines["outcome"].eq(REFUSED).sum())
    return [
        ["产出指标", "时效指标", "补贴资金支付率", _MISSING, *_share(paid, amount), "已支付金额÷补贴金额"],
        ["产出指标", "质量指标", "申报核减率", _MISSING, *_share(refused, len(cut.lines)), "不予补贴条数÷申报条数"],
    ]


def _cost(cut: Slice) -> list[list[object]]:
    mean = cut.amount_fen // cut.persons if cut.persons else 0
    return [
        ["产出指标", "成本指标", "补贴金额（元）", _MISSING, yuan_text(cut.amount_fen), None, ""],
        ["产出指标", "成本指标", "人均补贴金额（元）", _MISSING, yuan_text(mean), None, "补贴金额÷补贴人数"],
    ]


def _effect(cut: Slice) -> list[list[object]]:
    people = cut.people[cut.people["subsidised"]]
    employed = int(people["employed"].sum())
    known = _share(employed, len(people)) if employed else (_MISSING, None)
    return [
        ["效益指标", "社会效益", "培训后就业率", _MISSING, *known, "按花名册填写的就业日期计"],
        ["满意度指标", "服务对象满意度", "参训人员满意度", _MISSING, _MISSING, None, "台账没有调查数据"],
    ]


def _share(part: int, whole: int) -> tuple[str, None]:
    """``80.00%（8÷10）``; the column 完成率 compares with a goal, which is not set."""
    if not whole:
        return _MISSING, None
    hundredths = (part * 20_000 + whole) // (2 * whole)
    return f"{hundredths // 100}.{hundredths % 100:02d}%", None
