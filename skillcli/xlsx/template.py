"""Blank workbooks to be filled in: drop-downs, notes, text format where numbers would be damaged.

A ``Form`` describes one; what its columns mean is the caller's business.
"""

from __future__ import annotations

from enum import StrEnum
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from msgspec import Struct
from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name

from skillcli.xlsx import style
from skillcli.xlsx.cells import printable, width_of
from skillcli.xlsx.layout import LINE_HEIGHT, lines_needed
from skillcli.xlsx.shell import A4, CREATED, FOOTER
from skillcli.xlsx.stage import Staged, stage_file

EXAMPLE_SHEET = "示例"
GUIDE_SHEET = "填表说明"
_LIST_SHEET = "下拉选项"
_ROWS = 2_000
"""Rows below the header that get drop-downs."""
_LONGEST_LIST = 255
"""Characters Excel takes for choices written into the rule itself."""
REQUIRED_MARK = "*"
_COLUMNS_A_PAGE = 16
_GUIDE_WIDTHS = (14, 22, 8, 46, 60)


class Entry(StrEnum):
    """What is typed into a column: its cell format."""

    TEXT = "@"
    DATE = "yyyy-mm-dd"
    WHOLE = "0"
    MONEY = "#,##0.00"
    PERCENT = "0.0%"


class Field(Struct, frozen=True):
    """A column to fill in.

    ``choices``: words of its drop-down; ``several``: more than one may be typed into a cell, and
    words outside the list are taken too. ``note``: what to know, shown at the header.
    """

    title: str
    entry: Entry = Entry.TEXT
    required: bool = False
    note: str = ""
    choices: tuple[str, ...] = ()
    several: bool = False


class FormSheet(Struct, frozen=True):
    """A sheet to fill in. ``rows`` stand in it already, ``examples`` on the sheet 示例; both hold
    text, in the order of the fields ("" = blank)."""

    name: str
    fields: tuple[Field, ...]
    examples: tuple[tuple[str, ...], ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    def __post_init__(self) -> None:
        if any(len(row) != len(self.fields) for row in (*self.examples, *self.rows)):
            raise ValueError(f"a row of {self.name} has not as many values as there are fields")


class Form(Struct, frozen=True):
    """A workbook to fill in. ``guide``: sentences on the sheet 填表说明, above the list of columns."""

    title: str
    sheets: tuple[FormSheet, ...]
    guide: tuple[str, ...] = ()


def write_template(form: Form, path: Path) -> Path:
    """Write the blank workbook and put it in place; returns where it stands (``Staged.publish``).

    The same form gives the same bytes. Raises ClerkError when the file cannot be written.
    """
    return stage_template(form, path.parent, path.name).publish()


def stage_template(form: Form, folder: Path, name: str) -> Staged:
    """The workbook safely on disk, without its name yet. Raises ClerkError."""
    data = _workbook(form)

    def fill(stream: BinaryIO) -> None:
        stream.write(data)

    return stage_file(folder, name, fill)


def _workbook(form: Form) -> bytes:
    stream = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "default_format_properties": dict(style.BODY_FONT),
    }
    workbook = Workbook(stream, options)
    workbook.set_properties({"title": printable(form.title), "created": CREATED})
    made = _Formats(workbook)
    lists = _Lists()
    for sheet in form.sheets:
        _entry_sheet(workbook.add_worksheet(sheet.name), sheet, made, lists)
    _example_sheet(workbook.add_worksheet(EXAMPLE_SHEET), form, made)
    _guide_sheet(workbook.add_worksheet(GUIDE_SHEET), form, made)
    if lists.columns:
        lists.write(workbook.add_worksheet(_LIST_SHEET))
    workbook.close()
    return stream.getvalue()


class _Formats:
    """The looks of a template, made once."""

    def __init__(self, workbook: Any) -> None:
        head = style.PARTS["head"]
        self.head = workbook.add_format(head)
        self.required = workbook.add_format(head | {"font_color": "#C00000"})
        self.note = workbook.add_format(style.PARTS["line"])
        self.title = workbook.add_format(style.PARTS["caption"])
        self.cell = workbook.add_format(
            {**style.BODY_FONT, "border": 1, "text_wrap": True, "num_format": "@", "valign": "vcenter"}
        )
        self.entries = {
            entry: workbook.add_format({**style.BODY_FONT, "num_format": entry.value, "valign": "vcenter"})
            for entry in Entry
        }


class _Lists:
    """Choices too long for a rule; they stand on a hidden sheet, one column each."""

    def __init__(self) -> None:
        self.columns: list[tuple[str, ...]] = []

    def source(self, choices: tuple[str, ...]) -> list[str] | str:
        """What a drop-down names as its source."""
        if len(",".join(choices)) <= _LONGEST_LIST and not any("," in word for word in choices):
            return list(choices)
        if choices not in self.columns:
            self.columns.append(choices)
        name = xl_col_to_name(self.columns.index(choices))
        return f"='{_LIST_SHEET}'!${name}$1:${name}${len(choices)}"

    def write(self, target: Any) -> None:
        for column, choices in enumerate(self.columns):
            for row, word in enumerate(choices):
                target.write_string(row, column, word)
        target.hide()


def _entry_sheet(target: Any, sheet: FormSheet, made: _Formats, lists: _Lists) -> None:
    for column, field in enumerate(sheet.fields):
        target.set_column(column, column, _width(field), made.entries[field.entry])
        note = _note(field)
        if note:
            target.write_comment(0, column, note, {"x_scale": 1.8, "font_name": "宋体", "author": ""})
        if field.choices:
            _drop_down(target, column, field, lists)
    _header(target, 0, sheet, made)
    for row, values in enumerate(sheet.rows, start=1):
        for column, value in enumerate(values):
            if value:
                target.write_string(row, column, printable(value), made.entries[sheet.fields[column].entry])
    target.freeze_panes(1, 1)
    target.repeat_rows(0)
    _print(target, len(sheet.fields))


def _drop_down(target: Any, column: int, field: Field, lists: _Lists) -> None:
    rule: dict[str, Any] = {"validate": "list", "source": lists.source(field.choices), "error_type": "warning"}
    rule |= {"error_title": "请核对", "error_message": f"“{field.title}”一般从下拉列表中选择。"}
    if field.several:
        rule["show_error"] = False
    target.data_validation(1, column, _ROWS, column, rule)


def _header(target: Any, row: int, sheet: FormSheet, made: _Formats) -> None:
    target.set_row(row, 30)
    for column, field in enumerate(sheet.fields):
        mark = REQUIRED_MARK if field.required else ""
        target.write_string(row, column, mark + field.title, made.required if field.required else made.head)


def _example_sheet(target: Any, form: Form, made: _Formats) -> None:
    target.write_string(0, 0, "填写示例，人员和号码都是虚构的；本页不会被读取。", made.title)
    row = 1
    for sheet in form.sheets:
        if len(form.sheets) > 1:
            target.write_string(row, 0, f"工作表“{sheet.name}”", made.title)
            row += 1
        _header(target, row, sheet, made)
        for values in sheet.examples:
            row += 1
            for column, value in enumerate(values):
                target.write_string(row, column, printable(value), made.cell)
        row += 2
    for column in range(max(len(sheet.fields) for sheet in form.sheets)):
        here = [sheet.fields[column] for sheet in form.sheets if column < len(sheet.fields)]
        shown = [row[column] for sheet in form.sheets if column < len(sheet.fields) for row in sheet.examples]
        target.set_column(column, column, max([*map(_width, here), *(min(width_of(text) + 2, 30) for text in shown)]))
    _print(target, max(len(sheet.fields) for sheet in form.sheets))


def _guide_sheet(target: Any, form: Form, made: _Formats) -> None:
    for column, width in enumerate(_GUIDE_WIDTHS):
        target.set_column(column, column, width)
    for row, sentence in enumerate(form.guide):
        target.merge_range(row, 0, row, 4, "", made.note)
        target.write_string(row, 0, printable(sentence), made.note)
        target.set_row(row, LINE_HEIGHT * lines_needed(sentence, sum(_GUIDE_WIDTHS)) + 3)
    start = len(form.guide) + (1 if form.guide else 0)
    for column, title in enumerate(("工作表", "栏目", "必填", "填写要求", "可填内容")):
        target.write_string(start, column, title, made.head)
    for sheet in form.sheets:
        for field in sheet.fields:
            start += 1
            values = (sheet.name, field.title, "是" if field.required else "", field.note, "、".join(field.choices))
            for column, value in enumerate(values):
                target.write_string(start, column, printable(value), made.cell)
            lines = max(lines_needed(text, width) for text, width in zip(values, _GUIDE_WIDTHS, strict=True))
            target.set_row(start, LINE_HEIGHT * lines + 3)
    _print(target, len(_GUIDE_WIDTHS))


def _print(target: Any, columns: int) -> None:
    """A4 landscape; more columns than one page can show legibly go on over several."""
    target.set_landscape()
    target.set_paper(A4)
    target.set_margins(left=0.35, right=0.35, top=0.6, bottom=0.7)
    if columns <= _COLUMNS_A_PAGE:
        target.fit_to_pages(1, 0)
    else:
        target.repeat_columns(0)
    target.set_footer(FOOTER)


def _note(field: Field) -> str:
    parts = ["此栏必须有。" if field.required else "", field.note]
    if field.choices and not field.note:
        parts.append("从下拉列表中选择。")
    return printable("".join(parts))


def _width(field: Field) -> float:
    usual = {Entry.DATE: 12, Entry.MONEY: 12}.get(field.entry, 8)
    longest = max((width_of(word) for word in field.choices), default=0)
    return min(max(width_of(field.title) + 3, usual, longest + 3), 26)
