"""Making 目录公布稿: the catalogues in force, marked with what changed, scanned for numbers nobody may read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from msgspec import Struct

from skillcli.core.errors import ClerkError
from skillcli.jobs.policies import policy_of
from skillcli.jobs.publication import refuse_leaks
from skillcli.jobs.workspace import Workspace
from skillcli.ledger.chain import china_day
from skillcli.reports.catalogue import CHANGED, GONE, NEW, Edition, catalogue_book, listed
from skillcli.schema.inputs import CATALOGUE, CATALOGUE_BODIES
from skillcli.xlsx.leak import scan
from skillcli.xlsx.write import stage

if TYPE_CHECKING:
    from datetime import date

    from skillcli.ledger.ledger import Ledger
    from skillcli.schema.column import Table

FOLDER = "目录公布稿"


class Published(Struct, frozen=True):
    """One sheet of the list: entries in force and, against the version of ``since`` (None: there is none), how many
    are new, changed and gone."""

    sheet: str
    entries: int
    since: date | None
    new: int
    changed: int
    gone: int


class CatalogueList(Struct, frozen=True):
    """The workbook written and what stands in it, sheet by sheet."""

    path: Path
    sheets: tuple[Published, ...]


def publish_catalogue(workspace: Workspace, *, as_of: date, since: date | None = None) -> CatalogueList:
    """Write ``输出/目录公布稿/<day>-目录公布稿.xlsx`` from the catalogues the ledger holds.

    Each sheet is compared with its version at the end of ``since``, by default with the import before the newest,
    as that stood on the day it was brought in. Nothing is booked: what was published where is entered in the register
    公开登记. Raises ClerkError when no catalogue was imported, when ``since`` is not before ``as_of``, or when the file would
    show an identity, telephone or account number.
    """
    from skillcli.ledger.ledger import Ledger

    if since is not None and since >= as_of:
        raise ClerkError(f"比较的日期 {since} 要早于公布的日期 {as_of}。", "请改 --since 或 --as-of。")
    with Ledger.open(workspace.ledger) as ledger:
        versions = ledger.sheet_versions()
        versions = versions[versions["kind"].eq(CATALOGUE[0].kind)]
        editions = tuple(
            edition
            for sheet in CATALOGUE
            if (edition := _edition(ledger, sheet, versions[versions["sheet"].eq(sheet.title)], since, as_of))
            is not None
        )
        if not editions:
            raise ClerkError("还没有导入过目录，没有可以公布的。", "请先用 skillcli catalog import 导入目录。")
        policy = policy_of(workspace, ledger)
        lists = tuple((edition, listed(edition, as_of)) for edition in editions)
        book = catalogue_book(lists, workspace.agency, as_of, ledger.head(), f"{policy.full_title}，编号 {policy.id}")
        bodies = ledger.sheet(CATALOGUE_BODIES)
    accounts = set() if bodies is None else set(bodies["account"].dropna())
    staged = stage(book, workspace.output / FOLDER, f"{as_of}-目录公布稿.xlsx")
    try:
        refuse_leaks(
            scan(staged.temporary, accounts), "目录公布稿", "请看目录里名称、文号等栏是不是误填了号码，改正后重新导入。"
        )
    except BaseException:
        staged.discard()
        raise
    return CatalogueList(staged.publish(), tuple(_published(edition, rows) for edition, rows in lists))


def _edition(ledger: Ledger, sheet: Table, versions: pd.DataFrame, since: date | None, day: date) -> Edition | None:
    """The newest version of a sheet and the one to compare with; None for a sheet never imported."""
    rows = ledger.sheet(sheet)
    if rows is None:
        return None
    earlier = versions.iloc[:-1] if since is None else versions[versions["at"].map(china_day) <= since]
    if earlier.empty:
        return Edition(sheet, rows)
    last = earlier.iloc[-1]
    return Edition(sheet, rows, ledger.sheet(sheet, upto=int(last["seq"])), since or min(day, china_day(last["at"])))


def _published(edition: Edition, rows: pd.DataFrame) -> Published:
    change = rows["change"]
    count = {word: int(change.eq(word).sum()) for word in (NEW, CHANGED, GONE)}
    compared = edition.earlier is not None
    return Published(
        edition.sheet.title,
        len(change) - count[GONE],
        edition.since if compared else None,
        count[NEW],
        count[CHANGED],
        count[GONE],
    )
