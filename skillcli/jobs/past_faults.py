"""What keeps an earlier year's list out of the ledger, row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from skillcli.core.finding import Finding, Place, Severity
from skillcli.core.identity import Fault, examine
from skillcli.jobs.past_decision import decided, line_ids, months, roster_of
from skillcli.jobs.pay import once_a_person
from skillcli.ledger.claims import CERTIFICATE, CLASS, wanted
from skillcli.rules.facts import OJT, derive, keys
from skillcli.schema.past import HISTORY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from skillcli.jobs.past_rows import PastRows
    from skillcli.ledger.ledger import Ledger
    from skillcli.policy.model import Policy

COMPARED = frozenset(
    {
        *("id_number", "certificate_no", "institution", "employer", "occupation", "level", "training_kind", "result"),
        *("start", "end", "issued_on", "ojt_months", "line", "amount_fen", "paid_on"),
    }
)
"""Keys of columns by which past payments are compared: a cell without a value there keeps the list out; elsewhere
it is kept as it is."""
_IDENTITY = {
    Fault.MISSING: ("P02", "身份证号是空白。"),
    Fault.FORM: ("P03", "身份证号不是 18 位（或 15 位）号码。"),
    Fault.CHECKSUM: ("P04", "身份证号的校验码不对。"),
    Fault.BIRTH: ("P05", "身份证号里的出生日期不存在。"),
}
_KEYS = {CLASS: "class_hash", CERTIFICATE: "certificate_claim"}
_CLAIM = ["position", "scope", "kind", "key", "who"]


def faults(rows: PastRows, policy: Policy, as_of: date) -> list[Finding]:
    """Every row that cannot be taken in, in the order of sheets and rows."""
    titles = {HISTORY[key].title for key in COMPARED}
    cells = [f for f in rows.findings if f.severity is Severity.ERROR and f.place.column in titles]
    told = {(f.place.sheet, f.place.row, f.place.column) for f in cells}
    found = [f for f in _row_faults(rows, policy, as_of) if (f.place.sheet, f.place.row, f.place.column) not in told]
    order = {sheet.sheet: number for number, sheet in enumerate(rows.sheets)}
    return sorted([*cells, *found], key=lambda f: (order[f.place.sheet], f.place.row, f.code))


def _row_faults(rows: PastRows, policy: Policy, as_of: date) -> Iterator[Finding]:
    frame = rows.frame
    fault = pd.Series(examine(frame["id_number"].to_numpy(dtype=object))[0], index=frame.index)
    for kind, (code, sentence) in _IDENTITY.items():
        yield from _told(rows, fault.eq(kind), code, "id_number", sentence)
    line = line_ids(policy, frame["line"])
    allowed = "、".join(each.title for each in policy.lines if not each.for_units)
    written = frame["line"].fillna("")
    yield from _told(rows, line.isna(), "E00", "line", "“" + written + f"”不是本政策的补贴项目；应为：{allowed}。")
    yield from _told(rows, ~frame["amount_fen"].gt(0).fillna(False), "F08", "amount_fen", "金额应为大于零的数。")
    yield from _told(rows, frame["paid_on"].isna(), "T01", "paid_on", "拨付日期是空白。")
    late = frame["paid_on"].gt(pd.Timestamp(as_of))
    yield from _told(rows, late, "T03", "paid_on", f"拨付日期在今天（{as_of}）之后。")
    for key in ("start", "end"):
        yield from _told(rows, frame[key].isna(), "T01", key, f"{HISTORY[key].title}是空白。")
    yield from _told(rows, frame["end"].lt(frame["start"]), "T02", "end", "结课日期早于开班日期。")
    ojt = frame["training_kind"].eq(OJT).fillna(False).astype("bool")
    yield from _told(rows, frame["training_kind"].isna(), "T12", "training_kind", "培训类型是空白。")
    yield from _told(rows, ~ojt & frame["institution"].isna(), "T16", "institution", "培训机构是空白。")
    yield from _told(rows, ojt & frame["employer"].isna(), "A08", "employer", "以工代训的用人单位是空白。")
    yield from _told(rows, ~ojt & frame["occupation"].isna(), "T17", "occupation", "职业（工种）是空白。")
    yield from _unknown_months(rows, policy, line)


def _unknown_months(rows: PastRows, policy: Policy, line: pd.Series) -> Iterator[Finding]:
    monthly = [each.id for each in policy.lines if each.amount.kind == "per_month"]
    where = np.flatnonzero(line.isin(monthly).to_numpy())
    facts = derive(roster_of(rows, where), policy)
    unknown = where[months(facts).isna().to_numpy(dtype=bool)]
    bad = pd.Series(np.isin(np.arange(len(rows.frame)), unknown), index=rows.frame.index)
    sentence = "按月补贴的要填以工代训月数，或者开班至结课满一个月。"
    yield from _told(rows, bad, "E14", "ojt_months", sentence)


def _told(rows: PastRows, bad: pd.Series, code: str, key: str, sentence: str | pd.Series) -> Iterator[Finding]:
    texts = sentence if isinstance(sentence, pd.Series) else pd.Series(sentence, index=bad.index)
    for position in np.flatnonzero(bad.to_numpy(dtype=bool)):
        place = _place(rows, int(position), HISTORY[key].title)
        yield Finding(code, Severity.ERROR, place, str(texts.iloc[position]), remedy="")


def _place(rows: PastRows, position: int, column: str = "") -> Place:
    row = rows.frame.iloc[position]
    return Place(rows.path, rows.sheets[int(row["source"])].sheet, int(row["row"]), column)


def clashes(rows: PastRows, policy: Policy, ledger: Ledger) -> list[Finding]:
    """Rows (of a list without faults) whose subsidy stands on an earlier row or in the ledger: D01, D07.

    The same keys as the ledger's own guard: class and certificate within a line's group, and what is
    given once a person.
    """
    mine, trainings = _claims(rows, policy)
    theirs = _standing(policy, ledger, trainings)
    both = pd.concat([theirs, mine], ignore_index=True)
    both["first"] = both.groupby(["scope", "kind", "key"])["who"].transform("first")
    hits = both[both["position"].ge(0) & both["first"].ne(both["who"])].drop_duplicates("position")
    found = []
    for position, kind, first in zip(hits["position"], hits["kind"], hits["first"], strict=True):
        code, what = ("D07", "此人的这项补贴每人一次，") if kind == "person" else ("D01", "")
        place = _place(rows, int(position), HISTORY["line"].title)
        sentence = f"{what}与{first}是同一项补贴，疑似重复发放。"
        found.append(Finding(code, Severity.ERROR, place, sentence, remedy="核实后从本表移出，另行登记追回。"))
    return sorted(found, key=lambda f: (f.place.sheet, f.place.row))


def _claims(rows: PastRows, policy: Policy) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What each row claims: ``position``, ``scope``, ``kind``, ``key``, ``who`` (where it stands); and the rows' facts."""
    everything = np.arange(len(rows.frame), dtype=np.int64)
    apart = decided(rows, policy, everything, apart=True).decision
    claims = wanted(apart.lines, apart.trainings, once_a_person(policy, apart))
    position = apart.lines["rid"].loc[claims["lid"]].to_numpy()
    names = pd.Series([sheet.sheet for sheet in rows.sheets], dtype="str").take(rows.frame["source"].to_numpy())
    who = "工作表“" + names.set_axis(rows.frame.index) + "”第 " + rows.frame["row"].astype("str") + " 行"
    claims = claims.assign(position=position, who=who.iloc[position].to_numpy())
    return claims[_CLAIM].sort_values("position", kind="stable"), apart.trainings


def _standing(policy: Policy, ledger: Ledger, trainings: pd.DataFrame) -> pd.DataFrame:
    """The claims of live lines that the ledger holds for these trainings' keys, in the same columns."""
    past = ledger.history(keys(trainings))
    live = past.lines[past.lines["live"]]
    live = live.merge(past.trainings[["tid", "person", *_KEYS.values()]], on="tid", how="inner", validate="m:1")
    groups = {line.id: line.group or line.id for line in policy.lines}
    once = [
        line.id
        for line in policy.lines
        if line.placement is not None and policy.value(line.placement.once_per) == "person"
    ]
    live = live.assign(
        scope=live["line"].map(groups).fillna(live["line"]), who="已入账的 " + live["line_no"], position=-1
    )
    parts = [live.assign(kind=kind, key=live[column]) for kind, column in _KEYS.items()]
    parts.append(live[live["line"].isin(once)].assign(kind="person", key=lambda f: f["person"]))
    claims = pd.concat(parts, ignore_index=True)
    return claims.loc[claims["key"].ne(0), _CLAIM]
