"""The cells a payment run writes, taken out of its finished workbooks, so that others can write the same ones."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
from python_calamine import CalamineWorkbook

SMALLEST = 100
"""Sheets of fewer rows are left out: they cost nothing."""


def take(workbooks: Iterable[Path], ready: Path) -> dict[str, pa.Table]:
    """The tables of these workbooks by sheet, kept in the folder ``ready`` for ``load``.

    A table's header is the first row without a blank cell. A column is of numbers when nine in ten
    of its filled cells are; what else stands in it then is left out.
    """
    ready.mkdir(parents=True, exist_ok=True)
    for old in ready.glob("*.arrow"):
        old.unlink()
    for path in workbooks:
        book = CalamineWorkbook.from_path(str(path))
        for name in book.sheet_names:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            head = next((n for n, row in enumerate(rows) if all(cell != "" for cell in row)), None)
            if head is None or len(rows) - head <= SMALLEST:
                continue
            columns = {str(title): _column(values) for title, *values in zip(*rows[head:], strict=True)}
            table = pa.table(columns)
            with pa.OSFile(str(ready / f"{name}.arrow"), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
                writer.write_table(table)
    return load(ready)


def load(ready: Path) -> dict[str, pa.Table]:
    """The tables that ``take`` kept, straight out of the files."""
    return {path.stem: pa.ipc.open_file(pa.memory_map(str(path))).read_all() for path in sorted(ready.glob("*.arrow"))}


def _column(values: list[object]) -> pa.Array:
    filled = [value for value in values if value != ""]
    numbers = sum(isinstance(value, int | float) for value in filled)
    if filled and numbers * 10 >= len(filled) * 9:
        return pa.array([value if isinstance(value, int | float) else None for value in values], pa.float64())
    return pa.array([None if value == "" else str(value) for value in values], pa.string())
