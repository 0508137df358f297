"""Advances on registered classes (先行拨付) and their final account."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from msgspec import Struct

from skillcli.core.errors import ClerkError
from skillcli.core.money import yuan_text
from skillcli.jobs.money import Paper, money_facts, until_settled
from skillcli.jobs.policies import policy_of
from skillcli.jobs.registered_class import RegisteredClass, measure, registered_class
from skillcli.ledger.advances import Account, NewAdvance
from skillcli.reports.money import advance_book, settlement_book

if TYPE_CHECKING:
    from skillcli.jobs.workspace import Workspace
    from skillcli.ledger.ledger import Ledger
    from skillcli.policy.model import Advance, Policy

FOLDER = "先行拨付"
INSTITUTION, EMPLOYER = "培训机构", "用人单位"


class Outcome(Struct, frozen=True):
    """An advance after it was recorded or settled; ``already``: it had been before, nothing was recorded;
    ``registered``: the class's entry in 开班登记, None without one."""

    account: Account
    outputs: tuple[Path, ...]
    already: bool = False
    registered: RegisteredClass | None = None


def advance(
    workspace: Workspace,
    class_no: str,
    *,
    payee_kind: str,
    payee: str,
    heads: int | None,
    standard: Decimal | None,
    percent: Decimal | None,
    category: str,
    day: date,
    today: date,
    document: str,
    at: str,
    person: str,
) -> Outcome:
    """Record an advance of ``heads`` × ``standard`` (yuan) × ``percent`` and write its sheet.

    What is not given is taken from 开班登记: ``payee`` ("": the class's institution), ``heads`` (its planned heads),
    ``standard`` (the catalogue's price of its occupation and level). More heads than planned are refused.
    ``percent`` None: the policy's usual share. ``category``: the people of the class where the policy has a share of
    its own for them. The same advance again is found; another one on the same class is refused. Raises ClerkError also
    when the policy knows no advances or the share is under its floor.
    """
    from skillcli.ledger.ledger import Ledger

    if day > today:
        raise ClerkError(f"拨付日期 {day} 在今天（{today}）之后。", "请核对日期。")
    with Ledger.open(workspace.ledger) as ledger:
        policy = policy_of(workspace, ledger)
        step = floor(policy, category, day)
        ratio = _ratio(step, percent)
        known_class = registered_class(ledger, class_no, payee if payee_kind == INSTITUTION else "", day)
        heads, standard_fen = measure(class_no, known_class, payee, heads, standard)
        new = NewAdvance(
            class_no=class_no.strip(),
            payee_kind=payee_kind,
            payee=payee.strip() or (known_class.institution if known_class else ""),
            heads=heads,
            standard_fen=standard_fen,
            ratio=ratio,
            amount_fen=amount(heads, standard_fen, ratio),
            category="、".join(step.categories) if category else "",
            clause=step.clause,
            day=day,
            document=document,
            policy_id=policy.id,
            policy_sha256=policy.sha256,
        )
        _check(new)
        known = ledger.money.advance(new.class_no, new.payee)
        if known is not None and _same(known, new):
            return Outcome(known, write_advance(ledger, workspace, known), True, known_class)
        paper = Paper("先行拨付已登记", "同一条命令")

        def write(account: Account) -> None:
            _stage_advance(paper, workspace, account)

        try:
            account = ledger.money.grant(new, at=at, person=person, before_commit=write)
        except BaseException:
            paper.discard()
            raise
        return Outcome(account, paper.publish(), registered=known_class)


def floor(policy: Policy, category: str, day: date) -> Advance:
    """The policy's word on an advance for these people on this day.

    Raises ClerkError when there is none, or when no share is stated for ``category``.
    """
    in_force = [each for each in policy.advances if each.valid_from <= day]
    if not in_force:
        raise ClerkError(f"政策“{policy.title}”在 {day} 没有先行拨付的规定，不能先行拨付。", "请核对政策和日期。")
    named = [each for each in in_force if any(category in known for known in each.categories)] if category else []
    if category and not named:
        words = "、".join(dict.fromkeys(word for each in in_force for word in each.categories)) or "（没有）"
        raise ClerkError(
            f"政策没有为“{category}”另定先行拨付比例。", f"另有比例的人员类别：{words}；其他班级不写 --category。"
        )
    general = named or [each for each in in_force if not each.categories]
    if not general:
        raise ClerkError("政策只为部分人员规定了先行拨付。", "请用 --category 写明班级的人员类别。")
    return max(general, key=lambda each: each.valid_from)


def _ratio(step: Advance, percent: Decimal | None) -> int:
    """Hundredths of a percent. Raises ClerkError under the floor or over 100 %."""
    share = Decimal(step.default_percent) if percent is None else percent
    whom = f"（{'、'.join(step.categories)}）" if step.categories else ""
    if share < step.percent:
        raise ClerkError(
            f"先行拨付比例 {share:f}% 低于 {step.percent}%{whom}，依据 {step.clause}。",
            f"请按不低于 {step.percent}% 拨付。",
        )
    if share > 100:
        raise ClerkError(f"先行拨付比例 {share:f}% 超过 100%。", "请核对比例。")
    scaled = share * 100
    if scaled != scaled.to_integral_value():
        raise ClerkError(f"先行拨付比例 {share:f}% 多于两位小数。", "请写到百分之零点零一。")
    return int(scaled)


def amount(heads: int, standard_fen: int, ratio: int) -> int:
    """Fen of an advance; a fraction of a fen is rounded up, so that the floor holds."""
    return -(-heads * standard_fen * ratio // 10000)


def _check(new: NewAdvance) -> None:
    if not new.class_no or not new.payee:
        raise ClerkError("没有写班级编号或单位。", "请写明班级编号和 --institution（或 --employer）。")
    if new.heads <= 0 or new.standard_fen <= 0:
        raise ClerkError("人数和补贴标准应大于 0。", "请核对 --heads 和 --standard。")


def _same(known: Account, new: NewAdvance) -> bool:
    keys = ("payee_kind", "heads", "standard_fen", "ratio", "amount_fen", "category", "day", "document")
    return all(getattr(known, key) == getattr(new, key) for key in keys)


def settle(
    workspace: Workspace, class_no: str, *, payee: str, mode: str, document: str, at: str, person: str
) -> Outcome:
    """Make the final account of a class: what no line of it took up is owed back.

    Settled before: found, and its sheet written again. Raises ClerkError without an advance, or while a batch with
    lines of the class may still be voided.
    """
    from skillcli.ledger.ledger import Ledger

    with Ledger.open(workspace.ledger) as ledger:

        def make() -> Outcome:
            head = ledger.head()
            account = ledger.money.advance(class_no, payee)
            if account is None:
                raise ClerkError(f"班级 {class_no} 没有先行拨付。", "用 skillcli debt list 查看。")
            if account.settled:
                return Outcome(account, write_settlement(ledger, workspace, account), already=True)
            paper = Paper("先行拨付已结算", "同一条命令")

            def write(now: Account) -> None:
                _stage_settlement(paper, workspace, now)

            try:
                now = ledger.money.settle(
                    account, head=head, mode=mode, document=document, at=at, person=person, before_commit=write
                )
            except BaseException:
                paper.discard()
                raise
            return Outcome(now, paper.publish())

        return until_settled(make)


def listing(workspace: Workspace) -> list[Account]:
    """Every advance and how it stands, oldest first."""
    from skillcli.ledger.ledger import Ledger

    with Ledger.open(workspace.ledger) as ledger:
        return ledger.money.advances()


def write_advance(ledger: Ledger, workspace: Workspace, account: Account) -> tuple[Path, ...]:
    """The sheet of an advance, from the ledger alone."""
    paper = Paper("先行拨付已登记", "同一条命令")
    _stage_advance(paper, workspace, account)
    return paper.publish()


def write_settlement(ledger: Ledger, workspace: Workspace, account: Account) -> tuple[Path, ...]:
    """The sheet of a final account, from the ledger alone."""
    paper = Paper("先行拨付已结算", "同一条命令")
    _stage_settlement(paper, workspace, account)
    return paper.publish()


def _stage_advance(paper: Paper, workspace: Workspace, account: Account) -> None:
    keys = ("class_no", "payee_kind", "payee", "heads", "standard_fen", "ratio", "amount_fen", "clause", "document")
    row = pd.DataFrame([{key: getattr(account, key) for key in keys}]).assign(day=pd.Timestamp(account.day))
    facts = money_facts(workspace, account.policy_id, account.head, account.day)
    paper.stage(advance_book(row, facts), workspace.output / FOLDER, _file(FOLDER, account))


def _stage_settlement(paper: Paper, workspace: Workspace, account: Account) -> None:
    rows = pd.DataFrame(
        [
            (
                "先行拨付",
                None,
                account.amount_fen,
                f"{account.heads} 人 × {yuan_text(account.standard_fen)} 元 × {account.ratio / 100:g}%",
            ),
            ("本班补贴（已入账，不含作废和追回）", account.lines, account.lines_fen, ""),
            ("其中抵扣先行拨付", None, account.netted_fen, "已从本班补贴里扣下"),
            ("本班补贴另付", None, account.lines_fen - account.netted_fen, "本班补贴减抵扣，另有欠款抵扣的见拨付表"),
            ("应退回", None, account.excess_fen, "先行拨付减抵扣；从下次拨付中抵扣或要求退回"),
        ],
        columns=["item", "count", "amount_fen", "remark"],
    ).astype({"count": "Int64"})
    heading = f"班级：{account.class_no}　　{account.payee_kind}：{account.payee}"
    note = f"注：依据 {account.clause}。先行拨付日期 {account.day}，文号 {account.document or '（未填）'}。"
    facts = money_facts(workspace, account.policy_id, account.settled_head, account.settled_on)
    book = settlement_book(heading, rows, note, facts)
    paper.stage(book, workspace.output / FOLDER, _file("先行拨付结算", account))


def _file(what: str, account: Account) -> str:
    name = re.sub(r'[\\/:*?"<>|\s]+', "_", f"{account.payee}-{account.class_no}")
    return f"{what}-{name[:80]}.xlsx"
