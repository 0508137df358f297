"""A console that cannot fail: what is booked is booked, whether or not a screen can show it.

A console may know only GBK or ASCII, its reader may have gone, its disk may be full, or there
may be none at all. None of this may change an exit status or stop a batch half way.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO


class Screen(io.TextIOBase):
    """A text stream that loses characters or whole lines rather than raise.

    ``stream`` is None where the program was started without one. After the first failure
    everything further goes nowhere, and so does what the stream still held back.
    """

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream
        if isinstance(stream, io.TextIOWrapper):
            with suppress(OSError, ValueError):
                stream.reconfigure(errors="replace")

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return getattr(self._stream, "encoding", None) or "utf-8"

    @property
    def errors(self) -> str:  # type: ignore[override]
        return "replace"

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        try:
            return self._stream is not None and self._stream.isatty()
        except (OSError, ValueError):
            return False

    def fileno(self) -> int:
        if self._stream is None:
            raise OSError("no console")
        return self._stream.fileno()

    def write(self, text: str) -> int:
        if self._stream is not None:
            try:
                self._stream.write(text)
            except UnicodeEncodeError:
                plain = text.encode("ascii", "replace").decode("ascii")
                self._guarded_write(plain)
            except (OSError, ValueError):
                self._give_up()
        return len(text)

    def flush(self) -> None:
        if self._stream is not None:
            try:
                self._stream.flush()
            except (OSError, ValueError):
                self._give_up()

    def _guarded_write(self, text: str) -> None:
        try:
            assert self._stream is not None
            self._stream.write(text)
        except (OSError, ValueError):
            self._give_up()

    def _give_up(self) -> None:
        """Send the rest nowhere, so that the interpreter's own flush at the end succeeds."""
        stream, self._stream = self._stream, None
        with suppress(OSError, ValueError):
            assert stream is not None
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)


@contextmanager
def guarded_streams() -> Iterator[None]:
    """Run with ``sys.stdout`` and ``sys.stderr`` that never raise; both are flushed at the end."""
    before = sys.stdout, sys.stderr
    screens = Screen(before[0]), Screen(before[1])
    sys.stdout, sys.stderr = screens
    try:
        yield
    finally:
        for screen in screens:
            screen.flush()
        sys.stdout, sys.stderr = before
