"""Judged runs made by hand: the frames a batch consists of, without reading or judging anything.

Persons are written as small numbers, lines as ``(rid, line, verdict, yuan)``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd
from msgspec.structs import replace

from skillcli.core.finding import Finding, Place, Severity
from skillcli.ledger.batch import NewBatch
from skillcli.ledger.ledger import Ledger
from skillcli.policy.model import Limit, LimitStep, Policy, Ruling
from skillcli.schema import decision as decided
from skillcli.schema.decision import Decision, Unchecked
from skillcli.schema.history import Keys
from skillcli.schema.inputs import ROSTER
from skillcli.schema.roster import Roster, RosterSheet, empty_faults, empty_frame

AT = "2020-03-31T08:00:00Z"
PAYABLE, REFUSED, HELD, SPECIAL = "拟补贴", "不予补贴", "待核实", "特殊审批"
ROW = tuple[int, str, str, int]


def policy(policy_id: str = "linkou-2019", rulings: dict[str, Ruling] | None = None) -> Policy:
    """A policy of which the ledger only reads name, hash and rulings."""
    limit = Limit(
        counts="enjoyed",
        window="year",
        unique_clause="四（四）1",
        steps=[LimitStep(valid_from=date(2019, 1, 1), times=3, clause="四（四）1")],
    )
    return Policy(
        id=policy_id,
        title="试验政策",
        number="试〔2019〕1号",
        region="23",
        valid_from=date(2019, 1, 1),
        valid_to=date(2021, 12, 31),
        checked_on=date(2020, 1, 1),
        report_unit="乡镇",
        period_date="period_date",
        implies={},
        clauses=[],
        person_groups=[],
        kind_groups=[],
        lines=[],
        limit=limit,
        readings=[],
        funds=[],
        sha256=hashlib.sha256(policy_id.encode()).hexdigest(),
        rulings=rulings or {},
    )


@dataclass
class Run:
    """One judged run of ``persons`` (one training each) and the lines they earn.

    ``classes`` and ``certificates`` are the keys the trainings claim under; by default each
    training has its own, made of the run's ``salt``.
    """

    persons: Sequence[int]
    lines: Sequence[ROW] = ()
    salt: int = 0
    classes: Sequence[int] | None = None
    certificates: Sequence[int] | None = None
    files: Sequence[str] = ()
    findings: Sequence[tuple[int, str, str]] = ()
    groups: dict[str, str] = field(default_factory=lambda: {"free": "training", "staff": "training"})

    def roster(self) -> Roster:
        count = len(self.persons)
        frame = empty_frame(count)
        frame["row"] = np.arange(count) + 4
        frame["name"] = _texts(f"学员{person}" for person in self.persons)
        frame["id_number"] = _texts(f"{person:018d}" for person in self.persons)
        frame["institution"] = _texts(
            ["林口县第一职业培训学校", "林口县 第二职业培训学校"][i % 2] for i in range(count)
        )
        frame["training_kind"] = frame["training_kind_written"] = _texts(["就业技能培训"] * count)
        frame["occupation"] = _texts("焊工（电焊）" if i % 3 else None for i in range(count))
        frame["start"] = pd.Series(np.datetime64("2020-02-03") + np.arange(count), dtype="datetime64[s]").where(
            frame["row"] % 5 != 0
        )
        frame["issued_on"] = pd.Series(np.full(count, np.datetime64("2020-03-01")), dtype="datetime64[s]")
        frame["hours"] = pd.array([None if i % 4 == 3 else 40 + i for i in range(count)], dtype="Int64")
        frame["pension"] = pd.array([[True, False, None][i % 3] for i in range(count)], dtype="boolean")
        frame["fee"] = pd.array([100000 + i for i in range(count)], dtype="Int64")
        frame["certificate_no"] = _texts(f"S{self.salt:04d}{i:08d}" for i in range(count))
        frame["remark"] = _texts(["𠮷䶮\n第二行" if i == 0 else "" if i == 1 else None for i in range(count)])
        faults = empty_faults()
        if count:
            faults = pd.DataFrame(
                {"rid": [0, 0], "key": ["hours", "phone"], "fault": ["formula", "number"], "shown": ["=1+1", "1.3E+10"]}
            ).astype(faults.dtypes.to_dict())
        files = self.files or (f"花名册{self.salt}.xlsx",)
        sheets = tuple(
            RosterSheet(
                name, hashlib.sha256(f"{name}{self.salt}".encode()).hexdigest(), "花名册", 3, count, {"合计行": 1}
            )
            for name in files
        )
        remark = Finding(
            "F06", Severity.INFO, Place(files[0], "花名册", 3, "姓名"), "表头有空格。", "姓 名", "不用处理。", "", ""
        )
        columns = frozenset(ROSTER.keys[:20])
        return Roster(frame, faults, (remark,), sheets, columns)

    def decision(self) -> Decision:
        frame = self.roster().frame
        count = len(self.persons)
        own = np.arange(1, count + 1) + 1000 * (self.salt + 1)
        trainings = pd.DataFrame(index=frame.index).assign(
            person=np.asarray(self.persons, dtype=np.int64),
            certificate_hash=-(own if self.certificates is None else np.asarray(self.certificates)),
            certificate_claim=own if self.certificates is None else np.asarray(self.certificates),
            class_hash=-own if self.classes is None else np.asarray(self.classes),
            account_hash=own * 3,
            rank=np.arange(count),
            attended=True,
            loser=False,
            year=2020,
            institution_n=frame["institution"].str.replace(" ", ""),
            employer_n=frame["employer"],
            occupation_n=frame["occupation"],
            certificate_n=frame["certificate_no"],
            level_key="无等级",
            verdict=PAYABLE,
        )
        rows = pd.DataFrame(list(self.lines), columns=["rid", "line", "verdict", "yuan"])
        pays = rows["verdict"].isin([PAYABLE, SPECIAL])
        fen = rows["yuan"].astype("int64") * 100
        lines = rows.assign(
            amount_fen=fen.where(pays, 0),
            proposed_fen=fen.astype("Int64").where(rows["verdict"].ne(REFUSED)),
            standard_fen=fen.astype("Int64"),
            quantity=pd.array([1] * len(rows), dtype="Int64"),
            unit="人",
            payee_kind="培训机构",
            payee="林口县第一职业培训学校",
            fund="资金渠道待明确",
            clause="四（一）1",
            codes="A05",
            group=rows["line"].map(self.groups).fillna(""),
        )[list(decided.LINE_DTYPES)].astype(decided.LINE_DTYPES)
        lines.index = pd.RangeIndex(len(lines), name="lid")
        found = pd.DataFrame(list(self.findings), columns=["rid", "code", "message"]).assign(
            severity="warning", key="", line="", found="", clause="四"
        )
        return Decision(
            trainings=trainings[list(decided.TRAINING_DTYPES)].astype(decided.TRAINING_DTYPES),
            lines=lines,
            findings=found[list(decided.FINDING_DTYPES)].astype(decided.FINDING_DTYPES),
            unchecked=(Unchecked("P13", "没有导入死亡名单"),),
            rulings_used=("living_requires_pass",),
        )

    def batch(self, ledger: Ledger, month: str = "2020-03", **changes: object) -> NewBatch:
        """The run ready to be booked on what the ledger holds now."""
        made = NewBatch(
            roster=self.roster(),
            decision=self.decision(),
            policy=policy(),
            month=month,
            as_of=date(2020, 3, 31),
            at=AT,
            person="王经办",
            tool="0.1.0",
            head=ledger.head(),
            policy_text='id = "linkou-2019"\n',
        )
        return replace(made, **changes)  # type: ignore[arg-type]


def plain_run(count: int = 4, salt: int = 0) -> Run:
    """``count`` persons with a payable training fee and a held living allowance each."""
    rows = [row for rid in range(count) for row in ((rid, "free", PAYABLE, 1000), (rid, "living", HELD, 150))]
    findings = [(rid, "A05", "资金渠道没有口径。") for rid in range(count)]
    return Run([100 + rid for rid in range(count)], rows, salt=salt, findings=findings)


def keys(*, persons: Sequence[int] = (), certificates: Sequence[int] = (), accounts: Sequence[int] = ()) -> Keys:
    return Keys(*(np.asarray(sorted(values), dtype=np.int64) for values in (persons, certificates, accounts)))


def _texts(values: object) -> pd.Series:
    return pd.Series(list(values), dtype="str")  # type: ignore[call-overload]
