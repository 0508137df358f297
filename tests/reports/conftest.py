"""The ledgers that the tests of reports share."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports.ledgers import ANSWERS, living

CITIES = tuple(ANSWERS)


@pytest.fixture(scope="session", params=CITIES)
def ledger(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A ledger with a life, and its policy; only read."""
    path = tmp_path_factory.mktemp("living") / "ledger.db"
    living(path, request.param)
    return path, request.param
