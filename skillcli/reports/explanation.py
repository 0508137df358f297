"""The sheet 说明 that ends every workbook: by which tool, policy, inputs and readings it was made."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from skillcli.core.finding import NO_LINE, Verdict
from skillcli.reports.facts import RunFacts
from skillcli.reports.grouping import distinct, summed
from skillcli.reports.readings import readings_used
from skillcli.reports.tables import printed
from skillcli.schema.outputs import APPROVED, EXPLANATION, FACTS, READINGS_USED, SOURCES, UNCHECKED, VERDICTS
from skillcli.xlsx.book import Sheet, Table

RECEIPT = "收据号"
"""Item of 基本情况 that holds the receipt code of a check."""

# The tables share one grid of eight columns.
_GRID: Mapping[str, float] = {"verdict": 16, "rule": 16, "item": 16, "key": 16}


def explanation_sheet(facts: RunFacts) -> Sheet:
    """The sheet 说明 of a run."""
    tables: tuple[Table, ...] = (_facts(facts), _sources(facts), _verdicts(facts), _readings(facts), _unchecked(facts))
    tables += (_approved(facts),) if facts.approved is not None and len(facts.approved) else ()
    notes = ("注：判定日期是本次核对所依据的“今天”，不是打印日期。同样的文件、政策和台账得出同样的结果。",)
    return Sheet(EXPLANATION, tables, EXPLANATION, (), notes)


def _facts(facts: RunFacts) -> Table:
    policy = facts.policy
    items = {
        "单位": facts.agency,
        "批次": facts.batch,
        "月份": facts.month,
        "报送方式": facts.submission,
        "资金不足": "；".join(facts.overdrawn),
        "判定日期": str(facts.as_of),
        "政策": f"{policy.full_title}，编号 {policy.id}",
        "政策校验值": policy.sha256,
        "台账链头": facts.head + (f"（第 {facts.entry} 笔）" if facts.entry else "") or "（未使用台账）",
        "工具": f"skillcli {facts.tool_version}",
        RECEIPT: facts.receipt,
    }
    frame = pd.DataFrame(
        {"item": [k for k, v in items.items() if v], "content": [v for v in items.values() if v]}, dtype="str"
    )
    return printed(FACTS, frame, caption="一、基本情况", spans={"content": 7}, widths=_GRID)


def _sources(facts: RunFacts) -> Table:
    sheets = facts.roster.sheets
    others = facts.other_inputs
    frame = pd.DataFrame(
        {
            "file": pd.Series([*facts.file_names(), *(other.name for other in others)], dtype="str"),
            "sheet": pd.Series([*(sheet.sheet for sheet in sheets), *(other.what for other in others)], dtype="str"),
            "header_row": pd.Series([s.header_row for s in sheets] + [None] * len(others), dtype="Int64"),
            "rows": pd.Series([s.rows for s in sheets] + [None] * len(others), dtype="Int64"),
            "passed_over": pd.Series([_passed_over(s.passed_over) for s in sheets] + [""] * len(others), dtype="str"),
            "sha256": pd.Series([s.sha256 for s in sheets] + [other.sha256 for other in others], dtype="str"),
        }
    )
    widths = {"sheet": 14, "header_row": 9, "rows": 10, "passed_over": 20}
    spans = {"file": 2, "sha256": 2}
    return printed(SOURCES, frame, caption="二、来源文件", spans=spans, widths=widths)


def _passed_over(reasons: Mapping[str, int]) -> str:
    return "；".join(f"{reason} {count} 行" for reason, count in reasons.items() if count)


def _verdicts(facts: RunFacts) -> Table:
    lines = facts.decision.lines
    amount, proposed = (lines[key].to_numpy(dtype=np.int64, na_value=0) for key in ("amount_fen", "proposed_fen"))
    words = [*(verdict.value for verdict in Verdict), NO_LINE]
    group = pd.Index(words).get_indexer(pd.Index(lines["verdict"]))
    times = distinct(group, lines["rid"], len(words))
    times[-1] = len(facts.roster.frame) - lines["rid"].nunique()
    frame = pd.DataFrame(
        {
            "verdict": pd.Series(words, dtype="str"),
            "lines": np.bincount(group, minlength=len(words)),
            "times": times,
            "amount_fen": summed(group, np.where(amount != 0, amount, proposed), len(words)),
        }
    )
    spans = {"amount_fen": 2, "times": 2, "lines": 2, "verdict": 2}
    return printed(VERDICTS, frame, caption="三、结论统计（未拨付的为测算金额）", spans=spans, widths=_GRID)


def _readings(facts: RunFacts) -> Table:
    frame = readings_used(facts.policy, facts.decision.rulings_used)
    spans = {"key": 2, "question": 2}
    widths = {"value": 20, "decided_by": 20, "document": 20, "decided_on": 20}
    return printed(READINGS_USED, frame, caption="四、用到的政策口径", spans=spans, widths=widths)


def _approved(facts: RunFacts) -> Table:
    """The lines that are payable by way of exception, each with its paper."""
    rows = facts.approved if facts.approved is not None else pd.DataFrame()
    numbers = facts.line_numbers.loc[rows["lid"]].to_numpy() if facts.line_numbers is not None else ""
    frame = rows.assign(
        approved_line=rows["line_no"], line_no=numbers, valid_to=rows["valid_to"].dt.strftime("%Y-%m-%d")
    )
    frame = frame[list(APPROVED.keys)].astype("str")
    spans = {"line_no": 2, "reason": 2}
    return printed(APPROVED, frame, caption="六、特殊审批", spans=spans, widths=_GRID)


def _unchecked(facts: RunFacts) -> Table:
    """未核对: checks that could not be made, and demands of the text that no roster can show."""
    checks = [(item.code, item.why) for item in facts.decision.unchecked]
    demands = [(item.clause, item.what) for item in facts.policy.not_computed]
    told = list(dict.fromkeys(checks + demands))  # the judge names the demands too
    frame = pd.DataFrame(told, columns=pd.Index(["rule", "what"]), dtype="str")
    return printed(
        UNCHECKED, frame, caption="五、未核对（本工具没有核对，请人工把关）", spans={"what": 7}, widths=_GRID
    )
