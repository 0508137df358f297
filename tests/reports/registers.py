"""The office's registers, two years of them, invented."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

from skillcli.policy.load import load_policy
from skillcli.schema.registers import (
    CLASSES,
    EXEMPTIONS,
    FUNDS,
    INSPECTIONS,
    OBJECTIONS,
    PUBLICATIONS,
    STAFF_FUNDS,
    TASKS,
    Register,
)

Rows = list[dict[str, Any]]
PLACES = {"linkou-2019": ("林口镇", "古城镇", "五林镇"), "taiyuan-2019": ("太原市迎泽区", "阳曲县", "综改示范区")}


def registers(city: str, institutions: list[str], years: tuple[int, int]) -> dict[Register, Rows]:
    """Two years of registers; every key once."""
    rng, policy = Random(city), load_policy(city)

    def day() -> date:
        return date(rng.choice(years), rng.randint(1, 12), rng.randint(1, 28))

    classes: Rows = []
    for at in range(60):
        body = rng.choice([*institutions, "没有申报的学校"])
        classes.append({"class_no": f"B{at:03d}", "institution": body, "planned": rng.randint(5, 50), "start": day()})
    classes[0]["start"], classes[0]["filed_on"] = None, date(years[1], 2, 1)
    kinds = ("下达", "到位", "捐赠", "非补贴支出")
    funds = [
        {"fund": f, "kind": kind, "amount_fen": rng.randint(1, 10**7), "day": day(), "document": f"{at}号"}
        for f in [*policy.funds[1:], policy.funds[1]]
        for at, kind in enumerate(kinds)
    ]
    for at, each in enumerate(funds):
        each["purpose"] = f"第{at}笔"
    inspections = [
        {"class_no": c["class_no"], "day": day(), "method": f"方式{at}", "result": rng.choice(("合格", "不合格"))}
        for c in rng.sample(classes, 30)
        for at in range(rng.randint(1, 3))
    ]
    objections = [
        {"number": f"{at}", "batch": f"{years[1]}-02-1", "day": day(), "matter": f"反映{at}", "outcome": outcome}
        for at, outcome in enumerate(rng.choices(("成立", "不成立", None), k=20))
    ]
    tasks = [{"year": y, "unit": u, "goal": rng.randint(1, 500)} for y in years for u in PLACES[city]]
    tasks += [{"year": years[1], "unit": "农业农村局", "goal": 77, "document": "1号"}]
    published = [{"content": f"第{at}次", "day": day(), "where": "官网"} for at in range(12)]
    schools = [{"year": years[1], "school": f"技校{at}", "students": at + 1, "fee_1": at * 1000} for at in range(4)]
    staff = [
        {"year": y, "employer": f"厂{at}", "wages_fen": 10**8, "spent_fen": 10**6 * at, "front_fen": 10**5 * at * at}
        for at in range(9)
        for y in years
    ]
    return {
        CLASSES: classes, FUNDS: funds, INSPECTIONS: inspections, OBJECTIONS: objections, TASKS: tasks,
        PUBLICATIONS: published, EXEMPTIONS: schools, STAFF_FUNDS: staff,
    }  # fmt: skip
