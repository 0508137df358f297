"""What goes into the ledger as a batch, and what a batch looks like from outside."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct, field

from skillcli.core.errors import ClerkError

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.policy.model import Policy, Ruling
    from skillcli.schema.column import Table
    from skillcli.schema.decision import Decision
    from skillcli.schema.roster import Roster


class Status:
    """Life of a batch, in the words the ledger keeps."""

    DRAFT = "draft"
    PUBLISHED = "published"
    APPROVED = "approved"
    SENT = "sent"
    PARTLY_PAID = "partly_paid"
    PAID = "paid"
    CLOSED = "closed"
    VOID = "void"


NEXT: dict[str, tuple[str, ...]] = {
    Status.DRAFT: (Status.PUBLISHED, Status.VOID),
    Status.PUBLISHED: (Status.APPROVED, Status.VOID),
    Status.APPROVED: (Status.SENT,),
    Status.SENT: (Status.PAID, Status.PARTLY_PAID),
    Status.PARTLY_PAID: (Status.PAID, Status.CLOSED),
    Status.PAID: (Status.PARTLY_PAID, Status.CLOSED),
    Status.CLOSED: (),
    Status.VOID: (),
}
"""Which status may follow which; money that comes back makes a paid batch a partly paid one."""

TITLES = {
    Status.DRAFT: "草稿",
    Status.PUBLISHED: "公示中",
    Status.APPROVED: "已审批",
    Status.SENT: "已报送",
    Status.PARTLY_PAID: "部分支付",
    Status.PAID: "已支付",
    Status.CLOSED: "已办结",
    Status.VOID: "已作废",
}
"""The words a clerk reads."""

EXTRA_CLAIM_DTYPES = {"lid": "int64", "kind": "str", "key": "int64"}
"""Claims beyond class and certificate (a placement once a person …): the line ``lid`` of the
decision, what kind of key, and the key; one row a claim."""


class LedgerMoved(Exception):
    """Somebody booked, imported or decided something since the history was read: judge again."""


class NewBatch(Struct, frozen=True):
    """A judged run, ready to be booked.

    ``head``: the ledger's head when its history was read (read the head first). ``at``: UTC text
    of the moment, given by the caller. ``month``: ``2020-03``. ``tool``: the program's version.
    ``policy_text``: the policy file itself, kept once per hash. ``files_digest``: what makes two
    runs the same batch, by default the hashes of the roster's files.
    ``netting``: what is kept back from lines (``netting.NETTING_DTYPES``), found under ``head``.
    ``sheets``: small sheets kept with the batch (``schema.submission``), each once.
    """

    roster: Roster
    decision: Decision
    policy: Policy
    month: str
    as_of: date
    at: str
    person: str
    tool: str
    head: str
    extra_claims: pd.DataFrame | None = None
    netting: pd.DataFrame | None = None
    policy_text: str = ""
    files_digest: str = ""
    kind: str = "pay"
    sheets: tuple[tuple[Table, pd.DataFrame], ...] = ()

    @property
    def digest(self) -> str:
        return self.files_digest or files_digest(sheet.sha256 for sheet in self.roster.sheets)


class BatchHead(Struct, frozen=True):
    """A batch in one row.

    ``head``: the chain's head right after it was booked; ``at``, ``person``: when and by whom;
    ``status``: the newest ``Status``, since ``status_at``; ``trainings``, ``lines``, ``payable``:
    counts; ``amount_fen``: sum of the payable lines; ``policy_sha256`` of the policy file,
    ``rulings`` the readings decided when it was judged. ``new``: booked just now.
    """

    id: str
    seq: int
    kind: str
    month: str
    policy_id: str
    policy_sha256: str
    as_of: date
    files_digest: str
    tool: str
    head: str
    at: str
    person: str
    status: str
    status_at: str
    document: str
    trainings: int
    lines: int
    payable: int
    amount_fen: int
    rulings: dict[str, Ruling] = field(default_factory=dict)
    new: bool = False


class LoadedBatch(Struct, frozen=True):
    """A batch as it was booked: enough to write every workbook again. ``policy_text`` is ""
    when none was given."""

    head: BatchHead
    roster: Roster
    decision: Decision
    policy_text: str


def files_digest(hashes: Iterable[str]) -> str:
    """One digest of a set of files, whatever their order and names."""
    return hashlib.sha256("\n".join(sorted(set(hashes))).encode()).hexdigest()


def line_no(batch_id: str, number: int) -> str:
    """批次行号: ``2020-03-1/000123``."""
    return f"{batch_id}/{number:06d}"


def split_line_no(text: str) -> tuple[str, int]:
    """Batch id and number of a 批次行号. Raises ClerkError when it is none."""
    batch_id, slash, digits = text.strip().partition("/")
    if not (slash and digits.isascii() and digits.isdigit()):
        raise ClerkError(f"“{text}”不是批次行号。", "批次行号的写法：2020-03-1/000123。")
    return batch_id, int(digits)


def check_transition(batch_id: str, old: str, new: str) -> None:
    """Raises ClerkError when the status ``new`` may not follow ``old``."""
    if new not in TITLES:
        raise ClerkError(f"没有“{new}”这种批次状态。", "可用的状态：" + "、".join(TITLES) + "。")
    if new not in NEXT[old]:
        allowed = "、".join(TITLES[status] for status in NEXT[old]) or "无"
        raise ClerkError(
            f"批次 {batch_id} 现为“{TITLES[old]}”，不能改为“{TITLES[new]}”。", f"下一步可以是：{allowed}。"
        )
