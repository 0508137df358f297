"""An audit over the exports of many ledgers: what it finds between two cities, and the same on every engine."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from jobs.two_batches import Office, Row
from rules.build import person_id
from skillcli.core.errors import ClerkError
from skillcli.jobs.audit_across import AuditedAcross, Engine, Resources, audit_across
from skillcli.jobs.engines import cluster, one, pool
from skillcli.jobs.engines.exports import Chunk, chunks, find_exports, policy_texts
from skillcli.jobs.extract import export
from skillcli.jobs.progress import Silent
from skillcli.policy.load import load_national, policy_file, policy_from_text
from skillcli.rules.across.parts import Setting
from tests.bench.exports import exports

AS_OF = date(2021, 12, 31)


@pytest.fixture(scope="module")
def cities(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two offices that paid some of the same people, each in its own ledger, exported."""
    folder = tmp_path_factory.mktemp("cities")
    first, second = (folder / name for name in ("甲", "乙"))
    for path in (first, second):
        path.mkdir()
    office = Office(first, "linkou-2019")
    account = {"account": "6212288802000001666", "payer": "个人缴费"}
    office.pay(
        [person(office, 1), person(office, 2), person(office, 3), person(office, 4), person(office, 5, **account)]
    )
    write(office, folder / "各地" / "甲市")
    other = Office(second, "linkou-2019")
    elsewhere = {"institution": "别处职业培训学校", "occupation": "焊工", "certificate_no": "S000023123456205999991"}
    other.pay(
        [
            person(other, 1),
            person(other, 2, **elsewhere),
            person(other, 6, certificate_no=person(office, 3)["certificate_no"]),
            person(other, 4, result="不合格"),
            person(other, 7, **account),
        ]
    )
    write(other, folder / "各地" / "乙市")
    return folder / "各地"


def person(office: Office, number: int, **changes: object) -> Row:
    """A clean training of somebody who shares neither name nor telephone with anybody."""
    return office.row(
        number, **{"name": f"李{'一二三四五六七'[number - 1]}", "phone": f"1390000000{number}", **changes}
    )


def write(office: Office, folder: Path, *, reveal: bool = True) -> None:
    folder.parent.mkdir(exist_ok=True)
    export(office.workspace, folder, xlsx=False, parquet=True, reveal=reveal)


def run(folder: Path, out: Path, **more: object) -> AuditedAcross:
    return audit_across([folder], engine=Engine.ONE, as_of=AS_OF, out=out, **more)  # type: ignore[arg-type]


def said(done: AuditedAcross, flag: str) -> list[str]:
    rows = done.facts.rows
    return rows.loc[rows["flag"].eq(flag), "message"].tolist()


def test_what_two_cities_paid_twice_is_found(cities: Path, tmp_path: Path) -> None:
    done = run(cities, tmp_path)
    counts = {name: count for name, count in done.facts.groups.items() if count}
    assert counts == {"C03": 1, "D01": 1, "T05": 1, "account_shared": 1}
    assert done.facts.rows["across"].eq("是").all()
    (again,) = said(done, "D01")
    assert "〔" in again
    assert "是同一次培训" in again
    assert all("〔" in message for message in [*said(done, "C03"), *said(done, "T05")])
    assert sorted(done.facts.ledgers["ledger_name"]) == ["乙市", "甲市"]


def test_each_policys_limit_is_counted_over_its_own_rows(tmp_path: Path) -> None:
    """Two cities under each of two policies that ask the same questions: a person twice under one, two under the other."""
    alike = tmp_path / "alike.toml"
    alike.write_text(policy_file("linkou-2019").replace('"linkou-2019"', '"alike-2019"', 1), encoding="utf-8")
    for policy, numbers in ((str(alike), (1,)), ("linkou-2019", (2, 3))):
        for town in "甲乙":
            folder = tmp_path / Path(policy).stem / town
            folder.mkdir(parents=True)
            office = Office(folder, policy)
            office.pay([person(office, n, **in_town(town, n)) for n in numbers])
            write(office, tmp_path / "各地" / f"{office.policy.id}{town}")
    found = run(tmp_path / "各地", tmp_path / "out").facts.rows
    twice = found.loc[found["flag"].eq("D02"), "ledger_name"]
    assert sorted(twice) == ["alike-2019乙", "linkou-2019乙", "linkou-2019乙"]


def in_town(town: str, number: int) -> Row:
    """What makes the person's training another one in the second town."""
    own = {"institution": "别处职业培训学校", "certificate_no": f"S000023123456205999999{number}"}
    return own if town == "乙" else {}


def test_a_training_refused_in_one_city_is_nobodys_second(cities: Path, tmp_path: Path) -> None:
    rows = run(cities, tmp_path).facts.rows
    assert len(rows) > 0
    assert not rows["id_number"].eq(person_id(4)).any()


def test_the_workbook_opens_and_holds_the_rows(cities: Path, tmp_path: Path) -> None:
    done = run(cities, tmp_path)
    book = openpyxl.load_workbook(done.outputs[0])
    assert book.sheetnames == ["汇总", "疑点", "说明"]
    texts = [str(value) for row in book["疑点"].iter_rows(values_only=True) for value in row if value is not None]
    assert {"甲市", "乙市", "跨台账"} <= set(texts)


def test_what_the_sheet_cannot_hold_stands_beside_it(cities: Path, tmp_path: Path) -> None:
    done = run(cities, tmp_path, most_rows=2)
    count = len(done.facts.rows)
    assert [path.name for path in done.outputs] == ["审计疑点.xlsx", "审计疑点.parquet"]
    assert len(pd.read_parquet(done.outputs[1])) == count
    sheet = openpyxl.load_workbook(done.outputs[0])["疑点"]
    words = " ".join(str(value) for row in sheet.iter_rows(values_only=True) for value in row if value is not None)
    assert f"共 {count} 行，本表列出前 2 行" in words


def test_a_voided_batch_is_nobodys_second(tmp_path: Path) -> None:
    for name in ("甲", "乙"):
        (tmp_path / name).mkdir()
        office = Office(tmp_path / name, "linkou-2019")
        office.pay([office.row(1)])
        if name == "乙":
            office.void("2020-05-1")
        write(office, tmp_path / "各地" / f"{name}市")
    assert said(run(tmp_path / "各地", tmp_path / "out"), "D01") == []


def test_an_export_with_covered_numbers_is_refused(tmp_path: Path) -> None:
    office = Office(tmp_path, "linkou-2019")
    office.pay([office.row(1)])
    write(office, tmp_path / "各地" / "甲市", reveal=False)
    with pytest.raises(ClerkError, match="遮盖"):
        run(tmp_path / "各地", tmp_path / "out")


def test_a_folder_without_an_export_and_a_scheduler_without_dask_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ClerkError, match=r"没有台账导出"):
        run(tmp_path, tmp_path / "out")
    with pytest.raises(ClerkError, match="--scheduler"):
        run(tmp_path, tmp_path / "out", resources=Resources(scheduler="tcp://127.0.0.1:1"))


# The same on every engine


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Chunk], Setting, pd.DataFrame]:
    """Three cities of 2,000 trainings, and what one process finds."""
    found = find_exports([exports(tmp_path_factory.mktemp("made"), 6000, a_city=2000, group=1000)])
    every = chunks(found)
    setting = setting_of(found)
    alone = one.run(every, setting, Silent())
    assert {"C03", "D01", "D02", "T05", "account_shared"} <= set(alone["flag"])
    return every, setting, alone


def setting_of(found: tuple) -> Setting:  # type: ignore[type-arg]
    policies = {name: policy_from_text(name, text, {}) for name, text in policy_texts(found).items()}
    names = tuple(each.name for each in found)
    return Setting(load_national().flag_values(AS_OF), names, policies, pd.Timestamp(AS_OF))


def test_the_order_of_the_rows_changes_nothing(many: tuple[list[Chunk], Setting, pd.DataFrame]) -> None:
    every, setting, alone = many
    pd.testing.assert_frame_equal(one.run(every[::-1], setting, Silent()), alone)


@pytest.mark.whole
@pytest.mark.parametrize("rows_a_bucket", [700, 6000])
def test_a_pool_finds_the_same_rows(many: tuple[list[Chunk], Setting, pd.DataFrame], rows_a_bucket: int) -> None:
    every, setting, alone = many
    found = pool.run(every, setting, Silent(), workers=2, rows_a_bucket=rows_a_bucket)
    pd.testing.assert_frame_equal(found, alone)


@pytest.mark.whole
def test_dask_finds_the_same_rows(many: tuple[list[Chunk], Setting, pd.DataFrame]) -> None:
    from distributed import Client

    every, setting, alone = many
    with Client(processes=False, n_workers=2, threads_per_worker=1, dashboard_address=None) as client:
        found = cluster.run(every, setting, Silent(), client=client, rows_a_partition=1500)
    pd.testing.assert_frame_equal(found, alone)


@pytest.mark.whole
def test_a_running_scheduler_gives_the_same_workbook(cities: Path, tmp_path: Path) -> None:
    from distributed import LocalCluster

    alone = run(cities, tmp_path / "one")
    with LocalCluster(
        processes=False, protocol="tcp://", n_workers=1, threads_per_worker=1, dashboard_address=None
    ) as workers:
        given = Resources(scheduler=workers.scheduler_address)
        spread = audit_across([cities], engine=Engine.DASK, as_of=AS_OF, out=tmp_path / "dask", resources=given)
    assert spread.outputs[0].read_bytes() == alone.outputs[0].read_bytes()


@pytest.mark.slow
@pytest.mark.faults
def test_a_worker_killed_in_the_middle_changes_nothing(
    many: tuple[list[Chunk], Setting, pd.DataFrame], tmp_path: Path
) -> None:
    every, setting, alone = many
    killed: list[int] = []
    with cluster.connected(None, workers=2, scratch=tmp_path) as client:
        progress = _AfterTheFirst()

        def kill() -> None:
            progress.first.wait(120)
            time.sleep(0.2)
            pids = client.run(os.getpid)
            killed.append(next(iter(pids.values())))
            os.kill(killed[0], signal.SIGKILL)

        killer = threading.Thread(target=kill)
        killer.start()
        found = cluster.run(every, setting, progress, client=client, rows_a_partition=1500)
        killer.join()
        assert killed[0] not in client.run(os.getpid).values()
    pd.testing.assert_frame_equal(found, alone)


class _AfterTheFirst(Silent):
    """Tells when the first key is done."""

    def __init__(self) -> None:
        self.first = threading.Event()

    def advance(self, steps: int = 1) -> None:
        self.first.set()


def test_the_workers_of_a_killed_pool_end_too() -> None:
    """A worker waits for work that nobody will send any more, with the memory it has."""
    program = (
        "import os, multiprocessing as m\n"
        "from concurrent.futures import ProcessPoolExecutor\n"
        "from skillcli.jobs.engines.pool import end_with_the_command\n"
        "if __name__ == '__main__':\n"
        "    context = m.get_context('spawn')\n"
        "    with ProcessPoolExecutor(2, mp_context=context, initializer=end_with_the_command) as pool:\n"
        "        for _ in range(2): print(pool.submit(os.getpid).result(), flush=True)\n"
        "        os.kill(os.getpid(), 9)\n"
    )
    # what is printed ends when the last process that could print has ended
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=False, timeout=60
    )
    assert told.returncode == -signal.SIGKILL
    assert told.stdout.split()


@pytest.mark.whole
@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise there")
def test_an_audit_ended_from_outside_leaves_no_numbers_behind(
    many: tuple[list[Chunk], Setting, pd.DataFrame], tmp_path: Path
) -> None:
    ledgers = Path(many[0][0].export.folder).parent
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    command = [str(Path(sys.executable).with_name("skillcli")), "audit", "--ledgers", str(ledgers), "--engine", "pool"]
    command += ["--workers", "2", "--scratch", str(scratch), "--out", str(tmp_path / "out"), "--quiet"]
    child = subprocess.Popen(command, stderr=subprocess.PIPE, encoding="utf-8")
    deadline = time.monotonic() + 60
    while not list(scratch.glob("skillcli-audit-*/*.parquet")):
        assert time.monotonic() < deadline
        assert child.poll() is None
        time.sleep(0.01)
    child.send_signal(signal.SIGTERM)
    _, shown = child.communicate(timeout=60)
    assert child.returncode == 130, shown
    assert shown.startswith("已中断")
    assert not list(scratch.iterdir())
