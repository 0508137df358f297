"""The sums that must agree before a payment workbook leaves the house."""

from __future__ import annotations

from skillcli.xlsx.book import Book

_AMOUNT = "金额（元）"


def check_sums(book: Book, paid_fen: int) -> None:
    """Compare the sheets of a payment workbook with each other and with what is paid (fen).

    Summary = lines = personal list + institutions and employers = column of 申报核减情况, and every
    printed total is the sum of its rows; each row of 申报核减情况 closes. Raises RuntimeError.
    """
    summary = book["拨付汇总"].tables[0].frame
    lines = book["拨付明细"].tables[0].frame
    personal = book["个人补贴发放花名册"].tables[0].frame
    others = lines.loc[lines["收款方类型"] != "个人", _AMOUNT].sum()
    reduction = book["申报核减情况"].tables[0].frame
    sums = {
        "拨付汇总": summary[_AMOUNT].sum(),
        "拨付明细": lines[_AMOUNT].sum(),
        "个人补贴发放花名册 and other payees": personal[_AMOUNT].sum() + others,
        "申报核减情况": reduction["拟补贴金额（元）"].sum(),
        "total of 拨付汇总": _total(book, "拨付汇总", _AMOUNT),
        "total of 拨付明细": _total(book, "拨付明细", _AMOUNT),
        "total of 申报核减情况": _total(book, "申报核减情况", "拟补贴金额（元）"),
    }
    wrong = {name: int(amount) for name, amount in sums.items() if int(amount) != paid_fen}
    if wrong:
        raise RuntimeError(f"sums differ from the {paid_fen} fen that are paid: {wrong}")
    parts = reduction.drop(columns=["培训机构", "申报人次", "申报条数", "拟补贴金额（元）"]).sum(axis=1)
    if not (parts == reduction["申报条数"]).all():
        raise RuntimeError("a row of 申报核减情况 does not close")


def check_netting(book: Book, due_fen: int, kept_fen: int) -> None:
    """The sheet 抵扣, where there is one, against what is due and kept back (fen). Raises RuntimeError."""
    if not kept_fen:
        return
    payees, details, funds = book["抵扣"].tables
    sums = {
        "抵扣 of payees": (payees.frame["抵扣（元）"].sum(), kept_fen),
        "抵扣 of lines": (details.frame["抵扣（元）"].sum(), kept_fen),
        "应付 by fund": (funds.frame["应付（元）"].sum(), due_fen),
        "抵扣 by fund": (funds.frame["抵扣（元）"].sum(), kept_fen),
        "实付 by fund": (funds.frame["实付（元）"].sum(), due_fen - kept_fen),
        "printed 实付": (funds.totals["实付（元）"], due_fen - kept_fen),
    }
    wrong = {name: (int(str(found)), wanted) for name, (found, wanted) in sums.items() if int(str(found)) != wanted}
    if wrong or bool((payees.frame["实付（元）"] < 0).any()):
        raise RuntimeError(f"netting does not add up: {wrong}")


def _total(book: Book, sheet: str, title: str) -> int:
    return int(str(book[sheet].tables[0].totals[title]))
