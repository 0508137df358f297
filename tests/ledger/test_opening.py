"""What stands in the way of opening or writing a ledger is said in one plain sentence."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
from pathlib import Path

import pytest
from sqlalchemy import event

from skillcli.core.errors import ClerkError
from skillcli.ledger import connect
from skillcli.ledger.define import METADATA
from skillcli.ledger.ledger import Ledger
from skillcli.ledger.tables import KNOWN, VERSION

from .build import plain_run
from .test_tampering import TABLES

OLD = sorted(Path(__file__).with_name("data").glob("version-*.sqlite"))


def refused(path: Path | str) -> str:
    with pytest.raises(ClerkError) as caught, Ledger.open(path):
        pass
    assert caught.value.exit_code == 2
    assert caught.value.remedy
    return str(caught.value)


def test_a_missing_ledger_is_not_made_by_the_way(path: Path) -> None:
    assert "找不到台账" in refused(path)
    assert not path.exists()


@pytest.mark.parametrize("content", [b"x" * 5000, b"PK\x03\x04" + bytes(3000)])
def test_a_file_that_is_no_ledger_is_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    assert "不是台账文件" in refused(path)
    assert path.read_bytes() == content


def test_another_programs_database_is_refused_and_left_alone(path: Path) -> None:
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE other (x)")
    database.close()
    before = path.read_bytes()
    assert "不是 skillcli 的台账" in refused(path)
    assert path.read_bytes() == before


def test_a_damaged_ledger_is_said_to_be_damaged(path: Path) -> None:
    with Ledger.open(path, create=True) as ledger:
        ledger.book(plain_run(40).batch(ledger))
    content = bytearray(path.read_bytes())
    content[4096 * 3 : 4096 * 90] = os.urandom(4096 * 87)
    path.write_bytes(content[: 4096 * 90])
    with pytest.raises(ClerkError, match="损坏"), Ledger.open(path) as ledger:
        ledger.verify()


def test_a_newer_ledger_is_refused_and_left_alone(path: Path) -> None:
    Ledger.open(path, create=True).close()
    database = sqlite3.connect(path)
    for action in ("update", "delete"):
        database.execute(f"DROP TRIGGER alembic_version_no_{action}")
    database.execute("UPDATE alembic_version SET version_num = '0999'")
    database.commit()
    database.close()
    before = path.read_bytes()
    assert "0999" in refused(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("folder", ["OneDrive", "OneDrive - 人社局", "坚果云", "Dropbox"])
def test_a_synchronised_folder_is_refused(tmp_path: Path, folder: str) -> None:
    place = tmp_path / folder
    place.mkdir()
    with pytest.raises(ClerkError, match="同步"):
        Ledger.open(place / "台账.sqlite", create=True)
    assert list(place.iterdir()) == []


def test_a_network_path_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connect, "NETWORK", frozenset({connect._file_system(tmp_path)}))
    with pytest.raises(ClerkError, match="网络盘"):
        Ledger.open(tmp_path / "台账.sqlite", create=True)


def test_a_read_only_ledger_can_be_read_but_not_written(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Ledger.open(path, create=True) as ledger:
        ledger.book(plain_run(salt=1).batch(ledger))
    path.chmod(stat.S_IRUSR)
    if os.access(path, os.W_OK):  # the superuser may write anything: take the answer away instead
        monkeypatch.setattr(os, "access", lambda *_: False)
    with Ledger.open(path) as ledger:
        assert ledger.verify().ok
        assert not ledger.history(ledger_keys()).trainings.empty
        with pytest.raises(ClerkError, match="不能写入"):
            ledger.book(plain_run(salt=2).batch(ledger))
    path.chmod(stat.S_IRUSR | stat.S_IWUSR)


def ledger_keys() -> object:
    from .build import keys

    return keys(persons=[100, 101])


def test_who_holds_the_ledger_is_named(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connect, "WAIT_SECONDS", 0)
    with Ledger.open(path, create=True) as first, Ledger.open(path) as second:
        waiting = plain_run(salt=2).batch(second)

        def meanwhile(_: object) -> None:
            assert second.head() == "0" * 64
            with pytest.raises(ClerkError, match=rf"进程 {os.getpid()}.*什么也没有入账"):
                second.book(waiting)

        assert first.book(plain_run(salt=1).batch(first), meanwhile).id == "2020-03-1"
        assert second.book(plain_run(salt=2).batch(second)).id == "2020-03-2"
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_full_disk_books_nothing(path: Path) -> None:
    with Ledger.open(path, create=True) as ledger:
        ledger.book(plain_run(salt=1).batch(ledger))
        head = ledger.head()

        @event.listens_for(ledger._engine, "begin")
        def full(connection: object) -> None:
            connection.exec_driver_sql("PRAGMA max_page_count = 1")  # type: ignore[attr-defined]

        with pytest.raises(ClerkError, match=r"磁盘已满，什么也没有入账"):
            ledger.book(plain_run(300, salt=2).batch(ledger))
        assert ledger.head() == head
        assert ledger.verify().ok


@pytest.mark.parametrize("old", OLD, ids=lambda path: path.stem)
def test_an_old_ledger_is_brought_up_to_date(old: Path, path: Path) -> None:
    shutil.copy(old, path)
    with Ledger.open(path) as ledger:
        assert ledger.verify().ok
        assert ledger.batches()["id"].tolist() == ["2020-03-1", "2020-03-2"]
        assert len(ledger.load_batch("2020-03-2").roster.frame) == 3
        assert ledger.book(plain_run(salt=9).batch(ledger)).id == "2020-03-3"
        assert ledger.verify().ok
    with Ledger.open(path) as ledger:
        assert len(ledger.batches()) == 3
    fresh = path.with_name("fresh.sqlite")
    Ledger.open(fresh, create=True).close()
    assert described(path) == described(fresh)


def test_every_older_version_has_its_fixture() -> None:
    assert [path.stem for path in OLD] == [f"version-{int(version)}" for version in KNOWN if version != VERSION]


def test_a_migration_that_breaks_leaves_the_old_ledger(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(OLD[0], path)
    before = path.read_bytes()

    from skillcli.ledger import migrate

    def broken(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(migrate, "guard", broken)
        with pytest.raises(KeyboardInterrupt):
            Ledger.open(path)
    assert path.read_bytes() == before
    with Ledger.open(path) as ledger:
        assert ledger.verify().ok


def test_the_migrations_build_the_tables_the_program_expects(path: Path) -> None:
    Ledger.open(path, create=True).close()
    expected = path.with_name("expected.sqlite")
    engine = connect.sqlite_engine(expected, writable=True, create=True)
    METADATA.create_all(engine)
    engine.dispose()
    for table in TABLES:
        assert described(path)[table] == described(expected)[table]


def described(path: Path) -> dict[str, object]:
    """Columns, keys, checks and indexes of every table, whatever their order in the file."""
    database = sqlite3.connect(path)
    found: dict[str, object] = {}
    for name, sql in database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall():
        indexes = {
            (
                unique,
                origin,
                partial,
                tuple(row[2] for row in database.execute(f'SELECT * FROM pragma_index_info("{index}")')),
            )
            for _, index, unique, origin, partial in database.execute(f'SELECT * FROM pragma_index_list("{name}")')
        }
        columns = database.execute(f'SELECT name, type, "notnull", dflt_value, pk FROM pragma_table_info("{name}")')
        found[name] = (columns.fetchall(), indexes, sql.count("CHECK"), "STRICT" in sql)
    database.close()
    return found
