"""监督检查与查处 and 公开登记: classes inspected, objections, money taken back, the real-name list, what was published."""

from __future__ import annotations

import numpy as np
import pandas as pd

from skillcli.core.identity import examine, mask
from skillcli.core.period import Period
from skillcli.reports.breakdowns import in_order
from skillcli.reports.counting import Counted
from skillcli.reports.period_facts import PeriodFacts
from skillcli.reports.register_entries import entries, within
from skillcli.reports.sheets import report_sheet, report_table
from skillcli.reports.tables import numbered
from skillcli.schema import office_tables as tables
from skillcli.schema.entries import RECOVERY_DTYPES
from skillcli.schema.recovery import REASON_KINDS
from skillcli.schema.registers import CLASSES, DISMISSED, FAILED, INSPECTIONS, OBJECTIONS, PUBLICATIONS, UPHELD, folded
from skillcli.xlsx.book import Sheet, Table

NAME = "监督检查与查处"
NOT_SAID = "未填"
OPEN = "处理中"
_MOST_NAMED = 200


def supervision_sheet(facts: PeriodFacts, counted: Counted) -> Sheet:
    """The sheet; what was never imported is said, and has no rows."""
    notes = [
        "注：检查按检查日期、异议按提出日期、追回按登记日期归入本期；不合格班中最近一次检查合格的算复查合格。",
        "注：应追为追回时已经付出的钱；已抵扣、已退回算到制表时为止。原因类别没有登记的列在“未填”。",
    ]
    missing = [each.table.title for each in (CLASSES, INSPECTIONS, OBJECTIONS) if entries(facts, each) is None]
    if missing:
        notes.append(f"注：没有导入{'、'.join(missing)}，相应的内容未填。")
    parts = [_inspected(facts), _objections(facts), _recovered(facts)]
    if facts.roll is not None:
        parts += _roll(facts, facts.roll)
    else:
        notes.append("注：没有导入实名制名单，实名制比对未填。")
    return report_sheet(facts, NAME, tuple(parts), tuple(notes))


def published_sheet(facts: PeriodFacts) -> Sheet:
    """公开登记: what was published in the period, when and where."""
    register = entries(facts, PUBLICATIONS)
    columns = tables.PUBLISHED
    if register is None:
        rows = pd.DataFrame({column.key: pd.Series(dtype=column.kind.dtype) for column in columns.columns})
        notes = ("注：没有导入公开登记，未填。",)
    else:
        rows = within(register, "day", facts.period).sort_values(["day", "content"], kind="stable")
        rows = numbered(rows.reset_index(drop=True))
        notes = (f"注：本期公开 {len(rows):,} 次，按公开日期排列。",)
    return report_sheet(facts, columns.title, (report_table(columns, rows),), notes)


def _inspected(facts: PeriodFacts) -> Table:
    columns, rows = tables.INSPECTED, inspected(facts)
    if rows is None:
        empty = pd.DataFrame({column.key: pd.Series(dtype=column.kind.dtype) for column in columns.columns})
        return report_table(columns, empty, caption="一、班级检查")
    keys = [c.key for c in columns.columns[1:] if c.key != "classes" or entries(facts, CLASSES) is not None]
    totals: dict[str, object] = {"institution": "合计"} | {key: int(rows[key].sum()) for key in keys}
    return report_table(columns, rows, caption="一、班级检查", totals=totals)


def inspected(facts: PeriodFacts) -> pd.DataFrame | None:
    """By institution: classes filed (missing where none ever were), inspected, failed, and passed again (Int64); None
    where no inspection was ever imported."""
    seen, classes = entries(facts, INSPECTIONS), entries(facts, CLASSES)
    if seen is None:
        return None
    body = _bodies(seen, classes)
    visits = seen.assign(institution=body, key=folded(seen["class_no"]) + "\x1f" + folded(body))
    visits = visits.sort_values(["day", "result"], ascending=[True, False], kind="stable")
    own = within(visits, "day", facts.period)
    last = visits[visits["day"].le(pd.Timestamp(facts.period.last))].drop_duplicates("key", keep="last")
    mended = set(last.loc[last["result"].ne(FAILED), "key"])
    failed = own[own["result"].eq(FAILED)].drop_duplicates("key")
    by = own.groupby("institution")
    again = failed["key"].isin(list(mended))
    frame = pd.DataFrame(
        {
            "inspected": by["key"].nunique(),
            "times": by.size(),
            "failed": failed.groupby("institution").size(),
            "mended": failed[again].groupby("institution").size(),
            "open": failed[~again].groupby("institution").size(),
        }
    )
    if classes is not None:
        filed = within(classes.assign(day=classes["start"].fillna(classes["filed_on"])), "day", facts.period)
        frame = frame.join(filed.groupby("institution").size().rename("classes"), how="outer")
    frame = frame.fillna(0).astype("Int64")
    if classes is None:
        frame = frame.assign(classes=pd.array([pd.NA] * len(frame), dtype="Int64"))
    return frame.reindex(in_order(list(frame.index), ())).rename_axis("institution").reset_index()


def _bodies(seen: pd.DataFrame, classes: pd.DataFrame | None) -> pd.Series:
    """The institution of each inspection: its own, else that of the only class of this number, else 未填."""
    known: dict[str, str] = {}
    if classes is not None:
        number = folded(classes["class_no"])
        single = ~number.duplicated(keep=False)
        known = dict(zip(number[single], classes.loc[single, "institution"], strict=True))
    named: pd.Series = seen["institution"].fillna(folded(seen["class_no"]).map(known).astype("str")).fillna(NOT_SAID)
    return named


def _objections(facts: PeriodFacts) -> Table:
    register = entries(facts, OBJECTIONS)
    columns = tables.OBJECTIONS
    if register is None:
        empty = pd.DataFrame({column.key: pd.Series(dtype=column.kind.dtype) for column in columns.columns})
        return report_table(columns, empty, caption="二、对公示的异议")
    rows = within(register, "day", facts.period).sort_values(["day", "number"], kind="stable").reset_index(drop=True)
    rows = rows.assign(outcome=rows["outcome"].fillna(OPEN))
    counts = rows["outcome"].value_counts()
    told = "，".join(f"{word} {int(counts.get(word, 0))} 件" for word in (UPHELD, DISMISSED, OPEN))
    return report_table(columns, rows, caption=f"二、对公示的异议：{len(rows)} 件（{told}）", spans={"matter": 1})


def _recovered(facts: PeriodFacts) -> Table:
    """What was taken back in the period, by kind of reason."""
    rows = recovered(facts, facts.period)
    by = rows.groupby(rows["kind"].where(rows["kind"].ne(""), NOT_SAID))
    frame = pd.DataFrame(
        {
            "lines": by.size(),
            "referred": by["referral"].agg(lambda texts: texts.ne("").sum()).astype("int64"),
            "due_fen": by["settled_fen"].sum(),
            "netted_fen": by["netted_fen"].sum(),
            "repaid_fen": by["repaid_fen"].sum(),
            "withdrawn_fen": by["withdrawn_fen"].sum(),
        }
    )
    frame = frame.reindex([*REASON_KINDS, *([NOT_SAID] if NOT_SAID in frame.index else [])]).fillna(0).astype("int64")
    frame["left_fen"] = frame["due_fen"] - frame["netted_fen"] - frame["repaid_fen"]
    frame = frame.rename_axis("kind").reset_index()
    keys = [column.key for column in tables.RECOVERIES.columns[1:]]
    totals: dict[str, object] = {"kind": "合计"} | {key: int(frame[key].sum()) for key in keys}
    return report_table(tables.RECOVERIES, frame, caption="三、追回（应追和已追）", totals=totals)


def recovered(facts: PeriodFacts, period: Period) -> pd.DataFrame:
    """The lines taken back in a period (``schema.entries.RECOVERY_DTYPES``)."""
    if facts.recoveries is None:
        empty = {key: pd.Series(dtype=dtype) for key, dtype in RECOVERY_DTYPES.items()}
        return pd.DataFrame(empty)
    return within(facts.recoveries, "day", period)


def _roll(facts: PeriodFacts, roll: pd.DataFrame) -> list[Table]:
    """The real-name list against the ledger, both ways."""
    ours = np.unique(facts.entries.trainings["person"].to_numpy())
    ours = ours[ours != 0]
    known = roll[roll["person"].ne(0)].drop_duplicates("person")
    both = known["person"].isin(ours)
    only = known[~both]
    counts = (
        ("台账里的人", len(ours), "未作废批次里的人，身份证号有效的"),
        ("实名制名单里的人", len(known), ""),
        ("两边都有", int(both.sum()), ""),
        ("只在台账", len(ours) - int(both.sum()), "申报时列为待核实"),
        ("只在实名制", len(only), "见下表" + (f"，只列前 {_MOST_NAMED} 人" if len(only) > _MOST_NAMED else "")),
    )
    summary = pd.DataFrame(counts, columns=["item", "persons", "remark"]).astype({"item": "str", "remark": "str"})
    listed = only.head(_MOST_NAMED).reset_index(drop=True)
    listed = listed.assign(id_number=listed["id_number"].map(mask, na_action="ignore").astype("str"))
    return [
        report_table(tables.ROLL, summary, caption="四、实名制名单比对"),
        report_table(tables.ROLL_ONLY, numbered(listed), caption="五、只在实名制名单里的人"),
    ]


def roll_of(lists: pd.DataFrame | None, name: str) -> pd.DataFrame | None:
    """Of the imported reference lists that of this name, with the person key; None where there is none."""
    if lists is None:
        return None
    own = lists[lists["list_name"].eq(name)].reset_index(drop=True)
    if own.empty:
        return None
    _, person, _ = examine(own["id_number"].to_numpy(dtype=object))
    return pd.DataFrame({"person": person, "name": own["name"], "id_number": own["id_number"]})
