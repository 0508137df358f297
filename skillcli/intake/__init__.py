"""Floor 3: files → rosters and tables, with every row and every cell accounted for.

The heavy modules are imported inside the functions: the process that opens a file imports this
package too, and must start at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from skillcli.intake.grid import Workbook
    from skillcli.intake.tables import TableRead
    from skillcli.schema.column import Table
    from skillcli.schema.roster import Roster


def read_rosters(
    paths: Sequence[Path],
    *,
    mapping: Mapping[str, str] | None = None,
    sheet: str | None = None,
    progress: Callable[[str, int], None] | None = None,
) -> Roster:
    """Rosters of files and folders as one ``schema.roster.Roster``.

    Rows stand in the order of ``paths``, sheets and rows. ``mapping``: an institution's own
    header → canonical title. ``sheet``: read only the sheet of this name. ``progress`` is told
    each file's name and its data rows once it is read.

    A file that cannot be used raises nothing: it gives findings of severity ``file`` (F01-F07),
    and the caller refuses the run. Raises ClerkError when ``mapping`` names no roster title.
    """
    from skillcli.intake.rosters import read

    return read(paths, mapping=mapping or {}, sheet=sheet, progress=progress)


def read_cells(path: Path) -> Workbook:
    """Every sheet of a file as typed cells, before any meaning. Raises ClerkError (exit status 2) when
    the file cannot be read.
    """
    from skillcli.intake.process import open_workbook

    return open_workbook(path)


def read_table(path: Path, tables: Sequence[Table]) -> dict[str, TableRead]:
    """The sheets of one input workbook (catalogue, readings …): title of table → what was read.

    A sheet is found by its title, else by its header. A table without a sheet is there with
    ``found`` False. Raises ClerkError (exit status 2) when the file cannot be read at all.
    """
    from skillcli.intake.tables import read

    return read(path, tables)


def read_sheets(
    path: Path, table: Table, mapping: Mapping[str, str] | None = None
) -> tuple[list[TableRead], tuple[str, ...]]:
    """Every sheet of a workbook that has the header of one table, in order, and the names of the
    sheets with cells that have not (hidden ones are never read). ``mapping`` as in ``read_rosters``;
    titles the table has not are left aside.

    A sheet that lacks a required column is there with a finding of severity ``file``. Raises
    ClerkError (exit status 2) when the file cannot be read at all.
    """
    from skillcli.intake.tables import read_every

    return read_every(path, table, mapping)
