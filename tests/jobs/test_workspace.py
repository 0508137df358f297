"""A workspace is found where the office expects it, and what its file says wrongly is named."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from skillcli.core.errors import ClerkError
from skillcli.jobs.workspace import FILE, VARIABLE, find, open_workspace


def make(root: Path, text: str = 'policy = "taiyuan-2019"\n') -> Path:
    root.mkdir(parents=True, exist_ok=True)
    (root / FILE).write_text(text, encoding="utf-8")
    return root


def test_the_nearest_folder_upwards_counts(tmp_path: Path) -> None:
    make(tmp_path)
    inner = make(tmp_path / "内")
    deep = inner / "花名册" / "三月"
    deep.mkdir(parents=True)
    assert find(None, deep, {}) == inner


def test_a_named_folder_beats_the_current_one(tmp_path: Path) -> None:
    here, there = make(tmp_path / "here"), make(tmp_path / "there")
    assert find(there, here, {}) == there


def test_the_environment_helps_only_outside_of_workspaces(tmp_path: Path) -> None:
    here, there = make(tmp_path / "here"), make(tmp_path / "there")
    assert find(None, here, {VARIABLE: str(there)}) == here
    assert find(None, tmp_path, {VARIABLE: str(there)}) == there


def test_without_any_there_is_none(tmp_path: Path) -> None:
    assert find(None, tmp_path, {}) is None


@pytest.mark.parametrize("environment", [{}, {VARIABLE: "nowhere"}])
def test_naming_a_folder_that_is_no_workspace_is_refused(tmp_path: Path, environment: dict[str, str]) -> None:
    given = None if environment else tmp_path
    with pytest.raises(ClerkError, match="不是工作区") as refused:
        find(given, tmp_path, environment)
    assert "skillcli init" in refused.value.remedy


def test_everything_a_file_may_say(tmp_path: Path) -> None:
    workspace = open_workspace(
        make(
            tmp_path,
            """
            policy = "政策/试点.toml"
            agency = "某市人力资源和社会保障局"
            ledger = "账/补贴.db"
            [rulings."taiyuan-2019"."certificate_stacks"]
            value = true
            decided_by = "局务会"
            document = "纪要〔2020〕3号"
            decided_on = 2020-01-15
            [mapping."甲培训学校"]
            "学员证件" = "身份证号"
            [figures]
            employed = 12345.5
            """,
        )
    )
    assert workspace.policy == str(tmp_path / "政策" / "试点.toml")
    assert workspace.agency == "某市人力资源和社会保障局"
    assert workspace.ledger_file == tmp_path / "账" / "补贴.db"
    assert workspace.settings.rulings["taiyuan-2019"]["certificate_stacks"]["value"] is True
    assert workspace.titles() == {"学员证件": "身份证号"}
    assert workspace.settings.figures == {"employed": Decimal("12345.5")}


def test_a_database_server_is_no_file(tmp_path: Path) -> None:
    workspace = open_workspace(make(tmp_path, 'policy = "x"\nledger = "postgresql+psycopg://u@h/d"\n'))
    assert workspace.ledger_file is None
    assert workspace.ledger == "postgresql+psycopg://u@h/d"


def test_a_byte_order_mark_of_a_windows_editor_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('policy = "x"\n', encoding="utf-8-sig")
    assert open_workspace(tmp_path).policy == "x"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "缺少 policy"),
        ('polcy = "x"', "有不认识的键 polcy"),
        ("policy = 5", "policy 写得不对"),
        ('policy = "x"\npolicy = "y"', "第 2 行末尾：同一个键写了两次"),
        ('policy = "x"\npolicy = "y"\n', "第 2 行第 13 个字符处：同一个键写了两次"),
        ("policy = x", "第 1 行第 10 个字符"),
        ('policy = "x"\n[mapping."甲"]\n"证件" = 5', "mapping.甲"),
        ('policy = "x"\n[mapping]\n"证件" = "身份证号"', "mapping.证件"),
        ('policy = "x"\n[figures]\nemployed = "五"', "figures.employed 应为数字"),
        ('policy = "x"\n[rulings]\n"taiyuan-2019" = true', "rulings.taiyuan-2019"),
    ],
)
def test_a_fault_is_named_by_file_and_key(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(ClerkError) as refused:
        open_workspace(make(tmp_path, text))
    assert sentence in str(refused.value)
    assert FILE in str(refused.value)
    assert refused.value.remedy


def test_text_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes('agency = "某市人力资源和社会保障局"'.encode("gbk"))
    with pytest.raises(ClerkError, match="不是 UTF-8"):
        open_workspace(tmp_path)


def test_one_header_cannot_mean_two_columns(tmp_path: Path) -> None:
    text = 'policy = "x"\n[mapping."甲"]\n"号码" = "身份证号"\n[mapping."乙"]\n"号码" = "联系电话"\n'
    with pytest.raises(ClerkError, match="号码.*身份证号.*联系电话"):
        open_workspace(make(tmp_path, text)).titles()
