"""Proving that report, ledger and payment sheets say the same, to the fen; and naming what does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd
from msgspec import Struct
from msgspec.structs import replace

from skillcli.core.errors import ClerkError
from skillcli.core.money import yuan_text
from skillcli.jobs.pay import PAYMENT
from skillcli.jobs.policies import policy_of
from skillcli.jobs.progress import Progress, Silent
from skillcli.jobs.readback import TOTAL, open_book, read_back
from skillcli.jobs.report import FOLDER, period_facts
from skillcli.ledger.batch import Status, line_no
from skillcli.ledger.claims import PAYABLE
from skillcli.reports.period_facts import Clock, PeriodFacts
from skillcli.reports.periodic import make_report, title_of
from skillcli.schema.outputs import PAYMENT_LINES, PAYMENT_SUMMARY, PERSONAL_LIST
from skillcli.schema.periodic import FUNDS, PROJECTS, PUBLIC_USE

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from skillcli.core.period import Period
    from skillcli.jobs.workspace import Workspace
    from skillcli.schema.column import Table

PAID = ((PAYMENT_LINES, "line_no"), (PAYMENT_SUMMARY, "payee_kind"), (PERSONAL_LIST, "name"))
REPORTED = ((PROJECTS, "line_title"), (FUNDS, "fund"), (PUBLIC_USE, "line_title"))
"""Sheets that are read back, and the column that names their rows; the rows add up to the money."""
PAYMENT_KINDS = ("pay", "pending")
"""Kinds of batches that have a payment workbook with their own lines."""
_SHOWN = 5
_STALE = "台账后来有变动的，请重新出报告"


class Check(Struct, frozen=True):
    """Two sums that must be equal: where they stand and what they are (fen; None: cannot be read). ``remark``: what is
    wrong line by line, or why nothing was compared."""

    what: str
    ledger_fen: int
    found_fen: int | None
    remark: str = ""
    compared: bool = True

    @property
    def ok(self) -> bool:
        """Whether they agree in the sum and line by line."""
        return not self.compared or (self.found_fen == self.ledger_fen and not self.remark)

    @property
    def sentence(self) -> str:
        """What a clerk reads."""
        if not self.compared:
            return f"{self.what}：未比对，{self.remark}"
        found = "读不出" if self.found_fen is None else f"{yuan_text(self.found_fen)} 元"
        if self.ok:
            return f"{self.what}：{found}，一致"
        gap = "" if self.found_fen is None else f"，相差 {yuan_text(self.found_fen - self.ledger_fen)} 元"
        more = f"；{self.remark}" if self.remark else ""
        return f"{self.what}：{found}，台账 {yuan_text(self.ledger_fen)} 元{gap}{more}"


class TieOut(Struct, frozen=True):
    """The proof for a period. ``problems``: what is wrong with the ledger's own chain; ``amount_fen``: money of the
    period, ``back_fen``: lines paid and taken back, which stand in payment sheets and not in the report."""

    facts: PeriodFacts
    problems: tuple[str, ...]
    checks: tuple[Check, ...]
    amount_fen: int
    back_fen: int

    @property
    def ok(self) -> bool:
        """Whether everything agrees."""
        return not self.problems and all(check.ok for check in self.checks)


def tie_out(workspace: Workspace, period: Period, *, as_of: date, progress: Progress | None = None) -> TieOut:
    """Compare the ledger with the report of the period and with the payment workbooks of its batches.

    Money goes by the batch's month, as in a report without ``--clock``. A workbook that is not there is said so
    and is no difference.
    """
    from skillcli.ledger.ledger import Ledger

    progress = progress or Silent()
    with Ledger.open(workspace.ledger) as ledger:
        progress.stage("核对台账")
        problems = ledger.verify().problems
        policy = policy_of(workspace, ledger)
        # from the rows: what a written report took from pages is compared with them
        facts = period_facts(ledger, workspace, policy, _kind(period), period, Clock.USUAL, as_of, paged=False)
    progress.stage("比对")
    batches = _of_period(facts)
    payable = _payable(facts, batches)
    back = int(payable.loc[payable["reversed"], "amount_fen"].sum())
    amount = int(payable["amount_fen"].sum()) - back
    checks = [
        *_registered(batches, payable),
        *_reported(facts, amount),
        *_written_report(workspace, facts, amount),
        *_sheets(workspace, batches, payable),
    ]
    return TieOut(facts, problems, tuple(checks), amount, back)


def _kind(period: Period) -> str:
    return "annual" if period.title.endswith("年度") else "period"


def _of_period(facts: PeriodFacts) -> pd.DataFrame:
    """The standing batches whose month ends within the period."""
    batches = facts.entries.batches
    ends = pd.to_datetime(batches["month"], format="%Y-%m") + pd.offsets.MonthEnd(0)
    inside = ends.between(pd.Timestamp(facts.period.first), pd.Timestamp(facts.period.last))
    return batches[inside & batches["status"].ne(Status.VOID) & batches["lines"].gt(0)]


def _payable(facts: PeriodFacts, batches: pd.DataFrame) -> pd.DataFrame:
    lines = facts.entries.lines
    return lines[lines["seq"].isin(batches["seq"]) & lines["verdict"].isin(PAYABLE)]


def _registered(batches: pd.DataFrame, payable: pd.DataFrame) -> Iterator[Check]:
    sums = payable.groupby("seq")["amount_fen"].sum()
    for seq, batch_id, amount in zip(batches["seq"], batches["id"], batches["amount_fen"], strict=True):
        yield Check(f"批次 {batch_id} 入账时登记的金额", int(sums.get(seq, 0)), int(amount))


def _reported(facts: PeriodFacts, amount_fen: int) -> Iterator[Check]:
    """The report made from this ledger now: every total of money in it."""
    made = make_report(facts)
    yield Check("按现在的台账出的报告", amount_fen, made.totals["amount_fen"])


def _written_report(workspace: Workspace, facts: PeriodFacts, amount_fen: int) -> Iterator[Check]:
    path = workspace.output / FOLDER / f"{title_of(facts)}.xlsx"
    if not path.is_file():
        yield Check(f"报告 {path.name}", amount_fen, None, "还没有写出", compared=False)
        return
    expected = {sheet.title: amount_fen for sheet, _ in REPORTED}
    for check in _of_workbook(path, f"报告 {path.name} 的", REPORTED, expected):
        yield check if check.ok else replace(check, remark="；".join(filter(None, (check.remark, _STALE))))


def _sheets(workspace: Workspace, batches: pd.DataFrame, payable: pd.DataFrame) -> Iterator[Check]:
    """The payment workbook of every batch, sheet by sheet, and 拨付明细 line by line."""
    for seq, batch_id, kind in zip(batches["seq"], batches["id"], batches["kind"], strict=True):
        own = payable[payable["seq"].eq(seq)]
        total = int(own["amount_fen"].sum())
        path = workspace.output / batch_id / f"{batch_id}-{PAYMENT}.xlsx"
        if not path.is_file():
            why = "没有找到文件" if kind in PAYMENT_KINDS else "这类批次没有拨付表"
            yield Check(f"批次 {batch_id} 的拨付表", total, None, why, compared=False)
            continue
        persons = int(own.loc[own["payee_kind"].eq("个人"), "amount_fen"].sum())
        expected = {PAYMENT_LINES.title: total, PAYMENT_SUMMARY.title: total, PERSONAL_LIST.title: persons}
        yield from _of_workbook(path, f"批次 {batch_id} 的", PAID, expected, (str(batch_id), own))


def _of_workbook(
    path: Path,
    whose: str,
    sheets: Sequence[tuple[Table, str]],
    expected: Mapping[str, int],
    lines: tuple[str, pd.DataFrame] | None = None,
) -> Iterator[Check]:
    """The sheets of one file, each against what the ledger says; ``lines``: batch and its payable lines."""
    try:
        book = open_book(path)
    except ClerkError as error:
        yield Check(f"{whose}文件", 0, None, str(error))
        return
    for sheet, label in sheets:
        printed = read_back(book, sheet, label)
        found = None if printed.fault else int(printed.rows["amount_fen"].sum())
        remark = printed.fault
        if not remark and printed.total_fen != found:
            remark = f"各行之和与{TOTAL}行 {yuan_text(printed.total_fen or 0)} 元不等"
        if not remark and lines is not None and sheet is PAYMENT_LINES:
            remark = _line_by_line(*lines, printed.rows)
        yield Check(f"{whose}“{sheet.title}”", expected[sheet.title], found, remark)


def _line_by_line(batch_id: str, own: pd.DataFrame, frame: pd.DataFrame) -> str:
    numbers = [line_no(batch_id, number) for number in own["number"]]
    ledger = pd.DataFrame({"label": pd.Series(numbers, dtype="str"), "ledger": own["amount_fen"].to_numpy()})
    sheet = frame[["label", "amount_fen"]].rename(columns={"amount_fen": "sheet"})
    if sheet["label"].duplicated().any():
        return f"拨付明细里有重复的批次行号：{_some(sheet.loc[sheet['label'].duplicated(), 'label'])}"
    both = ledger.merge(sheet, on="label", how="outer", validate="1:1")
    missing, extra = both["sheet"].isna(), both["ledger"].isna()
    other = ~missing & ~extra & both["ledger"].ne(both["sheet"])
    parts = [
        f"{words}：{_some(both.loc[where, 'label'])}"
        for words, where in (("拨付明细里没有", missing), ("台账里没有", extra), ("金额不同", other))
        if where.any()
    ]
    return "；".join(parts)


def _some(labels: pd.Series) -> str:
    shown = "、".join(labels.head(_SHOWN))
    return shown if len(labels) <= _SHOWN else f"{shown} 等 {len(labels)} 行"
