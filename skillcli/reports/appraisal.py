"""绩效自评表 of a year: what the ledger can fill in; weights and marks are the office's."""

from __future__ import annotations

import pandas as pd

from skillcli.core.money import yuan_text
from skillcli.reports.breakdowns import measures
from skillcli.reports.counting import Counted, Slice
from skillcli.reports.employment import follow_up_rates
from skillcli.reports.funding import fund_rows
from skillcli.reports.identities import REFUSED
from skillcli.reports.period_facts import PeriodFacts
from skillcli.reports.register_entries import entries, tasks, within
from skillcli.reports.sheets import report_sheet, report_table
from skillcli.reports.supervision import inspected, recovered
from skillcli.reports.targets import OPEN, progress
from skillcli.schema.periodic import APPRAISAL
from skillcli.schema.registers import OBJECTIONS, UPHELD
from skillcli.xlsx.book import Sheet

_MISSING = "未填"


def appraisal_sheet(facts: PeriodFacts, counted: Counted, cut: Slice) -> Sheet:
    """The sheet."""
    rows = [
        *_quantity(facts, counted),
        *_tasks(facts, counted),
        *_quality(cut),
        *_refused(cut),
        *_supervised(facts),
        *_timing(facts, cut),
        *_cost(cut),
        *_effect(facts, cut),
        *_satisfaction(facts),
    ]
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


def _tasks(facts: PeriodFacts, counted: Counted) -> list[list[object]]:
    """The year's tasks as the office broke them down by place, where it did."""
    goals = tasks(facts, "place")
    if goals is None or goals.empty:
        return []
    goal, done = int(goals["goal"].sum()), counted.within(facts.year_to_date).times("target")
    rate = (done * 20_000 + goal) // (2 * goal) if goal else None
    remark = "任务分解登记的本年任务合计"
    return [["产出指标", "数量指标", "任务分解（人次）", f"{goal:,}", f"本年 {done:,}", rate, remark]]


def _refused(cut: Slice) -> list[list[object]]:
    share = _share(int(cut.lines["outcome"].eq(REFUSED).sum()), len(cut.lines))
    return [["产出指标", "质量指标", "申报核减率", _MISSING, *share, "不予补贴条数÷申报条数"]]


def _supervised(facts: PeriodFacts) -> list[list[object]]:
    """Classes inspected of those filed, and money brought back of what was due; 未填 without the registers."""
    seen = inspected(facts)
    covered = sound = (_MISSING, None)
    if seen is not None:
        visited, failing = int(seen["inspected"].sum()), int(seen["open"].sum())
        sound = _share(visited - failing, visited)
        if seen["classes"].notna().any():
            covered = _share(visited, int(seen["classes"].sum()))
    back = recovered(facts, facts.period)
    due = int(back["settled_fen"].sum())
    returned = int(back["netted_fen"].sum() + back["repaid_fen"].sum())
    recovery = _share(returned, due, money=True) if due else ("没有应追", None)
    return [
        ["产出指标", "质量指标", "班级检查率", _MISSING, *covered, "本年检查班数÷本年备案班数"],
        ["产出指标", "质量指标", "检查合格率", _MISSING, *sound, "检查合格和复查合格班数÷检查班数"],
        ["产出指标", "质量指标", "追回到位率", _MISSING, *recovery, "已抵扣和已退回金额÷应追金额"],
    ]


def _timing(facts: PeriodFacts, cut: Slice) -> list[list[object]]:
    paid, amount = int(cut.paid["paid_fen"].sum()), cut.amount_fen
    funds = fund_rows(facts, cut)
    came = int((funds["arrived_fen"] + funds["donated_fen"]).sum())
    rate = _share(int(funds["amount_fen"].sum() + funds["other_fen"].sum()), came, money=True)
    return [
        ["产出指标", "时效指标", "补贴资金支付率", _MISSING, *_share(paid, amount, money=True), "已支付金额÷补贴金额"],
        ["产出指标", "时效指标", "资金执行率", _MISSING, *rate, "本年（补贴支出＋非补贴支出）÷（到位＋捐赠）"],
    ]


def _cost(cut: Slice) -> list[list[object]]:
    mean = cut.amount_fen // cut.persons if cut.persons else 0
    return [
        ["产出指标", "成本指标", "补贴金额（元）", _MISSING, yuan_text(cut.amount_fen), None, ""],
        ["产出指标", "成本指标", "人均补贴金额（元）", _MISSING, yuan_text(mean), None, "补贴金额÷补贴人数"],
    ]


def _effect(facts: PeriodFacts, cut: Slice) -> list[list[object]]:
    """From the follow-up lists; without them by the rosters' own column."""
    own = follow_up_rates(facts)
    own = own[own["year"].eq(str(facts.period.last.year))]
    goal = _MISSING
    if len(own) and pd.notna(own["goal"].iloc[0]):
        goal = f"{own['goal'].iloc[0] / 100:g}%"
    if len(own) and own["tracked"].iloc[0]:
        told, remark = _share(int(own["employed"].iloc[0]), int(own["trainees"].iloc[0])), "按登记的就业跟踪名单计"
    else:
        subsidised = cut.of("subsidised")
        employed = int((subsidised & cut.of("employed")).sum())
        told = _share(employed, int(subsidised.sum())) if employed else (_MISSING, None)
        remark = "没有登记就业跟踪名单，按花名册填写的就业日期计"
    raised = _share(int(own["raised"].sum()), int(own["known_income"].sum())) if len(own) else (_MISSING, None)
    return [
        ["效益指标", "社会效益", "培训后就业率", goal, *told, remark],
        ["效益指标", "社会效益", "培训后增收率", _MISSING, *raised, "增收人数÷收入填全人数"],
    ]


def _satisfaction(facts: PeriodFacts) -> list[list[object]]:
    register = entries(facts, OBJECTIONS)
    upheld = _MISSING
    if register is not None:
        upheld = f"{int(within(register, 'day', facts.period)['outcome'].eq(UPHELD).sum())} 件"
    survey = "台账没有调查数据"
    return [
        ["满意度指标", "服务对象满意度", "公示异议成立", _MISSING, upheld, None, "异议登记"],
        ["满意度指标", "服务对象满意度", "参训人员满意度", _MISSING, _MISSING, None, survey],
    ]


def _share(part: int, whole: int, *, money: bool = False) -> tuple[str, None]:
    """``80.00%（8÷10）``, of fen in yuan; the column 完成率 compares with a goal, which is not set."""
    if not whole:
        return _MISSING, None
    hundredths = (part * 20_000 + whole) // (2 * whole)
    share = f"{hundredths // 100}.{hundredths % 100:02d}%"
    parts = f"{yuan_text(part)}÷{yuan_text(whole)} 元" if money else f"{part:,}÷{whole:,}"
    return f"{share}（{parts}）", None
