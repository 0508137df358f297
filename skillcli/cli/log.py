"""The log of a failure of our own: enough to send to whoever maintains the program, no persons in it."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from skillcli import __version__
from skillcli.cli.redact import redact

_NAMED = ("typer", "rich", "pandas", "numpy", "pyarrow", "openpyxl", "python-calamine", "XlsxWriter", "SQLAlchemy")


def folder() -> Path:
    """The user's own place for logs, by the custom of the system."""
    if sys.platform == "win32":
        home = os.environ.get("LOCALAPPDATA")
        return Path(home) / "skillcli" / "logs" if home else Path.home() / "AppData" / "Local" / "skillcli" / "logs"
    state = os.environ.get("XDG_STATE_HOME")
    return (Path(state) if state else Path.home() / ".local" / "state") / "skillcli" / "logs"


def write(error: BaseException, arguments: Sequence[str]) -> Path | None:
    """Write the log of ``error``; its path, or None where no folder takes it."""
    now = datetime.now().astimezone()
    text = redact("\n".join(_lines(error, arguments, now)))
    for place in _places():
        try:
            place.mkdir(parents=True, exist_ok=True)
            path = place / f"skillcli-{now:%Y%m%d-%H%M%S}-{os.getpid()}.log"
            path.write_text(text, encoding="utf-8", errors="backslashreplace")
        except OSError:
            continue
        return path
    return None


def _places() -> Iterator[Path]:
    with suppress(RuntimeError):  # no home directory is known
        yield folder()
    yield Path(tempfile.gettempdir()) / "skillcli-logs"


def _lines(error: BaseException, arguments: Sequence[str], now: datetime) -> Iterator[str]:
    yield f"skillcli {__version__}"
    yield f"time: {now.isoformat(timespec='seconds')}"
    yield f"python: {sys.version}"
    yield f"system: {platform.platform()}"
    yield f"encodings: stdout {sys.stdout.encoding}, files {sys.getfilesystemencoding()}"
    yield f"libraries: {', '.join(_versions())}"
    yield f"arguments: {' '.join(arguments)}"
    yield ""
    yield "".join(traceback.format_exception(error))


def _versions() -> Iterator[str]:
    from importlib.metadata import PackageNotFoundError, version

    for name in _NAMED:
        try:
            yield f"{name} {version(name)}"
        except PackageNotFoundError:
            yield f"{name} missing"
