"""Two clerks at the same moment: one after the other, nobody twice, and whoever has to go is told who is there."""

from __future__ import annotations

import re
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.office import roster, trainee
from faults.place import Clerk, Office, calls, traced
from skillcli.ledger.ledger import Ledger


def words(office: Office, rows: Path) -> list[str]:
    return ["pay", str(rows), "--month", "2020-03", "--as-of", "2020-04-10", "--workspace", str(office.root)]


def at_once(office: Office, *files: Path) -> list[Clerk]:
    """Both started, held, and let go in the same moment."""
    clerks = [office.forks.start(run=words(office, rows), waiting=True) for rows in files]
    time.sleep(0.05)
    for clerk in clerks:
        clerk.go()
    for clerk in clerks:
        clerk.wait()
    return clerks


def one_pair(office: Office, files: tuple[Path, Path], wanted: Counter[int], paid: int) -> list[str]:
    """What was wrong with one pair; ``wanted``: their statuses, ``paid``: how many lines are payable in the end."""
    office.reset()
    clerks = at_once(office, *files)
    with Ledger.open(office.where) as ledger:
        problems, batches = ledger.verify().problems, ledger.batches()
    said = [f"{clerk.wait()}: {clerk.said}" for clerk in clerks]
    wrong = list(problems)
    if Counter(clerk.wait() for clerk in clerks) != wanted:
        wrong.append(f"statuses {said}")
    if int(batches["payable"].sum()) != paid or batches["id"].tolist() != [
        f"2020-03-{number}" for number in range(1, len(set(files)) + 1)
    ]:
        wrong.append(f"booked {batches[['id', 'payable']].to_dict('list')} {said}")
    if len(office.workbooks) != len(set(files)) or office.strays:
        wrong.append(f"files {office.workbooks} {office.strays}")
    return wrong


@pytest.fixture
def pairs(office: Office) -> dict[str, tuple[tuple[Path, Path], Counter[int], int]]:
    """The same roster twice; two rosters with a person in common, who must be paid by one of them alone."""
    one = roster(office.root.parent / "一.xlsx", [trainee(order) for order in (1, 2, 3)])
    two = roster(office.root.parent / "二.xlsx", [trainee(order) for order in (3, 4, 5)])
    return {"the same": ((one, one), Counter({0: 2}), 3), "in common": ((one, two), Counter({0: 1, 1: 1}), 5)}


@pytest.mark.parametrize("pair", ["the same", "in common"])
def test_two_clerks_at_once_both_come_through(
    office: Office, pairs: dict[str, tuple[tuple[Path, Path], Counter[int], int]], pair: str
) -> None:
    assert one_pair(office, *pairs[pair]) == []


@pytest.mark.faults
def test_fifty_pairs_at_once(
    either: Office,
    pairs: dict[str, tuple[tuple[Path, Path], Counter[int], int]],
    counted: Callable[[str], None],
) -> None:
    wrong = [fault for number in range(50) for fault in one_pair(either, *list(pairs.values())[number % 2])]
    counted(f"50 pairs, {len(wrong)} wrong, none deadlocked")
    assert wrong == []


@pytest.mark.faults
@pytest.mark.usefixtures("strace")
def test_who_is_there_is_named_after_ten_seconds(either: Office, tmp_path: Path) -> None:
    """The first clerk is stopped while writing the workbook, which happens inside the transaction."""
    write = next(
        call for call in calls(either.book_anew, either.root, tmp_path) if call.name == "write" and ".part" in call.line
    )
    first = either.book_anew(waiting=True)
    tracer = traced(first, tmp_path / "log", "-e", f"inject={write.name}:signal=STOP:when={write.number}")
    deadline = time.monotonic() + 60
    while not re.search(r"SIGSTOP \{.*\n.*stopped by SIGSTOP", (tmp_path / "log").read_text(errors="replace")):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    begun = time.monotonic()
    second = either.pay()
    assert second.wait() == 2
    assert 10 <= time.monotonic() - begun < 25
    assert re.search(rf"台账正被用户 \S+ 在 \S+ 上运行的 .*（进程 {first.pid}）使用，等了 10 秒", second.said), (
        second.said
    )
    assert "什么也没有入账" in second.said
    first.signal(signal.SIGCONT)
    assert first.wait() == 0, first.said
    tracer.wait()
    assert either.pay().wait() == 0
    assert either.batches == ["2020-03-1"]
