"""Case tables of rules: markdown a clerk can read, and what a rule makes of them.

``tests/rules/<CODE>.md``: below the title and some words, tables whose columns are roster titles. A row is
a clean training (``build.clean_row``) with the cells that the table names; an empty cell leaves the
clean value. The last column 应报 says what the rule must report on that row, empty for nothing.

* 以工代训 rows have no examination and no certificate unless the table names them.
* ``（空）`` empties a cell; ``〔数字〕``, ``〔科学记数〕``, ``〔错误值〕``, ``〔公式〕``, ``〔读不出〕``, ``〔不认识〕`` before what
  stands there make a cell without a value.
* 谁: 甲, 乙, 丙, 丁 are different people (odd ones men), each with number, name, phone, account and
  certificate of their own; 出生: birth date in that number.
* 组: rows of one group are one roster; without it every row stands alone. 来源: 台账 puts a row in the ledger.
* 政策, 口径 (``key=value``, several with ；), 审核日期, 目录 (未导入: no catalogue).
* 应报: the code, then what else must hold: 程度, the line's id, the accused column; ``“…”`` words of the
  message. Several findings with ；.
* A heading 机构, 培训项目, 急需紧缺, 比对名单, one of the further catalogues, 开班登记 or 检查登记 starts such a
  sheet for the tables below it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pandas as pd

import skillcli.rules.case
from rules.build import (
    AS_OF,
    Row,
    case_of,
    catalogue,
    clean_row,
    history_of,
    person_id,
    references_of,
    roster_of,
    shipped,
)
from skillcli.core.finding import Severity
from skillcli.core.money import fen
from skillcli.policy.load import load_national
from skillcli.policy.model import Policy
from skillcli.rules import grants as grants_module
from skillcli.rules import judge as judge_module
from skillcli.rules.facts import OJT
from skillcli.rules.rule import Partition, Rule
from skillcli.schema.catalogue import Catalogue
from skillcli.schema.column import Column, Kind
from skillcli.schema.inputs import (
    CATALOGUE_ABILITIES,
    CATALOGUE_BODIES,
    CATALOGUE_ISSUERS,
    CATALOGUE_ITEMS,
    CATALOGUE_LEVELS,
    CATALOGUE_QUALIFICATIONS,
    CATALOGUE_SHORTAGE,
    REFERENCE,
    ROSTER,
)
from skillcli.schema.registers import CLASSES, INSPECTIONS
from skillcli.schema.roster import CellFault

GRANTS = "D06"
"""The rule over grants to units: their own judge runs, the cells standing in a roster's columns."""
WITHIN_THE_JUDGE = (*judge_module.LATE, "E09", "E12", GRANTS)

PEOPLE = {"甲": "王小明", "乙": "李芳", "丙": "张强", "丁": "赵敏", "戊": "孙磊"}
FAULTS = {
    "数字": CellFault.NUMBER,
    "科学记数": CellFault.SCIENTIFIC,
    "错误值": CellFault.ERROR_VALUE,
    "公式": CellFault.FORMULA,
    "读不出": CellFault.UNREADABLE,
    "不认识": CellFault.UNKNOWN,
}
SHEETS = {
    "培训项目": ("items", CATALOGUE_ITEMS),
    "急需紧缺": ("shortage", CATALOGUE_SHORTAGE),
    "机构": ("bodies", CATALOGUE_BODIES),
    "比对名单": ("references", REFERENCE),
    "评价机构": ("issuers", CATALOGUE_ISSUERS),
    "专项能力考核": ("abilities", CATALOGUE_ABILITIES),
    "技能等级": ("levels", CATALOGUE_LEVELS),
    "职业资格": ("qualifications", CATALOGUE_QUALIFICATIONS),
    "开班登记": ("classes", CLASSES.table),
    "检查登记": ("inspections", INSPECTIONS.table),
}
ABOUT = ("谁", "出生", "组", "来源", "政策", "口径", "审核日期", "目录", "应报")


@dataclass
class Case:
    """One roster of a table: its rows with what is expected of each, and all around them."""

    policy: Policy
    sheets: Catalogue
    references: pd.DataFrame
    as_of: pd.Timestamp
    rows: list[Row] = field(default_factory=list)
    expected: list[list[str]] = field(default_factory=list)
    past: list[Row] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)

    @cached_property
    def judged(self) -> skillcli.rules.case.Case:
        """As the rules see it."""
        return case_of(
            self.rows, self.policy, past=self.past, sheets=self.sheets, as_of=self.as_of, references=self.references
        )


@dataclass(frozen=True)
class Seen:
    """A finding as the table speaks of it."""

    words: frozenset[str]
    message: str

    def fits(self, expected: str) -> bool:
        demanded = re.findall(r"“([^”]*)”", expected)
        words = set(re.sub(r"“[^”]*”", " ", expected).split())
        return words <= self.words and all(part in self.message for part in demanded)


def cases(path: Path, rule: Rule) -> list[Case]:
    """The cases of a table file, in order. Rows that stand alone make one roster where the rule looks at
    each row for itself."""
    return _cases(path, rule.partition is Partition.ROW and rule.code not in WITHIN_THE_JUDGE)


@cache
def _cases(path: Path, together: bool) -> list[Case]:
    sheets: dict[str, list[Row]] = {}
    heading = ""
    open_cases: dict[str, Case] = {}
    for number, cells, header in _table_rows(path):
        if isinstance(cells, str):
            heading = cells
            if heading in SHEETS:
                sheets[SHEETS[heading][0]] = []
            continue
        given = dict(zip(header, cells, strict=True))
        if heading in SHEETS:
            name, table = SHEETS[heading]
            columns = {column.title: column for column in table.columns}
            sheets[name].append(
                {columns[title].key: _value(columns[title], text) for title, text in given.items() if text}
            )
            continue
        around = "".join(given.get(title, "") + "|" for title in ("政策", "口径", "审核日期", "目录"))
        group = given.get("组") or (around if together else str(number))
        case = open_cases.get(group)
        if case is None:
            case = open_cases[group] = _case(given, sheets)
        row = _row(case.policy, given)
        if given.get("来源") == "台账":
            case.past.append(row)
            continue
        case.rows.append(row)
        case.lines.append(number)
        case.expected.append([part.strip() for part in given["应报"].split("；") if part.strip()])
    return list(open_cases.values())


def differences(rule: Rule, case: Case) -> list[str]:
    """How the rule's findings differ from what the table expects; empty when they agree."""
    seen = findings(rule, case)
    wrong = []
    for rid, (line, expected) in enumerate(zip(case.lines, case.expected, strict=True)):
        left = list(seen.get(rid, []))
        for one in expected:
            match = next((found for found in left if found.fits(one)), None)
            if match is None:
                wrong.append(f"line {line}: expected {one}, found {left}")
            else:
                left.remove(match)
        wrong += [f"line {line}: not expected: {found}" for found in left]
    return wrong


def findings(rule: Rule, case: Case) -> dict[int, list[Seen]]:
    """The rule's findings by row. Rules that see what earlier stages decided run within the judge."""
    found: dict[int, list[Seen]] = {}
    if rule.code in WITHIN_THE_JUDGE:
        records = _within_the_judge(rule, case)
    else:
        evidence = rule.flag(case.judged)
        records = [
            {"message": rule.message.format(**record)} | record
            for record in evidence.rename_axis("rid").reset_index().to_dict("records")
        ]
    for record in records:
        severity = record.get("severity") or case.policy.severity(rule.code, rule.severity.value)
        key = record.get("key") or rule.column
        title = ROSTER[key].title if key else ""
        words = frozenset({rule.code, Severity(severity).label, str(record.get("line") or ""), title})
        found.setdefault(int(record["rid"]), []).append(Seen(words, str(record["message"])))
    return found


def _within_the_judge(rule: Rule, case: Case) -> list[dict[str, Any]]:
    """Findings of a rule that sees what earlier stages decided: the judge runs with this rule in its place."""
    if rule.code == GRANTS:
        return _of_grants(rule, case)
    usual = judge_module.RULES
    judge_module.RULES = tuple(rule if each.code == rule.code else each for each in usual)
    try:
        decision = judge_module.judge(
            roster_of(case.rows),
            case.policy,
            load_national(),
            case.sheets,
            history_of(case.past, case.policy),
            case.as_of,
        )
    finally:
        judge_module.RULES = usual
    return decision.findings[decision.findings["code"].eq(rule.code)].to_dict("records")


def _of_grants(rule: Rule, case: Case) -> list[dict[str, Any]]:
    usual = grants_module.RULES
    grants_module.RULES = tuple(rule if each.code == rule.code else each for each in usual)
    try:
        roster = roster_of(case.rows)
        facts = grants_module.derive_grants(roster, case.policy)
        decision = grants_module.judge_grants(
            roster, case.policy, load_national(), history_of([], case.policy), case.as_of, facts
        )
    finally:
        grants_module.RULES = usual
    return decision.findings[decision.findings["code"].eq(rule.code)].to_dict("records")


def _case(given: dict[str, str], sheets: dict[str, list[Row]]) -> Case:
    readings = dict(part.strip().split("=") for part in given.get("口径", "").split("；") if part.strip())
    values = {key: None if text == "未定" else _reading(text) for key, text in readings.items()}
    none = given.get("目录") == "未导入"
    return Case(
        shipped(given.get("政策") or "linkou-2019", **values),
        Catalogue() if none else catalogue(**{name: rows for name, rows in sheets.items() if name != "references"}),
        references_of(sheets.get("references", [])),
        pd.Timestamp(given["审核日期"]) if given.get("审核日期") else AS_OF,
    )


def _reading(text: str) -> Any:
    if text in ("是", "否"):
        return text == "是"
    return int(text) if text.isdecimal() else text


def _row(policy: Policy, given: dict[str, str]) -> Row:
    row = clean_row(policy)
    if given.get("谁") or given.get("出生"):
        who = given.get("谁") or "甲"
        number = list(PEOPLE).index(who) + 1
        row.update(
            name=PEOPLE[who],
            id_number=person_id(number, given.get("出生", "").replace("-", "") or "19900101"),
            sex="男" if number % 2 else "女",
            phone=f"1381234567{number}",
            account=f"23050166{number:04d}",
            certificate_no=f"S00002312345620500000{number}",
        )
    if given.get("培训类型") == OJT:
        row.update(dict.fromkeys(("result", "certificate_kind", "certificate_no", "issued_on", "level", "days")))
    titles = {column.title: column for column in ROSTER.columns}
    for title, text in given.items():
        if title in ABOUT or not text:
            continue
        column = titles[title]
        fault = re.fullmatch(r"〔(.+?)〕(.*)", text)
        if fault:
            row[column.key] = None
            row["faults"][column.key] = (FAULTS[fault[1]], fault[2].strip())
        else:
            row[column.key] = _value(column, text)
    return row


def _value(column: Column, text: str) -> Any:
    if text == "（空）":
        return None
    if column.kind is Kind.DATE:
        return date.fromisoformat(text)
    if column.kind is Kind.WHOLE:
        return int(text)
    if column.kind is Kind.PERCENT:
        return int(Decimal(text.removesuffix("%")) * 100)
    if column.kind is Kind.MONEY:
        return fen(Decimal(text))
    if column.kind is Kind.YES_NO:
        return {"是": True, "否": False}[text]
    return text


def _table_rows(path: Path) -> Iterator[tuple[int, list[str] | str, list[str]]]:
    """Line number with a heading's text or a row's cells, and the header that stands above."""
    header: list[str] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("#"):
            yield number, line.lstrip("# ").strip(), []
        if not line.startswith("|"):
            header = []
            continue
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not header:
            header = cells
        elif not all(re.fullmatch(":?-+:?", cell) for cell in cells):
            yield number, cells, header
