"""What waits for a decision or for a look, how much hangs on it and since when."""

from __future__ import annotations

import numpy as np
import pandas as pd

from skillcli.policy.model import Policy
from skillcli.reports.counting import Counted
from skillcli.reports.days import day_number
from skillcli.reports.identities import HELD, UNDECIDED
from skillcli.reports.period_facts import PeriodFacts
from skillcli.reports.refusal_causes import deciding, stake
from skillcli.reports.sheets import report_sheet, report_table
from skillcli.schema.periodic import CHECKS, QUESTIONS
from skillcli.xlsx.book import Sheet, Table

_WIDTHS = {"question": 46, "state": 36, "key": 24, "clause": 11, "rule": 24, "what": 46}


def matters_sheet(facts: PeriodFacts, counted: Counted) -> Sheet:
    """待明确事项: open questions with persons, money and days; then what waits for a look, by rule."""
    book = counted.book
    waiting = book.counts & np.asarray(book.outcome.isin([HELD, UNDECIDED]))
    lines = counted.lines(waiting & (book.booked <= day_number(facts.period.last)))
    lines = lines.assign(stake_fen=stake(lines), days=_days(facts, lines))
    notes = (
        "注：列出到本期末已入账、至今没有定论的明细，不限于本期申报；已等天数从最早入账之日算到制表日期。",
        "注：一条明细等几个口径或几项核实的，在每一行都计；涉及金额为能测算的部分，没有标准的不计。",
    )
    tables = (_questions(facts, lines), _checks(facts, lines))
    return report_sheet(facts, QUESTIONS.title, tables, notes)


def _days(facts: PeriodFacts, lines: pd.DataFrame) -> pd.Series:
    booked = facts.entries.batches.set_index("seq")["booked_on"]
    days = pd.Timestamp(facts.as_of) - pd.Series(booked.reindex(lines["seq"]).to_numpy(), index=lines.index)
    whole: pd.Series = days.dt.days.clip(lower=0).astype("int64")
    return whole


def _questions(facts: PeriodFacts, lines: pd.DataFrame) -> Table:
    pairs = deciding(facts, lines, UNDECIDED)
    pairs["key"] = _reading_key(facts.policy, pairs)
    titles = {code: words.title for code, words in facts.rules.items()}
    other = pd.Series([titles.get(code, code) for code in pairs["code"]], index=pairs.index, dtype="str")
    known = {reading.key: reading for reading in facts.policy.readings}
    pairs["question"] = (
        pairs["key"].map({key: reading.question for key, reading in known.items()}).astype("str").fillna(other)
    )
    pairs["clause"] = (
        pairs["key"].map({key: r.clause for key, r in known.items()}).astype("str").fillna(pairs["clause"]).fillna("")
    )
    pairs["key"] = pairs["key"].where(pairs["key"].ne(""), pairs["code"])
    rows = _grouped(pairs, lines, ["key", "question"])
    rows["state"] = pd.Series([_state(facts.policy, key) for key in rows["key"]], dtype="str")
    return report_table(QUESTIONS, rows, caption="一、待明确的口径", widths=_WIDTHS)


def _state(policy: Policy, key: str) -> str:
    if key in {reading.key for reading in policy.readings} and policy.value(key) is not None:
        return "已认定，等重新审核"
    return "待认定"


def _checks(facts: PeriodFacts, lines: pd.DataFrame) -> Table:
    pairs = deciding(facts, lines, HELD).rename(columns={"code": "rule"})
    pairs["clause"] = pairs["clause"].fillna("")
    rows = _grouped(pairs, lines, ["rule"])
    words = facts.rules
    rows["what"] = pd.Series([words[c].title if c in words else "" for c in rows["rule"]], dtype="str")
    rows["state"] = pd.Series([words[c].remedy if c in words else "" for c in rows["rule"]], dtype="str")
    return report_table(CHECKS, rows, caption="二、待核实的事项", widths=_WIDTHS)


def _grouped(pairs: pd.DataFrame, lines: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """One row a matter: lines, persons, money, the longest wait; the dearest first."""
    once = pairs.drop_duplicates(["at", *keys])
    known = once.merge(lines[["who", "stake_fen", "days"]], left_on="at", right_index=True, how="left", validate="m:1")
    rows = (
        known.groupby(keys)
        .agg(
            clause=("clause", "first"),
            count=("at", "size"),
            persons=("who", "nunique"),
            stake_fen=("stake_fen", "sum"),
            days=("days", "max"),
        )
        .reset_index()
    )
    return rows.sort_values(
        ["stake_fen", "count", *keys], ascending=[False, False, *[True] * len(keys)], ignore_index=True
    )


def _reading_key(policy: Policy, pairs: pd.DataFrame) -> pd.Series:
    """The reading each finding waits for: named in what was found, else in its message; "" for none."""
    keys = sorted((reading.key for reading in policy.readings), key=len, reverse=True)
    pattern = "(" + "|".join(key.replace(".", r"\.") for key in keys) + ")" if keys else "($^)"
    texts = pairs["found"].fillna("") + " " + pairs["message"].fillna("")
    codes, known = pd.factorize(texts)
    found = pd.Series(known, dtype="str").str.extract(pattern, expand=False).fillna("").astype("str")
    return found.take(codes).set_axis(pairs.index)
