"""Writing a judged run into the ledger, inside one transaction."""

from __future__ import annotations

import json
import re

import numpy as np
import pandas as pd
from sqlalchemy import func, select

from skillcli.core.errors import ClerkError
from skillcli.core.processors import each_column
from skillcli.ledger import claims, codec, imports, lookup, pages, readings, receivables, words
from skillcli.ledger.batch import EXTRA_CLAIM_DTYPES, NewBatch, Status
from skillcli.ledger.codec import Columns
from skillcli.ledger.netting import NETTING_DTYPES
from skillcli.ledger.tables import (
    BATCH,
    BATCH_EVENT,
    FAULT,
    FINDING,
    LINE,
    POLICY_TEXT,
    REMARK,
    SOURCE,
    TRAINING,
)
from skillcli.ledger.transaction import Transaction
from skillcli.schema import decision as decided
from skillcli.schema.inputs import ROSTER
from skillcli.schema.roster import EXTRA_COLUMNS, check_frame, check_roster

ROSTER_KEYS = (*ROSTER.keys, *EXTRA_COLUMNS)


def check(batch: NewBatch) -> None:
    """The door into the ledger. Raises TypeError on frames that are not the schema's, ValueError
    when they do not belong together, ClerkError on a month that is none."""
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", batch.month):
        raise ClerkError(f"“{batch.month}”不是月份。", "月份的写法：2020-03。")
    decision, count = batch.decision, len(batch.roster.frame)
    check_roster(batch.roster)
    check_frame(decision.trainings, decided.TRAINING_DTYPES, "trainings")
    check_frame(decision.lines, decided.LINE_DTYPES, "lines")
    check_frame(decision.findings, decided.FINDING_DTYPES, "findings")
    if batch.netting is not None:
        check_frame(batch.netting, NETTING_DTYPES, "netting")
    if batch.extra_claims is not None:
        check_frame(batch.extra_claims, EXTRA_CLAIM_DTYPES, "extra claims")
    rids = np.arange(count)
    if not (np.array_equal(batch.roster.frame.index, rids) and np.array_equal(decision.trainings.index, rids)):
        raise ValueError("trainings of roster and decision differ")
    if not np.array_equal(decision.lines.index, np.arange(len(decision.lines))):
        raise ValueError("lines are not numbered 0…m-1")


def write(transaction: Transaction, batch: NewBatch) -> str:
    """Write everything a batch consists of; returns the id it got."""
    decision = batch.decision
    batch_id = _write_head(transaction, batch)
    _write_paper(transaction, batch)

    order = np.argsort(decision.trainings["person"].to_numpy(), kind="stable")
    trainings = _trainings(batch)
    lines = _frame_columns(decision.lines, [key for key in decided.LINE_DTYPES if key != "rid"])
    findings = _frame_columns(decision.findings, [key for key in decided.FINDING_DTYPES if key != "rid"])
    faults = _frame_columns(batch.roster.faults, ["key", "fault", "shown"])
    words.encode(transaction, (TRAINING, trainings), (LINE, lines), (FINDING, findings), (FAULT, faults))

    placed = codec.numbers(order)
    trainings = each_column(lambda values: values.take(placed), trainings)
    first = transaction.add(TRAINING, trainings)
    lookup.write(transaction, trainings, first)
    tids = np.empty(len(order), dtype=np.int64)
    tids[order] = np.arange(first, first + len(order))
    lines |= {
        "number": codec.numbers(np.arange(1, len(decision.lines) + 1)),
        "tid": codec.numbers(tids[decision.lines["rid"].to_numpy()]),
    }
    first_line = transaction.add(LINE, lines)
    pages.write(transaction, TRAINING, trainings, first)
    pages.write(transaction, LINE, lines, first_line)
    findings["tid"] = codec.numbers(tids[decision.findings["rid"].to_numpy()])
    transaction.add(FINDING, findings)
    faults["tid"] = codec.numbers(tids[batch.roster.faults["rid"].to_numpy()])
    transaction.add(FAULT, faults)

    wanted = claims.wanted(decision.lines, decision.trainings, batch.extra_claims)
    claims.write(transaction, batch.policy.id, wanted, first_line, batch_id)
    if batch.netting is not None:
        receivables.net(transaction, batch.netting, first_line)
    for table, frame in batch.sheets:
        imports.write(transaction, table, frame, "", "")
    return batch_id


def _write_head(transaction: Transaction, batch: NewBatch) -> str:
    """The batch itself: the next number of its month, over all policies."""
    highest = transaction.connection.execute(
        select(func.max(BATCH.c.number)).where(BATCH.c.month == batch.month)
    ).scalar()
    number = (highest or 0) + 1
    batch_id = f"{batch.month}-{number}"
    decision = batch.decision
    payable = decision.lines["verdict"].isin(claims.PAYABLE)
    transaction.subject = batch_id
    transaction.add_row(
        BATCH,
        id=batch_id,
        kind=batch.kind,
        month=batch.month,
        number=number,
        policy=batch.policy.id,
        policy_sha256=batch.policy.sha256,
        as_of=batch.as_of.isoformat(),
        files_digest=batch.digest,
        tool=batch.tool,
        columns=_json(sorted(batch.roster.columns)),
        unchecked=_json([[item.code, item.why] for item in decision.unchecked]),
        rulings_used=_json(list(decision.rulings_used)),
        rulings=readings.to_json(batch.policy.rulings),
        trainings=len(decision.trainings),
        lines=len(decision.lines),
        payable=int(payable.sum()),
        amount_fen=int(decision.lines.loc[payable, "amount_fen"].sum()),
    )
    transaction.add_row(
        BATCH_EVENT, batch=transaction.seq, status=Status.DRAFT, at=batch.at, person=batch.person, document=""
    )
    return batch_id


def _write_paper(transaction: Transaction, batch: NewBatch) -> None:
    """Where it all comes from: sheets, intake's own remarks, the policy's text."""
    for place, sheet in enumerate(batch.roster.sheets):
        transaction.add_row(
            SOURCE,
            place=place,
            path=sheet.path,
            sha256=sheet.sha256,
            sheet=sheet.sheet,
            header_row=sheet.header_row,
            rows=sheet.rows,
            passed_over=_json(dict(sheet.passed_over)),
        )
    findings = batch.roster.findings
    if findings:
        remarks: Columns = {
            name: codec.texts(str(getattr(finding, name)) for finding in findings)
            for name in ("code", "severity", "line", "message", "found", "remedy", "clause")
        }
        for name in ("file", "sheet", "column"):
            remarks[name] = codec.texts(getattr(finding.place, name) for finding in findings)
        remarks["row"] = codec.numbers([finding.place.row for finding in findings])
        transaction.add(REMARK, remarks)
    sha256 = batch.policy.sha256
    if batch.policy_text:
        known = select(POLICY_TEXT.c.id).where(POLICY_TEXT.c.sha256 == sha256)
        if transaction.connection.execute(known).first() is None:
            transaction.add_row(POLICY_TEXT, sha256=sha256, policy=batch.policy.id, text=batch.policy_text)


def _trainings(batch: NewBatch) -> Columns:
    """Roster and decision side by side."""
    columns = {"rid": codec.numbers(np.arange(len(batch.roster.frame)))}
    columns |= _frame_columns(batch.decision.trainings, list(decided.TRAINING_DTYPES))
    return columns | _frame_columns(batch.roster.frame, list(ROSTER_KEYS))


def _frame_columns(frame: pd.DataFrame, keys: list[str]) -> Columns:
    return each_column(codec.to_arrow, {key: frame[key] for key in keys})


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
