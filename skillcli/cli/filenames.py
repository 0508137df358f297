"""Chinese file names under a locale that cannot name them.

Where the system says its file names are ASCII (``LC_ALL=C`` with UTF-8 mode switched off), Python can neither
read the Chinese names of its arguments nor make a file ``…-审核意见.xlsx``. The program then starts itself once
more in UTF-8 mode: same process, same console, same arguments.
"""

from __future__ import annotations

import os
import sys

_NEEDED = "花名册-审核意见（一）"


def restart_if_chinese_has_no_name() -> None:
    """Go on in UTF-8 mode where file names could not be Chinese otherwise; else return at once. The console keeps its
    encoding. Where the system refuses to start the program again, all goes on as it is."""
    if sys.flags.utf8_mode or sys.platform == "win32" or _has_chinese(sys.getfilesystemencoding()):
        return
    console = getattr(sys.stdout or sys.stderr, "encoding", None) or "ascii"
    environment = {"PYTHONIOENCODING": f"{console}:replace", **os.environ, "PYTHONUTF8": "1"}
    arguments = [sys.executable, "-X", "utf8", *sys.orig_argv[1:]]
    try:
        os.execve(sys.executable, arguments, environment)
    except OSError:
        return


def _has_chinese(encoding: str) -> bool:
    try:
        _NEEDED.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True
