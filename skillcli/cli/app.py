"""The command line: which commands there are, and how the program begins and ends."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Annotated

import typer
from typer.main import get_command

from skillcli import __version__
from skillcli.cli import batch, boundary, catalog, decisions, ledger, life, policy, register, report, ruling
from skillcli.cli.advance import advance, settle
from skillcli.cli.audit import audit
from skillcli.cli.diff import diff
from skillcli.cli.explain import explain
from skillcli.cli.extract import export
from skillcli.cli.filenames import restart_if_chinese_has_no_name
from skillcli.cli.grants import grants
from skillcli.cli.help import ClerkCommand, ClerkGroup
from skillcli.cli.init import init
from skillcli.cli.mapping import mapping
from skillcli.cli.merge import merge
from skillcli.cli.pack import pack
from skillcli.cli.past import import_history
from skillcli.cli.pay import pay
from skillcli.cli.payment import repay, returns
from skillcli.cli.placement import placement
from skillcli.cli.receipt import receipt
from skillcli.cli.reversal import list_debts, repaid, reverse
from skillcli.cli.rule import rule
from skillcli.cli.template import template
from skillcli.cli.validate import validate
from skillcli.core.names import check_legible

app = typer.Typer(
    cls=ClerkGroup,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=True,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"skillcli {__version__}")
        raise typer.Exit


@app.callback()
def program(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_show_version, help="显示版本号。")
    ] = False,
) -> None:
    """职业技能培训补贴批处理：审核花名册，生成拨付表，查询台账。

    例：
      skillcli init 工作区 --policy taiyuan-2019
      skillcli validate 花名册/三月.xlsx
      skillcli pay 花名册/三月.xlsx --month 2020-03
    """


def _group(name: str, purpose: str) -> typer.Typer:
    group = typer.Typer(cls=ClerkGroup, rich_markup_mode=None, add_completion=False, no_args_is_help=True)
    app.add_typer(group, name=name, help=purpose)
    return group


def _add(group: typer.Typer, name: str, action: Callable[..., object]) -> None:
    group.command(name, cls=ClerkCommand)(action)


_add(app, "init", init)
_add(app, "template", template)
_add(app, "validate", validate)
_add(app, "mapping", mapping)
_add(app, "pack", pack)
_add(app, "receipt", receipt)
_add(app, "pay", pay)
_add(app, "grants", grants)
_batch = _group("batch", "批次：列出、查看、公示、批准、报送、支付、办结、作废、比对。\n\n例：\n  skillcli batch list")
_add(_batch, "list", batch.list_batches)
_add(_batch, "show", batch.show)
_add(_batch, "publish", batch.publish)
_add(_batch, "approve", life.approve)
_add(_batch, "send", life.send)
_add(_batch, "paid", life.paid)
_add(_batch, "close", life.close)
_add(_batch, "void", batch.void)
_add(_batch, "diff", diff)
_add(app, "returns", returns)
_add(app, "repay", repay)
_add(app, "reverse", reverse)
_debt = _group("debt", "应退款：列出，登记退回。\n\n例：\n  skillcli debt list")
_add(_debt, "list", list_debts)
_add(_debt, "repaid", repaid)
_add(app, "advance", advance)
_add(app, "settle", settle)
_report = _group("report", "报告：季度、年度、任意期间。\n\n例：\n  skillcli report quarterly 2020Q1")
_add(_report, "quarterly", report.quarterly)
_add(_report, "annual", report.annual)
_add(_report, "period", report.any_period)
_add(_report, "merge", merge)
_add(app, "tie-out", report.tie_out)
_add(app, "audit", audit)
_add(app, "placement", placement)
_add(app, "explain", explain)
_add(app, "rule", rule)
_policy = _group("policy", "政策：列出、显示、检查。\n\n例：\n  skillcli policy show taiyuan-2019")
_add(_policy, "list", policy.list_policies)
_add(_policy, "show", policy.show)
_add(_policy, "check", policy.check)
_catalog = _group(
    "catalog", "目录：导入收费标准、急需紧缺、机构等，写出公布稿。\n\n例：\n  skillcli catalog import 目录/目录.xlsx"
)
_add(_catalog, "import", catalog.import_file)
_add(_catalog, "publish", catalog.publish)
_register = _group(
    "register",
    "登记：开班、任务、资金、检查、异议、公开等。\n\n例：\n  skillcli register import 台账/开班登记.xlsx",
)
_add(_register, "import", register.import_file)
_add(_register, "list", register.list_registers)
_ruling = _group("ruling", "口径：列出，导入单位的认定。\n\n例：\n  skillcli ruling list")
_add(_ruling, "list", ruling.list_readings)
_add(_ruling, "import", ruling.import_file)
_reference = _group("reference", "比对名单：导入。\n\n例：\n  skillcli reference import 比对名单/死亡.xlsx")
_add(_reference, "import", decisions.import_lists)
_answer = _group("answer", "核实结果：导入。\n\n例：\n  skillcli answer import 核实结果.xlsx")
_add(_answer, "import", decisions.import_answers)
_override = _group("override", "特殊审批：导入。\n\n例：\n  skillcli override import 特殊审批.xlsx")
_add(_override, "import", decisions.import_overrides)
_ledger = _group("ledger", "台账：核对、备份、恢复、导入以往台账、导出审计资料。\n\n例：\n  skillcli ledger verify")
_add(_ledger, "verify", ledger.verify)
_add(_ledger, "backup", ledger.backup)
_add(_ledger, "restore", ledger.restore)
_add(_ledger, "import-history", import_history)
_add(_ledger, "export", export)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit status (product page, "Exit status")."""
    if argv is None:
        restart_if_chinese_has_no_name()
    arguments = sys.argv[1:] if argv is None else list(argv)
    return boundary.run(lambda: _parse(argv, arguments), arguments)


def _parse(argv: Sequence[str] | None, arguments: Sequence[str]) -> object:
    for argument in arguments:
        check_legible(argument)
    # Without standalone mode the status of ``typer.Exit`` comes back as the value, like that of
    # a command; None lets the parser expand wildcards on Windows.
    return get_command(app).main(args=argv, prog_name="skillcli", standalone_mode=False)
