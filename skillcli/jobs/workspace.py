"""The folder of an office: where it is, what it says, where its things lie."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from skillcli.core.errors import ClerkError
from skillcli.core.names import check_legible
from skillcli.jobs.settings import Settings, read_settings

FILE = "skillcli.toml"
VARIABLE = "SKILLCLI_WORKSPACE"
CATALOGUES = "目录"
REFERENCES = "比对名单"
LEDGERS = "台账"
ROSTERS = "花名册"
OUTPUT = "输出"


class Workspace(Struct, frozen=True):
    """An opened workspace: ``root`` is absolute, ``settings`` what ``skillcli.toml`` says."""

    root: Path
    settings: Settings

    @property
    def agency(self) -> str:
        """Name of the office."""
        return self.settings.agency

    @property
    def policy(self) -> str:
        """Id of the policy, or the absolute path of its file."""
        return policy_source(self.settings.policy, self.root)

    @property
    def ledger(self) -> str:
        """Where the ledger lies: an absolute path, or the URL of a database."""
        ledger = self.settings.ledger
        return ledger if "://" in ledger else str(self.root / ledger)

    @property
    def ledger_file(self) -> Path | None:
        """The ledger's file; None where it is a database server."""
        ledger = self.settings.ledger
        return None if "://" in ledger else self.root / ledger

    @property
    def output(self) -> Path:
        """The folder under which each batch gets its own folder of workbooks."""
        return self.root / OUTPUT

    def titles(self) -> dict[str, str]:
        """Header as some institution writes it → our column title.

        Raises ClerkError when one header stands for two titles.
        """
        merged: dict[str, str] = {}
        for maker, headers in self.settings.mapping.items():
            for header, title in headers.items():
                if merged.setdefault(header, title) != title:
                    raise ClerkError(
                        f"{self.root / FILE} 的 mapping.{maker}：表头“{header}”同时指“{merged[header]}”和“{title}”。",
                        "一个表头只能对应一个栏目，请改成一致。",
                    )
        return merged


def policy_source(text: str, folder: Path) -> str:
    """A policy as it is named: an id stays, a path becomes absolute from ``folder``."""
    return str(folder / text) if text.endswith(".toml") else text


def find(given: Path | None, start: Path, environment: Mapping[str, str]) -> Path | None:
    """The workspace's folder: ``given`` or else the nearest folder from ``start`` upwards that
    holds ``skillcli.toml``, or else what the environment names. None without any.

    Raises ClerkError when ``given`` or the environment names a folder that is no workspace.
    """
    if given is not None:
        return _checked(given, "--workspace")
    for folder in (start, *start.parents):
        if (folder / FILE).is_file():
            return folder
    named = environment.get(VARIABLE)
    return _checked(Path(named), f"环境变量 {VARIABLE}") if named else None


def open_workspace(root: Path) -> Workspace:
    """Read a workspace. Raises ClerkError with file and key when a file says something wrong."""
    root = root.resolve()
    check_legible(str(root))
    return Workspace(root, read_settings(root / FILE))


def _checked(folder: Path, source: str) -> Path:
    if not (folder / FILE).is_file():
        raise ClerkError(
            f"{source} 写的 {folder} 不是工作区，里面没有 {FILE}。",
            f"请核对文件夹，或先建立工作区：skillcli init {folder} --policy 政策编号",
        )
    return folder
