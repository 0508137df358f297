"""An institution's own headers: proposed, and registered in ``skillcli.toml`` when the clerk says so."""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from skillcli.core.errors import ClerkError
from skillcli.jobs.workspace import FILE, Workspace, open_workspace
from skillcli.xlsx.stage import stage_file

if TYPE_CHECKING:
    from skillcli.intake.proposals import Proposals


def propose(path: Path, workspace: Workspace | None, sheet: str | None = None) -> Proposals:
    """What the headers of a roster that nobody knows may mean, those already registered left out.
    Raises ClerkError when the file cannot be read."""
    from skillcli.intake.proposals import propose as proposals

    return proposals(path, workspace.titles() if workspace else {}, sheet)


def block(name: str, proposals: Proposals) -> str:
    """The lines for ``skillcli.toml``: header = our title, one a line."""
    rows = (f"{_quoted(each.written)} = {_quoted(each.title)}" for each in proposals.found)
    return "\n".join((f"[mapping.{_quoted(name)}]", *rows))


def register(workspace: Workspace, name: str, proposals: Proposals) -> Path:
    """Append the block to the workspace's ``skillcli.toml``; everything in it, remarks included, stays.

    Raises ClerkError when there is nothing to register, when the institution has a block already, or when
    one of the headers already means something else there.
    """
    path = workspace.root / FILE
    if not proposals.found:
        raise ClerkError("没有可登记的表头。", "表头都已认识，或者没有相近的栏目；请按模板的栏目名称改表头。")
    if name in workspace.settings.mapping:
        raise ClerkError(
            f"{path} 里已有 [mapping.{_quoted(name)}] 一节，没有改动。", "请直接编辑这一节，或用 --name 换一个名称。"
        )
    _refuse_contradiction(workspace, proposals)
    text = path.read_bytes().decode("utf-8-sig")
    ending = "\r\n" if "\r\n" in text else "\n"
    added = block(name, proposals).replace("\n", ending)
    whole = f"{text.rstrip()}{ending}{ending}{added}{ending}"
    tomllib.loads(whole)

    def write(stream: BinaryIO) -> None:
        stream.write(whole.encode("utf-8"))

    staged = stage_file(workspace.root, FILE, write)
    # The other clerks of the office must still be able to read it.
    shutil.copymode(path, staged.temporary)
    written = staged.publish()
    if written != path:
        written.unlink()
        raise ClerkError(f"{path} 正被别的程序打开，没有改动。", "请关闭它，再运行同一条命令。")
    open_workspace(workspace.root).titles()
    return path


def _refuse_contradiction(workspace: Workspace, proposals: Proposals) -> None:
    known = workspace.titles()
    for each in proposals.found:
        if known.get(each.written, each.title) != each.title:
            raise ClerkError(
                f"表头“{each.written}”已登记为“{known[each.written]}”，不能再登记为“{each.title}”。",
                f"请核对 {FILE} 里的 mapping。",
            )


def _quoted(text: str) -> str:
    """A TOML string: JSON's escapes are TOML's."""
    return json.dumps(text, ensure_ascii=False)
