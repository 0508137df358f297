"""What intake says to a clerk: one maker of a finding for each thing it has to tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from skillcli.core.finding import Finding, Place, Severity
from skillcli.core.money import yuan_text
from skillcli.intake.grid import Refused


def refused(path: str, refusal: Refused) -> Finding:
    """F01, F02, F06: the file as a whole."""
    return Finding(refusal.code, Severity.FILE, Place(path), str(refusal), remedy=refusal.remedy)


def no_header(path: str, sheets: Iterable[str], expected: Iterable[str], seen: Iterable[str]) -> Finding:
    """F03: no sheet looks like a roster."""
    what = "、".join(text for text in list(seen)[:12] if text)
    found = f"；读到的内容像是：{what}" if what else ""
    where = "、".join(f"“{name}”" for name in sheets if name)
    message = f"没有找到花名册表头（查看了{f'工作表 {where} 的' if where else ''}前 30 行）；应有栏目：{'、'.join(expected)}{found}。"
    remedy = "请用“skillcli template roster”生成的空白花名册填写，或把表头放在前 30 行内。"
    return Finding("F03", Severity.FILE, Place(path), message, remedy=remedy)


def no_sheet(path: str, wanted: str, sheets: Iterable[str]) -> Finding:
    """F03: the sheet asked for does not exist."""
    names = "、".join(sheets) or "无"
    return Finding(
        "F03",
        Severity.FILE,
        Place(path),
        f"没有名为“{wanted}”的工作表；文件里有：{names}。",
        remedy="请核对工作表名称。",
    )


def nothing_found(path: str) -> Finding:
    """F03: a folder without any roster."""
    return Finding(
        "F03",
        Severity.FILE,
        Place(path),
        "文件夹里没有可读取的花名册（xlsx、xls、csv 等）。",
        remedy="请核对文件夹位置。",
    )


def passed_files(path: str, names: Sequence[str]) -> Finding:
    """F09: files of a folder that this program wrote itself."""
    shown = "、".join(names[:5]) + (f"等 {len(names)} 个" if len(names) > 5 else "")
    return told(Place(path), f"文件夹里本工具写出的文件未作为花名册读取：{shown}。")


def unread_cell(place: Place, shown: str) -> Finding:
    """F10: a cell that gave no value, in a column of which no rule says so."""
    return Finding(
        "F10",
        Severity.WARNING,
        place,
        f"“{place.column}”填的“{shown}”读不懂，按没有填写处理。",
        found=shown,
        remedy="请按模板上的格式填写；不需要的请清空。",
    )


def missing_column(place: Place, near: str) -> Finding:
    """F04: a required column is not there."""
    hint = f"表头里最接近的是“{near}”" if near else "表头里没有相近的名称"
    remedy = f"请增加“{place.column}”一栏，或运行 skillcli mapping，把本单位的叫法登记在 skillcli.toml 里。"
    return Finding("F04", Severity.FILE, place, f"缺少必需的栏目“{place.column}”；{hint}。", remedy=remedy)


def columns_disagree(place: Place, labels: Sequence[str], row: int) -> Finding:
    """F05: two columns for one field."""
    message = f"{'和'.join(labels)}都是“{place.column}”，但内容不一致（例如第 {row} 行）。"
    remedy = "请只保留正确的一栏，或把另一栏改成它真正的名称。"
    return Finding("F05", Severity.FILE, place, message, remedy=remedy)


def no_rows(path: str, sheet: str, header_row: int) -> Finding:
    """F07: a header and nothing below it."""
    message = f"第 {header_row} 行是表头，下面没有一行学员数据。"
    return Finding("F07", Severity.FILE, Place(path, sheet, header_row), message, remedy="请填写后再提交。")


def told(place: Place, message: str) -> Finding:
    """F09: something was passed over or accepted."""
    return Finding("F09", Severity.INFO, place, message)


def passed_rows(place: Place, passed_over: Mapping[str, int]) -> Finding:
    """F09: rows that are no data."""
    what = "、".join(f"{reason} {count} 行" for reason, count in passed_over.items())
    return told(place, f"未作为数据读取：{what}。")


def total_differs(place: Place, stated_fen: int, total_fen: int) -> Finding:
    """F09: a row of sums that does not add up."""
    stated, total = yuan_text(stated_fen), yuan_text(total_fen)
    message = f"合计行的“{place.column}”填的是 {stated} 元，各行相加是 {total} 元，请核对是否缺行。"
    return told(place, message)


def header_label(at: int, written: str) -> str:
    """``C 列“身份证号码”``."""
    return f"{column_letters(at)} 列“{written}”"


def column_letters(at: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
