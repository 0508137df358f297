"""What the jobs on the life of the money share: what to keep back, who is paid what, where a workbook lies."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pandas as pd

from skillcli import __version__
from skillcli.core.errors import BookedNotWritten, ClerkError
from skillcli.ledger.batch import LedgerMoved, line_no
from skillcli.ledger.netting import NETTING_DTYPES, PERSON, allocate, class_keys, payee_key, payee_keys
from skillcli.policy.load import policy_from_text
from skillcli.reports.lines import NO_FUND, PAYABLE
from skillcli.reports.money import MoneyFacts
from skillcli.xlsx.write import stage

if TYPE_CHECKING:
    from datetime import date

    from skillcli.jobs.workspace import Workspace
    from skillcli.ledger.batch import BatchHead
    from skillcli.ledger.ledger import Ledger
    from skillcli.reports.facts import InputFile
    from skillcli.schema.decision import Decision
    from skillcli.schema.roster import Roster
    from skillcli.xlsx.book import Book
    from skillcli.xlsx.stage import Staged

T = TypeVar("T")
ATTEMPTS = 5
"""How often something is worked out again because somebody else wrote in the meantime."""


def netting(ledger: Ledger, roster: Roster, decision: Decision) -> pd.DataFrame:
    """What the payable lines of a run keep back for what their payees owe (``ledger.netting.NETTING_DTYPES``).

    Advances first, from the lines of their class; then reversed lines and excesses, oldest first.
    """
    owed = ledger.to_net()
    if owed.empty:
        return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in NETTING_DTYPES.items()})
    lines = decision.lines[decision.lines["verdict"].isin(PAYABLE)]
    rids = lines["rid"].to_numpy()
    persons = decision.trainings["person"].take(rids).set_axis(lines.index)
    classes = roster.frame["class_no"].take(rids).set_axis(lines.index)
    due = pd.DataFrame(
        {
            "payee_key": payee_keys(lines["payee_kind"], lines["payee"], persons),
            "class_key": class_keys(classes),
            "fund": lines["fund"].fillna(""),
            "amount_fen": lines["amount_fen"],
        }
    )
    return allocate(due, owed)


def payees(ledger: Ledger, batch: BatchHead) -> pd.DataFrame:
    """Every transfer of a batch with whom it goes to, one row a line in the order of lines.

    The columns of ``ledger.payments.TRANSFER_DTYPES``, and ``line_no``, ``payee_kind``, ``payee``, ``payee_key``,
    ``id_number`` (persons only), ``line_title``, ``fund`` (str). ``bank`` and ``account``: of a person as the
    roster says or as corrected for the follow-up batch, of a body as the catalogue says.
    """
    root = ledger.money.root(batch.id)
    loaded = ledger.load_batch(root.id)
    known = ledger.money.transfers(batch.id)
    lines = loaded.decision.lines.take(known["number"].to_numpy() - 1).reset_index(drop=True)
    people = loaded.roster.frame.take(lines["rid"].to_numpy()).reset_index(drop=True)
    persons = loaded.decision.trainings["person"].take(lines["rid"].to_numpy()).reset_index(drop=True)
    own = lines["payee_kind"].eq(PERSON)
    bank, account = _accounts(ledger, lines)
    titles = _titles(ledger, root)
    return known.assign(
        line_no=pd.Series([line_no(root.id, number) for number in known["number"]], dtype="str"),
        payee_kind=lines["payee_kind"],
        payee=lines["payee"].where(~own, people["name"]),
        payee_key=payee_keys(lines["payee_kind"], lines["payee"], persons),
        id_number=people["id_number"].where(own),
        line_title=lines["line"].map(titles).astype("str").fillna(lines["line"]),
        fund=lines["fund"].fillna("").replace("", NO_FUND),
        bank=known["bank"].where(known["bank"].notna(), people["bank"].where(own, bank)),
        account=known["account"].where(known["account"].notna(), people["account"].where(own, account)),
    )


def _accounts(ledger: Ledger, lines: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Bank and account of the bodies among the payees, as the newest catalogue has them."""
    bodies = ledger.catalogue().bodies
    if bodies is None or bodies.empty:
        nothing = pd.Series(None, index=lines.index, dtype="str")
        return nothing, nothing
    names = bodies["institution"].fillna("").map(lambda name: payee_key("", name, 0))
    newest = bodies.set_axis(names).loc[~names.duplicated(keep="last").to_numpy()]
    keys = payee_keys(lines["payee_kind"], lines["payee"], pd.Series(0, index=lines.index))
    return keys.map(newest["bank"]).astype("str"), keys.map(newest["account"]).astype("str")


def _titles(ledger: Ledger, batch: BatchHead) -> dict[str, str]:
    """Titles of the lines by the policy under which a batch was judged, which the ledger keeps."""
    text = ledger.policy_text(batch.policy_sha256)
    if not text:
        return {}
    return {line.id: line.title for line in policy_from_text(batch.policy_id, text, batch.rulings).lines}


def money_facts(
    workspace: Workspace,
    policy: str,
    head: str,
    as_of: date,
    inputs: Sequence[InputFile] = (),
    more: Mapping[str, str] | None = None,
) -> MoneyFacts:
    """What the sheet 说明 of a money workbook says."""
    return MoneyFacts(workspace.agency, policy, head, __version__, as_of, tuple(inputs), more or {})


def until_settled(action: Callable[[], T]) -> T:
    """Do it again while somebody else writes in between. Raises ClerkError when that does not end."""
    for _ in range(ATTEMPTS):
        try:
            return action()
        except LedgerMoved:
            continue
    raise ClerkError("台账正被别人连续使用，本次什么也没有记。", "请稍后再运行同一条命令。")


class Paper:
    """Workbooks that are staged before COMMIT and get their names after it."""

    def __init__(self, what: str, again: str) -> None:
        """``what`` was recorded; ``again``: the command that writes the workbooks once more."""
        self._what, self._again = what, again
        self._staged: list[Staged] = []

    def stage(self, book: Book, folder: Path, name: str) -> None:
        """Write to a temporary name, forced to disk. Raises ClerkError."""
        self._staged.append(stage(book, folder, name))

    def discard(self) -> None:
        """Nothing was recorded: leave nothing behind."""
        for each in self._staged:
            each.discard()
        self._staged.clear()

    def publish(self) -> tuple[Path, ...]:
        """Give the workbooks their names. Raises BookedNotWritten."""
        try:
            return tuple(each.publish() for each in self._staged)
        except ClerkError as error:
            self.discard()
            raise BookedNotWritten(
                f"{self._what}，但工作簿没有写出：{error}",
                f"{error.remedy}然后运行 {self._again} 重新写出，不会重复登记。",
            ) from error
