"""Ages and the day of retirement."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillcli.policy.load import load_national
from skillcli.rules.derive_people import age_on, retirement_day

STEPS = load_national().retirement


def _day(born: str, sex: str, base: int) -> str:
    return str(retirement_day(np.array([born], dtype="datetime64[D]"), sex, base, STEPS)[0])


@pytest.mark.parametrize(
    ("born", "sex", "base", "retired"),
    [
        ("1964-12-31", "男", 60, "2024-12-31"),
        ("1965-01-01", "男", 60, "2025-02-01"),  # one month later
        ("1965-04-30", "男", 60, "2025-05-30"),
        ("1965-05-01", "男", 60, "2025-07-01"),  # two
        ("1976-08-31", "男", 60, "2039-07-31"),  # 62 years and 11 months
        ("1976-09-01", "男", 60, "2039-09-01"),  # 63
        ("1990-01-01", "男", 60, "2053-01-01"),
        ("1971-04-01", "女", 55, "2026-08-01"),  # four months later
        ("1981-09-01", "女", 55, "2039-09-01"),  # 58
        ("1974-12-31", "女", 50, "2024-12-31"),
        ("1975-01-01", "女", 50, "2025-02-01"),
        ("1984-11-01", "女", 50, "2039-11-01"),  # 55
    ],
)
def test_the_steps_of_the_decision_of_2024(born: str, sex: str, base: int, retired: str) -> None:
    assert _day(born, sex, base) == retired


def test_an_unknown_birth_has_no_day() -> None:
    assert _day("NaT", "男", 60) == "NaT"


@given(st.integers(0, 30000), st.sampled_from([("男", 60), ("女", 55), ("女", 50)]))
def test_who_is_born_later_never_retires_earlier_and_never_past_the_ceiling(day: int, who: tuple[str, int]) -> None:
    sex, base = who
    born = np.datetime64("1940-01-01") + np.array([day, day + 1])
    first, second = retirement_day(born, sex, base, STEPS)
    assert first <= second
    ceiling = next(step.ceiling for step in STEPS if (step.sex, step.base) == who)
    years = (first - born[0]).astype(int) / 365.2425
    assert base - 0.01 <= years <= ceiling + 0.01


def test_an_age_counts_whole_years_by_the_day() -> None:
    birth = pd.Series(pd.to_datetime(["2004-03-02", "2004-03-03", "2004-02-29", None]))
    day = pd.Series(pd.to_datetime(["2020-03-02", "2020-03-02", "2021-02-28", "2020-03-02"]))
    assert age_on(birth, day).tolist() == [16, 15, 17, -1]
