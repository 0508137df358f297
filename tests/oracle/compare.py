"""Two judges over the same rows: every line on which they differ, in words a person can follow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import pandas as pd

from oracle import bridge
from oracle.facts import Row, identity, order_key, squeeze
from oracle.generate import Scenario
from oracle.judge import Outcome
from oracle.judge import judge as oracle_judge
from skillcli.policy.load import load_national
from skillcli.rules.judge import judge
from skillcli.schema.decision import Decision
from skillcli.schema.history import no_history

TELLING = {
    "F08",
    "P01",
    "P02",
    "P03",
    "P04",
    "P05",
    "P06",
    "P07",
    "P10",
    "P13",
    "P15",
    "T01",
    "T02",
    "T03",
    "T04",
    "T06",
    "T08",
    "T10",
    "T12",
    "T13",
    "T15",
    "T16",
    "T17",
    "C01",
    "C02",
    "C03",
    "C04",
    "C05",
    "C07",
    "E02",
    "E03",
    "E04",
    "E05",
    "E06",
    "E07",
    "E08",
    "E09",
    "E11",
    "E12",
    "E13",
    "E14",
    "D01",
    "D02",
    "D03",
    "D04",
    "D05",
    "D07",
    "D08",
    "A01",
    "A03",
    "A04",
    "A06",
    "A07",
    "A08",
    "A10",
    "A11",
}
"""Codes that both judges work out. The program's other codes are remarks that change no line."""


def decide(scenario: Scenario, files: Sequence[Sequence[Row]]) -> Decision:
    """The program's judge over the rows as they lie in these files."""
    return judge(
        bridge.roster(files),
        bridge.policy(scenario.city, scenario.readings),
        load_national(),
        bridge.catalogue(scenario.catalogue),
        no_history(),
        pd.Timestamp(scenario.as_of),
    )


def differences(scenario: Scenario, files: Sequence[Sequence[Row]]) -> list[str]:
    """Lines judged differently over an empty ledger, one text each, with the row."""
    order = [row["rid"] for part in files for row in part]
    found = oracle_judge(scenario.rows, scenario.city, scenario.catalogue, scenario.readings, scenario.as_of)
    return unequal(found, decide(scenario, files), scenario.rows, order)


def unequal(found: Sequence[Outcome], decision: Decision, rows: Sequence[Row], order: Sequence[int]) -> list[str]:
    """Where the oracle's outcomes and the program's decision differ; ``order``: the ``rid`` of each of its rows.

    Rows that are equal in every value but the spelling of number, institution and certificate are interchangeable:
    which of them wins is nobody's business, so their lines are compared as a bag.
    """
    by_rid = {row["rid"]: row for row in rows}
    twins = {
        rid: repr((order_key(row, identity(row["id_number"])[1])[:-3], row["faults"])) for rid, row in by_rid.items()
    }
    bags: dict[tuple[str, str], list[list[dict[str, Any]]]] = defaultdict(lambda: [[], []])
    for side, judged in enumerate(([(o.rid, o.line, _ours(o)) for o in found], _theirs(decision, order))):
        for rid, line, verdict in judged:
            bags[twins[rid], line][side].append(verdict)
    example = {twins[rid]: row for rid, row in by_rid.items()}
    out = []
    for (twin, line), (one, two) in bags.items():
        one, two = sorted(one, key=repr), sorted(two, key=repr)
        if len(one) != len(two) or not all(map(_same, one, two)):
            row = {k: v for k, v in example[twin].items() if v not in (None, {}, [])}
            out.append(f"{(row['rid'], line)}\n  oracle  {one}\n  program {two}\n  {row}")
    return out


def _same(one: dict[str, Any], two: dict[str, Any]) -> bool:
    plain = all(one[k] == two[k] for k in ("verdict", "amount", "payee_kind", "payee"))
    known = one["proposed"] is not None and two["proposed"] is not None and one["verdict"] != "不予补贴"
    return plain and one["codes"] == two["codes"] and (not known or one["proposed"] == two["proposed"])


def _ours(o: Outcome) -> dict[str, Any]:
    return {
        "verdict": o.verdict,
        "amount": o.amount_fen,
        "proposed": o.proposed_fen,
        "payee_kind": o.payee_kind,
        "payee": "" if o.payee_kind == "个人" else squeeze(o.payee),
        "codes": _telling(o.codes, o.verdict),
    }


def _theirs(decision: Decision, order: Sequence[int]) -> list[tuple[int, str, dict[str, Any]]]:
    out: list[tuple[int, str, dict[str, Any]]] = []
    for x in decision.lines.to_dict("records"):
        line = {
            "verdict": x["verdict"],
            "amount": x["amount_fen"],
            "proposed": None if pd.isna(x["proposed_fen"]) else int(x["proposed_fen"]),
            "payee_kind": x["payee_kind"],
            "payee": "" if x["payee_kind"] == "个人" or pd.isna(x["payee"]) else squeeze(x["payee"]),
            "codes": _telling(set(x["codes"].split()), x["verdict"]),
        }
        out.append((order[x["rid"]], x["line"], line))
    found = decision.findings[decision.findings["line"] == ""]
    told = found.groupby("rid")["code"].agg(set).to_dict()
    for rid, verdict in decision.trainings["verdict"].items():
        if verdict == "无补贴":
            codes = told.get(rid, set())
            line = {
                "verdict": verdict,
                "amount": 0,
                "proposed": None,
                "payee_kind": "",
                "payee": "",
                "codes": _telling(codes, verdict),
            }
            out.append((order[int(rid)], "", line))
    return out


def _telling(codes: Any, verdict: str) -> list[str]:
    """The codes that both must name. What else would be asked of a refused line, and duplicates of a row with a
    fault of its own, tell nothing; a training without a line has only the faults of the row itself."""
    kept = set(codes) & TELLING
    if verdict == "不予补贴":
        kept -= {"A01", "E08", "E09", "E13"}
    if kept & OWN:
        kept -= {"D01", "D02", "D03", "D04", "D05", "D07", "D08", "E14"}
    return sorted(kept if verdict != "无补贴" else kept & (OWN | {"P07", "P10", "P13", "T06", "T10"}))


OWN = {
    "F08",
    "P01",
    "P02",
    "P03",
    "P04",
    "P05",
    "P06",
    "T01",
    "T02",
    "T03",
    "T04",
    "T12",
    "T13",
    "T15",
    "T16",
    "T17",
    "C03",
    "C05",
    "C07",
}
"""Errors aimed at the whole training."""
