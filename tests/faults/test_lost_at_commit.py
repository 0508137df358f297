"""The line to the server breaks at COMMIT: the clerk is told that nobody knows, and the second run makes it one batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from faults.place import BATCH, UNSURE, Office, Tally
from faults.wire import Wire
from postgres import Server
from skillcli.cli.app import main
from skillcli.ledger.ledger import Ledger

pytestmark = pytest.mark.postgres
Lay = Callable[..., Wire]


@pytest.fixture
def office(_on_a_server: Office) -> Office:
    """Ledger on a server, nothing booked."""
    _on_a_server.reset()
    return _on_a_server


@pytest.fixture
def lay(office: Office) -> Iterator[Lay]:
    """Puts a wire between the office and its server."""
    assert office.server is not None
    port = _port(office.server)
    laid: list[Wire] = []

    def between(**how: object) -> Wire:
        wire = Wire(port, **how)  # type: ignore[arg-type]
        laid.append(wire)
        settings = office.root / "skillcli.toml"
        text = settings.read_text(encoding="utf-8")
        assert f":{port}/" in text
        settings.write_text(text.replace(f":{port}/", f":{wire.port}/"), encoding="utf-8")
        return wire

    yield between
    for wire in laid:
        wire.close()


def _port(server: Server) -> int:
    return int(server.url.rpartition("/")[0].rpartition(":")[2])


def ended_by_the_server(office: Office) -> Callable[[], None]:
    """What an administrator does to whoever is connected to the office's database."""
    server, name = office.server, str(office.where).rpartition("/")[2]
    assert server is not None

    def deed() -> None:
        done = server.do(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'")
        assert (True,) in done

    return deed


def pay(office: Office) -> int:
    words = ["pay", str(office.roster), "--month", "2020-03", "--as-of", "2020-04-10"]
    return main([*words, "--workspace", str(office.root), "--quiet"])


def wires(office: Office) -> dict[str, dict[str, object]]:
    return {
        "COMMIT never arrived": {},
        "the answer to COMMIT was lost": {"answered": True},
        "the server ended the connection": {"deed": ended_by_the_server(office)},
    }


@pytest.mark.parametrize(
    ("where", "booked"),
    [
        ("COMMIT never arrived", False),
        ("the answer to COMMIT was lost", True),
        ("the server ended the connection", False),
    ],
)
def test_a_payment_whose_commit_is_unsure_says_so_and_is_one_batch_in_the_end(
    office: Office, lay: Lay, capsys: pytest.CaptureFixture[str], where: str, booked: bool
) -> None:
    wire = lay(**wires(office)[where])
    assert pay(office) == 2
    said = capsys.readouterr().err
    assert wire.cut
    assert said.count("\n") == 2, said
    assert UNSURE in said
    assert "skillcli batch list" in said
    assert "再运行一次同一条命令" in said
    assert "Traceback" not in said
    assert office.batches == ([BATCH] if booked else [])
    assert office.workbooks == []
    assert office.strays == []

    assert main(["batch", "list", "--workspace", str(office.root)]) == 0
    assert (BATCH in capsys.readouterr().out) == booked
    assert pay(office) == 0
    assert office.batches == [BATCH]
    assert [path.name for path in office.workbooks] == [f"{BATCH}-拨付.xlsx"]
    with Ledger.open(office.where) as ledger:
        assert ledger.verify().ok
        assert ledger.batches()["amount_fen"].tolist() == [90000]


def broken_at(office: Office, wire: Wire, said: str, tally: Tally) -> None:
    """What must hold after the line broke, and after the next run."""
    assert wire.cut, said
    assert "Traceback" not in said, said
    booked = office.batches
    assert booked in ([], [BATCH]), said
    assert not booked or UNSURE in said, f"refused and booked: {said}"
    assert UNSURE in said or "什么也没有入账" in said or "连不上" in said, said
    assert office.workbooks == [], said
    assert office.strays == [], said
    tally.found["batch booked" if booked else "nothing booked"] += 1
    tally.found["unsure"] += UNSURE in said
    assert pay(office) == 0
    assert office.batches == [BATCH]


@pytest.mark.faults
@pytest.mark.parametrize("share", range(8))
@pytest.mark.parametrize("answered", [False, True])
def test_the_line_breaks_at_every_message(
    office: Office,
    lay: Lay,
    capsys: pytest.CaptureFixture[str],
    answered: bool,
    share: int,
    counted: Callable[[str], None],
) -> None:
    whole = lay(nth=10**9)
    assert pay(office) == 0
    tally = Tally()
    for number in range(whole.heard - share, 0, -8):
        office.reset()
        wire = lay(nth=number, answered=answered)
        capsys.readouterr()
        with tally.case():
            status = pay(office)
            said = capsys.readouterr().err
            assert status in (0, 2), f"message {number}: {status} {said}"
            if status == 0:  # the batch was booked and the line was only being closed
                tally.found["completed"] += 1
                assert office.batches == [BATCH], f"message {number}"
                assert office.workbooks, f"message {number}"
            else:
                broken_at(office, wire, f"message {number}: {said}", tally)
    counted(f"{whole.heard} messages; of this share: {tally}")
    assert tally.found["completed"] <= 3
    assert not tally.wrong, "\n".join(tally.wrong)


@pytest.mark.parametrize("answered", [False, True])
def test_another_step_whose_commit_is_unsure_says_to_look_first(
    office: Office, lay: Lay, capsys: pytest.CaptureFixture[str], answered: bool
) -> None:
    assert pay(office) == 0
    wire = lay(answered=answered)
    void = ["batch", "void", BATCH, "--document", "重报", "--workspace", str(office.root), "--quiet"]
    assert main(void) == 2
    said = capsys.readouterr().err
    assert wire.cut
    assert UNSURE in said
    assert "没有记上的，再运行同一条命令" in said
    with Ledger.open(office.where) as ledger:
        assert ledger.batch(BATCH).status == ("void" if answered else "draft")
        assert ledger.verify().ok


@pytest.mark.parametrize("message", ['COPY "line"', 'FROM "receivable"', "FROM wanted_text", "FROM journal"])
def test_a_line_that_breaks_before_commit_says_that_nothing_was_booked(
    office: Office,
    lay: Lay,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    message: str,
) -> None:
    wire = lay(at=message.encode())
    assert pay(office) == 2
    assert wire.cut
    assert "什么也没有入账" in capsys.readouterr().err
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
    assert office.batches == []
    assert office.strays == []
