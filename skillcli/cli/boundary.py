"""The one error boundary: every way a command can end, its sentence and its exit status.

====  ==============================================================
0, 1  what the command returned
2     ``ClerkError``, wrong usage, a file that cannot be read or written
3     anything else: one sentence and the path of a log
4     ``BookedNotWritten``
130   interrupted, or ended from outside
====  ==============================================================
"""

from __future__ import annotations

import errno
import signal
import sys
from collections.abc import Callable, Sequence

from typer import Abort, Exit
from typer.exceptions import TyperException

from skillcli.cli import log
from skillcli.cli.redact import redact
from skillcli.cli.streams import guarded_streams
from skillcli.cli.usage import translate
from skillcli.core.errors import ClerkError

DONE = 0
USER = 2
OURS = 3
INTERRUPTED = 130
_BOOKING = frozenset({"pay", "grants"})
"""Commands of which the same files are the same batch."""


def run(action: Callable[[], object], arguments: Sequence[str]) -> int:
    """Do ``action`` and turn whatever comes out of it into an exit status.

    ``action`` returns the status (None: 0). ``arguments`` go, masked, into the log of a
    failure of our own.
    """
    with guarded_streams():
        try:
            result = action()
            if result == INTERRUPTED:  # the parser of the command line makes a status of Ctrl-C
                raise KeyboardInterrupt
        except Exit as end:
            return end.exit_code
        except (KeyboardInterrupt, Abort):
            return _tell(ClerkError("已中断，没有留下写了一半的文件或台账。", _after(arguments)), INTERRUPTED)
        except ClerkError as error:
            return _tell(error, error.exit_code)
        except TyperException as error:
            if type(error).__name__ == "NoArgsIsHelpError":
                sys.stderr.write(error.format_message() + "\n")
                return USER
            return _tell(translate(error), USER)
        except SystemExit as end:
            return end.code if isinstance(end.code, int) else OURS if end.code else DONE
        except OSError as error:
            sentence = _disk_sentence(error)
            return _tell(ClerkError(*sentence), USER) if sentence else _bug(error, arguments)
        except MemoryError:
            return _tell(ClerkError("内存不够。", "请把花名册分成几份分别处理，或换一台内存更大的机器。"), USER)
        except BaseException as error:  # a crash inside a reader arrives as a bare BaseException
            return _bug(error, arguments)
        return result if isinstance(result, int) else DONE


def interrupt_when_ended() -> None:
    """Being ended from outside (the machine shuts down, the window is closed) is an interrupt like Ctrl-C: what waits in
    temporary folders is removed. What the caller chose to ignore stays ignored."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)


def _after(arguments: Sequence[str]) -> str:
    """What to do after an interrupt, which may have come just after COMMIT; "" for commands that book no batch."""
    if not set(arguments[:1]) & _BOOKING:
        return ""
    return "可能刚好已经入账：用 skillcli batch list 查看；同一条命令再运行一次，不会重复入账。"


def _tell(error: ClerkError, status: int) -> int:
    lines = [f"错误：{error}" if status != INTERRUPTED else str(error)]
    if error.remedy:
        lines.append(f"处理：{error.remedy}")
    sys.stderr.write(redact("\n".join(lines)) + "\n")
    return status


def _bug(error: BaseException, arguments: Sequence[str]) -> int:
    path = log.write(error, arguments)
    where = f"详情写在 {path}，请把这个文件发给维护人员。" if path else "日志也没有写成，请联系维护人员。"
    sys.stderr.write(redact("错误：程序内部出错，这不是您操作的问题。") + f"\n处理：{where}\n")
    return OURS


_DISK = {
    errno.EACCES: (
        "没有权限读写 {file}，或文件正在 Excel 里打开。",
        "请关闭 Excel 中的这个文件，或换一个有权限的文件夹。",
    ),
    errno.EPERM: (
        "没有权限读写 {file}，或文件正在 Excel 里打开。",
        "请关闭 Excel 中的这个文件，或换一个有权限的文件夹。",
    ),
    errno.EBUSY: ("{file} 正被别的程序占用。", "请关闭占用它的程序后再运行。"),
    errno.EROFS: ("{file} 所在的磁盘只能读，不能写。", "请换一个可以写的文件夹。"),
    errno.ENOSPC: ("磁盘已满，写不下 {file}。", "请清出空间后再运行。"),
    errno.EDQUOT: ("磁盘限额已满，写不下 {file}。", "请清出空间后再运行。"),
    errno.ENOENT: ("找不到 {file}。", "请核对文件名和所在的文件夹。"),
    errno.EISDIR: ("{file} 是文件夹，不是文件。", "请写出文件名。"),
    errno.ENOTDIR: ("{file} 的路径里有一段不是文件夹。", "请核对路径。"),
    errno.EEXIST: ("{file} 已经存在。", "请换一个名字。"),
    errno.ENAMETOOLONG: ("文件名太长：{file}。", "请用短一些的文件名或文件夹。"),
    errno.EIO: ("读写 {file} 时磁盘出错。", "请检查磁盘或网络盘，换一个位置再运行。"),
}


def _disk_sentence(error: OSError) -> tuple[str, str] | None:
    """What an operating-system error means to a clerk; None where only a maintainer can tell."""
    found = _DISK.get(error.errno or 0)
    if found is None:
        return None
    return found[0].format(file=error.filename or "文件"), found[1]
