"""A third city is a data file: 青禾市 (invented, ``tests/policy/invented-city.toml``) is paid without a line of code."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from jobs.two_batches import Office, Row, verdicts

CITY = Path(__file__).parents[1] / "policy" / "invented-city.toml"
AS_OF = date(2023, 6, 1)


@pytest.fixture
def qinghe(tmp_path: Path) -> Office:
    return Office(tmp_path, str(CITY))


def training(office: Office, number: int, **changes: Any) -> Row:
    """A clean training in the city's own campaign."""
    days = {
        "start": date(2022, 6, 1),
        "end": date(2022, 6, 20),
        "issued_on": date(2022, 6, 25),
        "days": 10,
        "hours": 60,
    }
    return office.row(
        number,
        **(days | {"name": f"学员{'甲乙丙丁戊己庚辛'[number - 1]}", "phone": None, "household": "城镇"} | changes),
    )


def test_every_kind_of_amount_is_paid_by_the_file_alone(qinghe: Office) -> None:
    qinghe.decide(certificate_required=True)
    staff: dict[str, Any] = {"categories": "企业职工"}
    rows = [
        training(qinghe, 1, **staff, training_kind="岗前培训"),
        training(qinghe, 2, **staff, training_kind="岗前培训", end=date(2022, 7, 1), issued_on=date(2022, 7, 5)),
        training(qinghe, 3, **staff, training_kind="岗位技能提升培训", certificate_kind="培训合格证书"),
        training(qinghe, 4, **staff, training_kind="高技能人才培训", level="技师", certificate_kind="职业资格证书"),
        training(
            qinghe, 5, categories="贫困劳动力", training_kind="以工代训", start=date(2022, 3, 1), end=date(2022, 6, 30)
        ),
        training(qinghe, 6, categories="退役军人", certificate_kind="培训合格证书"),
        training(
            qinghe,
            7,
            categories="就业困难人员",
            certificate_kind="培训合格证书",
            placed=True,
            employed_on=date(2022, 7, 1),
            employed_region="湖南省长沙市",
        ),
    ]
    outcome = qinghe.pay(rows, "2023-05", AS_OF)
    lines = outcome.decision.lines
    paid = {
        (int(row), str(line)): int(fen)
        for row, line, fen in zip(
            outcome.roster.frame["row"].loc[lines["rid"]], lines["line"], lines["amount_fen"], strict=True
        )
    }
    assert paid == {
        (2, "induction"): 50000,
        (3, "induction"): 60050,
        (4, "upskill"): 90000,
        (5, "senior"): 260000,
        (6, "work"): 4 * 40000,
        (7, "fee_capped"): 90000,
        (8, "fee_full"): 90000,
        (8, "hired"): 25000,
    }, verdicts(outcome)
    book = openpyxl.load_workbook(outcome.outputs[0])
    assert {"拨付汇总", "拨付明细", "说明"} <= set(book.sheetnames)
    assert qinghe.verified()


def test_its_limit_counts_a_lifetime_and_grows_by_date(qinghe: Office) -> None:
    kinds = [("岗前培训", "电工"), ("岗前培训", "焊工"), ("岗前培训", "钳工")]

    def third(year: int) -> dict[str, str]:
        rows = [
            training(
                qinghe,
                1,
                categories="企业职工",
                training_kind=kind,
                occupation=name,
                certificate_no=f"S0000231234562050002{n}{year % 10}",
                start=date(year if n == 2 else 2022, 2 + n, 1),
                end=date(year if n == 2 else 2022, 2 + n, 20),
                issued_on=date(year if n == 2 else 2022, 2 + n, 25),
            )  # fmt: skip
            for n, (kind, name) in enumerate(kinds)
        ]
        return verdicts(qinghe.pay(rows, f"{year}-05", AS_OF))

    assert "D03" in third(2022)["4 induction"]
    qinghe.void("2022-05-1")
    assert third(2023)["4 induction"].startswith("拟补贴")
