"""The report workbook of a quarter, a year or any period, from the ledger's frames alone."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from skillcli.reports.adjustments import adjustment_sheet
from skillcli.reports.appraisal import appraisal_sheet
from skillcli.reports.breakdowns import category_sheet, kind_sheet, level_sheet, measures, place_sheet, project_sheet
from skillcli.reports.comparison import comparison_sheet
from skillcli.reports.counting import Counted, Slice
from skillcli.reports.cover import cover_sheet, explanation_sheet
from skillcli.reports.employment import employment_of_year, employment_sheet
from skillcli.reports.flow import flow_sheet
from skillcli.reports.funding import advance_sheet, fund_sheet, public_sheet
from skillcli.reports.identities import HELD, UNDECIDED
from skillcli.reports.open_matters import matters_sheet
from skillcli.reports.period_facts import Clock, EarlierIssue, PeriodFacts
from skillcli.reports.refusal_causes import institution_sheet, refusal_sheet
from skillcli.reports.skills import focus_sheet, programme_sheet, skill_sheet
from skillcli.reports.supervision import published_sheet, supervision_sheet
from skillcli.reports.tally import count
from skillcli.reports.targets import progress, target_sheet
from skillcli.reports.upward import upward_sheet
from skillcli.reports.yearly import exemption_sheet, staff_funds_sheet
from skillcli.xlsx.book import Book, Sheet

AMOUNTS = ("金额（元）", "支出（元）")
"""Titles of the columns whose totals are the money of the period."""
MONEY_SHEETS = (
    "按补贴项目",
    "按培训类型",
    "按人员类别",
    "按技能等级和证书类型",
    "按培训机构",
    "按资金渠道",
    "补贴资金使用情况公开表",
)
"""Sheets in which every table of money totals the whole period."""


def title_of(facts: PeriodFacts) -> str:
    """``2020年第一季度报告``, which is also the file's name; a clock of its own is part of it."""
    by = "" if facts.clock is Clock.USUAL else f"（按{facts.clock.words}）"
    return f"{facts.period.title}报告{by}"


class Report(Struct, frozen=True):
    """The workbook ``2020年第一季度报告.xlsx``, and its figures as a whole: ``totals`` (``breakdowns.MEASURES``) and one
    record a target (``targets.progress``)."""

    book: Book
    totals: dict[str, int]
    targets: list[dict[str, object]]
    waiting: dict[str, int]
    """Lines of the period that are held or undecided (``lines``), and the money they would be (``stake_fen``)."""
    employment: dict[str, int] | None
    """Of the period's last year: ``trainees``, ``tracked``, ``employed``; None while nobody was followed up."""


def make_report(facts: PeriodFacts, earlier: EarlierIssue | None = None) -> Report:
    """Make the report.

    ``earlier``: the report of the same period written before, to list what differs. Raises RuntimeError (our own
    bug) when a sheet's money is not the ledger's.
    """
    counted = count(facts.entries, facts.policy, facts.clock)
    sheets = compared_sheets(facts, counted)
    totals = measures(counted.within(facts.period))
    _check(sheets, totals)
    cover = cover_sheet(facts, counted, counted.within(facts.period), f"{facts.agency}职业技能培训{title_of(facts)}")
    last = (adjustment_sheet(facts, sheets, earlier), explanation_sheet(facts))
    book = Book(f"{facts.agency}职业技能培训{title_of(facts)}", (cover, *sheets, *last))
    return Report(
        book, totals, progress(facts, counted), _waiting(counted.within(facts.period)), employment_of_year(facts)
    )


def _waiting(cut: Slice) -> dict[str, int]:
    lines = cut.lines[cut.lines["outcome"].isin([HELD, UNDECIDED])]
    return {"lines": len(lines), "stake_fen": int(lines["proposed_fen"].fillna(0).sum())}


def compared_sheets(facts: PeriodFacts, counted: Counted) -> tuple[Sheet, ...]:
    """Every sheet of figures, in order."""
    cut = counted.within(facts.period)
    sheets = (
        target_sheet(facts, counted),
        project_sheet(facts, counted, cut),
        kind_sheet(facts, counted, cut),
        category_sheet(facts, counted, cut),
        level_sheet(facts, counted, cut),
        place_sheet(facts, counted, cut),
        institution_sheet(facts, counted, cut),
        fund_sheet(facts, counted, cut),
        refusal_sheet(facts, counted, cut),
        advance_sheet(facts),
        matters_sheet(facts, counted),
        comparison_sheet(facts, counted),
        public_sheet(facts, counted, cut),
        *_of_registers(facts, counted, cut),
    )
    return (*sheets, *_of_a_year(facts, counted, cut)) if facts.kind == "annual" else sheets


def _of_registers(facts: PeriodFacts, counted: Counted, cut: Slice) -> Iterator[Sheet]:
    yield employment_sheet(facts)
    yield flow_sheet(facts, counted, cut)
    yield skill_sheet(facts, counted, cut)
    focus = focus_sheet(facts, counted, cut)
    if focus is not None:
        yield focus
    yield programme_sheet(facts, counted, cut)
    yield supervision_sheet(facts, counted)
    yield published_sheet(facts)
    yield upward_sheet(facts, counted, cut)


def _of_a_year(facts: PeriodFacts, counted: Counted, cut: Slice) -> Iterator[Sheet]:
    yield appraisal_sheet(facts, counted, cut)
    for sheet in (exemption_sheet(facts), staff_funds_sheet(facts)):
        if sheet is not None:
            yield sheet


def _check(sheets: tuple[Sheet, ...], found: dict[str, int]) -> None:
    """Every total of money is the ledger's, and where rows add up they add up to it."""
    for sheet in sheets:
        for table in sheet.tables:
            for title in AMOUNTS:
                total = table.totals.get(title)
                if total is None:
                    continue
                rows = int(table.frame[title].sum())
                if total != found["amount_fen"] or (rows != total and sheet.name != "按人员类别"):
                    raise RuntimeError(
                        f"{sheet.name}: {title} totals {total}, rows {rows}, ledger {found['amount_fen']}"
                    )
