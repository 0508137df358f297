"""Parquet exports of ledgers (``ledger export --parquet --reveal``) as an engine reads them: chunk by chunk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from msgspec import Struct

from skillcli.core.errors import ClerkError
from skillcli.ledger.batch import Status
from skillcli.ledger.claims import PAYABLE
from skillcli.rules.across.paid import COLUMNS
from skillcli.rules.across.parts import MARKS, Part, prepare
from skillcli.schema.extract import EXTRACT
from skillcli.schema.inputs import ROSTER

TABLE = {name: f"{EXTRACT[name].title}.parquet" for name in ("training", "line", "batch", "batch_event", "reversal")}
POLICIES = "政策文件"
MOST_ROWS = 50_000
"""Trainings of a chunk: what a process works on at a time, whatever the size of the row groups."""
RECORD_BITS = 40
"""A record is the ledger's number and, in this many bits, the training's; a batch likewise."""
_EXPORT = "请用 skillcli ledger export 文件夹 --parquet --reveal 重新导出这个地方的台账。"


class Export(Struct, frozen=True):
    """One ledger's export. ``number``: its place among all, in the order of names; ``rows``: trainings of each row group.

    ``batches``: seq → (batch id, policy id); ``void``: seqs of voided batches.
    """

    number: int
    name: str
    folder: str
    rows: tuple[int, ...]
    batches: Mapping[int, tuple[str, str]]
    void: frozenset[int]


class Chunk(Struct, frozen=True):
    """Consecutive trainings of one row group of one export, the first counted within the group."""

    export: Export
    group: int
    first: int
    rows: int


def find_exports(folders: Sequence[Path]) -> tuple[Export, ...]:
    """The exports in these folders, or in the folders directly below them, in the order of their names.

    Raises ClerkError when a folder holds none, when an export is incomplete or has its numbers covered.
    """
    found: list[Path] = []
    for folder in folders:
        own = (
            [folder]
            if (folder / TABLE["training"]).is_file()
            else sorted(path.parent for path in folder.glob(f"*/{TABLE['training']}"))
        )
        if not own:
            raise ClerkError(f"{folder} 里没有台账导出的 {TABLE['training']}。", _EXPORT)
        found += [path for path in own if path not in found]
    names = [path.name for path in found]
    called = [path.name if names.count(path.name) == 1 else str(path) for path in found]
    return tuple(
        _export(number, name, path) for number, (name, path) in enumerate(sorted(zip(called, found, strict=True)))
    )


def chunks(exports: Sequence[Export]) -> list[Chunk]:
    """The trainings of every export, in order, in pieces of at most ``MOST_ROWS``."""
    return [
        Chunk(export, group, first, min(MOST_ROWS, rows - first))
        for export in exports
        for group, rows in enumerate(export.rows)
        for first in range(0, rows, MOST_ROWS)
    ]


def policy_texts(exports: Sequence[Export]) -> dict[str, str]:
    """Policy id → text, of every policy under which a batch was judged; the export first in order gives the text."""
    texts: dict[str, str] = {}
    for export in exports:
        for policy in sorted({policy for _, policy in export.batches.values()} - set(texts)):
            files = sorted((Path(export.folder) / POLICIES).glob(f"{policy}-*.toml"))
            if not files:
                raise ClerkError(f"{export.name} 的导出里没有政策 {policy} 的文件。", _EXPORT)
            texts[policy] = files[0].read_text(encoding="utf-8")
    return texts


def read(chunk: Chunk, part: Part) -> pd.DataFrame:
    """The trainings of a chunk as one key needs them (``part.columns``)."""
    more = ("row", "year") if part.rules else ()
    frame = trainings(chunk, (*part.reads, *more))
    if part.rules:
        known = chunk.export.batches
        ids = {seq: batch for seq, (batch, _) in known.items()}
        policies = {seq: policy for seq, (_, policy) in known.items()}
        frame = frame.assign(
            batch_id=frame["seq"].map(ids).astype("str"),
            policy=frame["seq"].map(policies).astype("str"),
            paid=_paid(chunk, frame),
        )
        frame = frame.astype(COLUMNS)
    return prepare(part, frame)


def trainings(chunk: Chunk, keys: Sequence[str]) -> pd.DataFrame:
    """``MARKS``, ``tid``, ``seq`` and these columns of a chunk's trainings, in their dtypes."""
    export = chunk.export
    wanted = list(dict.fromkeys(["tid", "seq", *keys]))
    file = pq.ParquetFile(Path(export.folder) / TABLE["training"])
    group = file.read_row_group(chunk.group, columns=[_title("training", key) for key in wanted])
    frame = _frame("training", group.slice(chunk.first, chunk.rows))
    first = export.number << RECORD_BITS
    return frame.assign(
        record=frame["tid"] + first,
        ledger=export.number,
        batch=frame["seq"] + first,
        void=frame["seq"].isin(export.void),
    ).astype(MARKS)


def lines(chunk: Chunk, tids: pd.Series) -> pd.DataFrame:
    """Lines that stand (payable, neither voided nor taken back) of these trainings: tid, line, quantity, amount_fen."""
    folder = Path(chunk.export.folder)
    keys = ["tid", "seq", "line_no", "line", "verdict", "quantity", "amount_fen"]
    if not len(tids):
        return _frame("line", pa.table({_title("line", key): pa.array([], pa.int64()) for key in keys}))
    title = _title("line", "tid")
    table = pq.read_table(
        folder / TABLE["line"],
        columns=[_title("line", key) for key in keys],
        filters=[(title, ">=", int(tids.min())), (title, "<=", int(tids.max()))],
    )
    frame = _frame("line", table)
    back = _frame("reversal", pq.read_table(folder / TABLE["reversal"], columns=[_title("reversal", "line_no")]))
    stands = frame["verdict"].isin(PAYABLE) & ~frame["seq"].isin(chunk.export.void)
    stands &= ~frame["line_no"].isin(back["line_no"]) & frame["tid"].isin(tids)
    return frame.loc[stands, ["tid", "line", "quantity", "amount_fen"]].reset_index(drop=True)


def _paid(chunk: Chunk, frame: pd.DataFrame) -> pd.Series:
    """``rules.across.paid.COLUMNS`` ``paid`` of each training."""
    standing = lines(chunk, frame["tid"]).sort_values(["tid", "line"])
    text = standing["line"] + ":" + standing["quantity"].fillna(0).astype("str")
    several = standing["tid"].duplicated(keep=False)
    joined = text[several].groupby(standing.loc[several, "tid"]).agg(";".join)
    single = text[~several].set_axis(standing.loc[~several, "tid"])
    return frame["tid"].map(pd.concat([single, joined])).astype("str").fillna("")


def _export(number: int, name: str, folder: Path) -> Export:
    absent = [title for title in TABLE.values() if not (folder / title).is_file()]
    if absent:
        raise ClerkError(f"{folder} 里缺少 {'、'.join(absent)}。", _EXPORT)
    file = pq.ParquetFile(folder / TABLE["training"])
    lacking = {column.title for column in EXTRACT["training"].columns} - set(file.schema_arrow.names)
    if lacking:
        raise ClerkError(f"{folder / TABLE['training']} 里缺少列：{'、'.join(sorted(lacking))}。", _EXPORT)
    sizes = tuple(file.metadata.row_group(group).num_rows for group in range(file.num_row_groups))
    if sizes and _covered(file):
        raise ClerkError(f"{folder} 里的身份证号是遮盖的，无法比对。", _EXPORT)
    batches = _frame("batch", pq.read_table(folder / TABLE["batch"]))
    events = _frame("batch_event", pq.read_table(folder / TABLE["batch_event"]))
    void = set(events.loc[events["status"].eq(Status.VOID), "batch_id"])
    known = dict(zip(batches["seq"], zip(batches["batch_id"], batches["policy"], strict=True), strict=True))
    return Export(
        number,
        name,
        str(folder.absolute()),
        sizes,
        known,
        frozenset(seq for seq, (batch, _) in known.items() if batch in void),
    )


def _covered(file: Any) -> bool:
    numbers = file.read_row_group(0, columns=[ROSTER["id_number"].title]).column(0)
    return bool(pc.any(pc.match_substring(numbers, "*")).as_py())


def _title(table: str, key: str) -> str:
    return next(column.title for column in EXTRACT[table].columns if column.key == key)


def _frame(table: str, arrow: Any) -> pd.DataFrame:
    """An exported table by keys, in the dtypes of its columns."""
    columns = {column.title: column for column in EXTRACT[table].columns}
    frame = arrow.to_pandas()
    keys = {title: columns[title].key for title in frame}
    known: pd.DataFrame = frame.rename(columns=keys).astype(
        {columns[title].key: columns[title].kind.dtype for title in keys}
    )
    return known
