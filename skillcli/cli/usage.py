"""What is wrong with a command line, in plain Chinese.

The classes of the parser are told apart by name, since typer keeps them in a private module.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from skillcli.core.errors import ClerkError

if TYPE_CHECKING:
    from typer.exceptions import TyperException


def translate(error: TyperException) -> ClerkError:
    """The parser's complaint as the sentence a clerk reads, with the command that shows the help."""
    context: Any = getattr(error, "ctx", None)
    path = context.command_path if context else "skillcli"
    sentence = _SENTENCES.get(type(error).__name__, _other)(error)
    return ClerkError(sentence, f"用法和例子见：{path} --help")


def shown_name(parameter: Any) -> str:
    """How a parameter is called in help and messages."""
    if parameter is None:
        return "一项内容"
    if parameter.param_type_name == "option":
        return str(parameter.opts[0])
    return str(parameter.metavar or parameter.name)


def _missing(error: Any) -> str:
    parameter = error.param
    word = "选项" if parameter is not None and parameter.param_type_name == "option" else "内容"
    return f"缺少{word} {shown_name(parameter)}。"


def _no_option(error: Any) -> str:
    near = "、".join(sorted(error.possibilities or ()))
    return f"没有选项 {error.option_name}。" + (f"是不是 {near}？" if near else "")


def _option_usage(error: Any) -> str:
    if "does not take" in error.message:
        return f"选项 {error.option_name} 后面不跟内容。"
    return f"选项 {error.option_name} 后面缺少内容。"


_EXPECTED = (
    (re.compile(r"valid integer"), "要写整数，不带小数和其他文字。"),
    (re.compile(r"greater than or equal to (-?\d+)"), r"不能小于 \1。"),
    (re.compile(r"less than or equal to (-?\d+)"), r"不能大于 \1。"),
)
"""What the parser's library says of a number → the same in Chinese."""


def _bad_value(error: Any) -> str:
    for pattern, sentence in _EXPECTED:
        found = pattern.search(error.message)
        if found:
            return f"{shown_name(error.param)} {found.expand(sentence)}"
    return f"{shown_name(error.param)} 写得不对：{error.message}"


def _other(error: Any) -> str:
    extra = re.match(r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)", error.message)
    if extra:
        return f"多出的内容：{extra[1]}。"
    if error.message.startswith("Missing command"):
        return "没有写命令。"
    return f"命令写得不对：{error.message}"


_SENTENCES = {
    "MissingParameter": _missing,
    "NoSuchOption": _no_option,
    "BadOptionUsage": _option_usage,
    "BadParameter": _bad_value,
}
