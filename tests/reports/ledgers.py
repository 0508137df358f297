"""Ledgers with a life: batches of random rosters, trainings sent again, money paid, failed and taken back, a void batch."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd

from money.build import approve, hear, reverse
from oracle import bridge
from oracle.facts import Row
from oracle.generate import AS_OF, scenario
from skillcli.jobs.money import netting
from skillcli.jobs.pay import once_a_person
from skillcli.ledger.batch import BatchHead, NewBatch
from skillcli.ledger.ledger import Ledger
from skillcli.policy.load import load_national, policy_file
from skillcli.rules.facts import derive, keys
from skillcli.rules.judge import judge
from skillcli.schema.catalogue import Catalogue

TOWNS = (
    "林口镇",
    "黑龙江省牡丹江市林口县林口镇",
    "古城镇",
    "宁安市",
    "迎泽区",
    "太原市迎泽区",
    "阳曲县",
    "榆次区",
    None,
)
DEPARTMENTS = ("人社局", "农业农村局", None)
PROGRAMMES = ("春潮行动", None, "求学圆梦行动", "电商扶贫")
ANSWERS: dict[str, dict[str, Any]] = {
    "linkou-2019": {"free_other_workers": True, "living_in_staff_training": False, "apprentice_yearly": 500000},
    "taiyuan-2019": {"general_covers_startup": True, "certificate_stacks": True, "certificate_intermediate": 45000},
}


def living(path: Path, city: str, count: int = 700, seed: int = 31) -> None:
    """Fill a new ledger: 2020-02-1 partly paid, some of it taken back; 2020-03-1 with some trainings again; 2020-05-1 again under
    the office's answers; 2020-05-2 void."""
    case = scenario(seed, city, count)
    rng = Random(seed)
    for row in case.rows:
        row["town"], row["department"] = rng.choice(TOWNS), rng.choice(DEPARTMENTS)
    for at, row in enumerate(case.rows):
        row["programme"] = PROGRAMMES[at % len(PROGRAMMES)]
    parts = [case.rows[at::4] for at in range(4)]
    shop = bridge.catalogue(case.catalogue)
    with Ledger.open(path, create=True) as ledger:
        first = book(ledger, city, shop, parts[0], "2020-02", 1, {})
        approve(ledger, first)
        _pay(ledger, first, rng)
        book(ledger, city, shop, parts[1] + again(rng, parts[0]), "2020-03", 2, {})
        book(ledger, city, shop, parts[2] + again(rng, parts[1]), "2020-05", 3, ANSWERS[city])
        last = book(ledger, city, shop, parts[3], "2020-05", 4, ANSWERS[city])
        ledger.set_status(last.id, "void", at="2020-06-02T08:00:00+00:00", person="某某", document="重报")


def book(
    ledger: Ledger, city: str, shop: Catalogue, rows: list[Row], month: str, number: int, readings: dict[str, Any]
) -> BatchHead:
    """Judge rows against the ledger and book them."""
    rows = deepcopy(rows)
    for rid, row in enumerate(rows):
        row["rid"] = rid
    policy, roster = bridge.policy(city, readings), bridge.roster([rows], number)
    facts = derive(roster, policy)
    head = ledger.head()
    decision = judge(roster, policy, load_national(), shop, ledger.history(keys(facts)), pd.Timestamp(AS_OF), facts)
    claims = once_a_person(policy, decision)
    owed = netting(ledger, roster, decision)
    at = f"{month}-28T08:00:00+00:00"
    text = policy_file(city)
    return ledger.book(
        NewBatch(roster, decision, policy, month, AS_OF, at, "某某", "test", head, claims, owed, policy_text=text)
    )


def again(rng: Random, rows: list[Row]) -> list[Row]:
    """A fifth of the rows once more, some with the account that was missing."""
    again = deepcopy(rng.sample(rows, len(rows) // 5))
    for row in again:
        if row["account"] is None and "account" not in row["faults"]:
            row["account"] = f"9{rng.randrange(10**15):015d}"
    return again


def _pay(ledger: Ledger, batch: BatchHead, rng: Random) -> None:
    numbers = ledger.money.transfers(batch.id)["number"].tolist()
    results = {number: rng.choice(("paid", "paid", "failed")) for number in numbers}
    hear(ledger, batch, results)
    paid = [number for number, result in results.items() if result == "paid"]
    for at, number in enumerate(paid[:4]):
        reverse(ledger, f"{batch.id}/{number:06d}", frees=bool(at % 2))
