"""``skillcli placement``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from skillcli.cli.console import Console
from skillcli.cli.options import AsOf, JsonTarget, Month, Quiet, WorkspaceDir, parse_day
from skillcli.cli.output import envelope, write_json
from skillcli.cli.place import now, user, workspace
from skillcli.cli.summary import show_outcome, show_outputs

Sheet = Annotated[
    Path, typer.Argument(metavar="就业跟踪.xlsx", help="按 skillcli template placement 的模板填写的工作簿。")
]


def placement(
    sheet: Sheet,
    month: Month,
    as_of: AsOf = None,
    workspace_dir: WorkspaceDir = None,
    json: JsonTarget = None,
    quiet: Quiet = False,
) -> int:
    """就业跟踪：把跟踪名单对上台账里的培训，算就业率和增收率；推荐就业填“是”的，审核就业服务补助。

    就业率按结课年度，分母是台账里不是企业职工的全部参训人，没有跟踪到的也算在内；收入没填的
    不计入增收率。政策有就业服务补助的，够条件的入账成一个批次，每人一次。

    退出状态：0 没有不予补贴、待核实、待明确的；1 有；2 没有入账，请先改正；4 已入账，但工作簿没有写出。

    例：
      skillcli template placement 就业跟踪.xlsx
      skillcli placement 就业跟踪.xlsx --month 2020-06
    """
    from skillcli.jobs.placement import place

    day = parse_day(as_of)
    console = Console(quiet=quiet, json_target=json)
    with console.progress() as progress:
        done = place(workspace(workspace_dir), sheet, month, as_of=day, at=now(), person=user(), progress=progress)
    if done.outcome is not None:
        show_outcome(done.outcome, console)
    console.say(f"跟踪 {done.rows:,} 行，台账里没有对应培训的 {done.unknown:,} 行")
    for year in done.rates.to_dict("records"):
        console.say(
            f"{year['year']} 年：应跟踪 {year['trainees']:,} 人，已跟踪 {year['tracked']:,} 人，"
            f"就业 {year['employed']:,} 人，就业率 {_percent(year['rate'])}，增收率 {_percent(year['raised_rate'])}",
            indent=2,
        )
    show_outputs((done.output,), console)
    batch = done.outcome.batch.id if done.outcome is not None and done.outcome.batch is not None else None
    rates = done.rates.astype("object").where(done.rates.notna(), None).to_dict("records")
    result = envelope("placement", rows=done.rows, batch=batch, rates=rates, outputs=[str(done.output)])
    write_json(result, json, booked=batch is not None)
    return done.outcome.exit_code if done.outcome is not None else 0


def _percent(hundredths: object) -> str:
    return f"{hundredths / 100:.2f}%" if isinstance(hundredths, int) else "未填"
