"""How the interpreter and the libraries under this program behave: what nobody needs is not begun, memory that nothing uses
any more goes back to the system."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from contextlib import suppress


def prepare() -> None:
    """Choose for this process and those it starts, before the libraries are imported."""
    _share_one_heap()
    _calculate_alone()
    _sort_by_avx2()
    _collect_seldom()


class End:
    """Ends the program without taking it apart: the system takes back all memory as a whole.

    Otherwise the interpreter looks through every object of every library once more: 35 ms instead of 12 after a payment of
    2,000 rows. Made before anything else asks for something to be done at exit, it comes after all of it; threads have been
    waited for by then. Without a ``status`` the program ends as any other.
    """

    def __init__(self) -> None:
        self.status: int | None = None
        atexit.register(self._leave)

    def _leave(self) -> None:
        if self.status is None:
            return
        for stream in (sys.stdout, sys.stderr):
            with suppress(AttributeError, OSError, ValueError):  # none, closed, or nobody reads it
                stream.flush()
        os._exit(self.status)


def give_back() -> None:
    """Ask Arrow's pool and the C library's heap (glibc) to let go of what was freed.

    They keep freed pieces for later. Between two steps of a large run that each need hundreds of megabytes of other
    shapes, what the first left behind would stand beside what the second takes.
    """
    if "pyarrow" in sys.modules:
        sys.modules["pyarrow"].default_memory_pool().release_unused()
    if sys.platform == "linux":
        import ctypes

        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # another C library than glibc has none
        if trim is not None:
            trim(0)


def _share_one_heap() -> None:
    """Let Arrow take its memory from the C library like everything else (Linux).

    Its own pool keeps what was freed beside the C library's heap, which keeps its own: a payment of 200,000 rows peaked
    at 1,058 MiB with two pools and at 957 with one, in the same time.
    """
    if sys.platform == "linux":
        os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")


def _calculate_alone() -> None:
    """Let numpy start no threads for linear algebra (OpenBLAS), which nothing here uses.

    The threads wait for work by asking for it again and again: a process that reads a file of 2,000 rows took 0.25 CPU s
    with and 0.19 without them.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def _sort_by_avx2() -> None:
    """Let numpy leave AVX-512 alone where the processor has it.

    Its sorting with AVX-512 stores vectors compressed, which AMD's Zen 4 does in microcode (numpy/x86-simd-sort issue 6; AMD's
    optimization guide 57647, 2.11.2): 5 million numbers of 32 bits are sorted in 0.19 s with and 0.04 without. Elsewhere AVX2
    is nearly as quick. Other processors have nothing of that name, and nothing changes.
    """
    os.environ.setdefault("NPY_DISABLE_CPU_FEATURES", "X86_V4")


def _collect_seldom() -> None:
    """Look for objects that hold one another after 200,000 new ones instead of 700, and for old ones ten times more seldom.

    What is imported stays, and frames are freed as soon as nothing uses them. A payment of 2,000 rows looked for 0.11 CPU s
    in vain after every 10,000 (0.2 more after every 700), and for 0.005 so; the peak of one of 200,000 rows did not grow.
    """
    gc.set_threshold(200_000, 20, 20)
