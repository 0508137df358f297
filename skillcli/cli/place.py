"""Which workspace a command works in: the only place that looks where the user stands."""

from __future__ import annotations

import os
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
