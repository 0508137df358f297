"""The public list (公示): who is to be paid what, with nothing in it that the public may not see.

Built from scratch, never by hiding columns. Identity numbers show area and last four, certificate numbers
that contain an identity are covered alike; no category, telephone, account, age. People of categories that
must not be named appear by institution and headcount only (notice of 2017-12 on publishing the use of
employment funds; domain page, section 7).
"""

from __future__ import annotations

import re
from datetime import date

import pandas as pd

from skillcli.core.identity import mask_public
from skillcli.core.money import uppercase, yuan_text
from skillcli.core.workdays import Span
from skillcli.reports.facts import RunFacts
from skillcli.reports.lines import line_frame
from skillcli.reports.tables import numbered, printed
from skillcli.schema.outputs import OBJECTIONS, PUBLIC_LIST, PUBLIC_UNNAMED
from skillcli.xlsx.book import Book, Sheet

_HOLDER_NUMBERED = "特种作业操作证"
_INSIDE = re.compile(r"(?<![0-9])[0-9]{17}[0-9Xx](?![0-9A-Za-z])")
"""An identity number standing in a longer one; digits of a certificate's own code are no such thing."""
_OBJECTION_ROWS = 15


def publication_book(facts: RunFacts, span: Span, days: int, never_named: list[str]) -> Book:
    """The workbook ``<batch>-公示.xlsx`` of a batch's payable lines.

    ``span``: first and last day of the ``days`` working days; ``never_named``: categories of people
    who are counted, not named.
    """
    lines = line_frame(facts)
    paid = lines.loc[lines["payable"]]
    categories = facts.roster.frame["categories"].fillna("")
    hidden = (
        categories.str.contains("|".join(map(re.escape, never_named))) if never_named else categories.ne(categories)
    )
    unnamed = hidden.reindex(paid["rid"]).to_numpy(dtype=bool)
    named = _public(paid.loc[~unnamed], facts)
    total = int(paid["amount_fen"].sum())
    sheets = [_list_sheet(facts, named, span, days, total)]
    if unnamed.any():
        sheets.append(_unnamed_sheet(facts, paid.loc[unnamed]))
    sheets.append(_objections_sheet(facts))
    return Book(f"{facts.agency}职业技能培训补贴公示 {facts.batch}", tuple(sheets))


def _public(paid: pd.DataFrame, facts: RunFacts) -> pd.DataFrame:
    """The rows as the public may see them; 以工代训 has no institution, its employer stands there."""
    roster = facts.roster.frame
    kind = roster["certificate_kind"].reindex(paid["rid"]).to_numpy()
    number = paid["certificate_no"].fillna("")
    holder = pd.Series(kind == _HOLDER_NUMBERED, index=paid.index)
    covered = number.map(lambda text: _INSIDE.sub(lambda found: mask_public(found[0]), text))
    employer = roster["employer"].reindex(paid["rid"]).set_axis(paid.index)
    return paid.assign(
        masked_id=paid["id_number"].map(mask_public, na_action="ignore"),
        certificate_no=covered.where(~holder, number.map(_cover_number)).replace("", pd.NA).astype("str"),
        institution=paid["institution"].fillna(employer),
    )


def _cover_number(number: str) -> str:
    """A number that is its holder's identity, with or without a letter in front."""
    return number[:1] + mask_public(number[1:]) if number[:1].isalpha() else mask_public(number)


def _list_sheet(facts: RunFacts, named: pd.DataFrame, span: Span, days: int, total: int) -> Sheet:
    policy = facts.policy
    rows = numbered(named)
    amount = int(named["amount_fen"].sum())
    lines = [
        f"根据{policy.full_title}，现将拟发放的职业技能培训补贴予以公示。",
        f"公示时间：{_day(span.first)}至{_day(span.last)}（{days} 个工作日）　　批次：{facts.batch}",
        "公示期内如有异议，请以书面形式实名反映。　受理单位："
        + (facts.agency or "　　　　　　　")
        + "　　电话：　　　　　　　",
    ]
    notes = [
        f"本批次拟补贴总额 {yuan_text(total)} 元（大写：{uppercase(total)}），其中列名 {len(named):,} 条 {yuan_text(amount)} 元。"
    ]
    notes += _alike(rows)
    if span.estimated:
        notes.append("注：公示期内有的日期尚无国家公布的放假安排，按周一至周五推算，请核对。")
    table = printed(PUBLIC_LIST, rows, totals={"number": "合计", "amount_fen": amount}, widths=_WIDTHS)
    return Sheet("公示", (table,), f"{facts.agency}职业技能培训补贴公示", tuple(lines), tuple(notes), landscape=True)


_WIDTHS = {"number": 7, "masked_id": 24, "institution": 24, "occupation": 16, "certificate_no": 27, "line_title": 24}


def _alike(rows: pd.DataFrame) -> list[str]:
    """Different people who look the same once their numbers are covered: named by their 序号."""
    looks = rows.groupby(["name", "masked_id"], dropna=False)
    several = rows[looks["who"].transform("nunique").gt(1)]
    return [
        f"注：序号 {'、'.join(map(str, group['number']))} 姓名和隐去后的号码相同，不是同一个人。"
        for _, group in several.groupby(["name", "masked_id"], dropna=False)
    ]


def _unnamed_sheet(facts: RunFacts, paid: pd.DataFrame) -> Sheet:
    groups = paid.groupby(["institution", "line_title"], dropna=False)
    rows = groups.agg(persons=("who", "nunique"), amount_fen=("amount_fen", "sum")).reset_index()
    totals = {"institution": "合计", "amount_fen": int(rows["amount_fen"].sum())}
    table = printed(PUBLIC_UNNAMED, rows, totals=totals, widths={"institution": 34, "line_title": 28})
    notes = ("注：依照个人信息保护的要求，这些培训只公示培训机构、人数和金额。",)
    title = f"{facts.agency}职业技能培训补贴公示（只公示人数）"
    return Sheet(PUBLIC_UNNAMED.title, (table,), title, (f"批次：{facts.batch}",), notes)


def _objections_sheet(facts: RunFacts) -> Sheet:
    frame = pd.DataFrame(
        {column.key: pd.Series("", index=range(_OBJECTION_ROWS), dtype="str") for column in OBJECTIONS.columns}
    )
    table = printed(
        OBJECTIONS,
        numbered(frame),
        widths={"about": 30, "handled": 30, "by": 22, "on": 14, "outcome": 20, "handler": 12},
    )
    return Sheet(OBJECTIONS.title, (table,), "公示异议登记表", (f"批次：{facts.batch}",))


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
