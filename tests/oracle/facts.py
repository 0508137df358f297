"""What one row says by itself: days, identity, forms compared (policy page, section 1). No pandas, no shared code."""

from __future__ import annotations

import calendar
import re
import unicodedata
from datetime import date, timedelta
from typing import Any

Row = dict[str, Any]

KEYS = [
    "name",
    "id_number",
    "sex",
    "phone",
    "categories",
    "household",
    "town",
    "pension",
    "employment_card",
    "institution",
    "class_no",
    "training_kind",
    "occupation",
    "level",
    "start",
    "end",
    "hours",
    "days",
    "attendance",
    "result",
    "certificate_kind",
    "certificate_no",
    "issued_on",
    "employer",
    "employer_uscc",
    "employer_insured",
    "ojt_months",
    "fee",
    "payer",
    "bank",
    "account",
    "placed",
    "employed_on",
    "employed_region",
    "employed_at",
    "release_on",
    "issuer",
    "department",
    "programme",
    "domicile",
    "remark",
]
"""Canonical keys of a roster row in the order of the input page."""

REQUIRED = [
    "name",
    "id_number",
    "categories",
    "institution",
    "training_kind",
    "occupation",
    "start",
    "end",
    "result",
    "certificate_kind",
    "certificate_no",
    "issued_on",
]
"""Columns that must exist: an Excel error value in one of them refuses the row (F08)."""

OJT = "以工代训"
STAFF_KINDS = {
    "岗前培训",
    "安全技能培训",
    "转岗转业培训",
    "岗位技能提升培训",
    "高技能人才培训",
    "企业新型学徒制培训",
}
LEVELS = ("初级工", "中级工", "高级工", "技师", "高级技师")
IMPLIES = {
    "毕业年度高校毕业生": "高校毕业生",
    "残疾人": "就业困难人员",
    "去产能失业人员": "下岗失业人员",
    "新生代农民工": "农村转移就业劳动者",
    "零就业家庭成员": "零就业家庭",
    "城市低保家庭": "城乡低保家庭",
}


def blank(value: Any) -> bool:
    return value is None or value == "" or value == []


def add_months(day: date, months: int) -> date:
    """Same day number, clamped to the month's end."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def whole_months(first: date, last: date) -> int:
    """Whole months, the last day included."""
    after, count = last + timedelta(days=1), 0
    while add_months(first, count + 1) <= after:
        count += 1
    return count


def span(row: Row) -> int:
    """Calendar days from 开班 to 结课, both included."""
    count: int = (row["end"] - row["start"]).days + 1
    return count


def squeeze(text: str | None) -> str:
    """NFKC without blanks and zero-width characters."""
    folded = unicodedata.normalize("NFKC", text or "")
    return "".join(c for c in folded if not c.isspace() and unicodedata.category(c) != "Cf")


def certificate_form(text: str | None) -> str:
    return squeeze(text).upper()


def bare_occupation(text: str | None) -> str:
    """Occupation without a bracketed remark."""
    return re.sub(r"\([^()]*\)", "", squeeze(text))


def level_of(row: Row) -> str | None:
    return None if row["level"] in (None, "", "无等级") else row["level"]


def level_key(row: Row) -> str:
    """The level of D02's key."""
    return level_of(row) or ("专项职业能力" if row["certificate_kind"] == "专项职业能力证书" else "无等级")


def closure(categories: list[str] | None) -> set[str]:
    """The categories with everything they imply."""
    found = set(categories or [])
    while True:
        more = {IMPLIES[c] for c in found if c in IMPLIES} - found
        if not more:
            return found
        found |= more


def control_character(body: str) -> str:
    weights: list[int] = [pow(2, 17 - place, 11) for place in range(17)]
    return "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


def identity(number: str | None) -> tuple[str, str | None, date | None]:
    """(code of the fault or "", the 18-digit form that identifies the person or None, birth date)."""
    if blank(number):
        return "P02", None, None
    assert number is not None
    if re.fullmatch(r"[0-9]{15}", number):
        body = number[:6] + "19" + number[6:]
        long, fault = body + control_character(body), "P07"
    elif re.fullmatch(r"[0-9]{17}[0-9X]", number):
        long, fault = number, ""
        if control_character(number[:17]) != number[17]:
            return "P04", None, None
    else:
        return "P03", None, None
    try:
        birth = date(int(long[6:10]), int(long[10:12]), int(long[12:14]))
    except ValueError:
        return "P05", None, None
    return fault, long, birth


def impossible_name(name: str) -> bool:
    """Whether a name holds anything but letters of some script, blanks and the dot of minority names."""
    return any(not (unicodedata.category(c)[0] == "L" or c.isspace() or c in "·•・．‧") for c in name)


def name_form(name: str) -> str:
    return re.sub("[·•・．.‧]", "·", squeeze(name))


def order_key(row: Row, person: str | None) -> list[tuple[bool, Any]]:
    """Winner order: no row or file order in it, blanks last."""

    def part(value: Any) -> tuple[bool, Any]:
        if isinstance(value, list):
            value = "、".join(value)
        return (True, 0) if blank(value) else (False, value)

    head = [
        row["issued_on"] or row["end"],
        row["start"],
        certificate_form(row["certificate_no"]),
        squeeze(row["institution"]),
        person or row["id_number"],
    ]
    done = {"certificate_no", "institution", "id_number", "start"}
    typed = ["certificate_no", "institution", "id_number"]
    return [part(v) for v in head] + [part(row[k]) for k in KEYS if k not in done] + [part(row[k]) for k in typed]
