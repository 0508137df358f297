"""The floor: what reading the roster and writing the workbooks cost when nothing is done in between.

python-calamine ``to_python()`` of the same files, then the output cells, ready-made, as styled sheets
by the fastest way known here (``sheet.py``). No pandas. ``python -m tests.bench.floor CELLS OUT ROSTER…``
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
from python_calamine import CalamineWorkbook

from tests.bench import cells, sheet


def main(ready: Path, out: Path, rosters: list[Path]) -> None:
    tables = cells.load(ready)
    for path in rosters:
        CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    sheet.write(out, {name: _xml(table) for name, table in tables.items()})


def _xml(table: pa.Table) -> Iterator[bytes | memoryview]:
    yield sheet.head(table.column_names, 1)
    columns = [column.combine_chunks() for column in table.columns]
    yield from sheet.rows(
        [
            sheet.text_cells(column) if pa.types.is_string(column.type) else sheet.number_cells(column, sheet.MONEY)
            for column in columns
        ],
        2,
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), [Path(path) for path in sys.argv[3:]])
