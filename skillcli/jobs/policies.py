"""Which policy a command works with, with the office's rulings on it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from skillcli.core.errors import ClerkError
from skillcli.jobs.workspace import FILE, IMPORTED, Workspace, policy_source
from skillcli.policy.load import load_policy, parse_rulings, shipped

if TYPE_CHECKING:
    from skillcli.policy.model import Policy, Ruling


def choose(named: str | None, workspace: Workspace | None, folder: Path) -> Policy:
    """The policy ``named`` (an id, or a path seen from ``folder``), else the workspace's; with the
    workspace's rulings where there is one.

    Raises ClerkError when there is neither, or when the policy or a ruling has a fault.
    """
    if named is not None:
        policy = load_policy(policy_source(named, folder))
    elif workspace is not None:
        policy = load_policy(workspace.policy)
    else:
        raise ClerkError(
            "这里不是工作区，也没有写 --policy，不知道按哪个政策办。",
            f"请加上 --policy 政策编号，可用的编号：{'、'.join(shipped())}。",
        )
    if workspace is None:
        return policy
    return msgspec.structs.replace(policy, rulings=rulings_of(workspace, policy))


def rulings_of(workspace: Workspace, policy: Policy) -> dict[str, Ruling]:
    """What the office decided on the readings of a policy.

    Raises ClerkError with file and key when a ruling does not fit, or is written in two places.
    """
    own = parse_rulings(policy, workspace.settings.rulings.get(policy.id, {}), FILE)
    imported = parse_rulings(policy, workspace.imported.get(policy.id, {}), IMPORTED)
    twice = sorted(own.keys() & imported.keys())
    if twice:
        raise ClerkError(
            f"政策 {policy.id} 的口径 {twice[0]} 在 {FILE} 和 {IMPORTED} 里各写了一次。",
            f'请从 {FILE} 里删去 [rulings."{policy.id}"."{twice[0]}"] 一节。',
        )
    return own | imported
