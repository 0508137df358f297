"""The sheets that registers, follow-ups and the list of real names fill; the sheet sent upward; the year's own sheets."""

from __future__ import annotations

from datetime import date
from typing import Any

from reports.recounted.money import Money
from reports.recounted.people import ANY, NONE, share, yuan
from reports.recounted.printed import folded

_DAY = "(DATE '1970-01-01' + (cells->>'$.{key}')::INT)"
_LEVELS = "技能等级 取证人次/n 取证人数/n 补贴人次/n 其中急需紧缺取证人次/n 其中急需紧缺取证人数/n"


def _of_day(key: str) -> str:
    return _DAY.replace("{key}", key)


def _share(part: int, whole: int, *, money: bool = False) -> str:
    if not whole:
        return NONE
    found = share(part, whole)
    parts = f"{yuan(part)}÷{yuan(whole)} 元" if money else f"{part:,}÷{whole:,}"
    return f"{(found or 0) / 100:.2f}%（{parts}）"


class Registers(Money):
    """The rest of the sheets."""

    def filed(self) -> dict[str, tuple[int, int]]:
        """Institution (folded) → classes filed in the period and their planned heads; by the first day, else by the filing."""
        found: dict[str, tuple[int, int]] = {}
        for name, classes, planned in self.of(
            "SELECT plain(cells->>'$.institution'), count(*), sum((cells->>'$.planned')::BIGINT) FROM r_classes WHERE "
            f"coalesce({_of_day('start')}, {_of_day('filed_on')}) {{days}} GROUP BY 1"
        ):
            found[name] = classes, planned
        return found

    def flow(self) -> None:
        filed = self.filed()
        people = {
            body: cells
            for body, *cells in self.of(
                "SELECT body, count(*), count(*) FILTER (passed), count(*) FILTER (certified) FROM p WHERE onday {days} GROUP BY 1"
            )
        }
        lines = {
            body: cells
            for body, *cells in self.of(
                "SELECT body, count(*), count(*) FILTER (outcome = '不予补贴'), count(*) FILTER (outcome IN ('待核实', '待明确')), "
                "count(*) FILTER (outcome = '补贴'), coalesce(sum(amount_fen) FILTER (outcome = '补贴'), 0), "
                "coalesce(sum(amount_fen) FILTER (paid), 0), count(*) FILTER (outcome = '追回'), "
                "coalesce(sum(amount_fen) FILTER (outcome = '追回'), 0) FROM l WHERE ends {days} GROUP BY 1"
            )
        }
        none = (None, None) if not self.imported["classes"] else (0, 0)
        rows = [
            (body, *filed.get(body, none), *people.get(body, (0,) * 3), *lines.get(body, (0,) * 8))
            for body in {*filed, *people, *lines}
        ]
        sums = [sum(row[at] or 0 for row in rows) for at in range(1, 14)]
        columns = (
            "培训机构/b 备案班数/n 备案人数/n 参训人次/n 合格人次/n 取证人次/n 申报条数/n 核减条数/n 待核实待明确/n 核准条数/n "
            "核准金额（元）/m 拨付金额（元）/m 退回条数/n 退回金额（元）/m"
        )
        self.claims.add("全流程", columns, rows, ("合计", *sums))

    def skills(self) -> None:
        """Certificates by level; of them those in short supply on the first day of class."""
        self.db.execute(
            f"""CREATE OR REPLACE TEMP TABLE scarce AS SELECT plain(cells->>'$.occupation') AS job,
            regexp_replace(plain(cells->>'$.occupation'), '[(（].*[)）]$', '') AS bare, nullif(coalesce(cells->>'$.level', ''), '无等级') AS level,
            coalesce({_of_day("valid_from")}, DATE '0001-01-01') AS first, coalesce({_of_day("valid_to")}, DATE '9999-12-31') AS last
            FROM row WHERE import_id = (SELECT max(id) FROM import WHERE sheet = '急需紧缺')"""
        )
        self.db.execute(
            f"""CREATE OR REPLACE TEMP TABLE certificates AS SELECT p.*, coalesce(nullif(level, ''), '{NONE}') AS grade, EXISTS
            (SELECT 1 FROM scarce s WHERE p."start" BETWEEN s.first AND s.last AND coalesce(s.level, '') IN ('', p.level) AND (s.job = p.job OR
             (NOT EXISTS (SELECT 1 FROM scarce x WHERE x.job = p.job AND p."start" BETWEEN x.first AND x.last)
              AND s.bare = regexp_replace(p.job, '[(（].*[)）]$', '') AND (SELECT count(DISTINCT x.job) FROM scarce x WHERE x.bare = s.bare
              AND p."start" BETWEEN x.first AND x.last) = 1))) AS short
            FROM p WHERE certified AND onday {self.days(self.span)}"""
        )
        cells = (
            "count(*), count(DISTINCT person), count(*) FILTER (subsidised), count(*) FILTER (short), "
            "count(DISTINCT person) FILTER (short) FROM certificates"
        )
        rows = self.rows(f"SELECT grade, {cells} GROUP BY 1")
        rows += self.rows(
            f"SELECT '其中：高技能（高级工及以上）', {cells} WHERE grade IN ('高级工', '技师', '高级技师')"
        )
        self.claims.add("高技能和急需紧缺", _LEVELS, rows, self.rows(f"SELECT '合计', {cells}")[0])

    def employment(self) -> None:
        goals = {
            year: int(each["value"] * 100)
            for each in self.policy["targets"]
            if each["measure"] == "employment" and each.get("value") is not None
            for year in range(each["first"].year, each["last"].year + 1)
        }
        rows, groups = [], "应跟踪人数/n 已跟踪人数/n 跟踪率/p 就业人数/n 就业率/p 收入填全人数/n 增收人数/n 增收率/p"
        by_year = {}
        for year, many, tracked, employed, told, raised in self.followed():
            goal, rate = goals.get(year), share(employed, many)
            met = "" if goal is None or rate is None else "达到" if rate >= goal else "未达到"
            more = (told, raised if told else None, share(raised, told))
            by_year[year] = many, tracked, share(tracked, many), employed, rate, *more
            rows.append((str(year), *by_year[year][:5], goal, met, *more))
        columns = groups.replace("收入填全", "目标/p 是否达到 收入填全")
        self.claims.add("就业率与增收率", f"结课年度 {columns}", rows)
        last = self.span[1].year
        self.db.execute(
            "CREATE OR REPLACE TEMP TABLE listed AS SELECT DISTINCT w.who, coalesce(i.more, w.one) AS word FROM "
            f"(SELECT who, unnest(string_split(lists, '、')) AS one FROM wanted WHERE year = {last}) w LEFT JOIN implied i ON i.name = w.one"
        )
        own = [
            (
                word,
                many,
                tracked,
                share(tracked, many),
                employed,
                share(employed, many),
                told,
                raised if told else None,
                share(raised, told),
            )
            for word, many, tracked, employed, told, raised in self.rows(
                "SELECT word, count(*), count(f.who), count(*) FILTER (f.employed), count(*) FILTER (f.told), count(*) FILTER (f.raised) "
                f"FROM listed w LEFT JOIN told f ON f.who = w.who AND f.year = {last} GROUP BY 1"
            )
        ]
        total = by_year.get(last, (None,) * 8)
        self.claims.add("就业率与增收率", f"人员类别 {groups}", own, ("合计", *total), f"二、{last} 年按人员类别")

    def inspected(self) -> list[tuple[Any, ...]]:
        """Institution (folded): classes filed, inspected, visits, failed, passed again, still failing."""
        self.db.execute(
            f"""CREATE OR REPLACE TEMP TABLE visits AS SELECT v.*, plain(coalesce(v.own, c.body, '{NONE}')) AS body FROM
            (SELECT upper(plain(cells->>'$.class_no')) AS class_no, cells->>'$.institution' AS own, {_of_day("day")} AS day,
             cells->>'$.result' AS result FROM r_inspections) v LEFT JOIN
            (SELECT upper(plain(cells->>'$.class_no')) AS class_no, any_value(cells->>'$.institution') AS body FROM r_classes GROUP BY 1
             HAVING count(*) = 1) c USING (class_no)"""
        )
        seen = {
            body: cells
            for body, *cells in self.of(
                f"""SELECT body, count(*), sum(times), count(*) FILTER (failed), count(*) FILTER (failed AND newest = '合格'),
                count(*) FILTER (failed AND newest <> '合格') FROM (SELECT body, class_no, count(*) FILTER (day {{days}}) AS times,
                bool_or(result = '不合格' AND day {{days}}) AS failed,
                arg_max(result, [date_diff('day', DATE '1970-01-01', day), (result = '不合格')::INT]) AS newest
                FROM visits WHERE day <= DATE '{self.span[1]}' GROUP BY 1, 2) WHERE times > 0 GROUP BY 1"""
            )
        }
        filed = self.filed()
        return [(body, filed.get(body, (0, 0))[0], *seen.get(body, (0,) * 5)) for body in {*filed, *seen}]

    def supervision(self, roll: list[tuple[Any, ...]] | None, only: list[tuple[str, str]]) -> None:
        sheet, rows = "监督检查与查处", self.inspected()
        sums = [sum(row[at] for row in rows) for at in range(1, 7)]
        columns = "培训机构/b 备案班数/n 检查班数/n 检查次数/n 不合格班数/n 其中复查合格/n 未复查合格/n"
        self.claims.add(sheet, columns, rows, ("合计", *sums), "一、班级检查")
        found = self.of(
            f"SELECT cells->>'$.number', cells->>'$.batch', {_of_day('day')}, cells->>'$.matter', coalesce(cells->>'$.outcome', '处理中'), "
            f"{_of_day('ended_on')}, coalesce(cells->>'$.document', '') FROM r_objections WHERE {_of_day('day')} {{days}}"
        )
        self.claims.add(sheet, "编号 批次 提出日期/d 异议内容 处理结果 办结日期/d 文号", found)
        told = "，".join(f"{word} {sum(row[4] == word for row in found)} 件" for word in ("成立", "不成立", "处理中"))
        self.claims.say(sheet, f"二、对公示的异议：{len(found)} 件（{told}）")
        known = {row[0]: row[1:] for row in self.recovered()}
        back = []
        for kind in ("骗取", "失误", "政策调整", *(["未填"] if "未填" in known else [])):
            lines, referred, due, netted, repaid, withdrawn = known.get(kind, (0,) * 6)
            back.append((kind, lines, referred, due, netted, repaid, due - netted - repaid, withdrawn))
        sums = [sum(row[at] for row in back) for at in range(1, 8)]
        columns = "原因类别 追回条数/n 其中移送条数/n 应追（元）/m 已抵扣（元）/m 已退回（元）/m 尚欠（元）/m 另有未付撤回（元）/m"
        self.claims.add(sheet, columns, back, ("合计", *sums), "三、追回（应追和已追）")
        if roll is not None:
            self.claims.add(sheet, "项目 人数/n 备注", roll)
            self.claims.add(sheet, "序号/n 姓名 身份证号", [(at, *row) for at, row in enumerate(only, 1)])

    def published(self) -> None:
        found = self.of(
            f"SELECT cells->>'$.content', {_of_day('day')} AS day, {_of_day('until')}, coalesce(cells->>'$.how', ''), "
            "cells->>'$.where', coalesce(cells->>'$.batch', ''), coalesce(cells->>'$.document', '') FROM r_publications "
            f"WHERE {_of_day('day')} {{days}} ORDER BY 2, 1"
        )
        rows = [(at, *row) for at, row in enumerate(found, 1)]
        columns = "序号/n 公开内容 公开日期/d 截止日期/d 公开方式 公开地点 批次 文号"
        self.claims.add("公开登记", columns, rows)
        self.claims.say("公开登记", f"注：本期公开 {len(rows):,} 次，按公开日期排列。", *(row[1] for row in rows))

    def upward(self) -> None:
        head = [
            ("填报单位", self.agency),
            ("统计期", f"{self.span[0]} 至 {self.span[1]}"),
            ("日期口径", "人次按发证日期，金额按拨付月份"),
            ("政策", self.city),
        ]
        self.claims.add("上报表", "项目 内容", head)
        goals = {unit: goal for unit, (goal, _) in self.tasks("place").items()}
        counts = [self.count("target", span, "place") for span in self.spans]
        known = {name: (*found[:7], found[8]) for name, *found in self.by("place")}
        rows = [
            (unit, goals.get(unit), *(each.get(unit, 0) for each in counts), *known.get(unit, (0,) * 8))
            for unit in {*goals, *known, *(unit for each in counts for unit in each)}
        ]
        columns = (
            "单位 任务人次/n 本期完成/n 本年累计/n 累计完成/n 申报人次/n 合格人次/n 取证人次/n 补贴人次/n 补贴人数/n 补贴条数/n "
            "补贴金额（元）/m 已支付（元）/m"
        )
        self.claims.add("上报表", columns, rows, ("合计", *_sums(rows, 1, 13)), "二、各单位")
        lines = [
            (place, self.titles[line], *cells)
            for place, line, *cells in self.of(
                "SELECT place, line, count(*), sum(amount_fen), coalesce(sum(amount_fen) FILTER (paid), 0) FROM l "
                "WHERE outcome = '补贴' AND ends {days} GROUP BY 1, 2"
            )
        ]
        columns = "单位 补贴项目 补贴条数/n 补贴金额（元）/m 已支付（元）/m"
        self.claims.add("上报表", columns, lines, ("合计", "", *_sums(lines, 2, 5)), "三、各补贴项目")
        keys = ("granted", "arrived", "donated", "fen", "other")
        funds = [(name, *(row[key] for key in keys)) for name, row in self.fund_rows(f"DATE '{self.span[0]}'").items()]
        columns = "资金渠道 下达（元）/m 到位（元）/m 捐赠（元）/m 补贴支出（元）/m 非补贴支出（元）/m"
        self.claims.add("上报表", columns, funds, ("合计", *_sums(funds, 1, 6)), "四、各资金渠道")

    # A year's own

    def appraisal(self) -> None:
        """What of the self-appraisal the ledger can fill in, recounted and written as the sheet writes it."""
        whole, span = self.whole(), self.span
        rows: list[tuple[Any, ...]] = []

        def row(
            second: str,
            third: str,
            done: str,
            remark: str,
            goal: str = NONE,
            rate: int | None = None,
            first: str = "产出指标",
        ) -> None:
            rows.append((first, second, third, goal, done, rate, "", "", remark))

        for title, clause, _, goal, _, year, done, rate, _ in self.progress():
            told = f"本年 {year:,}，累计 {done:,}"
            row(
                "数量指标",
                f"{title}（人次）",
                told,
                f"依据 {clause}",
                "文件未定" if goal is None else f"{goal:,}",
                rate,
            )
        goals = [goal for goal, _ in self.tasks("place").values()]
        if goals:
            year = sum(self.count("target", self.spans[1]).values())
            rate = share(year, sum(goals))
            row("数量指标", "任务分解（人次）", f"本年 {year:,}", "任务分解登记的本年任务合计", f"{sum(goals):,}", rate)
        row("质量指标", "培训合格率", _share(whole[1], whole[0]), "合格人次÷申报人次")
        row("质量指标", "取证率", _share(whole[2], whole[0]), "取证人次÷申报人次")
        ((claimed, refused),) = self.of(
            "SELECT count(*), count(*) FILTER (outcome = '不予补贴') FROM l WHERE ends {days}"
        )
        row("质量指标", "申报核减率", _share(refused, claimed), "不予补贴条数÷申报条数")
        seen = self.inspected()
        classes, visited, failing = (sum(each[at] for each in seen) for at in (1, 2, 6))
        covered = _share(visited, classes) if self.imported["classes"] and self.imported["inspections"] else NONE
        row("质量指标", "班级检查率", covered, "本年检查班数÷本年备案班数")
        row("质量指标", "检查合格率", _share(visited - failing, visited), "检查合格和复查合格班数÷检查班数")
        back = self.recovered()
        due, returned = sum(each[3] for each in back), sum(each[4] + each[5] for each in back)
        told = _share(returned, due, money=True) if due else "没有应追"
        row("质量指标", "追回到位率", told, "已抵扣和已退回金额÷应追金额")
        row("时效指标", "补贴资金支付率", _share(whole[8], whole[6], money=True), "已支付金额÷补贴金额")
        funds = self.fund_rows(f"DATE '{span[0]}'").values()
        came = sum((each["arrived"] or 0) + (each["donated"] or 0) for each in funds)
        gone = sum(each["fen"] + (each["other"] or 0) for each in funds)
        row("时效指标", "资金执行率", _share(gone, came, money=True), "本年（补贴支出＋非补贴支出）÷（到位＋捐赠）")
        row("成本指标", "补贴金额（元）", yuan(whole[6]), "")
        row("成本指标", "人均补贴金额（元）", yuan(whole[6] // whole[4] if whole[4] else 0), "补贴金额÷补贴人数")
        self._effect(row)
        upheld = self.of(
            f"SELECT count(*) FROM r_objections WHERE cells->>'$.outcome' = '成立' AND {_of_day('day')} {{days}}"
        )
        first = "满意度指标"
        row("服务对象满意度", "公示异议成立", f"{upheld[0][0]} 件", "异议登记", first=first)
        row("服务对象满意度", "参训人员满意度", NONE, "台账没有调查数据", first=first)
        columns = "一级指标 二级指标 三级指标 年度指标值 全年完成值 完成率/p 分值 自评得分 备注"
        self.claims.add("绩效自评表", columns, rows)

    def _effect(self, row: Any) -> None:
        own = {each[0]: each[1:] for each in self.followed()}.get(self.span[1].year)
        goals = [
            each["value"]
            for each in self.policy["targets"]
            if each["measure"] == "employment" and each["first"].year <= self.span[1].year <= each["last"].year
        ]
        goal = f"{goals[0]:g}%" if goals and own else NONE
        told, remark = NONE, "没有登记就业跟踪名单，按花名册填写的就业日期计"
        if own and own[1]:
            told, remark = _share(own[2], own[0]), "按登记的就业跟踪名单计"
        else:
            ((times, employed),) = self.of(
                "SELECT count(*), count(*) FILTER (employed_on IS NOT NULL) FROM p WHERE subsidised AND onday {days}"
            )
            told = _share(employed, times) if employed else NONE
        row("社会效益", "培训后就业率", told, remark, goal, first="效益指标")
        raised = _share(own[4], own[3]) if own else NONE
        row("社会效益", "培训后增收率", raised, "增收人数÷收入填全人数", first="效益指标")

    def yearly(self) -> None:
        year, keys = self.span[1].year, [f"fee_{at}" for at in range(1, 6)]
        own = ", ".join(f"(cells->>'$.{key}')::BIGINT" for key in ["students", *keys, "grant_fen"])
        rows = self.rows(f"SELECT cells->>'$.school', {own} FROM r_exemptions WHERE (cells->>'$.year')::INT = {year}")
        columns = "学校 学生人数/n 免学费（元）/m 免鉴定费（元）/m 免住宿费（元）/m 免教材费（元）/m 免服装费（元）/m 国家助学金（元）/m"
        self.claims.add("五免一助", columns, rows, ("合计", *_sums(rows, 1, 8)))
        money = sum(cell or 0 for row in rows for cell in row[2:])
        self.claims.say(
            "五免一助", f"注：五免一助合计 {yuan(money)} 元；由学校办理，只登记，不拨付。没有填的空着，不作 0。"
        )
        rule = self.policy["staff_funds"]
        staff, few = [], 0
        for employer, wages, aside, spent, front in self.rows(
            "SELECT cells->>'$.employer', (cells->>'$.wages_fen')::BIGINT, (cells->>'$.set_aside_fen')::BIGINT, "
            f"(cells->>'$.spent_fen')::BIGINT, (cells->>'$.front_fen')::BIGINT FROM r_staff_funds WHERE (cells->>'$.year')::INT = {year}"
        ):
            limit = wages * rule["deducted_percent"] // 100
            short = front * 100 < spent * rule["front_percent"]
            few += short
            told = [f"一线占比不到 {rule['front_percent']}%"] * short + ["使用超过税前扣除限额"] * (spent > limit)
            remark = "；".join(told) if spent else "没有使用，占比未填"
            staff.append((employer, wages, limit, aside, spent, front, share(front, spent), remark))
        columns = "企业 工资薪金总额（元）/m 税前扣除限额（元）/m 提取（元）/m 使用（元）/m 其中一线职工（元）/m 一线占比/p 备注"
        self.claims.add("职工教育经费", columns, staff, ("合计", *_sums(staff, 1, 6), None, ""))
        self.claims.say(
            "职工教育经费",
            f"注：使用金额中应有 {rule['front_percent']}% 以上用于一线职工培训；税前扣除限额为工资薪金总额的 "
            f"{rule['deducted_percent']}%（依据 {rule['clause']}）。",
            f"注：不到 {rule['front_percent']}% 的 {few} 家；只登记，不拨付。没有填的空着，不作 0。",
        )


def _sums(rows: list[tuple[Any, ...]], first: int, end: int) -> list[int | None]:
    """Of each column from ``first`` to before ``end`` the sum; None where no row says anything: what nobody filled in is no 0."""
    columns = [[row[at] for row in rows if row[at] is not None] for at in range(first, end)]
    return [sum(column) if column else None for column in columns]


__all__ = ["ANY", "Registers", "date", "folded"]
