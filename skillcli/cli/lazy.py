"""Commands known by name and purpose alone, whose modules are imported when they are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field  # no Struct: the help loads this module, see core.finding
from importlib import import_module
from typing import Any

import typer
from typer.main import get_command

from skillcli.cli.help import ClerkCommand, ClerkGroup


@dataclass(frozen=True)
class Leaf:
    """A command: ``action`` of ``skillcli.cli.<module>``; ``purpose``: the first line of its docstring."""

    module: str
    action: str
    purpose: str

    def build(self, name: str) -> Any:
        alone = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)
        alone.command(name, cls=ClerkCommand)(getattr(import_module(f"skillcli.cli.{self.module}"), self.action))
        return get_command(alone)


@dataclass(frozen=True)
class Branch:
    """A group of commands; ``help``: its page, laid out like a docstring."""

    help: str
    commands: Mapping[str, Leaf] = field(default_factory=dict)

    @property
    def purpose(self) -> str:
        return self.help.partition("\n")[0]

    def build(self, name: str) -> ClerkGroup:
        group = ClerkGroup(name=name, help=self.help, rich_markup_mode=None, no_args_is_help=True)
        return fill(group, self.commands)


def fill(group: ClerkGroup, entries: Mapping[str, Leaf | Branch]) -> ClerkGroup:
    """Give a group its commands, in this order."""
    group.commands = Commands(entries)  # type: ignore[assignment]
    group.purposes = {name: entry.purpose for name, entry in entries.items()}
    return group


class Commands(Mapping[str, Any]):
    """The commands of a group by name, each built when it is first asked for."""

    def __init__(self, entries: Mapping[str, Leaf | Branch]) -> None:
        self._entries = entries
        self._built: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._built:
            self._built[name] = self._entries[name].build(name)
        return self._built[name]

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)
