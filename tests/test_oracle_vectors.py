"""The oracle against cases worked out by hand, so that two judges cannot agree on the same mistake unnoticed."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

import pytest

from oracle.catalogue import Catalogue
from oracle.facts import KEYS, Row, add_months, identity, whole_months
from oracle.judge import Outcome, judge
from oracle.people import EMPLOYERS, INSTITUTIONS, catalogue, identity_number

AS_OF = date(2022, 6, 30)
ANYBODY = identity_number(Random(1), date(1980, 5, 5))


def trained(**changes: Any) -> Row:
    """A passed 就业技能培训 of one person, changed as the case asks."""
    row: Row = dict.fromkeys(KEYS)
    row |= {
        "rid": 0,
        "faults": {},
        "name": "李明",
        "id_number": ANYBODY,
        "categories": ["农村转移就业劳动者"],
        "institution": INSTITUTIONS[0],
        "training_kind": "就业技能培训",
        "occupation": "中式烹调师",
        "level": "初级工",
        "start": date(2020, 3, 2),
        "end": date(2020, 3, 20),
        "result": "合格",
        "certificate_kind": "职业技能等级证书",
        "certificate_no": "S000023000001205000001",
        "issued_on": date(2020, 3, 30),
        "employer": EMPLOYERS[0],
        "account": "6222020000000000",
    }
    return row | changes


def decided(city: str, *rows: Row, shop: Catalogue | None = None) -> list[Outcome]:
    numbered = [row | {"rid": rid} for rid, row in enumerate(rows)]
    return judge(numbered, city, shop or catalogue(), {}, AS_OF)


def line(found: list[Outcome], rid: int, name: str) -> Outcome:
    return next(o for o in found if o.rid == rid and o.line == name)


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        (date(2020, 1, 1), date(2020, 1, 31), 1),
        (date(2020, 1, 1), date(2020, 1, 30), 0),
        (date(2020, 1, 31), date(2020, 2, 28), 1),
        (date(2020, 3, 15), date(2020, 9, 14), 6),
        (date(2020, 3, 15), date(2020, 9, 13), 5),
    ],
)
def test_whole_months_count_the_last_day(first: date, last: date, months: int) -> None:
    assert whole_months(first, last) == months


def test_six_months_after_the_end_of_august_end_with_february() -> None:
    assert add_months(date(2020, 8, 31), 6) == date(2021, 2, 28)


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        ("11010519491231002X", ""),
        ("440524188001010014", ""),
        ("110105194912310021", "P04"),
        ("11010519491231002x", "P03"),
        ("130503670401001", "P07"),
        (None, "P02"),
    ],
)
def test_published_identity_numbers(number: str | None, fault: str) -> None:
    assert identity(number)[0] == fault


def test_four_and_four_months_on_the_job_are_paid_as_six() -> None:
    job = {
        "categories": ["贫困劳动力"],
        "training_kind": "以工代训",
        "result": None,
        "certificate_kind": None,
        "certificate_no": None,
        "issued_on": None,
    }
    first = trained(**job, start=date(2020, 1, 1), end=date(2020, 4, 30))
    second = trained(**job, start=date(2020, 6, 1), end=date(2020, 9, 30), employer=EMPLOYERS[1])
    found = decided("linkou-2019", second, first)
    assert line(found, 1, "ojt").amount_fen == 200000
    assert line(found, 0, "ojt").amount_fen == 100000
    assert sum(o.amount_fen for o in found) == 300000


@pytest.mark.parametrize(
    ("hired", "verdict"),
    [(date(2021, 2, 28), "拟补贴"), (date(2021, 3, 1), "不予补贴"), (date(2020, 8, 30), "不予补贴"), (None, "待核实")],
)
def test_a_job_counts_up_to_six_months_after_the_class(hired: date | None, verdict: str) -> None:
    row = trained(
        start=date(2020, 8, 3),
        end=date(2020, 8, 31),
        issued_on=date(2020, 9, 10),
        placed=True,
        employed_on=hired,
        employed_region="231025",
    )
    assert line(decided("linkou-2019", row), 0, "placement").verdict == verdict


@pytest.mark.parametrize(
    ("level", "issued", "verdict", "yuan"),
    [
        ("初级工", date(2019, 6, 30), "不予补贴", 0),
        ("初级工", date(2019, 7, 1), "拟补贴", 300),
        ("中级工", date(2019, 7, 1), "待明确", 0),
        ("高级工", date(2019, 7, 1), "拟补贴", 600),
    ],
)
def test_the_certificate_subsidy_of_taiyuan(level: str, issued: date, verdict: str, yuan: int) -> None:
    row = trained(
        categories=["企业职工"],
        training_kind="岗位技能提升培训",
        level=level,
        start=date(2019, 6, 3),
        end=date(2019, 6, 20),
        issued_on=issued,
    )
    found = line(decided("taiyuan-2019", row), 0, "certificate")
    assert (found.verdict, found.amount_fen) == (verdict, yuan * 100)


def test_linkou_counts_what_was_enjoyed_and_taiyuan_what_was_attended() -> None:
    failed = {"result": "不合格", "certificate_kind": None, "certificate_no": None, "issued_on": None}
    rows = [
        trained(occupation="养老护理员", start=date(2020, 1, 6), end=date(2020, 1, 17), **failed),
        *(
            trained(
                occupation=name,
                start=date(2020, month, 1),
                end=date(2020, month, 20),
                issued_on=date(2020, month, 25),
                certificate_no=f"HG{month}",
                certificate_kind="培训合格证书",
            )
            for month, name in ((3, "保育员"), (4, "美发师"), (5, "农艺工"))
        ),
    ]
    assert [line(decided("linkou-2019", *rows), rid, "free").verdict for rid in range(4)] == [
        "不予补贴",
        *["拟补贴"] * 3,
    ]
    fourth = line(decided("taiyuan-2019", *rows), 3, "general")
    assert fourth.verdict == "不予补贴"
    assert "D03" in fourth.codes
