"""Help pages and usage messages are plain Chinese, fit a terminal and name the way out."""

from __future__ import annotations

import re

import pytest

from skillcli.cli.app import command_line, main
from skillcli.cli.help import sections, width, wrap


@pytest.mark.parametrize(
    ("arguments", "sentence", "remedy"),
    [
        (["pya"], "没有命令 skillcli pya。是不是 pay、", "可用的命令：init"),
        (["batch", "lst"], "没有命令 skillcli batch lst。是不是 list、", "skillcli batch --help"),
        (["pay"], "缺少选项 --month。", "skillcli pay --help"),
        (["pay", "--month", "2020-03"], "没有写花名册。", "--pending"),
        (["validate"], "缺少内容 花名册。", "skillcli validate --help"),
        (["pay", "三月.xlsx"], "缺少选项 --month。", "skillcli pay --help"),
        (["pay", "三月.xlsx", "--mnth", "2020-03"], "没有选项 --mnth。是不是 --month？", "skillcli pay --help"),
        (["pay", "三月.xlsx", "--month"], "选项 --month 后面缺少内容。", "--help"),
        (["audit", "--seed", "一"], "--seed 要写整数，不带小数和其他文字。", "audit --help"),
        (["audit", "--sample", "1.5"], "--sample 要写整数，不带小数和其他文字。", "audit --help"),
        (["audit", "--sample", "-1"], "--sample 不能小于 0。", "audit --help"),
        (["rule", "D03", "D04"], "多出的内容：D04。", "skillcli rule --help"),
        (["rule", "D03", "--quiet=1"], "选项 --quiet 后面不跟内容。", "--help"),
        (["validate", "x.xlsx", "--policy", "linkou-2019", "--as-of", "昨天"], "日期写作 '昨天'", "2020-03-31"),
        (["rule", "P12"], "规则 P12 已停用", "重复"),
        (["rule", "D3"], "没有规则 D3。相近的有：D03", "一个字母加两位数字"),
    ],
)
def test_a_wrong_command_line_is_explained(
    arguments: list[str], sentence: str, remedy: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert sentence in shown.err
    assert remedy in shown.err
    assert not re.search(r"Usage|Error|Missing|No such|argument", shown.err)


def test_an_identity_in_a_wrong_command_line_stays_covered(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rule", "D03", "11010519491231002X"]) == 2
    assert "11010519491231002X" not in capsys.readouterr().err


def test_no_command_shows_the_help_and_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "命令：" in capsys.readouterr().err


def test_version_names_program_and_number(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert re.fullmatch(r"skillcli \d+\.\d+\.\d+\n", capsys.readouterr().out)


def test_wrapping_counts_wide_characters_twice_and_keeps_words_whole() -> None:
    lines = wrap("从当前文件夹往上找 skillcli.toml，再看环境变量 SKILLCLI_WORKSPACE。", 30)
    assert "".join(lines).replace(" ", "") == "从当前文件夹往上找skillcli.toml，再看环境变量SKILLCLI_WORKSPACE。"
    assert all(width(line) <= 32 for line in lines)
    assert any("SKILLCLI_WORKSPACE" in line for line in lines)
    assert not any(line.startswith(("，", "。")) for line in lines)


def test_a_docstring_falls_into_purpose_and_example() -> None:
    assert sections("做一件事。\n\n    细节。\n\n    例：\n      skillcli x\n") == (
        "做一件事。\n\n细节。",
        "skillcli x",
    )


def test_required_options_are_marked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pay", "--help"]) == 0
    assert "（必填）" in capsys.readouterr().out


def test_every_purpose_shown_is_the_first_line_of_its_command() -> None:
    shown = 0
    for group in (root := command_line(), *(each for each in root.commands.values() if hasattr(each, "purposes"))):
        assert list(group.purposes) == list(group.commands)
        for name, command in group.commands.items():
            assert command.name == name
            assert group.purposes[name] == sections(command.help)[0].split("\n")[0]
            shown += 1
    assert shown > 50
