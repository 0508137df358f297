"""What a check returns: problems, counts, and what may be expected."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from skillcli.reports.estimate import estimate_book
from skillcli.reports.findings import problem_frame
from skillcli.reports.marks import annotation
from skillcli.schema import outputs
from skillcli.xlsx.book import Book
from skillcli.xlsx.dump import dump

from .run import facts

GOLDEN = Path(__file__).parents[1] / "golden"


def test_the_whole_workbook_reads_as_agreed(golden) -> None:
    golden(GOLDEN / "estimate_book.txt", dump(estimate_book(facts())))


def test_problems_have_the_agreed_titles_and_are_ordered_by_rule() -> None:
    run = facts()
    table = annotation(run, run.roster.sheets[0].path).listed.frame
    assert list(table.columns) == [column.title for column in outputs.PROBLEMS.columns]
    assert table["规则"].is_monotonic_increasing


def test_every_finding_of_intake_and_rules_is_there_once() -> None:
    run = facts()
    assert len(problem_frame(run)) == len(run.decision.findings) + len(run.roster.findings)


def test_one_file_gets_its_own_findings_and_lines_only() -> None:
    book = estimate_book(facts(), "上报/新天地.xlsx")
    assert set(book["问题汇总"].tables[0].frame["规则"]) == {"E00", "E09", "P04", "P10", "T10"}
    assert set(book["测算明细"].tables[0].frame["来源文件"]) == {"新天地.xlsx"}
    with pytest.raises(KeyError):
        estimate_book(facts(), "别的.xlsx")


def test_counts_say_how_often_each_rule_fired() -> None:
    run = facts()
    table = estimate_book(run)["问题汇总"].tables[0]
    assert table.totals["件数"] == table.frame["件数"].sum() == len(problem_frame(run))


def test_the_receipt_stands_in_the_explanation() -> None:
    text = dump(Book("x", (estimate_book(replace(facts(), receipt="SK1-20200410-1-2"))["说明"],)))
    assert "收据号" in text
    assert "SK1-20200410-1-2" in text


def test_the_estimate_adds_up_and_says_what_waits() -> None:
    table = estimate_book(facts())["补贴测算"].tables[0]
    parts = table.frame[["拟补贴条数", "不予补贴", "待核实", "待明确"]].sum(axis=1)
    assert (parts == table.frame["申报条数"]).all()
    assert table.totals["拟补贴金额（元）"] == 257_501
    assert table.totals["待核实待明确涉及金额（元）"] == 600_000


def test_what_was_not_checked_stands_on_the_estimate() -> None:
    notes = estimate_book(facts())["补贴测算"].notes
    assert any(note.startswith("未核对 T11") for note in notes)


def test_identity_numbers_never_stand_whole_in_what_an_institution_gets() -> None:
    text = dump(estimate_book(facts()))
    assert not any(number in text for number in facts().roster.frame["id_number"])


def test_one_file_of_a_run_stands_by_itself() -> None:
    run = facts()
    parts = [run.of_file(sheet.path) for sheet in run.roster.sheets]
    assert [len(part.roster.frame) for part in parts] == [4, 4]
    assert sum(len(part.decision.lines) for part in parts) == len(run.decision.lines)
    assert sum(len(part.decision.findings) for part in parts) == len(run.decision.findings)
    for part in parts:
        assert list(part.roster.frame.index) == list(range(4))
        assert list(part.decision.lines.index) == list(range(len(part.decision.lines)))
        assert part.roster.frame["source"].eq(0).all()
        assert len(part.line_numbers) == len(part.decision.lines)
    second = parts[1]
    names = second.roster.frame["name"].take(second.decision.lines["rid"].to_numpy()).tolist()
    assert names == ["=李四", "王五", "赵六"]
    assert second.line_numbers.tolist() == ["2020-03-1/000008", "2020-03-1/000009", "2020-03-1/000010"]
