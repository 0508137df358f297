"""A resubmitted roster beside the earlier one, row by row and in money (``batch diff``). Nothing is booked."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from msgspec import Struct
from msgspec.structs import replace

from skillcli.core.errors import ClerkError
from skillcli.core.finding import Severity, Verdict
from skillcli.jobs import hearing
from skillcli.jobs.policies import policy_of
from skillcli.jobs.progress import Progress, Silent
from skillcli.jobs.roster_match import Match, Side, match
from skillcli.jobs.row_texts import covered, places
from skillcli.jobs.standing import standing
from skillcli.reports.facts import InputFile
from skillcli.reports.roster_diff import DiffFacts, diff_book
from skillcli.rules.facts import derive
from skillcli.schema.inputs import ROSTER
from skillcli.schema.roster_diff import ADDED, CHANGED, DIFF_SUFFIX, GONE, SUMS
from skillcli.schema.written import cell_text
from skillcli.xlsx.write import stage

if TYPE_CHECKING:
    from datetime import date

    from skillcli.jobs.workspace import Workspace
    from skillcli.ledger.ledger import Ledger
    from skillcli.policy.model import Policy
    from skillcli.schema.decision import Decision
    from skillcli.schema.roster import Roster

_BATCH = re.compile(r"\d{4}-\d{2}-\d+")
_PAYABLE = (Verdict.PAYABLE.value, Verdict.SPECIAL.value)
_IN_DOUBT = (Severity.ERROR.value, Severity.HOLD.value, Severity.RULING.value)


class Diff(Struct, frozen=True):
    """What differs. ``old``: the batch id, or the earlier roster's path; ``batch``: whether it is a batch.

    ``added``, ``gone``, ``changed``: frames in the columns of ``schema.roster_diff``; ``sums``: rows and fen by kind of
    difference; ``confirm``: the number ``--confirm-removals`` asks for (rows gone, and those that became another
    training); ``passed_over``: titles of columns that only one of the rosters has."""

    old: str
    batch: bool
    new: str
    added: pd.DataFrame
    gone: pd.DataFrame
    changed: pd.DataFrame
    sums: pd.DataFrame
    confirm: int
    passed_over: tuple[str, ...]
    output: Path | None = None

    @property
    def effect_fen(self) -> int:
        """New less old, over all rows."""
        return int(self.sums["effect_fen"].sum())


class _Half(Struct, frozen=True):
    """One of the two: its side, what each row is worth (fen, by rid), the lines that stand for it, where it is from."""

    side: Side
    worth: pd.Series
    lines: pd.Series
    name: str
    inputs: tuple[InputFile, ...]


def diff(
    workspace: Workspace,
    old: str,
    new: Path,
    *,
    as_of: date,
    out: Path | None = None,
    sheet: str | None = None,
    progress: Progress | None = None,
) -> Diff:
    """Compare a roster file with a batch, or with an earlier roster file, and write ``<name>-比对.xlsx`` into ``out`` (by
    default beside the new roster).

    A batch is worth what the ledger holds for its rows; a roster file what it would come to if its trainings had not been
    claimed before. Raises ClerkError when a file cannot be used or there is no such batch.
    """
    from skillcli.ledger.ledger import Ledger

    progress = progress or Silent()
    with Ledger.open(workspace.ledger) as ledger:
        policy = policy_of(workspace, ledger)
        is_batch = _BATCH.fullmatch(old.strip()) is not None and not Path(old).exists()
        earlier = (
            _booked(ledger, old.strip())
            if is_batch
            else _heard(ledger, workspace, policy, Path(old), as_of, None, progress)
        )
        later = _heard(ledger, workspace, policy, new, as_of, sheet, progress)
        found = match(earlier.side, later.side)
        made = _diff(earlier, later, found, is_batch)
        facts = DiffFacts(
            old=f"批次 {earlier.name}" if is_batch else earlier.name,
            new=later.name,
            agency=workspace.agency,
            as_of=as_of,
            policy=f"{policy.full_title}，编号 {policy.id}",
            policy_sha256=policy.sha256,
            head=ledger.head(),
            inputs=(*earlier.inputs, *later.inputs),
            passed_over=made.passed_over,
            confirm=made.confirm if is_batch else 0,
        )
    progress.stage("写出比对表")
    book = diff_book(made.sums, made.added, made.gone, made.changed, facts)
    output = stage(book, out or new.absolute().parent, f"{new.stem}{DIFF_SUFFIX}.xlsx").publish()
    return replace(made, output=output)


def _booked(ledger: Ledger, batch_id: str) -> _Half:
    loaded = ledger.load_batch(batch_id)
    rids = loaded.roster.frame.index
    lines = standing(ledger, loaded.decision.trainings)
    # a training claimed twice in one batch stands once
    first = lines.drop_duplicates("line_no").groupby("rid")
    worth = first["amount_fen"].sum().reindex(rids, fill_value=0).astype("int64")
    numbers = first["line_no"].agg("、".join).reindex(rids).fillna("").astype("str")
    files = tuple(dict.fromkeys(InputFile(f"批次 {loaded.head.id}", s.path, s.sha256) for s in loaded.roster.sheets))
    return _Half(Side(loaded.roster, loaded.decision.trainings), worth, numbers, loaded.head.id, files)


def _heard(
    ledger: Ledger,
    workspace: Workspace,
    policy: Policy,
    path: Path,
    as_of: date,
    sheet: str | None,
    progress: Progress,
) -> _Half:
    roster = hearing.read([path], workspace, progress, sheet)
    for finding in roster.findings:
        if finding.severity is Severity.FILE:
            raise ClerkError(f"{finding.place.file}：{finding.message}（{finding.code}）", finding.remedy)
    decision = hearing.hear(roster, policy, ledger, as_of, progress).decision
    files = tuple(dict.fromkeys(InputFile("花名册", s.path, s.sha256) for s in roster.sheets))
    nothing = pd.Series("", index=roster.frame.index, dtype="str")
    return _Half(Side(roster, derive(roster, policy)), worth(roster, decision), nothing, path.name, files)


def worth(roster: Roster, decision: Decision) -> pd.Series:
    """Fen of each row (index rid): its payable lines, and those refused only for having been claimed before."""
    findings = decision.findings
    against = findings[findings["severity"].isin(_IN_DOUBT) & findings["code"].ne("D01")]
    whole = decision.lines["rid"].isin(against.loc[against["line"].eq(""), "rid"])
    aimed = pd.MultiIndex.from_frame(decision.lines[["rid", "line"]]).isin(
        pd.MultiIndex.from_frame(against[["rid", "line"]])
    )
    again = decision.lines["codes"].fillna("").str.contains(r"\bD01\b") & ~whole & ~aimed
    payable = decision.lines["verdict"].isin(_PAYABLE)
    fen = decision.lines["amount_fen"].where(payable, decision.lines["proposed_fen"].fillna(0).where(again, 0))
    return fen.astype("int64").groupby(decision.lines["rid"]).sum().reindex(roster.frame.index, fill_value=0)


def _diff(earlier: _Half, later: _Half, found: Match, is_batch: bool) -> Diff:
    pairs = found.pairs.assign(
        old_fen=earlier.worth.loc[found.pairs["old"]].to_numpy(), new_fen=later.worth.loc[found.pairs["new"]].to_numpy()
    )
    differ = pairs["new"].isin(found.changes["new"])
    added = _rows(later, found.added).assign(new_fen=later.worth.loc[found.added].to_numpy())
    gone = _rows(earlier, found.removed).assign(
        old_fen=earlier.worth.loc[found.removed].to_numpy(), line_nos=earlier.lines.loc[found.removed].to_numpy()
    )
    changed = _changed(earlier, later, pairs[differ], found)
    parts = (
        ("未变", pairs.loc[~differ, "old_fen"], pairs.loc[~differ, "new_fen"]),
        ("变更", changed["old_fen"], changed["new_fen"]),
        ("减少", gone["old_fen"], gone["old_fen"] * 0),
        ("新增", added["new_fen"] * 0, added["new_fen"]),
    )
    sums = pd.DataFrame(
        [(kind, len(old), int(old.sum()), int(new.sum()), int(new.sum() - old.sum())) for kind, old, new in parts],
        columns=list(SUMS.keys),
    )
    one = earlier.side.roster.columns ^ later.side.roster.columns
    return Diff(
        old=earlier.name,
        batch=is_batch,
        new=later.name,
        added=added[list(ADDED.keys)],
        gone=gone[list(GONE.keys)],
        changed=changed[list(CHANGED.keys)],
        sums=sums,
        confirm=len(found.gone),
        passed_over=tuple(column.title for column in ROSTER.columns if column.key in one),
    )


def _rows(half: _Half, rids: pd.Index) -> pd.DataFrame:
    """Who and where, numbers covered; index 0…n-1."""
    frame = half.side.roster.frame.loc[rids]
    keys = ("name", "id_number", "institution", "occupation", "certificate_no")
    texts = {key: covered(cell_text(frame[key], ROSTER[key].kind)) for key in keys}
    return pd.DataFrame({**texts, **places(half.side.roster).loc[rids]}).reset_index(drop=True)


def _changed(earlier: _Half, later: _Half, pairs: pd.DataFrame, found: Match) -> pd.DataFrame:
    """One row a changed row, its changes in one sentence each."""
    titles = {column.key: column.title for column in ROSTER.columns}
    cells = found.changes
    sentence = (
        cells["key"].map(titles).astype("str")
        + "："
        + cells["before"].replace("", "（空白）")
        + " → "
        + cells["after"].replace("", "（空白）")
    )
    told = sentence.groupby(cells["new"]).agg("；".join)
    rows = _rows(later, pd.Index(pairs["new"]))
    old_row = places(earlier.side.roster)["row"].loc[pairs["old"]].to_numpy()
    another = pairs["old"].isin(found.gone).to_numpy()
    remark = pd.Series(another, dtype="bool").map({True: "改成了另一次培训，原补贴不会自动撤回", False: ""})
    return rows.assign(
        changes=told.loc[pairs["new"]].to_numpy(),
        old_row=old_row,
        old_fen=pairs["old_fen"].to_numpy(),
        new_fen=pairs["new_fen"].to_numpy(),
        effect_fen=(pairs["new_fen"] - pairs["old_fen"]).to_numpy(),
        line_nos=earlier.lines.loc[pairs["old"]].to_numpy(),
        remark=remark.astype("str").to_numpy(),
    )
