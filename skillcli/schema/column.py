"""What a column of an input workbook is.

One list of these (``skillcli.schema.inputs``) serves the templates, the header matcher, the
converters, the JSON names and the documentation; no other list of columns exists.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Kind(StrEnum):
    """How the cells of a column are read, and as which dtype they stand in a frame.

    ====================  ==========================================================
    kind                  frame dtype and unit
    ====================  ==========================================================
    text                  ``str``, blanks around it removed
    id, account           ``str``, repaired (width, blanks, zero-width); guarded
    certificate, phone    ``str``, as written but trimmed; guarded
    uscc                  ``str``, upper case
    date                  ``datetime64[s]``, midnight
    whole                 ``Int64``
    percent               ``Int64``, hundredths of a percent (80 % = 8000)
    money                 ``Int64``, fen
    yes_no                ``boolean``
    word                  ``str``, one canonical word of the column's vocabulary
    words                 ``str``, canonical words in canonical order joined by 、
    region                ``str``, a GB/T 2260 code or a place name
    ====================  ==========================================================

    A guarded kind looks at the cell's type before its text: a number in it has lost digits.
    """

    TEXT = "text"
    ID = "id"
    ACCOUNT = "account"
    CERTIFICATE = "certificate"
    PHONE = "phone"
    USCC = "uscc"
    DATE = "date"
    WHOLE = "whole"
    PERCENT = "percent"
    MONEY = "money"
    YES_NO = "yes_no"
    WORD = "word"
    WORDS = "words"
    REGION = "region"

    @property
    def dtype(self) -> str:
        """The pandas dtype of a frame's column."""
        return _DTYPES.get(self, "str")

    @property
    def guarded(self) -> bool:
        """Whether a number cell is judged by its type before its text."""
        return self in (Kind.ID, Kind.ACCOUNT, Kind.CERTIFICATE, Kind.PHONE)

    @property
    def masked(self) -> bool:
        """Whether messages and JSON may only show the value masked."""
        return self in (Kind.ID, Kind.ACCOUNT)


_DTYPES = {
    Kind.DATE: "datetime64[s]",
    Kind.WHOLE: "Int64",
    Kind.PERCENT: "Int64",
    Kind.MONEY: "Int64",
    Kind.YES_NO: "boolean",
}


class Column(Struct, frozen=True):
    """One column: its key in frames and JSON, its title for clerks, and how it is read.

    ``required``: the column must exist (a blank cell is judged by the rules).
    ``aliases``: other headers clerks really use. ``words``: name of the vocabulary of a
    ``word``/``words`` column. ``note``: the template's cell note, plain Chinese.
    """

    key: str
    title: str
    kind: Kind
    required: bool = False
    aliases: tuple[str, ...] = ()
    words: str = ""
    note: str = ""


class Table(Struct, frozen=True):
    """One sheet of an input workbook. ``kind`` names the template (``skillcli template``)."""

    kind: str
    title: str
    columns: tuple[Column, ...]

    def __getitem__(self, key: str) -> Column:
        for column in self.columns:
            if column.key == key:
                return column
        raise KeyError(key)

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(column.key for column in self.columns)
