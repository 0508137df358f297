"""The power goes at any moment of a payment: before or after, and what was acknowledged is there; without fsync it is not."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path
from zipfile import BadZipFile, ZipFile

import pytest

from faults.place import BATCH, Office, Tally
from faults.power import Deed, Disk, recorded
from skillcli.core.errors import ClerkError
from skillcli.ledger.ledger import Ledger

pytestmark = pytest.mark.usefixtures("strace")
SHARES = (0.0, 1.0, 0.5, 0.2, 0.8)
"""How much of what was not forced to disk is there all the same."""


def moments(deeds: list[Deed], count: int, chance: random.Random) -> list[int]:
    """Just before and after everything that is forced to disk or named, the end, and as many moments at random as fit."""
    telling = [place for place, deed in enumerate(deeds) if deed.name in ("sync", "rename", "unlink", "create")]
    around = sorted({place + step for place in telling for step in (0, 1)} | {len(deeds)})
    if len(around) > count:
        return sorted({*chance.sample(around[:-1], count - 1), len(deeds)})
    return sorted([*around, *(chance.randrange(len(deeds)) for _ in range(count - len(around)))])


def files(root: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def found_again(office: Office, content: dict[str, bytes]) -> None:
    """Put the workspace into the state in which the power cut left it."""
    shutil.rmtree(office.root)
    shutil.copytree(office.pristine, office.root)
    for path in office.root.rglob("*"):
        if path.is_file() and str(path) not in content:
            path.unlink()
    for name, held in content.items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(held)


def amiss(office: Office, acknowledged: bool, tally: Tally) -> str:
    """What a clerk finds amiss after the power is back; "" where the ledger stands before or after, and no sheet is torn
    or without its batch."""
    try:
        with Ledger.open(office.where) as ledger:
            problems = ledger.verify().problems
            booked = [] if problems else ledger.batches()["id"].tolist()
    except ClerkError as error:
        return f"broken: {error}"
    if problems:
        return f"broken: {problems[0]}"
    if booked not in ([], [BATCH]):
        return f"broken: {booked}"
    tally.found["batch booked" if booked else "nothing booked"] += 1
    if acknowledged and not booked:
        return "lost: it was acknowledged"
    sheets = office.workbooks
    if sheets and not booked:
        return "a sheet without its batch"
    for sheet in sheets:
        try:
            bad = ZipFile(sheet).testzip()
        except BadZipFile:
            bad = sheet.name
        if bad:
            return f"a torn sheet: {sheet.name}"
    return ""


def cuts(office: Office, deeds: list[Deed], count: int, seed: int, *, acknowledged: int = 0) -> Tally:
    """So many power cuts during the run that did these deeds, and some (``acknowledged``, else a tenth more) after it."""
    chance, tally = random.Random(seed), Tally()
    before = files(office.pristine)
    before = {name.replace(str(office.pristine), str(office.root), 1): held for name, held in before.items()}
    places = moments(deeds, count, chance)
    places += [len(deeds)] * (acknowledged or count // 10)
    disk, done = Disk(before), 0
    for number, place in enumerate(sorted(places)):
        for deed in deeds[done:place]:
            disk.do(deed)
        done = place
        found_again(office, disk.after_a_cut(chance, SHARES[number % len(SHARES)]))
        found = amiss(office, place == len(deeds), tally)
        tally.found["cuts"] += 1
        tally.found["acknowledged before"] += place == len(deeds)
        if found:
            tally.found[found.partition(":")[0]] += 1
            tally.wrong.append(f"cut {number} before call {place} of {len(deeds)}: {found}")
    return tally


def unforced(office: Office) -> Callable[..., object]:
    """The same run on a ledger whose connection forces nothing to disk."""
    return lambda **order: office.book_anew(unforced=True, **order)


def test_a_power_cut_loses_nothing_acknowledged(office: Office, tmp_path: Path) -> None:
    deeds = recorded(office.book_anew, office.root, tmp_path)
    tally = cuts(office, deeds, 30, seed=5)
    assert not tally.wrong, "\n".join(tally.wrong)
    assert tally.found["nothing booked"]
    assert tally.found["batch booked"]


@pytest.mark.faults
def test_five_hundred_power_cuts_lose_nothing_acknowledged(
    office: Office, tmp_path: Path, counted: Callable[[str], None]
) -> None:
    deeds = recorded(office.book_anew, office.root, tmp_path)
    tally = cuts(office, deeds, 500, seed=6)
    counted(f"{len(deeds)} calls; {tally}")
    assert not tally.wrong, "\n".join(tally.wrong)
    assert tally.found["acknowledged before"] >= 50


def test_without_forcing_the_ledger_to_disk_it_is_lost_or_broken(
    office: Office, tmp_path: Path, counted: Callable[[str], None]
) -> None:
    """The control: were it not for fsync, the cuts above would have to hurt."""
    deeds = recorded(unforced(office), office.root, tmp_path)
    ledger = [deed.name for deed in deeds if Path(deed.path).name.startswith("ledger.db")]
    assert "write" in ledger
    assert "sync" not in ledger
    tally = cuts(office, deeds, 40, seed=7)
    counted(str(tally))
    assert tally.found["lost"] >= 1
    assert tally.found["broken"] >= 1


def test_without_forcing_folders_to_disk_what_was_acknowledged_is_lost(
    office: Office, tmp_path: Path, counted: Callable[[str], None]
) -> None:
    """The second control: the journal that was taken away comes back and undoes the payment."""
    deeds = recorded(office.book_anew, office.root, tmp_path)
    folders = {str(Path(deed.path).parent) for deed in deeds}
    kept = [deed for deed in deeds if deed.name != "sync" or deed.path not in folders]
    assert len(kept) < len(deeds)
    tally = cuts(office, kept, 2, seed=8, acknowledged=30)
    counted(str(tally))
    assert tally.found["lost"] >= 1
