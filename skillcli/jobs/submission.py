"""How rosters are handed in, and what must be confirmed or stops the run before anything is booked."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

import pandas as pd
from msgspec import Struct
from msgspec.structs import replace

from skillcli.core.errors import ClerkError
from skillcli.core.finding import Severity
from skillcli.jobs.row_texts import places
from skillcli.ledger.batch import Status
from skillcli.schema.submission import CORRECTION, FULL, KIND_TITLES, PARKED, REMOVED, SUBMISSION

if TYPE_CHECKING:
    from collections.abc import Iterable

    from skillcli.jobs.hearing import Hearing
    from skillcli.jobs.workspace import Workspace
    from skillcli.ledger.batch import BatchHead
    from skillcli.ledger.ledger import Ledger
    from skillcli.policy.model import Policy
    from skillcli.schema.column import Table
    from skillcli.schema.decision import Decision
    from skillcli.schema.roster import Roster

PAY_KIND = "pay"
SHOWN = 5
"""How many places a refusal names."""


class Terms(Struct, frozen=True):
    """What the clerk says about a submission.

    ``corrects``: the batch a correction corrects; ``strict``: any error or hold stops the run; ``partial``: rows with
    faults of their own are left out to be mended; ``duplicates``, ``removals``: how many the clerk has confirmed.
    """

    kind: str = FULL
    corrects: str = ""
    strict: bool = False
    partial: bool = False
    duplicates: int | None = None
    removals: int | None = None

    def __post_init__(self) -> None:
        if self.kind not in KIND_TITLES:
            words = "；".join(f"{kind} {title}" for kind, title in KIND_TITLES.items())
            raise ClerkError(f"没有“{self.kind}”这种报送方式。", f"--kind 可以写：{words}。")
        if self.strict and self.partial:
            raise ClerkError(
                "--strict 和 --partial 只能写一个。", "有一行不对就整批不入账写 --strict；留出待修正的行写 --partial。"
            )
        if bool(self.corrects) != (self.kind == CORRECTION):
            raise ClerkError(
                "更正报送要写明更正哪个批次。" if self.kind == CORRECTION else "--corrects 只用于更正报送。",
                "写法：--kind correction --corrects 2020-03-1。",
            )
        if self.removals is not None and self.kind != CORRECTION:
            raise ClerkError(
                "--confirm-removals 只用于更正报送。",
                "整份报送、补充报送里没有写到的人，以前的补贴照旧，不会因此撤回。",
            )


class Submission(Struct, frozen=True):
    """How a batch was handed in; ``parked`` and ``removed``: the sheets kept with it (None: nothing)."""

    kind: str
    corrects: str = ""
    duplicates: int = 0
    parked: pd.DataFrame | None = None
    removed: pd.DataFrame | None = None
    removals: int = 0

    @property
    def words(self) -> str:
        """What the sheet 说明 and the screen say."""
        parts = [KIND_TITLES[self.kind] + (f"，更正批次 {self.corrects}" if self.corrects else "")]
        if self.removals:
            parts.append(f"新花名册减少 {self.removals:,} 行，见减少名单，没有自动处理")
        if self.parked is not None:
            parts.append(f"留出待修正 {len(self.parked):,} 行，未入批次")
        return "；".join(parts)

    def sheets(self) -> tuple[tuple[Table, pd.DataFrame], ...]:
        """What the ledger keeps of it with the batch."""
        head = pd.DataFrame(
            {
                "kind": pd.Series([self.kind], dtype="str"),
                "corrects": pd.Series([self.corrects or None], dtype="str"),
                "duplicates": pd.Series([self.duplicates], dtype="Int64"),
                "parked": pd.Series([0 if self.parked is None else len(self.parked)], dtype="Int64"),
                "removed": pd.Series([self.removals], dtype="Int64"),
            }
        )
        kept = [(SUBMISSION, head), (PARKED, self.parked), (REMOVED, self.removed)]
        return tuple((table, frame) for table, frame in kept if frame is not None)

    def to_json(self) -> dict[str, object]:
        """The same for machines."""
        return {
            "kind": self.kind,
            "corrects": self.corrects or None,
            "duplicates": self.duplicates,
            "parked": 0 if self.parked is None else len(self.parked),
            "removed": self.removals,
        }


def submission_of(ledger: Ledger, batch: BatchHead) -> Submission | None:
    """How a booked batch was handed in; None where nothing was recorded (no batch of rosters, or an older one)."""
    head = ledger.batch_sheet(batch, SUBMISSION)
    if head is None:
        return None
    row = head.iloc[0]
    return Submission(
        kind=str(row["kind"]),
        corrects="" if pd.isna(row["corrects"]) else str(row["corrects"]),
        duplicates=int(row["duplicates"]),
        parked=ledger.batch_sheet(batch, PARKED),
        removed=ledger.batch_sheet(batch, REMOVED),
        removals=int(row["removed"]),
    )


def corrected(ledger: Ledger, terms: Terms, policy: Policy) -> BatchHead | None:
    """The batch a correction corrects. Raises ClerkError when it cannot be corrected."""
    if terms.kind != CORRECTION:
        return None
    batch = ledger.batch(terms.corrects)
    if batch.kind != PAY_KIND:
        raise ClerkError(f"批次 {batch.id} 不是由花名册入账的，不能更正。", "用 skillcli batch list 查看批次。")
    if batch.status == Status.VOID:
        raise ClerkError(
            f"批次 {batch.id} 已作废，它的名额已经放回。", "去掉 --kind 和 --corrects，按整份报送重新入账。"
        )
    if batch.policy_id != policy.id:
        raise ClerkError(
            f"批次 {batch.id} 按政策 {batch.policy_id} 入账，本工作区用的是 {policy.id}。",
            "请核对 --corrects 的批次号。",
        )
    return batch


def admit(
    ledger: Ledger, workspace: Workspace, roster: Roster, heard: Hearing, terms: Terms, policy: Policy
) -> tuple[Submission, Roster, Hearing]:
    """What of a judged run is booked, and as what. Raises ClerkError where the run stops, nothing booked."""
    decision = heard.decision
    if terms.strict:
        refuse_any(roster, decision)
    earlier = corrected(ledger, terms, policy)
    again = repeated(decision)
    if earlier is None:
        _refuse_repeats(ledger, workspace, roster, decision, again, terms)
    removed, removals = None, 0
    if earlier is not None:
        from skillcli.jobs.removal import removed_rows

        removed, removals = removed_rows(ledger, earlier, roster, decision, policy)
        confirm_removals(earlier.id, removals, terms.removals)
    parked = None
    if terms.partial:
        from skillcli.jobs import parking

        bad = parking.bad_rows(decision)
        if len(bad):
            parked = parking.parked_rows(roster, decision, bad)
            roster, decision = parking.leave_out(roster, decision, bad)
    submission = Submission(
        terms.kind, terms.corrects and earlier.id if earlier else "", len(again), parked, removed, removals
    )
    return submission, roster, replace(heard, decision=decision)


def refuse_any(roster: Roster, decision: Decision) -> None:
    """Raise ClerkError naming the first places when some row has an error or a hold."""
    findings = decision.findings
    bad = findings[findings["severity"].isin([Severity.ERROR.value, Severity.HOLD.value])]
    if bad.empty:
        return
    codes = bad.drop_duplicates(["rid", "code"]).groupby("rid")["code"].agg("、".join)
    rows = f"{len(codes):,} 行不能照付（{_split(bad)}）"
    raise ClerkError(
        f"花名册 {len(roster.frame):,} 行里有 {rows}，按 --strict 没有入账：{_told(roster, codes)}。",
        "用 skillcli validate 查看每一行的问题，改正后再运行；或者去掉 --strict，"
        "把它们记为不予补贴、待核实，其余照付；或者写 --partial，把填写有错的行留出来。",
    )


def _split(bad: pd.DataFrame) -> str:
    errors = bad.loc[bad["severity"].eq(Severity.ERROR.value), "rid"].unique()
    held = bad.loc[~bad["rid"].isin(errors), "rid"].nunique()
    words = [f"{word} {count:,} 行" for word, count in (("不予补贴", len(errors)), ("待核实", held)) if count]
    return "、".join(words)


def _told(roster: Roster, codes: pd.Series) -> str:
    """``三月.xlsx 花名册 第 5 行 P04；…`` of the first rows; ``codes`` by rid."""
    where = places(roster).loc[codes.index[:SHOWN]]
    names: Iterable[str] = where["file"].map(lambda path: PurePath(path).name)
    told = [
        f"{name} {sheet} 第 {row} 行 {code}".replace("  ", " ")
        for name, sheet, row, code in zip(names, where["sheet"], where["row"], codes.iloc[:SHOWN], strict=True)
    ]
    more = len(codes) - len(told)
    return "；".join(told) + (f"；另有 {more:,} 行" if more > 0 else "")


def repeated(decision: Decision) -> pd.Index:
    """The rids of rows that ask for nothing but what was claimed before: D01 on every line."""
    lines = decision.lines
    if not decision.findings["code"].eq("D01").any():
        return pd.Index([], dtype="int64")
    whole = lines["codes"].fillna("").str.contains(r"\bD01\b").groupby(lines["rid"]).all()
    return whole.index[whole]


def _refuse_repeats(
    ledger: Ledger, workspace: Workspace, roster: Roster, decision: Decision, again: pd.Index, terms: Terms
) -> None:
    """Stop when so many rows were claimed before that the wrong file may have been taken."""
    limit, rows = workspace.settings.pay, len(roster.frame)
    count = len(again)
    if terms.duplicates is not None:
        if terms.duplicates != count:
            raise ClerkError(
                f"--allow-duplicates 写的是 {terms.duplicates:,}，重复申报的是 {count:,} 行，没有入账。",
                f"核对无误后写 --allow-duplicates {count}。",
            )
        return
    if count < limit.duplicate_rows or count * 100 <= limit.duplicate_share * rows:
        return
    from skillcli.jobs.standing import standing

    found = standing(ledger, decision.trainings.loc[again]).drop_duplicates(["rid", "batch"])["batch"].value_counts()
    earlier = (
        f"其中 {int(found.iloc[0]):,} 行已在批次 {found.index[0]}" if len(found) else "在这次报送的文件里出现了两次"
    )
    raise ClerkError(
        f"{rows:,} 行里有 {count:,} 行是以前申报过的（{earlier}），像是把报过的花名册又报了一次，没有入账。",
        f"请核对文件。确实要报的：更正上次的写 --kind correction --corrects 批次号；"
        f"其余写 --allow-duplicates {count}，重复的行照例不再补贴。",
    )


def confirm_removals(earlier: str, count: int, confirmed: int | None) -> None:
    """Raise ClerkError unless the clerk has confirmed this very number of removals."""
    if count == (confirmed or 0):
        return
    said = f"，--confirm-removals 写的是 {confirmed:,}" if confirmed is not None else ""
    raise ClerkError(
        f"批次 {earlier} 里有 {count:,} 行在新花名册里没有（含改成另一次培训的）{said}，没有入账。",
        f"用 skillcli batch diff {earlier} 新花名册 核对；确认是减少的，加上 --confirm-removals {count}"
        "（只列出名单，不会自动撤回）；只是补报或改几行的，写 --kind supplement。"
        if count
        else f"新花名册没有减少批次 {earlier} 的行，请去掉 --confirm-removals。",
    )
