"""T13  技能等级 that is no word of the list, or blank where a line is priced by level

An unknown word refuses the training, for it may be any level; a blank one refuses a training that
matches a line priced by level, since the roster is not complete then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_catalogue import nearest
from skillcli.rules.derive_cells import blank, holds, together
from skillcli.rules.rule import rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="T13",
    title="技能等级不认识，或按等级补贴而等级空白",
    severity=Severity.ERROR,
    column="level",
    message="技能等级{problem}。",
    remedy="请按证书填写技能等级（初级工、中级工、高级工、技师、高级技师、专项职业能力或无等级）。",
    reads=("level",),
    basis="职业技能等级序列",
)
def level_unknown(case: Case) -> pd.DataFrame:
    from skillcli.schema.vocabulary import words

    empty, unread = blank(case, "level"), holds(case, "level")
    strange = case.rows(empty & unread)
    shown = case.shown(strange.index, "level")
    by_level = [line.id for line in case.policy.lines if line.amount.kind.startswith("by_level")]
    paid = case.trainings.index.isin(case.lines["rid"].to_numpy()[case.on_lines(*by_level)])
    blanks = case.rows(paid & (case.says("level", "无等级") | (empty & ~unread)))
    return together(
        [
            strange.assign(problem="“" + shown + "”不是规定的词" + nearest(shown, list(words("level")))),
            blanks.assign(problem="没有填写，与之相符的补贴按等级计算"),
        ]
    )
