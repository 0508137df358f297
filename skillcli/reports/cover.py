"""First and last sheet of a report: who reports and the figures at a glance; by what rules it was counted."""

from __future__ import annotations

import pandas as pd

from skillcli.core.money import yuan_text
from skillcli.reports.breakdowns import measures, month_table, overview_table
from skillcli.reports.counting import Counted, Slice
from skillcli.reports.period_facts import Clock, PeriodFacts
from skillcli.reports.readings import readings_used
from skillcli.reports.sheets import report_table
from skillcli.reports.tables import printed
from skillcli.reports.targets import FIGURE_TITLES
from skillcli.schema.outputs import EXPLANATION, FACTS, READINGS_USED
from skillcli.schema.periodic import BATCHES, COVER, SOURCES
from skillcli.xlsx.book import Chart, Sheet, Table

STATES = {
    "draft": "草稿",
    "published": "公示中",
    "approved": "已审批",
    "sent": "已报送",
    "partly_paid": "部分支付",
    "paid": "已支付",
    "closed": "已办结",
    "void": "已作废（不计）",
}
_GRID = 10


def cover_sheet(facts: PeriodFacts, counted: Counted, cut: Slice, title: str) -> Sheet:
    """封面: the block that is filled in, the whole in figures, the months with charts."""
    found = measures(cut)
    block = {
        "填报单位": facts.agency,
        "单位负责人": "",
        "填表人": "",
        "电话": "",
        "日期": f"{facts.as_of.year}年{facts.as_of.month}月{facts.as_of.day}日",
    }
    frame = pd.DataFrame({"item": list(block), "content": list(block.values())}, dtype="str")
    block_table = printed(COVER, frame, spans={"content": _GRID - 1}, widths={"item": 16})
    sentence = (
        f"本期补贴 {found['subsidised']:,} 人次、{found['persons']:,} 人，金额 {yuan_text(found['amount_fen'])} 元，"
        f"其中已支付 {yuan_text(found['paid_fen'])} 元。"
    )
    months = month_table(facts, counted, cut)
    charts = (
        Chart("各月补贴金额", "月份", ("金额（万元）",), axis="万元", table=2),
        Chart("各月补贴人次", "月份", ("补贴人次",), table=2),
    )
    notes = ("注：万元栏按两位小数显示，只供阅读，以元为准。人数按身份证号去重，合计不重复计。",)
    tables = (block_table, overview_table(facts, counted), months)
    return Sheet("封面", tables, title, (facts.basis, sentence), notes, charts=charts)


def explanation_sheet(facts: PeriodFacts) -> Sheet:
    """说明: period, clocks, how a training judged twice is counted, what was left out or is missing."""
    tables = [_facts(facts), _rules(facts), _batches(facts), _readings(facts), _sources(facts)]
    notes = (
        "注：同样的台账、口径、外部数字和制表日期得出同样的报告。只核对、统计本台账，其他县区和上级系统的数据不在内。",
    )
    return Sheet(EXPLANATION, tuple(tables), EXPLANATION, (), notes)


def _facts(facts: PeriodFacts) -> Table:
    policy = facts.policy
    items = {
        "单位": facts.agency,
        "统计期": f"{facts.period.first} 至 {facts.period.last}",
        "制表日期": str(facts.as_of),
        "政策": f"{policy.title}（{policy.number}），编号 {policy.id}",
        "政策校验值": policy.sha256,
        "台账": f"到第 {facts.entries.position} 笔为止，链头 {facts.entries.head}",
        "工具": f"skillcli {facts.tool}",
    }
    return _pairs({key: value for key, value in items.items() if value}, "一、基本情况")


def _rules(facts: PeriodFacts) -> Table:
    days = {
        Clock.CERTIFICATE: "发证日期；空白的按结课日期，再空白的按批次的拨付月份",
        Clock.TRAINING: "结课日期；空白的按发证日期，再空白的按批次的拨付月份",
        Clock.PAYMENT: "第一笔补贴支付到账的日期；没有支付的不列入",
        Clock.BOOKED: "批次的拨付月份，按该月最后一天计",
    }
    money = days | {
        Clock.PAYMENT: "支付到账的日期；没有支付的不列入",
        Clock.CERTIFICATE: "该培训的发证日期（空白的按结课日期）",
        Clock.TRAINING: "该培训的结课日期（空白的按发证日期）",
    }
    items = {
        "人次、人数按": days[facts.clock.people],
        "条数、金额按": money[facts.clock.money],
        "同一培训": "几个批次里审过的同一培训（同一证书或同一班次，含重新申报和重新审核）只计一人次，以最后一次有补贴的记录为准，没有补贴的以最后一次记录为准",
        "同一明细": "重新审核过的，只计最后的结论；已补贴、已追回的和重复申报（D01）被核减的都计",
        "金额": "未作废批次中拟补贴（含特殊审批）、没有追回的明细",
        "人数": "按身份证号去重；身份证号无效的，每一人次各计一人",
        "已作废的批次": "不计；作废、追回会改变以前各期的数字，见“数据调整说明”",
        "没有的内容": "没有导入的登记（任务分解、资金台账、开班登记、检查登记等）和没有填的收入：未填，不作 0",
    }
    return _pairs(items, "二、怎样统计")


def _pairs(items: dict[str, str], caption: str) -> Table:
    frame = pd.DataFrame({"item": list(items), "content": list(items.values())}, dtype="str")
    return printed(FACTS, frame, caption=caption, spans={"content": 7}, widths={"item": 18})


def _batches(facts: PeriodFacts) -> Table:
    frame = facts.entries.batches
    states = frame["status"].map(STATES).fillna(frame["status"]).astype("str")
    return report_table(BATCHES, frame.assign(state=states), caption="三、台账里的批次", widths={"id": 18})


def _readings(facts: PeriodFacts) -> Table:
    decided = sorted({"counts_to_target"} | set(facts.policy.rulings))
    known = {reading.key for reading in facts.policy.readings}
    frame = readings_used(facts.policy, tuple(key for key in decided if key in known))
    spans = {"question": 2, "document": 2}
    return printed(READINGS_USED, frame, caption="四、用到的口径", spans=spans, widths={"key": 18})


def _sources(facts: PeriodFacts) -> Table:
    rows = [
        [title, f"{facts.figures[key].value:,}", facts.figures[key].source or "未填"]
        if key in facts.figures
        else [title, "未填", "请写入 skillcli.toml 的 [figures]"]
        for key, title in FIGURE_TITLES.items()
    ]
    frame = pd.DataFrame(rows, columns=["item", "value", "source"], dtype="str")
    return printed(SOURCES, frame, caption="五、台账以外的数字", spans={"source": 6}, widths={"item": 18})
