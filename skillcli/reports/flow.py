"""全流程: from the filing of a class to the money that came back, by institution."""

from __future__ import annotations

import pandas as pd

from skillcli.reports.breakdowns import grouped, in_order, named
from skillcli.reports.counting import Counted, Slice
from skillcli.reports.identities import BACK, HELD, OUTCOMES, PAID, REFUSED, UNDECIDED
from skillcli.reports.period_facts import PeriodFacts
from skillcli.reports.register_entries import by_name, entries, within
from skillcli.reports.sheets import report_sheet, report_table
from skillcli.schema.office_tables import FLOW
from skillcli.schema.registers import CLASSES
from skillcli.xlsx.book import Sheet

_KINDS = {REFUSED: "refused", HELD: "waiting", UNDECIDED: "waiting", PAID: "approved", BACK: "back"}


def flow_sheet(facts: PeriodFacts, counted: Counted, cut: Slice) -> Sheet:
    """The sheet; claimed = refused + waiting + approved + taken back."""
    frame = grouped(counted, cut, "institution")[["submitted", "passed", "certified"]]
    frame = frame.join(_lines(counted, cut), how="outer")
    classes = entries(facts, CLASSES)
    filed = _filed(facts, frame.index) if classes is not None else None
    if filed is not None:
        frame = frame.join(filed, how="outer")
    frame = frame.fillna(0).astype("int64")
    frame = frame.reindex(in_order(list(frame.index), ()))
    if filed is None:
        empty = pd.array([pd.NA] * len(frame), dtype="Int64")
        frame = frame.assign(classes=empty, planned=empty)
    rows = frame.rename_axis("institution").reset_index()
    keys = [column.key for column in FLOW.columns[1:] if filed is not None or column.key not in ("classes", "planned")]
    totals: dict[str, object] = {"institution": "合计"} | {key: int(rows[key].sum()) for key in keys}
    notes = (
        "注：备案按开班登记的开班日期（空白的按备案日期）归入本期"
        + ("。" if filed is not None else "；没有导入开班登记，备案未填。"),
        "注：参训以花名册申报的人次计；申报条数＝核减＋待核实待明确＋核准＋退回；拨付为核准金额中已经到账的。",
    )
    return report_sheet(facts, FLOW.title, (report_table(FLOW, rows, totals=totals),), notes)


def _lines(counted: Counted, cut: Slice) -> pd.DataFrame:
    lines = cut.lines
    by = lines.groupby([counted.label(lines, "institution"), "outcome"], observed=True)
    sums = by[["amount_fen", "paid_fen"]].sum().assign(lines=by.size())
    counts, amounts, paid = (
        named(sums[key].unstack().reindex(columns=OUTCOMES)) for key in ("lines", "amount_fen", "paid_fen")
    )
    figures = {
        kind: counts[[name for name in OUTCOMES if _KINDS[name] == kind]].sum(axis=1) for kind in _KINDS.values()
    }
    return pd.DataFrame(figures).assign(
        claimed=counts.sum(axis=1), approved_fen=amounts[PAID], paid_fen=paid[PAID], back_fen=amounts[BACK]
    )


def _filed(facts: PeriodFacts, known: pd.Index) -> pd.DataFrame:
    classes = facts.registers[CLASSES.table.kind]
    own = within(classes.assign(day=classes["start"].fillna(classes["filed_on"])), "day", facts.period)
    by = own.groupby(by_name(own["institution"], known))
    return pd.DataFrame({"classes": by.size(), "planned": by["planned"].sum()})
