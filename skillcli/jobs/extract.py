"""审计资料: the whole ledger in a folder that auditors can read without the program."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from msgspec import Struct

from skillcli.core.errors import ClerkError
from skillcli.core.identity import mask, mask_account
from skillcli.ledger.extract import Extract, extract
from skillcli.reports.extract import extract_book
from skillcli.schema.column import Kind
from skillcli.schema.extract import EXTRACT
from skillcli.xlsx.stage import stage_file
from skillcli.xlsx.write import stage

if TYPE_CHECKING:
    from skillcli.jobs.workspace import Workspace
    from skillcli.xlsx.stage import Staged

BOOK = "审计资料.xlsx"
HASHES = "校验值.txt"
POLICIES = "政策文件"
ROWS_A_GROUP = 50_000
"""Rows that a reader of a Parquet file must take into memory together."""
_NUMBERS = re.compile(r"(?<!\d)(?:\d{17}[\dXx]|\d{15})(?![\dXx])")
_ACCOUNTS = re.compile(r"(?<![\dA-Za-z])\d{11,}(?![\dA-Za-z])")
_PLAIN = frozenset({"certificate_no", "sha256", "policy_sha256", "prev", "payload", "head", "line_no"})
"""Columns whose digits are no account's: there only identity numbers are covered."""


class Exported(Struct, frozen=True):
    """What was written; ``rows`` of each sheet by title; ``problems`` of the ledger's chain."""

    folder: Path
    outputs: tuple[Path, ...]
    rows: dict[str, int]
    head: str
    problems: tuple[str, ...]


def export(workspace: Workspace, folder: Path, *, xlsx: bool, parquet: bool, reveal: bool) -> Exported:
    """Write the ledger into a new or empty folder: one workbook, or a Parquet file a table, and every policy file,
    with a list of SHA-256 sums. Numbers of persons and accounts are covered unless ``reveal``.

    The same ledger gives the same bytes. Raises ClerkError when the folder holds something already.
    """
    from skillcli.ledger.ledger import Ledger

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ClerkError(f"{folder} 已经存在，里面有东西，没有写出。", "请换一个新的文件夹名。")
    with Ledger.open(workspace.ledger) as ledger:
        taken = extract(ledger)
    tables = taken.tables if reveal else {name: covered(name, frame) for name, frame in taken.tables.items()}
    staged: list[Staged] = []
    try:
        for each in _staged(workspace, taken, tables, folder, xlsx=xlsx, parquet=parquet, reveal=reveal):
            staged.append(each)
        sums = [(each.target.relative_to(folder), each.temporary.read_bytes()) for each in staged]
        lines = [f"{hashlib.sha256(data).hexdigest()}  {name.as_posix()}\n" for name, data in sums]
        staged.append(stage_file(folder, HASHES, _bytes("".join(lines).encode("utf-8"))))
    except BaseException:
        for each in staged:
            each.discard()
        raise
    outputs = tuple(each.publish() for each in staged)
    rows = {EXTRACT[name].title: len(frame) for name, frame in tables.items()}
    return Exported(folder, outputs, rows, taken.head, taken.problems)


def _staged(
    workspace: Workspace,
    taken: Extract,
    tables: dict[str, pd.DataFrame],
    folder: Path,
    *,
    xlsx: bool,
    parquet: bool,
    reveal: bool,
) -> Iterator[Staged]:
    for policy, sha256, text in taken.policies:
        yield stage_file(folder / POLICIES, f"{policy}-{sha256[:12]}.toml", _bytes(text.encode("utf-8")))
    if parquet:
        for name, frame in tables.items():
            yield stage_file(folder, f"{EXTRACT[name].title}.parquet", _parquet(name, frame))
    if xlsx:
        book = extract_book(tables, taken.policies, workspace.agency, taken.head, taken.problems, revealed=reveal)
        yield stage(book, folder, BOOK)


def _bytes(data: bytes) -> Callable[[BinaryIO], None]:
    def write(stream: BinaryIO) -> None:
        stream.write(data)

    return write


def _parquet(name: str, frame: pd.DataFrame) -> Callable[[BinaryIO], None]:
    titles = {column.key: column.title for column in EXTRACT[name].columns}

    def write(stream: BinaryIO) -> None:
        table = pa.Table.from_pandas(frame.rename(columns=titles), preserve_index=False).replace_schema_metadata(None)
        pq.write_table(table, stream, row_group_size=ROWS_A_GROUP, compression="zstd")

    return write


def covered(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """A table's frame with identity, telephone and account numbers covered, wherever in a text they stand."""
    kinds = {column.key: column.kind for column in EXTRACT[name].columns}
    return frame.assign(
        **{str(key): _covered(values, key, kinds[str(key)]) for key, values in frame.items() if values.dtype == "str"}
    )


def _covered(values: pd.Series, key: object, kind: Kind) -> pd.Series:
    def plain(text: str) -> str:
        if kind is Kind.ID:
            return mask(text)
        if kind in (Kind.ACCOUNT, Kind.PHONE):
            return mask_account(text)
        text = _NUMBERS.sub(lambda found: mask(found[0]), text)
        return text if key in _PLAIN else _ACCOUNTS.sub(lambda found: mask_account(found[0]), text)

    known = {text: plain(text) for text in values.dropna().unique()}
    return values.map(known).astype("str")
