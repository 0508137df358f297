"""Institutions, funds, refusals, advances, what waits, what is published: the sheets that follow a line of money."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from typing import Any

from reports.recounted.people import ANY, People, share, yuan

_CODE = """
(SELECT min(f.code) FROM finding f WHERE f.tid = l.tid AND f.severity = 'error' AND (coalesce(f.line, '') = '' OR f.line = l.line)
    AND list_contains(string_split(coalesce(l.codes, ''), ' '), f.code))
"""
FUND_KINDS = {"下达": "granted", "到位": "arrived", "捐赠": "donated", "非补贴支出": "other"}
_DIGITS = "零壹贰叁肆伍陆柒捌玖"


def uppercase(fen: int) -> str:
    """An amount as it is written on a cheque."""
    if not fen:
        return "零元整"
    sign, text = ("负" if fen < 0 else ""), str(abs(fen) // 100)
    units = ("", "拾", "佰", "仟")
    whole = ""
    for at, digit in enumerate(text):
        place = len(text) - 1 - at
        if digit != "0":
            whole += _DIGITS[int(digit)] + units[place % 4]
        elif whole and not whole.endswith("零"):
            whole += "零"
        if place % 4 == 0 and place:
            whole = whole.rstrip("零")
            if any(each != "0" for each in text[max(at - 3, 0) : at + 1]):
                whole += ("万", "亿")[place // 4 - 1]
    jiao, fen_ = divmod(abs(fen) % 100, 10)
    whole = whole.rstrip("零") + "元" if whole else ""
    if not jiao and not fen_:
        return f"{sign}{whole}整"
    tail = (_DIGITS[jiao] + "角" if jiao else "零" if whole else "") + (_DIGITS[fen_] + "分" if fen_ else "整")
    return sign + whole + tail


class Money(People):
    """The sheets of money."""

    def refused(self) -> None:
        """``refusals``: each refused line of the period under its first code."""
        self.db.execute(
            f"CREATE OR REPLACE TEMP TABLE refusals AS SELECT l.*, coalesce({_CODE}, '未登记') AS code FROM l "
            f"WHERE outcome = '不予补贴' AND ends {self.days(self.span)}"
        )

    def institutions(self) -> None:
        self.refused()
        totals = Counter(dict(self.rows("SELECT code, count(*) FROM refusals GROUP BY 1")))
        known = sorted(code for code, _ in sorted(totals.items(), key=lambda each: (-each[1], each[0]))[:8])
        by_code: dict[str, Counter[str]] = defaultdict(Counter)
        for body, code, count in self.rows("SELECT body, code, count(*) FROM refusals GROUP BY ALL"):
            by_code[body][code] = count
        people = {
            body: cells
            for body, *cells in self.of(
                "SELECT body, count(*), count(*) FILTER (passed), count(*) FILTER (subsidised), "
                "count(DISTINCT person) FILTER (subsidised) FROM p WHERE onday {days} GROUP BY 1"
            )
        }
        lines = {
            body: cells
            for body, *cells in self.of(
                "SELECT body, count(*), count(*) FILTER (outcome = '待核实'), count(*) FILTER (outcome = '待明确'), "
                "count(*) FILTER (outcome = '追回'), count(*) FILTER (outcome = '补贴'), "
                "coalesce(sum(amount_fen) FILTER (outcome = '补贴'), 0), coalesce(sum(amount_fen) FILTER (paid), 0) "
                "FROM l WHERE ends {days} GROUP BY 1"
            )
        }
        rows = []
        for body in {*people, *lines}:
            claimed, *others = lines.get(body, (0,) * 7)
            own = [by_code[body][code] for code in known]
            other = sum(by_code[body].values()) - sum(own)
            rows.append((body, *people.get(body, (0,) * 4), claimed, *own, other, *others))
        sums = [sum(row[at] for row in rows) for at in range(1, len(rows[0]) if rows else 13 + len(known))]
        sums[3] = self.whole()[4]
        codes = " ".join(f"{code}/n" for code in (*known, "其他核减"))
        columns = (
            f"培训机构/b 申报人次/n 合格人次/n 补贴人次/n 补贴人数/n 申报条数/n {codes} 待核实/n 待明确/n 已追回/n 补贴条数/n "
            "金额（元）/m 已支付（元）/m"
        )
        self.claims.add("按培训机构", columns, rows, ("合计", *sums), "一、各机构情况")
        details = [(body, code, ANY, n) for body, found in by_code.items() for code, n in found.items()]
        whole = ("合计", "", "", sum(totals.values()))
        self.claims.add("按培训机构", "培训机构/b 规则 内容 条数/n", details, whole, "二、各机构核减原因")
        legend = "；".join(f"{code} {self.rules[code]}" for code in known)
        self.claims.say("按培训机构", f"核减代码：{legend}。")

    @property
    def rules(self) -> dict[str, str]:
        """Code → what the rule is called, as the printed sheet of reasons says; no figure."""
        return self.rule_titles

    rule_titles: dict[str, str] = {}

    def reasons(self) -> None:
        found = {
            outcome: cells
            for outcome, *cells in self.of("SELECT outcome, count(*), sum(stake) FROM l WHERE ends {days} GROUP BY 1")
        }
        steps = {
            "其中：不予补贴（核减）": "不予补贴",
            "其中：待核实": "待核实",
            "其中：待明确": "待明确",
            "其中：拨付后追回": "追回",
            "其中：补贴（拟补贴及已支付）": "补贴",
        }
        rows = [("申报", *(sum(cells[at] for cells in found.values()) for at in (0, 1)))]
        rows += [(name, *found.get(outcome, (0, 0))) for name, outcome in steps.items()]
        self.claims.add("核减原因", "环节 条数/n 涉及金额（元）/m", rows)
        by = "count(*), count(DISTINCT label), count(DISTINCT person), coalesce(sum(stake), 0) FROM refusals"
        reasons = [(code, ANY, *cells) for code, *cells in self.rows(f"SELECT code, {by} GROUP BY 1")]
        (total,) = self.rows(f"SELECT {by}")
        columns = "规则 内容 条数/n 涉及人次/n 涉及人数/n 涉及金额（元）/m"
        self.claims.add("核减原因", columns, reasons, ("合计", "", *total), "二、核减原因")

    # Funds

    def fund_rows(self, first: str) -> dict[str, dict[str, Any]]:
        """Fund → what the register and the lines say of it from ``first`` to the period's end; None where it is not registered."""
        last = f"DATE '{self.span[1]}'"
        spent = self.rows(
            "SELECT channel, count(*), sum(amount_fen), coalesce(sum(amount_fen) FILTER (paid), 0) FROM l "
            f"WHERE outcome = '补贴' AND ends BETWEEN {first} AND {last} GROUP BY 1"
        )
        filed = self.rows(
            "SELECT cells->>'$.fund', cells->>'$.kind', sum((cells->>'$.amount_fen')::BIGINT) FILTER "
            f"(DATE '1970-01-01' + (cells->>'$.day')::INT BETWEEN {first} AND {last}) FROM r_funds GROUP BY ALL"
        )
        known = {fund for fund, _, _ in filed}
        names = [
            *self.policy["funds"],
            *(row[0] for row in spent),
            *(fund for fund, _, fen in filed if fen is not None),
        ]
        found: dict[str, dict[str, Any]] = {
            name: dict.fromkeys(FUND_KINDS.values(), 0 if name in known else None) | {"n": 0, "fen": 0, "paid": 0}
            for name in names
        }
        for name, n, fen, paid in spent:
            found[name] |= {"n": n, "fen": fen, "paid": paid}
        for name, kind, fen in filed:
            if fen is not None:
                found[name][FUND_KINDS[kind]] = fen
        return found

    def funds(self) -> None:
        now = self.fund_rows(f"DATE '{self.span[0]}'")
        missing = "" if self.imported["funds"] else "下达、到位未填"
        keys = ("granted", "arrived", "donated", "n", "fen", "fen", "paid", "other")
        remark = {
            name: "" if row["granted"] is not None else missing or "资金台账没有登记" for name, row in now.items()
        }
        rows = [(name, *(row[key] for key in keys), remark[name]) for name, row in now.items()]
        sums = [sum(row[key] or 0 for row in now.values()) for key in keys]
        columns = "资金渠道 下达（元）/m 到位（元）/m 捐赠（元）/m 条数/n 支出（元）/m 支出（万元）/w 已支付（元）/m 非补贴支出（元）/m 备注"
        self.claims.add("按资金渠道", columns, rows, ("合计", *sums, ""), "一、本期")
        self.claims.say(
            "按资金渠道", f"注：支出合计（大写）：{uppercase(sums[4])}。资金渠道没有明确口径的列在“资金渠道待明确”。"
        )
        ever = self.fund_rows("DATE '1900-01-01'")
        rows = []
        for name, row in ever.items():
            own = [row[key] for key in ("granted", "arrived", "donated", "fen", "other")]
            if row["granted"] is None:
                rows.append((name, *own, None, None, missing or "资金台账没有登记"))
                continue
            came, gone = row["arrived"] + row["donated"], row["fen"] + row["other"]
            rows.append((name, *own, came - gone, share(gone, came), "支出超过到位" if gone > came else ""))
        sums = [sum(row[at] or 0 for row in rows) for at in range(1, 7)]
        columns = "资金渠道 累计下达（元）/m 累计到位（元）/m 累计捐赠（元）/m 累计补贴支出（元）/m 累计非补贴支出（元）/m 结余（元）/m 执行率/p 备注"
        self.claims.add("按资金渠道", columns, rows, ("合计", *sums, None, ""), "二、到本期末累计")

    # Advances and what waits

    def advances(self) -> None:
        found = self.rows(
            "SELECT a.class_no, r.payee, a.heads, a.day::DATE, r.document, r.amount_fen, "
            "coalesce((SELECT -sum(m.amount_fen) FROM move m WHERE m.receivable = r.id AND m.kind IN ('netted', 'freed')), 0), "
            "coalesce(s.excess_fen, 0), (SELECT sum(m.amount_fen) FROM move m WHERE m.receivable = r.id), s.advance IS NOT NULL "
            "FROM advance a JOIN receivable r ON r.id = a.receivable LEFT JOIN settlement s ON s.advance = a.id "
            f"WHERE a.policy = '{self.city}' AND a.day::DATE <= DATE '{self.span[1]}'"
        )
        rows = [
            (class_no, payee, heads, *rest, "已结算" if settled else "抵扣中" if rest[-1] else "已抵完")
            for class_no, payee, heads, *rest, settled in found
        ]
        sums = [sum(row[at] for row in rows) for at in range(5, 9)]
        columns = "班级编号 收款方 人数/n 拨付日期/d 文号 先行拨付（元）/m 已抵扣（元）/m 结算应退（元）/m 未结算（元）/m 状态"
        self.claims.add("先行拨付", columns, rows, ("合计", "", None, None, "", *sums, ""))
        own = [row for row in rows if row[3] >= self.span[0]]
        if rows:
            self.claims.say(
                "先行拨付",
                f"注：列出到本期末的全部先行拨付；其中本期拨付 {len(own):,} 笔，{yuan(sum(row[5] for row in own))} 元。",
            )

    def matters(self) -> None:
        """What is undecided or held at the period's end, by the reading or the rule it waits for."""
        readings = {each["key"]: each for each in self.policy["readings"]}
        decided = {
            key: json.loads(value) if value[:1] in '"[{' else value
            for key, value in self.rows(
                f"SELECT key, arg_max(value, seq) FROM ruling WHERE policy = '{self.city}' GROUP BY 1"
            )
        }
        self.db.execute(
            "CREATE OR REPLACE TEMP TABLE waits AS SELECT DISTINCT l.line_no, l.person, l.stake, l.outcome, f.code, f.message, "
            "first_value(f.clause) OVER (PARTITION BY l.line_no, f.code) AS clause, k.booked_on FROM l JOIN standing k USING (seq) "
            "JOIN finding f ON f.tid = l.tid AND f.severity = CASE l.outcome WHEN '待明确' THEN 'ruling' ELSE 'hold' END "
            "AND (coalesce(f.line, '') = '' OR f.line = l.line) AND list_contains(string_split(coalesce(l.codes, ''), ' '), f.code) "
            f"WHERE l.outcome IN ('待明确', '待核实') AND l.ends <= DATE '{self.span[1]}'"
        )
        query = (
            "SELECT {key}, count(*), count(DISTINCT person), sum(stake), greatest(date_diff('day', min(booked_on), DATE '{day}'), 0) FROM "
            "(SELECT DISTINCT line_no, person, stake, booked_on, {key} FROM waits WHERE outcome = '{outcome}') GROUP BY 1"
        )
        known = sorted(readings, key=len, reverse=True)
        key = f"coalesce(list_filter({known}, lambda k: contains(coalesce(message, ''), k))[1], code)"
        rows = []
        for name, *cells in self.rows(
            query.replace("{key} FROM waits", f"{key} AS k FROM waits").replace("{key}", "k"),
            day=self.as_of,
            outcome="待明确",
        ):
            own = readings.get(name)
            is_decided = own is not None and (name in decided or own.get("default") is not None)
            state = "已认定，等重新审核" if is_decided else "待认定"
            rows.append((name, own["question"] if own else ANY, own["clause"] if own else ANY, *cells, state))
        columns = "口径键 问题 依据条款 条数/n 涉及人数/n 涉及金额（元）/m 最长已等（天）/n 状态"
        self.claims.add("待明确事项", columns, rows)
        checks = [
            (code, ANY, ANY, *cells, ANY)
            for code, *cells in self.rows(query, key="code", day=self.as_of, outcome="待核实")
        ]
        self.claims.add(
            "待明确事项", "规则 内容 依据条款 条数/n 涉及人数/n 涉及金额（元）/m 最长已等（天）/n 处理办法", checks
        )

    def public(self) -> None:
        found = self.of(
            "SELECT line, CASE WHEN payee_kind = '个人' THEN '个人（合并）' ELSE coalesce(payee, '') END AS who, channel, "
            "min(standard_fen), max(standard_fen), count(DISTINCT label), count(DISTINCT person), sum(amount_fen), "
            "coalesce(sum(amount_fen) FILTER (paid), 0) FROM l WHERE outcome = '补贴' AND ends {days} GROUP BY 1, 2, 3"
        )
        order = list(self.titles)
        rows = []
        for line, payee, fund, least, most, *cells in sorted(
            found, key=lambda row: (order.index(row[0]), row[1], row[2])
        ):
            standard = "" if least is None else yuan(least) if least == most else f"{yuan(least)} 至 {yuan(most)}"
            rows.append((len(rows) + 1, self.titles[line], payee, fund, standard, *cells))
        (total,) = self.of(
            "SELECT count(DISTINCT label), count(DISTINCT person), coalesce(sum(amount_fen), 0), coalesce(sum(amount_fen) FILTER (paid), 0) "
            "FROM l WHERE outcome = '补贴' AND ends {days}"
        )
        columns = "序号/n 补贴项目 收款单位 资金渠道 补贴标准（元） 人次/n 人数/n 金额（元）/m 已支付（元）/m"
        self.claims.add("补贴资金使用情况公开表", columns, rows, ("合计", "", "", "", "", *total))

    def recovered(self) -> list[tuple[Any, ...]]:
        """Of each kind of reason in the period: lines, referred, due, netted, repaid, withdrawn."""
        return self.of(
            """SELECT coalesce(nullif(n.kind, ''), '未填'), count(*), count(*) FILTER (n.referral <> ''), sum(v.settled_fen),
            sum(coalesce(-(SELECT sum(m.amount_fen) FROM move m WHERE m.receivable = v.receivable AND m.kind IN ('netted', 'freed')), 0)),
            sum(coalesce(-(SELECT sum(m.amount_fen) FROM move m WHERE m.receivable = v.receivable AND m.kind = 'repaid'), 0)),
            sum(v.withdrawn_fen)
            FROM reversal v JOIN moment USING (seq) JOIN line l USING (line_no) JOIN known k ON k.batch_id = l.batch_id
            LEFT JOIN (SELECT x.cells->>'$.line_no' AS line_no, x.cells->>'$.kind' AS kind, coalesce(x.cells->>'$.referral', '') AS
              referral FROM row x JOIN import i ON i.id = x.import_id WHERE i.kind = 'recovery') n USING (line_no)
            WHERE moment.day {days} GROUP BY 1"""
        )
