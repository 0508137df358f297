"""The judge: every training of a run to its lines, verdicts and findings.

Order of decision (policy page, section 5): the rules over rows, the lines that match and their price,
then duplicates and limits in stages, each seeing what the stages before refused. Pure: same roster,
policy, catalogue and history give the same decision in any order of rows.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath
from string import Formatter
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from skillcli.core.finding import NO_LINE, Severity, Verdict
from skillcli.rules import RULES, sequence
from skillcli.rules.case import Case
from skillcli.rules.facts import derive
from skillcli.rules.match import match
from skillcli.rules.price import price
from skillcli.rules.rule import Aim, Rule
from skillcli.rules.sequence import HELD, PAYABLE, REFUSED, UNDECIDED
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
) -> Decision:
    """Decide every subsidy line of a run.

    ``trainings`` are the facts (``facts.derive``) where the caller has them already, having needed
    their keys to ask the ledger for ``history``. ``as_of`` is the run's date.
    """
    facts = derive(roster, policy) if trainings is None else trainings
    priced = price(policy, match(policy, facts), facts, catalogue)
    case = Case(
        policy=policy,
        national=national,
        as_of=as_of,
        trainings=facts,
        faults=roster.faults,
        lines=priced.lines.assign(state=PAYABLE, booked_as="", repeat_of="", beyond=""),
        history=history,
        catalogue=catalogue,
        columns=roster.columns,
        places=_places(roster),
    )
    court = _Court(case)
    court.hear(rule for rule in RULES if rule.code not in LATE)
    court.duplicates()
    court.limits()
    court.once()
    court.months()
    court.stacking()
    decision = court.decision(_unchecked(policy, catalogue, history), _readings(policy, priced.readings))
    check_frame(decision.trainings, TRAINING_DTYPES, "trainings")
    check_frame(decision.lines, LINE_DTYPES, "lines")
    check_frame(decision.findings, FINDING_DTYPES, "findings")
    return decision


class _Court:
    """The case as it stands, and the findings so far."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.rules = {rule.code: rule for rule in RULES}
        self.findings: list[pd.DataFrame] = []
        self.aimed: list[pd.DataFrame] = []
        self.own_error: NDArray[np.bool_] = np.zeros(len(case.trainings), dtype=bool)

    def hear(self, rules: Iterable[Rule]) -> None:
        """Run rules on the case as it stands; their verdicts count from the next stage on."""
        state = self.case.lines["state"].to_numpy(copy=True)
        for rule in rules:
            found = _findings(rule, self.case)
            if found.empty:
                continue
            self.findings.append(found)
            hit = _aimed(rule, found, self.case.lines)
            np.maximum.at(state, hit["lid"].to_numpy(), hit["severity"].map(STATES).fillna(PAYABLE).astype("int64"))
            self.aimed.append(hit[["lid", "code"]])
            if rule.aim in (Aim.TRAINING, Aim.LINE) and rule.code not in LATE:
                errors = found.loc[found["severity"].eq(Severity.ERROR.value) & found["line"].eq(""), "rid"]
                self.own_error |= self.case.trainings.index.isin(errors)
        self.case = replace(self.case, lines=self.case.lines.assign(state=state))

    def _hear(self, *codes: str) -> None:
        self.hear(self.rules[code] for code in codes)

    def _lines(self, **columns: pd.Series) -> None:
        self.case = replace(self.case, lines=self.case.lines.assign(**columns))

    def duplicates(self) -> None:
        """D01, in the run and against the ledger; then who attended and who lost is known."""
        trainings = self.case.trainings
        trainings = trainings.assign(own_error=self.own_error, rank=sequence.winner_order(trainings, self.own_error))
        winner = pd.Series(sequence.same_training(trainings), index=trainings.index)
        self.case = replace(self.case, trainings=trainings.assign(winner=winner, loser=winner.ge(0)))
        booked = sequence.booked(self.case)
        self._lines(
            booked_as=(booked["line_no"] + "（" + booked["place"] + "）").reindex(self.case.lines.index).fillna("")
        )
        self._hear("D01")
        self.case = replace(self.case, trainings=self.case.trainings.assign(attended=self._attended()))

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
        found = sequence.limits(self.case).reindex(self.case.lines.index)
        self._lines(
            repeat_of=found["repeat_of"].fillna(""),
            beyond=found["beyond"].fillna(""),
            times=found["times"].fillna(0).astype("int64"),
        )
        self._hear("D02", "D03")
        self._hear("D04")

    def once(self) -> None:
        """D07."""
        given = sequence.once_per_person(self.case)["earlier"]
        self._lines(given_to=given.reindex(self.case.lines.index).fillna(""))
        self._hear("D07")

    def months(self) -> None:
        """D05 and D08; a shortened line is priced for the months still free."""
        found = sequence.months(self.case).reindex(self.case.lines.index)
        granted = found["granted"].fillna(-1).astype("int64")
        self._lines(
            granted=granted,
            asked=found["asked"].fillna(0).astype("int64"),
            used=found["used"].fillna(0).astype("int64"),
            overlaps=found["overlaps"].fillna(""),
        )
        self._hear("D05", "D08")
        lines = self.case.lines
        quantity = lines["quantity"].mask(granted.gt(0), granted.astype("Int64"))
        self._lines(quantity=quantity, proposed_fen=lines["standard_fen"] * quantity)

    def stacking(self) -> None:
        """E09 and E12 of lines that stand beside another group's line: known only now."""
        beside = sequence.stacking(self.case)["reading"]
        policy = self.case.policy
        answers = {key: policy.value(key) for key in beside.unique()}
        unanswered = beside[beside.map({key: value is None for key, value in answers.items()}).astype("bool")]
        refused = beside[beside.map({key: value is False for key, value in answers.items()}).astype("bool")]
        self._lines(
            open=unanswered.reindex(self.case.lines.index).fillna(""),
            denied=refused.reindex(self.case.lines.index).fillna(""),
        )
        self._hear("E09", "E12")

    def decision(self, unchecked: tuple[Unchecked, ...], readings: tuple[str, ...]) -> Decision:
        """What it all comes to."""
        trainings, lines = self.case.trainings, self.case.lines
        state = lines["state"].to_numpy()
        payable = state == PAYABLE
        if lines.loc[payable, "proposed_fen"].isna().any():
            bare = lines.loc[payable & lines["proposed_fen"].isna().to_numpy(), "line"].unique()
            raise AssertionError(f"payable lines without an amount: {', '.join(bare)}")
        decided = lines.assign(
            verdict=pd.Series(VERDICTS[state], index=lines.index, dtype="str"),
            amount_fen=lines["proposed_fen"].where(payable, 0).fillna(0).astype("int64"),
            codes=_codes(self.aimed, lines.index),
        )
        worst = np.full(len(trainings), -1)
        np.maximum.at(worst, trainings.index.get_indexer(pd.Index(lines["rid"])), state)
        outcome = trainings.assign(verdict=pd.Series(VERDICTS[worst], index=trainings.index, dtype="str"))
        return Decision(
            trainings=outcome[list(TRAINING_DTYPES)],
            lines=decided[list(LINE_DTYPES)],
            findings=_together(self.findings),
            unchecked=unchecked,
            rulings_used=readings,
        )


def _findings(rule: Rule, case: Case) -> pd.DataFrame:
    """A rule's evidence as findings (``schema.decision.FINDING_DTYPES``)."""
    severity = case.policy.severity(rule.code, rule.severity.value)
    evidence = rule.flag(case) if severity != "none" else pd.DataFrame()
    if not len(evidence):  # ``empty`` would also be true of rows without evidence columns
        return pd.DataFrame()
    found = pd.DataFrame({"rid": evidence.index.to_numpy(dtype=np.int64)})
    text = {"code": rule.code, "key": rule.column, "severity": severity, "line": ""}
    for column, value in text.items():
        given = evidence[column].to_numpy(dtype=object) if column in evidence else value
        found[column] = pd.Series(given, index=found.index, dtype="str")
    if "found" in evidence:
        found["found"] = evidence["found"].to_numpy(dtype=object)
    else:
        found["found"] = _shown(case, found)
    found["clause"] = _clauses(rule, case, evidence, found)
    found["message"] = _messages(rule, evidence)
    return found.astype(dict.fromkeys(("found", "clause", "message"), "str"))


def _shown(case: Case, found: pd.DataFrame) -> pd.Series:
    """What stands in each finding's accused cell, as a clerk may see it; "" where it accuses none."""
    shown = pd.Series("", index=found.index, dtype="str")
    for key in found.loc[found["key"].ne(""), "key"].unique():
        rids = found.loc[found["key"].eq(key), "rid"]
        shown[rids.index] = case.shown(pd.Index(rids), key).to_numpy(dtype=object)
    return shown


def _clauses(rule: Rule, case: Case, evidence: pd.DataFrame, found: pd.DataFrame) -> pd.Series:
    usual = case.policy.clause(rule.code, rule.basis)
    clause = found["line"].map({line.id: line.clause for line in case.policy.lines}).fillna(usual)
    if case.policy.clause(rule.code):
        clause = pd.Series(usual, index=found.index)
    if "clause" in evidence:
        own = pd.Series(evidence["clause"].to_numpy(dtype=object), index=found.index)
        clause = own.where(own.notna(), clause)
    return clause


def _messages(rule: Rule, evidence: pd.DataFrame) -> NDArray[np.object_]:
    """The rule's sentence for each row; equal evidence is rendered once."""
    fields = list(dict.fromkeys(name for _, name, _, _ in Formatter().parse(rule.message) if name))
    if not fields:
        return np.full(len(evidence), rule.message.format(), dtype=object)
    seen = evidence[fields].reset_index(drop=True)
    group = seen.groupby(fields, dropna=False, sort=False).ngroup().to_numpy()
    first = seen[~pd.Series(group).duplicated().to_numpy()]
    shown = [
        ["" if missing else value for value, missing in zip(first[f], first[f].isna(), strict=True)] for f in fields
    ]
    texts = [rule.message.format(**dict(zip(fields, row, strict=True))) for row in zip(*shown, strict=True)]
    return np.array(texts, dtype=object)[group]


def _aimed(rule: Rule, found: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    """Which lines a rule's findings touch: ``lid``, ``code``, ``severity``."""
    every = lines[["rid", "line"]].reset_index()
    named = found["line"].ne("")
    exact = every.merge(found.loc[named, ["rid", "line", "code", "severity"]], on=["rid", "line"], validate="1:m")
    wide = {
        Aim.PASSING: lines["passing"],
        Aim.CERTIFICATE: lines["certified"],
        Aim.PERSONAL: lines["payee_kind"].eq("个人"),
    }.get(rule.aim)
    reached = every if wide is None else every[wide.to_numpy(dtype=bool)]
    general = reached.merge(found.loc[~named, ["rid", "code", "severity"]], on="rid", validate="m:m")
    return pd.concat([exact, general])[["lid", "code", "severity"]]


def _codes(aimed: list[pd.DataFrame], lids: pd.Index) -> pd.Series:
    """Codes of each line, sorted, joined by a blank."""
    if not aimed:
        return pd.Series("", index=lids, dtype="str")
    pairs = pd.concat(aimed).drop_duplicates().sort_values(["lid", "code"], kind="stable")
    table = pa.table({"lid": pairs["lid"].to_numpy(), "code": pa.array(pairs["code"], type=pa.large_string())})
    grouped = table.group_by("lid", use_threads=False).aggregate([("code", "list")])
    joined = pc.binary_join(grouped["code_list"].combine_chunks().cast(pa.list_(pa.string())), " ")
    codes = pd.Series(joined.to_pandas().to_numpy(), index=grouped["lid"].to_numpy())
    return codes.reindex(lids).fillna("").astype("str")


def _together(findings: list[pd.DataFrame]) -> pd.DataFrame:
    if not findings:
        return pd.DataFrame({key: pd.Series(dtype=dtype) for key, dtype in FINDING_DTYPES.items()})
    every = pd.concat(findings)[list(FINDING_DTYPES)]
    return every.drop_duplicates().sort_values(["rid", "code", "line", "message"], kind="stable", ignore_index=True)


def _places(roster: Roster) -> pd.Series:
    """rid → ``文件 工作表 第 n 行``."""
    named = (" ".join(part for part in (PurePath(s.path).name, s.sheet) if part) for s in roster.sheets)
    where = pd.Series([f"{name} 第 " for name in named], dtype="str")
    frame = roster.frame
    return frame["source"].map(where).astype("str") + frame["row"].astype("str") + " 行"


def _unchecked(policy: Policy, catalogue: Catalogue, history: History) -> tuple[Unchecked, ...]:
    """Checks that could not be made in this run (未核对)."""
    found = []
    if not history.available:
        found.append(Unchecked("D01", "没有台账，重复和次数只在本次文件之内核对，以前批次未核对。"))
    if catalogue.bodies is None:
        found.append(Unchecked("T10", "没有导入机构目录，培训机构和用人单位是否在目录内未核对。"))
    if catalogue.items is None:
        found.append(Unchecked("T11", "没有导入培训项目目录，职业（工种）是否在目录内未核对。"))
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
