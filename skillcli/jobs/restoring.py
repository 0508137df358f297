"""Taking the ledger back to a backup: checked first, the present one kept, nothing lost that was not named."""

from __future__ import annotations

from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from skillcli.core.errors import ClerkError
from skillcli.jobs.custody import BACKUPS
from skillcli.jobs.money import until_settled
from skillcli.ledger import copying

if TYPE_CHECKING:
    from skillcli.jobs.workspace import Workspace
    from skillcli.ledger.copying import State
    from skillcli.ledger.verify import Verification

_SHOWN = 8


class Restored(Struct, frozen=True):
    """The ledger after it was restored. ``lost``: batches that it does not hold any more; ``entries``: how many
    transactions went with them; ``aside``: where the former ledger lies (None: there was none); ``damaged``: it could not be
    read, so that nobody knows what it held; ``already``: it held just what the backup holds, nothing was done."""

    backup: Path
    head: str
    transactions: int
    batches: int
    lost: tuple[str, ...] = ()
    entries: int = 0
    aside: Path | None = None
    damaged: bool = False
    already: bool = False


def restore(workspace: Workspace, backup: Path, *, lose: int | None, stamp: str) -> Restored:
    """Take the ledger back to what ``backup`` holds; the present one is kept in 备份 under ``stamp``.

    Raises ClerkError, with nothing changed: the backup is broken or of a newer program; the present ledger holds
    what it lacks and ``lose`` is not the number of batches that would go; the ledger is on a server.
    """
    file = workspace.ledger_file
    if file is None:
        raise ClerkError("台账在 PostgreSQL 服务器上，不能用本命令恢复。", copying.SERVER_BACKUP)
    copying.refuse_same(file, backup)
    aside = _free(file.parent / BACKUPS / f"恢复前-{stamp}{file.suffix}")
    file.parent.mkdir(parents=True, exist_ok=True)
    part = _copied(backup, file)
    try:
        held, found = _checked(part, backup)
        return until_settled(lambda: _swap(part, file, backup, aside, held, found, lose))
    finally:
        for suffix in ("", "-journal", "-holder"):
            part.with_name(part.name + suffix).unlink(missing_ok=True)


def _free(path: Path) -> Path:
    """The path, or with the first number that no file bears: two restores may fall into one second."""
    names = (path.with_stem(f"{path.stem}-{number}") for number in count(2))
    return next(name for name in chain([path], names) if not name.exists())


def _copied(backup: Path, file: Path) -> Path:
    """A copy of the backup beside the ledger, which may be brought up to date and moved."""
    from skillcli.xlsx.stage import temporary_file

    part = temporary_file(file.parent, file.name)
    part.unlink()
    return copying.copy_file(backup, part)


def _checked(part: Path, backup: Path) -> tuple[State, Verification]:
    from skillcli.ledger.ledger import Ledger

    try:
        with Ledger.open(part) as ledger:
            found = ledger.verify()
    except ClerkError as error:
        raise ClerkError(
            f"备份 {backup} 不能用：{str(error).replace(str(part), str(backup))}", error.remedy or "请换一份备份。"
        ) from error
    if not found.ok:
        raise ClerkError(
            f"备份 {backup} 核对不上，有 {len(found.problems):,} 处问题，没有恢复。第一处：{found.problems[0]}",
            "这份备份被改动过或已损坏，请换一份备份。",
        )
    held = copying.look(part)
    if held is None:
        raise ClerkError(f"备份 {backup} 读不出来，没有恢复。", "请换一份备份。")
    return held, found


def _swap(
    part: Path, file: Path, backup: Path, aside: Path, held: State, found: Verification, lose: int | None
) -> Restored:
    present = copying.look(file)
    entries, lost = held.lacks(present) if present else ([], [])
    if lose is not None and lose != len(lost):
        _refuse_number(lose, len(lost))
    if entries and lose is None:
        raise ClerkError(
            f"现在的台账比备份多 {len(entries):,} 笔，其中 {len(lost):,} 个批次{_named(lost)}，恢复会丢掉它们，没有恢复。",
            f"请核对是不是要这份备份；确认要丢掉的，加上 --lose {len(lost)}，现在的台账会另存一份。",
        )
    done = Restored(backup, found.head, found.transactions, len(held.batches), tuple(lost), len(entries))
    if present is not None and present.links == held.links:
        return Restored(backup, found.head, found.transactions, len(held.batches), already=True)
    kept = copying.copy_file(file, aside) if present else copying.keep_damaged(file, aside)
    try:
        copying.put_back(part, file, present)
    except BaseException:
        if kept is not None and present is not None:
            kept.unlink(missing_ok=True)
        raise
    return Restored(
        done.backup, done.head, done.transactions, done.batches, done.lost, done.entries, kept, damaged=present is None
    )


def _refuse_number(lose: int, count: int) -> None:
    raise ClerkError(
        f"--lose 写的是 {lose:,}，恢复会丢掉的是 {count:,} 个批次，没有恢复。",
        f"核对无误后写 --lose {count}。" if count else "不会丢掉批次，请去掉 --lose。",
    )


def _named(batches: list[str]) -> str:
    if not batches:
        return ""
    more = f" 等 {len(batches):,} 个" if len(batches) > _SHOWN else ""
    return f"（{'、'.join(batches[:_SHOWN])}{more}）"
