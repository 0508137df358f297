"""By what a check judges: a workspace, a named policy, or the office's pack."""

from __future__ import annotations

from dataclasses import dataclass  # no Struct: help pages load this module, see core.finding
from pathlib import Path
from typing import TYPE_CHECKING

from skillcli import __version__
from skillcli.cli.place import workspace_or_none
from skillcli.core.errors import ClerkError

if TYPE_CHECKING:
    from skillcli.cli.console import Console
    from skillcli.jobs.pack import Pack
    from skillcli.jobs.workspace import Workspace
    from skillcli.policy.model import Policy


@dataclass(frozen=True)
class Ground:
    """The policy with its readings, and where the rest is from."""

    policy: Policy
    workspace: Workspace | None
    pack: Pack | None


def ground(named: str | None, pack: Path | None, given: Path | None, console: Console) -> Ground:
    """The policy ``named``, or the one of ``pack``, or the workspace's (``given`` or found).

    A pack of another version of the program is told, for its rules may differ. Raises ClerkError when there
    is no policy, or when a policy and a pack are both named.
    """
    from skillcli.jobs.pack import read_pack
    from skillcli.jobs.policies import choose

    place = workspace_or_none(given)
    if pack is None:
        return Ground(choose(named, place, Path.cwd()), place, None)
    if named is not None:
        raise ClerkError("--policy 和 --pack 只能写一样。", "政策包里已有政策，请去掉 --policy。")
    opened = read_pack(pack)
    if opened.manifest.tool != __version__:
        console.warn(
            f"政策包由 skillcli {opened.manifest.tool} 生成，本机是 {__version__}，规则可能不同，结果可能与人社部门不一致。"
        )
    return Ground(opened.policy, place, opened)
