"""Pages say what the rows say; what was booked without them is read from the rows; a changed page stops a report."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import create_engine

from reports.ledgers import living
from skillcli.core.errors import ClerkError
from skillcli.jobs.extract import covered
from skillcli.ledger import pages
from skillcli.ledger.extract import extract
from skillcli.ledger.ledger import Ledger
from skillcli.ledger.migrations.guards import unguard
from skillcli.schema.pages import PAGE

CITY = "taiyuan-2019"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ledger") / "ledger.db"
    living(path, CITY, 200)
    return path


def frames(path: Path, *, paged: bool = True) -> tuple[pd.DataFrame, ...]:
    with Ledger.open(path) as ledger:
        found = ledger.reporting.entries(CITY, ledger.reporting.position(), paged=paged)
    return found.trainings, found.lines, found.reasons


def changed(source: Path, target: Path, *statements: str) -> Path:
    """A copy in which somebody wrote behind the program's back."""
    target.write_bytes(source.read_bytes())
    engine = create_engine(f"sqlite:///{target}")
    with engine.begin() as connection:
        for table in ("line", "training", "sheet_row", "sheet_import"):
            unguard(connection, table)
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()
    return target


def test_pages_say_what_the_rows_say(place: Path) -> None:
    paged, rows = frames(place), frames(place, paged=False)
    assert len(paged[0]) > 100
    for one, other in zip(paged, rows, strict=True):
        pd.testing.assert_frame_equal(one, other)


def test_what_was_booked_without_pages_is_read_from_its_rows(place: Path, tmp_path: Path) -> None:
    pages_of_one = f"kind = '{PAGE.kind}' AND seq = (SELECT min(seq) FROM batch)"
    none = changed(
        place,
        tmp_path / "ledger.db",
        f"DELETE FROM sheet_row WHERE import_id IN (SELECT id FROM sheet_import WHERE {pages_of_one})",
        f"DELETE FROM sheet_import WHERE {pages_of_one}",
    )
    for one, other in zip(frames(none), frames(place), strict=True):
        pd.testing.assert_frame_equal(one, other)


def test_a_changed_page_is_refused_whatever_else_holds(place: Path, tmp_path: Path) -> None:
    other = changed(
        place,
        tmp_path / "ledger.db",
        "UPDATE sheet_row SET cells = replace(cells, 'AAAA', 'AAAB') "
        f"WHERE import_id = (SELECT min(id) FROM sheet_import WHERE kind = '{PAGE.kind}')",
    )
    with pytest.raises(ClerkError, match="列页与入账时不同"):
        frames(other)


def test_a_missing_row_is_refused(place: Path, tmp_path: Path) -> None:
    other = changed(place, tmp_path / "ledger.db", "PRAGMA foreign_keys = OFF", "DELETE FROM line WHERE id = 2")
    with pytest.raises(ClerkError, match="现有"):
        frames(other, paged=False)


def test_pages_of_many_rows_are_several(monkeypatch: pytest.MonkeyPatch, place: Path, tmp_path: Path) -> None:
    monkeypatch.setattr(pages, "_SIZE", 7)
    path = tmp_path / "ledger.db"
    living(path, CITY, 200)
    for one, other in zip(frames(path), frames(place), strict=True):
        pd.testing.assert_frame_equal(one, other)


def test_auditors_are_given_no_pages(place: Path) -> None:
    with Ledger.open(place) as ledger:
        tables = extract(ledger).tables
    assert not tables["sheet_import"]["kind"].eq(PAGE.kind).any()
    assert not covered("sheet_row", tables["sheet_row"])["cells"].str.contains('"data"').any()
