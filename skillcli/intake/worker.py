"""The process that opens files: whatever a hostile file does to it, only it dies.

Started as ``python -P -m skillcli.intake.worker``. Takes pickles of a path and the bytes of address space the file may take from
its standard input, and writes one pickle each to its standard output: a ``Workbook``, or a tuple of code, sentence and remedy.
"""

from __future__ import annotations

import gc
import hashlib
import pickle
import sys
from pathlib import Path

from skillcli.intake.grid import Refused, Workbook
from skillcli.intake.sniff import form_of


def open_workbook(path: Path) -> Workbook:
    """Read a file by what it is. Raises Refused."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise Refused("F01", "找不到这个文件。", "请核对文件名和所在文件夹。") from None
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise Refused("F01", f"文件打不开（{why}）。", "请关闭正在使用它的程序，并确认有读取权限。") from None
    sha256 = hashlib.sha256(data).hexdigest()
    form = form_of(data)
    if form in ("text", "html"):
        from skillcli.intake import texts

        return texts.read(data, form, sha256)
    from skillcli.intake import workbook

    return workbook.read(data, form, sha256)


def limit_memory(size: int) -> None:
    """Refuse this process more than ``size`` bytes of address space, where the system can."""
    try:
        import resource
    except ImportError:
        return
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    limit = size if hard == resource.RLIM_INFINITY else min(size, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """Open one file after another, as asked on the standard input."""
    gc.disable()
    while True:
        try:
            path, limit = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        limit_memory(limit)
        answer: Workbook | tuple[str, str, str]
        try:
            answer = open_workbook(Path(path))
        except Refused as refusal:
            answer = (refusal.code, str(refusal), refusal.remedy)
        pickle.dump(answer, sys.stdout.buffer, protocol=5)
        sys.stdout.buffer.flush()
        del answer
        gc.collect()


if __name__ == "__main__":
    main()
