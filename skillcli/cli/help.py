"""Help pages in Chinese, laid out for double-width characters, with an example each."""

from __future__ import annotations

import inspect
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from typer.core import TyperCommand, TyperGroup

from skillcli.cli.usage import shown_name
from skillcli.cli.values import taken_plainly
from skillcli.core.errors import ClerkError

WIDTH = 78
_GAP = 2
_FIRST = 26


class ClerkCommand(TyperCommand):
    """A command whose help is ours; the part of its docstring after ``例：`` is the example."""

    def get_params(self, ctx: Any) -> list[Any]:
        return taken_plainly(super().get_params(ctx))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        formatter.write("\n".join(_page(self, ctx)) + "\n")


class ClerkGroup(TyperGroup):
    """A group of commands whose help is ours, in the order in which they were declared.

    ``purposes``: what its page says of each command, so that none has to be imported for that.
    """

    purposes: Mapping[str, str]

    def get_params(self, ctx: Any) -> list[Any]:
        return taken_plainly(super().get_params(ctx))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        formatter.write("\n".join(_page(self, ctx)) + "\n")

    def list_commands(self, ctx: Any) -> list[str]:
        return list(self.commands)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name = args[0]
        if not name.startswith("-") and name not in self.commands:
            from difflib import get_close_matches

            near = get_close_matches(name, self.commands, n=3, cutoff=0.5)
            known = "、".join(self.commands)
            raise ClerkError(
                f"没有命令 {ctx.command_path} {name}。" + (f"是不是 {'、'.join(near)}？" if near else ""),
                f"可用的命令：{known}。用法见：{ctx.command_path} --help",
            )
        return super().resolve_command(ctx, args)


def sections(text: str | None) -> tuple[str, str]:
    """A docstring as (what the command does, its example)."""
    body, _, example = inspect.cleandoc(text or "").partition("例：")
    return body.strip(), inspect.cleandoc("\n" + example).strip()


def _page(command: Any, ctx: Any) -> Iterator[str]:
    body, example = sections(command.help)
    arguments = [p for p in command.get_params(ctx) if p.param_type_name == "argument" and not p.hidden]
    options = [p for p in command.get_params(ctx) if p.param_type_name == "option" and not p.hidden]
    yield f"用法：{' '.join([ctx.command_path, *_usage(command, arguments, options)])}"
    yield ""
    for number, paragraph in enumerate(body.split("\n\n")):
        if number:
            yield ""
        yield from wrap(_joined(paragraph), WIDTH)
    yield from _block("命令", getattr(command, "purposes", {}).items())
    yield from _block("内容", ((shown_name(p), p.help or "") for p in arguments))
    yield from _block("选项", (_option(p) for p in options))
    if example:
        yield ""
        yield "例："
        yield from (f"  {line.strip()}" for line in example.split("\n"))


def _joined(paragraph: str) -> str:
    """The lines of a docstring's paragraph as one; Chinese text has no blank at a line's end."""
    return re.sub(r"(?<=[ -~])\n *(?=[ -~])", " ", paragraph).replace("\n", "").strip()


def _usage(command: Any, arguments: list[Any], options: list[Any]) -> Iterator[str]:
    if getattr(command, "commands", None):
        yield "命令 …"
        return
    for p in arguments:
        name = shown_name(p) + ("…" if p.nargs == -1 else "")
        yield name if p.required else f"[{name}]"
    for p in options:
        if p.required:
            yield f"{p.opts[0]} {p.metavar}"
    yield "[选项]"


def _option(parameter: Any) -> tuple[str, str]:
    if "--help" in parameter.opts:
        return "--help", "显示这一页。"
    name = parameter.opts[0] + ("" if parameter.is_flag else f" {parameter.metavar or '内容'}")
    return name, (parameter.help or "") + ("（必填）" if parameter.required else "")


def _block(title: str, entries: Iterable[tuple[str, str]]) -> Iterator[str]:
    rows = list(entries)
    if not rows:
        return
    yield ""
    yield f"{title}："
    column = min(max(width(name) for name, _ in rows), _FIRST) + _GAP
    for name, text in rows:
        lines = wrap(text, WIDTH - column - _GAP) or [""]
        first = name + " " * max(column - width(name), 0)
        if width(name) > _FIRST:
            yield f"  {name}"
            first = " " * column
        yield f"  {first}{lines[0]}".rstrip()
        yield from (f"  {' ' * column}{line}" for line in lines[1:])


def width(text: str) -> int:
    """Columns on a terminal: East Asian wide and full-width characters take two."""
    return sum(2 if _is_wide(c) else 1 for c in text)


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


_NO_LINE_START = "，。；：、！？）》】”’…,.;:!?)"


def wrap(text: str, limit: int) -> list[str]:
    """Lines of at most ``limit`` columns; a word of Latin letters stays whole, no line begins
    with a closing mark (such a mark may hang over by one)."""
    lines: list[str] = []
    line = ""
    for piece in _pieces(text):
        if line and width(line) + width(piece.rstrip()) > limit and piece not in _NO_LINE_START:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return [*lines, line.rstrip()] if line.strip() else lines


def _pieces(text: str) -> Iterator[str]:
    word = ""
    for character in text:
        if _is_wide(character) or character == " ":
            if word:
                yield word
                word = ""
            yield character
        else:
            word += character
    if word:
        yield word
