"""The ledger's own fixtures and the command line's offices serve here too."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.conftest import _built, _no_log_at_home, _paid, paid, place
from ledger.conftest import ledger, new_database, path, where

from .office import Desk

__all__ = [
    "_built",
    "_no_log_at_home",
    "_paid",
    "ledger",
    "new_database",
    "paid",
    "path",
    "place",
    "where",
]


@pytest.fixture(scope="session")
def _unapproved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = Desk(tmp_path_factory.mktemp("desk"))
    made.make()
    return made.folder


@pytest.fixture
def unapproved(_unapproved: Path, tmp_path: Path, settle: Callable[[Path], None]) -> Desk:
    """A fresh copy of the office with its draft."""
    made = Desk(Path(shutil.copytree(_unapproved, tmp_path / "desk")))
    settle(made.root)
    return made


@pytest.fixture(scope="session")
def _approved(_unapproved: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = Desk(Path(shutil.copytree(_unapproved, tmp_path_factory.mktemp("approved") / "desk")))
    made.approve()
    return made.folder


@pytest.fixture
def desk(_approved: Path, tmp_path: Path, settle: Callable[[Path], None]) -> Desk:
    """A fresh copy of the office with its batch approved."""
    made = Desk(Path(shutil.copytree(_approved, tmp_path / "desk")))
    settle(made.root)
    return made
