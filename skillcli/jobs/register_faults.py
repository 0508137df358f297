"""What keeps a register out of the ledger, cell by cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from msgspec import Struct
from stdnum.cn import uscc as codes

from skillcli.core.finding import Finding, Place, Severity
from skillcli.rules.derive_catalogue import nearest
from skillcli.schema.column import Kind
from skillcli.schema.registers import (
    CLASSES,
    FUNDS,
    INSPECTIONS,
    OBJECTIONS,
    PUBLICATIONS,
    STAFF_FUNDS,
    WITHDRAWN,
    Register,
    folded,
)

if TYPE_CHECKING:
    from skillcli.intake.tables import TableRead
    from skillcli.policy.model import Policy

FIRST_YEAR, LAST_YEAR = 2000, 2100
_AGAIN = "更正后重新导入。"


class Known(Struct, frozen=True):
    """What a register is held against: the policy, today, every entry the registers ever had in its newest version
    (kind → entries, withdrawn ones too), and the batches of the ledger."""

    policy: Policy
    as_of: date
    ever: Mapping[str, pd.DataFrame]
    batches: frozenset[str]


def faults(path: Path, reads: Mapping[Register, TableRead], known: Known) -> list[Finding]:
    """Every cell that is wrong, in the order of sheets, rows and columns; a cell that has no value is told once."""
    found: list[Finding] = []
    for register, read in reads.items():
        cells = [each for each in read.findings if each.severity in (Severity.FILE, Severity.ERROR)]
        told = {(each.place.row, each.place.column) for each in cells}
        sheet = _Sheet(path, register, read, known, reads)
        mine = [each for each in sheet.faults() if (each.place.row, each.place.column) not in told]
        order = {column.title: place for place, column in enumerate(register.table.columns)}
        found += sorted([*cells, *mine], key=lambda each: (each.place.row, order.get(each.place.column, -1)))
    return found


class _Sheet:
    """One sheet under examination."""

    def __init__(
        self, path: Path, register: Register, read: TableRead, known: Known, reads: Mapping[Register, TableRead]
    ) -> None:
        self.path, self.register, self.read, self.known, self.reads = path, register, read, known, reads
        self.frame = read.frame
        self.live = ~self.frame[WITHDRAWN].fillna(False).astype(bool)

    def faults(self) -> Iterator[Finding]:
        if self.frame.empty:
            return
        yield from self._blank()
        yield from self._signs()
        yield from self._twice()
        yield from self._unknown_withdrawn()
        if "uscc" in self.frame:
            wrong = [isinstance(code, str) and not codes.is_valid(code) for code in self.frame["uscc"]]
            yield from self.told(pd.Series(wrong, index=self.frame.index), "uscc", "统一社会信用代码不对，请核对。")
        if self.register.table.kind in _OWN:
            yield from _OWN[self.register.table.kind](self)

    def told(self, bad: pd.Series, key: str, sentence: str | pd.Series) -> Iterator[Finding]:
        """A finding for each bad row, aimed at its cell of column ``key``."""
        column = self.register.table[key]
        texts = sentence if isinstance(sentence, pd.Series) else pd.Series(sentence, index=self.frame.index)
        for at in np.flatnonzero(bad.fillna(False).to_numpy(dtype=bool)):
            value = self.frame[key].iloc[at]
            shown = "" if pd.isna(value) else _shown(value, column.kind)
            place = Place(str(self.path), self.read.sheet, int(self.frame["row"].iloc[at]), column.title)
            yield Finding("F08", Severity.ERROR, place, str(texts.iloc[at]), found=shown, remedy=_AGAIN)

    def _blank(self) -> Iterator[Finding]:
        for key in self.register.needed:
            wanted = self.live if key not in self.register.key else pd.Series(True, index=self.frame.index)
            yield from self.told(
                self.frame[key].isna() & wanted, key, f"“{self.register.table[key].title}”是空白，应填写。"
            )

    def _signs(self) -> Iterator[Finding]:
        for column in self.register.table.columns:
            values = self.frame[column.key]
            if column.key == "year":
                outside = values.lt(FIRST_YEAR) | values.gt(LAST_YEAR)
                yield from self.told(outside, "year", "“年度”应是四位数的年份，例如 2020。")
            elif column.kind is Kind.WHOLE:
                yield from self.told(values.le(0), column.key, f"“{column.title}”应是大于 0 的整数。")

    def _twice(self) -> Iterator[Finding]:
        keys = self.register.keys(self.frame)
        first = self.frame["row"].groupby(keys).transform("min")
        titles = "、".join(self.register.table[key].title for key in self.register.key)
        sentence = "与第 " + first.astype("str") + f" 行是同一条登记（{titles}都相同）。"
        yield from self.told(keys.duplicated(keep="first"), self.register.key[0], sentence)

    def _unknown_withdrawn(self) -> Iterator[Finding]:
        ever = self.known.ever.get(self.register.table.kind)
        keys = self.register.keys(self.frame)
        there = keys.isin(self.register.keys(ever)) if ever is not None else pd.Series(False, index=keys.index)
        sentence = "台账里没有这一条登记，不用作废；请删去这一行，或核对内容。"
        yield from self.told(~self.live & ~there, WITHDRAWN, sentence)

    def after_today(self, key: str) -> Iterator[Finding]:
        """A day that has not come yet."""
        late = self.frame[key].gt(pd.Timestamp(self.known.as_of))
        title = self.register.table[key].title
        yield from self.told(late, key, f"“{title}”在今天（{self.known.as_of}）之后。")

    def before(self, key: str, other: str) -> Iterator[Finding]:
        """``key`` earlier than ``other``, which comes first."""
        titles = [self.register.table[each].title for each in (key, other)]
        yield from self.told(self.frame[key].lt(self.frame[other]), key, f"“{titles[0]}”早于“{titles[1]}”。")

    def among(self, key: str, allowed: list[str], what: str) -> Iterator[Finding]:
        """A name that must be one of some."""
        strange = self.frame[key].notna() & ~folded(self.frame[key]).isin(list(folded(pd.Series(allowed, dtype="str"))))
        hint = nearest(self.frame[key].where(strange), allowed)
        written = self.frame[key].fillna("")
        yield from self.told(strange, key, "“" + written + f"”{what}" + hint + "。")

    def batch(self, key: str = "batch") -> Iterator[Finding]:
        strange = self.frame[key].notna() & ~self.frame[key].isin(list(self.known.batches))
        yield from self.told(strange, key, "台账里没有批次“" + self.frame[key].fillna("") + "”。")

    def entries(self, register: Register) -> pd.DataFrame | None:
        """What will stand of another register: the ledger's entries and those of this workbook; None: neither."""
        parts = [self.known.ever.get(register.table.kind)]
        if register in self.reads:
            parts.append(self.reads[register].frame.drop(columns="row"))
        there = [part[~part[WITHDRAWN].fillna(False).astype(bool)] for part in parts if part is not None]
        return pd.concat(there, ignore_index=True) if there else None


def _shown(value: object, kind: Kind) -> str:
    if kind is Kind.DATE:
        return str(value)[:10]
    if kind is Kind.MONEY:
        return f"{int(str(value)) / 100:.2f}"
    return str(value)


def _classes(sheet: _Sheet) -> Iterator[Finding]:
    yield from sheet.before("end", "start")


def _funds(sheet: _Sheet) -> Iterator[Finding]:
    funds = list(dict.fromkeys([*sheet.known.policy.funds, *_named_funds(sheet.known.policy)]))
    yield from sheet.among("fund", funds, f"不是本政策的资金渠道，应为：{'、'.join(funds)}")
    yield from sheet.after_today("day")


def _named_funds(policy: Policy) -> list[str]:
    return [fund for fund in (policy.fund(line) for line in policy.lines) if fund]


def _inspections(sheet: _Sheet) -> Iterator[Finding]:
    yield from sheet.after_today("day")
    classes = sheet.entries(CLASSES)
    if classes is None:
        return
    known = pd.DataFrame({"class": folded(classes["class_no"]), "body": folded(classes["institution"])})
    known = known.drop_duplicates()
    number, body = folded(sheet.frame["class_no"]), folded(sheet.frame["institution"])
    written = sheet.frame["class_no"].fillna("")
    strange = number.ne("") & ~number.isin(known["class"])
    hint = nearest(sheet.frame["class_no"].where(strange), list(classes["class_no"].dropna()))
    yield from sheet.told(strange, "class_no", "班级编号“" + written + "”不在开班登记里" + hint + "。")
    pair = number + "\x1f" + body
    other = body.ne("") & ~strange & ~pair.isin(known["class"] + "\x1f" + known["body"])
    yield from sheet.told(other, "institution", "开班登记里没有这家机构的班级“" + written + "”。")
    several = known["class"].value_counts()
    unclear = body.eq("") & number.map(several).fillna(0).gt(1)
    yield from sheet.told(unclear, "institution", "班级编号“" + written + "”有几家机构在用，请写明是哪一家。")


def _objections(sheet: _Sheet) -> Iterator[Finding]:
    yield from sheet.after_today("day")
    yield from sheet.after_today("ended_on")
    yield from sheet.before("ended_on", "day")
    yield from sheet.batch()
    open_end = sheet.frame["outcome"].notna() & sheet.frame["ended_on"].isna()
    yield from sheet.told(open_end, "ended_on", "写了处理结果，“办结日期”是空白。")
    no_outcome = sheet.frame["ended_on"].notna() & sheet.frame["outcome"].isna()
    yield from sheet.told(no_outcome, "outcome", "写了办结日期，“处理结果”是空白。")
    line = sheet.frame["line_no"].str.partition("/")[0]
    yield from sheet.told(line.notna() & line.ne(sheet.frame["batch"]), "line_no", "批次行号不是“批次”一栏那个批次的。")


def _publications(sheet: _Sheet) -> Iterator[Finding]:
    yield from sheet.after_today("day")
    yield from sheet.before("until", "day")
    yield from sheet.batch()


def _staff_funds(sheet: _Sheet) -> Iterator[Finding]:
    more = sheet.frame["front_fen"].gt(sheet.frame["spent_fen"])
    yield from sheet.told(more, "front_fen", "“一线职工培训”多于“使用金额”。")


_OWN = {
    CLASSES.table.kind: _classes,
    FUNDS.table.kind: _funds,
    INSPECTIONS.table.kind: _inspections,
    OBJECTIONS.table.kind: _objections,
    PUBLICATIONS.table.kind: _publications,
    STAFF_FUNDS.table.kind: _staff_funds,
}
