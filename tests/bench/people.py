"""Synthetic people and classes, column by column: the same seed gives the same rows.

Every identity number is made up: an area code, a random birth date and serial, a valid check digit.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skillcli.core.identity import CHECK, WEIGHTS
from skillcli.schema.roster import empty_frame

AREAS = np.array([231025, 231005, 231083, 230102, 230605, 232301, 220102, 370202])
TOWNS = ("林口镇", "古城镇", "刁翎镇", "朱家镇", "柳树镇", "三道通镇", "龙爪镇", "莲花镇", "青山镇", "建堂镇", "奎山镇")
SURNAMES = tuple("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧")
GIVEN = tuple("伟芳娜敏静秀丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华玉红建文玲波辉斌梅鑫婷宇浩凯")
BANKS = ("林口县农村信用合作联社", "中国农业银行林口支行", "中国邮政储蓄银行林口县支行", "中国建设银行林口支行")
OCCUPATIONS = (
    "中式烹调师",
    "中式面点师",
    "电工",
    "焊工",
    "家政服务员",
    "养老护理员",
    "保育员",
    "汽车维修工",
    "美发师",
    "美容师",
    "农艺工",
    "电子商务师",
    "叉车司机",
    "育婴员",
    "缝纫工",
    "砌筑工",
    "钢筋工",
    "木工",
    "车工",
    "钳工",
    "果树工",
    "食用菌生产工",
    "家畜饲养工",
    "互联网营销师",
    "客房服务员",
    "餐厅服务员",
    "保安员",
    "消防设施操作员",
    "快递员",
    "茶艺师",
)
SHORTAGE = OCCUPATIONS[::4]
LEVELS = ("初级工", "中级工", "高级工", "技师", "高级技师")
KINDS = {
    "就业技能培训": 0.50,
    "岗位技能提升培训": 0.15,
    "岗前培训": 0.06,
    "安全技能培训": 0.05,
    "创业培训": 0.08,
    "项目制培训": 0.08,
    "劳动预备制培训": 0.03,
    "转岗转业培训": 0.03,
    "高技能人才培训": 0.02,
}
STAFF_KINDS = ("岗位技能提升培训", "岗前培训", "安全技能培训", "转岗转业培训", "高技能人才培训")
STAFF = ("企业职工", "企业职工、农村转移就业劳动者", "企业职工、转岗职工")
OTHERS = {
    "农村转移就业劳动者": 0.42,
    "贫困劳动力": 0.14,
    "下岗失业人员": 0.12,
    "贫困劳动力、农村转移就业劳动者": 0.08,
    "两后生、农村转移就业劳动者": 0.06,
    "毕业年度高校毕业生": 0.05,
    "就业困难人员": 0.05,
    "退役军人": 0.04,
    "贫困家庭子女": 0.02,
    "零就业家庭成员": 0.01,
    "其他": 0.01,
}
CLASS_SIZE = 40


def names(prefix: str, suffix: str, count: int) -> NDArray[np.object_]:
    """Names of ``count`` institutions or employers."""
    words = [a + b for a in "阳光北方宏达博学新兴金桥华夏" for b in "远景育才"]
    return np.array(
        [f"{prefix}{words[i % len(words)]}{i // len(words) or ''}{suffix}" for i in range(count)], dtype=object
    )


INSTITUTIONS = names("林口县", "职业培训学校", 40)
EMPLOYERS = names("林口县", "有限责任公司", 300)


def people(rng: np.random.Generator, count: int) -> pd.DataFrame:
    """Distinct persons: ``id_number``, ``name``, ``sex``, ``phone``, ``account``, ``bank``, ``town`` and the
    category they have when they are no staff (``other``) or staff (``staff``)."""
    days = np.datetime64("1963-01-01") + rng.integers(0, 14_400, count * 5 // 4 + 50).astype("timedelta64[D]")
    birth = np.char.replace(np.datetime_as_string(days, "D"), "-", "").astype(np.int64)
    body = np.unique(rng.choice(AREAS, len(days)) * 10**11 + birth * 1000 + rng.integers(1, 1000, len(days)))
    body = rng.permutation(body)[:count]
    surname, first, second = (rng.choice(np.array(pool, dtype=object), count) for pool in (SURNAMES, GIVEN, GIVEN))
    # a step without a common factor with the range: random-looking, and no two alike
    phone = 13_000_000_000 + (np.arange(count) * 387_420_489 + rng.integers(10**9)) % 10**9
    return pd.DataFrame(
        {
            "id_number": numbered(body),
            "name": surname + first + second,
            "sex": np.where(body % 2 == 1, "男", "女"),
            "phone": phone.astype(str),
            # so many that two persons hardly share one, whichever batch they are of
            "account": _luhn(622_848_000_000_000_000 + rng.integers(0, 10**12, count)),
            "bank": rng.choice(np.array(BANKS, dtype=object), count),
            "town": rng.choice(np.array(TOWNS, dtype=object), count),
            "household": rng.choice(np.array(["农村", "城镇"], dtype=object), count, p=[0.7, 0.3]),
            "other": rng.choice(np.array(list(OTHERS), dtype=object), count, p=list(OTHERS.values())),
            "staff": rng.choice(np.array(STAFF, dtype=object), count, p=[0.85, 0.1, 0.05]),
        }
    ).astype("str")


def numbered(body: NDArray[np.int64]) -> NDArray[np.object_]:
    """18-digit identity numbers of these first 17 digits."""
    digits = body[:, None] // 10 ** np.arange(16, -1, -1) % 10
    check = np.array(list(CHECK), dtype=object)[digits @ np.array(WEIGHTS) % 11]
    text: NDArray[np.object_] = body.astype(str).astype(object) + check
    return text


def moved(id_numbers: pd.Series, area: int) -> pd.Series:
    """The same people with numbers of this area (six digits), so that nobody is by accident somebody of another area."""
    body = id_numbers.str.slice(6, 17).astype("int64").to_numpy() + area * 10**11
    return pd.Series(numbered(body), index=id_numbers.index, dtype="str")


def _luhn(body: NDArray[np.int64]) -> NDArray[np.object_]:
    """Card numbers of these leading digits with their check digit."""
    digits = body[:, None] // 10 ** np.arange(18) % 10
    digits[:, ::2] *= 2
    total = (digits // 10 + digits % 10).sum(axis=1)
    text: NDArray[np.object_] = body.astype(str).astype(object) + (-total % 10).astype(str)
    return text


def classes(rng: np.random.Generator, count: int, first: str, days: int) -> pd.DataFrame:
    """Classes that begin within ``days`` from ``first``."""
    kind = rng.choice(np.array(list(KINDS), dtype=object), count, p=list(KINDS.values()))
    staff = np.isin(kind.astype(str), STAFF_KINDS)
    start = np.datetime64(first) + rng.integers(0, days, count).astype("timedelta64[D]")
    length = rng.integers(4, 31, count)
    end = start + (length - 1).astype("timedelta64[D]")
    level = rng.choice(np.array(LEVELS, dtype=object), count, p=[0.6, 0.22, 0.12, 0.04, 0.02])
    special = ~staff & (rng.random(count) < 0.15)
    taught = np.minimum(length, rng.integers(4, 25, count))
    issuer = np.where(
        special, "专项职业能力证书", np.where(rng.random(count) < 0.8, "职业技能等级证书", "职业资格证书")
    )
    return pd.DataFrame(
        {
            "institution": rng.choice(INSTITUTIONS, count),
            "class_no": pd.Series(start).dt.strftime("%Y%m").to_numpy(dtype=object)
            + "-"
            + np.arange(count).astype(str),
            "training_kind": kind,
            "occupation": rng.choice(np.array(OCCUPATIONS, dtype=object), count),
            "level": np.where(special, "专项职业能力", level),
            "start": start,
            "end": end,
            "hours": taught * 8,
            "days": taught,
            "certificate_kind": issuer,
            "issued_on": end + rng.integers(3, 41, count).astype("timedelta64[D]"),
            "is_staff": staff,
            "payer": np.where(rng.random(count) < 0.25, "个人缴费", "机构垫付"),
        }
    )


def trainings(
    seed: int,
    count: int,
    *,
    first: str = "2020-01-06",
    days: int = 480,
    first_serial: int = 0,
    among: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """A clean roster frame (``schema.roster``) of ``count`` trainings, one in twenty of a person who
    stands in it already. Certificate numbers count from ``first_serial``; ``among``: people (as from
    ``people``) who come first, before new ones."""
    rng = np.random.default_rng(seed)
    population = people(rng, count)
    if among is not None:
        population = pd.concat([among, population], ignore_index=True)[:count]
    persons = np.arange(count)
    again = rng.random(count) < 0.05
    persons[again] = rng.integers(0, count, again.sum())
    who = population.iloc[persons].reset_index(drop=True)
    number = np.arange(count) // CLASS_SIZE
    held = classes(rng, count // CLASS_SIZE + 1, first, days).iloc[number].reset_index(drop=True)
    staff = held["is_staff"].to_numpy() & (rng.random(count) < 0.95)
    year = held["issued_on"].dt.strftime("%y")
    serial = pd.Series(np.arange(first_serial, first_serial + count)).astype(str).str.zfill(12)
    level = held["level"].map({name: str(5 - i) for i, name in enumerate(LEVELS)}).fillna("0")
    certificate = "S000023" + serial.str[:6] + year + level + serial.str[-6:]
    other = year + "23" + serial.str[1:7] + level + serial.str[7:]
    employed = staff | (rng.random(count) < 0.05)
    given = {
        **{key: who[key] for key in ("name", "id_number", "sex", "phone", "town", "household", "bank", "account")},
        **{key: held[key] for key in ("institution", "class_no", "training_kind", "occupation", "level")},
        **{key: held[key] for key in ("start", "end", "hours", "days", "certificate_kind", "issued_on", "payer")},
        "categories": who["staff"].where(staff, who["other"]),
        "result": "合格",
        "certificate_no": certificate.where(held["certificate_kind"].eq("职业技能等级证书"), other),
        "employer": pd.Series(rng.choice(EMPLOYERS, count)).where(employed),
        "employer_insured": pd.Series(True, index=range(count)).where(employed),
        "training_kind_written": held["training_kind"],
    }
    frame = empty_frame(count)
    for key, values in given.items():
        frame[key] = pd.Series(values, index=frame.index).astype(frame[key].dtype)
    return frame.assign(row=np.arange(3, count + 3))
