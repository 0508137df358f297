"""Person-times, persons and money of a period by whatever they are grouped by: the cover, targets, breakdowns and comparisons."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from reports.recounted.exported import GRANT, NONE, Exported
from reports.recounted.printed import ANY, Claims

Span = tuple[date, date]
MEASURES = (
    "申报人次/n 合格人次/n 取证人次/n 补贴人次/n 补贴人数/n 补贴条数/n 金额（元）/m 金额（万元）/w 已支付（元）/m"
)
OPEN = "文件未定"


def yuan(fen: int) -> str:
    return f"{fen / 100:,.2f}"


def share(part: int | None, whole: int | None) -> int | None:
    """Hundredths of a percent, halves up; None on nothing."""
    return None if not whole or part is None else (part * 20_000 + whole) // (2 * whole)


def growth(now: int, base: int) -> int | None:
    if not base:
        return None
    size = (abs(now - base) * 20_000 + base) // (2 * base)
    return size if now >= base else -size


def months_before(day: date, count: int) -> date:
    at = day.year * 12 + day.month - 1 - count
    year, month = divmod(at, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def earlier(span: Span) -> tuple[Span, Span]:
    """The period before, as long, and the same a year ago; of whole months by months."""
    first, after = span[0], span[1] + timedelta(1)
    if first.day == 1 and after.day == 1:
        length = (after.year - first.year) * 12 + after.month - first.month
        before = months_before(first, length), first - timedelta(1)
        return before, (months_before(first, 12), months_before(after, 12) - timedelta(1))
    before = first - (after - first), first - timedelta(1)
    return before, (months_before(first, 12), months_before(span[1], 12))


class People(Exported):
    """``span``: the period; ``figures``: what stands in [figures], with where it is from."""

    def __init__(
        self, folder: Path, city: str, span: Span, as_of: date, agency: str, figures: dict[str, tuple[int, str]]
    ) -> None:
        super().__init__(folder, city)
        self.span, self.as_of, self.agency, self.figures = span, as_of, agency, figures
        start = date.fromisoformat(str(self.policy["valid_from"]))
        self.spans = [span, (date(span[1].year, 1, 1), span[1]), (min(start, span[0]), span[1])]
        self.claims = Claims()

    @staticmethod
    def days(span: Span) -> str:
        return f"BETWEEN DATE '{span[0]}' AND DATE '{span[1]}'"

    def of(self, query: str, span: Span | None = None, **more: object) -> list[tuple[Any, ...]]:
        return self.rows(query, days=self.days(span or self.span), **more)

    def by(self, label: str, span: Span | None = None, people: str = "p", lines: str = "l") -> list[tuple[Any, ...]]:
        """Label and the nine measures of each value of a column."""
        return self.of(
            f"SELECT coalesce(a.k, b.k), coalesce(n, 0), coalesce(ok, 0), coalesce(cert, 0), coalesce(own, 0), "
            f"coalesce(who, 0), coalesce(c, 0), coalesce(fen, 0), coalesce(fen, 0), coalesce(back, 0) FROM (SELECT {label} AS k, "
            "count(*) AS n, count(*) FILTER (passed) AS ok, count(*) FILTER (certified) AS cert, count(*) FILTER (subsidised) "
            f"AS own, count(DISTINCT person) FILTER (subsidised) AS who FROM {people} WHERE onday {{days}} GROUP BY 1) a "
            f"FULL JOIN (SELECT {label} AS k, count(*) AS c, sum(amount_fen) AS fen, sum(amount_fen) FILTER (paid) AS back "
            f"FROM {lines} WHERE outcome = '补贴' AND ends {{days}} GROUP BY 1) b ON a.k = b.k",
            span,
        )

    def whole(self, span: Span | None = None) -> tuple[int, ...]:
        return next((row[1:] for row in self.by("'all'", span)), (0,) * 9)

    def count(self, flag: str, span: Span, by: str = "'all'") -> dict[str, int]:
        return dict(self.of(f"SELECT {by}, count(*) FROM p WHERE {flag} AND onday {{days}} GROUP BY 1", span))

    # Sheets

    def cover(self) -> None:
        block = [("填报单位", self.agency), *((each, "") for each in ("单位负责人", "填表人", "电话"))]
        block += [("日期", f"{self.as_of.year}年{self.as_of.month}月{self.as_of.day}日")]
        self.claims.add("封面", "项目 内容", block)
        rows = [
            (name, *self.whole(span)) for name, span in zip(("本期", "本年累计", "政策期累计"), self.spans, strict=True)
        ]
        self.claims.add("封面", f"指标 {MEASURES}", rows)
        months, running = [], 0
        first, last = self.span
        for at in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
            year, month = at // 12, at % 12 + 1
            span = max(first, date(year, month, 1)), min(last, date(year, month, monthrange(year, month)[1]))
            found = self.whole(span)
            running += found[6]
            months.append((f"{year}-{month:02d}", found[3], found[4], found[5], found[6], found[6], running, found[8]))
        total = self.whole()
        columns = "月份 补贴人次/n 补贴人数/n 补贴条数/n 金额（元）/m 金额（万元）/w 累计金额（元）/m 已支付（元）/m"
        self.claims.add("封面", columns, months, ("合计", *total[3:6], total[6], total[6], None, total[8]))
        self.claims.say(
            "封面",
            f"本期补贴 {total[3]:,} 人次、{total[4]:,} 人，金额 {yuan(total[6])} 元，其中已支付 {yuan(total[8])} 元。",
        )

    def breakdowns(self) -> None:
        unit, whole = self.policy["report_unit"], self.whole()
        self.projects(whole)
        for sheet, title, label, caption in (
            ("按培训类型", "培训类型", "training_kind_n", ""),
            ("按技能等级和证书类型", "技能等级", "level_n", "一、按技能等级"),
            ("按技能等级和证书类型", "证书类型", "certificate_kind_n", "二、按证书类型"),
            (f"按{unit}", unit, "place", ""),
            ("专项行动", "专项行动", "programme_n", ""),
        ):
            self.claims.add(sheet, f"{title} {MEASURES}", self.by(label), ("合计", *whole), caption)
        rows = [(f"其中：{name}", *found) for name, *found in self.categories()]
        self.claims.add("按人员类别", f"人员类别 {MEASURES}", rows, ("合计（不重复）", *whole))
        ((times, persons),) = self.of(
            "SELECT count(*), count(DISTINCT person) FROM p WHERE subsidised AND level IN ('高级工', '技师', '高级技师') AND onday {days}"
        )
        text = f"注：其中高级工及以上（高技能人才）补贴 {times:,} 人次，{persons:,} 人。"
        self.claims.say("按技能等级和证书类型", text)

    def projects(self, whole: Sequence[int]) -> None:
        found = {
            line: cells
            for line, *cells in self.of(
                "SELECT line, count(*), count(*) FILTER (outcome = '补贴'), coalesce(sum(amount_fen) FILTER (outcome = '补贴'), 0), "
                "coalesce(sum(amount_fen) FILTER (paid), 0), coalesce(sum(amount_fen) FILTER (outcome = '追回'), 0) "
                "FROM l WHERE ends {days} GROUP BY 1"
            )
        }
        theirs = {
            line: cells
            for line, *cells in self.of(
                "SELECT line, count(DISTINCT label), count(DISTINCT person) FROM l WHERE outcome = '补贴' AND onday {days} "
                "AND person IS NOT NULL GROUP BY 1"
            )
        }
        rows = []
        for each in self.policy["lines"]:
            if each["id"] not in found and (each.get("for_units") or False):
                continue
            claimed, lines, fen, paid, back = found.get(each["id"], (0,) * 5)
            times, persons = theirs.get(each["id"], (0, 0))
            rows.append((each["title"], each["clause"], times, persons, claimed, lines, fen, fen, paid, back))
        sums = [sum(row[at] for row in rows) for at in range(4, 10)]
        columns = "补贴项目 依据条款 补贴人次/n 补贴人数/n 申报条数/n 补贴条数/n 金额（元）/m 金额（万元）/w 已支付（元）/m 另有追回（元）/m"
        self.claims.add("按补贴项目", columns, rows, ("合计", "", whole[3], whole[4], *sums))

    def _words(self) -> None:
        for table, lists in (("p", "categories_n"), ("l", "categories_n")):
            self.db.execute(
                f"CREATE OR REPLACE TEMP TABLE {table}_c AS SELECT DISTINCT e.* EXCLUDE (one), coalesce(i.more, e.one) AS word "
                f"FROM (SELECT {table}.*, unnest(string_split({lists}, '、')) AS one FROM {table}) e "
                "LEFT JOIN implied i ON i.name = e.one"
            )

    def categories(self) -> list[tuple[Any, ...]]:
        """Each category, the implied ones with it."""
        self._words()
        return self.by("word", None, "p_c", "l_c")

    def focus(self) -> None:
        (group,) = [each for each in self.policy["person_groups"] if each["id"] == self.policy["focus_group"]]
        names = list(
            dict.fromkeys(name for who in group["any"] for name in (*who.get("categories", ()), *who.get("all", ())))
        )
        known = {name: found for name, *found in self.categories()}
        rows = [(f"其中：{name}", *known.get(name, (0,) * 9)) for name in names]
        inside = ", ".join(f"'{name}'" for name in names)
        for table in ("p", "l"):
            self.db.execute(
                f"CREATE OR REPLACE TEMP TABLE {table}_f AS SELECT DISTINCT * EXCLUDE (word) FROM {table}_c WHERE word IN ({inside})"
            )
        total = next((row[1:] for row in self.by("'all'", None, "p_f", "l_f")), (0,) * 9)
        columns = f"人员类别 {MEASURES}".replace("金额（元）/m 金额（万元）", "补贴金额（元）/m 金额（万元）")
        self.claims.add("重点群体", columns, rows, ("合计（不重复）", *total))

    def targets(self) -> None:
        rows = [(*row, "" if row[3] is not None else OPEN) for row in self.progress()]
        now, year, done = (sum(self.count("ojt AND subsidised", span).values()) for span in self.spans)
        first, last = self.spans[2]
        rows.append(("以工代训（单列）", "", f"{first} 至 {last}", None, now, year, done, None, None, "不计入目标"))
        columns = "目标任务 依据条款 起止 目标（人次）/n 本期完成/n 本年累计/n 累计完成/n 完成率/p 差额/n 备注"
        self.claims.add("目标任务完成情况", columns, rows)
        self.units("place", self.policy["report_unit"], "二")
        self.units("department_n", "主管部门", "三")
        columns = "指标 依据条款 起止 目标值/p 分子/n 分母/n 完成值/p 差额/p 备注"
        self.claims.add("目标任务完成情况", columns, self.ratios())
        self.claims.say(
            "目标任务完成情况",
            f"注：按{self.policy['report_unit']}、按主管部门的目标为任务分解的 {self.span[1].year} 年任务，完成率＝本年累计÷目标，"
            "差额＝目标－本年累计；合计的目标和差额只计有任务的行。",
        )

    def in_force(self) -> list[dict[str, Any]]:
        year = self.span[0].year
        return [t for t in self.policy["targets"] if t["first"] <= self.span[1] and t["last"].year >= year]

    def progress(self) -> list[tuple[Any, ...]]:
        """Of each target in person-times: title, clause, span, goal, now, year, done, rate, gap."""
        rows = []
        for target in self.in_force():
            if target["measure"] != "trainings":
                continue
            goal = target.get("value")
            until = min(target["last"], self.span[1])
            now, year = (sum(self.count("target", span).values()) for span in self.spans[:2])
            done = sum(self.count("target", (target["first"], until)).values())
            gap = None if goal is None else goal - done
            span = f"{target['first']} 至 {target['last']}"
            rows.append((target["title"], target["clause"], span, goal, now, year, done, share(done, goal), gap))
        return rows

    def tasks(self, key: str) -> dict[str, tuple[int, str]]:
        """Unit → task and document of the period's last year; a name that ends like a place's is one."""
        found: dict[str, tuple[int, str]] = {}
        for unit, goal, document in self.rows(
            "SELECT cells->>'$.unit', (cells->>'$.goal')::BIGINT, coalesce(cells->>'$.document', '') FROM r_tasks "
            "WHERE (cells->>'$.year')::INT = {year}",
            year=self.span[1].year,
        ):
            if unit.endswith(("镇", "乡", "街道", "县", "区", "市", "旗")) == (key == "place"):
                own = unit.removeprefix("太原市") if self.city == "taiyuan-2019" else unit
                found[own] = goal, document
        return found

    def units(self, key: str, title: str, number: str) -> None:
        goals = self.tasks(key)
        now, year, done = (self.count("target", span, key) for span in self.spans)
        rows = []
        for unit in {*now, *year, *done, *goals}:
            goal, document = goals.get(unit, (None, ""))
            own = year.get(unit, 0)
            gap = None if goal is None else goal - own
            remark = OPEN if goal is None else f"依据 {document}" if document else ""
            rows.append((unit, goal, now.get(unit, 0), own, done.get(unit, 0), share(own, goal), gap, remark))
        known = [row for row in rows if row[1] is not None]
        sums = [sum(row[at] for row in rows) for at in (2, 3, 4)]
        goal, gap = (sum(row[at] for row in known) if known else None for at in (1, 6))
        columns = f"{title} 目标（人次）/n 本期完成/n 本年累计/n 累计完成/n 完成率/p 差额/n 备注"
        whole = ("合计", goal, *sums, None, gap, "")
        self.claims.add("目标任务完成情况", columns, rows, whole, f"{number}、按{title}")

    def ratios(self) -> list[tuple[Any, ...]]:
        """Ratio targets: two of them from what the office wrote into [figures], the others from follow-ups."""
        rows = []
        for target in self.in_force():
            part: int | None
            whole: int | None
            if target["measure"] == "trainings":
                continue
            keys = {"skilled": ("skilled", "employed"), "high_skilled": ("high_skilled", "skilled")}.get(
                target["measure"]
            )
            if keys:
                (part, one), (whole, other) = (self.figures[key] for key in keys)
                remark = "数据来源：" + "；".join(dict.fromkeys(each or "来源未填" for each in (one, other)))
            else:
                part, whole, remark = self.followed_ratio(target)
            goal = None if target.get("value") is None else int(Decimal(str(target["value"])) * 100)
            rate = share(part, whole)
            gap = None if goal is None or rate is None else goal - rate
            told = "；".join(text for text in (OPEN if goal is None else "", remark) if text)
            span = f"{target['first']} 至 {target['last']}"
            rows.append((target["title"], target["clause"], span, goal, part, whole, rate, gap, told))
        return rows

    def followed_ratio(self, target: dict[str, Any]) -> tuple[int | None, int | None, str]:
        last = min(target["last"], self.span[1])
        own = [row for row in self.followed() if target["first"].year <= row[0] <= last.year]
        if target["measure"] == "income":
            known, raised = sum(row[4] for row in own), sum(row[5] for row in own)
            missing = "未填（没有登记培训前后收入的就业跟踪名单）"
            return (raised, known, _FOLLOWED) if known else (None, None, missing)
        if any(row[2] for row in own):
            return sum(row[3] for row in own), sum(row[1] for row in own), _FOLLOWED
        within = target["first"], last
        no_staff = "NOT list_contains(string_split(categories_n, '、'), '企业职工')"
        whole = sum(self.count(f"target AND {no_staff}", within).values())
        employed = sum(self.count(f"target AND employed_on IS NOT NULL AND {no_staff}", within).values())
        if not employed:
            return None, whole, "未填（花名册没有填就业日期）"
        return employed, whole, "按花名册填写的就业日期计，不含企业职工"

    def followed(self) -> list[tuple[Any, ...]]:
        """Of each year of 结课: year, persons to follow (no 企业职工), followed, employed, income known, raised."""
        self._followed()
        return self.rows(
            "SELECT w.year, count(*), count(f.who), count(*) FILTER (f.employed), count(*) FILTER (f.told), count(*) FILTER (f.raised) "
            "FROM (SELECT DISTINCT year, who FROM wanted) w LEFT JOIN told f ON f.who = w.who AND f.year = w.year GROUP BY 1 ORDER BY 1"
        )

    def _followed(self) -> None:
        """``wanted``: who is to be followed, of each year; ``told``: what the lists said last of a training, by person and year."""
        last = self.span[1]
        self.db.execute(
            f"""CREATE OR REPLACE TEMP TABLE wanted AS SELECT year("end")::INT AS year, who, coalesce(nullif(categories, ''), '{NONE}')
            AS lists FROM rec WHERE who IS NOT NULL AND NOT loser AND "end" <= DATE '{last}'
            AND NOT list_contains(string_split(coalesce(categories, ''), '、'), '企业职工')"""
        )
        self.db.execute(
            f"""CREATE OR REPLACE TEMP TABLE told AS SELECT year, who, bool_or(outcome = '已就业') AS employed,
            bool_or(before IS NOT NULL AND after IS NOT NULL) AS told, coalesce(bool_or(after > before), false) AS raised FROM
            (SELECT r.who, year(DATE '1970-01-01' + (cells->>'$.end')::INT)::INT AS year, cells->>'$.outcome' AS outcome,
             (cells->>'$.income_before')::BIGINT AS before, (cells->>'$.income_after')::BIGINT AS after
             FROM (SELECT x.cells FROM row x JOIN import i ON i.id = x.import_id WHERE i.kind = 'followed'
                   AND x.cells->>'$.policy' = '{self.city}'
                   QUALIFY row_number() OVER (PARTITION BY x.cells->>'$.tid' ORDER BY x.import_id DESC, x.place DESC) = 1)
             JOIN rec r ON r.tid = (cells->>'$.tid')::BIGINT WHERE r."end" <= DATE '{last}' AND cells->>'$.end' IS NOT NULL)
            GROUP BY 1, 2"""
        )

    def comparison(self) -> None:
        before, ago = earlier(self.span)
        spans = [self.span, before, ago]
        wholes = [self.whole(span) for span in spans]
        target = [sum(self.count("target", span).values()) for span in spans]
        bodies = [len(self.count("subsidised", span, "body")) for span in spans]
        mean = [found[6] // found[4] if found[4] else 0 for found in wholes]
        of = [[found[at] for found in wholes] for at in range(9)]
        names = (
            "申报人次",
            "合格人次",
            "取证人次",
            "补贴人次",
            "补贴人数",
            "计入目标的人次",
            "有补贴的培训机构（个）",
            "补贴条数",
        )
        counts = zip(names, (*of[:5], target, bodies, of[5]), strict=True)
        money = zip(("补贴金额", "其中已支付", "人均补贴金额"), (of[6], of[8], mean), strict=True)
        for kind, figures in (("n", counts), ("m", money)):
            rows = [
                (name, now, was, now - was, growth(now, was), year, now - year, growth(now, year))
                for name, (now, was, year) in figures
            ]
            columns = (
                f"指标 本期/{kind} 上期/{kind} 比上期增减/{kind} 环比/p 去年同期/{kind} 比去年同期增减/{kind} 同比/p"
            )
            self.claims.add("同比、环比", columns, rows)
        self.claims.say(
            "同比、环比",
            f"注：上期为 {before[0]} 至 {before[1]}，去年同期为 {ago[0]} 至 {ago[1]}；上期或同期为零的，不算比率。",
        )


_FOLLOWED = "按登记的就业跟踪名单计，见“就业率与增收率”"
__all__ = ["ANY", "GRANT", "People", "growth", "share", "yuan"]
