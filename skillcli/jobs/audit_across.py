"""Duplicates, limits, overlaps and red flags over the exported ledgers of many places."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from msgspec import Struct

from skillcli import __version__
from skillcli.core.errors import ClerkError
from skillcli.core.runtime import give_back
from skillcli.jobs.engines import cluster, exports, one, pool
from skillcli.jobs.engines.exports import Chunk, Export
from skillcli.jobs.progress import Progress, Silent
from skillcli.policy.load import load_national, policy_from_text
from skillcli.reports.audit import FlagText
from skillcli.reports.audit_across import MOST_ROWS, AcrossFacts, across_book, in_words
from skillcli.rules.across.paid import RULE_TEXTS
from skillcli.rules.across.parts import Setting
from skillcli.rules.flags import TRAINING_FLAGS
from skillcli.rules.flags.flag import no_flags
from skillcli.schema.audit_across import FOUND
from skillcli.schema.inputs import ROSTER
from skillcli.xlsx.stage import stage_file
from skillcli.xlsx.write import stage

TITLE = "审计疑点"
_SHOWN = ("name", "id_number", "institution", "class_no", "occupation", "certificate_no")


class Engine(StrEnum):
    """Where the audit is computed."""

    ONE = "one"
    POOL = "pool"
    DASK = "dask"


class Resources(Struct, frozen=True):
    """What an engine may use: ``workers`` processes (None: one a core), ``memory`` of each (Dask's own cluster), ``scratch``
    for what waits on disk (None: the system's temporary folder), ``scheduler`` of a running Dask cluster."""

    scheduler: str | None = None
    workers: int | None = None
    memory: str = cluster.MEMORY
    scratch: Path | None = None


class AuditedAcross(Struct, frozen=True):
    """An audit and what was written: the workbook, and the Parquet file where it could not hold all rows."""

    facts: AcrossFacts
    outputs: tuple[Path, ...]


def audit_across(
    folders: Sequence[Path],
    *,
    engine: Engine,
    as_of: date,
    out: Path,
    resources: Resources | None = None,
    progress: Progress | None = None,
    most_rows: int = MOST_ROWS,
) -> AuditedAcross:
    """Ask the questions of ``rules.across`` over these exports and write 审计疑点 into folder ``out``.

    Every engine gives the same rows and the same bytes. Raises ClerkError on an export that cannot be used, on an engine
    that is not installed or a scheduler that does not answer.
    """
    progress, resources = progress or Silent(), resources or Resources()
    if resources.scheduler is not None and engine is not Engine.DASK:
        raise ClerkError("--scheduler 只用于 --engine dask。", "去掉 --scheduler，或改用 --engine dask。")
    progress.stage("读导出的台账")
    known = exports.find_exports(folders)
    texts = exports.policy_texts(known)
    national = load_national()
    setting = Setting(
        thresholds=national.flag_values(as_of),
        names=tuple(export.name for export in known),
        policies={name: policy_from_text(name, text, {}) for name, text in texts.items()},
        as_of=pd.Timestamp(as_of),
    )
    chunks = exports.chunks(known)
    found = _computed(engine, chunks, setting, resources, progress) if chunks else no_flags()
    progress.stage("写出疑点")
    titles = {code: FlagText(f"{code} {rule.title}", rule.remedy) for code, rule in RULE_TEXTS.items()}
    titles |= {flag.name: FlagText(flag.title, flag.remedy) for flag in TRAINING_FLAGS}
    # what each step worked with goes before the next: of twenty million trainings more than a million rows are found
    give_back()
    about = evidence(chunks, found["record"])
    give_back()
    rows = in_words(found, about, titles)
    del found, about
    give_back()
    facts = AcrossFacts(
        rows=rows,
        titles=titles,
        ledgers=_ledgers(known),
        figures=tuple(national.flag_figures(as_of)),
        as_of=as_of,
        tool=__version__,
    )
    return AuditedAcross(facts, _written(facts, out, most_rows))


def _computed(
    engine: Engine, chunks: Sequence[Chunk], setting: Setting, resources: Resources, progress: Progress
) -> pd.DataFrame:
    if engine is Engine.ONE:
        return one.run(chunks, setting, progress)
    if engine is Engine.POOL:
        return pool.run(chunks, setting, progress, workers=resources.workers, scratch=resources.scratch)
    with cluster.connected(
        resources.scheduler, workers=resources.workers, memory=resources.memory, scratch=resources.scratch
    ) as client:
        return cluster.run(chunks, setting, progress, client=client)


def evidence(chunks: Sequence[Chunk], records: pd.Series) -> pd.DataFrame:
    """What a reader needs of these trainings, one row each: ``record``, roster columns, ``ledger_name``, ``batch_id``, ``row`` and
    ``amount_fen`` (of the lines that stand)."""
    wanted = records.drop_duplicates()
    parts = []
    for chunk in chunks:
        rows = exports.trainings(chunk, (*_SHOWN, "row"))
        rows = rows[rows["record"].isin(wanted)]
        if not len(rows):
            continue
        amounts = exports.lines(chunk, rows["tid"]).groupby("tid")["amount_fen"].sum()
        ids = {seq: batch for seq, (batch, _) in chunk.export.batches.items()}
        batch = rows["seq"].map(ids).astype("str")
        parts.append(
            rows.assign(
                ledger_name=pd.Series(chunk.export.name, index=rows.index, dtype="str"),
                batch_id=batch.mask(rows["void"], batch + "（已作废）"),
                amount_fen=rows["tid"].map(amounts).fillna(0).astype("Int64"),
            )[["record", *_SHOWN, "row", "ledger_name", "batch_id", "amount_fen"]]
        )
    return pd.concat(parts, ignore_index=True) if parts else _no_evidence()


def _no_evidence() -> pd.DataFrame:
    kinds = {"record": "int64", **{key: ROSTER[key].kind.dtype for key in _SHOWN}, "row": "int64"}
    kinds |= {"ledger_name": "str", "batch_id": "str", "amount_fen": "Int64"}
    return pd.DataFrame({key: pd.Series(dtype=dtype) for key, dtype in kinds.items()})


def _ledgers(known: Sequence[Export]) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "ledger_name": [export.name for export in known],
            "batches": [len(export.batches) for export in known],
            "trainings": [sum(export.rows) for export in known],
            "policies": ["、".join(sorted({policy for _, policy in export.batches.values()})) for export in known],
        }
    )
    return frame.astype({"ledger_name": "str", "batches": "int64", "trainings": "int64", "policies": "str"})


def _written(facts: AcrossFacts, out: Path, most_rows: int) -> tuple[Path, ...]:
    beside = f"{TITLE}.parquet"
    staged = [stage(across_book(facts, most_rows=most_rows, beside=beside), out, f"{TITLE}.xlsx")]
    if len(facts.rows) > most_rows:
        titles = {column.key: column.title for column in FOUND.columns}
        table = pa.Table.from_pandas(facts.rows[list(titles)].rename(columns=titles), preserve_index=False)

        def write(stream: BinaryIO) -> None:
            pq.write_table(table.replace_schema_metadata(None), stream, compression="zstd")

        staged.append(stage_file(out, beside, write))
    return tuple(each.publish() for each in staged)
