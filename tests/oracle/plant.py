"""Faults and repetitions planted into clean rows, each under the code it is meant to wake."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import date, timedelta
from random import Random
from typing import Any

from oracle.facts import OJT, Row, add_months, control_character, span
from oracle.people import EXPIRED, OUTSIDE_CATALOGUE, UNDOCUMENTED, identity_number

Change = Callable[[Random, Row, list[Row]], None]
Fits = Callable[[Row], bool]


def repetitions(rng: Random, rows: list[Row], count: int) -> None:
    """Adds ``count`` rows that repeat earlier ones: disguised copies, a second class, the same level again."""
    for _ in range(count):
        row = deepcopy(rng.choice(rows))
        rng.choice((_disguise, _disguise, _other_class, _again, _again, _ojt_again))(rng, row, rows)
        rows.append(row)


def _disguise(rng: Random, row: Row, rows: list[Row]) -> None:
    """The same training, typed a little differently."""
    number = row["certificate_no"]
    if number and rng.random() < 0.6:
        row["certificate_no"] = rng.choice((number.lower(), number[:4] + " " + number[4:], number + "\u200b"))
    if rng.random() < 0.4 and row["institution"]:
        row["institution"] = row["institution"][:2] + " " + row["institution"][2:]
    if rng.random() < 0.3 and row["occupation"] and "（" not in row["occupation"]:
        row["occupation"] += "（复训）"
    if rng.random() < 0.4:
        row["phone"], row["remark"] = None, "补报"
    if rng.random() < 0.3 and not number:
        row["issued_on"] = row["end"]


def _other_class(rng: Random, row: Row, rows: list[Row]) -> None:
    """The same certificate claimed for another class."""
    move(row, rng.randrange(-60, 60))
    row["class_no"] = "C999"


def _again(rng: Random, row: Row, rows: list[Row]) -> None:
    """The same occupation and level a second time, with a certificate of its own."""
    move(row, rng.randrange(20, 300))
    if row["certificate_no"] and row["certificate_kind"] != "特种作业操作证":
        row["certificate_no"] = f"AG{rng.randrange(10**12):012d}"


def _ojt_again(rng: Random, row: Row, rows: list[Row]) -> None:
    """A second 以工代训 with another employer, overlapping or after the first."""
    mine = [r for r in rows if r["training_kind"] == OJT and r["id_number"]]
    row.clear()
    row.update(deepcopy(rng.choice(mine)))
    row["employer"] = "红星扶贫车间"
    move(row, rng.choice((15, 60, 190, 220)))


def move(row: Row, days: int) -> None:
    """The same training some days later."""
    for key in ("start", "end", "issued_on", "release_on", "employed_on"):
        if row[key]:
            row[key] += timedelta(days=days)


def broken(row: Row, key: str, fault: str, written: Any) -> None:
    row[key] = [] if key == "categories" else None
    row["faults"][key], row["written"][key] = fault, written


def faults(rng: Random, rows: list[Row], times: int) -> None:
    """Plants every fault ``times`` times, each in a row that no other fault has touched."""
    fresh = list(rows)
    rng.shuffle(fresh)
    for fits, change in FAULTS:
        for _ in range(times):
            row = next((r for r in fresh if fits(r)), None)
            if row is None:
                break
            fresh.remove(row)
            change(rng, row, rows)


def _set(**values: Any) -> Change:
    return lambda rng, row, rows: row.update(values)


def _fault(key: str, fault: str, written: Any) -> Change:
    return lambda rng, row, rows: broken(row, key, fault, written)


def _number(key: str) -> Change:
    def change(rng: Random, row: Row, rows: list[Row]) -> None:
        broken(row, key, "number", float(int("".join(c for c in row[key] if c.isdigit())[:22] or "1") or 10**17))

    return change


def _wrong_check(rng: Random, row: Row, rows: list[Row]) -> None:
    row["id_number"] = row["id_number"][:17] + ("1" if row["id_number"][17] != "1" else "2")


def _wrong_birth(rng: Random, row: Row, rows: list[Row]) -> None:
    body = row["id_number"][:10] + "0231" + row["id_number"][14:17]
    row["id_number"] = body + control_character(body)


def _fifteen(rng: Random, row: Row, rows: list[Row]) -> None:
    row["id_number"] = row["id_number"][:6] + row["id_number"][8:17]


def _young(rng: Random, row: Row, rows: list[Row]) -> None:
    birth = add_months(row["start"], -16 * 12) + timedelta(days=rng.choice((0, 1, 1, 200)))
    row["id_number"] = identity_number(rng, birth)
    row["sex"] = None


def _stolen_certificate(rng: Random, row: Row, rows: list[Row]) -> None:
    other = rng.choice([r for r in rows if r["certificate_no"] and r["id_number"] != row["id_number"]])
    row["certificate_no"], row["certificate_kind"] = other["certificate_no"], other["certificate_kind"]


def _shared_account(rng: Random, row: Row, rows: list[Row]) -> None:
    row["account"] = rng.choice([r for r in rows if r["account"] and r["id_number"] != row["id_number"]])["account"]


def _date_past(key: str) -> Change:
    return lambda rng, row, rows: row.update({key: date(2022, 6, 30) + timedelta(days=rng.choice((0, 1, 40)))})


def _too_many_days(rng: Random, row: Row, rows: list[Row]) -> None:
    row["days"] = span(row) + rng.choice((0, 1, 5))


def _hired(rng: Random, row: Row, rows: list[Row]) -> None:
    """The day the six months end, a day beside it, or a blank."""
    last = add_months(row["end"], 6)
    row["placed"], row["employed_region"] = True, rng.choice(("231025", "林口县", "某某村委会", None, "110105"))
    row["employed_on"] = rng.choice((last, last + timedelta(days=1), row["end"], row["end"] - timedelta(days=1), None))


def _clamped(rng: Random, row: Row, rows: list[Row]) -> None:
    """31 August and the end of February."""
    start = row["start"]
    move(row, (date(2020, 8, 31) - row["end"]).days)
    row["start"] = min(row["start"], row["end"]) if start else None
    row["days"], row["placed"], row["employed_region"] = None, True, "哈尔滨市"
    row["employed_on"] = rng.choice((date(2021, 2, 28), date(2021, 3, 1)))


def _edge_of_period(rng: Random, row: Row, rows: list[Row]) -> None:
    day = rng.choice((date(2018, 12, 31), date(2019, 1, 1), date(2021, 12, 31), date(2022, 1, 1)))
    move(row, (day - row["end"]).days)


def _first_july(rng: Random, row: Row, rows: list[Row]) -> None:
    move(row, (rng.choice((date(2019, 6, 30), date(2019, 7, 1))) - row["issued_on"]).days)


def _release(rng: Random, row: Row, rows: list[Row]) -> None:
    year = add_months(row["start"], 12)
    early = row["start"] - timedelta(days=1)
    row["release_on"] = rng.choice((year, year - timedelta(days=1), None, None, early, row["start"]))


def _any(row: Row) -> bool:
    return True


def _passed(row: Row) -> bool:
    return row["result"] == "合格" and bool(row["certificate_no"])


def _not_ojt(row: Row) -> bool:
    return bool(row["training_kind"] != OJT)


def _ojt(row: Row) -> bool:
    return bool(row["training_kind"] == OJT)


def _prisoner(row: Row) -> bool:
    return bool(row["categories"][:1] == ["服刑人员"] and row["categories"][-1] == "服刑人员")


def _staffed(row: Row) -> bool:
    return bool(row["training_kind"] == "岗位技能提升培训") and "企业职工" in row["categories"]


def _banked(row: Row) -> bool:
    free = row["training_kind"] in ("就业技能培训", "劳动预备制培训") and "企业职工" not in row["categories"]
    return free and bool(row["account"]) and row["payer"] == "个人缴费"


FAULTS: list[tuple[Fits, Change]] = [
    (_passed, _fault("end", "error_value", "#N/A")),
    (_passed, _fault("certificate_no", "formula", "=A1")),
    (_any, _set(name=None)),
    (_any, _set(name="张3?", id_number=None)),
    (_any, _set(id_number=None)),
    (_any, lambda rng, row, rows: row.update(id_number=row["id_number"][:-1])),
    (_any, _wrong_check),
    (_any, _wrong_birth),
    (_any, _number("id_number")),
    (_any, _fault("id_number", "scientific", "2.31025E+17")),
    (_any, _fifteen),
    (_any, lambda rng, row, rows: row.update(name=row["name"] + "杰")),
    (_passed, _young),
    (_any, _set(pension=True)),
    (_any, _set(start=None)),
    (_passed, _fault("end", "unreadable", "待定")),
    (_any, lambda rng, row, rows: row.update(end=row["start"] - timedelta(days=3))),
    (_passed, _date_past("issued_on")),
    (_any, _date_past("end")),
    (_any, _too_many_days),
    (_any, _too_many_days),
    (_any, _edge_of_period),
    (_passed, _edge_of_period),
    (_not_ojt, _set(result=None)),
    (_any, _set(institution=OUTSIDE_CATALOGUE)),
    (_any, _set(institution=EXPIRED, employer="不在目录的公司")),
    (_any, _set(institution=UNDOCUMENTED)),
    (_any, _fault("training_kind", "unknown", "瑜伽体验")),
    (_passed, _fault("level", "unknown", "大师级")),
    (_staffed, _set(level=None)),
    (_any, _set(categories=[])),
    (_any, _fault("categories", "unknown", "外星人")),
    (_any, _set(institution=None)),
    (_not_ojt, _set(occupation=None)),
    (_passed, _set(certificate_no=None)),
    (_passed, _set(certificate_kind=None)),
    (_passed, _fault("certificate_kind", "unknown", "荣誉证书")),
    (_passed, _stolen_certificate),
    (_passed, _set(issued_on=None)),
    (_passed, _fault("issued_on", "unreadable", "2020年冬")),
    (_passed, lambda rng, row, rows: row.update(issued_on=row["start"] - timedelta(days=rng.choice((0, 1))))),
    (_passed, _fault("certificate_no", "number", 1.23456789012346e18)),
    (_passed, _fault("certificate_no", "scientific", "1.9E+15")),
    (_prisoner, _release),
    (_prisoner, _release),
    (_ojt, _set(employer_insured=False)),
    (_ojt, _set(employer_insured=None)),
    (_ojt, _set(ojt_months=0)),
    (_ojt, _set(ojt_months=13)),
    (_ojt, _set(employer=None)),
    (_ojt, _set(institution=None)),
    (_staffed, _set(employer=None)),
    (_not_ojt, _hired),
    (_not_ojt, _hired),
    (_not_ojt, _clamped),
    (_passed, _first_july),
    (_not_ojt, _set(days=None, hours=None)),
    (_not_ojt, _set(days=0, hours=800)),
    (_banked, _set(account=None)),
    (_banked, _fault("account", "number", 6.222021234567891e18)),
    (_banked, _fault("account", "scientific", "6.22202E+18")),
    (_banked, _shared_account),
    (_passed, _set(occupation="叉车司机", training_kind="就业技能培训")),
    (_passed, _set(occupation="焊工")),
    (_passed, _set(occupation="电工（低压）")),
]
"""Which rows fit, and what is done to one of them."""
