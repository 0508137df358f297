"""Why lines were refused: the way from what was claimed to what is subsidised, and the reasons, each line once."""

from __future__ import annotations

import pandas as pd

from skillcli.core.finding import Severity
from skillcli.reports.breakdowns import named, person_times
from skillcli.reports.counting import Counted, Slice
from skillcli.reports.identities import BACK, HELD, OUTCOMES, PAID, REFUSED, UNDECIDED
from skillcli.reports.period_facts import PeriodFacts
from skillcli.reports.sheets import report_sheet, report_table
from skillcli.schema.column import Column, Kind
from skillcli.schema.periodic import BRIDGE, INSTITUTION_REFUSALS, INSTITUTIONS, REFUSALS
from skillcli.xlsx.book import Chart, Sheet, Table

DECIDING = {
    REFUSED: Severity.ERROR.value,
    HELD: Severity.HOLD.value,
    UNDECIDED: Severity.RULING.value,
}
UNKNOWN = "未登记"
OTHERS = "其他核减"
_STEPS = {
    REFUSED: "其中：不予补贴（核减）",
    HELD: "其中：待核实",
    UNDECIDED: "其中：待明确",
    BACK: "其中：拨付后追回",
    PAID: "其中：补贴（拟补贴及已支付）",
}
_MOST_BARS = 12
_MOST_CODES = 8


def deciding(facts: PeriodFacts, lines: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """The findings that decided the lines of an outcome: ``at`` (index of the line), ``code``, ``found``, ``message``, ``clause``;
    by line, then code."""
    chosen = lines.loc[lines["outcome"].eq(outcome), ["tid", "line", "codes"]].rename_axis("at").reset_index()
    chosen = chosen.astype({"line": "str", "codes": "str"})
    reasons = facts.entries.reasons
    reasons = reasons[reasons["severity"].eq(DECIDING[outcome])].rename(columns={"line": "aim"})
    # A line may fall by several findings, and a finding on the training meets several lines.
    pairs = chosen.merge(reasons, on="tid", how="inner", validate="m:m")
    aim = pairs["aim"].fillna("")
    listed = _listed(pairs["code"], pairs["codes"].fillna(""))
    pairs = pairs[(aim.eq("") | aim.eq(pairs["line"])) & listed]
    return pairs.sort_values(["at", "code"], kind="stable")[["at", "code", "found", "message", "clause"]]


def _listed(codes: pd.Series, lists: pd.Series) -> pd.Series:
    """Whether each code is a word of the list beside it; few different pairs occur."""
    keys = codes + "|" + lists
    known = {key: key.partition("|")[0] in key.partition("|")[2].split() for key in keys.unique()}
    return keys.map(known).astype("bool")


def first_codes(facts: PeriodFacts, lines: pd.DataFrame) -> pd.Series:
    """Index of a refused line → the first code that refuses it (str)."""
    refused = lines.index[lines["outcome"].eq(REFUSED)]
    found = deciding(facts, lines, REFUSED).drop_duplicates("at").set_index("at")["code"]
    return found.reindex(refused).fillna(UNKNOWN)


def stake(lines: pd.DataFrame) -> pd.Series:
    """What a line is about, paid or not (int64, fen); 0 where no amount is known."""
    return lines["amount_fen"].where(lines["amount_fen"].ne(0), lines["proposed_fen"].fillna(0)).astype("int64")


def refusal_sheet(facts: PeriodFacts, counted: Counted, cut: Slice) -> Sheet:
    """核减原因."""
    lines = cut.lines.assign(stake_fen=stake(cut.lines))
    codes = first_codes(facts, lines)
    refused = lines.loc[codes.index].assign(rule=codes)
    by = refused.groupby("rule")
    rows = pd.DataFrame(
        {
            "count": by.size(),
            "times": by["training"].nunique(),
            "persons": by["who"].nunique(),
            "stake_fen": by["stake_fen"].sum(),
        }
    ).reset_index()
    rows = rows.sort_values(["count", "rule"], ascending=[False, True], kind="stable", ignore_index=True)
    titles = {code: words.title for code, words in facts.rules.items()}
    rows["what"] = pd.Series([titles.get(code, "") for code in rows["rule"]], index=rows.index, dtype="str")
    totals = {
        "rule": "合计",
        "count": int(rows["count"].sum()),
        "times": int(refused["training"].nunique()),
        "persons": int(refused["who"].nunique()),
        "stake_fen": int(rows["stake_fen"].sum()),
    }
    reasons = report_table(REFUSALS, rows, caption="二、核减原因", totals=totals, widths={"rule": 26, "what": 34})
    notes = (
        "注：一条明细被几条规则核减的，只计在代码最靠前的一条；申报条数＝各结论条数之和。",
        "注：涉及金额为假如可以补贴时的测算数，没有标准的不计；涉及人次、人数的合计不重复计。",
    )
    chart = Chart("核减原因", "内容", ("条数",), "bar", "条", table=1, rows=_MOST_BARS)
    return report_sheet(facts, REFUSALS.title, (_bridge(lines), reasons), notes, (chart,))


def _bridge(lines: pd.DataFrame) -> Table:
    by = lines.groupby("outcome")
    counts, sums = by.size(), by["stake_fen"].sum()
    rows = pd.DataFrame(
        {
            "step": ["申报", *(_STEPS[outcome] for outcome in OUTCOMES)],
            "count": [len(lines), *(int(counts.get(outcome, 0)) for outcome in OUTCOMES)],
            "stake_fen": [int(lines["stake_fen"].sum()), *(int(sums.get(outcome, 0)) for outcome in OUTCOMES)],
        }
    )
    return report_table(BRIDGE, rows, caption="一、从申报到补贴", spans={"count": 1}, widths={"step": 26})


def institution_sheet(facts: PeriodFacts, counted: Counted, cut: Slice) -> Sheet:
    """按培训机构: submitted, passed, refused by reason, waiting, subsidised, paid."""
    lines = cut.lines
    own = counted.label(lines, "institution")
    codes = first_codes(facts, lines)
    refused = named(pd.crosstab(own.reindex(codes.index), codes))
    known = _commonest(refused)
    refused[OTHERS] = refused.drop(columns=known).sum(axis=1)
    frame = person_times(cut.people, cut.people["institution"]).drop(columns="certified")
    claimed = named(pd.DataFrame({"claimed": own.value_counts()}))
    frame = frame.join(claimed[claimed["claimed"].gt(0)], how="outer", validate="1:1")
    frame = frame.join(refused[[*known, OTHERS]], how="left", validate="1:1")
    for key, outcome in (("held", HELD), ("undecided", UNDECIDED), ("back", BACK), ("lines", PAID)):
        frame[key] = named(own[lines["outcome"].eq(outcome)].value_counts().to_frame())["count"]
    paid = cut.paid
    for key in ("amount_fen", "paid_fen"):
        frame[key] = named(paid[key].groupby(own.reindex(paid.index), observed=True).sum().to_frame())[key]
    frame = frame.fillna(0).astype("int64").sort_index()
    rows = frame.rename_axis("institution").reset_index()
    keys = [column.key for column in INSTITUTIONS.columns[1:]]
    totals: dict[str, object] = {"institution": "合计"} | {key: int(rows[key].sum()) for key in (*keys, *known, OTHERS)}
    totals["persons"] = cut.persons
    columns = []
    for column in INSTITUTIONS.columns:
        if column.key == "held":
            columns += [Column(code, code, Kind.WHOLE) for code in (*known, OTHERS)]
        columns.append(column)
    legend = "；".join(f"{code} {facts.rules[code].title}" for code in known if code in facts.rules)
    notes = [
        "注：申报条数＝各核减条数（含其他核减）＋待核实＋待明确＋已追回＋补贴条数；补贴人数的合计不重复计。以工代训未填培训机构的，按用人单位列。"
    ]
    if legend:
        notes.insert(0, f"核减代码：{legend}。")
    widths = {"institution": 26} | dict.fromkeys((*known, OTHERS), 7.5)
    table = report_table(tuple(columns), rows, caption="一、各机构情况", totals=totals, widths=widths)
    details = _details(facts, own.reindex(codes.index).astype("str"), codes, len(columns))
    return report_sheet(facts, INSTITUTIONS.title, (table, details), tuple(notes))


def _commonest(refused: pd.DataFrame) -> list[str]:
    """The codes that get a column of their own, in order; the others stand together."""
    totals = refused.sum().sort_values(ascending=False, kind="stable")
    return sorted(totals.index[:_MOST_CODES])


def _details(facts: PeriodFacts, own: pd.Series, codes: pd.Series, width: int) -> Table:
    """Every institution and code with its count."""
    rows = pd.DataFrame({"institution": own, "rule": codes}).value_counts().rename("count").reset_index()
    rows = rows.sort_values(["institution", "count", "rule"], ascending=[True, False, True], ignore_index=True)
    titles = {code: words.title for code, words in facts.rules.items()}
    rows["what"] = pd.Series([titles.get(code, "") for code in rows["rule"]], index=rows.index, dtype="str")
    totals = {"institution": "合计", "count": len(codes)}
    spans = {"what": width - 4, "count": 2}
    return report_table(INSTITUTION_REFUSALS, rows, caption="二、各机构核减原因", totals=totals, spans=spans)
