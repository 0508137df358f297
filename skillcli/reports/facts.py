"""What a report of one run is made from; a fresh run or the ledger can fill it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import PurePath
from typing import NamedTuple

import numpy as np
import pandas as pd
from msgspec import Struct, field
from msgspec.structs import replace

from skillcli.policy.model import Policy
from skillcli.schema.decision import Decision
from skillcli.schema.roster import Roster


class RuleText(NamedTuple):
    """What a rule checks, and what the clerk does when it fires; plain Chinese. ``general``: it says the same of
    every training of a line, so that a list shows it once an institution."""

    title: str
    remedy: str
    general: bool = False


class InputFile(NamedTuple):
    """An input that is no roster: what it is (``目录``, ``比对名单`` …), its name, its SHA-256."""

    what: str
    name: str
    sha256: str


class RunFacts(Struct, frozen=True):
    """One judged run.

    ``rules``: code → its words (a code that is missing prints without them). ``batch``,
    ``month`` (``2020-03``) and ``head`` (the ledger's chain head) are "" where nothing was
    booked; ``entry``: number of the transaction that left it, 0 where not told. ``line_numbers``: 批次行号 (str) of every line, index ``lid`` as ``decision.lines``;
    None where there is no batch. ``agency``: the office's name. ``other_inputs``: catalogues and
    lists that were consulted. ``netting``: what is kept back from lines for what payees owe: ``lid``
    (int64), ``receivable`` (int64), ``title`` (str), ``amount_fen`` (int64); None or empty: nothing.
    ``receipt``: the receipt code of a check, "" without one. ``submission``: how the rosters were handed in, "" where
    that is not known. ``overdrawn``: a sentence for each fund that the batch spends more of than has arrived.
    ``approved``: special approvals by which lines are payable (``lid`` int64 and the columns of 特殊审批; None: not told).
    """

    roster: Roster
    decision: Decision
    policy: Policy
    as_of: date
    tool_version: str
    rules: Mapping[str, RuleText] = field(default_factory=dict)
    batch: str = ""
    month: str = ""
    head: str = ""
    entry: int = 0
    agency: str = ""
    line_numbers: pd.Series | None = None
    other_inputs: tuple[InputFile, ...] = ()
    netting: pd.DataFrame | None = None
    receipt: str = ""
    submission: str = ""
    overdrawn: tuple[str, ...] = ()
    approved: pd.DataFrame | None = None

    def of_file(self, path: str) -> RunFacts:
        """The run as if this roster file had been its only one, verdicts unchanged.

        Trainings and lines are numbered anew. Raises KeyError when no sheet has that path.
        """
        sheets = [number for number, sheet in enumerate(self.roster.sheets) if sheet.path == path]
        if not sheets:
            raise KeyError(path)
        source = self.roster.frame["source"]
        rids = source.index[source.isin(sheets)]
        number = pd.Series(np.arange(len(rids)), index=rids)
        frame = self.roster.frame.loc[rids].reset_index(drop=True).rename_axis("rid")
        frame["source"] = frame["source"].map({old: new for new, old in enumerate(sheets)}).astype("int64")
        made = self.decision
        kept = made.lines["rid"].isin(rids)
        roster = replace(
            self.roster,
            frame=frame,
            faults=_renumbered(self.roster.faults, number),
            findings=tuple(finding for finding in self.roster.findings if finding.place.file == path),
            sheets=tuple(self.roster.sheets[sheet] for sheet in sheets),
        )
        decision = Decision(
            made.trainings.loc[rids].reset_index(drop=True).rename_axis("rid"),
            _renumbered(made.lines, number).rename_axis("lid"),
            _renumbered(made.findings, number),
            made.unchecked,
            made.rulings_used,
        )
        numbers = self.line_numbers
        if numbers is not None:
            numbers = numbers.loc[made.lines.index[kept]].reset_index(drop=True)
        return replace(self, roster=roster, decision=decision, line_numbers=numbers)

    def rule_titles(self, codes: pd.Series) -> pd.Series:
        """What each code checks; "" where unknown."""
        return codes.map({code: text.title for code, text in self.rules.items()}).astype("str").fillna("")

    def remedies(self, codes: pd.Series) -> pd.Series:
        """What to do about each code; "" where unknown."""
        return codes.map({code: text.remedy for code, text in self.rules.items()}).astype("str").fillna("")

    def file_names(self) -> tuple[str, ...]:
        """What a reader sees of each sheet's file: its name, or the whole path where two files
        bear the same name."""
        paths = {sheet.path for sheet in self.roster.sheets}
        names = [PurePath(path).name for path in paths]
        unique = len(set(names)) == len(paths)
        return tuple(PurePath(sheet.path).name if unique else sheet.path for sheet in self.roster.sheets)


def _renumbered(frame: pd.DataFrame, number: pd.Series) -> pd.DataFrame:
    """The rows of these trainings (old rid → new rid), their rids exchanged."""
    kept = frame.loc[frame["rid"].isin(number.index)].reset_index(drop=True)
    return kept.assign(rid=kept["rid"].map(number).astype("int64"))
