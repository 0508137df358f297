"""What is wrong with rosters: every problem as a row, and a sheet that counts them by rule."""

from __future__ import annotations

import pandas as pd

from skillcli.core.finding import Severity
from skillcli.reports.facts import RunFacts
from skillcli.reports.lines import training_frame
from skillcli.reports.tables import INSTITUTION_SIGNATURES, printed
from skillcli.schema.inputs import ROSTER
from skillcli.schema.outputs import PROBLEM_COUNTS, PROBLEMS
from skillcli.xlsx.book import Sheet

_ORDER = {severity.value: number for number, severity in enumerate(Severity)}


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


def counts_sheet(facts: RunFacts, problems: pd.DataFrame) -> Sheet:
    """问题汇总: one row a rule, heaviest first. ``problems`` as ``problem_frame`` gives them."""
    groups = problems.assign(place=problems["path"] + "\n" + problems["sheet"] + "\n" + problems["row"].astype("str"))
    rows = (
        groups.groupby(["weight", "severity", "rule"])
        .agg(count=("problem", "size"), rows=("place", "nunique"))
        .reset_index()
    )
    rows = rows.assign(title=facts.rule_titles(rows["rule"]), remedy=facts.remedies(rows["rule"]))
    totals = {"rule": "合计", "count": len(problems)}
    table = printed(PROBLEM_COUNTS, rows, totals=totals, widths=_COUNT_WIDTHS)
    notes = (
        f"注：逐条内容见审核意见工作簿的“{PROBLEMS.title}”，点规则代码可跳到有问题的单元格。"
        "程度为“提醒”“说明”的不影响补贴。",
    )
    return Sheet(
        PROBLEM_COUNTS.title, (table,), "花名册问题汇总", (_counts_line(problems),), notes, INSTITUTION_SIGNATURES
    )


_COUNT_WIDTHS = {"title": 44, "remedy": 50, "severity": 14}


def counts_text(facts: RunFacts, problems: pd.DataFrame) -> str:
    """How many problems there are, by severity and by rule, in one paragraph."""
    counts = problems["rule"].value_counts(sort=False)
    titles = facts.rule_titles(counts.index.to_series())
    parts = [
        f"{' '.join(filter(None, (rule, title)))} {count:,} 项"
        for rule, title, count in zip(counts.index, titles, counts, strict=True)
    ]
    return _counts_line(problems) + (f"。其中：{'；'.join(parts)}。" if parts else "")


def _counts_line(problems: pd.DataFrame) -> str:
    counts = problems["severity"].value_counts()
    parts = [f"{severity.label} {counts[severity.label]:,} 项" for severity in Severity if severity.label in counts]
    return "共 " + f"{len(problems):,} 项：" + "，".join(parts) if parts else "没有发现问题。"
