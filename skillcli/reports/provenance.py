"""The sheet 说明 of a workbook that is made of no single run: what it rests on, item by item."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from skillcli.reports.tables import printed
from skillcli.schema.outputs import EXPLANATION, FACTS
from skillcli.xlsx.book import Sheet, Table


def provenance_sheet(items: Mapping[str, str], *tables: Table, notes: tuple[str, ...] = ()) -> Sheet:
    """Items that are blank are left out; ``tables`` stand below them."""
    told = {item: content for item, content in items.items() if content}
    frame = pd.DataFrame({"item": list(told), "content": list(told.values())}, dtype="str")
    facts = printed(FACTS, frame, caption="基本情况", widths={"item": 18, "content": 80})
    return Sheet(EXPLANATION, (facts, *tables), EXPLANATION, (), notes)
