"""The workbook 审计疑点 over the ledgers of many places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from msgspec import Struct

from skillcli.policy.model import FlagFigure
from skillcli.reports.audit import LEAD, FlagText, basics_table, figures_table
from skillcli.reports.tables import SIGNATURES, numbered, printed
from skillcli.schema.audit_across import FOUND, LEDGERS, SUMMARY
from skillcli.schema.audit_sheets import EXPLANATION
from skillcli.xlsx.book import Book, Sheet

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_ROWS = 500_000
"""Rows of sheet 疑点; what goes beyond stands in the Parquet file beside the workbook."""
_ROWS_AT_ONCE = 20_000
_WIDTHS = {
    "group_number": 7,
    "title": 13,
    "message": 36,
    "across": 7,
    "name": 9,
    "institution": 16,
    "class_no": 11,
    "occupation": 11,
    "certificate_no": 21,
    "ledger_name": 11,
    "batch_id": 11,
    "row": 7,
    "result": 12,
}
UNCHECKED = (
    "被拒绝、待核实的培训不参加同人同训、同证、重叠、次数的比对；次数和月数按同一政策分别计算，特殊审批和各地口径不考虑；"
    "项目补贴和就业服务补助（D06、D07）、先行拨付未结算请在各地台账中核查；户籍地没有写到门牌的不比对。"
)


class AcrossFacts(Struct, frozen=True):
    """One audit of many ledgers.

    ``rows``: one row a finding, in the order of the workbook: keys of 疑点 and ``flag``, ``record``. ``titles``: flag or rule →
    words, in that order. ``ledgers``: rows of table 台账. ``figures``: from how much on, on ``as_of``.
    """

    rows: pd.DataFrame
    titles: Mapping[str, FlagText]
    ledgers: pd.DataFrame
    figures: tuple[FlagFigure, ...]
    as_of: date
    tool: str

    @property
    def groups(self) -> dict[str, int]:
        """Flag or rule → how often it was raised."""
        counts = self.rows.groupby("flag")["group_number"].nunique()
        return {name: int(counts.get(name, 0)) for name in self.titles}

    @property
    def amount_fen(self) -> int:
        """Standing subsidies of all trainings named, each once."""
        return int(self.rows.loc[~self.rows["record"].duplicated(), "amount_fen"].sum())

    def matters(self, keys: list[str]) -> Iterator[tuple[str, bool, list[dict[str, Any]]]]:
        """Of one matter after the other its flag or rule, whether it concerns several ledgers, and these columns of its rows."""
        number = self.rows["group_number"].to_numpy()
        ends = np.append(np.flatnonzero(number[1:] != number[:-1]) + 1, len(number))
        begin = 0
        while begin < len(number):
            first, last = np.searchsorted(ends, [begin, begin + _ROWS_AT_ONCE], side="right")
            own = ends[first : max(last, first + 1)] - begin
            block = self.rows.iloc[begin : begin + own[-1]]
            records: list[dict[Any, Any]] = block[keys].to_dict("records")
            flags, across = block["flag"].tolist(), block["across"].tolist()
            for start, end in pairwise([0, *own.tolist()]):
                yield flags[start], across[start] == "是", records[start:end]
            begin += int(own[-1])


def in_words(found: pd.DataFrame, evidence: pd.DataFrame, titles: Mapping[str, FlagText]) -> pd.DataFrame:
    """Findings (``schema.audit.FLAGGED_DTYPES``) with what a reader needs of each training (``evidence``, one row each
    ``record``), in the order of the workbook: by question, what concerns several ledgers first.

    Rows are put in order by numbers, and every column is made once: of a province there are millions.
    """
    at = pd.Index(evidence["record"]).get_indexer(found["record"])
    if (at < 0).any():
        raise AssertionError(f"{int((at < 0).sum())} findings about trainings that no export holds")
    question = found["flag"].map({name: number for number, name in enumerate(titles)}).to_numpy(dtype=np.int64)
    name = pd.factorize(found["group"], sort=True)[0]
    matter = pd.factorize(question * (int(name.max(initial=0)) + 1) + name)[0]
    ledger, ledgers = pd.factorize(evidence["ledger_name"])
    local = ~_across(matter, ledger[at], ledgers, found["message"])
    order = _in_order((found["record"].to_numpy(), name, local, question), found["message"])
    at, matter = at[order], matter[order]
    first = np.append(True, matter[1:] != matter[:-1])[: len(matter)]
    index = pd.RangeIndex(len(order))
    columns = {key: found[key].array.take(order) for key in ("flag", "record", "message")}
    columns["message"] = LEAD + columns["message"]
    columns |= {key: evidence[key].array.take(at) for key in evidence.columns if key != "record"}
    columns["across"] = pd.Series(np.where(local[order], "否", "是"), dtype="str").array
    columns["group_number"] = np.cumsum(first)
    rows = pd.DataFrame(columns, index=index, copy=False)
    title = rows["flag"].map({name: text.title for name, text in titles.items()}).astype("str")
    return rows.assign(title=title, result=pd.Series("", index=index, dtype="str"))


def _across(
    matter: NDArray[np.int64], ledger: NDArray[np.int64], ledgers: pd.Index, message: pd.Series
) -> NDArray[np.bool_]:
    """Rows of matters that concern several ledgers: they have rows of several, or a sentence that names where the other
    rows stand (〔台账〕) names another than its own."""
    foreign = np.zeros(len(matter), dtype=bool)
    naming = np.flatnonzero(message.str.contains("〔", regex=False).to_numpy(dtype=bool))
    for number in np.unique(ledger[naming]):
        own = naming[ledger[naming] == number]
        rest = message.take(own).str.replace(f"〔{ledgers[number]}〕", "", regex=False)
        foreign[own] = rest.str.contains("〔", regex=False).to_numpy(dtype=bool)
    count = int(matter.max(initial=-1)) + 1
    least, most = np.full(count, len(ledgers)), np.full(count, -1)
    np.minimum.at(least, matter, ledger)
    np.maximum.at(most, matter, ledger)
    several = least < most
    several[matter[foreign]] = True
    return several[matter]


def _in_order(keys: tuple[NDArray[Any], ...], message: pd.Series) -> NDArray[np.intp]:
    """The order by these keys (the last counts first) and, where all are the same, by the sentence."""
    order = np.lexsort(keys)
    same = np.logical_and.reduce([key[order[1:]] == key[order[:-1]] for key in keys])
    tied = np.flatnonzero(np.append(same, False) | np.append(False, same))[: len(order)]
    if len(tied):
        rows = order[tied]
        begins = ~np.append(False, same)[tied]
        frame = pd.DataFrame({"run": np.cumsum(begins), "message": message.take(rows).array})
        order[tied] = rows[frame.sort_values(["run", "message"], kind="stable").index.to_numpy()]
    return order


def across_book(facts: AcrossFacts, *, most_rows: int = MOST_ROWS, beside: str = "") -> Book:
    """汇总, 疑点, 说明. ``beside``: name of the file that holds all rows where ``most_rows`` is exceeded."""
    return Book("审计疑点", (_summary(facts), _found(facts, most_rows, beside), _explanation(facts)))


def _basis(facts: AcrossFacts) -> str:
    rows = int(facts.ledgers["trainings"].sum())
    return f"{len(facts.ledgers):,} 本台账，{rows:,} 条培训　　核查日期：{facts.as_of}"


def _summary(facts: AcrossFacts) -> Sheet:
    rows = facts.rows
    own = rows[["flag", "record", "institution", "amount_fen"]].drop_duplicates(["flag", "record"]).groupby("flag")
    frame = pd.DataFrame({"title": {name: text.title for name, text in facts.titles.items()}}, dtype="str")
    frame["groups"] = rows.groupby("flag")["group_number"].nunique()
    frame["across_groups"] = (
        rows.loc[rows["across"].eq("是"), ["flag", "group_number"]].groupby("flag")["group_number"].nunique()
    )
    frame["records"] = own.size()
    frame["institutions"] = own["institution"].nunique()
    frame["amount_fen"] = own["amount_fen"].sum()
    numbers = ["groups", "across_groups", "records", "institutions", "amount_fen"]
    frame = frame.fillna(dict.fromkeys(numbers, 0)).astype(dict.fromkeys(numbers, "int64"))
    frame["remedy"] = [text.remedy for text in facts.titles.values()]
    totals = {"number": "合计", **{key: int(frame[key].sum()) for key in numbers[:2]}}
    notes = (
        "注：疑点只说明需要核实，不是结论，不影响已作的补贴结论。",
        "注：涉及补贴为有关培训中未作废、未追回的补贴；同一行可列入几种疑点，各行金额不能相加。",
    )
    widths = {
        "number": 7,
        "title": 24,
        "groups": 9,
        "across_groups": 11,
        "records": 10,
        "institutions": 10,
        "remedy": 50,
    }
    table = printed(SUMMARY, numbered(frame), totals=totals, widths=widths)
    return Sheet(SUMMARY.title, (table,), "各地补贴审计疑点汇总", (_basis(facts),), notes, SIGNATURES)


def _found(facts: AcrossFacts, most_rows: int, beside: str) -> Sheet:
    count = len(facts.rows)
    line = f"共 {count:,} 行"
    if count > most_rows:
        line = f"共 {count:,} 行，本表列出前 {most_rows:,} 行，全部在 {beside} 里"
    notes = ("注：同一件号的各行属于同一件疑点。身份证号供核查人员对照原始材料，请按个人信息保管，不得外传。",)
    table = printed(FOUND, facts.rows.iloc[:most_rows], widths=_WIDTHS)
    return Sheet(FOUND.title, (table,), "各地补贴审计疑点", (_basis(facts), line), notes, SIGNATURES)


def _explanation(facts: AcrossFacts) -> Sheet:
    items = {"核查日期": str(facts.as_of), "工具": f"skillcli {facts.tool}", "未核对": UNCHECKED}
    tables = (
        basics_table(items),
        printed(LEDGERS, facts.ledgers, caption="二、核查的台账", widths={}),
        figures_table(facts.figures, "三、从多少起提示"),
    )
    return Sheet(EXPLANATION, tables, EXPLANATION)
