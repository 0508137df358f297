"""Blank workbooks for offices and institutions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from skillcli.core.errors import ClerkError

if TYPE_CHECKING:
    from skillcli.policy.model import Policy


def write_blank(kind: str, path: Path, policy: Policy | None) -> Path:
    """Write the blank workbook of a kind; with a policy that of the readings lists what is open.

    Raises ClerkError on an unknown kind, a name that is no ``.xlsx``, or a file that exists.
    """
    from skillcli.reports.forms import form
    from skillcli.xlsx.template import write_template

    blank = form(kind, policy)
    if path.suffix.lower() != ".xlsx":
        raise ClerkError(f"{path} 不是 .xlsx 文件名。", "请把文件名写成 ….xlsx。")
    if path.exists():
        raise ClerkError(f"{path} 已经存在，没有覆盖。", "请换一个文件名，或先移走原来的文件。")
    return write_template(blank, path)
