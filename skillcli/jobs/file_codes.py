"""The codes that the reader gives to whole files and cells: what each means, for ``rule`` and the documents.

They are no rules over rows (``skillcli.rules``): where one of severity ``file`` fires, there are no rows.
"""

from __future__ import annotations

from msgspec import Struct

from skillcli.core.finding import Severity


class FileCode(Struct, frozen=True):
    """One code of the reader. ``message`` says in general what a finding says of one file."""

    code: str
    title: str
    severity: Severity
    message: str
    remedy: str
    reads: tuple[str, ...] = ()
    basis: str = "数据完整性"


FILE_CODES = (
    FileCode(
        "F01",
        "文件读不出来",
        Severity.FILE,
        "文件已损坏、是空的，或不是表格（网页或文本改名为 .xls 的能认出并读取）。",
        "请在 Excel 或 WPS 中打开，另存为 xlsx 后重新提交。",
    ),
    FileCode("F02", "文件有打开密码", Severity.FILE, "文件设有打开密码，读不出内容。", "请取消密码后另存，再提交。"),
    FileCode(
        "F03",
        "没有花名册表头",
        Severity.FILE,
        "没有一张工作表有能认出的花名册表头。",
        "请用 skillcli template roster 生成的空白花名册填写。",
    ),
    FileCode(
        "F04",
        "缺少必需的栏目",
        Severity.FILE,
        "表头里没有某个必需的栏目；提示会写出最接近的表头。",
        "请增加该栏目，或运行 skillcli mapping，把本单位的叫法登记在 skillcli.toml 里。",
    ),
    FileCode(
        "F05",
        "两栏指同一项而内容不一致",
        Severity.FILE,
        "两个表头是同一个栏目，内容却不一样。",
        "请只保留正确的一栏，或把另一栏改成它真正的名称。",
    ),
    FileCode(
        "F06",
        "文件过大",
        Severity.FILE,
        "文件的大小、行数、列数或解压后的大小超过限度。",
        "请把需要的行和列复制到一张新表，另存为 xlsx 后重新提交。",
    ),
    FileCode("F07", "没有学员数据", Severity.FILE, "有表头，下面没有一行数据。", "请填写后再提交。"),
    FileCode(
        "F09",
        "读取说明",
        Severity.INFO,
        "没有作为数据读取的工作表、栏目、标题行、合计行，以及按别名识别的表头，各说明一次。",
        "请看一眼，确认没有漏读。",
    ),
    FileCode(
        "F10",
        "可填可不填的栏目里有读不懂的内容",
        Severity.WARNING,
        "单元格里有内容，但读不懂，按没有填写处理；提示会写出是哪一格、写的是什么。",
        "请按模板上的格式填写；不需要的请清空。",
    ),
)
