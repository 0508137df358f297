"""A pool of processes on one machine, for more rows than its memory should hold at once.

First every chunk is read and its rows are dealt, key by key, into buckets on disk by a hash of the key; then every bucket,
which holds all rows of its keys, is checked by itself. Memory is bounded by the size of a bucket, not of the data.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from skillcli.jobs.engines.exports import Chunk, read
from skillcli.jobs.progress import Progress
from skillcli.rules.across.parts import KEY, PARTS, Setting, check, in_order

ROWS_A_BUCKET = 500_000


def run(
    chunks: Sequence[Chunk],
    setting: Setting,
    progress: Progress,
    *,
    workers: int | None = None,
    scratch: Path | None = None,
    rows_a_bucket: int = ROWS_A_BUCKET,
) -> pd.DataFrame:
    """All findings over these chunks (``rules.across.parts.in_order``). ``scratch``: folder for the buckets, about the
    size of the exports (None: the system's temporary folder); emptied at the end."""
    buckets = max(1, -(-sum(chunk.rows for chunk in chunks) // rows_a_bucket))
    workers = workers or os.cpu_count() or 1
    context = multiprocessing.get_context("spawn")
    with (
        TemporaryDirectory(prefix="skillcli-audit-", dir=scratch) as folder,
        ProcessPoolExecutor(workers, mp_context=context, initializer=end_with_the_command) as pool,
    ):
        try:
            found = _asked(pool, chunks, setting, progress, buckets, folder)
        except BaseException:
            pool.shutdown(cancel_futures=True)  # or all that waits would still be done
            raise
    return in_order(found)


def _asked(
    pool: ProcessPoolExecutor, chunks: Sequence[Chunk], setting: Setting, progress: Progress, buckets: int, folder: str
) -> list[pd.DataFrame]:
    progress.stage("分桶", len(chunks))
    dealt = [pool.submit(deal, chunk, number, buckets, folder) for number, chunk in enumerate(chunks)]
    for each in dealt:
        each.result()
        progress.advance()
    progress.stage("查找疑点", len(PARTS) * buckets)
    asked = [pool.submit(look, key, bucket, folder, setting) for key in PARTS for bucket in range(buckets)]
    found = []
    for answer in asked:
        found.append(answer.result())
        progress.advance()
    return found


def end_with_the_command() -> None:
    """In a worker: end when the command that started it has, however that ended, and not before. A worker would wait for its
    next piece of work forever, since every other worker holds the same queue open."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the command too, which then ends the workers

    def watch() -> None:
        command = multiprocessing.parent_process()
        if command is not None:
            command.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def deal(chunk: Chunk, number: int, buckets: int, folder: str) -> None:
    """Write a chunk's rows of every key, one row group a bucket."""
    for key, part in PARTS.items():
        frame = read(chunk, part)
        bucket = bucket_of(frame[KEY], buckets)
        order = np.argsort(bucket, kind="stable")
        ends = np.searchsorted(bucket[order], np.arange(buckets + 1))
        table = pa.Table.from_pandas(frame.iloc[order], preserve_index=False).replace_schema_metadata(None)
        with pq.ParquetWriter(_file(folder, key, number), table.schema, compression="lz4") as writer:
            for first, last in zip(ends[:-1], ends[1:], strict=True):
                # an empty bucket has its row group too, so that their numbers agree
                writer.write_table(table.slice(first, last - first), row_group_size=max(int(last - first), 1))


def look(key: str, bucket: int, folder: str, setting: Setting) -> pd.DataFrame:
    """The findings of one bucket of one key."""
    files = sorted(Path(folder).glob(f"{key}-*.parquet"))
    tables = [pq.ParquetFile(file).read_row_group(bucket) for file in files]
    part = PARTS[key]
    frame = pa.concat_tables(tables).to_pandas().astype(part.columns)
    return check(part, frame, setting)


def bucket_of(keys: pd.Series, buckets: int) -> np.ndarray:
    """0…buckets-1 for each key (int64 hashes or numbers), the same wherever it is computed."""
    mixed = pd.util.hash_array(keys.to_numpy(dtype="int64"))
    return (mixed % np.uint64(buckets)).astype("int64")


def _file(folder: str, key: str, number: int) -> str:
    return str(Path(folder) / f"{key}-{number:06d}.parquet")
