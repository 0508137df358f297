"""Memory that nothing uses any more goes back to the system, and what nobody needs is not begun."""

from __future__ import annotations

import gc
import os
import sys


def collect_seldom() -> None:
    """Look for objects that hold one another after 200,000 new ones instead of 700, and for old ones ten times more seldom.

    What is imported stays, and frames are freed as soon as nothing uses them. A payment of 2,000 rows looked for 0.11 CPU s
    in vain after every 10,000 (0.2 more after every 700), and for 0.005 so; the peak of one of 200,000 rows did not grow.
    """
    gc.set_threshold(200_000, 20, 20)


def end_at_once() -> None:
    """Before the program ends: leave all objects to the system, which takes the memory back as a whole.

    Otherwise the interpreter looks through every object of every library once more (0.4 CPU s after a payment, 0.05 so).
    What is open is still flushed and closed, and what was asked for at exit still runs.
    """
    gc.freeze()


def share_one_heap() -> None:
    """Let Arrow, when it is imported, take its memory from the C library like everything else (Linux).

    Its own pool keeps what was freed beside the C library's heap, which keeps its own: a payment of 200,000 rows peaked
    at 1,058 MiB with two pools and at 957 with one, in the same time.
    """
    if sys.platform == "linux":
        os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")


def calculate_alone() -> None:
    """Let numpy, when it is imported, start no threads for linear algebra (OpenBLAS), which nothing here uses.

    The threads wait for work by asking for it again and again: a process that reads a file of 2,000 rows took 0.25 CPU s
    with and 0.19 without them, and the processes started by this one heed it too.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


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
