"""Whether rosters are still those of a receipt."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from skillcli.core.errors import ClerkError
from skillcli.core.money import yuan_text
from skillcli.jobs import hearing
from skillcli.jobs.progress import Progress, Silent
from skillcli.jobs.receipt import Part, Receipt, code_in, compare, day_of, uses_ledger
from skillcli.jobs.validate import Check
from skillcli.reports.explanation import RECEIPT
from skillcli.schema.outputs import ESTIMATE, EXPLANATION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from skillcli.intake.grid import Grid
    from skillcli.jobs.pack import Pack
    from skillcli.jobs.workspace import Workspace
    from skillcli.policy.model import Policy
    from skillcli.schema.roster import Roster

_SHA256 = re.compile(r"[0-9a-f]{64}")


class Slip(Struct, frozen=True):
    """What a slip 补贴测算 says: its receipt code, the sum it prints (fen, None where not found), and
    every SHA-256 that stands in it."""

    code: str
    amount_fen: int | None
    hashes: frozenset[str]


class Verified(Struct, frozen=True):
    """A receipt beside what the files give now."""

    code: str
    found: Receipt
    parts: tuple[Part, ...]
    roster: Roster

    @property
    def same(self) -> bool:
        """Whether everything agrees."""
        return all(part.same for part in self.parts)


def read_slip(path: Path) -> Slip:
    """Read a slip. Raises ClerkError when it cannot be read or holds no receipt."""
    from skillcli.intake import read_cells

    sheets = {grid.name: grid for grid in read_cells(path).sheets}
    texts = _texts(sheets[EXPLANATION]) if EXPLANATION in sheets else []
    code = code_in(texts)
    if not code:
        raise ClerkError(
            f"{path} 里没有{RECEIPT}。", f"请给出 skillcli validate 写出的补贴测算，或用 --code 写{RECEIPT}。"
        )
    amount = _total(sheets[ESTIMATE.title]) if ESTIMATE.title in sheets else None
    return Slip(code, amount, frozenset(text for text in texts if _SHA256.fullmatch(text)))


def verify(
    rosters: Sequence[Path],
    policy: Policy,
    code: str,
    *,
    slip: Slip | None = None,
    workspace: Workspace | None = None,
    pack: Pack | None = None,
    sheet: str | None = None,
    progress: Progress | None = None,
) -> Verified:
    """Judge the rosters again on the receipt's day and by what it rested on, and compare.

    A receipt that was made without a ledger is compared without one, so that an office's own history does
    not get in the way. Raises ClerkError when the code is none or a roster cannot be used.
    """
    check = Check(rosters, policy, day_of(code), workspace, pack, sheet, history=uses_ledger(code))
    roster, heard, found = check.judge(progress or Silent())
    if hearing.refused(roster):
        first = next(each for each in roster.findings if each.severity == "file")
        raise ClerkError(f"{first.place.file}：{first.message}", first.remedy)
    parts = compare(code, found)
    mine = [n for n, each in enumerate(roster.sheets) if slip is not None and each.sha256 in slip.hashes]
    if slip is not None and slip.amount_fen is not None and mine:
        rids = roster.frame.index[roster.frame["source"].isin(mine)]
        lines = heard.decision.lines
        now = int(lines.loc[lines["rid"].isin(rids), "amount_fen"].sum())
        parts = (*parts, Part(f"{ESTIMATE.title}表的合计（元）", yuan_text(slip.amount_fen), yuan_text(now)))
    return Verified(code, found, parts, roster)


def _texts(grid: Grid) -> list[str]:
    return [cell.strip() for column in grid.columns for cell in column.cells if isinstance(cell, str)]


def _total(grid: Grid) -> int | None:
    """Fen in the row of sums of the printed estimate."""
    title = ESTIMATE["amount_fen"].title
    for column in grid.columns:
        cells = [column.cells[code] for code in column.codes]
        if title in cells:
            numbers = [cell for cell in cells if isinstance(cell, float)]
            return round(numbers[-1] * 100) if numbers else None
    return None
