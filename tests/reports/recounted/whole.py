"""A whole report workbook recounted: every sheet of a quarter, a year or any period."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

from reports.recounted.people import ANY, NONE
from reports.recounted.printed import Claims
from reports.recounted.registers import Registers

STATES = {
    "draft": "草稿",
    "published": "公示中",
    "approved": "已审批",
    "sent": "已报送",
    "partly_paid": "部分支付",
    "paid": "已支付",
    "closed": "已办结",
    "void": "已作废（不计）",
}
EVENTS = {
    "batch": "入账",
    "payout": "登记支付结果",
    "reversal": "追回",
    "repaid": "退回款项",
    "advance": "先行拨付",
    "settlement": "先行拨付结算",
    "import": "导入",
    "ruling": "口径认定",
}
OUTSIDE = {"employed": "就业人员（人）", "skilled": "技能劳动者（人）", "high_skilled": "高技能人才（人）"}
Difference = tuple[str, str, str, str, str, str]


class Recount(Registers):
    """What the workbook of a period must say, by the exported ledger alone; of what it cannot hold, the configured figures.

    ``roll``: an export with whole numbers, without which the list of real names cannot be compared."""

    def __init__(self, folder: Path, city: str, span: tuple[date, date], as_of: date, agency: str, **more: Any) -> None:
        self.roll: Path = more.pop("roll")
        self.rule_titles = more.pop("rules")
        super().__init__(folder, city, span, as_of, agency, **more)

    def count_all(self, kind: str, title: str, earlier: Recount | None = None) -> Claims:
        """The claims on every sheet. ``kind``: quarterly, annual or period; ``title``: of the period; ``earlier``: the recount of the
        report written before."""
        self.cover()
        self.targets()
        self.breakdowns()
        self.focus()
        self.institutions()
        self.reasons()
        self.funds()
        self.advances()
        self.matters()
        self.comparison()
        self.public()
        self.employment()
        self.flow()
        self.skills()
        self.supervision(*self._roll())
        self.published()
        self.upward()
        if kind == "annual":
            self.appraisal()
            self.yearly()
        self._adjusted(title, earlier)
        self.explanation()
        self._headings(title)
        return self.claims

    def _headings(self, title: str) -> None:
        """Above every sheet: whose, of which period, by which days."""
        basis = f"统计期：{self.span[0]} 至 {self.span[1]}　　人次、人数按发证日期，条数、金额按拨付月份　　制表日期：{self.as_of}"
        for sheet in {claim.sheet for claim in self.claims.tables}:
            own = f"补贴情况（{sheet}）" if sheet.startswith("按") else sheet
            self.claims.say(sheet, basis, f"{self.agency}{title}职业技能培训{own}")
        self.claims.say("封面", f"{self.agency}职业技能培训{title}报告")
        self.claims.say("就业率与增收率", f"二、{self.span[1].year} 年按人员类别", _FOLLOWED_NONE)
        self.claims.say("按补贴项目", *_FIXED)
        for sheet in ("五免一助", "职工教育经费"):
            self.claims.say(sheet, *_FIXED)

    # The list of real names

    def _roll(self) -> tuple[list[tuple[Any, ...]], list[tuple[str, str]]]:
        roll = f"'{self.roll}"
        self.db.execute(
            f"""CREATE OR REPLACE TEMP TABLE roll AS SELECT n.cells->>'$.name' AS name, upper(plain(n.cells->>'$.id_number')) AS id,
            n.序号 AS place FROM (SELECT 内容::JSON AS cells, 导入编号, 序号 FROM read_parquet({roll}/导入的行.parquet')) n
            JOIN read_parquet({roll}/导入的表.parquet') i ON i.编号 = n.导入编号 WHERE i.种类 = 'reference' AND
            n.cells->>'$.list_name' = '实名制'"""
        )
        ours = self.rows(
            f"""SELECT DISTINCT upper(plain(t.身份证号)) FROM read_parquet({roll}/培训.parquet') t JOIN rec ON rec.tid = t.培训编号
            WHERE rec.who IS NOT NULL"""
        )
        known = {eighteen(number) for (number,) in ours}
        listed: dict[str, tuple[str, str]] = {}
        for name, number in self.rows("SELECT name, id FROM roll ORDER BY place"):
            if sound(eighteen(number)):
                covered = f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}"
                listed.setdefault(eighteen(number), (name or "", covered))
        many = self.one("SELECT count(DISTINCT who) FROM rec")
        both = len(known & set(listed))
        only = [cells for number, cells in listed.items() if number not in known]
        rows = [
            ("台账里的人", many, ANY),
            ("实名制名单里的人", len(listed), ANY),
            ("两边都有", both, ANY),
            ("只在台账", many - both, ANY),
            ("只在实名制", len(only), ANY),
        ]
        return rows, only[:200]

    # What was restated

    def _adjusted(self, title: str, earlier: Recount | None) -> None:
        rows: list[tuple[Any, ...]] = []
        causes: list[tuple[Any, ...]] = []
        if earlier is not None:
            rows = differences(earlier.claims, self.claims)
            causes = self._causes(earlier.position)
            issued = self.one(
                f"SELECT day FROM moment JOIN journal USING (seq) WHERE kind = 'report' AND subject = '{title}报告' "
                "ORDER BY seq DESC LIMIT 1 OFFSET 1"
            )
            self.claims.say(
                "数据调整说明",
                f"注：与 {issued} 出的同一报告（台账第 {earlier.position} 笔）相比；共 {len(rows):,} 处数字不同。",
            )
        self.claims.add("数据调整说明", "工作表 行/b 栏目 上次报告 本次报告 增减", rows)
        self.claims.add("数据调整说明", "流水/n 日期 事项 对象 经办人", causes)

    def _causes(self, after: int) -> list[tuple[Any, ...]]:
        found = self.rows(
            f"SELECT seq, substr(\"at\", 1, 10), kind, subject, person FROM journal WHERE seq > {after} AND kind <> 'report'"
        )
        return [(seq, day, EVENTS[kind], subject.split(" ")[0], person) for seq, day, kind, subject, person in found]

    @property
    def position(self) -> int:
        return int(self.one("SELECT max(seq) FROM journal WHERE kind <> 'report'"))

    # How it was counted

    def explanation(self) -> None:
        sheet = "说明"
        head = self.one(f"SELECT head FROM journal WHERE seq = {self.position}")
        number = f"（{self.policy['number']}）" if self.policy["number"] else ANY
        policy = f"{self.policy['title']}{number}，编号 {self.city}" if number is not ANY else ANY
        facts = [
            ("单位", self.agency),
            ("统计期", f"{self.span[0]} 至 {self.span[1]}"),
            ("制表日期", str(self.as_of)),
            ("政策", policy),
            ("政策校验值", ANY),
            ("台账", f"到第 {self.position} 笔为止，链头 {head}"),
            ("工具", ANY),
        ]
        self.claims.add(sheet, "项目 内容", facts)
        names = ("人次、人数按", "条数、金额按", "同一培训", "同一明细", "金额", "人数", "已作废的批次", "没有的内容")
        self.claims.add(sheet, "项目 内容", [(name, ANY) for name in names])
        batches = [
            (batch, month, STATES[status], *cells)
            for batch, month, status, *cells in self.rows(
                "SELECT batch_id, month, status, booked_on, trainings, lines, payable, amount_fen FROM known"
            )
        ]
        columns = "批次 月份 状态 入账日期/d 培训人次/n 明细条数/n 拟补贴条数/n 金额（元）/m"
        self.claims.add(sheet, columns, batches)
        keys = {
            "counts_to_target",
            *(key for (key,) in self.rows(f"SELECT key FROM ruling WHERE policy = '{self.city}'")),
        }
        self.claims.add(sheet, READINGS, [(key, *[ANY] * (len(READINGS.split()) - 1)) for key in keys])
        sources = [
            (title, f"{self.figures[key][0]:,}" if key in self.figures else NONE, self.figures[key][1] or NONE)
            for key, title in OUTSIDE.items()
        ]
        self.claims.add(sheet, "项目 数值 来源", sources)


READINGS = "口径键 问题 口径 认定人 文号 日期"
_FOLLOWED_NONE = (
    "注：来自 skillcli placement 登记的就业跟踪名单，同一培训以最后一次登记为准；没有登记过名单的年度，已跟踪人数为 0。"
)
_FIXED: tuple[str, ...] = ()
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def eighteen(number: str) -> str:
    """A number of the first generation under its form of 18 characters (GB 11643-1999; policy, rules on numbers)."""
    if not re.fullmatch(r"\d{15}", number):
        return number
    body = f"{number[:6]}19{number[6:]}"
    total = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


def sound(number: str) -> bool:
    """Whether an identity number can be one (GB 11643): a day that exists and the right last character."""
    if not re.fullmatch(r"\d{17}[\dX]", number):
        return False
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == number[17]


def differences(was: Claims, now: Claims) -> list[Difference]:
    """Every figure that two recounts of a report do not share, as the sheet 数据调整说明 writes it."""
    before, after = figures(was), figures(now)
    rows: list[Difference] = []
    for key in sorted({*before, *after}):
        old, new = before.get(key), after.get(key)
        kind = (after if key in after else before)[key][1]
        number, was_number = (each[0] if each else 0 for each in (new, old))
        if number == was_number and (new is None) == (old is None):
            continue
        if not number and not was_number:
            continue
        sheet, _, row, column = key
        change = shown(number - was_number, kind)
        sign = "" if number < was_number else "+"
        told = [shown(each[0], kind) if each else "（无）" for each in (old, new)]
        rows.append((sheet, row, column, *told, sign + change))
    return rows


def figures(claims: Claims) -> dict[tuple[str, int, str, str], tuple[int, str]]:
    """(sheet, table, row, column) → number and kind; a row is named by the texts before its first number."""
    found: dict[tuple[str, int, str, str], tuple[int, str]] = {}
    places: dict[str, int] = {}
    for claim in claims.tables:
        number = places[claim.sheet] = places.get(claim.sheet, -1) + 1
        if claim.sheet in ("封面", "数据调整说明", "说明"):
            continue
        heads = claim.heads
        start = 1 if heads[0][0] == "序号" else 0
        first = next((at for at in range(start, len(heads)) if heads[at][1] not in "tb"), len(heads))
        for row in [*claim.rows, *([claim.totals] if claim.totals is not None else [])]:
            total = row is claim.totals
            name = (
                (f"合计（{claim.caption}）" if claim.caption else "合计")
                if total
                else "　".join(str(cell) for cell in row[start:first] if cell)
            )
            for (title, kind), cell in zip(heads[first:], row[first:], strict=True):
                if kind in "nmp" and cell is not None:
                    found[claim.sheet, number, name, title] = cell, kind
    return found


def shown(number: int, kind: str) -> str:
    """A number as it is read on the sheet."""
    if kind == "n":
        return f"{number:,}"
    return f"{number / 100:.2f}%" if kind == "p" else f"{number / 100:,.2f}"
