"""Limits, repeats and months over several batches (policy page, section 5): what an earlier batch used up, and what not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from jobs.two_batches import Office, Row, verdicts
from money.build import approve, hear, reverse
from skillcli.ledger.ledger import Ledger

OCCUPATIONS = ("电工", "焊工", "钳工", "车工")
GROUP = {"linkou-2019": "free", "taiyuan-2019": "general"}
"""The line of the group training that a clean row earns."""
ACCOUNT = "6212288802000001666"


@pytest.fixture(params=GROUP)
def office(request: pytest.FixtureRequest, tmp_path: Path, settle: Callable[[Path], None]) -> Office:
    return Office(tmp_path, request.param).settled(settle)


@pytest.fixture
def linkou(tmp_path: Path, settle: Callable[[Path], None]) -> Office:
    return Office(tmp_path, "linkou-2019").settled(settle)


def nth(office: Office, number: int, **changes: Any) -> Row:
    """The person's ``number``-th training of the year, 1 to 4, each in another occupation."""
    days = {"start": date(2020, number, 2), "end": date(2020, number, 20), "issued_on": date(2020, number, 28)}
    own = {"certificate_no": f"S00002312345620500010{number}", "days": 10, "hours": None}
    return office.row(**{"occupation": OCCUPATIONS[number - 1], **days, **own, **changes})


def of_group(office: Office, *rows: Row) -> list[str]:
    """Verdicts of the group line of a batch of these rows, in order."""
    found = verdicts(office.pay(list(rows)))
    return [found[f"{place} {GROUP[office.policy.id]}"] for place in range(2, len(rows) + 2)]


def test_a_training_sent_again_is_no_second_attendance_and_uses_no_limit_twice(office: Office) -> None:
    third = nth(office, 3, payer="个人缴费", account=None)
    assert of_group(office, nth(office, 1), nth(office, 2), third) == ["拟补贴", "拟补贴", "待核实 A07"]
    assert of_group(office, {**third, "account": ACCOUNT}) == ["拟补贴"]
    assert of_group(office, nth(office, 4)) == ["不予补贴 D03"]


def test_attendances_of_a_void_batch_vanish(office: Office) -> None:
    of_group(office, *(nth(office, number) for number in (1, 2, 3)))
    office.void("2020-05-1")
    assert of_group(office, nth(office, 4)) == ["拟补贴"]


def test_a_failed_attendance_of_an_earlier_batch_counts_only_where_attending_counts(office: Office) -> None:
    failed = nth(office, 2, result="不合格", certificate_no=None, issued_on=None)
    first = of_group(office, nth(office, 1), failed, nth(office, 3))
    assert [each.split()[0] for each in first] == ["拟补贴", "不予补贴", "拟补贴"]
    expected = {"linkou-2019": "拟补贴", "taiyuan-2019": "不予补贴 D03"}
    assert of_group(office, nth(office, 4)) == [expected[office.policy.id]]


def test_what_was_refused_for_its_result_is_judged_anew_when_corrected(office: Office) -> None:
    failed = nth(office, 1, result="不合格", certificate_no=None, issued_on=None)
    assert [each.split()[0] for each in of_group(office, failed)] == ["不予补贴"]
    assert of_group(office, nth(office, 1)) == ["拟补贴"]


def test_the_same_training_under_the_old_form_of_its_number_is_the_same(office: Office) -> None:
    row = nth(office, 1)
    number = str(row["id_number"])
    assert of_group(office, row) == ["拟补贴"]
    assert of_group(office, {**row, "id_number": number[:6] + number[8:17]}) == ["不予补贴 D01"]


def test_the_same_certificate_of_another_person_is_refused_on_the_later_side_alone(office: Office) -> None:
    assert of_group(office, nth(office, 1)) == ["拟补贴"]
    other = nth(office, 1) | {key: office.row(2)[key] for key in ("id_number", "name")}
    assert of_group(office, other) == ["不予补贴 C03"]
    with Ledger.open(office.workspace.ledger) as ledger:
        assert ledger.batch("2020-05-1").payable >= 1


def test_a_line_taken_back_frees_its_place_in_the_year(office: Office) -> None:
    of_group(office, *(nth(office, number) for number in (1, 2, 3)))
    assert of_group(office, nth(office, 4)) == ["不予补贴 D03"]
    with Ledger.open(office.workspace.ledger) as ledger:
        batch = ledger.batch("2020-05-1")
        approve(ledger, batch)
        numbers = ledger.money.transfers(batch.id)["number"].tolist()
        hear(ledger, batch, dict.fromkeys(numbers, "paid"))
        for number in numbers:
            reverse(ledger, f"{batch.id}/{number:06d}")
    assert of_group(office, nth(office, 4, remark="再报")) == ["拟补贴"]


def test_a_repeat_in_a_later_batch_loses_its_living_allowance_and_keeps_the_placement(linkou: Office) -> None:
    poor = {"categories": "贫困劳动力", "account": ACCOUNT}
    placed = {"placed": True, "employed_region": "林口县"}
    linkou.pay([nth(linkou, 1, **poor)])
    repeat = nth(linkou, 2, occupation="电工", employed_on=date(2020, 3, 10), **poor, **placed)
    assert verdicts(linkou.pay([repeat])) == {
        "2 free": "不予补贴 D02",
        "2 living": "不予补贴 D04",
        "2 placement": "拟补贴",
    }
    again = nth(linkou, 3, employed_on=date(2020, 4, 10), **poor, **placed)
    assert verdicts(linkou.pay([again]))["2 placement"] == "不予补贴 D07"


def on_the_job(office: Office, first: int, last: int, employer: str) -> Row:
    """Months of 以工代训 in 2019 with one employer."""
    ends = {2: 28, 4: 30, 6: 30, 9: 30, 11: 30}
    changes = {"categories": "贫困劳动力", "training_kind": "以工代训", "level": None, "employer": employer}
    days = {"start": date(2019, first, 1), "end": date(2019, last, ends.get(last, 31)), "days": None, "hours": None}
    return office.row(result=None, certificate_kind=None, certificate_no=None, issued_on=None, **changes, **days)


def test_six_months_on_the_job_are_counted_over_batches(linkou: Office) -> None:
    assert linkou.pay([on_the_job(linkou, 1, 4, "机械厂")]).amount_fen == 4 * 50000
    rest = linkou.pay([on_the_job(linkou, 6, 9, "食品厂")])
    assert (rest.amount_fen, verdicts(rest)) == (2 * 50000, {"2 ojt": "拟补贴 D05"})
    assert verdicts(linkou.pay([on_the_job(linkou, 11, 11, "印刷厂")])) == {"2 ojt": "不予补贴 D05"}
    linkou.void("2020-05-2")
    freed = linkou.pay([on_the_job(linkou, 11, 11, "印刷厂") | {"remark": "再报"}])
    assert (freed.amount_fen, verdicts(freed)) == (50000, {"2 ojt": "拟补贴"})


def test_months_on_the_job_that_overlap_those_of_an_earlier_batch_are_held(linkou: Office) -> None:
    linkou.pay([on_the_job(linkou, 1, 2, "机械厂")])
    assert verdicts(linkou.pay([on_the_job(linkou, 2, 3, "食品厂")])) == {"2 ojt": "待核实 D08"}
