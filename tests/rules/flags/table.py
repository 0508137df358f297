"""Case tables of red flags: markdown a clerk can read.

``tests/rules/flags/<name>.md``: tables whose columns are titles of the frame; an empty cell leaves the clean value.
Rows of one 组 are one frame. 人: which people (``1-30``, ``5``), each with number, name, phone, account, address and
certificate of their own; 批次: order of judging, with ``作废`` behind it where voided; ``（空）`` empties a cell; ``{人}`` stands
for the person's number, with leading noughts (``{人:5}``). 应报: 疑点 where every row of the line must raise the flag, with
“words” of the message; empty for none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from skillcli.rules.flags.keys import keyed
from skillcli.schema.audit import ADVANCE_DTYPES, TRAINING_DTYPES
from skillcli.schema.inputs import ROSTER

FOLDER = Path(__file__).parent
_ADVANCES = {
    "收款方": "payee",
    "班级编号": "class_no",
    "人数": "heads",
    "金额（元）": "amount_fen",
    "未抵扣（元）": "left_fen",
    "拨付日期": "day",
    "已结算": "settled",
    "已过天数": "waited_days",
}


def id_number(person: int, *, area: str = "110105") -> str:
    """A number with its check digit, made up, of somebody born in 1990."""
    body = f"{area}1990{person // 28 % 12 + 1:02d}{person % 28 + 1:02d}{person // 336 + 100:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


def person_name(person: int) -> str:
    """A name of its own for everybody."""
    signs = "安邦春德恩芳国海嘉康兰梅宁平琴瑞松涛文香"
    return "王" + signs[person // 20 % 20] + signs[person % 20] + ("" if person < 400 else signs[person // 400 % 20])


def training(record: int, person: int, **given: Any) -> dict[str, Any]:
    """A row that raises nothing."""
    clean = {
        "record": record,
        "batch": 1,
        "void": False,
        "name": person_name(person),
        "id_number": id_number(person),
        "phone": f"139{person:08d}",
        "account": f"62220200{person:08d}",
        "domicile": "某市某区",
        "institution": "甲培训学校",
        "class_no": "1班",
        "occupation": "保育员",
        "level": "初级工",
        "start": "2020-03-01",
        "end": "2020-03-15",
        "attendance": 9000 + person % 7 * 100,
        "result": "合格",
        "certificate_kind": "职业资格证书",
        "certificate_no": f"20{person * 7:014d}",
        "issued_on": "2020-03-20",
    }
    return clean | given


def frame_of(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Rows as an audit's frame, with its keys."""
    frame = pd.DataFrame(rows, columns=list(TRAINING_DTYPES)).astype(TRAINING_DTYPES)
    return keyed(frame)


@dataclass
class Group:
    """One frame, and for each of its records what must be said."""

    name: str
    advances: bool = False
    rows: list[dict[str, Any]] = field(default_factory=list)
    expected: dict[int, list[str] | None] = field(default_factory=dict)
    lines: dict[int, int] = field(default_factory=dict)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """As an audit is given it."""
        if self.advances:
            return pd.DataFrame(self.rows, columns=list(ADVANCE_DTYPES)).astype(ADVANCE_DTYPES)
        return frame_of(self.rows)


@cache
def groups(path: Path) -> list[Group]:
    """The frames of a table file."""
    found: dict[str, Group] = {}
    header: list[str] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.startswith("|"):
            header = []
            continue
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not header:
            header = cells
        elif not set("".join(cells)) <= set("-: "):
            given = dict(zip(header, cells, strict=True))
            _add(found.setdefault(given["组"], Group(given["组"], "收款方" in given)), given, number)
    return list(found.values())


def _add(group: Group, given: dict[str, str], line: int) -> None:
    first, _, last = given.get("人", "1").partition("-")
    for person in range(int(first), int(last or first) + 1):
        record = len(group.rows) + 1
        if group.advances:
            group.rows.append({"record": record} | _cells(given, _ADVANCES, person))
        else:
            titles = {column.title: column.key for column in ROSTER.columns}
            batch, _, void = given.get("批次", "1").partition(" ")
            own = {"batch": int(batch or 1), "void": void == "作废"}
            group.rows.append(training(record, person, **_cells(given, titles, person), **own))
        words = given["应报"]
        group.expected[record] = re.findall(r"“([^”]*)”", words) if words else None
        group.lines[record] = line


def _cells(given: dict[str, str], keys: dict[str, str], person: int) -> dict[str, Any]:
    cells: dict[str, Any] = {}
    for title, text in given.items():
        if title in keys and text:
            text = re.sub(r"\{人(?::(\d+))?\}", lambda found: f"{person:0{found[1] or 1}d}", text)
            cells[keys[title]] = _value(keys[title], text)
    return cells


def _value(key: str, text: str) -> Any:
    if text == "（空）":
        return None
    if key == "attendance":
        return round(float(text.rstrip("%")) * 100)
    if key in ("amount_fen", "left_fen"):
        return round(float(text.replace(",", "")) * 100)
    if key in ("heads", "waited_days"):
        return int(text)
    return text == "是" if key == "settled" else text
