"""Numbers that belong to a person are covered, numbers that do not stay."""

from __future__ import annotations

import pytest

from skillcli.cli.redact import redact


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("身份证 11010519491231002X。", "身份证 110***********002X。"),
        ("身份证11010519491231002x", "身份证110***********002x"),
        ("110105491231002", "110********1002"),
        ("110105 19491231 002X", "110***********002X"),
        ("卡号 6222021234567890123", "卡号 ***************0123"),
        ("卡号 6222 0212 3456 7890 123", "卡号 ***************0123"),
        ("电话 13812345678", "电话 *******5678"),
        ("批次行号 2020-03-1/000123", "批次行号 2020-03-1/000123"),
        ("2020-03-12 2020-04-12", "2020-03-12 2020-04-12"),
        ("第 1048576 行，1,234,567.00 元", "第 1048576 行，1,234,567.00 元"),
        ("sha256 a1b2c3d4e512345678901234f0", "sha256 a1b2c3d4e512345678901234f0"),
    ],
)
def test_redact(text: str, expected: str) -> None:
    assert redact(text) == expected
