"""What a rule is: a query over a case that returns the guilty rows with their evidence.

Adding one: write the module ``rules/<code>.py``, name it in ``rules/__init__.py``, write its case
table ``tests/rules/<code>.md``, run ``make docs``. Rule modules import no pandas at module level,
so that ``skillcli rule CODE`` stays quick.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from skillcli.core.finding import Severity

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


class Partition(StrEnum):
    """Rows that must be seen together; rows of one key always are, on any engine."""

    ROW = "row"
    PERSON = "person"
    CERTIFICATE = "certificate"
    ACCOUNT = "account"
    INSTITUTION = "institution"
    CLASS = "class"
    PHONE = "phone"


class Aim(StrEnum):
    """Which lines of the training a finding touches."""

    TRAINING = "training"
    """All of them."""
    PASSING = "passing"
    """Those that need 合格."""
    CERTIFICATE = "certificate"
    """Those that need a certificate."""
    LINE = "line"
    """The one named in the evidence's column ``line``."""
    PERSONAL = "personal"
    """Those paid to the person."""


Flag = Callable[["Case"], "pd.DataFrame"]


class Rule(Struct, frozen=True):
    """A code and everything that belongs to it.

    ``flag`` returns a frame indexed by rid (int64; a rid may stand several times) whose columns
    are the placeholders of ``message``; beside them ``line`` (policy line id; demanded where
    ``aim`` is LINE), ``found`` (what stands there; default: the accused cell as a clerk may see
    it), ``clause``, ``severity`` and ``key`` (the accused column's; each overrides the declared one). An
    empty frame may lack columns.

    ``title`` what is checked, ``remedy`` what the clerk does, ``basis`` the standard it rests on
    where the policy names no clause; all plain Chinese. ``column``: key of the accused column
    ("" = the row). ``reads``: the roster columns it looks at. ``general``: it says the same of every
    training of a line (a question to the office, not to a person), so a list of doubts shows it once
    an institution. The flag's module docstring
    says in English why the rule exists and who handles the neighbouring case.
    """

    code: str
    title: str
    severity: Severity
    column: str
    message: str
    remedy: str
    flag: Flag
    reads: tuple[str, ...] = ()
    partition: Partition = Partition.ROW
    aim: Aim = Aim.TRAINING
    basis: str = ""
    general: bool = False


def rule(
    *,
    code: str,
    title: str,
    severity: Severity,
    message: str,
    remedy: str,
    column: str = "",
    reads: tuple[str, ...] = (),
    partition: Partition = Partition.ROW,
    aim: Aim = Aim.TRAINING,
    basis: str = "",
    general: bool = False,
) -> Callable[[Flag], Rule]:
    """Make a ``Rule`` of the function below it."""

    def declare(flag: Flag) -> Rule:
        return Rule(code, title, severity, column, message, remedy, flag, reads, partition, aim, basis, general)

    return declare
