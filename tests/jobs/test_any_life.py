"""Batches, answers, approvals, readings, returns, reversals in any order: nobody twice, and ledger = sheets = report."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, settings

from jobs.life import AnyLife

PROFILE = settings(
    deadline=None,
    phases=(Phase.explicit, Phase.generate),  # every step runs whole commands: shrinking would take hours
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


class TestAFewLives(AnyLife.TestCase):  # type: ignore[name-defined,misc]
    settings = settings(PROFILE, max_examples=1, stateful_step_count=10)


@pytest.mark.faults
class TestManyLives(AnyLife.TestCase):  # type: ignore[name-defined,misc]
    settings = settings(PROFILE, max_examples=30, stateful_step_count=25)
