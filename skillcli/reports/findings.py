"""The workbook a check of rosters returns: what is wrong, and what they may expect to be paid."""

from __future__ import annotations

import pandas as pd

from skillcli.core.finding import Severity, Verdict
from skillcli.core.money import uppercase, yuan_text
from skillcli.reports.explanation import explanation_sheet
from skillcli.reports.facts import RunFacts
from skillcli.reports.lines import line_frame, training_frame
from skillcli.reports.reasons import joined, why
from skillcli.reports.tables import INSTITUTION_SIGNATURES, printed
from skillcli.schema.inputs import ROSTER
from skillcli.schema.outputs import ESTIMATE, ESTIMATE_LINES, PROBLEM_COUNTS, PROBLEMS
from skillcli.xlsx.book import Book, Sheet

_ORDER = {severity.value: number for number, severity in enumerate(Severity)}
_FIRST_ROW = 4
"""Excel row of the first problem on 问题清单: below title, counts and header."""


def findings_book(facts: RunFacts, path: str = "") -> Book:
    """问题汇总, 问题清单, 补贴测算, 测算明细 and 说明 of a run.

    ``path`` limits the book to one roster file, named as in ``roster.sheets``; "" takes them all.
    Raises KeyError when no sheet has that path.
    """
    if path:
        facts = facts.of_file(path)
    problems = problem_frame(facts)
    sheets = (
        _counts_sheet(facts, problems),
        _problems_sheet(problems),
        *_estimate_sheets(facts),
        explanation_sheet(facts),
    )
    return Book("花名册核对结果", sheets)


def problem_frame(facts: RunFacts) -> pd.DataFrame:
    """Every finding of intake and rules, ordered by code, then file, sheet and row.

    Columns by key of ``outputs.PROBLEMS``, and ``path`` (str), ``rid`` (Int64; missing where the
    finding is no row's), ``column_key`` (str). Messages, never whole identity numbers.
    """
    both = pd.concat([_rule_problems(facts), _intake_problems(facts)], ignore_index=True)
    both = both.sort_values(["rule", "path", "source", "row", "column_key", "problem"], kind="stable")
    titles = {severity.value: severity.label for severity in Severity}
    remedy = both["remedy"].where(both["remedy"] != "", facts.remedies(both["rule"]))
    return both.assign(
        severity=both["severity"].map(titles), remedy=remedy, weight=both["severity"].map(_ORDER)
    ).reset_index(drop=True)


def _rule_problems(facts: RunFacts) -> pd.DataFrame:
    found = facts.decision.findings
    roster = facts.roster.frame.take(found["rid"].to_numpy()).set_axis(found.index)
    trainings = training_frame(facts).take(found["rid"].to_numpy()).set_axis(found.index)
    paths = pd.Series([sheet.path for sheet in facts.roster.sheets], dtype="str")
    titles = {column.key: column.title for column in ROSTER.columns}
    lines = {line.id: f"（{line.title}）" for line in facts.policy.lines}
    return pd.DataFrame(
        {
            "rule": found["code"],
            "severity": found["severity"],
            "sheet": trainings["sheet"],
            "row": trainings["row"].astype("Int64"),
            "name": trainings["name"],
            "column": found["key"].map(titles).astype("str").fillna(""),
            "found": found["found"].fillna(""),
            "problem": found["line"].map(lines).astype("str").fillna("") + found["message"].fillna(""),
            "remedy": pd.Series("", index=found.index, dtype="str"),
            "clause": found["clause"].fillna(""),
            "path": paths.take(roster["source"].to_numpy()).set_axis(found.index),
            "source": roster["source"],
            "rid": found["rid"].astype("Int64"),
            "column_key": found["key"].fillna(""),
        }
    )


def _intake_problems(facts: RunFacts) -> pd.DataFrame:
    findings = facts.roster.findings
    order = {(sheet.path, sheet.sheet): number for number, sheet in enumerate(facts.roster.sheets)}
    keys = {column.title: column.key for column in ROSTER.columns}
    text = {
        "rule": [f.code for f in findings],
        "severity": [f.severity.value for f in findings],
        "sheet": [f.place.sheet for f in findings],
        "name": ["" for _ in findings],
        "column": [f.place.column for f in findings],
        "found": [f.found for f in findings],
        "problem": [f.message for f in findings],
        "remedy": [f.remedy for f in findings],
        "clause": [f.clause for f in findings],
        "path": [f.place.file for f in findings],
        "column_key": [keys.get(f.place.column, "") for f in findings],
    }
    frame = pd.DataFrame({key: pd.Series(values, dtype="str") for key, values in text.items()})
    row = pd.Series([f.place.row or None for f in findings], dtype="Int64")
    source = pd.Series([order.get((f.place.file, f.place.sheet), -1) for f in findings], dtype="int64")
    return frame.assign(row=row, source=source, rid=pd.Series([None] * len(findings), dtype="Int64"))


def _counts_sheet(facts: RunFacts, problems: pd.DataFrame) -> Sheet:
    """One row a rule, heaviest first, each with a link to its first problem."""
    first = problems.reset_index().groupby("rule")["index"].min()
    groups = problems.assign(place=problems["path"] + "\n" + problems["sheet"] + "\n" + problems["row"].astype("str"))
    rows = (
        groups.groupby(["weight", "severity", "rule"])
        .agg(count=("problem", "size"), rows=("place", "nunique"))
        .reset_index()
    )
    rows = rows.assign(title=facts.rule_titles(rows["rule"]), remedy=facts.remedies(rows["rule"]))
    links = PROBLEMS.title + "!A" + (rows["rule"].map(first) + _FIRST_ROW).astype("str")
    table = printed(
        PROBLEM_COUNTS,
        rows,
        totals={"rule": "合计", "count": len(problems)},
        links={"rule": links},
        widths=_COUNT_WIDTHS,
    )
    notes = ("注：点规则代码可跳到“问题清单”中该规则的第一条。程度为“提醒”“说明”的不影响补贴。",)
    return Sheet(
        PROBLEM_COUNTS.title, (table,), "花名册问题汇总", (_counts_line(problems),), notes, INSTITUTION_SIGNATURES
    )


_COUNT_WIDTHS = {"title": 44, "remedy": 50, "severity": 14}


def _problems_sheet(problems: pd.DataFrame) -> Sheet:
    table = printed(PROBLEMS, problems)
    line = _counts_line(problems)
    return Sheet(PROBLEMS.title, (table,), "花名册问题清单", (line,), (), INSTITUTION_SIGNATURES)


def _counts_line(problems: pd.DataFrame) -> str:
    counts = problems["severity"].value_counts()
    parts = [f"{severity.label} {counts[severity.label]:,} 项" for severity in Severity if severity.label in counts]
    return "共 " + f"{len(problems):,} 项：" + "，".join(parts) if parts else "没有发现问题。"


def _estimate_sheets(facts: RunFacts) -> tuple[Sheet, Sheet]:
    """补贴测算 (one row a subsidy) and 测算明细 (one row a line)."""
    lines = line_frame(facts)
    total = int(lines["amount_fen"].sum())
    rows = _by_subsidy(lines)
    keys = ("lines", "payable", "amount_fen", "refused", "held", "undecided", "waiting_fen")
    totals: dict[str, object] = {"line_title": "合计"} | {key: int(rows[key].sum()) for key in keys}
    unchecked = facts.decision.unchecked
    notes = [
        f"拟补贴金额合计（大写）：{uppercase(total)}",
        "注：本表是按花名册测算的预计数，不是拨付结果；以人力资源社会保障部门审核为准。",
        *(f"未核对 {item.code}：{item.why}" for item in unchecked),
    ]
    summary = Sheet(
        ESTIMATE.title,
        (printed(ESTIMATE, rows, totals=totals, widths={"line_title": 34}),),
        "职业技能培训补贴测算表",
        (f"政策：{facts.policy.title}　　判定日期：{facts.as_of}",),
        tuple(notes),
        INSTITUTION_SIGNATURES,
    )
    details = printed(ESTIMATE_LINES, _with_reasons(facts, lines), totals={"file": "合计", "amount_fen": total})
    line = f"共 {len(lines):,} 条，拟补贴 {yuan_text(total)} 元；未拟补贴的各条，金额栏为空"
    return summary, Sheet(ESTIMATE_LINES.title, (details,), "补贴测算明细表", (line,), (), INSTITUTION_SIGNATURES)


def _by_subsidy(lines: pd.DataFrame) -> pd.DataFrame:
    waiting = lines["verdict"].isin([Verdict.HELD.value, Verdict.UNDECIDED.value])
    parts = lines.assign(
        refused=lines["verdict"] == Verdict.REFUSED.value,
        held=lines["verdict"] == Verdict.HELD.value,
        undecided=lines["verdict"] == Verdict.UNDECIDED.value,
        waiting_fen=lines["proposed_fen"].fillna(0).where(waiting, 0).astype("int64"),
        lines=1,
    )
    keys = ["lines", "payable", "amount_fen", "refused", "held", "undecided", "waiting_fen"]
    return parts.groupby("line_title")[keys].sum().astype("int64").reset_index()


def _with_reasons(facts: RunFacts, lines: pd.DataFrame) -> pd.DataFrame:
    """The lines with why each is not payable; amounts only where payable."""
    reasons = pd.concat([joined(facts, pairs) for pairs in why(facts).values()])
    reasons = reasons.rename(columns={"clause": "reason_clause"})
    rows = lines.join(reasons, validate="one_to_one")
    return rows.assign(
        rule=rows["rule"].fillna(""),
        reason=rows["reason"].fillna(""),
        remedy=rows["remedy"].fillna(""),
        clause=rows["reason_clause"].fillna("").where(~rows["payable"], rows["clause"]),
        amount_fen=rows["amount_fen"].astype("Int64").where(rows["payable"]),
    )
