"""Keeping the ledger safe: checking its chain, copying it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from skillcli.core.errors import ClerkError
from skillcli.jobs.workspace import Workspace

if TYPE_CHECKING:
    from skillcli.ledger.verify import Verification

BACKUPS = "备份"


def verify(workspace: Workspace) -> Verification:
    """Recompute the ledger's chain and totals from its rows."""
    from skillcli.ledger.ledger import Ledger

    with Ledger.open(workspace.ledger) as ledger:
        return ledger.verify()


def backup(workspace: Workspace, target: Path | None, *, stamp: str) -> Path:
    """A safe copy of the ledger; returns where it lies. Without ``target`` it goes beside the
    ledger into 备份, named by ``stamp`` (the moment, in digits).

    Raises ClerkError when the target exists or the ledger is on a server.
    """
    from skillcli.ledger.ledger import Ledger

    with Ledger.open(workspace.ledger) as ledger:
        if target is None:
            file = workspace.ledger_file
            if file is None:
                raise ClerkError("台账在数据库服务器上，不能用本命令备份。", "请用服务器的备份工具。")
            target = file.parent / BACKUPS / f"{file.stem}-{stamp}{file.suffix}"
        target.parent.mkdir(parents=True, exist_ok=True)
        ledger.backup(target)
    return target


def clock_behind(workspace: Workspace, at: str) -> str:
    """The moment of the ledger's newest entry where this computer's clock (``at``) stands before it;
    "" where it does not. The ledger keeps its order all the same."""
    from skillcli.ledger.ledger import Ledger

    with Ledger.open(workspace.ledger) as ledger:
        newest = ledger.last()
    return newest.at if newest is not None and newest.at > at else ""
