"""How rosters were handed in: kept with the batch they became, so that its workbooks can be written again.

No workbook of the clerk's: ``skillcli pay`` writes these sheets into the ledger with the batch.
"""

from __future__ import annotations

from skillcli.schema.column import Column, Kind, Table
from skillcli.schema.inputs import ROSTER
from skillcli.schema.outputs import REMARK_COLUMN

FULL, SUPPLEMENT, CORRECTION = "full", "supplement", "correction"
KIND_TITLES = {FULL: "整份报送", SUPPLEMENT: "补充报送", CORRECTION: "更正报送"}
"""Kinds of submission, and the words a clerk reads."""

SUBMISSION = Table(
    "submission",
    "报送方式",
    (
        Column("kind", "报送方式", Kind.TEXT, True),
        Column("corrects", "更正批次", Kind.TEXT),
        Column("duplicates", "重复行数", Kind.WHOLE, True),
        Column("parked", "待修正行数", Kind.WHOLE, True),
        Column("removed", "减少行数", Kind.WHOLE, True),
    ),
)
"""One row a batch of rosters. ``corrects``: the batch it corrects; ``duplicates``: rows claimed before;
``parked``: rows left out to be mended; ``removed``: trainings of the corrected batch that the new roster lacks."""

PARKED = Table(
    SUBMISSION.kind,
    "待修正花名册",
    (
        *(Column(column.key, column.title, Kind.TEXT) for column in ROSTER.columns),
        Column("problem", REMARK_COLUMN, Kind.TEXT, True),
    ),
)
"""Rows left out of a batch, as text in the roster's columns, and what is wrong with each."""

REMOVED = Table(
    SUBMISSION.kind,
    "减少名单",
    (
        Column("line_no", "批次行号", Kind.CERTIFICATE),
        *(ROSTER[key] for key in ("name", "id_number", "institution", "occupation")),
        Column("line_title", "补贴项目", Kind.TEXT),
        Column("amount_fen", "金额（元）", Kind.MONEY),
        Column("state", "批次状态", Kind.TEXT),
        Column("remedy", "处理办法", Kind.TEXT),
        *(
            Column(key, title, kind)
            for key, title, kind in (("file", "来源文件", Kind.TEXT), ("sheet", "工作表", Kind.TEXT))
        ),
        Column("row", "行号", Kind.WHOLE),
    ),
)
"""Trainings of the corrected batch that the new roster lacks, one row a line that stands in the ledger (a training
without such a line: one row without 批次行号). They stand as they were until a person acts."""
