"""A Dask cluster: of this machine's cores, or of a province's machines behind a scheduler.

``shuffle`` brings the rows of one key together, ``map_partitions`` checks them. Rows that do not fit into a worker's memory
wait on its disk; when a worker is lost, the others do its work again.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pandas as pd

from skillcli.core.errors import ClerkError
from skillcli.jobs.engines.exports import Chunk, read
from skillcli.jobs.progress import Progress
from skillcli.rules.across.parts import KEY, PARTS, Part, Setting, check, in_order
from skillcli.rules.flags.flag import no_flags

if TYPE_CHECKING:
    from distributed import Client

ROWS_A_PARTITION = 100_000
MEMORY = "1GB"
_CONFIG = {
    "distributed.admin.large-graph-warning-threshold": "1GB",
    # by themselves a gigabyte and more of rows on their way stand outside what a worker counts
    "distributed.p2p.comm.buffer": "64 MiB",
    "distributed.p2p.storage.buffer": "64 MiB",
}
_MISSING = "没有安装分布式计算的组件。"
_INSTALL = "请安装 skillcli[scale]，或改用 --engine pool。"


def run(
    chunks: Sequence[Chunk],
    setting: Setting,
    progress: Progress,
    *,
    client: Client,
    rows_a_partition: int = ROWS_A_PARTITION,
) -> pd.DataFrame:
    """All findings over these chunks (``rules.across.parts.in_order``), computed by the workers of ``client``, which see
    the exports under the same paths. Raises ClerkError when workers die again and again over the same rows."""
    import dask.dataframe as dd
    from distributed.scheduler import KilledWorker

    partitions = max(1, -(-sum(chunk.rows for chunk in chunks) // rows_a_partition))
    found = []
    progress.stage("查找疑点", len(PARTS))
    for part in PARTS.values():
        rows: Any = dd.from_map(read, chunks, part=part, meta=_empty(part), enforce_metadata=False)
        together = rows.shuffle(KEY, npartitions=partitions)
        answers = together.map_partitions(_check, setting=setting, part=part, meta=no_flags(), enforce_metadata=False)
        try:
            found.append(client.compute(answers, retries=3).result())
        except KilledWorker as error:
            raise ClerkError(
                "计算进程多次因内存不够被终止，没有写出。", "请用 --memory 给每个进程更多内存。"
            ) from error
        progress.advance()
    return in_order(found)


def _check(frame: pd.DataFrame, setting: Setting, part: Part) -> pd.DataFrame:
    return check(part, frame, setting)


def _empty(part: Part) -> pd.DataFrame:
    return pd.DataFrame({key: pd.Series(dtype=dtype) for key, dtype in part.columns.items()})


@contextmanager
def connected(
    scheduler: str | None, *, workers: int | None = None, memory: str = MEMORY, scratch: Path | None = None
) -> Iterator[Client]:
    """A client of the scheduler at this address, or of a cluster of this machine's own that ends with it: ``workers``
    processes (None: one a core) of ``memory`` each, spilling into ``scratch``.

    Raises ClerkError when the extra is not installed or the scheduler does not answer.
    """
    try:
        import dask
        from distributed import Client, LocalCluster
    except ImportError:
        raise ClerkError(_MISSING, _INSTALL) from None
    if scheduler is not None:
        try:
            client = Client(scheduler, timeout=30)
        except (OSError, ValueError) as error:
            raise ClerkError(f"连不上调度节点 {scheduler}。", "请核对地址，并看调度节点是否已启动。") from error
        with client:
            yield client
        return
    with (
        TemporaryDirectory(prefix="skillcli-audit-", dir=scratch) as folder,
        dask.config.set({"temporary-directory": folder, **_CONFIG}),
        LocalCluster(
            n_workers=workers or os.cpu_count() or 1,
            threads_per_worker=1,
            processes=True,
            memory_limit=memory,
            dashboard_address=None,
            local_directory=folder,
            silence_logs=50,
        ) as cluster,
        Client(cluster) as client,
    ):
        yield client
