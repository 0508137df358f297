"""The page that says what is planted where."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

HEAD = """# Sample data 样例数据

Written by `python sample_data/make.py` (same bytes on every run); do not edit by hand.

**All people are made up.** Identity numbers have real-looking area codes with random birth dates and serials and a valid
check digit; names, telephone numbers, bank accounts and certificates are random. 所有人员、证件号、账号均为虚构。

| path | holds |
|---|---|
| `linkou/2020-03/` | a month of Linkou: a school's xlsx (two sheets, titles, aliases), a mine's xls (two-row header), a school's GB18030 csv |
| `taiyuan/2020-03/` | a month of Taiyuan: xlsx with a two-row header, an HTML table named xls (起止日期 in one cell), an xlsx with two sheets |
| `*/目录.xlsx` | catalogue: 培训项目, 急需紧缺, 机构 (prices change on 2020-01-01) |
| `*/政策口径.xlsx` | readings: some holes answered, the others left open |
| `linkou/比对名单.xlsx` | reference list (P16) · `taiyuan/项目补助.xlsx`: grants, one item twice (D06) |
| `unusable/` | files that are refused; the password of 有密码.xlsx is 123456 |
| `planted.json` | the table below for machines; `row` 0: the file as a whole |

Try: `skillcli validate sample_data/linkou/2020-03/* --policy linkou-2019 --as-of 2020-04-10` (the run `linkou` also
imports catalogue, readings and list; `linkou-bare` has none, hence E13;
`taiyuan-classes` imports `taiyuan/开班登记.xlsx` and `taiyuan/评价目录.xlsx`, hence T18 and T19).

Not planted: P12 and E01 (retired before use).

"""


def readme(runs: Sequence[dict[str, Any]], planted: Sequence[dict[str, Any]]) -> str:
    lines = [HEAD, f"## What is planted where ({len({p['code'] for p in planted})} codes)\n"]
    for run in runs:
        if run["run"].startswith("unusable/"):
            continue
        lines.append(f"\n### Run `{run['run']}` ({run['policy']}, as of {run['as_of']})\n")
        lines += ["| file | sheet | row | code | line |", "|---|---|---|---|---|"]
        lines += [_line(p) for p in planted if p["run"] == run["run"]]
    lines += ["\n### Unusable files\n", "| file | sheet | row | code | line |", "|---|---|---|---|---|"]
    lines += [_line(p) for p in planted if p["run"].startswith("unusable/")]
    return "\n".join(lines) + "\n"


def _line(p: dict[str, Any]) -> str:
    where = p["row"] or "–"
    return f"| {p['file']} | {p['sheet'] or '–'} | {where} | {p['code']} | {p['line'] or '–'} |"
