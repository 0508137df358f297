"""File names that the system hands over in bytes its encoding does not know.

Python keeps such bytes as lone surrogates. The file can be opened by such a name, but the name can stand
in no workbook, ledger or JSON, and no two programs would show it alike.
"""

from __future__ import annotations

import os
import re
import sys

from skillcli.core.errors import ClerkError

_UNDECODED = re.compile("[\ud800-\udfff]")


def is_legible(name: str) -> bool:
    """Whether every byte of a name stands for a character."""
    return _UNDECODED.search(name) is None


def legible(name: str) -> str:
    """A name or path as its author most likely wrote it: GB18030, in which Chinese Windows and old archives store
    names. Bytes that are none either become U+FFFD."""
    return "/".join(map(_decoded, name.split("/"))) if not is_legible(name) else name


def _decoded(part: str) -> str:
    if is_legible(part):
        return part
    try:
        return os.fsencode(part).decode("gb18030", errors="replace")
    except UnicodeEncodeError:
        return _UNDECODED.sub("\ufffd", part)


def check_legible(name: str) -> None:
    """Raise ClerkError when a file's or folder's name is not text in the system's encoding."""
    if is_legible(name):
        return
    encoding = sys.getfilesystemencoding().upper()
    raise ClerkError(
        f"“{legible(name)}”这个名字不是按本机的编码（{encoding}）存的，不能写进工作簿和台账。",
        "多半是从 Windows 拷来或解压出来的：请把文件（或它所在的文件夹）改名，再运行同一条命令。",
    )
