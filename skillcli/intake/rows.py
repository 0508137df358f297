"""Which rows below a header hold data, and why the others are passed over."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from skillcli.core.letters import only
from skillcli.intake.grid import Grid, RawColumn, blanks
from skillcli.intake.headers import Header, fold, forms
from skillcli.schema.column import Table
from skillcli.schema.marks import EXAMPLE_WORDS, NOTE_WORDS, SIGNATURE_WORDS, TOTAL_WORDS

_NUMBERISH = re.compile(r"[0-9XxOoIl]{12,}")
_SUM = re.compile(f"(?:{'|'.join(TOTAL_WORDS)})(?![\u4e00-\u9fff])|(?:{'|'.join(TOTAL_WORDS)})[人数金费元学课共总]")
_WIDE_MERGE = 3

BLANK = "空行"
REPEATED = "重复的表头"
TOTAL = "合计行"
SIGNATURE = "签字、日期行"
NOTE = "表下说明"
HEADING = "跨栏合并的标题行"
NUMBERS = "栏次编号行"
EXAMPLE = "示例行"
UNFILLED = "只有序号的空白行"


class Rows(Struct, frozen=True):
    """``data``: positions (from 0) of data rows, ascending, int64; ``passed_over``: reason → how many
    rows between header and last row are no data; ``totals``: positions of rows of sums."""

    data: NDArray[np.int64]
    passed_over: Mapping[str, int]
    totals: tuple[int, ...]


def codes(column: RawColumn) -> NDArray[np.int32]:
    """A column's positions among its distinct cells, one a row."""
    return np.frombuffer(column.codes, dtype=np.int32)


def classify(grid: Grid, header: Header, table: Table) -> Rows:
    """Sort every row below the header. Rows with a number that may be a person's, or with every
    required cell of a table without persons, are data without a further look."""
    first = header.last + 1
    filled = np.zeros((grid.height - first, len(grid.columns)), dtype=bool)
    for at, column in enumerate(grid.columns):
        full = np.ones(len(column.cells), dtype=bool)
        full[blanks(column.cells)] = False
        filled[:, at] = full[codes(column)[first:]]
    occupied: NDArray[np.bool_] = np.asarray(filled.any(axis=1), dtype=bool)
    last = int(np.flatnonzero(occupied)[-1]) + 1 if occupied.any() else 0
    occupied = occupied[:last]
    sure = _sure(grid, header, table, first, last) & occupied
    end = int(np.flatnonzero(sure)[-1]) if sure.any() else -1
    reasons: Counter[str] = Counter()
    reasons[BLANK] = int((~occupied).sum())
    data = sure.copy()
    totals = []
    judge = _Judge(grid, header, table)
    for row in np.flatnonzero(occupied & ~sure):
        reason = judge.reason(int(row) + first, np.flatnonzero(filled[row]), int(row) > end)
        data[row] = not reason
        if reason:
            reasons[reason] += 1
        if reason == TOTAL:
            totals.append(int(row) + first)
    rows = Rows(np.flatnonzero(data) + first, {k: n for k, n in reasons.items() if n}, tuple(totals))
    if len(rows.data) + sum(rows.passed_over.values()) != last:
        raise AssertionError(f"{len(rows.data)} data rows and {rows.passed_over} are not {last} rows")
    return rows


def _sure(grid: Grid, header: Header, table: Table, first: int, last: int) -> NDArray[np.bool_]:
    """Rows that are data beyond doubt."""
    at = next((field.at for field in header.fields if field.key == "id_number"), None)
    if at is not None:
        column = grid.columns[at]
        likely = only(column.cells, b"0123456789", 18)
        for place in np.flatnonzero(~likely).tolist():
            likely[place] = _identifies(column.cells[place])
        return likely[codes(column)[first : first + last]]
    sure = np.ones(last, dtype=bool)
    labels = {form for label in header.labels.values() for form in forms(label)}
    for field in header.fields:
        if table[field.key].required:
            column = grid.columns[field.at]
            good = np.array([_valued(cell, labels) for cell in column.cells], dtype=bool)
            sure &= good[codes(column)[first : first + last]]
    return sure


def _identifies(cell: object) -> bool:
    if isinstance(cell, str):
        if len(cell) == 18 and cell[:17].isascii() and cell[:17].isdigit():
            return True
        return bool(_NUMBERISH.search(_plain(cell)))
    return isinstance(cell, float) and abs(cell) >= 1e11


def _valued(cell: object, labels: set[str]) -> bool:
    if not isinstance(cell, str):
        return True
    text = _plain(cell)
    return bool(text) and fold(text) not in labels and not _SUM.match(text) and not text.startswith(NOTE_WORDS)


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


class _Judge:
    """Looks at the few rows that are not data beyond doubt."""

    def __init__(self, grid: Grid, header: Header, table: Table) -> None:
        self.grid = grid
        self.labels = {at: frozenset(forms(label)) for at, label in header.labels.items()}
        self.known = {field.at for field in header.fields}
        self.persons = "id_number" in table.keys
        anchors = ("id_number", "name", "certificate_no")
        keys = anchors if self.persons else tuple(c.key for c in table.columns if c.required)
        self.anchors = {field.at: field.key for field in header.fields if field.key in keys}
        self.wide = (
            {
                row: right
                for top, left, bottom, right in grid.merges or ()
                if right - left + 1 >= _WIDE_MERGE
                for row in range(top, bottom + 1)
            }
            if grid.merges and len(grid.merges) < 100_000
            else {}
        )

    def reason(self, row: int, filled: NDArray[np.int64], below: bool) -> str:
        """Why a row (position from 0) whose columns ``filled`` hold something is no data; "" if
        it is data. ``below``: it stands under the last sure row."""
        cells = {int(at): self._cell(int(at), row) for at in filled}
        texts = {at: _plain(cell) for at, cell in cells.items() if isinstance(cell, str)}
        if self._repeats(texts):
            return REPEATED
        first = texts.get(min(cells), "")
        named = [at for at in cells if at in self.anchors]
        if any(_SUM.match(text) for text in (first, *(texts.get(at, "") for at in named))):
            return TOTAL
        if first in EXAMPLE_WORDS:
            return EXAMPLE
        if _is_count(cells):
            return NUMBERS
        if not self.known & set(cells):
            return UNFILLED
        return self._remark(row, cells, texts, named, below)

    def _remark(self, row: int, cells: dict[int, object], texts: dict[int, str], named: list[int], below: bool) -> str:
        signed = any(word in text for text in texts.values() for word in SIGNATURE_WORDS)
        person = [at for at in named if len(texts.get(at, "")) in range(1, 7) and not self._signed(texts[at])]
        lone = len(cells) <= 2
        if signed and below and (not person or not self.persons) and (self.persons or len(named) < len(self.anchors)):
            return SIGNATURE
        if row in self.wide and len(named) <= 1:
            return NOTE if below else HEADING
        if lone and below and any(text.startswith(NOTE_WORDS) or len(text) > 24 for text in texts.values()):
            return NOTE
        if (
            lone
            and below
            and not person
            and re.fullmatch(r"\d{4}[年./-]\d{1,2}(?:月|[月./-]\d{1,2}日?)", next(iter(texts.values()), ""))
        ):
            return SIGNATURE
        return ""

    @staticmethod
    def _signed(text: str) -> bool:
        return any(word in text for word in SIGNATURE_WORDS)

    def _cell(self, at: int, row: int) -> object:
        column = self.grid.columns[at]
        return column.cells[column.codes[row]]

    def _repeats(self, texts: dict[int, str]) -> bool:
        same = sum(not self.labels.get(at, frozenset()).isdisjoint(forms(text)) for at, text in texts.items())
        return same >= 2 and same * 2 > len(texts)


def _is_count(cells: dict[int, object]) -> bool:
    """1, 2, 3, … under the headers."""
    if len(cells) < 4:
        return False
    values = [str(int(v)) if isinstance(v, float) and v == int(v) else str(v).strip("() （）") for v in cells.values()]
    return (
        values == [str(n) for n in range(int(values[0]), int(values[0]) + len(values))]
        if values[0].isascii() and values[0].isdigit()
        else False
    )
