"""Days, money, whole numbers and percentages: one form a row, what is not sure is not read."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillcli.intake import dates, numbers

DAY = datetime.date(2019, 7, 1)


@pytest.mark.parametrize(
    "text",
    [
        "2019.7.1",
        "2019.07.01",
        "2019年7月1日",
        "2019 年 7 月 1 日",
        "2019年7月1号",
        "2019/7/1",
        "2019-7-1",
        "2019-07-01",
        "20190701",
        "２０１９．７．１",
        "２０１９年７月１日",
        " 2019-07-01 ",
        "2019-07-01 00:00:00",
        "2019-07-01 23:59:59.999",
        "2019-07-01T08:30:00Z",
        "2019/7/1 8:30",
        "2019－7－1",
        "2019—7—1",
    ],
)
def test_every_common_form_is_the_same_day(text: str) -> None:
    assert dates.day(text) == DAY


@pytest.mark.parametrize(
    "text",
    [
        "2019.02.30",
        "2019-13-01",
        "2019-00-10",
        "2019.7",
        "2019年7月",
        "七月",
        "19.7.1",
        "19-07-01",
        "07/01/2019",
        "1/7/2019",
        "2019.7.1-7.15",
        "待定",
        "201971",
        "2019071",
        "190701",
        "43647",
        "2019年7-1",
        "0",
        "60",
        "1899-12-31",
        "2019.7.1.2",
        "20190701001",
    ],
)
def test_a_doubtful_day_is_not_read(text: str) -> None:
    assert dates.day(text) is None


@pytest.mark.parametrize(
    ("number", "date1904", "day"),
    [
        (43647.0, False, DAY),
        (43647.75, False, DAY),
        (43647.0 - 1462, True, DAY),
        (20190701.0, False, DAY),
        (0.0, False, None),
        (60.0, False, None),
        (2019.7, False, None),
        (19_999.0, False, None),
        (80_001.0, False, None),
        (20191301.0, False, None),
        (-43647.0, False, None),
        (1e300, False, None),
    ],
)
def test_serial_numbers_are_days_only_in_their_range(number: float, date1904: bool, day: datetime.date | None) -> None:
    assert dates.serial(number, date1904) == day


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2020.3.1-3.15", (2020, 3, 1), (2020, 3, 15)),
        ("2020.3.1-2020.3.15", (2020, 3, 1), (2020, 3, 15)),
        ("2020.3.1—15", (2020, 3, 1), (2020, 3, 15)),
        ("2020-03-01至2020-03-15", (2020, 3, 1), (2020, 3, 15)),
        ("2020年3月1日至3月15日", (2020, 3, 1), (2020, 3, 15)),
        ("2020年3月1日-15日", (2020, 3, 1), (2020, 3, 15)),
        ("2020/3/1~2020/3/15", (2020, 3, 1), (2020, 3, 15)),
        ("2020/3/1～3/15", (2020, 3, 1), (2020, 3, 15)),
        ("20200301-20200315", (2020, 3, 1), (2020, 3, 15)),
        ("2020-3-1--2020-3-15", (2020, 3, 1), (2020, 3, 15)),
        ("2020-3-1-3-15", (2020, 3, 1), (2020, 3, 15)),
        ("2020.12.20-2021.1.5", (2020, 12, 20), (2021, 1, 5)),
    ],
)
def test_a_period_in_one_cell(text: str, first: tuple[int, ...], last: tuple[int, ...]) -> None:
    assert dates.period(text) == (datetime.date(*first), datetime.date(*last))


@pytest.mark.parametrize("text", ["2020.12.20-1.5", "2020.3.1", "2020.3-2020.4", "2020.2.30-3.15", "3.1-3.15", "3月"])
def test_a_doubtful_period_is_not_read(text: str) -> None:
    assert dates.period(text) is None


@given(
    st.dates(dates.EARLIEST, dates.LATEST),
    st.sampled_from(["%Y-%m-%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d", "%Y/%m/%d"]),
)
def test_a_written_day_reads_back(day: datetime.date, form: str) -> None:
    assert dates.day(day.strftime(form)) == day


@pytest.mark.parametrize(
    ("cell", "fen"),
    [
        ("1000", 100_000),
        ("1,000元", 100_000),
        ("￥1000.00", 100_000),
        ("¥1,234,567.89", 123_456_789),
        ("１０００", 100_000),
        ("1 000", 100_000),
        ("1000 元整", 100_000),
        ("人民币1000元", 100_000),
        ("1000.000", 100_000),
        ("0.01", 1),
        (1200.5, 120_050),
        (0.1 + 0.2, 30),
        (1000.0, 100_000),
    ],
)
def test_money_is_exact_fen(cell: str | float, fen: int) -> None:
    assert numbers.money(cell, zero=False) == fen


@pytest.mark.parametrize(
    "cell",
    [
        "1000.005",
        "1O00",
        "1e9",
        "1E3",
        "一千元",
        "0.1万",
        "-500",
        "－500",
        "0",
        "0.00",
        "1,00",
        "10,00,000",
        "1000/2000",
    ]
    + ["约1000", "1000以上", "١٠٠٠", 1000.005, -500.0, 0.0, 1e300, float("nan"), float("inf")],
)
def test_what_is_no_amount_is_refused_and_never_cut(cell: str | float) -> None:
    assert numbers.money(cell, zero=False) is None


def test_nought_is_an_amount_where_the_table_allows_it() -> None:
    assert numbers.money("0", zero=True) == 0
    assert numbers.money(0.0, zero=True) == 0


@pytest.mark.parametrize(
    ("cell", "count"),
    [("40", 40), ("40课时", 40), ("12 天", 12), ("6个月", 6), ("４０", 40), (40.0, 40), ("40.0", 40), (0.0, 0)],
)
def test_whole_numbers_with_their_units(cell: str | float, count: int) -> None:
    assert numbers.whole(cell) == count


@pytest.mark.parametrize("cell", ["40.5", 40.5, "-3", -3.0, "四十", "1e2", "40-60", "10000001", 1e300, float("nan")])
def test_what_is_no_whole_number(cell: str | float) -> None:
    assert numbers.whole(cell) is None


@pytest.mark.parametrize(
    ("cell", "hundredths"),
    [("80", 8000), ("80%", 8000), ("８０％", 8000), ("0.8", 8000), (0.8, 8000), (80.0, 8000), (1.0, 10_000)]
    + [("100%", 10_000), ("0.5%", 50), ("98.75%", 9875), (0.0, 0), ("0", 0)],
)
def test_a_share_in_every_form(cell: str | float, hundredths: int) -> None:
    assert numbers.percent(cell) == hundredths


@pytest.mark.parametrize("cell", ["101%", 101.0, "-5%", "全勤", "12.3456%", float("inf")])
def test_what_is_no_share(cell: str | float) -> None:
    assert numbers.percent(cell) is None


@given(st.integers(1, 10**11))
def test_printed_money_reads_back(fen: int) -> None:
    text = f"{fen // 100:,}.{fen % 100:02d}"
    assert numbers.money(text, zero=False) == fen
    assert numbers.money(f"￥{text}元", zero=False) == fen
