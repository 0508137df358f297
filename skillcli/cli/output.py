"""Machine-readable results: written to a file or, for ``-``, to stdout."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from skillcli import __version__
from skillcli.core.errors import BookedNotWritten, ClerkError


def envelope(command: str, **content: object) -> dict[str, object]:
    """The result of a command without a schema of its own: tool and command first."""
    return {"tool": f"skillcli {__version__}", "command": command, **content}


def write_json(result: Mapping[str, object], target: str | None, *, booked: bool = False) -> None:
    """Write ``result`` as JSON to ``target`` (None: nowhere). What is an iterator in it becomes a list, an item a line, and is
    never whole in memory.

    A file is UTF-8 and replaced whole. On a console that is not UTF-8, other characters
    become ``\\u`` escapes, so that a program reads the same text everywhere. Raises
    ClerkError when the file cannot be written, BookedNotWritten where the ledger already
    holds what it tells.
    """
    if target is None:
        return
    if target == "-":
        plain = sys.stdout.encoding.lower().replace("-", "") not in ("utf8", "utf8sig")
        sys.stdout.writelines(_pieces(result, ascii_only=plain))
        sys.stdout.flush()
        return
    path = Path(target)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("w", encoding="utf-8", errors="replace") as stream:
            stream.writelines(_pieces(result, ascii_only=False))
        os.replace(part, path)
    except BaseException as error:
        part.unlink(missing_ok=True)
        if not isinstance(error, OSError):
            raise
        kind, before = (BookedNotWritten, "已入账，但 ") if booked else (ClerkError, "")
        remedy = "请换一个可以写的位置，或关闭正在打开它的程序，再运行同一条命令。"
        raise kind(f"{before}JSON 结果写不到 {target}（{error.strerror}）。", remedy) from error


def _pieces(result: Mapping[str, object], *, ascii_only: bool) -> Iterator[str]:
    before = "{\n"
    for key, value in result.items():
        yield f"{before}  {json.dumps(key)}: "
        if isinstance(value, Iterator):
            yield from _items(value, ascii_only)
        else:
            yield json.dumps(value, ensure_ascii=ascii_only, indent=2).replace("\n", "\n  ")
        before = ",\n"
    yield "\n}\n" if result else "{}\n"


def _items(items: Iterator[object], ascii_only: bool) -> Iterator[str]:
    encoder = json.JSONEncoder(ensure_ascii=ascii_only)
    before = "["
    for item in items:
        yield f"{before}\n    {encoder.encode(item)}"
        before = ","
    yield "[]" if before == "[" else "\n  ]"
