"""What is not paid and why: refused, held, undecided, no subsidy, doubtful, and the count of it all."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skillcli.core.finding import Severity, Verdict
from skillcli.core.money import yuan_text
from skillcli.policy.model import Policy
from skillcli.reports.facts import RunFacts
from skillcli.reports.grouping import groups, summed
from skillcli.reports.readings import value_text
from skillcli.reports.tables import SIGNATURES, printed
from skillcli.schema.column import Column, Kind
from skillcli.schema.column import Table as Columns
from skillcli.schema.outputs import DOUBTS, NO_LINE, QUESTIONS, REDUCTION, UNDECIDED
from skillcli.xlsx.book import Sheet, Table

_NO_NAME = "（未填培训机构）"


def waiting_sheet(lines: pd.DataFrame, reasons: pd.DataFrame, columns: Columns, heading: str, batch: str) -> Sheet:
    """One row a line of the verdict that the sheet is named after, with every reason for it (``reasons.joined``)."""
    table, line = _waiting(lines, reasons, columns)
    notes = ("注：金额为假如可以补贴时的测算数，未列入拨付。",)
    return Sheet(columns.title, (table,), f"{heading}补贴申报{columns.title}明细表", (batch, line), notes, SIGNATURES)


def undecided_sheet(
    facts: RunFacts, lines: pd.DataFrame, pairs: pd.DataFrame, reasons: pd.DataFrame, heading: str, batch: str
) -> Sheet:
    """待明确: first the open questions with the money at stake, then the lines that wait for them (``pairs`` and
    ``reasons`` as ``reasons.deciding`` and ``joined`` give them)."""
    table, line = _waiting(lines, reasons, UNDECIDED)
    open_pairs = pairs.loc[pairs["verdict"] == UNDECIDED.title]
    spans = {"key": 3, "question": 5, "clause": 1, "proposal": 1, "lines": 1, "stake_fen": 2}
    questions = printed(
        QUESTIONS, _questions(facts, lines, open_pairs), caption="需要明确的口径", spans=spans, widths={}
    )
    notes = (
        "注：金额为假如可以补贴时的测算数，未列入拨付；“涉及金额”只计能测算的部分。",
        "办理：把认定结果填入“政策口径”工作簿并导入后，再对待明确的明细重新判定。",
    )
    details = Table(table.heads, table.frame, "待明确的明细", table.totals)
    return Sheet("待明确", (questions, details), f"{heading}补贴申报待明确明细表", (batch, line), notes, SIGNATURES)


def no_line_sheet(facts: RunFacts, trainings: pd.DataFrame, heading: str, batch: str) -> Sheet:
    """Trainings that match no subsidy, with the nearest condition (E00)."""
    without = trainings.index.difference(pd.Index(facts.decision.lines["rid"]))
    findings = facts.decision.findings
    reasons = findings.loc[findings["code"] == "E00"].drop_duplicates("rid").set_index("rid")["message"]
    rows = trainings.loc[without].assign(rule="E00", reason=reasons.reindex(without).fillna(""))
    return Sheet(
        "无补贴",
        (printed(NO_LINE, rows),),
        f"{heading}无对应补贴项目的培训",
        (batch, f"共 {len(rows):,} 人次"),
        ("注：这些培训不符合任何补贴项目，不计入申报条数。",),
        SIGNATURES,
    )


def doubts_sheet(facts: RunFacts, trainings: pd.DataFrame, heading: str, batch: str) -> Sheet:
    """Warnings, for the clerk's own look: doubtful, to be checked, never an accusation.

    What a rule says of many trainings alike (``RuleText.general``) stands once an institution, at its first row,
    with how many it concerns."""
    findings = facts.decision.findings
    warned = findings["severity"].eq(Severity.WARNING.value).to_numpy()
    in_turn = findings.loc[warned, ["rid", "line"]].reset_index(drop=True).sort_values(["rid", "line"], kind="stable")
    order = np.flatnonzero(warned)[in_turn.index.to_numpy()]
    general = [code for code, text in facts.rules.items() if text.general]
    found = _said_once(findings, order, trainings["institution"], general)
    found = found.sort_values(["code", "rid", "line"], kind="stable", ignore_index=True)
    rows = trainings.take(found["rid"].to_numpy()).reset_index(drop=True)
    rows = rows.assign(
        rule=found["code"],
        problem="疑点，需核实：" + found["message"].fillna(""),
        remedy=facts.remedies(found["code"]),
        clause=found["clause"].fillna(""),
    )
    return Sheet(
        "疑点",
        (printed(DOUBTS, rows),),
        f"{heading}补贴申报疑点表",
        (batch, f"共 {len(rows):,} 项，按规则排列", *(f"资金不足，需核实：{each}。" for each in facts.overdrawn)),
        ("注：疑点只供核实参考，不影响本表以外的结论。",),
        SIGNATURES,
    )


def _said_once(
    findings: pd.DataFrame, order: NDArray[np.int64], institutions: pd.Series, general: list[str]
) -> pd.DataFrame:
    """The findings at the positions ``order``, those of the ``general`` codes once an institution and message, which then
    tells how many. Only what is kept is copied: a remark on every line of a large batch is most of what is found."""
    asked = findings["code"].isin(general).to_numpy()[order]
    rows = order[asked]
    where = institutions.take(findings["rid"].to_numpy()[rows])
    alike = {name: pd.factorize(findings[name])[0][rows] for name in ("code", "line", "message", "clause")}
    alike["institution"] = pd.factorize(where)[0]
    group = pd.DataFrame(alike).groupby(list(alike), sort=False).ngroup().to_numpy()
    count = np.ones(len(order), dtype=np.int64)
    count[asked] = np.bincount(group, minlength=1)[group]
    kept = np.ones(len(order), dtype=bool)
    kept[asked] = ~pd.Series(group).duplicated().to_numpy()
    once, count = findings.take(order[kept]), count[kept]
    several = pd.Series(count, index=once.index).astype("str")
    told = once["message"] + "（本机构同样的共 " + several + " 条，只列第一条）"
    return once.assign(message=once["message"].mask(count > 1, told))


def reduction_sheet(
    facts: RunFacts, lines: pd.DataFrame, trainings: pd.DataFrame, pairs: pd.DataFrame, heading: str, batch: str
) -> Sheet:
    """申报核减情况: one row an institution; 申报条数 = refused by first reason + held + undecided + payable."""
    frame, codes = _reduction(facts, lines, trainings, pairs.loc[pairs["verdict"] == Verdict.REFUSED.value])
    columns = _with_codes(codes)
    keys = [column.key for column in columns if column.key != "institution"]
    totals: dict[str, object] = {"institution": "合计"} | {key: int(frame[key].sum()) for key in keys}
    legend = "；".join(f"{code} {facts.rules[code].title}" for code in codes if code in facts.rules)
    without = len(trainings) - facts.decision.lines["rid"].nunique()
    notes = [
        "注：一条明细被几条规则核减的，只计在其中代码最靠前的一条；申报条数＝各核减条数＋待核实＋待明确＋拟补贴条数。",
        f"注：一人次培训可申报几条补贴；另有 {without:,} 人次没有对应的补贴项目，见“无补贴”。以工代训未填培训机构的，按用人单位列。",
    ]
    if legend:
        notes.insert(0, f"核减代码：{legend}。")
    table = printed(columns, frame, totals=totals, widths={"institution": 32} | dict.fromkeys(codes, 7.0))
    return Sheet("申报核减情况", (table,), f"{heading}补贴申报核减情况表", (batch,), tuple(notes), SIGNATURES)


def _with_codes(codes: list[str]) -> tuple[Column, ...]:
    columns = []
    for column in REDUCTION.columns:
        if column.key == "held":
            columns += [Column(code, code, Kind.WHOLE) for code in codes]
        columns.append(column)
    return tuple(columns)


def _reduction(
    facts: RunFacts, lines: pd.DataFrame, trainings: pd.DataFrame, refusals: pd.DataFrame
) -> tuple[pd.DataFrame, list[str]]:
    """Rows of 申报核减情况 by key, and the refusal codes that occur."""
    who, names = pd.factorize(_claimants(facts, trainings), sort=True)
    of_line = who[lines["rid"].to_numpy()]
    first = refusals.drop_duplicates("lid")
    code, codes = pd.factorize(first["code"], sort=True)
    of_first = of_line[lines.index.get_indexer(pd.Index(first["lid"]))]
    refused = np.bincount(of_first * len(codes) + code, minlength=len(names) * len(codes))
    refused = refused.reshape(len(names), len(codes))
    verdict, paid = lines["verdict"], lines["payable"].to_numpy()
    amount = summed(of_line[paid], lines["amount_fen"].to_numpy(dtype=np.int64, na_value=0)[paid], len(names))

    def count(of: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.bincount(of, minlength=len(names))

    columns = {"institution": names, "times": count(who), "lines": count(of_line)}
    columns |= {code: refused[:, number] for number, code in enumerate(codes)}
    columns["held"] = count(of_line[verdict.eq(Verdict.HELD.value)])
    columns["undecided"] = count(of_line[verdict.eq(Verdict.UNDECIDED.value)])
    columns |= {"payable": count(of_line[paid]), "amount_fen": amount}
    return pd.DataFrame(columns), list(codes)


def _claimants(facts: RunFacts, trainings: pd.DataFrame) -> pd.Series:
    """rid → the institution that claims, as first written; without one the employer."""
    known = facts.decision.trainings
    key = known["institution_n"].fillna("")
    key = key.where(key != "", known["employer_n"].fillna("")).reindex(trainings.index).fillna("")
    written = facts.roster.frame["institution"].fillna("")
    written = written.where(written != "", facts.roster.frame["employer"].fillna("")).replace("", _NO_NAME)
    groups, _ = pd.factorize(key)
    _, first = np.unique(groups, return_index=True)
    return written.take(first[groups]).set_axis(trainings.index)


def _waiting(lines: pd.DataFrame, reasons: pd.DataFrame, columns: Columns) -> tuple[Table, str]:
    """The lines of a verdict as a table, and a sentence that counts them."""
    at = np.flatnonzero(lines["verdict"] == columns.title)
    amount = lines["proposed_fen"].array.take(at)
    why = reasons.index.get_indexer(lines.index[at])
    rows = {key: lines[key].array.take(at) for key in columns.keys if key in lines and key not in reasons}
    rows |= {str(key): column.array.take(why, allow_fill=True) for key, column in reasons.items()}
    total, unknown = int(amount.sum()), int(amount.isna().sum())
    line = f"共 {len(at):,} 条，能测算的金额 {yuan_text(total)} 元" + (f"，{unknown:,} 条金额未知" if unknown else "")
    rows["amount_fen"] = amount
    return printed(
        columns, pd.DataFrame(rows, copy=False), totals={columns.columns[0].key: "合计", "amount_fen": total}
    ), line


def _questions(facts: RunFacts, lines: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """The open questions: key, question, clause, proposal, lines that wait, money at stake."""
    key = _reading_key(facts.policy, pairs)
    title = facts.rule_titles(pairs["code"])
    subject = key.mask(key == "", title.mask(title == "", pairs["code"]))
    once = np.sort(groups([pairs["lid"], subject])[1])
    key, subject, clause = key.iloc[once], subject.iloc[once], pairs["clause"].iloc[once]
    group, first = groups([key, subject])
    stake = lines["proposed_fen"].to_numpy(dtype=np.int64, na_value=0)
    stake = stake[lines.index.get_indexer(pd.Index(pairs["lid"].iloc[once]))]
    cited = np.flatnonzero(clause.notna())
    firsts = dict(zip(*(each.tolist() for each in np.unique(group[cited], return_index=True)), strict=True))
    keys, subjects = key.iloc[first].tolist(), subject.iloc[first].tolist()
    known = {reading.key: reading for reading in facts.policy.readings}
    words = {
        "key": keys,
        "question": [known[k].question if k in known else asked for k, asked in zip(keys, subjects, strict=True)],
        "clause": [
            known[k].clause if k in known else clause.iat[int(cited[firsts[n]])] if n in firsts else None
            for n, k in enumerate(keys)
        ],
        "proposal": [
            value_text(known[k], known[k].proposal) if k in known and known[k].proposal is not None else ""
            for k in keys
        ],
    }
    rows = pd.DataFrame(words, dtype="str")
    return rows.assign(lines=np.bincount(group, minlength=len(first)), stake_fen=summed(group, stake, len(first)))


def _reading_key(policy: Policy, pairs: pd.DataFrame) -> pd.Series:
    """The reading each finding waits for: named in what was found, else in its message; "" for none."""
    keys = sorted((reading.key for reading in policy.readings), key=len, reverse=True)
    pattern = "(" + "|".join(key.replace(".", r"\.") for key in keys) + ")" if keys else "($^)"
    text = pairs["found"].fillna("") + " " + pairs["message"].fillna("")
    return text.str.extract(pattern, expand=False).fillna("").astype("str")
