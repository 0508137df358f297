"""Where, when and for whom a command works: the only place that looks around."""

from __future__ import annotations

import getpass
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from skillcli.core.errors import ClerkError

if TYPE_CHECKING:
    from skillcli.jobs.workspace import Workspace


def workspace_or_none(given: Path | None) -> Workspace | None:
    """The workspace of ``--workspace``, of the current folder, or of the environment; None
    without any. Raises ClerkError when one is named that is none."""
    from skillcli.jobs.workspace import find, open_workspace

    root = find(given, Path.cwd(), os.environ)
    return None if root is None else open_workspace(root)


def workspace(given: Path | None) -> Workspace:
    """The same, for commands that cannot do without. Raises ClerkError without any."""
    found = workspace_or_none(given)
    if found is None:
        raise ClerkError(
            "这里不是工作区：从当前文件夹往上没有找到 skillcli.toml。",
            "请进入工作区再运行，或加上 --workspace 目录；还没有工作区时运行 skillcli init 目录 --policy 政策编号。",
        )
    return found


def now() -> str:
    """The moment of booking, for the ledger's second time: UTC, ISO 8601, whole seconds."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def stamp() -> str:
    """The moment in digits, local time, for the name of a file."""
    return f"{datetime.now():%Y%m%d-%H%M%S}"


def user() -> str:
    """Who is at the keyboard, as the system knows the person; 未知 where it does not."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "未知"
