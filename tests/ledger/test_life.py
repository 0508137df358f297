"""Statuses, catalogues, readings, backups: everything else that is chained."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from skillcli.core.errors import ClerkError
from skillcli.ledger.imports import dtypes
from skillcli.ledger.ledger import Ledger
from skillcli.policy.model import Ruling
from skillcli.schema.catalogue import Catalogue
from skillcli.schema.column import Table
from skillcli.schema.inputs import CATALOGUE_BODIES, CATALOGUE_ITEMS, CATALOGUE_SHORTAGE

from .build import AT, plain_run

FILE = {"at": AT, "person": "李", "path": "目录.xlsx", "sha256": "ab" * 32}


def sheet_of(sheet: Table, *rows: dict[str, object]) -> pd.DataFrame:
    """A sheet's frame from rows that name only what they hold."""
    return pd.DataFrame(
        {key: pd.Series([row.get(key) for row in rows], dtype=dtype) for key, dtype in dtypes(sheet).items()}
    )


@pytest.mark.parametrize(
    "steps",
    [
        ["published", "approved", "sent", "paid", "closed"],
        ["published", "approved", "sent", "partly_paid", "paid", "closed"],
        ["published", "approved", "sent", "partly_paid", "closed"],
        ["void"],
        ["published", "void"],
    ],
)
def test_a_batch_goes_its_way_step_by_step(ledger: Ledger, steps: list[str]) -> None:
    booked = ledger.book(plain_run().batch(ledger))
    for step in steps:
        after = ledger.set_status(booked.id, step, at=f"{AT[:-1]}1Z", person="李科长", document=f"文{step}")
        assert (after.status, after.document) == (step, f"文{step}")
    events = ledger.batch_events(booked.id)
    assert events["status"].tolist() == ["draft", *steps]
    assert events["person"].tolist() == ["王经办", *["李科长"] * len(steps)]
    assert ledger.verify().ok


@pytest.mark.parametrize(
    ("before", "wrong"),
    [
        ([], "approved"),
        ([], "paid"),
        ([], "draft"),
        (["published"], "sent"),
        (["published", "approved"], "void"),
        (["published", "approved", "sent", "paid"], "void"),
        (["void"], "published"),
        (["void"], "void"),
        ([], "nonsense"),
    ],
)
def test_a_step_out_of_turn_is_refused(ledger: Ledger, before: list[str], wrong: str) -> None:
    booked = ledger.book(plain_run().batch(ledger))
    for step in before:
        ledger.set_status(booked.id, step, at=AT, person="李")
    head = ledger.head()
    with pytest.raises(ClerkError):
        ledger.set_status(booked.id, wrong, at=AT, person="李")
    assert ledger.head() == head


def test_a_batch_that_is_not_there_is_said_so(ledger: Ledger) -> None:
    with pytest.raises(ClerkError, match="2020-03-7"):
        ledger.batch("2020-03-7")
    with pytest.raises(ClerkError, match="2020-03-7"):
        ledger.load_batch("2020-03-7")


def test_all_batches_stand_in_one_frame(ledger: Ledger) -> None:
    assert ledger.batches().empty
    ledger.book(plain_run(salt=1).batch(ledger))
    ledger.book(plain_run(salt=2).batch(ledger, "2020-01"))
    ledger.set_status("2020-03-1", "void", at=AT, person="李")
    frame = ledger.batches()
    assert frame["id"].tolist() == ["2020-03-1", "2020-01-1"]
    assert frame["status"].tolist() == ["void", "draft"]
    assert frame["amount_fen"].tolist() == [400000, 400000]
    assert str(frame["as_of"].dtype) == "datetime64[s]"


def test_catalogue_sheets_come_back_and_later_imports_replace_them(ledger: Ledger) -> None:
    assert ledger.catalogue() == Catalogue()
    items = sheet_of(
        CATALOGUE_ITEMS,
        {"occupation": "焊工", "level": "初级工", "price_fen": 150000, "valid_from": pd.Timestamp("2019-01-01")},
        {"occupation": "茶艺师", "price_fen": 80000},
    )
    bodies = sheet_of(CATALOGUE_BODIES, {"institution": "第一学校", "account": "6228480000000000000"})
    ledger.import_catalogue(Catalogue(items=items, bodies=bodies), **FILE)
    first = ledger.last()
    found = ledger.catalogue()
    pd.testing.assert_frame_equal(found.items, items)
    pd.testing.assert_frame_equal(found.bodies, bodies)
    assert found.shortage is None

    dearer = sheet_of(CATALOGUE_ITEMS, {"occupation": "焊工", "price_fen": 160000})
    ledger.import_catalogue(Catalogue(items=dearer), **FILE)
    pd.testing.assert_frame_equal(ledger.catalogue().items, dearer)
    pd.testing.assert_frame_equal(ledger.catalogue().bodies, bodies)
    assert first is not None
    pd.testing.assert_frame_equal(ledger.catalogue(upto=first.seq).items, items)
    assert ledger.sheet_versions()["sheet"].tolist() == ["培训项目", "机构", "培训项目"]
    assert ledger.verify().ok


def test_an_imported_empty_sheet_is_not_a_missing_one(ledger: Ledger) -> None:
    ledger.import_sheet(CATALOGUE_SHORTAGE, sheet_of(CATALOGUE_SHORTAGE), **FILE)
    shortage = ledger.catalogue().shortage
    assert shortage is not None
    assert shortage.empty


def test_the_newest_reading_is_in_force_and_the_older_can_be_asked(ledger: Ledger) -> None:
    old, new = Ruling(value=True, document="1号"), Ruling(value=False, document="2号")
    ledger.import_rulings("linkou-2019", {"a": old, "b": old}, at=AT, person="张")
    before = ledger.last()
    ledger.import_rulings("linkou-2019", {"a": new}, at=AT, person="张")
    assert ledger.rulings("linkou-2019") == {"a": new, "b": old}
    assert ledger.rulings("taiyuan-2019") == {}
    assert before is not None
    assert ledger.rulings("linkou-2019", upto=before.seq) == {"a": old, "b": old}


def test_a_backup_is_a_whole_ledger(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "备份.sqlite"
    with Ledger.open(path, create=True) as ledger:
        ledger.book(plain_run().batch(ledger))
        ledger.backup(target)
        with Ledger.open(target) as copy:
            assert copy.verify() == ledger.verify()
            assert copy.verify().ok
            assert copy.book(plain_run(salt=5).batch(copy)).id == "2020-03-2"
        with pytest.raises(ClerkError, match="已存在"):
            ledger.backup(target)


@pytest.mark.postgres
def test_a_servers_ledger_is_backed_up_by_the_server(new_database: str, tmp_path: Path) -> None:
    with Ledger.open(new_database, create=True) as ledger, pytest.raises(ClerkError, match="PostgreSQL"):
        ledger.backup(tmp_path / "x")
    assert not (tmp_path / "x").exists()
