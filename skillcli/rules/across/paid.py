"""The rules over paid trainings of many ledgers: one small case a partition, the same rules and the same court as a run.

Every ledger's trainings stand in the case as a run's do, with no history behind them; each rule is heard on its own, so that
what one says silences no other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from skillcli.policy.load import load_national
from skillcli.policy.model import Policy
from skillcli.rules import RULES
from skillcli.rules.case import Case
from skillcli.rules.evidence import together
from skillcli.rules.facts import compared
from skillcli.rules.judge import Court
from skillcli.rules.sequence import PAYABLE
from skillcli.schema.audit import FLAGGED_DTYPES
from skillcli.schema.catalogue import Catalogue
from skillcli.schema.history import no_history
from skillcli.schema.inputs import ROSTER
from skillcli.schema.roster import empty_faults

COLUMNS = {"policy": "str", "batch_id": "str", "row": "int64", "year": "int64", "paid": "str"}
"""Beside the roster's columns. ``paid``: the lines of the training that stand, as ``line:quantity`` joined by ``;``, "" none;
``year``: the natural year a limit counts in, 0 unknown."""
CERTIFICATE_READS = ("id_number", "certificate_kind", "certificate_no")
READS = (
    *CERTIFICATE_READS,
    *("name", "institution", "employer", "occupation", "level", "training_kind", "result", "start", "end", "issued_on"),
    "ojt_months",
)
_PLAIN = ("P10", "T05")
_CODES = ("C03", "P10", "T05", "D01", "D02", "D03", "D04", "D05", "D08")
RULE_TEXTS = {rule.code: rule for rule in RULES if rule.code in _CODES}
"""The rules asked, by code."""


def check(
    key: str, frame: pd.DataFrame, names: tuple[str, ...], policies: Mapping[str, Policy], as_of: pd.Timestamp
) -> pd.DataFrame:
    """Findings (``FLAGGED_DTYPES``) over rows sorted by ``record`` that hold all rows of each person or certificate."""
    rows = frame[frame["paid"].ne("") & ~frame["void"]]
    rows = rows[rows["key"].duplicated(keep=False)]
    if not len(rows):
        return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in FLAGGED_DTYPES.items()})
    case = _case(rows, names, policies, as_of)
    if key == "certificate_hash":
        heard = [_heard(case, "C03")]
    else:
        heard = [_heard(case, *_PLAIN), *_duplicates_and_limits(case, policies)]
    findings = pd.concat(heard, ignore_index=True)
    of = rows.set_index("record")["key"]
    group = findings["code"] + "|" + findings["rid"].map(of).astype("str")
    return pd.DataFrame(
        {"flag": findings["code"], "group": group, "record": findings["rid"], "message": findings["message"]}
    ).astype(FLAGGED_DTYPES)


def _case(rows: pd.DataFrame, names: tuple[str, ...], policies: Mapping[str, Policy], as_of: pd.Timestamp) -> Case:
    """The rows as trainings of one run, each with its lines that stand. The policy is the first by id: what it is asked
    before the limits (words and severities) is the same in all."""
    frame = rows.set_index("record").rename_axis("rid")
    absent = {
        key: pd.Series(None, index=frame.index, dtype=ROSTER[key].kind.dtype) for key in READS if key not in frame
    }
    trainings = frame.assign(**absent)
    trainings = compared(trainings.drop(columns="person"), trainings["person"].to_numpy())
    ledger = trainings["ledger"].map(dict(enumerate(names))).astype("str")
    places = "〔" + ledger + "〕批次 " + trainings["batch_id"] + " 第 " + trainings["row"].astype("str") + " 行"
    return Case(
        policy=policies[min(policies)],
        national=load_national(),
        as_of=as_of,
        trainings=trainings,
        faults=empty_faults(),
        lines=_lines(trainings, policies),
        history=no_history(),
        catalogue=Catalogue(),
        columns=frozenset(ROSTER.keys),
        places=places,
    )


def _lines(trainings: pd.DataFrame, policies: Mapping[str, Policy]) -> pd.DataFrame:
    """The lines that stand, as a court looks at them: all payable."""
    groups = {(policy.id, line.id): line.group for policy in policies.values() for line in policy.lines}
    each = trainings["paid"].str.split(";").explode().astype("str").str.split(":", expand=True)
    lines = pd.DataFrame({"rid": each.index, "line": each[0].to_numpy(), "quantity": each[1].to_numpy()})
    policy = trainings["policy"].reindex(lines["rid"]).tolist()
    group = [groups.get(pair, "") for pair in zip(policy, lines["line"].tolist(), strict=True)]
    lines = lines.assign(
        group=pd.Series(group, index=lines.index, dtype="str"),
        quantity=pd.to_numeric(lines["quantity"]).astype("Int64"),
        standard_fen=pd.Series(0, index=lines.index, dtype="Int64"),
        proposed_fen=pd.Series(0, index=lines.index, dtype="Int64"),
        state=PAYABLE,
        passing=False,
        certified=False,
        payee_kind="",
        booked_as="",
        repeat_of="",
        beyond="",
        override="",
    )
    return lines.astype({"rid": "int64", "line": "str"}).rename_axis("lid")


def _heard(case: Case, *codes: str) -> pd.DataFrame:
    court = Court(case)
    court.hear(RULE_TEXTS[code] for code in codes)
    return together(court.findings)


def _duplicates_and_limits(case: Case, policies: Mapping[str, Policy]) -> list[pd.DataFrame]:
    """D01 over all ledgers, then the limits of each policy over the trainings paid under it that are nobody's repeat."""
    court = Court(case)
    court.duplicates()
    heard = [together(court.findings)]
    repeated = court.case.trainings["loser"]
    for name, policy in sorted(policies.items()):
        mine = case.trainings[case.trainings["policy"].eq(name) & ~repeated]
        lines = case.lines[case.lines["rid"].isin(mine.index)]
        if not len(lines):
            continue
        # what a case remembers is of its own rows
        counting = Court(replace(case, policy=policy, trainings=mine, lines=lines, _masks={}, _faults={}))
        counting.duplicates()
        counting.limits()
        counting.months()
        heard.append(together(counting.findings))
    return heard
