"""The findings of many ledgers in the order of the workbook."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillcli.reports.audit import LEAD, FlagText
from skillcli.reports.audit_across import AcrossFacts, in_words
from skillcli.schema.audit import FLAGGED_DTYPES

TITLES = {"D01": FlagText("D01 同一培训", "核对"), "phone_shared": FlagText("同一电话", "核对")}
LEDGERS = ("甲市", "乙市")
SENTENCES = (
    "与〔甲市〕的另一人相同。",
    "与〔乙市〕的另一人相同。",
    "与〔甲市〕和〔乙市〕的相同。",
    "三人相同。",
    "二人相同。",
)


@st.composite
def findings(draw: st.DrawFn) -> list[dict[str, Any]]:
    one = st.fixed_dictionaries(
        {
            "flag": st.sampled_from(list(TITLES)),
            "group": st.sampled_from(["1", "10", "2", "张"]),
            "record": st.integers(0, 5),
            "message": st.sampled_from(SENTENCES),
        }
    )
    return draw(st.lists(one, max_size=12, unique_by=lambda row: tuple(row.values())))


def _evidence() -> pd.DataFrame:
    frame = pd.DataFrame(
        {"record": range(6), "ledger_name": [LEDGERS[n % 2] for n in range(6)], "amount_fen": range(0, 600, 100)}
    )
    return frame.astype({"record": "int64", "ledger_name": "str", "amount_fen": "Int64"}).iloc[::-1]


def _plainly(found: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """Row by row, as one would say it: matter by matter, those of several ledgers first in each question."""
    matters: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in found:
        matters.setdefault((row["flag"], row["group"]), []).append(row)

    def across(rows: list[dict[str, Any]]) -> bool:
        own = {LEDGERS[row["record"] % 2] for row in rows}
        others = [name for row in rows for name in LEDGERS if f"〔{name}〕" in row["message"] if name not in own]
        return len(own) > 1 or bool(others)

    order = sorted(matters, key=lambda key: (list(TITLES).index(key[0]), not across(matters[key]), key[1]))
    told = []
    for number, key in enumerate(order, 1):
        for row in sorted(matters[key], key=lambda row: (row["record"], row["message"])):
            named = "是" if across(matters[key]) else "否"
            told.append((number, key[0], named, row["record"], LEAD + row["message"], row["record"] * 100))
    return told


def _facts(found: list[dict[str, Any]]) -> AcrossFacts:
    frame = pd.DataFrame(found, columns=list(FLAGGED_DTYPES)).astype(FLAGGED_DTYPES)
    return AcrossFacts(in_words(frame, _evidence(), TITLES), TITLES, pd.DataFrame(), (), date(2021, 1, 1), "")


@given(findings())
def test_rows_stand_by_question_several_ledgers_first_and_matter_by_matter(found: list[dict[str, Any]]) -> None:
    facts = _facts(found)
    keys = ["group_number", "flag", "across", "record", "message", "amount_fen"]
    assert [tuple(row) for row in facts.rows[keys].to_numpy().tolist()] == _plainly(found)


@given(findings())
def test_matters_are_handed_out_one_by_one_with_all_their_rows(found: list[dict[str, Any]]) -> None:
    plain = _plainly(found)
    matters = list(_facts(found).matters(["message", "record"]))
    assert [(row["record"], row["message"]) for _, _, rows in matters for row in rows] == [row[3:5] for row in plain]
    assert len(matters) == len({row[0] for row in plain})
    assert [flag for flag, _, _ in matters] == [flag for _, flag in dict.fromkeys(row[:2] for row in plain)]


def test_a_finding_about_a_training_that_no_export_holds_is_not_passed_over() -> None:
    lost = [{"flag": "D01", "group": "1", "record": 9, "message": "三人相同。"}]
    with pytest.raises(AssertionError, match="1 findings"):
        _facts(lost)
