"""The ledger's head as it was once printed, against the ledger of today.

Whoever takes the newest transactions away together with their journal rows leaves a chain in which every link holds.
Only a head that somebody kept outside the ledger, on paper or in a workbook, tells that they were ever there.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from skillcli.core.errors import ClerkError
from skillcli.schema.outputs import EXPLANATION

if TYPE_CHECKING:
    from skillcli.ledger.chain import Entry
    from skillcli.ledger.ledger import Ledger

SHORTEST = 12
"""So many characters of a head are enough to type."""
LABEL = "台账"
"""How the item of the sheet 说明 begins that holds the head."""
_BEGINNING = re.compile(rf"[0-9a-f]{{{SHORTEST},64}}")
_HEAD = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")


class PrintedHead(Struct, frozen=True):
    """``text``: a head or its beginning, ``source``: where it stands ("" when it was typed); ``entry``: the transaction
    that left it (None: there is none), ``empty``: it is that of a ledger without any."""

    text: str
    source: str
    entry: Entry | None
    empty: bool = False

    @property
    def missing(self) -> str:
        """What is wrong; "" where the ledger knows this head."""
        if self.entry is not None or self.empty:
            return ""
        source = f"{self.source} 上的" if self.source else ""
        return (
            f"台账里没有{source}链头 {self.text}：印出它以后，台账里最新的流水被连同内容一起删去了，"
            "或者台账被换成了以前的备份或另一份台账。"
        )


def look_up(given: str, ledger: Ledger) -> PrintedHead:
    """Look for a head, or for that of a workbook whose path is ``given``. Raises ClerkError when it is neither."""
    from skillcli.ledger.chain import GENESIS

    path = Path(given)
    if path.is_file():
        text, source = _read(path), path.name
    else:
        text, source = given.strip().lower(), ""
        if not _BEGINNING.fullmatch(text):
            raise ClerkError(
                f"“{given}”不是链头，也没有这个文件。",
                f"请写工作簿“{EXPLANATION}”表上的链头（64 位数字和字母 a–f，至少写前 {SHORTEST} 位），或写工作簿的路径。",
            )
    return PrintedHead(text, source, ledger.entry(text), empty=GENESIS.startswith(text))


def _read(path: Path) -> str:
    """The head on the sheet 说明 of a workbook."""
    from skillcli.intake import read_cells

    for grid in read_cells(path).sheets:
        if grid.name != EXPLANATION:
            continue
        for row in zip(*([column.cells[code] for code in column.codes] for column in grid.columns), strict=True):
            texts = [cell for cell in row if isinstance(cell, str)]
            found = _HEAD.search(" ".join(texts))
            if found and any(text.startswith(LABEL) for text in texts):
                return found[0]
    raise ClerkError(
        f"{path} 的“{EXPLANATION}”表上没有台账链头。", "请给出本程序从台账写出的工作簿，例如拨付表、报告。"
    )
