"""Two years of an office: a batch a month, trainings sent again, money paid, returned and taken back across period ends, void batches."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from pathlib import Path
from random import Random

from money.build import approve, hear, reverse
from oracle import bridge
from oracle.facts import Row
from oracle.generate import scenario
from reports.ledgers import ANSWERS, DEPARTMENTS, PROGRAMMES, TOWNS, again, book
from skillcli.ledger.batch import BatchHead
from skillcli.ledger.ledger import Ledger

MONTHS = [f"{year}-{month:02d}" for year in (2020, 2021) for month in range(1, 13)]
VOID = ("2020-06", "2021-03")
"""Months whose batch is voided; its rows come again two months later."""


def two_years(path: Path, city: str, count: int, seed: int = 47) -> None:
    """Fill a new ledger with ``count`` trainings in 24 monthly batches. The bank's word on a month comes a month later, what is
    taken back two months later."""
    case, rng = scenario(seed, city, count), Random(seed)
    for at, row in enumerate(case.rows):
        row["town"], row["department"] = rng.choice(TOWNS), rng.choice(DEPARTMENTS)
        row["programme"] = PROGRAMMES[at % len(PROGRAMMES)]
    rows = sorted(case.rows, key=lambda row: (row["end"] or row["start"] or date(2021, 6, 30), row["rid"]))
    size = -(-len(rows) // len(MONTHS))
    shop = bridge.catalogue(case.catalogue)
    booked: list[tuple[BatchHead, list[Row]]] = []
    waiting: list[Row] = []
    with Ledger.open(path, create=True) as ledger:
        for number, month in enumerate(MONTHS):
            own = rows[number * size : (number + 1) * size]
            if number:
                own = own + again(rng, booked[-1][1])[: size // 10] + waiting
                waiting = []
            head = book(ledger, city, shop, own, month, number, ANSWERS[city] if number > 11 else {})
            booked.append((head, own))
            if number > 1 and MONTHS[number - 2] in VOID:
                waiting = booked[number - 2][1][: size // 2]
            if number and MONTHS[number - 1] not in VOID:
                _paid(ledger, booked[number - 1][0], month, rng)
            elif number:
                ledger.set_status(
                    booked[number - 1][0].id, "void", at=f"{month}-02T08:00:00+00:00", person="某某", document="重报"
                )


def _paid(ledger: Ledger, batch: BatchHead, month: str, rng: Random) -> None:
    """Approved, and heard of by the bank in the month after; a few lines are taken back at once or never came to be paid."""
    approve(ledger, batch)
    numbers = ledger.money.transfers(batch.id)["number"].tolist()
    results = {number: rng.choice(("paid", "paid", "paid", "failed", "")) for number in numbers}
    told = {number: result for number, result in results.items() if result}
    year, number = map(int, month.split("-"))
    hear(ledger, batch, told, day=date(year, number, rng.randrange(1, monthrange(year, number)[1] + 1)))
    for at, line in enumerate([number for number, result in told.items() if result == "paid"][::40][:6]):
        reverse(ledger, f"{batch.id}/{line:06d}", frees=bool(at % 2))
