"""目录公布稿: the office's catalogues as the public may read them, with what changed since the last version.

Both texts have their catalogues published (LK 五（三）, TY 三（四）). Bank and account of an institution are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from msgspec import Struct

from skillcli import __version__
from skillcli.reports.provenance import provenance_sheet
from skillcli.reports.tables import numbered, printed
from skillcli.schema.column import Column, Kind
from skillcli.schema.written import cell_text
from skillcli.xlsx.book import Book, Sheet

if TYPE_CHECKING:
    from datetime import date

    from skillcli.schema.column import Table

NEW, CHANGED, GONE, SAME = "新增", "调整", "取消", ""
_UNPUBLISHED = frozenset({"bank", "account"})
_KEYS = ("occupation", "institution", "name", "level", "body_kind")
_NUMBER = Column("number", "序号", Kind.WHOLE)
_CHANGE = Column("change", "变化", Kind.TEXT)
_BEFORE = Column("before", "调整内容", Kind.TEXT)
_WIDTHS = {
    "number": 7,
    "occupation": 22,
    "institution": 30,
    "name": 24,
    "uscc": 22,
    "document": 22,
    "change": 8,
    "before": 34,
}


class Edition(Struct, frozen=True):
    """A catalogue sheet as it is to be published: ``rows`` in the sheet's columns; ``earlier`` those of the version
    before, None where there is none; ``since``: the day that version is looked at on."""

    sheet: Table
    rows: pd.DataFrame
    earlier: pd.DataFrame | None = None
    since: date | None = None


def listed(edition: Edition, day: date) -> pd.DataFrame:
    """The rows to print: those that have not run out by ``day``, in the catalogue's order, each with ``change`` and
    ``before`` (str); then those that the earlier version held on its day and this one does not.

    Rows are the same entry when name or occupation, level and kind agree; where a catalogue holds several of one
    entry (one after the other in time), the first is compared with the first, and so on.
    """
    columns = published(edition.sheet)
    now = _standing(edition.rows, day)
    if edition.earlier is None or edition.since is None:
        return _marked(now, SAME, "")
    old = _standing(edition.earlier, edition.since)
    texts, old_texts = _texts(now, columns), _texts(old, columns)
    entries, old_entries = _entries(texts), _entries(old_texts)
    told = _told(texts.set_axis(entries, axis="index"), old_texts.set_axis(old_entries, axis="index"), columns)
    known = entries.isin(old_entries)
    change = pd.Series(NEW, index=now.index, dtype="str").mask(known, SAME).mask(told.ne("").to_numpy(), CHANGED)
    gone = old[~old_entries.isin(entries)]
    return pd.concat([_marked(now, change, told.set_axis(now.index)), _marked(gone, GONE, "")], ignore_index=True)


def _marked(rows: pd.DataFrame, change: pd.Series | str, before: pd.Series | str) -> pd.DataFrame:
    return rows.assign(change=change, before=before).astype({"change": "str", "before": "str"})


def _told(texts: pd.DataFrame, before: pd.DataFrame, columns: tuple[Column, ...]) -> pd.Series:
    """What of each entry (index of ``texts``) read otherwise before; "" of those that are new."""
    same = before.reindex(texts.index)
    parts = [
        (column.title + "原为" + same[column.key].replace("", "空白") + "；").where(
            same[column.key].notna() & same[column.key].ne(texts[column.key]), ""
        )
        for column in columns
    ]
    whole: pd.Series = pd.concat(parts, axis="columns").sum(axis="columns").str.rstrip("；")
    return whole


def published(sheet: Table) -> tuple[Column, ...]:
    """The columns of a catalogue sheet that may be published."""
    return tuple(column for column in sheet.columns if column.key not in _UNPUBLISHED)


def _standing(rows: pd.DataFrame, day: date) -> pd.DataFrame:
    """Rows that have not run out by ``day``; those that begin later are told already."""
    last = rows["valid_to"]
    return rows[last.isna() | last.ge(pd.Timestamp(day))].reset_index(drop=True)


def _texts(rows: pd.DataFrame, columns: tuple[Column, ...]) -> pd.DataFrame:
    return pd.DataFrame({column.key: cell_text(rows[column.key], column.kind) for column in columns})


def _entries(texts: pd.DataFrame) -> pd.Index:
    """Which entry each row is, and the how-manieth of it."""
    whole: pd.Series = (texts[[key for key in _KEYS if key in texts]] + "\x1f").sum(axis="columns")
    place: pd.Series = whole.groupby(whole).cumcount().astype("str")
    return pd.Index(whole + place, dtype="str")


def catalogue_book(
    lists: tuple[tuple[Edition, pd.DataFrame], ...], agency: str, day: date, head: str, policy: str
) -> Book:
    """The workbook 目录公布稿; each edition with its ``listed`` rows."""
    title = f"{agency}职业技能培训目录"
    sources = {edition.sheet.title: _source(edition, rows) for edition, rows in lists}
    items = {"单位": agency, "公布日期": str(day), "政策": policy, "台账链头": head, "工具": f"skillcli {__version__}"}
    sheets = (_sheet(edition, rows, title, day) for edition, rows in lists)
    return Book(title, (*sheets, provenance_sheet({**items, **sources})))


def _sheet(edition: Edition, rows: pd.DataFrame, title: str, day: date) -> Sheet:
    compared = edition.earlier is not None
    columns = (_NUMBER, *published(edition.sheet), *((_CHANGE, _BEFORE) if compared else ()))
    notes = [
        "注：失效日期空白的长期有效；技能等级空白的适用各等级。" if "level" in rows else "注：失效日期空白的长期有效。"
    ]
    if compared:
        notes.append(f"注：“变化”与 {edition.since} 有效的上一版比较；标“取消”的不再有效，列在最后。")
    else:
        notes.append("注：没有上一版，没有比较。")
    table = printed(columns, numbered(rows), widths=_WIDTHS)
    lines = (f"公布日期：{day}　　共 {int(rows['change'].ne(GONE).sum()):,} 项",)
    return Sheet(edition.sheet.title, (table,), f"{title}：{edition.sheet.title}", lines, tuple(notes))


def _source(edition: Edition, rows: pd.DataFrame) -> str:
    count = rows["change"].value_counts()
    parts = [f"{word} {count.get(word, 0):,}" for word in (NEW, CHANGED, GONE)]
    there = int(rows["change"].ne(GONE).sum())
    return f"{there:,} 项" + (f"，与上一版比较：{'，'.join(parts)}" if edition.earlier is not None else "，没有上一版")
