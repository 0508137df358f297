"""The workbook 审计疑点: what deserves a second look, never an accusation, and a sample for telephone checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import PurePath
from typing import NamedTuple

import pandas as pd
from msgspec import Struct
from msgspec.structs import replace

from skillcli.policy.model import FlagFigure, Policy
from skillcli.reports.audit_sample import strata
from skillcli.reports.tables import SIGNATURES, numbered, printed
from skillcli.schema.audit import AuditEntries
from skillcli.schema.audit_sheets import EXPLANATION, FIGURES, FOUND, SAMPLE, STRATA, SUMMARY
from skillcli.schema.outputs import FACTS
from skillcli.xlsx.book import Book, Sheet, Table

LEAD = "疑点，需核实："
MOST_ROWS = 500_000
"""Rows of one sheet; more go on in another, for Excel holds about a million."""
_FOUND_WIDTHS = {
    "group_number": 7,
    "title": 13,
    "message": 34,
    "name": 9,
    "institution": 16,
    "class_no": 11,
    "occupation": 11,
    "certificate_no": 21,
    "batch_id": 11,
    "file": 14,
    "sheet": 9,
    "row": 7,
    "result": 12,
}
_SAMPLE_WIDTHS = {
    "number": 7,
    "line_no": 17,
    "institution": 18,
    "line_title": 16,
    "name": 9,
    "phone": 14,
    "class_no": 12,
    "occupation": 12,
    "result": 18,
}


class FlagText(NamedTuple):
    """A flag's words: what it is called and what the clerk does."""

    title: str
    remedy: str


class AuditFacts(Struct, frozen=True):
    """One audit.

    ``flagged``: ``schema.audit.FLAGGED_DTYPES`` over trainings, ``late``: the same over advances, whose ``record`` counts
    the advances from 1. ``flags``: name → words, in the order of the workbook. ``sample``: rows of ``entries.lines`` (index
    as there) that were drawn, ``population``: those they were drawn from. ``figures``: from how much on, on ``as_of``.
    """

    entries: AuditEntries
    flagged: pd.DataFrame
    late: pd.DataFrame
    flags: Mapping[str, FlagText]
    sample: pd.DataFrame
    population: pd.DataFrame
    seed: int
    policy: Policy
    figures: tuple[FlagFigure, ...]
    as_of: date
    span: str
    tool: str
    agency: str = ""

    @property
    def basis(self) -> str:
        """Under every title."""
        return f"批次：{self.span}　　政策：{self.policy.full_title}　　核查日期：{self.as_of}"


def audit_book(facts: AuditFacts, rows: pd.DataFrame) -> Book:
    """汇总, 疑点, 抽样核查, 说明; ``rows`` as ``found_rows`` gives them."""
    parts = [rows.iloc[first : first + MOST_ROWS] for first in range(0, max(len(rows), 1), MOST_ROWS)]
    sheets = (
        _summary_sheet(facts, rows),
        *(_found_sheet(facts, part, number, len(rows)) for number, part in enumerate(parts, 1)),
        _sample_sheet(facts),
        _explanation_sheet(facts),
    )
    return Book(f"{facts.agency}审计疑点", sheets)


def found_rows(facts: AuditFacts) -> pd.DataFrame:
    """One row a record that raises a flag, in the order of flags, groups and rows: the keys of sheet 疑点 and ``flag``."""
    own = facts.entries
    standing = own.lines.groupby("record")["amount_fen"].sum()
    trainings = own.trainings.merge(own.places, on="record", validate="1:1")
    rows = facts.flagged.merge(trainings, on="record", how="left", validate="m:1")
    rows["amount_fen"] = rows["record"].map(standing).fillna(0).astype("Int64")
    rows["batch_id"] = _batch_words(rows, own.batches)
    rows["file"] = (
        rows["file"].map({path: PurePath(path).name for path in rows["file"].dropna().unique()}).astype("str")
    )
    whole = pd.concat([rows, _late_rows(facts)], ignore_index=True)
    order = whole["flag"].map({name: place for place, name in enumerate(facts.flags)})
    whole = whole.assign(order=order).sort_values(
        ["order", "group", "batch", "file", "sheet", "row", "record"], kind="stable", ignore_index=True
    )
    return whole.assign(
        group_number=whole.groupby(["order", "group"], sort=False).ngroup() + 1,
        title=whole["flag"].map({name: text.title for name, text in facts.flags.items()}).astype("str"),
        message=LEAD + whole["message"],
        result="",
    )


def _batch_words(rows: pd.DataFrame, batches: pd.DataFrame) -> pd.Series:
    names = pd.Series(batches["id"].to_numpy(), index=batches["seq"].to_numpy(), dtype="str")
    known = rows["batch"].map(names).astype("str")
    return known.mask(rows["void"].eq(True), known + "（已作废）")


def _late_rows(facts: AuditFacts) -> pd.DataFrame:
    """Advances never settled, in the columns of trainings: the payee stands for the institution."""
    advances = facts.entries.advances.assign(record=range(1, len(facts.entries.advances) + 1))
    rows = facts.late.merge(advances, on="record", how="left", validate="m:1")
    return rows[["flag", "group", "record", "message", "class_no"]].assign(
        institution=rows["payee"], amount_fen=rows["left_fen"].astype("Int64"), file="先行拨付：" + rows["document"]
    )


def _summary_sheet(facts: AuditFacts, rows: pd.DataFrame) -> Sheet:
    own = rows.drop_duplicates(["flag", "record"]).groupby("flag")
    frame = pd.DataFrame({"title": {name: text.title for name, text in facts.flags.items()}}, dtype="str")
    frame["groups"] = rows.groupby("flag")["group"].nunique()
    frame["records"] = own.size()
    frame["institutions"] = own["institution"].nunique()
    frame["amount_fen"] = own["amount_fen"].sum()
    frame = frame.fillna({"groups": 0, "records": 0, "institutions": 0, "amount_fen": 0})
    frame = frame.astype(dict.fromkeys(("groups", "records", "institutions", "amount_fen"), "int64"))
    frame["remedy"] = [text.remedy for text in facts.flags.values()]
    totals = {"number": "合计", "groups": int(frame["groups"].sum())}
    line = f"共 {totals['groups']:,} 件疑点；抽样核查 {len(facts.sample):,} 条，随机种子 {facts.seed}"
    notes = (
        "注：疑点只说明需要核实，不是结论，不影响已作的补贴结论。",
        "注：涉及补贴为有关培训中未作废、未追回的补贴；同一行可列入几种疑点，各行金额不能相加。先行拨付为未抵扣的金额。",
    )
    widths = {"number": 7, "title": 22, "groups": 9, "records": 10, "institutions": 10, "remedy": 52}
    table = printed(SUMMARY, numbered(frame), totals=totals, widths=widths)
    return Sheet(SUMMARY.title, (table,), f"{facts.agency}补贴审计疑点汇总", (facts.basis, line), notes, SIGNATURES)


def _found_sheet(facts: AuditFacts, rows: pd.DataFrame, number: int, total: int) -> Sheet:
    name = FOUND.title if number == 1 else f"{FOUND.title}{number}"
    notes = ("注：同一件号的各行共同形成一件疑点。身份证号供核查人员对照原始材料，请按个人信息保管，不得外传。",)
    table = printed(FOUND, rows, widths=_FOUND_WIDTHS)
    line = f"共 {total:,} 行"
    return Sheet(name, (table,), f"{facts.agency}补贴审计疑点", (facts.basis, line), notes, SIGNATURES)


def _sample_sheet(facts: AuditFacts) -> Sheet:
    own = numbered(facts.sample).assign(result="")
    drawn = f"从 {len(facts.population):,} 条补贴中抽取 {len(own):,} 条，随机种子 {facts.seed}"
    frame = strata(facts.population, facts.sample)
    totals: dict[str, object] = {"institution": "合计"}
    totals |= {key: int(frame[key].sum()) for key in ("lines", "amount_fen", "taken")}
    spans = {"institution": 3, "line_title": 2, "lines": 2, "amount_fen": 3, "taken": 1}
    drawn_from = printed(STRATA, frame, caption="抽样分布（培训机构×补贴项目）", totals=totals, spans=spans, widths={})
    tables = (printed(SAMPLE, own, widths=_SAMPLE_WIDTHS), replace(drawn_from, new_page=True))
    notes = (
        "注：按培训机构和补贴项目分层随机抽取，每层至少一条（抽取条数不足时从条数多的层抽起）；同一台账、同一种子、同样的条数抽出同样的名单。",
        "回访请问：是否参加过该培训、在哪里、多少天、是否交过费、是否收到补贴，记入“回访情况”。",
    )
    return Sheet(SAMPLE.title, tables, f"{facts.agency}补贴电话抽查表", (facts.basis, drawn), notes, SIGNATURES)


def _explanation_sheet(facts: AuditFacts) -> Sheet:
    items = {
        "单位": facts.agency,
        "核查日期": str(facts.as_of),
        "范围": f"{facts.span}；比对时看整本台账，只列至少有一行属于该范围的疑点",
        "政策": f"{facts.policy.full_title}，编号 {facts.policy.id}",
        "台账": f"到第 {facts.entries.position} 笔为止，链头 {facts.entries.head}",
        "随机种子": str(facts.seed),
        "工具": f"skillcli {facts.tool}",
        "未核对": "机构的场地规模、教师和逐日签到不在花名册中，同期在培人数按统一标准提示；户籍地没有写到门牌的不比对。",
    }
    tables = (basics_table(items), figures_table(facts.figures, "二、从多少起提示"))
    return Sheet(EXPLANATION, tables, EXPLANATION)


def basics_table(items: Mapping[str, str]) -> Table:
    """一、基本情况 of sheet 说明: one row an item."""
    frame = pd.DataFrame({"item": list(items), "content": list(items.values())}, dtype="str")
    return printed(FACTS, frame, caption="一、基本情况", spans={"content": 3}, widths={"item": 30})


def figures_table(figures: Sequence[FlagFigure], caption: str) -> Table:
    """The figures from which a flag is raised, with the day and the basis of each."""
    frame = pd.DataFrame(
        {
            "title": pd.Series([each.title for each in figures], dtype="str"),
            "value": pd.Series([f"{each.value} {each.unit}" for each in figures], dtype="str"),
            "valid_from": pd.Series([each.valid_from for each in figures]).astype("datetime64[s]"),
            "basis": pd.Series([each.basis for each in figures], dtype="str"),
        }
    )
    return printed(FIGURES, frame, caption=caption, widths={"title": 30, "value": 14, "basis": 60})
