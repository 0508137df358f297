"""The judge: every training of a run to its lines, verdicts and findings.

Order of decision (policy page, section 5): the rules over rows, the lines that match and their price,
then duplicates and limits in stages, each seeing what the stages before refused. Pure: same roster,
policy, catalogue and history give the same decision in any order of rows.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from pathlib import PurePath
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from skillcli.core.finding import NO_LINE, Severity, Verdict
from skillcli.rules import RULES, limits, sequence, spells
from skillcli.rules.case import Case, no_references
from skillcli.rules.evidence import Findings, Reach, codes, find, together
from skillcli.rules.facts import beside, derive
from skillcli.rules.match import match
from skillcli.rules.overrides import overridden
from skillcli.rules.price import price
from skillcli.rules.rule import Aim, Rule
from skillcli.rules.sequence import HELD, PAYABLE, REFUSED, UNDECIDED
from skillcli.rules.t19 import unlisted
from skillcli.schema.decision import FINDING_DTYPES, LINE_DTYPES, TRAINING_DTYPES, Decision, Unchecked
from skillcli.schema.roster import check_frame

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from skillcli.policy.model import National, Policy
    from skillcli.schema.catalogue import Catalogue
    from skillcli.schema.history import History
    from skillcli.schema.roster import Roster

STATES = {Severity.ERROR.value: REFUSED, Severity.HOLD.value: HELD, Severity.RULING.value: UNDECIDED}
VERDICTS = np.array([Verdict.PAYABLE, Verdict.UNDECIDED, Verdict.HELD, Verdict.REFUSED, NO_LINE], dtype=object)
LATE = ("D01", "D02", "D03", "D04", "D05", "D07", "D08")
"""Codes that need what the stages before them decided; all others are judged first."""


def judge(
    roster: Roster,
    policy: Policy,
    national: National,
    catalogue: Catalogue,
    history: History,
    as_of: pd.Timestamp,
    trainings: pd.DataFrame | None = None,
    references: pd.DataFrame | None = None,
    overrides: pd.DataFrame | None = None,
) -> Decision:
    """Decide every subsidy line of a run.

    ``trainings`` are the facts (``facts.derive``) where the caller has them already, having needed
    their keys to ask the ledger for ``history``. ``as_of`` is the run's date. ``references``: entries of
    the imported lists (``Case.references``), None where none was imported; ``overrides``: what
    was approved by way of exception (``overrides.OVERRIDE_DTYPES``).
    """
    facts = derive(roster, policy) if trainings is None else trainings
    priced = price(policy, match(policy, facts), facts, catalogue)
    approved = overridden(priced.lines, facts, overrides, as_of)
    case = Case(
        policy=policy,
        national=national,
        as_of=as_of,
        trainings=facts,
        faults=roster.faults,
        lines=beside(priced.lines, state=PAYABLE, booked_as="", repeat_of="", beyond="", override=approved),
        history=history,
        catalogue=catalogue,
        columns=roster.columns,
        references=no_references() if references is None else references,
        places=places(roster),
    )
    court = Court(case)
    court.hear(rule for rule in RULES if rule.code not in LATE)
    court.duplicates()
    court.limits()
    court.once()
    court.months()
    court.stacking()
    unchecked = _unchecked(policy, catalogue, history, facts, listed=references is not None)
    decision = court.decision(unchecked, _readings(policy, priced.readings))
    check_frame(decision.trainings, TRAINING_DTYPES, "trainings")
    check_frame(decision.lines, LINE_DTYPES, "lines")
    check_frame(decision.findings, FINDING_DTYPES, "findings")
    return decision


class Court:
    """The case as it stands, and the findings so far."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.rules = {rule.code: rule for rule in RULES}
        self.reach = Reach(case.lines)
        self.approved: NDArray[np.bool_] = case.lines["override"].ne("").to_numpy(dtype=bool)
        self.findings: list[Findings] = []
        self.aimed: list[tuple[str, NDArray[np.int64]]] = []
        self.own_error: NDArray[np.bool_] = np.zeros(len(case.trainings), dtype=bool)
        self.special: NDArray[np.bool_] = np.zeros(len(case.lines), dtype=bool)

    def hear(self, rules: Iterable[Rule]) -> None:
        """Run rules on the case as it stands; their verdicts count from the next stage on."""
        before, state = len(self.findings), self.case.lines["state"].to_numpy(copy=True)
        for rule in rules:
            found = find(rule, self.case)
            if found is None:
                continue
            self.findings.append(found)
            lines, which = self.reach.touched(rule.aim, found)
            weight = found.each("severity", STATES, PAYABLE)[which]
            lifted = self._lifted(rule.code, lines, weight)
            np.maximum.at(state, lines, np.where(lifted, PAYABLE, weight))
            self.special[lines[lifted]] = True
            self.aimed.append((rule.code, lines))
            if rule.aim in (Aim.TRAINING, Aim.LINE) and rule.code not in LATE:
                errors = (found.each("severity", STATES, PAYABLE) == REFUSED) & (found.each("line", {"": 1}, 0) == 1)
                if errors.any():
                    self.own_error[self.case.trainings.index.get_indexer(pd.Index(found.rid[errors]))] = True
        if len(self.findings) > before:
            self.case = replace(self.case, lines=self.case.lines.assign(state=state))

    def _lifted(self, code: str, lines: NDArray[np.int64], weight: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of these an override sets aside: a hold, or a refusal the policy lets be overridden."""
        may_be = (weight == HELD) | ((weight == REFUSED) & (code in self.case.policy.limit.overridable))
        lifted: NDArray[np.bool_] = self.approved[lines] & may_be
        return lifted

    def _hear(self, *codes: str) -> None:
        self.hear(self.rules[code] for code in codes)

    def _lines(self, **columns: pd.Series | str | int) -> None:
        self.case = replace(self.case, lines=self.case.lines.assign(**columns))

    def _note(self, found: pd.DataFrame, **usual: str | int) -> None:
        """Write on the lines what was found (index ``lid``), on all others what is usual."""
        index = self.case.lines.index
        self._lines(**{key: found[key].reindex(index, fill_value=v) if len(found) else v for key, v in usual.items()})

    @cached_property
    def past(self) -> pd.DataFrame:
        """What the ledger pays already."""
        return sequence.live(self.case)

    def duplicates(self) -> None:
        """D01, in the run and against the ledger; then who attended and who lost is known."""
        trainings = self.case.trainings
        rank = sequence.winner_order(trainings, self.own_error)
        winner = sequence.same_training(trainings, rank, self.own_error)
        trainings = beside(trainings, own_error=self.own_error, rank=rank, winner=winner, loser=winner >= 0)
        self.case = replace(self.case, trainings=trainings)
        booked = sequence.booked(self.case, self.past)
        self._note(pd.DataFrame({"booked_as": booked["line_no"] + "（" + booked["place"] + "）"}), booked_as="")
        self._hear("D01")
        self.case = replace(self.case, trainings=beside(trainings, attended=self._attended()))

    def _attended(self) -> NDArray[np.bool_]:
        trainings, limit = self.case.trainings, self.case.policy.limit
        counted: NDArray[np.bool_] = (
            trainings.index.isin(self.case.lines["rid"])
            & ~trainings["training_kind"].isin(limit.except_kinds).to_numpy()
            & ~self.own_error
            & ~trainings["loser"].to_numpy()
        )
        if limit.failed_counts and self.case.policy.holds(limit.failed_counts) is False:
            counted = counted & trainings["passed"].to_numpy()
        return counted

    def limits(self) -> None:
        """D02 and D03, and what falls with them (D04)."""
        self._note(limits.limits(self.case, self.past), repeat_of="", beyond="", times=0)
        self._hear("D02", "D03")
        self._hear("D04")

    def once(self) -> None:
        """D07."""
        given = sequence.once_per_person(self.case, self.past)
        self._note(given.rename(columns={"earlier": "given_to"}), given_to="")
        self._hear("D07")

    def months(self) -> None:
        """D05 and D08; a shortened line is priced for the months still free."""
        self._note(spells.months(self.case), granted=-1, asked=0, used=0, overlaps="")
        self._hear("D05", "D08")
        lines = self.case.lines
        quantity = lines["quantity"].mask(lines["granted"].gt(0), lines["granted"].astype("Int64"))
        self._lines(quantity=quantity, proposed_fen=lines["standard_fen"] * quantity)

    def stacking(self) -> None:
        """E09 and E12 of lines that stand beside another group's line: known only now."""
        beside = sequence.stacking(self.case, self.past)["reading"]
        answer = {key: self.case.policy.value(key) for key in beside.unique()}
        for column, meant in (("open", None), ("denied", False)):
            such = beside[beside.isin([key for key, value in answer.items() if value is meant])]
            self._note(such.rename(column).to_frame(), **{column: ""})
        self._hear("E09", "E12")

    def decision(self, unchecked: tuple[Unchecked, ...], readings: tuple[str, ...]) -> Decision:
        """What it all comes to."""
        trainings, lines = self.case.trainings, self.case.lines
        state = lines["state"].to_numpy()
        payable = state == PAYABLE
        if lines.loc[payable, "proposed_fen"].isna().any():
            bare = lines.loc[payable & lines["proposed_fen"].isna().to_numpy(), "line"].unique()
            raise AssertionError(f"payable lines without an amount: {', '.join(bare)}")
        verdict = np.where(payable & self.special, Verdict.SPECIAL, VERDICTS[state])
        decided = beside(
            lines,
            verdict=pd.Series(verdict, index=lines.index, dtype="str"),
            amount_fen=lines["proposed_fen"].where(payable, 0).fillna(0).astype("int64"),
            codes=codes(self.aimed, lines.index),
        )
        worst = np.full(len(trainings), -1)
        np.maximum.at(worst, trainings.index.get_indexer(pd.Index(lines["rid"])), state)
        outcome = beside(trainings, verdict=pd.Series(VERDICTS[worst], index=trainings.index, dtype="str"))
        return Decision(
            trainings=outcome[list(TRAINING_DTYPES)],
            lines=decided[list(LINE_DTYPES)],
            findings=together(self.findings),
            unchecked=unchecked,
            rulings_used=readings,
        )


def places(roster: Roster) -> pd.Series:
    """rid → ``文件 工作表 第 n 行``."""
    named = (" ".join(part for part in (PurePath(s.path).name, s.sheet) if part) for s in roster.sheets)
    sheets = pa.array([f"{name} 第 " for name in named], pa.large_string())
    source, row = (pa.array(roster.frame[key].to_numpy()) for key in ("source", "row"))
    end, nothing_between = (pa.scalar(text, pa.large_string()) for text in (" 行", ""))
    whole = pc.binary_join_element_wise(sheets.take(source), row.cast(pa.large_string()), end, nothing_between)
    return pd.Series(whole.to_pandas().array, index=roster.frame.index, dtype="str")


def _unchecked(
    policy: Policy, catalogue: Catalogue, history: History, trainings: pd.DataFrame, *, listed: bool
) -> tuple[Unchecked, ...]:
    """Checks that could not be made in this run (未核对)."""
    found = []
    if not history.available:
        found.append(Unchecked("D01", "没有台账，重复和次数只在本次文件之内核对，以前批次未核对。"))
    if catalogue.bodies is None:
        found.append(Unchecked("T10", "没有导入机构目录，培训机构和用人单位是否在目录内未核对。"))
    if catalogue.items is None:
        found.append(Unchecked("T11", "没有导入培训项目目录，职业（工种）是否在目录内未核对。"))
    if catalogue.classes is None:
        found.append(Unchecked("T18", "没有导入开班登记，班级、计划人数和开班结课日期未核对。"))
    if catalogue.inspections is None:
        found.append(Unchecked("T18", "没有导入检查登记，班级检查结果未核对。"))
    missing = unlisted(trainings, catalogue)
    if missing:
        found.append(Unchecked("T19", f"没有导入{'、'.join(missing)}目录，发证机构、职业和等级是否在其中未核对。"))
    if not listed:
        found.append(Unchecked("P16", "没有导入比对名单（死亡、在校、养老待遇、财政供养等），未核对。"))
    found += [Unchecked(each.clause, each.what) for each in policy.not_computed]
    return tuple(found)


def _readings(policy: Policy, asked: frozenset[str]) -> tuple[str, ...]:
    """Keys of the readings that mattered, in the policy's order."""
    used = asked | {policy.period_date, policy.limit.failed_counts}
    used |= {setting.reading for setting in policy.rules.values()}
    used |= {line.follows.reading for line in policy.lines if line.follows}
    used |= {line.placement.once_per for line in policy.lines if line.placement}
    used |= {line.stacks.reading for line in policy.lines if line.stacks}
    return tuple(r.key for r in policy.readings if r.key in used and policy.value(r.key) is not None)
