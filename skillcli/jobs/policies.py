"""Which policy a command works with, with the office's rulings on it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from skillcli.core.errors import ClerkError
from skillcli.jobs.workspace import FILE, Workspace, policy_source
from skillcli.policy.load import load_policy, parse_rulings, shipped

if TYPE_CHECKING:
    from skillcli.ledger.ledger import Ledger
    from skillcli.policy.model import Policy, Ruling


def choose(named: str | None, workspace: Workspace | None, folder: Path) -> Policy:
    """The policy ``named`` (an id, or a path seen from ``folder``), else the workspace's; with the
    workspace's rulings where there is one.

    Raises ClerkError when there is neither, or when the policy, a ruling or the ledger has a fault.
    """
    if workspace is None:
        if named is None:
            raise ClerkError(
                "这里不是工作区，也没有写 --policy，不知道按哪个政策办。",
                f"请加上 --policy 政策编号，可用的编号：{'、'.join(shipped())}。",
            )
        return load_policy(policy_source(named, folder))
    from skillcli.ledger.ledger import Ledger

    source = workspace.policy if named is None else policy_source(named, folder)
    with Ledger.open(workspace.ledger) as ledger:
        return with_rulings(load_policy(source), workspace, ledger)


def policy_of(workspace: Workspace, ledger: Ledger) -> Policy:
    """The workspace's policy with the office's rulings, for a job that has the ledger open."""
    return with_rulings(load_policy(workspace.policy), workspace, ledger)


def with_rulings(policy: Policy, workspace: Workspace, ledger: Ledger) -> Policy:
    """A policy with what the office decided: in ``skillcli.toml``, or imported into the ledger.

    Raises ClerkError with file and key when a ruling does not fit, or when the two say different
    things about one reading.
    """
    own = written_rulings(policy, workspace)
    imported = ledger.rulings(policy.id)
    for key in sorted(own.keys() & imported.keys()):
        if own[key].value != imported[key].value:
            raise ClerkError(
                f"政策 {policy.id} 的口径 {key}，{FILE} 里写的与已导入台账的不一样。",
                f'请从 {FILE} 里删去 [rulings."{policy.id}"."{key}"] 一节，或重新导入一致的口径。',
            )
    return msgspec.structs.replace(policy, rulings=own | imported)


def written_rulings(policy: Policy, workspace: Workspace) -> dict[str, Ruling]:
    """The rulings that stand in ``skillcli.toml``. Raises ClerkError with file and key."""
    return parse_rulings(policy, workspace.settings.rulings.get(policy.id, {}), FILE)
