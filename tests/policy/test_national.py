"""The retirement steps give the published ages; the loader asks no heavy library."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import pytest

from skillcli.policy.load import load_national


def months_later(sex: str, base: int, birth: date) -> int:
    """Months after the ``base`` birthday on which one born then retires."""
    (step,) = [step for step in load_national().retirement if (step.sex, step.base) == (sex, base)]
    if birth < step.born_from:
        return 0
    born = (birth.year - step.born_from.year) * 12 + birth.month - step.born_from.month
    return min(born // step.births_a_step + 1, (step.ceiling - step.base) * 12)


@pytest.mark.parametrize(
    ("sex", "base", "birth", "months"),
    [
        ("男", 60, date(1964, 12, 31), 0),
        ("男", 60, date(1965, 1, 1), 1),
        ("男", 60, date(1965, 4, 30), 1),
        ("男", 60, date(1965, 5, 1), 2),
        ("男", 60, date(1976, 9, 1), 36),
        ("男", 60, date(1990, 1, 1), 36),
        ("女", 55, date(1969, 12, 31), 0),
        ("女", 55, date(1971, 4, 1), 4),
        ("女", 55, date(1981, 9, 1), 36),
        ("女", 50, date(1974, 12, 31), 0),
        ("女", 50, date(1975, 1, 1), 1),
        ("女", 50, date(1975, 3, 1), 2),
        ("女", 50, date(1984, 11, 1), 60),
    ],
)
def test_retirement_ages_are_those_published(sex: str, base: int, birth: date, months: int) -> None:
    assert months_later(sex, base, birth) == months


def test_figures_that_only_warn() -> None:
    national = load_national()
    assert (national.certificate_late_days, national.hours_a_day_most, national.phone_shared_by) == (90, 8, 3)
    assert {step.valid_from for step in national.retirement} == {date(2025, 1, 1)}
    assert all(step.clause for step in national.retirement)
    assert "2024-09-13" in national.source


def test_loading_a_policy_needs_no_heavy_library() -> None:
    code = (
        "import sys\n"
        "from skillcli.policy.load import load_policy, load_national, shipped\n"
        "from skillcli.policy.describe import overview\n"
        "[overview(load_policy(name)) for name in shipped()]; load_national()\n"
        "print([m for m in ('pandas', 'numpy', 'openpyxl', 'sqlalchemy', 'rapidfuzz') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
