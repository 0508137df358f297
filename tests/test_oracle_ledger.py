"""Three monthly batches, trainings sent again among them: the judge over a real ledger and the oracle over its own
memory of the earlier batches decide every line alike."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import pytest

from oracle import bridge
from oracle.case import Past
from oracle.compare import unequal
from oracle.facts import Row
from oracle.generate import scenario
from oracle.judge import decide, outcomes, remember
from skillcli.jobs.pay import once_a_person
from skillcli.ledger.batch import NewBatch
from skillcli.ledger.ledger import Ledger
from skillcli.policy.load import load_national
from skillcli.rules.facts import derive, keys
from skillcli.rules.judge import judge
from test_oracle import CITIES, YES, told

SEEDS = [21, 22]


def batches(rng: Random, rows: list[Row]) -> list[list[Row]]:
    """The rows as three months: a part each, and some of the earlier months' rows again, now with an account."""
    months: list[list[Row]] = [rows[0::3], rows[1::3], rows[2::3]]
    for at in (1, 2):
        again = deepcopy(rng.sample(months[at - 1], len(months[at - 1]) // 6))
        for row in again:
            if row["account"] is None and "account" not in row["faults"] and rng.random() < 0.5:
                row["account"] = f"9{rng.randrange(10**15):015d}"
        months[at] = months[at] + again
    for month in months:
        rng.shuffle(month)
        for rid, row in enumerate(month):
            row["rid"] = rid
    return months


@pytest.mark.slow
@pytest.mark.parametrize("city", CITIES)
@pytest.mark.parametrize("seed", SEEDS)
def test_both_judges_agree_through_three_batches(city: str, seed: int, tmp_path: Path) -> None:
    case = scenario(seed, city, 1500)
    shop, national = bridge.catalogue(case.catalogue), load_national()
    memory: list[Past] = []
    with Ledger.open(tmp_path / "ledger.db", create=True) as ledger:
        for number, rows in enumerate(batches(Random(seed), case.rows), start=1):
            readings: dict[str, Any] = YES[city] if number == 3 else {}
            policy, roster = bridge.policy(city, readings), bridge.roster([rows], number)
            facts = derive(roster, policy)
            head = ledger.head()
            history = ledger.history(keys(facts))
            decision = judge(roster, policy, national, shop, history, pd.Timestamp(case.as_of), facts)
            mine = decide(rows, city, case.catalogue, readings, case.as_of, memory)
            found = unequal([o for c in mine for o in outcomes(c)], decision, rows, [r["rid"] for r in rows])
            assert not found, f"batch {number}: {told(found)}"
            memory = remember(mine, memory, number)
            month = f"2022-0{number}"
            ledger.book(
                NewBatch(
                    roster,
                    decision,
                    policy,
                    month,
                    case.as_of,
                    "2022-06-30T08:00:00",
                    "经办人",
                    "test",
                    head,
                    once_a_person(policy, decision),
                )
            )
