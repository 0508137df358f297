"""Words that mark sheets, rows and headers which are no roster data."""

from __future__ import annotations

import re

EXAMPLE_SHEET = "示例"
"""Sheet of our own template that shows a filled-in row."""

OWN_SHEETS = frozenset({"问题汇总", "问题清单", "补贴测算", "测算明细", "说明", "填表说明", "填写说明"})
"""Sheets that our own workbooks add beside an institution's; passed over in silence."""

OWN_COLUMNS = frozenset({"核对结果", "审核意见", "序号"})
"""Headers that carry nothing of the institution's: our remark column and running numbers."""

ANNOTATED_SUFFIX = "-审核意见"
"""File name ending of an annotated copy, before its suffix."""

ESTIMATE_SUFFIX = "-补贴测算"
"""File name ending of the slip that says what may be expected."""

_OWN_ENDINGS = ("审核意见", "补贴测算", "核对结果", "以往台账核对", "拨付", "公示", "退票", "补发", "减少名单", "比对")
_OWN_BEGINNINGS = ("先行拨付-", "先行拨付结算-", "追回台账")
_COPY = r"(?:[(（]\d+[)）])?"
_OWN_FILE = re.compile(
    rf"(?:.*-(?:{'|'.join(_OWN_ENDINGS)})|(?:{'|'.join(_OWN_BEGINNINGS)}).*|\d{{4}}年.*报告(?:（.*）)?){_COPY}"
)


def is_own_output(stem: str) -> bool:
    """Whether a file of this name (without its suffix) is one that the program writes itself, also as a
    numbered copy; such files are no rosters."""
    return _OWN_FILE.fullmatch(stem) is not None


PERIOD_TITLES = (
    "培训起止日期",
    "培训起止时间",
    "起止日期",
    "起止时间",
    "培训时间",
    "培训日期",
    "培训期限",
    "培训周期",
    "培训时段",
    "开班起止日期",
    "开班起止时间",
)
"""Headers of one cell that holds first and last day, or that stand over two columns."""

PERIOD_FIRST = ("开始", "起", "起始", "开班", "自", "开始日期", "开始时间", "起始日期", "起始时间", "起日期", "开课")
PERIOD_LAST = (
    "结束",
    "止",
    "终止",
    "结课",
    "至",
    "结束日期",
    "结束时间",
    "终止日期",
    "终止时间",
    "截止",
    "结业",
    "截止日期",
    "止日期",
)
"""What stands under such a header, first and last."""

TOTAL_WORDS = ("合计", "小计", "总计", "共计", "累计", "本页合计", "本页小计", "总合计")
"""First words of a row of sums."""

SIGNATURE_WORDS = (
    "制表",
    "填表",
    "审核",
    "复核",
    "负责人",
    "经办",
    "联系人",
    "填报",
    "盖章",
    "公章",
    "签字",
    "签章",
    "校长",
    "法定代表人",
    "法人代表",
    "单位领导",
    "分管领导",
    "制单",
    "报送",
    "打印日期",
    "打印时间",
    "日期:",
    "年月日",
)
"""What a line of signatures below the table says."""

NOTE_WORDS = ("注:", "注1", "说明:", "备注:", "填表说明", "填写说明", "填报说明", "注意", "承诺", "以上")
"""First words of a remark below the table."""

EXAMPLE_WORDS = frozenset({"例", "示例", "样例", "例如", "填写示例", "举例", "(例)", "(示例)"})
"""First cell of a row that shows how to fill in."""
