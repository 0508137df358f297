"""``skillcli batch diff``: a resubmitted roster beside the earlier one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from skillcli.cli.console import Console
from skillcli.cli.options import AsOf, JsonTarget, Quiet, SheetName, WorkspaceDir, parse_day
from skillcli.cli.output import envelope, write_json
from skillcli.cli.place import workspace
from skillcli.cli.summary import show_outputs
from skillcli.core.money import yuan_text

if TYPE_CHECKING:
    from skillcli.jobs.roster_diff import Diff

Old = Annotated[
    str, typer.Argument(metavar="批次号|原花名册", help="以前的批次，例如 2020-03-1；或者原来的花名册文件。")
]
New = Annotated[Path, typer.Argument(metavar="新花名册", help="重新报送的花名册文件。")]
Out = Annotated[Path | None, typer.Option("--out", metavar="目录", help="比对表写到哪里。不写则放在新花名册旁边。")]


def diff(
    old: Old,
    new: New,
    out: Out = None,
    sheet: SheetName = None,
    as_of: AsOf = None,
    workspace_dir: WorkspaceDir = None,
    json: JsonTarget = None,
    quiet: Quiet = False,
) -> None:
    """比对重新报送的花名册：比原批次（或原花名册）新增、减少、变更了哪些行，影响多少钱。

    不入账。同一次培训按证书、班期认，改了证书或日期的再按人员和职业认。逐行写在 花名册名-比对.xlsx，
    身份证号、账号遮盖中间几位。要按新花名册更正，用 skillcli pay --kind correction。

    例：
      skillcli batch diff 2020-03-1 花名册/三月更正.xlsx
      skillcli batch diff 花名册/三月.xlsx 花名册/三月更正.xlsx
    """
    from skillcli.jobs.roster_diff import diff as job

    place, day = workspace(workspace_dir), parse_day(as_of)
    console = Console(quiet=quiet, json_target=json)
    with console.progress() as progress:
        found = job(place, old, new, as_of=day, out=out, sheet=sheet, progress=progress)
    _show(found, console)
    write_json(_json(found), json)


def _show(found: Diff, console: Console) -> None:
    console.say(f"原：{'批次 ' if found.batch else ''}{found.old}　新：{found.new}")
    for row in found.sums.to_dict("records"):
        money = f"原 {yuan_text(row['old_fen'])} 元，新 {yuan_text(row['new_fen'])} 元，差 {yuan_text(row['effect_fen'])} 元"
        console.say(f"{row['kind']} {row['rows']:,} 行　{money}", indent=2)
    console.say(f"合计差额：{yuan_text(found.effect_fen)} 元（只供核对，已入账的不会自动改变）")
    if found.passed_over:
        console.say(f"只有一份花名册有、没有比对的栏目：{'、'.join(found.passed_over)}")
    if found.batch:
        confirm = f" --confirm-removals {found.confirm}" if found.confirm else ""
        console.say(f"要按新花名册更正，pay 时加：--kind correction --corrects {found.old}{confirm}")
    show_outputs((found.output,) if found.output else (), console)


def _json(found: Diff) -> dict[str, object]:
    who = {"id_number": "person"}
    parts = {"added": found.added, "removed": found.gone, "changed": found.changed}
    return envelope(
        "batch diff",
        old=found.old,
        batch=found.batch,
        new=found.new,
        sums=found.sums.to_dict("records"),
        effect_fen=found.effect_fen,
        confirm_removals=found.confirm,
        not_compared=list(found.passed_over),
        **{name: frame.rename(columns=who).to_dict("records") for name, frame in parts.items()},
        outputs=[str(found.output)] if found.output else [],
    )
