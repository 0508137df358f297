"""Synthetic people, institutions, employers and catalogues for random rosters.

Every identity number is made up: a real area code, a random birth date and serial, a valid check digit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from oracle.catalogue import Catalogue, Entry
from oracle.facts import control_character

AREAS = ("231025", "231005", "230102", "231083", "140105", "140106", "140122", "140123", "220102", "370202")
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "伟芳娜敏静秀丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华玉红建文玲"
INSTITUTIONS = (
    "林口县职业技术学校",
    "林口县阳光职业培训学校",
    "牡丹江市北方职业培训学校",
    "太原市晋阳职业培训学校",
    "太原市技工学校",
    "太原市 汾河职业培训中心",
)
OUTSIDE_CATALOGUE = "未入目录培训学校"
EXPIRED = "旧目录培训学校"
UNDOCUMENTED = "无文号培训学校"
EMPLOYERS = (
    "林口县龙山煤业有限公司",
    "林口县森工食品有限公司",
    "太原市迎泽机械厂",
    "太原市晋源农民专业合作社",
    "红星扶贫车间",
)
OCCUPATIONS = (
    "中式烹调师",
    "电工",
    "焊工",
    "家政服务员（母婴护理）",
    "养老护理员",
    "保育员",
    "汽车维修工",
    "美发师",
    "农艺工",
    "电子商务师",
    "创业指导",
    "叉车司机",
)
STAFF = (
    ("企业职工",),
    ("企业职工", "农村转移就业劳动者"),
    ("企业职工", "残疾人"),
    ("企业职工", "转岗职工"),
    ("企业职工", "高校毕业生"),
)
OTHERS = (
    ("贫困劳动力",),
    ("贫困家庭子女",),
    ("两后生",),
    ("两后生", "城市低保家庭"),
    ("农村转移就业劳动者",),
    ("新生代农民工",),
    ("下岗失业人员",),
    ("转岗职工",),
    ("去产能失业人员",),
    ("退役军人",),
    ("毕业年度高校毕业生",),
    ("高校毕业生", "建档立卡贫困家庭"),
    ("毕业年度高校毕业生", "城乡低保家庭"),
    ("高校毕业生",),
    ("就业困难人员",),
    ("残疾人",),
    ("零就业家庭成员",),
    ("高校毕业生", "零就业家庭成员"),
    ("贫困劳动力", "就业困难人员"),
    ("贫困劳动力", "贫困家庭子女"),
    ("贫困家庭子女", "城市低保家庭"),
    ("城乡低保家庭",),
    ("服刑人员",),
    ("戒毒人员",),
    ("服刑人员", "戒毒人员"),
    ("农村转移就业劳动者", "服刑人员"),
    ("其他",),
)


@dataclass
class Person:
    """A person of the pool; ``favourites``: occupations he is trained in again and again."""

    id_number: str
    name: str
    sex: str
    phone: str
    categories: list[str]
    household: str | None
    account: str | None
    employer: str | None
    year: int
    favourites: list[str] = field(default_factory=list)


def identity_number(rng: Random, birth: date | None = None) -> str:
    birth = birth or date(1966, 1, 1) + timedelta(days=rng.randrange(365 * 36))
    if (birth.month, birth.day) == (2, 29):
        birth += timedelta(days=1)
    body = rng.choice(AREAS) + birth.strftime("%Y%m%d") + f"{rng.randrange(1, 999):03d}"
    return body + control_character(body)


def card_number(rng: Random) -> str:
    """Nineteen digits beginning 62 that satisfy Luhn."""
    body = "62" + "".join(str(rng.randrange(10)) for _ in range(16))
    doubled = [int(d) * 2 if i % 2 == 0 else int(d) for i, d in enumerate(reversed(body))]
    return body + str(-sum(d - 9 if d > 9 else d for d in doubled) % 10)


def person(rng: Random) -> Person:
    number = identity_number(rng)
    staff = rng.random() < 0.4
    return Person(
        number,
        rng.choice(SURNAMES) + "".join(rng.choice(GIVEN) for _ in range(rng.choice((1, 2, 2)))),
        "男" if int(number[16]) % 2 else "女",
        "1" + rng.choice("3456789") + f"{rng.randrange(10**9):09d}",
        list(rng.choice(STAFF if staff else OTHERS)),
        rng.choice(("农村", "农村", "城镇", None)),
        card_number(rng) if rng.random() < 0.93 else None,
        rng.choice(EMPLOYERS) if staff or rng.random() < 0.3 else None,
        rng.choice((2019, 2020, 2021)),
        rng.sample(OCCUPATIONS, 3),
    )


def catalogue(*, shortage: bool = True) -> Catalogue:
    """Prices with two versions, an exact level beside a blank one, bracketed names, one occupation without a price."""
    items: list[Entry] = []
    for number, occupation in enumerate(OCCUPATIONS[:-1]):
        if occupation == "焊工":
            items += [_item("焊工（电焊）", None, 90000), _item("焊工（气焊）", None, 95000)]
            continue
        name = "家政服务员" if occupation.startswith("家政服务员") else occupation
        price = 60000 + 15000 * number
        items.append(_item(name, None, price, None, date(2020, 6, 30)))
        items.append(_item(name, None, price + 10000, date(2020, 7, 1), None))
        if number % 3 == 0:
            items.append(_item(name, "初级工", price - 5000))
            items.append(_item(name, "高级工", price + 42000))
    urgent: list[Entry] = [
        {
            "occupation": "养老护理员",
            "level": None,
            "document": "急需〔2019〕1号",
            "valid_from": None,
            "valid_to": None,
        },
        {
            "occupation": "汽车维修工",
            "level": "高级工",
            "document": "急需〔2020〕1号",
            "valid_from": date(2020, 3, 1),
            "valid_to": date(2020, 12, 31),
        },
        {"occupation": "电工", "level": "技师", "document": "急需〔2019〕1号", "valid_from": None, "valid_to": None},
    ]
    bodies = [_body(name, "培训机构") for name in INSTITUTIONS] + [_body(name, "用人单位") for name in EMPLOYERS]
    bodies.append({**_body(EXPIRED, "培训机构"), "valid_to": date(2018, 12, 31)})
    bodies.append({**_body(UNDOCUMENTED, "培训机构"), "document": None, "valid_from": None, "valid_to": None})
    return Catalogue(items, urgent if shortage else None, bodies)


def _item(occupation: str, level: str | None, fen: int, first: date | None = None, last: date | None = None) -> Entry:
    return {
        "occupation": occupation,
        "level": level,
        "price_fen": fen,
        "minimum_hours": 40,
        "document": "目录〔2019〕3号",
        "valid_from": first,
        "valid_to": last,
    }


def _body(name: str, kind: str) -> Entry:
    return {
        "institution": name,
        "uscc": None,
        "body_kind": kind,
        "admission": "审核备案",
        "document": "机构〔2018〕1号",
        "bank": "农村商业银行",
        "account": "1234567890123456",
        "valid_from": date(2017, 1, 1),
        "valid_to": date(2023, 12, 31),
    }
