"""Special approvals (特殊审批) and answers (核实结果): what people decided about single lines.

Both come by workbook, name a line by its 批次行号 and are recorded in the ledger with person and paper;
``pay --pending`` and every later roster honours them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from skillcli.core.errors import ClerkError
from skillcli.core.finding import Finding, Place, Severity, Verdict
from skillcli.core.identity import examine
from skillcli.jobs.policies import policy_of
from skillcli.jobs.sheets import read_filled, refuse_faults
from skillcli.jobs.workspace import Workspace
from skillcli.rules.overrides import OVERRIDE_DTYPES, in_force
from skillcli.schema.inputs import ANSWERS, OVERRIDES, ROSTER

if TYPE_CHECKING:
    from datetime import date

    from skillcli.intake.tables import TableRead
    from skillcli.ledger.ledger import Ledger
    from skillcli.ledger.story import Story
    from skillcli.policy.model import Policy
    from skillcli.schema.column import Column, Table
    from skillcli.schema.decision import Decision

IDENTITY = ("institution", "occupation", "level", "start", "end", "training_kind", "name")
"""Cells that say which training it is; a wrong one is mended by sending the roster again."""


def import_overrides(workspace: Workspace, path: Path, *, at: str, person: str) -> int:
    """Record the special approvals of a workbook; returns how many.

    Raises ClerkError, with every bad row, when a line does not exist, does not wait, or was refused
    for something no approval can lift (D01, D02, C03 …); nothing is recorded then.
    """

    def check(row: dict[str, object], line: pd.Series, policy: Policy, story: Story) -> str:
        if _lapsed(row["valid_to"], at):
            return "有效期至的日期已经过了。"
        if line["verdict"] == Verdict.HELD.value:
            return ""
        found = story.findings
        own = found[found["tid"].eq(line["tid"]) & found["severity"].eq(Severity.ERROR.value)]
        codes = set(str(line["codes"]).split()) & set(own["code"])
        if line["verdict"] == Verdict.REFUSED.value and codes and codes <= set(policy.limit.overridable) | {"D04"}:
            return ""
        return f"这一行是“{line['verdict']}”（{'、'.join(sorted(codes)) or '无'}），不属于可以特殊审批的情形。"

    return _record(workspace, path, OVERRIDES, check, at=at, person=person)


def import_answers(workspace: Workspace, path: Path, *, at: str, person: str) -> int:
    """Record the answers of a workbook; returns how many.

    Raises ClerkError, with every bad row, when a line does not exist or is not held, when 项目 is no
    title of the roster or one that says which training it is, or when 内容 cannot be read as that
    column's kind; nothing is recorded then.
    """

    def check(row: dict[str, object], line: pd.Series, policy: Policy, story: Story) -> str:
        if line["verdict"] != Verdict.HELD.value:
            return f"这一行是“{line['verdict']}”，只有“{Verdict.HELD.value}”的行可以登记核实结果。"
        column = roster_column(str(row["field"]))
        if column is None:
            return f"“{row['field']}”不是花名册的栏目。"
        if column.key in IDENTITY:
            return f"“{column.title}”不能用核实结果改，请让机构更正花名册后重新报送。"
        value, fault = read_value(column, str(row["value"]))
        if fault:
            return f"内容“{fault}”不能作为“{column.title}”。"
        if column.key == "id_number":
            training = story.trainings.set_index("tid").loc[line["tid"]]
            if examine(pd.Series([value]).to_numpy(dtype=object))[1][0] != training["person"]:
                return "身份证号与原来的不是同一个人，请让机构更正花名册后重新报送。"
        return ""

    return _record(workspace, path, ANSWERS, check, at=at, person=person)


def roster_column(title: str) -> Column | None:
    """The roster's column of a title or alias; None where there is none."""
    from skillcli.schema.vocabulary import fold

    for column in ROSTER.columns:
        if fold(title) in {fold(column.title), *(fold(alias) for alias in column.aliases)}:
            return column
    return None


def read_value(column: Column, text: str) -> tuple[object, str]:
    """A text as a value of the column's kind; the second part is what stands there when it is none."""
    from skillcli.intake.cells import convert

    done = convert(column, [text])
    fault = done.faults.get(0)
    return done.values.iloc[0], fault[1] if fault else ""


def approvals(ledger: Ledger, rows: pd.DataFrame | None = None) -> pd.DataFrame:
    """All special approvals on record (``rules.overrides.OVERRIDE_DTYPES``), oldest first; ``rows``: these only."""
    rows = ledger.every_row(OVERRIDES) if rows is None else rows
    lines = [_line(ledger, str(line_no)) for line_no in rows["line_no"]]
    frame = pd.DataFrame(
        {
            "line": [line["line"] for line, _ in lines],
            "certificate_claim": [training["certificate_claim"] for _, training in lines],
            "class_hash": [training["class_hash"] for _, training in lines],
            "document": rows["document"],
            "valid_to": rows["valid_to"],
        }
    )
    return frame.astype(OVERRIDE_DTYPES)


def approved(ledger: Ledger, decision: Decision, as_of: date, upto: int | None = None) -> pd.DataFrame:
    """The special approvals by which lines of a run are payable, one row a line: ``lid`` (int64) and the columns of the
    sheet. ``upto``: approvals recorded up to this transaction (None: all)."""
    special = decision.lines[decision.lines["verdict"].eq(Verdict.SPECIAL.value)]
    rows = ledger.every_row(OVERRIDES, upto=upto) if len(special) else pd.DataFrame(columns=list(OVERRIDES.keys))
    if rows.empty:
        return rows.assign(lid=pd.Series(dtype="int64"))
    places = in_force(special, decision.trainings, approvals(ledger, rows), pd.Timestamp(as_of))
    return rows.iloc[places].reset_index(drop=True).assign(lid=special.index.to_numpy())


def answers(ledger: Ledger) -> pd.DataFrame:
    """All answers on record, oldest first: ``tid`` (int64: the training asked about), ``key`` (roster
    key), ``value`` (str, as it was written)."""
    rows = ledger.every_row(ANSWERS)
    columns = [roster_column(str(field)) for field in rows["field"]]
    return pd.DataFrame(
        {
            "tid": pd.Series([_line(ledger, str(n))[0]["tid"] for n in rows["line_no"]], dtype="int64"),
            "key": pd.Series([column.key if column else "" for column in columns], dtype="str"),
            "value": rows["value"],
        }
    )


def _line(ledger: Ledger, line_no: str) -> tuple[pd.Series, pd.Series]:
    """A line and its training. Raises ClerkError when there is no such line."""
    story = ledger.line_story(line_no)
    line = story.lines[story.lines["line_no"].eq(_written_out(line_no))].iloc[0]
    training = story.trainings[story.trainings["tid"].eq(line["tid"])].iloc[0]
    return line, training


def _written_out(line_no: str) -> str:
    """``2020-03-1/123`` and ``2020-03-1/000123`` are the same line."""
    from skillcli.ledger.batch import line_no as numbered
    from skillcli.ledger.batch import split_line_no

    return numbered(*split_line_no(line_no))


_Check = Callable[[dict[str, object], pd.Series, "Policy", "Story"], str]


def _record(workspace: Workspace, path: Path, table: Table, check: _Check, *, at: str, person: str) -> int:
    from skillcli.ledger.ledger import Ledger

    read = read_filled(path, (table,))[table.title]
    with Ledger.open(workspace.ledger) as ledger:
        policy = policy_of(workspace, ledger)
        refuse_faults(path, list(_faults(ledger, policy, read, table, path, check)))
        ledger.import_sheet(
            table, read.frame.drop(columns="row"), at=at, person=person, path=str(path), sha256=read.sha256
        )
    return len(read.frame)


def _faults(
    ledger: Ledger, policy: Policy, read: TableRead, table: Table, path: Path, check: _Check
) -> Iterator[Finding]:
    for record in read.frame.to_dict("records"):
        row = {str(key): value for key, value in record.items()}
        empty = [column.title for column in table.columns if column.required and pd.isna(row[column.key])]
        sentence = f"{'、'.join(empty)}是空白。" if empty else _said(ledger, policy, row, check)
        if sentence:
            yield Finding("D03", Severity.ERROR, Place(str(path), read.sheet, int(str(row["row"]))), sentence)


def _said(ledger: Ledger, policy: Policy, row: dict[str, object], check: _Check) -> str:
    line_no = str(row["line_no"])
    try:
        story = ledger.line_story(line_no)
    except ClerkError as error:
        return str(error)
    line = story.lines[story.lines["line_no"].eq(_written_out(line_no))].iloc[0]
    if story.trainings.set_index("tid").loc[line["tid"], "status"] == "void":
        return f"批次行号 {line_no} 所在的批次已作废。"
    return check(row, line, policy, story)


def _lapsed(day: object, at: str) -> bool:
    return pd.Timestamp(str(day)) < pd.Timestamp(at[:10])
