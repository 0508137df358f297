"""Rows joined column-wise read back exactly as rows written cell by cell with XlsxWriter."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pandas as pd
import pytest
import xlsxwriter

from skillcli.xlsx.book import Book, Kind, Sheet, Table

from .books import HEADS, frame
from .readback import by_calamine, by_openpyxl, written

WORDS = ["张三", "古丽·阿依", "𠮷䶮", "=1+1", "a & <b>", "", "两 行\n文字", " 前空格", "-5", "0012"]


def cell_by_cell(table: Table) -> bytes:
    stream = BytesIO()
    workbook = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = workbook.add_worksheet("表")
    day = workbook.add_format({"num_format": "yyyy-mm-dd"})
    plain = workbook.add_format()
    for column, head in enumerate(table.heads):
        sheet.write_string(0, column, head.title)
        for row, value in enumerate(table.frame[head.title], start=1):
            if pd.isna(value) or value == "":
                sheet.write_blank(row, column, None, plain)
            elif head.kind is Kind.DATE:
                sheet.write_datetime(row, column, value.to_pydatetime(), day)
            elif head.kind is Kind.MONEY:
                sheet.write_number(row, column, value / 100)
            elif head.kind is Kind.PERCENT:
                sheet.write_number(row, column, value / 10_000)
            elif head.kind is Kind.WHOLE:
                sheet.write_number(row, column, value)
            else:
                sheet.write_string(row, column, value)
    workbook.close()
    return stream.getvalue()


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("read", [by_openpyxl, by_calamine])
def test_both_ways_read_back_equal(read, seed: int) -> None:
    chance = np.random.default_rng(seed)
    data = frame(list(np.array(WORDS, dtype=object)[chance.integers(0, len(WORDS), 700)]))
    amounts = pd.Series(chance.integers(-(10**11), 10**11, 700), dtype="Int64")
    data["金额（元）"] = amounts.mask(pd.Series(chance.random(700) < 0.1))
    table = Table(HEADS, data.sample(frac=1, random_state=seed))
    assert read(written(Book("书", (Sheet("表", (table,)),))), "表") == read(cell_by_cell(table), "表")
