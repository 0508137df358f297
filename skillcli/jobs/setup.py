"""Making a workspace: settings, ledger, folders with blank workbooks. Nothing that exists is touched."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from skillcli.core.errors import ClerkError
from skillcli.core.names import check_legible
from skillcli.jobs.settings import DEFAULT_LEDGER, Settings, read_settings
from skillcli.jobs.workspace import CATALOGUES, FILE, LEDGERS, REFERENCES, ROSTERS, Workspace
from skillcli.policy.load import load_policy

if TYPE_CHECKING:
    from skillcli.policy.model import Policy

FOLDERS = (CATALOGUES, REFERENCES, LEDGERS, ROSTERS)
_BLANKS = {
    f"{CATALOGUES}/目录.xlsx": "catalog",
    f"{CATALOGUES}/政策口径.xlsx": "readings",
    f"{REFERENCES}/比对名单.xlsx": "reference",
    f"{LEDGERS}/任务分解.xlsx": "tasks",
    f"{LEDGERS}/资金台账.xlsx": "funds",
    f"{LEDGERS}/开班登记.xlsx": "classes",
    f"{LEDGERS}/检查登记.xlsx": "inspections",
    f"{LEDGERS}/异议登记.xlsx": "objections",
    f"{LEDGERS}/公开登记.xlsx": "publications",
    f"{CATALOGUES}/空白花名册.xlsx": "roster",
    f"{CATALOGUES}/特殊审批.xlsx": "overrides",
    f"{CATALOGUES}/核实结果.xlsx": "answers",
}
"""Where the blank workbook of a kind goes, as far as there is one of that kind."""


class Made(Struct):
    """What was made and what stood there before (paths relative to ``root``)."""

    root: Path
    policy: Policy
    made: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


def init(root: Path, policy: str, *, agency: str = "", ledger: str = DEFAULT_LEDGER) -> Made:
    """Make the workspace ``root``. ``policy``: an id or the absolute path of a policy file.

    ``skillcli.toml`` is written last, so that a run that was cut short can simply be repeated.
    Raises ClerkError when there is a workspace already, or the policy has a fault.
    """
    if (root / FILE).exists():
        raise _exists(root)
    check_legible(str(root.resolve()))
    done = Made(root.resolve(), load_policy(policy))
    for name in FOLDERS:
        _note(done, name, (root / name).is_dir())
        (root / name).mkdir(parents=True, exist_ok=True)
    _write_blanks(done)
    _make_ledger(done, ledger)
    text = _settings_text(policy, done.policy.id, agency, ledger)
    (root / FILE).write_text(text, encoding="utf-8", newline="\n")
    done.made.append(FILE)
    return done


def _note(done: Made, name: str, existed: bool) -> None:
    (done.kept if existed else done.made).append(name)


def _write_blanks(done: Made) -> None:
    from skillcli.reports.forms import form, form_kinds
    from skillcli.xlsx.template import write_template

    for name, kind in _BLANKS.items():
        if kind not in form_kinds():
            continue
        path = done.root / name
        _note(done, name, path.exists())
        if not path.exists():
            write_template(form(kind, done.policy), path)


def _make_ledger(done: Made, ledger: str) -> None:
    from skillcli.ledger.ledger import Ledger

    place = Workspace(done.root, Settings(policy=done.policy.id, ledger=ledger))
    file = place.ledger_file
    if file is None:
        _note(done, "数据库服务器上的台账", False)
    else:
        _note(done, ledger, file.exists())
        file.parent.mkdir(parents=True, exist_ok=True)
    Ledger.open(place.ledger, create=True).close()


def _exists(root: Path) -> ClerkError:
    found = read_settings(root / FILE)
    there = [name for name in (*FOLDERS, *_BLANKS, found.ledger) if (root / name).exists()]
    agency = f"，单位 {found.agency}" if found.agency else ""
    return ClerkError(
        f"{root} 已经是工作区（政策 {found.policy}{agency}），没有改动任何东西。",
        f"里面已有：{'、'.join([FILE, *there])}。要改设置请直接编辑 {FILE}；要另建工作区请换一个文件夹。",
    )


def _settings_text(policy: str, policy_id: str, agency: str, ledger: str) -> str:
    return _TEMPLATE.format(policy=_quoted(policy), policy_id=policy_id, agency=_quoted(agency), ledger=_quoted(ledger))


def _quoted(text: str) -> str:
    """A TOML string: JSON's escapes are TOML's."""
    return json.dumps(text, ensure_ascii=False)


_TEMPLATE = """\
# 本工作区的设置。“#”后面是说明，不起作用。可用记事本修改，保存时编码选 UTF-8。

# 按哪个政策办：政策编号，或自己写的政策文件的路径，例如 "政策/试点办法.toml"。
policy = {policy}

# 单位名称，印在各张表上。
agency = {agency}

# 台账的位置。几个人共用一本台账时，改用数据库服务器，例如：
# ledger = "postgresql+psycopg://用户@主机/数据库"
ledger = {ledger}

# 单位对政策没写明的问题的认定，一般填“目录/政策口径.xlsx”再运行 skillcli ruling import；也可以写在这里：
# [rulings."{policy_id}"."口径键"]
# value = true
# decided_by = "局务会"
# document = "会议纪要〔2020〕3号"
# decided_on = 2020-01-15

# 花名册里以前申报过的行超过这个百分数（并且不少于这么多行），skillcli pay 就先停下来问：
# [pay]
# duplicate_share = 50
# duplicate_rows = 50

# 某个机构自己的表头叫法，等号右边是花名册模板上的栏目：
# [mapping."某某培训学校"]
# "学员证件" = "身份证号"

# 报表要用、台账里没有的数字（人）：就业人员、技能劳动者、高技能人才，写明来源：
# [figures]
# employed = {{ value = 180000, source = "2021 年统计公报" }}
# skilled = {{ value = 52000, source = "2021 年技能人才统计" }}
# high_skilled = {{ value = 16000, source = "2021 年技能人才统计" }}
"""
