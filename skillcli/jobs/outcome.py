"""What a run over rosters came to: for the console, for JSON, for the exit status."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from skillcli import __version__
from skillcli.core.finding import NO_LINE, Severity, Verdict
from skillcli.core.identity import mask
from skillcli.schema.inputs import ROSTER
from skillcli.schema.outputs import NO_FUND

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.jobs.submission import Submission
    from skillcli.ledger.batch import BatchHead
    from skillcli.policy.model import Policy
    from skillcli.schema.decision import Decision
    from skillcli.schema.roster import Roster

PAYABLE = (Verdict.PAYABLE, Verdict.SPECIAL)
_BLOCKING = (Severity.FILE, Severity.ERROR, Severity.HOLD)
_BLOCK = 5_000
"""Rows that are records at the same time: a record takes a hundred times the memory of its row."""


class Outcome(Struct, frozen=True):
    """Result of ``validate`` or ``pay``.

    ``batch`` and ``numbers`` (lid → 批次行号, str) are None where nothing was booked; ``outputs``
    are the workbooks written; ``already_booked``: the same files were this batch before, and
    nothing was booked again; ``receipt``: the code of a check, "" without one; ``submission``: how the
    rosters of the batch were handed in, None where that is not recorded; ``overdrawn``: a sentence for each fund
    that the batch spends more of than has arrived.
    """

    command: str
    policy: Policy
    as_of: date
    roster: Roster
    decision: Decision
    batch: BatchHead | None = None
    numbers: pd.Series | None = None
    outputs: tuple[Path, ...] = ()
    already_booked: bool = False
    receipt: str = ""
    submission: Submission | None = None
    overdrawn: tuple[str, ...] = ()

    @property
    def file_refused(self) -> bool:
        """Whether a file could not be used at all (a finding of severity ``file``)."""
        return any(finding.severity is Severity.FILE for finding in self.roster.findings)

    @property
    def exit_code(self) -> int:
        """2 a file was refused; 1 some line is not payable, some training earns none, some row was left out
        (validate: some error or hold, or a training without a line); else 0."""
        if self.file_refused:
            return 2
        if self.counts()[NO_LINE] or self.parked:
            return 1
        if self.command == "validate":
            severities = {finding.severity for finding in self.roster.findings}
            severities |= set(self.decision.findings["severity"].unique())
            return 1 if severities & set(_BLOCKING) else 0
        return 0 if bool(self.decision.lines["verdict"].isin(PAYABLE).all()) else 1

    @property
    def parked(self) -> int:
        """How many rows were left out to be mended."""
        return len(self.submission.parked) if self.submission and self.submission.parked is not None else 0

    def counts(self) -> dict[str, int]:
        """Rows, lines, lines by verdict (they sum to ``lines``) and trainings without a line."""
        verdicts = self.decision.lines["verdict"].value_counts()
        return {
            "rows": len(self.roster.frame),
            "lines": len(self.decision.lines),
            **{str(verdict): int(verdicts.get(verdict, 0)) for verdict in _SHOWN},
            NO_LINE: int((self.decision.trainings["verdict"] == NO_LINE).sum()),
        }

    @property
    def amount_fen(self) -> int:
        """Sum of the payable lines, fen."""
        return int(self.decision.lines["amount_fen"].sum())

    def to_json(self) -> dict[str, Any]:
        """The machine-readable result (product page, "JSON"); identities masked. ``lines`` and ``findings`` are made while
        they are read, once."""
        return {
            "tool": f"skillcli {__version__}",
            "command": self.command,
            "policy": {"id": self.policy.id, "sha256": self.policy.sha256},
            "as_of": self.as_of.isoformat(),
            "files": self._files(),
            "batch": self._batch(),
            "counts": self.counts(),
            "amount_fen": self.amount_fen,
            "lines": self._lines(),
            "findings": ({key: finding[key] for key in _FINDING_KEYS} for finding in self.all_findings()),
            "unchecked": [{"code": check.code, "why": check.why} for check in self.decision.unchecked],
            "overdrawn": list(self.overdrawn),
            "outputs": [str(path) for path in self.outputs],
            "receipt": self.receipt or None,
        }

    def finding_counts(self) -> dict[tuple[str, str], int]:
        """How many findings of each severity and code there are."""
        judged = self.decision.findings
        counts: Counter[tuple[str, str]] = Counter(
            zip(judged["severity"].tolist(), judged["code"].tolist(), strict=True)
        )
        counts.update((str(finding.severity), finding.code) for finding in self.roster.findings)
        return counts

    def all_findings(self, most: int = 0) -> Iterator[dict[str, Any]]:
        """Findings of the reader and of the rules in the order of files, sheets and rows; keys of
        the JSON and ``found``, None where a finding has no row, column or line. ``most``: of the
        rules' only so many of each severity and code (0: all)."""
        for finding in self.roster.findings:
            yield {
                "code": finding.code,
                "severity": str(finding.severity),
                "file": finding.place.file,
                "sheet": finding.place.sheet or None,
                "row": finding.place.row or None,
                "column": finding.place.column or None,
                "line": finding.line or None,
                "message": finding.message,
                "clause": finding.clause,
                "found": finding.found,
            }
        judged = self.decision.findings
        if most:
            judged = judged.groupby(["severity", "code"], sort=False).head(most)
        titles = {column.key: column.title for column in ROSTER.columns}
        for block in _blocks(judged):
            frame = self._placed(block["rid"])
            frame["column"] = block["key"].map(titles).to_numpy()
            for key in ("code", "severity", "line", "message", "clause", "found"):
                frame[key] = block[key].to_numpy()
            for record in frame.to_dict("records"):
                tidy = {str(key): value for key, value in record.items()}
                yield {**tidy, "column": _none(tidy["column"]), "line": _none(tidy["line"])}

    def _placed(self, rids: pd.Series) -> pd.DataFrame:
        """file, sheet and row of trainings, in the order of ``rids`` (index 0…n-1)."""
        import pandas as pd

        rows = self.roster.frame.loc[rids, ["source", "row"]]
        sheets = pd.DataFrame(
            {"file": [s.path for s in self.roster.sheets], "sheet": [s.sheet for s in self.roster.sheets]}, dtype="str"
        )
        placed = sheets.take(rows["source"].to_numpy()).reset_index(drop=True)
        placed["row"] = rows["row"].to_numpy()
        return placed

    def _files(self) -> list[dict[str, Any]]:
        count = Counter((finding.place.file, finding.place.sheet or None) for finding in self.roster.findings)
        sources = self.roster.frame["source"].loc[self.decision.findings["rid"]].value_counts()
        for source, times in sources.items():
            sheet = self.roster.sheets[int(str(source))]
            count[sheet.path, sheet.sheet] += int(times)
        read = [
            {
                "path": sheet.path,
                "sha256": sheet.sha256,
                "sheet": sheet.sheet,
                "header_row": sheet.header_row,
                "rows": sheet.rows,
                "findings": count.get((sheet.path, sheet.sheet), 0),
            }
            for sheet in self.roster.sheets
        ]
        known = {sheet.path for sheet in self.roster.sheets}
        refused = {f.place.file for f in self.roster.findings if f.severity is Severity.FILE} - known
        return read + [
            {"path": path, "sha256": None, "sheet": None, "header_row": None, "rows": 0, "findings": total}
            for path in sorted(refused)
            if (total := sum(n for (file, _), n in count.items() if file == path))
        ]

    def _batch(self) -> dict[str, object] | None:
        batch = self.batch
        if batch is None:
            return None
        handed_in = self.submission.to_json() if self.submission else None
        told = {"id": batch.id, "month": batch.month, "status": batch.status, "head": batch.head}
        return {**told, "submission": handed_in}

    def _lines(self) -> Iterator[dict[str, Any]]:
        people = self.roster.frame["id_number"].map(mask, na_action="ignore").astype("str").fillna("")
        for lines in _blocks(self.decision.lines):
            frame = self._placed(lines["rid"])
            frame["person"] = people.loc[lines["rid"]].to_numpy()
            for key in ("line", "verdict"):
                frame[key] = lines[key].to_numpy()
            frame["amount_fen"] = lines["amount_fen"].to_numpy()
            frame["proposed_fen"] = _whole_or_none(lines["proposed_fen"])
            for key in ("payee_kind", "payee", "fund", "clause"):
                frame[key] = lines[key].fillna("").to_numpy()
            frame["fund"] = frame["fund"].replace("", NO_FUND)
            frame["codes"] = lines["codes"].fillna("").str.split().to_numpy()
            if self.numbers is not None:
                frame["line_no"] = self.numbers.loc[lines.index].to_numpy()
            for record in frame.to_dict("records"):
                yield {str(key): value for key, value in record.items()}


_SHOWN = (Verdict.PAYABLE, Verdict.REFUSED, Verdict.HELD, Verdict.UNDECIDED, Verdict.SPECIAL)
_FINDING_KEYS = ("code", "severity", "file", "sheet", "row", "column", "line", "message", "clause")


def _blocks(frame: pd.DataFrame) -> Iterator[pd.DataFrame]:
    return (frame.iloc[first : first + _BLOCK] for first in range(0, len(frame), _BLOCK))


def _whole_or_none(values: pd.Series) -> pd.Series:
    """Int64 as plain int, None where missing (object; JSON knows no <NA>)."""
    plain: pd.Series = values.astype("object").where(values.notna(), None).reset_index(drop=True)
    return plain


def _none(value: Any) -> str | None:
    """Text, or None where it is missing or empty."""
    return value if isinstance(value, str) and value else None
