"""Two judges, written apart from the same pages, decide the same random rosters line by line alike."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

import pytest

from oracle import limits, linkou, taiyuan
from oracle.compare import differences
from oracle.generate import scenario, split
from oracle.judge import judge

CITIES = ("linkou-2019", "taiyuan-2019")
YES: dict[str, dict[str, Any]] = {
    "linkou-2019": {
        "project_other_groups": True,
        "free_other_workers": True,
        "living_in_staff_training": True,
        "apprentice_yearly": 500000,
    },
    "taiyuan-2019": {
        "general_other_groups": True,
        "general_covers_startup": True,
        "general_poor_above_cap": True,
        "certificate_intermediate": 45000,
        "certificate_stacks": True,
        "living_in_staff_training": True,
    },
}
NO = {city: {key: False for key, value in readings.items() if value is True} for city, readings in YES.items()}
COMMON = set(
    "F08 P01 P02 P03 P04 P05 P06 P07 P10 P13 P15 T01 T02 T03 T04 T06 T08 T10 T12 T13 T15 T16 T17 C01 C02 C03 C04 C05 C07 "  # noqa: SIM905
    "D01 D02 D03 A01 A03 A04 A07 A08 A10 A11 E09".split()
)
EXPECTED = {
    "linkou-2019": COMMON | {"E02", "E03", "E04", "E05", "E06", "E08", "E11", "E14", "D04", "D05", "D07", "D08"},
    "taiyuan-2019": COMMON | {"E07", "A06"},
}


def told(found: list[str]) -> str:
    return f"{len(found)} lines judged differently, the first ones:\n" + "\n".join(found[:5])


@pytest.mark.parametrize("city", CITIES)
@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_both_judges_agree_on_every_line_of_three_shuffled_files(city: str, seed: int) -> None:
    case = scenario(seed, city)
    rows = list(case.rows)
    Random(seed).shuffle(rows)
    found = differences(case, list(split(rows, 3)))
    assert not found, told(found)


@pytest.mark.parametrize("city", CITIES)
@pytest.mark.parametrize("answers", [YES, NO], ids=["yes", "no"])
def test_both_judges_agree_where_the_office_has_answered(city: str, answers: dict[str, dict[str, Any]]) -> None:
    case = scenario(7, city, 1500, readings=answers[city])
    found = differences(case, [case.rows])
    assert not found, told(found)


def test_both_judges_agree_where_no_shortage_catalogue_was_imported() -> None:
    case = scenario(8, "linkou-2019", 1500, shortage=False)
    found = differences(case, [case.rows])
    assert not found, told(found)


@pytest.mark.parametrize("city", CITIES)
def test_the_order_of_rows_and_files_changes_nothing_for_the_oracle(city: str) -> None:
    case = scenario(9, city, 800)
    rows = list(case.rows)
    Random(9).shuffle(rows)
    one = judge(case.rows, city, case.catalogue, {}, case.as_of)
    two = judge(rows, city, case.catalogue, {}, case.as_of)
    assert Counter((o.line, o.verdict, o.amount_fen) for o in one) == Counter(
        (o.line, o.verdict, o.amount_fen) for o in two
    )


@pytest.mark.parametrize("city", CITIES)
def test_the_random_rosters_hold_every_code_more_than_once(city: str) -> None:
    met: Counter[str] = Counter()
    for seed in (1, 2):
        case = scenario(seed, city)
        for outcome in judge(case.rows, city, case.catalogue, {}, case.as_of):
            met.update(outcome.codes)
    assert {code: met[code] for code in EXPECTED[city] if met[code] < 2} == {}


@pytest.mark.parametrize(
    ("city", "place", "name", "value"),
    [
        ("linkou-2019", limits, "YEARLY", 4),
        ("linkou-2019", limits, "OJT_MONTHS", 7),
        ("linkou-2019", linkou, "FOCUS", linkou.FOCUS - {"退役军人"}),
        ("linkou-2019", linkou, "BASE", linkou.BASE | {"高级工": 2001}),
        ("taiyuan-2019", limits, "YEARLY", 4),
        ("taiyuan-2019", taiyuan, "GENERAL", taiyuan.GENERAL - {"就业困难人员"}),
    ],
)
def test_a_wrong_number_or_list_does_not_go_unnoticed(
    monkeypatch: pytest.MonkeyPatch, city: str, place: Any, name: str, value: object
) -> None:
    monkeypatch.setattr(place, name, value)
    case = scenario(1, city, 1000)
    assert differences(case, [case.rows])
