"""Which column an institution's own header may mean: by its name and by what stands below it.

Nothing is decided here. A clerk sees the proposals and writes those that are right into ``skillcli.toml``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from msgspec import Struct

from skillcli.core import account
from skillcli.core.identity import Fault, examine
from skillcli.intake.cells import convert
from skillcli.intake.grid import Cell, Grid, Special, is_blank
from skillcli.intake.headers import Header, Names, find_header, fold, forms
from skillcli.intake.plain import Reading, as_text
from skillcli.intake.process import open_workbook
from skillcli.intake.rows import codes
from skillcli.schema.column import Column, Kind
from skillcli.schema.inputs import ROSTER
from skillcli.schema.marks import EXAMPLE_SHEET, OWN_COLUMNS, OWN_SHEETS
from skillcli.schema.vocabulary import spellings

LEAST_NAME = 60
"""Likeness of names, of 100, from which on a title is proposed."""
LEAST_SHARE = 0.6
"""Share of a column's cells that must be of a kind for its content to speak for that kind."""
CERTAIN = 95
SEARCHED_ROWS = 30
_MOST_CELLS = 500
_PHONE = re.compile(r"1[3-9]\d{9}")
_USCC = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}")


class Proposal(Struct, frozen=True):
    """``written``: the header as it stands in column ``at`` (from 0); ``title``: what it may mean; ``why``:
    plain Chinese; ``score``: of 100."""

    sheet: str
    at: int
    written: str
    title: str
    score: int
    why: str


class Proposals(Struct, frozen=True):
    """``found``: best first in the order of columns; ``left``: headers that resemble nothing; ``missing``:
    titles of required columns that neither header nor proposal names; ``institution``: who most rows say
    holds the training, "" where unknown."""

    found: tuple[Proposal, ...]
    left: tuple[str, ...]
    missing: tuple[str, ...]
    institution: str


def propose(path: Path, mapping: Mapping[str, str], sheet: str | None = None) -> Proposals:
    """Look at a roster's headers that no title, alias or ``mapping`` knows. Raises ClerkError when the
    file cannot be read."""
    book = open_workbook(path)
    names = Names(ROSTER, mapping)
    found: dict[str, Proposal] = {}
    left: list[str] = []
    known: set[str] = set()
    institutions: Counter[str] = Counter()
    for grid in book.sheets:
        if grid.name in OWN_SHEETS | {EXAMPLE_SHEET} or (grid.name != sheet if sheet else grid.hidden):
            continue
        header = _header(grid, names)
        if header is None:
            continue
        known |= header.keys
        made = _match(grid, header, Reading(book.date1904))
        for each in made:
            found.setdefault(fold(each.written), each)
        left += [text for _, text in header.unknown if text not in OWN_COLUMNS]
        institutions += _institutions(grid, header, made)
    keys = known | {column.key for column in ROSTER.columns if column.title in {p.title for p in found.values()}}
    return Proposals(
        tuple(found.values()),
        tuple(dict.fromkeys(text for text in left if fold(text) not in found)),
        tuple(column.title for column in ROSTER.columns if column.required and column.key not in keys),
        institutions.most_common(1)[0][0] if institutions else "",
    )


def _header(grid: Grid, names: Names) -> Header | None:
    """The header the reader would take; where it knows hardly a word of it, the row with most texts."""
    header = find_header(grid, names)
    rows = range(min(SEARCHED_ROWS, grid.height))
    labels = {row: _labels(grid, row) for row in rows}
    fullest = max(rows, key=lambda row: (len(labels[row]), -row), default=None)
    if header is not None and (fullest is None or 2 * len(header.labels) >= len(labels[fullest])):
        return header
    if fullest is None or len(labels[fullest]) < 3:
        return None
    return Header(fullest, fullest, (), tuple(labels[fullest].items()), labels[fullest])


def _labels(grid: Grid, row: int) -> dict[int, str]:
    cells = ((at, column.cells[column.codes[row]]) for at, column in enumerate(grid.columns))
    return {at: " ".join(cell.split()) for at, cell in cells if isinstance(cell, str) and cell.strip()}


def _match(grid: Grid, header: Header, reading: Reading) -> list[Proposal]:
    """The best pairs of an unknown header and a title that no other column has."""
    free = [column for column in ROSTER.columns if column.key not in header.keys]
    pairs: list[tuple[int, int, str, Column, str]] = []
    for at, written in header.unknown:
        if written in OWN_COLUMNS:
            continue
        cells = _cells(grid, at, header.last)
        evident = _evident(cells, free)
        for column in free:
            score = round(_likeness(written, column))
            why = f"名称与“{column.title}”相近"
            if column.key in evident:
                score, why = max(score, CERTAIN), evident[column.key]
            if score >= LEAST_NAME and (column.key in evident or _fits(cells, column, reading)):
                pairs.append((score, at, written, column, why))
    made: list[Proposal] = []
    for score, at, written, column, why in sorted(pairs, key=lambda pair: (-pair[0], pair[1])):
        if not any(each.at == at or each.title == column.title for each in made):
            made.append(Proposal(grid.name, at, written, column.title, score, why))
    return sorted(made, key=lambda each: each.at)


def _cells(grid: Grid, at: int, last: int) -> list[Cell]:
    """Distinct cells below the header that hold something."""
    column = grid.columns[at]
    below = np.unique(codes(column)[last + 1 :])[:_MOST_CELLS]
    return [column.cells[code] for code in below if not is_blank(column.cells[code])]


def _likeness(written: str, column: Column) -> float:
    from rapidfuzz import fuzz

    names = {form for name in (column.title, *column.aliases) for form in forms(name)}
    return max((fuzz.ratio(form, name) for form in forms(written) for name in names), default=0.0)


def _fits(cells: Sequence[Cell], column: Column, reading: Reading) -> bool:
    """Whether at most half of the cells are none of the column's kind."""
    if column.kind in (Kind.TEXT, Kind.REGION):
        return not cells or 2 * sum(isinstance(cell, str) for cell in cells) >= len(cells)
    return 2 * len(convert(column, list(cells), reading).faults) <= len(cells)


def _evident(cells: Sequence[Cell], free: Sequence[Column]) -> dict[str, str]:
    """Columns for which the content itself speaks: key → why."""
    texts = [as_text(cell) for cell in cells if not isinstance(cell, Special)]
    tests: dict[str, tuple[Callable[[str], Any], str]] = {
        "id_number": (_is_identity, "内容是身份证号"),
        "phone": (_PHONE.fullmatch, "内容是手机号"),
        "employer_uscc": (_USCC.fullmatch, "内容是统一社会信用代码"),
        "account": (lambda text: text.startswith(account.CARD) and account.luhn(text), "内容是银行卡号"),
    }
    found = {}
    for column in free:
        if column.key in tests and len(texts) > 1:
            test, why = tests[column.key]
            if sum(bool(test(text)) for text in texts) >= LEAST_SHARE * len(texts):
                found[column.key] = why
    worded = [column for column in free if column.words and _is_vocabulary(texts, column.words)]
    if len({column.words for column in worded}) == len(worded) == 1:
        found[worded[0].key] = f"内容都是“{worded[0].title}”的常用词"
    return found


def _is_identity(text: str) -> bool:
    fault, _, _ = examine(np.array([text.upper()], dtype=object))
    return int(fault[0]) == Fault.NONE


def _is_vocabulary(texts: Sequence[str], name: str) -> bool:
    known = spellings(name)
    return bool(texts) and sum(fold(text) in known for text in texts) >= LEAST_SHARE * len(texts)


def _institutions(grid: Grid, header: Header, made: Sequence[Proposal]) -> Counter[str]:
    title = ROSTER["institution"].title
    places = [field.at for field in header.fields if field.key == "institution"]
    places += [each.at for each in made if each.title == title]
    counts: Counter[str] = Counter()
    for at in places[:1]:
        column = grid.columns[at]
        for code in codes(column)[header.last + 1 :]:
            cell = column.cells[code]
            if isinstance(cell, str) and cell.strip():
                counts[cell.strip()] += 1
    return counts
