"""Random rosters: the same seed gives the same rows; faults and repetitions of every kind are planted."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from oracle import plant
from oracle.catalogue import Catalogue
from oracle.facts import KEYS, LEVELS, OJT, STAFF_KINDS, Row, add_months
from oracle.people import EMPLOYERS, INSTITUTIONS, OCCUPATIONS, Person, catalogue, person

AS_OF = date(2022, 6, 30)
STAFF_WEIGHTS = {
    "岗位技能提升培训": 35,
    "高技能人才培训": 17,
    "岗前培训": 11,
    "安全技能培训": 11,
    "转岗转业培训": 8,
    "企业新型学徒制培训": 6,
    "就业技能培训": 5,
    "以工代训": 4,
    "项目制培训": 3,
}
OTHER_WEIGHTS = {
    "就业技能培训": 33,
    "以工代训": 6,
    "创业培训": 11,
    "项目制培训": 11,
    "劳动预备制培训": 8,
    "岗位技能提升培训": 6,
    "安全技能培训": 4,
    "高技能人才培训": 4,
    "转岗转业培训": 3,
    "岗前培训": 2,
}


OJT_PEOPLE = {"贫困劳动力", "就业困难人员", "残疾人", "零就业家庭成员"}


@dataclass(frozen=True)
class Scenario:
    """Rows for the judge and what the office has."""

    city: str
    rows: list[Row]
    catalogue: Catalogue
    readings: dict[str, Any]
    as_of: date = AS_OF


def scenario(
    seed: int, city: str, count: int = 2500, *, shortage: bool = True, readings: dict[str, Any] | None = None
) -> Scenario:
    """``count`` trainings with planted faults, shuffled; ``rid`` is the position."""
    rng = Random(f"{seed}/{city}")
    pool = [person(rng) for _ in range(max(count * 2 // 5, 3))]
    weights = [8 if rng.random() < 0.12 else 1 for _ in pool]
    rows = [training(rng, who) for who in rng.choices(pool, weights, k=count * 9 // 10)]
    plant.repetitions(rng, rows, count - len(rows))
    plant.faults(rng, rows, max(count // 420, 1))
    rng.shuffle(rows)
    for rid, row in enumerate(rows):
        row["rid"] = rid
    return Scenario(city, rows, catalogue(shortage=shortage), readings or {})


def training(rng: Random, who: Person) -> Row:
    """One clean training of a person."""
    row: Row = dict.fromkeys(KEYS)
    row["faults"], row["written"] = {}, {}
    staff = "企业职工" in who.categories
    weights = dict(STAFF_WEIGHTS if staff else OTHER_WEIGHTS)
    if OJT_PEOPLE & set(who.categories):
        weights[OJT] = 60
    kind = rng.choices(list(weights), list(weights.values()))[0]
    row.update(
        name=who.name,
        id_number=who.id_number,
        sex=who.sex,
        phone=who.phone,
        categories=list(who.categories),
        household=who.household,
        town=rng.choice(("林口镇", "古城镇", "迎泽区", "阳曲县", None)),
        pension=rng.choice((None, None, False)),
        institution=rng.choice(INSTITUTIONS),
        class_no=f"B{rng.randrange(1000):03d}",
        training_kind=kind,
        occupation=rng.choice(who.favourites if rng.random() < 0.7 else OCCUPATIONS),
        level=rng.choices((*LEVELS, "专项职业能力", "无等级", None), (30, 16, 16, 10, 6, 8, 2, 12))[0],
        payer=rng.choice(("个人缴费", "机构垫付", "机构垫付", None)),
        bank="农村商业银行",
        account=who.account,
        employer=who.employer if kind != OJT else who.employer or rng.choice(EMPLOYERS),
        employer_insured=rng.choice((True, True, True, False, None)),
    )
    if kind in STAFF_KINDS and staff and rng.random() < 0.9:
        row["level"] = rng.choice(LEVELS)
    _dates(rng, row, who)
    _result(rng, row)
    if "服刑人员" in who.categories:
        row["release_on"] = row["start"] + timedelta(days=rng.choice((30, 200, 364, 365, 366, 500)))
    if kind != OJT and rng.random() < 0.3:
        row["placed"] = True
        row["employed_on"] = row["end"] + timedelta(days=rng.randrange(0, 190))
        row["employed_region"] = rng.choice(("黑龙江省牡丹江市", "231025", "林口县", "黑龙江省", "山东省青岛市"))
    return row


def _dates(rng: Random, row: Row, who: Person) -> None:
    year = who.year if rng.random() < 0.75 else rng.choice((2019, 2020, 2021))
    start = date(year, 1, 3) + timedelta(days=rng.randrange(330))
    kind = row["training_kind"]
    if kind == OJT:
        start = start.replace(day=1) if rng.random() < 0.5 else start
        end = add_months(start, rng.randrange(1, 7)) - timedelta(days=rng.choice((1, 1, 1, 0, -5, 2)))
        if rng.random() < 0.4:
            row["ojt_months"] = rng.randrange(1, 5)
    elif kind == "企业新型学徒制培训":
        start = date(rng.choice((2019, 2020)), rng.randrange(1, 12), rng.choice((1, 15, 28)))
        end = add_months(start, rng.choice((11, 12, 12, 13, 18, 24))) - timedelta(days=rng.choice((1, 1, 2)))
    else:
        end = start + timedelta(days=rng.randrange(2, 45))
    row["start"], row["end"] = start, end
    length = (end - start).days + 1
    if rng.random() < 0.6:
        row["days"] = rng.randrange(1, length + 1)
    if rng.random() < 0.8:
        row["hours"] = rng.randrange(8, min(length, 30) * 8 + 1)


def _result(rng: Random, row: Row) -> None:
    if row["training_kind"] == OJT:
        return
    row["result"] = "合格" if rng.random() < 0.93 else rng.choice(("不合格", "不合格", None))
    row["attendance"] = rng.randrange(60, 101) * 100
    if row["result"] != "合格":
        if rng.random() < 0.3:
            row["certificate_kind"] = "职业技能等级证书"
        return
    row["issued_on"] = row["end"] + timedelta(days=rng.randrange(0, 70))
    if row["level"] in LEVELS:
        kind = rng.choices(("职业技能等级证书", "职业资格证书", "培训合格证书", "专项职业能力证书"), (60, 25, 10, 5))[0]
    else:
        kind = rng.choice(("专项职业能力证书", "专项职业能力证书", "培训合格证书", "特种作业操作证"))
    row["certificate_kind"] = kind
    row["certificate_no"] = certificate_number(rng, kind, row)


def certificate_number(rng: Random, kind: str, row: Row) -> str:
    year, serial = row["issued_on"].strftime("%y"), rng.randrange(10**6)
    level = str(5 - LEVELS.index(row["level"])) if row["level"] in LEVELS else "0"
    if kind == "职业技能等级证书":
        return f"S000023{rng.randrange(10**6):06d}{year}{level}{serial:06d}"
    if kind == "职业资格证书":
        return f"{year}23101{rng.randrange(1000):03d}{level}{serial % 10**5:05d}"
    if kind == "特种作业操作证":
        return f"T{row['id_number']}"
    return f"{'ZX' if kind == '专项职业能力证书' else 'HG'}{year}{rng.randrange(10**4):04d}{serial:06d}"


def cells(row: Row) -> dict[str, Any]:
    """Cell values by key, as an institution would type them (faulty cells as they were written)."""
    out: dict[str, Any] = {}
    for key in KEYS:
        value = row[key]
        if key in row["written"]:
            value = row["written"][key]
        elif isinstance(value, bool):
            value = "是" if value else "否"
        elif isinstance(value, list):
            value = "、".join(value) or None
        elif key == "attendance" and value is not None:
            value = f"{value / 100:g}%"
        elif key == "fee" and value is not None:
            value = value / 100
        out[key] = value
    return out


def split(rows: list[Row], parts: int) -> Iterator[list[Row]]:
    """The rows as ``parts`` files would hold them (deep copies)."""
    for part in range(parts):
        yield deepcopy(rows[part::parts])
