"""F08  Cells that hold an Excel error or a formula without a stored value

The value is lost, so whatever needs the cell cannot be judged; every other rule is silent about a
cell that is refused here. Cells on which no verdict rests are told as a warning: the line rules
(A04, A07, A08, E02, E05, E11) hold their line where such a cell matters after all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_cells import refused_cells
from skillcli.rules.rule import rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="F08",
    title="单元格是错误值或没有结果的公式",
    severity=Severity.ERROR,
    message="“{title}”单元格是{what}，没有可用的值。",
    remedy="请改成实际内容（复制后选择性粘贴为“值”），保存后重新报送。",
    basis="数据完整性",
)
def value_lost(case: Case) -> pd.DataFrame:
    from skillcli.schema.inputs import ROSTER

    cells = refused_cells(case)
    titles = {column.key: column.title for column in ROSTER.columns}
    shown = cells["shown"].fillna("").astype("str")
    what = shown.where(shown.ne(""), "没有计算结果的公式")
    return cells.assign(
        title=cells["key"].map(titles).astype("str"),
        what=what.where(cells["fault"].ne("error_value"), "错误值 " + shown),
        found=shown,
        severity=cells["needed"].map({True: Severity.ERROR.value, False: Severity.WARNING.value}).astype("str"),
    ).set_index("rid")[["key", "title", "what", "found", "severity"]]
