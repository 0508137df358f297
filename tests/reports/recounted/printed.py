"""A report's workbook as a clerk opens it, held against claims: every number of every sheet must be claimed, and be the same."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl

ANY: Any = object()
"""Of a text cell: whatever stands there. Never of a number."""
Cells = tuple[Any, ...]
_ENDS = ("注：", "核减代码：", "经办人：")
_SHARES = {"m": 100, "w": 1_000_000, "p": 10_000}


@dataclass(frozen=True)
class Claim:
    """One table of a sheet. ``columns``: titles, each with its kind behind a slash: n whole number, m yuan (given in fen), w 万元
    (given in fen), p percent (given in hundredths of a percent), d day, b name of a body (blanks and width aside), none: text.
    ``caption``: the line above, of a table with totals that is not alone."""

    sheet: str
    columns: str
    rows: Sequence[Cells]
    totals: Cells | None = None
    caption: str = ""

    @property
    def heads(self) -> list[tuple[str, str]]:
        return [(name, kind or "t") for name, _, kind in (each.partition("/") for each in self.columns.split())]


@dataclass
class Claims:
    """What a recount says of a whole workbook. ``texts``: sentences outside tables, by sheet; those with a number in them must be here."""

    tables: list[Claim] = field(default_factory=list)
    texts: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(
        self,
        sheet: str,
        columns: str,
        rows: Iterable[Sequence[Any]],
        totals: Sequence[Any] | None = None,
        caption: str = "",
    ) -> None:
        whole = None if totals is None else tuple(totals)
        self.tables.append(Claim(sheet, columns, [tuple(row) for row in rows], whole, caption))

    def say(self, sheet: str, *texts: str) -> None:
        self.texts[sheet].update(texts)


def folded(text: str) -> str:
    """A name as names are compared: NFKC, without blanks."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def value(cell: Any, kind: str) -> Any:
    """A cell in the unit of its kind; a blank number is None, a blank text "". A text where a number belongs stays as it is."""
    if kind in "tb":
        return folded(str(cell)) if kind == "b" and cell is not None else str(cell) if cell is not None else ""
    if cell is None or isinstance(cell, str):
        return cell
    if kind == "d":
        return cell.date() if isinstance(cell, datetime) else cell
    whole = round(cell * _SHARES.get(kind, 1))
    return whole if abs(whole - cell * _SHARES.get(kind, 1)) < 1e-5 else cell


class Mismatch(AssertionError):
    """A cell that the recount does not confirm."""


class Printed:
    """The sheets of a workbook as rows of cells."""

    def __init__(self, path: Path) -> None:
        book = openpyxl.load_workbook(path, read_only=True)
        self.sheets = {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}
        book.close()
        self.cells = 0

    def confirm(self, claims: Claims) -> None:
        """Hold the workbook against claims; raises Mismatch naming every difference and every number nobody claimed."""
        wrong: list[str] = []
        by_sheet = defaultdict(list)
        for claim in claims.tables:
            by_sheet[claim.sheet].append(claim)
        for name in sorted(set(by_sheet) ^ set(self.sheets)):
            wrong.append(f"{name}: " + ("没有重新计数" if name in self.sheets else "工作簿里没有"))
        for name, rows in self.sheets.items():
            used: set[int] = set()
            at = 0
            for claim in by_sheet[name]:
                found = self._find(rows, claim, at)
                if found < 0:
                    wrong.append(f"{name}: 没有这样的表头 {claim.columns}")
                    continue
                at = self._table(rows, claim, found, wrong)
                if claim.caption and (not found or rows[found - 1][0] != claim.caption):
                    wrong.append(f"{name}: 表头上一行不是“{claim.caption}”")
                used.update(range(found, at))
            if by_sheet[name]:
                wrong += _loose(name, rows, used, claims.texts[name])
        if wrong:
            raise Mismatch("\n".join(wrong[:60]))

    @staticmethod
    def _find(rows: list[list[Any]], claim: Claim, start: int) -> int:
        titles = [title for title, _ in claim.heads]
        return next(
            (at for at in range(start, len(rows)) if [cell for cell in rows[at] if cell is not None] == titles), -1
        )

    def _table(self, rows: list[list[Any]], claim: Claim, header: int, wrong: list[str]) -> int:
        """Compare one table; returns the row behind it."""
        places = [at for at, cell in enumerate(rows[header]) if cell is not None]
        end = header + 1
        while end < len(rows) and any(cell is not None for cell in rows[end]):
            if str(rows[end][0] or "").startswith(_ENDS):
                break
            end += 1
        kinds = [kind for _, kind in claim.heads]
        found = [
            tuple(value(rows[at][p], kind) for p, kind in zip(places, kinds, strict=True))
            for at in range(header + 1, end)
        ]
        extra = [
            f"{claim.sheet}: 第 {at + 1} 行有表头以外的单元格"
            for at in range(header + 1, end)
            if any(cell is not None for p, cell in enumerate(rows[at]) if p not in places)
        ]
        wrong += extra
        if claim.totals is not None:
            if not found:
                wrong.append(f"{claim.sheet}: 没有合计行")
                return end
            wrong += self._differs(claim, claim.totals, found.pop(), "合计")
        wanted = [
            tuple(folded(c) if k == "b" and c is not ANY else c for c, k in zip(row, kinds, strict=True))
            for row in claim.rows
        ]
        for want, cells, number in _paired(wanted, found, kinds):
            wrong += self._differs(claim, want, cells, number)
        return end

    def _differs(self, claim: Claim, want: Cells | None, cells: Cells | None, which: str) -> list[str]:
        if want is None or cells is None:
            return [f"{claim.sheet}[{claim.columns[:12]}] {which}: 重新计数 {want}，报告 {cells}"]
        told = []
        for (title, kind), own, cell in zip(claim.heads, want, cells, strict=True):
            if own is ANY:
                assert kind in "tb", f"{claim.sheet} {title}: a number must be counted"
                continue
            self.cells += 1
            expected = "" if own is None and kind in "tb" else own
            if expected != cell:
                told.append(f"{claim.sheet} {which} {cells[0]} {title}: 重新计数 {expected!r}，报告 {cell!r}")
        return told


def _paired(
    wanted: list[Cells], found: list[Cells], kinds: list[str]
) -> Iterable[tuple[Cells | None, Cells | None, str]]:
    """Rows of the same name together, in whatever order; named by their text columns and days up to the first number."""
    names = next((at for at, kind in enumerate(kinds) if kind not in "tb"), len(kinds))
    names = names or 1
    keep = [at for at in range(names) if not any(row[at] is ANY for row in wanted)] or [0]

    def key(row: Cells) -> tuple[str, ...]:
        return tuple(str("" if row[at] is None else row[at]) for at in keep)

    def place(row: Cells) -> tuple[Any, ...]:
        return key(row), [str(cell) for cell in row if cell is not ANY]

    theirs: dict[tuple[str, ...], list[Cells]] = defaultdict(list)
    for row in sorted(found, key=place):
        theirs[key(row)].append(row)
    for row in sorted(wanted, key=place):
        own = theirs[key(row)]
        yield row, own.pop(0) if own else None, "　".join(key(row))
    for left, rest in theirs.items():
        for row in rest:
            yield None, row, "　".join(left)


def _loose(name: str, rows: list[list[Any]], used: set[int], texts: set[str]) -> list[str]:
    """Cells outside every table: no number may stand there, and a sentence with one must be claimed."""
    wrong = []
    for at, row in enumerate(rows):
        if at in used:
            continue
        for cell in row:
            if isinstance(cell, int | float | date):
                wrong.append(f"{name} 第 {at + 1} 行: 没有重新计数的数字 {cell!r}")
            elif isinstance(cell, str) and re.search(r"\d", cell) and cell not in texts:
                wrong.append(f"{name} 第 {at + 1} 行: 没有核对的文字 {cell!r}")
    return wrong
