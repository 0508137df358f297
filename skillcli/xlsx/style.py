"""How sheets look: fonts that every Chinese Windows has, thin borders, number formats."""

from __future__ import annotations

from typing import Any

from skillcli.xlsx.book import Kind

BODY_FONT = {"font_name": "宋体", "font_size": 10}
_HEADING_FONT = {"font_name": "黑体", "font_size": 10}
_CELL = {**BODY_FONT, "border": 1, "valign": "vcenter"}
_NUMBERS = {Kind.MONEY: "#,##0.00", Kind.WHOLE: "#,##0", Kind.DATE: "yyyy-mm-dd", Kind.PERCENT: "0.00%"}
_NUMBERS[Kind.WAN] = _NUMBERS[Kind.MONEY]

PARTS: dict[str, dict[str, Any]] = {
    "title": {"font_name": "黑体", "font_size": 16, "align": "center", "valign": "vcenter", "text_wrap": True},
    "line": {**BODY_FONT, "align": "left", "valign": "vcenter", "text_wrap": True},
    "caption": {**_HEADING_FONT, "font_size": 11, "align": "left", "valign": "vcenter"},
    "head": {
        **_HEADING_FONT,
        "border": 1,
        "align": "center",
        "valign": "vcenter",
        "text_wrap": True,
        "bg_color": "#EDEDED",
    },
    "note": {**BODY_FONT, "font_size": 9, "align": "left", "valign": "top", "text_wrap": True},
    "signature": {**BODY_FONT, "font_size": 11, "align": "left", "valign": "vcenter"},
    "opinion": {**BODY_FONT, "font_size": 11, "border": 1, "align": "left", "valign": "top", "text_wrap": True},
}
"""XlsxWriter properties of what stands around the tables."""


def cell(kind: Kind, *, total: bool = False) -> dict[str, Any]:
    """XlsxWriter properties of a table's cell."""
    style: dict[str, Any] = dict(_CELL)
    if kind in _NUMBERS:
        style |= {"num_format": _NUMBERS[kind], "align": "center" if kind is Kind.DATE else "right"}
    else:
        style |= {"num_format": "@", "align": "left", "text_wrap": True}
    if kind is Kind.LINK:
        style |= {"font_color": "#0563C1", "underline": 1}
    if total:
        style |= {"bold": True, "num_format": _NUMBERS.get(kind, "General"), "text_wrap": True}
    return style
