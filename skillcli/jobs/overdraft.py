"""Whether a batch would spend more of a fund than the fund register says has arrived."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.money import yuan_text
from skillcli.ledger.registers import Registers
from skillcli.ledger.spending import advanced, by_fund
from skillcli.schema.registers import ARRIVED, DONATED, FUNDS, OTHER_USE

if TYPE_CHECKING:
    from skillcli.ledger.ledger import Ledger
    from skillcli.schema.decision import Decision


def overdrawn(ledger: Ledger, decision: Decision, upto: int | None = None) -> tuple[str, ...]:
    """One sentence with its figures for each fund that the decision's payable lines would overdraw, the ledger standing
    as of transaction ``upto`` (None: now). Empty where no fund register was ever imported. What was paid in advance and is
    still open names no fund: it is held against each."""
    register = Registers(ledger, upto).read(FUNDS)
    if register is None:
        return ()
    now = decision.lines.groupby("fund")["amount_fen"].sum()
    wanted = {str(fund): int(amount) for fund, amount in now.items() if fund and amount}
    if not wanted:
        return ()
    sums = register.groupby(["fund", "kind"])["amount_fen"].sum()
    spent, ahead = by_fund(ledger, upto), advanced(ledger, upto)
    told = []
    for fund, amount in sorted(wanted.items()):
        arrived = sum(int(sums.get((fund, kind), 0)) for kind in (ARRIVED, DONATED))
        other, before = int(sums.get((fund, OTHER_USE), 0)), spent.get(fund, 0)
        left = arrived - other - before
        if amount > left - ahead:
            short = amount - left
            open_ = f"先行拨付还没有抵扣或退回的有 {yuan_text(ahead)} 元，不分资金渠道" if ahead else ""
            parts = (f"超出 {yuan_text(short)} 元" if short > 0 else f"剩 {yuan_text(-short)} 元", open_)
            told.append(
                f"{fund}：到位（含捐赠）{yuan_text(arrived)} 元，非补贴支出 {yuan_text(other)} 元，"
                f"以前批次 {yuan_text(before)} 元，可用 {yuan_text(left)} 元；本批次 {yuan_text(amount)} 元，"
                + "；".join(part for part in parts if part)
            )
    return tuple(told)
