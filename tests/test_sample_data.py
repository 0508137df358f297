"""The sample rosters: made by their script, and every planted code is found where it was planted."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from skillcli.jobs.catalogue import import_catalogue
from skillcli.jobs.outcome import Outcome
from skillcli.jobs.policies import choose
from skillcli.jobs.references import import_lists
from skillcli.jobs.registers import import_registers
from skillcli.jobs.rulings import import_rulings
from skillcli.jobs.setup import init
from skillcli.jobs.validate import validate
from skillcli.jobs.workspace import Workspace, open_workspace

SAMPLES = Path(__file__).parent.parent / "sample_data"
PLANTED: dict[str, list[dict[str, Any]]] = json.loads((SAMPLES / "planted.json").read_text(encoding="utf-8"))
RUNS = {run["run"]: run for run in PLANTED["runs"]}
CITIES = [name for name in RUNS if "/" not in name]
UNUSABLE = [name for name in RUNS if "/" in name]
OTHER_INPUTS = {"D06"}
"""Found while a grants sheet is judged, not in a roster."""


def office(run: dict[str, Any], folder: Path) -> Workspace | None:
    """A workspace with the run's catalogue and readings; none for a run without a catalogue."""
    if "catalogue" not in run:
        return None
    init(folder / "office", run["policy"])
    workspace = open_workspace(folder / "office")
    stamp = {"at": "2020-01-15T09:00:00", "person": "经办人"}
    import_catalogue(workspace, SAMPLES / run["catalogue"], **stamp)
    import_rulings(workspace, SAMPLES / run["readings"], **stamp)
    if "evaluation" in run:
        import_catalogue(workspace, SAMPLES / run["evaluation"], **stamp)
    if "registers" in run:
        import_registers(workspace, SAMPLES / run["registers"], as_of=date.fromisoformat(run["as_of"]), **stamp)
    if "reference" in run:
        import_lists(workspace, SAMPLES / run["reference"], **stamp)
    return workspace


def validated(run: dict[str, Any], folder: Path) -> Outcome:
    workspace = office(run, folder)
    policy = choose(run["policy"], workspace, folder)
    rosters = [SAMPLES / name for name in run["rosters"]]
    out = folder / "out"
    out.mkdir()
    return validate(rosters, policy, as_of=date.fromisoformat(run["as_of"]), out=out, workspace=workspace)


def found(outcome: Outcome) -> Iterator[tuple[str, str, int, str, str]]:
    """(file, sheet, Excel row, code, line) of every finding."""
    roster = outcome.roster
    for remark in roster.findings:
        place = remark.place
        yield Path(place.file).name, place.sheet, place.row, remark.code, remark.line
    for remark in outcome.decision.findings.to_dict("records"):
        place = roster.place(remark["rid"])
        yield Path(place.file).name, place.sheet, place.row, remark["code"], remark["line"]


def missing(run: dict[str, Any], outcome: Outcome) -> list[dict[str, Any]]:
    """What was planted and not found: in that row (row 0: anywhere in the file), for that line."""
    places = set(found(outcome))
    at_row = {(file, sheet, row, code) for file, sheet, row, code, _ in places}
    at_line = {(file, row, code, line) for file, _, row, code, line in places}
    in_file = {(file, code) for file, _, _, code, _ in places}

    def met(plant: dict[str, Any]) -> bool:
        file = Path(plant["file"]).name
        if not plant["row"]:
            return (file, plant["code"]) in in_file
        if plant["line"] and (file, plant["row"], plant["code"], plant["line"]) not in at_line:
            return False
        if not plant["sheet"]:
            return any((file, row, code) == (file, plant["row"], plant["code"]) for _, _, row, code in at_row)
        return (file, plant["sheet"], plant["row"], plant["code"]) in at_row

    planted = [p for p in PLANTED["planted"] if p["run"] == run["run"] and p["code"] not in OTHER_INPUTS]
    return [plant for plant in planted if not met(plant)]


@pytest.mark.parametrize("name", CITIES)
def test_every_planted_code_is_found_where_it_was_planted(name: str, tmp_path: Path) -> None:
    outcome = validated(RUNS[name], tmp_path)
    assert not outcome.file_refused
    assert missing(RUNS[name], outcome) == []


@pytest.mark.parametrize("name", CITIES)
def test_every_row_of_a_sample_is_read(name: str, tmp_path: Path) -> None:
    """No data row is passed over, no title, total or signature taken for a person."""
    outcome = validated(RUNS[name], tmp_path)
    expected = {n: RUNS[name]["rows"][n] for n in RUNS[name]["rosters"]}
    read = dict.fromkeys(expected, 0)
    for sheet in outcome.roster.sheets:
        read[next(n for n in expected if Path(n).name == Path(sheet.path).name)] += sheet.rows
    assert read == expected


@pytest.mark.parametrize("name", UNUSABLE)
def test_a_file_that_cannot_be_used_is_refused_by_its_code(name: str, tmp_path: Path) -> None:
    outcome = validated(RUNS[name], tmp_path)
    assert outcome.exit_code == 2
    assert missing(RUNS[name], outcome) == []
    assert not list((tmp_path / "out").iterdir())


def test_every_rule_code_is_planted_somewhere() -> None:
    from skillcli.rules import RULES

    planted = {plant["code"] for plant in PLANTED["planted"]}
    assert {rule.code for rule in RULES} - planted == set()


def test_the_script_makes_the_same_bytes_again(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(SAMPLES / "make.py"), str(tmp_path)], check=True)
    made = {p.relative_to(tmp_path): p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    assert made
    for path, data in made.items():
        assert (SAMPLES / path).read_bytes() == data, path
