"""Parquet exports of many cities' ledgers, as ``ledger export --parquet --reveal`` writes them, made column by column.

A few trainings in a thousand deserve a second look, some of them only when two cities are put side by side: the certificate
and the person of one city paid in the next, one certificate for two people, one account or telephone for several, classes of
one person that overlap. Made once a size, kept under ``build/bench``.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from skillcli.core.finding import Verdict
from skillcli.jobs.extract import ROWS_A_GROUP
from skillcli.policy.load import policy_file
from skillcli.schema.extract import EXTRACT
from skillcli.schema.inputs import ROSTER
from tests.bench import generate, people

POLICY = "linkou-2019"
GROUP = 200_000
"""Trainings of a batch."""
A_CITY = 500_000
_ROWS_AN_INSTITUTION = 2_500
_FAILED = 0.1
_COPIED = 0.001
"""Share of a row group's trainings that stand in the row group before, too."""
_SHARED = 0.0005


def exports(folder: Path, rows: int, *, a_city: int = A_CITY, group: int = GROUP) -> Path:
    """A folder of exports with ``rows`` trainings in all, ``a_city`` in each but the last."""
    path = folder / f"exports-{generate.VERSION}-{rows}-{a_city}-{group}-{ROWS_A_GROUP}"
    if path.exists():
        return path
    temporary = path.with_suffix(".part")
    shutil.rmtree(temporary, ignore_errors=True)
    before = None
    for number, first in enumerate(range(0, rows, a_city)):
        before = _city(temporary / f"{number + 1:03d}市", number, min(a_city, rows - first), group, before)
    temporary.rename(path)
    return path


def _city(folder: Path, city: int, rows: int, group: int, before: pd.DataFrame | None) -> pd.DataFrame | None:
    (folder / "政策文件").mkdir(parents=True)
    (folder / "政策文件" / f"{POLICY}-000000000000.toml").write_text(policy_file(POLICY), encoding="utf-8")
    batches = []
    trainings, lines = _Table(folder, "training"), _Table(folder, "line")
    for seq, first in enumerate(range(0, rows, group), 1):
        count = min(group, rows - first)
        frame = _trainings(city, seq, count, before).assign(tid=np.arange(first + 1, first + count + 1))
        trainings.add(frame)
        lines.add(_lines(frame))
        batches.append({"seq": seq, "batch_id": f"2020-{seq % 12 + 1:02d}-{seq}", "policy": POLICY, "trainings": count})
        before = frame.drop(columns=["tid", "seq", "batch_id"])
    trainings.close()
    lines.close()
    for name, held in (("batch", pd.DataFrame(batches)), ("batch_event", pd.DataFrame()), ("reversal", pd.DataFrame())):
        table = _Table(folder, name)
        table.add(held)
        table.close()
    return before


def _trainings(city: int, seq: int, count: int, before: pd.DataFrame | None) -> pd.DataFrame:
    number = city * 1000 + seq
    rng = np.random.default_rng(number)
    frame = people.trainings(number, count, first_serial=number * 1_000_000 % 10**11)
    classes = np.arange(count) // people.CLASS_SIZE
    schools = max(count // _ROWS_AN_INSTITUTION, 1)
    names = pd.Series([f"{city + 1:03d}市第{seq}-{n}职业培训学校" for n in range(schools)], dtype="str")
    failed = rng.random(count) < _FAILED
    frame = frame.assign(
        id_number=people.moved(frame["id_number"], 100_000 + number),
        institution=names.take(classes * 7919 % schools).to_numpy(),
        result=np.where(failed, "不合格", "合格"),
        certificate_no=frame["certificate_no"].mask(failed),
        phone=frame["phone"].where(rng.random(count) > _SHARED, "13900000000"),
    )
    if before is not None and len(before):
        theirs = rng.choice(len(before), int(min(len(before), count) * _COPIED), replace=False)
        mine = rng.choice(count, len(theirs), replace=False)
        half = len(theirs) // 2
        copied = [*ROSTER.keys, "training_kind_written"]
        frame.loc[frame.index[mine[:half]], copied] = before.iloc[theirs[:half]][copied].to_numpy()
        for key in ("certificate_no", "account"):
            frame.loc[frame.index[mine[half:]], key] = before.iloc[theirs[half:]][key].to_numpy()
    kinds = {column.key: column.kind.dtype for column in ROSTER.columns}
    passed = frame["result"].eq("合格")
    return frame.astype(kinds).assign(
        seq=seq,
        batch_id=f"2020-{seq % 12 + 1:02d}-{seq}",
        attended=1,
        loser=0,
        year=pd.to_datetime(frame["issued_on"]).dt.year.to_numpy(),
        verdict=np.where(passed, Verdict.PAYABLE.value, Verdict.REFUSED.value),
        who=np.arange(1, count + 1),
    )


def _lines(frame: pd.DataFrame) -> pd.DataFrame:
    staff = frame["categories"].str.contains("企业职工", na=False)
    payable = frame["verdict"].eq(Verdict.PAYABLE.value)
    number = pd.Series(np.arange(1, len(frame) + 1)).astype("str").str.zfill(6)
    return pd.DataFrame(
        {
            "seq": frame["seq"].to_numpy(),
            "batch_id": frame["batch_id"].to_numpy(),
            "line_no": (frame["batch_id"].reset_index(drop=True) + "/" + number).to_numpy(),
            "tid": frame["tid"].to_numpy(),
            "line": np.where(staff, "staff", "free"),
            "verdict": frame["verdict"].to_numpy(),
            "amount_fen": np.where(payable, 100_000, 0),
            "quantity": 1,
            "payee_kind": np.where(staff, "用人单位", "培训机构"),
        }
    )


class _Table:
    """One file of an export; columns that a piece lacks are missing."""

    def __init__(self, folder: Path, name: str) -> None:
        self.columns = EXTRACT[name].columns
        self.file = pq.ParquetWriter(folder / f"{EXTRACT[name].title}.parquet", self._schema(), compression="zstd")

    def _schema(self) -> pa.Schema:
        kinds = {"Int64": pa.int64(), "datetime64[s]": pa.timestamp("s"), "boolean": pa.bool_()}
        return pa.schema([(column.title, kinds.get(column.kind.dtype, pa.large_string())) for column in self.columns])

    def add(self, frame: pd.DataFrame) -> None:
        whole = frame.reindex(columns=[column.key for column in self.columns])
        whole = whole.astype({column.key: column.kind.dtype for column in self.columns})
        titles = {column.key: column.title for column in self.columns}
        table = pa.Table.from_pandas(whole.rename(columns=titles), preserve_index=False)
        plain = table.replace_schema_metadata(None).cast(self.file.schema)
        self.file.write_table(plain, row_group_size=ROWS_A_GROUP)

    def close(self) -> None:
        self.file.close()


if __name__ == "__main__":
    sys.stdout.write(f"{exports(Path(sys.argv[1]), int(sys.argv[2]))}\n")
