"""Input workbooks other than rosters: read whole or refused, with every fault named."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from skillcli.core.errors import ClerkError
from skillcli.core.finding import Finding, Severity

if TYPE_CHECKING:
    from skillcli.intake.tables import TableRead
    from skillcli.schema.column import Table

_SHOWN = 8


def read_filled(path: Path, tables: Sequence[Table], *, may_be_empty: Container[str] = ()) -> dict[str, TableRead]:
    """The sheets of ``path`` that have rows, or are there and may be empty, by title.

    Raises ClerkError when the file cannot be read, when a cell has a fault (nothing is taken in
    then), or when nothing is filled in: a blank template is not told from a sheet meant to be empty.
    """
    from skillcli.intake import read_table

    reads = read_table(path, tables)
    refuse_faults(path, (finding for read in reads.values() for finding in read.findings))
    found = {title: read for title, read in reads.items() if read.found}
    filled = {title: read for title, read in found.items() if len(read.frame) or title in may_be_empty}
    blank = not any(len(read.frame) for read in filled.values())
    if not filled or (blank and filled.keys() != found.keys()):
        titles = "、".join(table.title for table in tables)
        raise ClerkError(
            f"{path} 里没有可导入的内容。",
            f"应有工作表：{titles}，并至少填一行。空白模板用 skillcli template {tables[0].kind} 生成。",
        )
    return filled


def refuse_faults(path: Path, findings: Iterable[Finding]) -> None:
    """Raise ClerkError with the first faults when there are any of severity file or error."""
    faults = [finding for finding in findings if finding.severity in (Severity.FILE, Severity.ERROR)]
    if not faults:
        return
    lines = [f"  {_where(finding)}{finding.message}{finding.remedy}" for finding in faults[:_SHOWN]]
    if len(faults) > _SHOWN:
        lines.append(f"  另有 {len(faults) - _SHOWN} 处")
    raise ClerkError(
        "\n".join([f"{path} 有 {len(faults)} 处要改正，没有导入：", *lines]), "改正并保存后，再运行同一条命令。"
    )


def _where(finding: Finding) -> str:
    place = finding.place
    row = f"第 {place.row} 行" if place.row else ""
    return " ".join(part for part in (place.sheet, row) if part) + "：" if place.sheet or row else ""
