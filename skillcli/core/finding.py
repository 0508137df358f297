"""What a check has to say about a place in a file."""

from __future__ import annotations

from dataclasses import dataclass  # no Struct: help pages load this module, and msgspec takes longer than they do
from enum import StrEnum


class Severity(StrEnum):
    """Weight of a finding, heaviest first.

    ``file`` refuses the file, ``error`` refuses the training (or the aimed line), ``hold``
    sends it to a person, ``ruling`` leaves it undecided, ``warning`` and ``info`` change
    nothing.
    """

    FILE = "file"
    ERROR = "error"
    HOLD = "hold"
    RULING = "ruling"
    WARNING = "warning"
    INFO = "info"

    @property
    def label(self) -> str:
        """The word a clerk reads in the column 程度."""
        return _TITLES[self]


_TITLES = {
    Severity.FILE: "文件不能用",
    Severity.ERROR: "不予补贴",
    Severity.HOLD: "待核实",
    Severity.RULING: "待明确",
    Severity.WARNING: "提醒",
    Severity.INFO: "说明",
}


class Verdict(StrEnum):
    """Outcome of one subsidy line (policy page, section 1), in order of precedence."""

    REFUSED = "不予补贴"
    HELD = "待核实"
    UNDECIDED = "待明确"
    SPECIAL = "特殊审批"
    PAYABLE = "拟补贴"


NO_LINE = "无补贴"
"""How a training is counted that matches no line."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: ``row`` is the number Excel shows (0: no row), ``column`` the
    canonical title ("" when the finding accuses no single column)."""

    file: str
    sheet: str = ""
    row: int = 0
    column: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark of one check.

    ``line`` is the policy line it aims at ("" = the whole training), ``found`` what stands
    in the cell (identity and account masked), ``message`` the sentence, ``remedy`` what to
    do, ``clause`` the number of the clause or the standard it rests on.
    """

    code: str
    severity: Severity
    place: Place
    message: str
    found: str = ""
    remedy: str = ""
    clause: str = ""
    line: str = ""
